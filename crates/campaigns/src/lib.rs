//! Who belongs together: cells, campaigns, risk, reasons, signatures, identity.
//! No clock, no I/O, no randomness: limits are arguments, same input gives same bytes.

pub mod affinity;
pub mod assembly;
pub mod boundaries;
pub mod cells;
mod drafts;
pub mod evidence;
pub mod features;
pub mod find;
pub mod finding;
pub mod graph;
pub mod groups;
pub mod identity;
pub mod limits;
pub mod oddity;
pub mod reasons;
pub mod risk;
pub mod share;
pub mod signature;
pub mod trees;
mod weighed;

pub use find::{Found, features, find};
pub use finding::{Campaign, Findings, Kind, Reason, Share, Signature};
pub use identity::Identity;
pub use limits::{Limits, RISK_MIN, RULE_VERSION};
pub use risk::Weighing;
