//! What was released as MISP events, and as a feed of them: a folder that any MISP
//! fetches over HTTP.
//!
//! An event a report, grouping or campaign, with what it tells of; what none of them
//! tells of goes into one more, so that nothing that was released is missing. What MISP
//! has no place for is told in the event's report, in words.

mod attribute;
mod event;
mod feed;
mod reach;
mod report;

pub use event::{Event, Organisation, events};
pub use feed::{File, feed};
