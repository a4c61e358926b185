//! What to do with one sign-up now. No clock, no I/O, no randomness.

pub mod counters;
