//! The house's own rules as code. A rule that only stands in a document is
//! forgotten within a month; a rule that fails a build is not.
//!
//! A check is one file in `checks/` and one line in its list. It sees the
//! project as texts and manifests ([`House`]) and gives back findings, so a
//! test can hand it a project of three lines.

pub mod checks;
pub mod finding;
pub mod house;
pub mod source;
pub mod tree;

pub use finding::{Finding, Weight};
pub use house::{Crate, House, Package};
pub use source::Source;
pub use tree::Tree;

/// What all the checks said, in the order of path and line.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Findings that fail the run.
    pub walls: Vec<Finding>,
    /// Findings that only ask a question.
    pub asks: Vec<Finding>,
}

/// Runs every check.
pub fn tidy(house: &House) -> Verdict {
    let mut findings: Vec<Finding> = checks::ALL.iter().flat_map(|check| check(house)).collect();
    findings.sort();
    findings.dedup();
    let (walls, asks) = findings.into_iter().partition(|f| f.weight == Weight::Wall);
    Verdict { walls, asks }
}
