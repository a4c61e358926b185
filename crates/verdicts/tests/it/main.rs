//! Stories of one sign-up at a time.

mod counters;
mod policy;
mod shared;
mod story;
