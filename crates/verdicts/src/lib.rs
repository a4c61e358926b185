//! What to do with one sign-up now: what is counted of the sign-ups before it, what scans
//! know of campaigns, and a policy that decides. No clock, no I/O, no randomness.

mod answer;
pub mod counters;
mod engine;
mod known;
mod likeness;
pub mod policy;
mod verdict;

pub use answer::{Answer, Degraded, Membership, PolicyUsed, Reason};
pub use engine::{Asked, Engine, fail_over};
pub use known::{Decided, Known};
pub use likeness::{Common, Likeness, Past};
pub use policy::Policy;
pub use verdict::{Phase, Verdict};
