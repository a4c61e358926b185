//! Labels on their way to the sign-ups that they are about, by account id.

use super::Roll;
use super::companions::{Beside, Outlets};
use crate::output::run::{Companion, LabelsDone};
use crate::sources::Source;
use campaigns::Findings;
use campaigns::labels::{self, Word};
use events::{Label, LabelKind};
use signals::table::account_hash;
use std::collections::{BTreeMap, HashSet};

/// Sellers that are kept apart: an investigation buys from dozens; the rest of a
/// file with more goes without a name.
const SELLERS_MAX: usize = 10_000;

/// Labels of accounts of the log, and of others.
#[derive(Default)]
pub(crate) struct Labelled {
    labels: Vec<labels::Label>,
    sellers: Vec<String>,
    numbers: BTreeMap<String, u32>,
    unknown: HashSet<u64>,
}

impl Labelled {
    /// Reads the files.
    pub(crate) fn read(
        beside: &Beside<'_>,
        sources: &[Source],
        roll: &Roll,
        outlets: Outlets<'_>,
    ) -> anyhow::Result<(Self, Vec<Companion>)> {
        let mut labelled = Self::default();
        let facts = beside.read(sources, outlets, |label| labelled.take(&label, roll))?;
        Ok((labelled, facts))
    }

    fn take(&mut self, label: &Label, roll: &Roll) {
        let account = account_hash(label.account_id.as_str());
        match roll.row(account) {
            None => {
                self.unknown.insert(account);
            }
            Some(row) => {
                let seller = label.seller.as_deref().and_then(|name| self.number(name));
                self.labels.push(labels::Label { row, word: word(label.kind), seller });
            }
        }
    }

    fn number(&mut self, name: &str) -> Option<u32> {
        if !self.numbers.contains_key(name) && self.sellers.len() < SELLERS_MAX {
            self.numbers.insert(name.to_owned(), self.sellers.len() as u32);
            self.sellers.push(name.to_owned());
        }
        self.numbers.get(name).copied()
    }

    /// Joins them to the campaigns.
    pub(crate) fn join(&self, findings: &mut Findings) -> LabelsDone {
        LabelsDone {
            agreement: labels::join(findings, &self.labels, &self.sellers),
            unknown_accounts: self.unknown.len() as u64,
        }
    }
}

fn word(kind: LabelKind) -> Word {
    match kind {
        LabelKind::Banned => Word::Banned,
        LabelKind::Appealed => Word::Appealed,
        LabelKind::Good => Word::Good,
        LabelKind::Purchased => Word::Purchased,
    }
}
