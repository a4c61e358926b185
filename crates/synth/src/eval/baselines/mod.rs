//! Simpler methods on the same log, so that a figure can be read: what a
//! threshold per key, a name rule, naive linking and one published method
//! reach. Each sees the whole log at once, which is kinder than live use.
//!
//! None is trained on the truth. Each gives a score per sign-up in 0..1, with
//! .5 at its own operating point, so that ranking and operating point can be
//! read like the scan's; the scores are no probabilities.

mod log;
mod union;

mod components;
mod ianus;
mod names;
mod thresholds;

pub use log::{Log, LogJoin, Verdicts};

/// One method beside the scan.
#[derive(Debug)]
pub struct Method {
    /// Short name, for table headings.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Scores and groups of every sign-up of the log.
    pub run: fn(&Log) -> Verdicts,
}

/// Every baseline, in the order of the tables.
pub const ALL: [Method; 4] = [thresholds::METHOD, names::METHOD, components::METHOD, ianus::METHOD];
