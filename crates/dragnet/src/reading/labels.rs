//! Labels on their way to the sign-ups that they are about, by account id.

use super::Roll;
use super::companions::{Beside, Outlets};
use crate::output::run::{Companion, LabelsDone};
use crate::sources::Source;
use campaigns::Findings;
use campaigns::labels::{self, Known, Word};
use events::{Label, LabelKind};
use signals::table::account_hash;
use std::collections::{BTreeMap, HashSet};

/// Sellers that are kept apart: an investigation buys from dozens; the rest of a
/// file with more goes without a name.
const SELLERS_MAX: usize = 10_000;

/// Labels of accounts of the log, and of others.
#[derive(Default)]
pub(crate) struct Labelled {
    hold_out: f64,
    labels: Vec<labels::Label>,
    held_out: Vec<labels::Label>,
    sellers: Vec<String>,
    numbers: BTreeMap<String, u32>,
    unknown: HashSet<u64>,
}

impl Labelled {
    /// Labels of which the share `hold_out` (0..1) is kept back from learning.
    pub(crate) fn holding_out(hold_out: f64) -> Self {
        Self { hold_out, ..Self::default() }
    }

    /// Reads the files.
    pub(crate) fn read(
        self,
        beside: &Beside<'_>,
        sources: &[Source],
        roll: &Roll,
        outlets: Outlets<'_>,
    ) -> anyhow::Result<(Self, Vec<Companion>)> {
        let mut labelled = self;
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
                let label = labels::Label { row, word: word(label.kind), seller };
                match is_held_out(account, self.hold_out) {
                    true => self.held_out.push(label),
                    false => self.labels.push(label),
                }
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

    /// All that is known of the log's accounts.
    pub(crate) fn known(&self) -> Known<'_> {
        Known { labels: &self.labels, held_out: &self.held_out, sellers: &self.sellers }
    }

    /// Joins them to the campaigns.
    pub(crate) fn join(&self, findings: &mut Findings) -> LabelsDone {
        LabelsDone {
            agreement: labels::join(findings, &self.known()),
            unknown_accounts: self.unknown.len() as u64,
        }
    }
}

/// Whether an account is one of the `share` that is kept back: the same ones in
/// every run, with all their labels.
fn is_held_out(account: u64, share: f64) -> bool {
    // Another draw than the account's own bits, by which sign-ups are sampled.
    let drawn = account.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    (drawn as f64) < share * 4_294_967_296.0
}

fn word(kind: LabelKind) -> Word {
    match kind {
        LabelKind::Banned => Word::Banned,
        LabelKind::Appealed => Word::Appealed,
        LabelKind::Good => Word::Good,
        LabelKind::Purchased => Word::Purchased,
    }
}
