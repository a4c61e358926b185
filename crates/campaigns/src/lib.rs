//! Who belongs together: cells, campaigns, risk, reasons, signatures, identity.
//! No clock, no I/O, no randomness: limits are arguments, same input gives same bytes.

pub mod cells;
pub mod evidence;
pub mod find;
pub mod finding;
pub mod graph;
pub mod groups;
pub mod oddity;
pub mod trees;

pub use find::{Found, Identity, Limits, find};
pub use finding::{Campaign, Findings, Kind, Reason, Share, Signature};
