//! The batch engine: a table of signals in, campaigns out.

use crate::Findings;
use serde::{Deserialize, Serialize};
use signals::{Table, Values};

/// What bounds a scan, each with its reason.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Smallest cell that can be evidence: two alike sign-ups happen by chance
    /// everywhere, and a smaller group is not worth a person's time.
    pub accounts_min: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { accounts_min: 5 }
    }
}

/// A campaign of an earlier run: its id and who was in it, by account hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The campaign's id.
    pub id: String,
    /// Ids merged into it, oldest first.
    pub aliases: Vec<String>,
    /// Sorted account hashes of its members.
    pub members: Vec<u64>,
}

/// What was found, still in hashes: [`Found::wanted`] lists the texts it needs
/// from a second reading, [`Found::name`] puts them in.
#[derive(Clone, Debug, Default)]
pub struct Found {
    rows: usize,
}

/// Finds campaigns among the sign-ups of `table`; `previous` are the campaigns
/// of an earlier run over a part of the same data, whose ids are kept.
pub fn find(table: &Table, _limits: &Limits, _previous: &[Identity]) -> Found {
    Found { rows: table.len() }
}

impl Found {
    /// Signal values whose texts the reasons and signatures cite.
    pub fn wanted(&self) -> Vec<(signals::Kind, u64)> {
        Vec::new()
    }
    /// Whether the sign-up of this row stands behind a figure that is shown: a
    /// member of a campaign, or in a cited cell.
    pub fn is_evidence(&self, _row: usize) -> bool {
        false
    }
    /// Campaigns for the next run's `previous`.
    pub fn identities(&self) -> Vec<Identity> {
        Vec::new()
    }
    /// The result in words.
    pub fn name(&self, _values: &Values) -> Findings {
        Findings {
            risk: vec![0.0; self.rows],
            campaign: vec![None; self.rows],
            ..Findings::default()
        }
    }
}
