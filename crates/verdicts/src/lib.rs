//! What to do with one sign-up now. No clock, no I/O, no randomness.

pub mod counters;
pub mod policy;
mod verdict;

pub use policy::Policy;
pub use verdict::{Phase, Verdict};
