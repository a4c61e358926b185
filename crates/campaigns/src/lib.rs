//! Who belongs together: cells, campaigns, risk, reasons, signatures, identity.
//! No clock, no I/O, no randomness: limits are arguments, same input gives same bytes.

pub mod affinity;
pub mod assembly;
pub mod binomial;
pub mod boundaries;
pub mod captcha;
pub mod cells;
pub mod company;
mod drafts;
pub mod evidence;
pub mod features;
pub mod find;
pub mod finding;
pub mod graph;
pub mod groups;
pub mod harm;
pub mod identity;
pub mod labels;
pub mod learning;
pub mod limits;
mod linear;
pub mod live;
mod newton;
pub mod oddity;
pub mod parts;
pub mod pass;
pub mod rank;
pub mod reasons;
pub mod risk;
pub mod share;
pub mod signature;
mod sums;
pub mod trees;
mod untrained;
mod weighed;

pub use captcha::Defeat;
pub use find::{Found, features, find, find_taught, scored};
pub use finding::{
    Actor, Before, Campaign, Findings, Grade, Kind, Link, Reason, Share, Signature, Tie, What,
};
pub use harm::Harm;
pub use identity::Identity;
pub use limits::{Limits, RISK_MIN, RULE_VERSION};
pub use live::{Judged, Knowledge, KnownCampaign};
pub use pass::{Pass, Watch};
pub use rank::Rank;
pub use risk::Weighing;
