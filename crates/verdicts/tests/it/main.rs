//! Stories of one sign-up at a time.

mod counters;
mod policy;
mod story;
mod told;
