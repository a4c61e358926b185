//! Acting: people decide on campaigns, take it back, hear appeals; the platform that
//! carries it out is told by signed webhooks or fetches it. What is done by whom is in the
//! audit log; the rules are the store's.

mod appeals;
mod decisions;
mod guard;
mod preview;
mod route;
mod send;
pub mod show;
mod sign;
mod webhooks;

pub use guard::{Reach, check as check_url};
pub use preview::{Asked, Failed, Preview, Wanted, decide, preview};
pub use sign::draw_secret;

pub(crate) use route::router;
pub(crate) use send::run as send;

use std::fmt;
use std::sync::Arc;

/// What acting needs beside the store.
#[derive(Clone, Debug)]
pub struct Acting {
    /// What was found.
    pub campaigns: Arc<dyn Campaigns>,
    /// Where webhooks may go.
    pub reach: Reach,
}

/// The campaigns of the last scan.
pub trait Campaigns: Send + Sync + fmt::Debug {
    /// What was found of a campaign, by its id or an earlier one, all of it from one scan:
    /// `take` is given its accounts of at least a risk, in any order. None where there is
    /// no such campaign. It may take a while, and reads files.
    fn read(
        &self,
        id: &str,
        risk_floor: f64,
        take: &mut dyn FnMut(Account),
    ) -> Result<Option<Found>, Unread>;
}

/// A campaign, in short.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its id now.
    pub id: String,
    /// Whether it looks like an organisation's own accounts.
    pub is_organisation: bool,
    /// How many it has, whatever their risk.
    pub accounts: u64,
    /// 0..1.
    pub risk: f64,
    /// Time of its first account, ms since the epoch.
    pub first_ms: i64,
    /// And of its last.
    pub last_ms: i64,
    /// Why, in sentences, the best first.
    pub reasons: Vec<String>,
}

/// An account of a campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// As the platform has it.
    pub account: String,
    /// 0..1.
    pub risk: f32,
    /// Why, in sentences.
    pub reasons: Vec<String>,
}

/// Why the results cannot be read, and what to do.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unread(pub String);
