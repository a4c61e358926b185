//! Harm on its way to the sign-ups that it is about, by account id.

use super::companions::{Beside, Outlets};
use crate::output::run::{Companion, HarmDone};
use crate::sources::Source;
use campaigns::Findings;
use campaigns::harm::{self, Event};
use events::Harm;
use signals::Table;
use signals::table::account_hash;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Kinds that are kept apart: a platform tells a few dozen; a file with more has
/// free text for a kind, and the rest goes under one name.
const KINDS_MAX: usize = 64;
const REST: &str = "other";

/// The harm done by accounts of the log, and by others.
#[derive(Default)]
pub(crate) struct Harms {
    events: Vec<Event>,
    kinds: Vec<String>,
    unknown_events: u64,
    unknown: HashSet<u64>,
}

/// The rows of a log by account.
pub(crate) struct Roll(HashMap<u64, u32>);

impl Roll {
    /// Of the accounts of a table.
    pub(crate) fn of(table: &Table) -> Self {
        Self(table.accounts().iter().copied().zip(0..).collect())
    }

    /// The account's row.
    pub(crate) fn row(&self, account: u64) -> Option<u32> {
        self.0.get(&account).copied()
    }
}

impl Harms {
    /// Reads the files.
    pub(crate) fn read(
        beside: &Beside<'_>,
        sources: &[Source],
        roll: &Roll,
        outlets: Outlets<'_>,
    ) -> anyhow::Result<(Self, Vec<Companion>)> {
        let mut harms = Self::default();
        let mut numbers = BTreeMap::new();
        let facts = beside.read(sources, outlets, |harm| harms.take(harm, roll, &mut numbers))?;
        Ok((harms, facts))
    }

    fn take(&mut self, harm: Harm, roll: &Roll, numbers: &mut BTreeMap<String, u16>) {
        let account = account_hash(harm.account_id.as_str());
        let Some(row) = roll.row(account) else {
            self.unknown_events += 1;
            self.unknown.insert(account);
            return;
        };
        let name = harm.kind.name();
        let is_kept = numbers.contains_key(name) || numbers.len() < KINDS_MAX;
        let name = if is_kept { name } else { REST };
        let kinds = &mut self.kinds;
        let kind = *numbers.entry(name.to_owned()).or_insert_with(|| {
            kinds.push(name.to_owned());
            (kinds.len() - 1) as u16
        });
        self.events.push(Event { row, kind, amount: harm.amount });
    }

    /// Joins it to the campaigns.
    pub(crate) fn join(&self, findings: &mut Findings) -> HarmDone {
        HarmDone {
            done: harm::join(findings, &self.events, &self.kinds),
            unknown_events: self.unknown_events,
            unknown_accounts: self.unknown.len() as u64,
        }
    }
}
