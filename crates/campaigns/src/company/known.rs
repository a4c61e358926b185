//! Company by hash: what is known of those whom a sign-up shares values with, for one
//! row at a time.

use super::tallies::{FINE_PARTS, Seen};
use super::{CUES, INPUTS, Inputs, RISK_ODD, logit};
use crate::cells::background::{HashedMap, pair};
use signals::{Kind, Row, Table};

/// Those who share one value.
#[derive(Clone, Copy, Debug, Default)]
struct Shared {
    users: u32,
    suspected: f32,
    expected: f32,
}

/// What each value's users are.
#[derive(Debug, Default)]
pub(crate) struct KnownCompany {
    /// By country: (sign-ups, of them suspected).
    countries: HashedMap<u32, (u32, f32)>,
    everywhere: f64,
    cues: Vec<HashedMap<u64, Shared>>,
}

/// A country's rate is drawn to everyone's with the weight of so many sign-ups.
const PRIOR_SIGNUPS: f64 = 25.0;

impl KnownCompany {
    /// Of `table`, whose rows are suspected so far (0 to 1).
    pub(crate) fn of(table: &Table, suspicion: impl Fn(usize) -> f32) -> Self {
        let mut known = Self::default();
        let country = table.column(Kind::Country);
        let mut all = 0.0f64;
        for (row, country) in country.iter().enumerate() {
            let (signups, suspected) = known.countries.entry(*country).or_default();
            *signups += 1;
            *suspected += suspicion(row);
            all += f64::from(suspicion(row));
        }
        known.everywhere = all / table.len().max(1) as f64;
        let rates: Vec<f32> = country.iter().map(|country| known.usual(*country) as f32).collect();
        for (_, kinds) in CUES {
            let mut tallies: HashedMap<u64, Shared> = HashedMap::default();
            for (row, rate) in rates.iter().enumerate() {
                let Some(key) = key(kinds, |kind| table.column(kind)[row]) else { continue };
                let shared = tallies.entry(key).or_default();
                shared.users += 1;
                shared.suspected += suspicion(row);
                shared.expected += rate;
            }
            // Of fewer companions than three nothing is said either way.
            tallies.retain(|_, shared| shared.users >= USERS_MIN);
            known.cues.push(tallies);
        }
        known
    }

    /// How far those of a country are suspected.
    pub(crate) fn usual(&self, country: u32) -> f64 {
        let (signups, suspected) = self.countries.get(&country).copied().unwrap_or_default();
        let here = f64::from(suspected) + PRIOR_SIGNUPS * self.everywhere;
        here / (f64::from(signups) + PRIOR_SIGNUPS)
    }

    /// A `risk` and the company of a sign-up that has it, in nats.
    pub(crate) fn inputs(&self, row: &Row, risk: f64) -> Inputs {
        let mut inputs = [0.0; INPUTS];
        inputs[0] = logit(risk, RISK_ODD);
        let usual = self.usual(row.short(Kind::Country));
        for (cue, input) in inputs[1..].iter_mut().enumerate() {
            *input = self.seen(cue, row).map_or(0.0, |seen| seen.nats(usual));
        }
        inputs
    }

    fn seen(&self, cue: usize, row: &Row) -> Option<Seen> {
        let key = key(CUES[cue].1, |kind| row.short(kind))?;
        let shared = self.cues.get(cue)?.get(&key)?;
        Some(Seen {
            cue,
            others: shared.users,
            suspected: f64::from(shared.suspected),
            expected: f64::from(shared.expected).max(1.0 / FINE_PARTS),
        })
    }

    /// What tells most against a sign-up, one a way, the most telling first.
    pub(crate) fn best(&self, row: &Row, weights: &[f64]) -> Vec<Seen> {
        let usual = self.usual(row.short(Kind::Country));
        super::tallies::told(usual, weights, |cue| self.seen(cue, row))
    }
}

/// Fewer users of a value tell nothing of another.
const USERS_MIN: u32 = 3;

fn key(kinds: &[Kind], value: impl Fn(Kind) -> u32) -> Option<u64> {
    let value = |kind: Kind| Some(value(kind)).filter(|value| *value != 0);
    match kinds {
        [one] => value(*one).map(u64::from),
        [one, two] => Some(pair(value(*one)?, value(*two)?)),
        _ => None,
    }
}
