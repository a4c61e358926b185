//! What everyone does, by hash: how usual a value is where a sign-up comes from. The same
//! estimate as [`crate::cells::background`], for one row at a time.

use crate::cells::background::{HashedMap, PRIOR_SIGNUPS, UNSEEN, is_client, pair};
use signals::{Kind, Row, Table};

/// Counts over the sign-ups that nobody suspects.
#[derive(Debug, Default)]
pub(super) struct Usual {
    total: f64,
    contexts: HashedMap<u64, u32>,
    /// Values that several have.
    values: HashedMap<u64, u32>,
    /// The same by context.
    here: HashedMap<u64, u32>,
}

impl Usual {
    /// Of `kinds`, over the rows that `counts` lets count.
    pub(super) fn of(table: &Table, kinds: &[Kind], counts: impl Fn(usize) -> bool) -> Self {
        let rows: Vec<usize> = (0..table.len()).filter(|row| counts(*row)).collect();
        let mut usual = Self { total: rows.len() as f64, ..Self::default() };
        let country = table.column(Kind::Country);
        let platform = table.column(Kind::Platform);
        for row in &rows {
            for key in [place(country[*row]), client(country[*row], platform[*row])] {
                *usual.contexts.entry(key).or_default() += 1;
            }
        }
        for kind in kinds {
            let column = table.column(*kind);
            let values = || rows.iter().filter(|row| column[**row] != 0);
            let mut all: HashedMap<u32, u32> = HashedMap::default();
            values().for_each(|row| *all.entry(column[*row]).or_default() += 1);
            all.retain(|_, count| *count > 1);
            for row in values().filter(|row| all.contains_key(&column[**row])) {
                let context = context(*kind, country[*row], platform[*row]);
                *usual.here.entry(within(*kind, column[*row], context)).or_default() += 1;
            }
            usual.values.extend(all.into_iter().map(|(value, n)| (pair(*kind as u32, value), n)));
        }
        usual
    }

    /// The share of those from where `row` is who have its value of a kind.
    pub(super) fn rate(&self, kind: Kind, row: &Row) -> f64 {
        let value = row.short(kind);
        let others = self.total + 1.0;
        let unseen = UNSEEN / others;
        let world = self.count(kind, value) / others + unseen;
        let context = context(kind, row.short(Kind::Country), row.short(Kind::Platform));
        let count = |counts: &HashedMap<u64, u32>, key| counts.get(&key).copied().unwrap_or(0);
        let here = f64::from(count(&self.here, within(kind, value, context)));
        let all_here = f64::from(count(&self.contexts, context));
        (here + PRIOR_SIGNUPS * world + all_here * unseen) / (all_here + PRIOR_SIGNUPS)
    }

    /// The share of everyone who has a value.
    pub(super) fn world(&self, kind: Kind, value: u32) -> f64 {
        (self.count(kind, value) + UNSEEN) / (self.total + 1.0)
    }

    fn count(&self, kind: Kind, value: u32) -> f64 {
        f64::from(self.values.get(&pair(kind as u32, value)).copied().unwrap_or(0))
    }
}

fn place(country: u32) -> u64 {
    u64::from(country)
}

fn client(country: u32, platform: u32) -> u64 {
    // An unknown platform is one too, and not the country itself.
    pair(platform.max(1), country)
}

fn context(kind: Kind, country: u32, platform: u32) -> u64 {
    if is_client(kind) { client(country, platform) } else { place(country) }
}

fn within(kind: Kind, value: u32, context: u64) -> u64 {
    let context = context.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    pair(value, kind as u32) ^ context
}
