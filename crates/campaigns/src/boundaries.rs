//! Final boundaries. Communities of strong cells cut a campaign wherever one
//! of its tools is used once (each rented network, each of thirty browsers);
//! communities of large cells hold campaigns together, and with them others of
//! the same kit. So the fine ones are put together again within the coarse
//! ones, where they look alike and were active together.

use crate::cells::background::HashedMap;
use signals::{Kind, Table};
use std::collections::BTreeMap;

/// What fragments of one campaign have in common, besides time.
const KINDS: &[Kind] = &[
    Kind::Domain,
    Kind::NameGrammar,
    Kind::Ja4,
    Kind::Agent,
    Kind::Language,
    Kind::Asn,
    Kind::IssueNet,
    Kind::Referrer,
];

/// Fragments whose mean support reaches this are one campaign's.
const SUPPORT_MIN: f64 = 0.5;

/// Joins `fragments` (rows, coarse community) into campaigns; a fragment joins
/// the larger one that supports it best.
pub fn join(table: &Table, fragments: Vec<(Vec<u32>, u32)>) -> Vec<Vec<Vec<u32>>> {
    let own = own_domains(table, &fragments);
    let mut by_coarse: BTreeMap<u32, Vec<Vec<u32>>> = BTreeMap::new();
    for (rows, coarse) in fragments {
        by_coarse.entry(coarse).or_default().push(rows);
    }
    let mut joined = Vec::new();
    for (_, mut pieces) in by_coarse {
        pieces.sort_by(|x, y| y.len().cmp(&x.len()).then(x.cmp(y)));
        let mut leaders: Vec<(Profile, Vec<Vec<u32>>)> = Vec::new();
        for piece in pieces {
            let profile = Profile::of(table, &own, &piece);
            let best = leaders.iter_mut().map(|leader| (profile.support(&leader.0), leader)).fold(
                None,
                |best: Option<(f64, &mut (Profile, Vec<Vec<u32>>))>, next| match best {
                    Some(best) if best.0 >= next.0 => Some(best),
                    _ => Some(next),
                },
            );
            match best {
                Some((support, leader)) if support >= SUPPORT_MIN => {
                    leader.0.add(&profile);
                    leader.1.push(piece);
                }
                _ => leaders.push((profile, vec![piece])),
            }
        }
        joined.extend(leaders.into_iter().map(|(_, pieces)| pieces));
    }
    joined
}

/// Mail domains that hardly anyone outside the fragments uses: a factory's own
/// ones, of which it has many, count as one value.
fn own_domains(table: &Table, fragments: &[(Vec<u32>, u32)]) -> HashedMap<u32, bool> {
    let column = table.column(Kind::Domain);
    let mut inside: HashedMap<u32, u32> = HashedMap::default();
    for row in fragments.iter().flat_map(|(rows, _)| rows) {
        *inside.entry(column[*row as usize]).or_default() += 1;
    }
    let mut all: HashedMap<u32, u32> = HashedMap::default();
    for value in column.iter().filter(|value| inside.contains_key(value)) {
        *all.entry(*value).or_default() += 1;
    }
    inside.into_iter().map(|(value, n)| (value, n * 4 >= all[&value] * 3)).collect()
}

/// Stands for any of a factory's own domains.
const OWN: u32 = 1;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// What a fragment uses, and when.
struct Profile {
    values: Vec<BTreeMap<u32, u32>>,
    half_days: BTreeMap<i64, u32>,
}

impl Profile {
    fn of(table: &Table, own: &HashedMap<u32, bool>, rows: &[u32]) -> Self {
        let values = KINDS
            .iter()
            .map(|kind| {
                let column = table.column(*kind);
                let mut counts = BTreeMap::new();
                for value in rows.iter().map(|row| column[*row as usize]).filter(|v| *v != 0) {
                    let is_own = *kind == Kind::Domain && own.get(&value) == Some(&true);
                    *counts.entry(if is_own { OWN } else { value }).or_default() += 1;
                }
                counts
            })
            .collect();
        let mut half_days = BTreeMap::new();
        for row in rows {
            let half_day = table.times_ms()[*row as usize].div_euclid(DAY_MS / 2);
            *half_days.entry(half_day).or_default() += 1;
        }
        Self { values, half_days }
    }

    /// How much of what this one does the `leader` does as well, 0..1: the mean
    /// over kinds, times the share of its sign-ups at times when the leader was
    /// active.
    fn support(&self, leader: &Profile) -> f64 {
        let shares: Vec<f64> = self
            .values
            .iter()
            .zip(&leader.values)
            .filter_map(|(mine, theirs)| covered(mine, theirs))
            .collect();
        let time = covered(&self.half_days, &leader.half_days).unwrap_or(0.0);
        time * shares.iter().sum::<f64>() / shares.len().max(1) as f64
    }

    fn add(&mut self, other: &Profile) {
        for (mine, theirs) in self.values.iter_mut().zip(&other.values) {
            for (value, n) in theirs {
                *mine.entry(*value).or_default() += n;
            }
        }
        for (half_day, n) in &other.half_days {
            *self.half_days.entry(*half_day).or_default() += n;
        }
    }
}

/// Share of `mine` whose values `theirs` has too; none where either is empty.
fn covered<K: Ord>(mine: &BTreeMap<K, u32>, theirs: &BTreeMap<K, u32>) -> Option<f64> {
    let total: u32 = mine.values().sum();
    if total == 0 || theirs.is_empty() {
        return None;
    }
    let shared: u32 = mine.iter().filter(|(k, _)| theirs.contains_key(k)).map(|(_, n)| n).sum();
    Some(f64::from(shared) / f64::from(total))
}
