//! Who shares what with whom: for each value how many use it, how many of them are
//! suspects, and how many were to be expected.

use super::{CUES, INPUTS, Inputs, MENTIONED_MIN, RISK_ODD, WAYS_MIN, logit, odds};
use crate::cells::background::{Context, Contexts, HashedMap, pair};
use crate::cells::dictionary::Dictionaries;
use rayon::prelude::*;
use signals::Kind;

/// Suspicions are summed as whole thousandths, so that no order of rows matters.
const PARTS: f64 = 1024.0;
/// The same for what is expected, which may be far smaller.
pub(super) const FINE_PARTS: f64 = 1_048_576.0;

/// A country's rate is drawn to everyone's with the weight of so many sign-ups.
const PRIOR_SIGNUPS: f64 = 25.0;
/// What is expected counts for so many companions.
const PRIOR_COMPANIONS: f64 = 1.0;

/// The same of a share of companions, of whom there are hardly ever thousands.
const SHARE_ODD: f64 = 1e-3;

/// Those who share one value.
#[derive(Clone, Copy, Default)]
struct Tally {
    users: u32,
    suspicion: u64,
    expected: u64,
}

impl Tally {
    /// Whether it may be worth mentioning to an unsuspected user of a country of which
    /// at most the share `most` is suspected.
    fn tells(&self, most: f64) -> bool {
        let suspected = self.suspicion as f64 / PARTS;
        let expected = (self.expected as f64 / FINE_PARTS - most).max(0.0);
        let total = f64::from(self.users) - 1.0 + PRIOR_COMPANIONS;
        suspected >= SUSPECTS_MIN
            && odds(suspected / total, SHARE_ODD)
                >= MENTIONED_MIN.exp() * odds(expected / total, SHARE_ODD)
    }
}

/// What company is seen in.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) dictionaries: &'a Dictionaries,
    pub(crate) contexts: &'a Contexts,
    /// Risk of each row before its company is looked at.
    pub(crate) risk: &'a [f32],
}

impl Ground<'_> {
    /// The row's value of a cue; none where it has none, or hardly anyone has it.
    fn key(&self, kinds: &[Kind], row: usize) -> Option<u64> {
        let code = |kind: &Kind| {
            let dictionary = self.dictionaries.kind(*kind);
            let code = dictionary.codes()[row];
            (code != 0 && code <= dictionary.frequent()).then_some(code)
        };
        match kinds {
            [one] => code(one).map(u64::from),
            [one, two] => Some(pair(code(one)?, code(two)?)),
            _ => None,
        }
    }
}

/// How far each row is suspected, in whole parts.
pub(super) fn parts(ground: Ground<'_>, suspicion: impl Fn(usize) -> f32) -> Vec<u16> {
    let parts = |row| (f64::from(suspicion(row)) * PARTS).round() as u16;
    (0..ground.risk.len()).map(parts).collect()
}

/// Fewer suspects show nothing beyond what is expected.
const SUSPECTS_MIN: f64 = 3.0;

/// What each account's company is.
pub(crate) struct Company<'a> {
    ground: Ground<'a>,
    suspicion: Vec<u16>,
    /// By country.
    rates: Vec<u64>,
    /// By cue, of values that several accounts have: of fewer, nothing is said.
    tallies: Vec<Tallies>,
}

/// The tallies of one cue: by dictionary code, or by two codes.
enum Tallies {
    One(Vec<Tally>),
    Pair(HashedMap<u64, Tally>),
}

impl<'a> Company<'a> {
    /// The company that `suspicion` (0..1, by row) makes, to be seen for any row.
    pub(crate) fn of(ground: Ground<'a>, suspicion: impl Fn(usize) -> f32) -> Self {
        Self::seen_by(ground, parts(ground, suspicion), |_| true)
    }

    /// The same, to be seen for the rows that `asks` names with `suspicion` (in parts).
    pub(super) fn seen_by(
        ground: Ground<'a>,
        suspicion: Vec<u16>,
        asks: impl Fn(usize) -> bool + Sync,
    ) -> Self {
        let rates = rates(ground.contexts, &suspicion);
        let mut company = Self { ground, suspicion, rates, tallies: Vec::new() };
        let tallies = CUES.par_iter().map(|(_, kinds)| company.tally(kinds, &asks));
        company.tallies = tallies.collect::<Vec<_>>();
        company
    }

    fn tally(&self, kinds: &[Kind], asks: impl Fn(usize) -> bool) -> Tallies {
        let rows = 0..self.suspicion.len();
        if let [kind] = kinds {
            let size = self.ground.dictionaries.kind(*kind).frequent() as usize + 1;
            let mut tallies = vec![Tally::default(); size];
            for row in rows {
                if let Some(code) = self.ground.key(kinds, row) {
                    self.add(row, &mut tallies[code as usize]);
                }
            }
            return Tallies::One(tallies);
        }
        let asked = rows.clone().filter(|row| asks(*row));
        let asked = asked.filter_map(|row| self.ground.key(kinds, row));
        let mut tallies: HashedMap<u64, Tally> = asked.map(|key| (key, Tally::default())).collect();
        for row in rows {
            let key = self.ground.key(kinds, row);
            if let Some(tally) = key.and_then(|key| tallies.get_mut(&key)) {
                self.add(row, tally);
            }
        }
        Tallies::Pair(tallies)
    }

    fn add(&self, row: usize, tally: &mut Tally) {
        tally.users += 1;
        tally.suspicion += u64::from(self.suspicion[row]);
        tally.expected += self.rate(row);
    }

    /// The rows that share values with suspects in enough ways to be raised, whatever
    /// their country.
    pub(super) fn may_be_raised(&self) -> Vec<bool> {
        let mut ways = vec![0u16; self.suspicion.len()];
        let most = self.rates.iter().copied().max().unwrap_or(0) as f64 / FINE_PARTS;
        for ((way, kinds), tallies) in CUES.iter().zip(&self.tallies) {
            let way = 1 << (*way as u16);
            match tallies {
                Tallies::One(tallies) => {
                    let tells: Vec<bool> = tallies.iter().map(|tally| tally.tells(most)).collect();
                    let codes = self.ground.dictionaries.kind(kinds[0]).codes();
                    for (ways, code) in ways.iter_mut().zip(codes) {
                        *ways |= if tells.get(*code as usize) == Some(&true) { way } else { 0 };
                    }
                }
                Tallies::Pair(tallies) => {
                    let mut is_first = vec![false; self.ground.dictionaries.kind(kinds[0]).size()];
                    let telling = tallies.iter().filter(|(_, tally)| tally.tells(most));
                    telling.for_each(|(key, _)| is_first[(key >> 32) as usize] = true);
                    let codes = self.ground.dictionaries.kind(kinds[0]).codes();
                    for (row, ways) in ways.iter_mut().enumerate() {
                        let tells = |key| tallies.get(&key).is_some_and(|tally| tally.tells(most));
                        if is_first[codes[row] as usize]
                            && self.ground.key(kinds, row).is_some_and(tells)
                        {
                            *ways |= way;
                        }
                    }
                }
            }
        }
        ways.into_iter().map(|ways| ways.count_ones() as usize >= WAYS_MIN).collect()
    }

    /// What is expected of the row's countrymen, in fine parts.
    fn rate(&self, row: usize) -> u64 {
        self.rates[usize::from(self.ground.contexts.country[row])]
    }

    /// The risk without labels and the company of a row, in nats.
    pub(crate) fn inputs(&self, row: usize) -> Inputs {
        let mut inputs = [0.0; INPUTS];
        inputs[0] = logit(f64::from(self.ground.risk[row]), RISK_ODD);
        let usual = self.rate(row) as f64 / FINE_PARTS;
        for (cue, input) in inputs[1..].iter_mut().enumerate() {
            *input = self.seen(cue, row).map_or(0.0, |seen| seen.nats(usual));
        }
        inputs
    }

    fn seen(&self, cue: usize, row: usize) -> Option<Seen> {
        let key = self.ground.key(CUES[cue].1, row)?;
        let tally = match &self.tallies[cue] {
            Tallies::One(tallies) => &tallies[key as usize],
            Tallies::Pair(tallies) => tallies.get(&key)?,
        };
        let suspicion = tally.suspicion - u64::from(self.suspicion[row]);
        let expected = tally.expected - self.rate(row);
        Some(Seen {
            cue,
            others: tally.users - 1,
            suspected: suspicion as f64 / PARTS,
            expected: expected as f64 / FINE_PARTS,
        })
    }

    /// What told most against a row, one a way, the most telling first.
    pub(crate) fn best(&self, row: usize, weights: &[f64]) -> Vec<Seen> {
        let usual = self.rate(row) as f64 / FINE_PARTS;
        told(usual, weights, |cue| self.seen(cue, row))
    }
}

/// What tells most of what is `seen` in each cue, one a way, the most telling first.
pub(super) fn told(usual: f64, weights: &[f64], seen: impl Fn(usize) -> Option<Seen>) -> Vec<Seen> {
    let mut all: Vec<(f64, Seen)> = (0..CUES.len())
        .filter_map(seen)
        .map(|seen| (seen.nats(usual) * weights[seen.cue + 1].max(LEAST_WEIGHT), seen))
        .filter(|(_, seen)| seen.nats(usual) >= MENTIONED_MIN)
        .collect();
    all.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cue.cmp(&y.1.cue)));
    let mut told: Vec<Seen> = Vec::new();
    for (_, seen) in all {
        if told.len() < TOLD_MAX && told.iter().all(|t| CUES[t.cue].0 != CUES[seen.cue].0) {
            told.push(seen);
        }
    }
    told
}

/// More company than this is not read.
const TOLD_MAX: usize = 3;
/// Company that was found to weigh nothing still makes up for what else there is.
const LEAST_WEIGHT: f64 = 1e-6;

/// Company in one cue.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(super) cue: usize,
    pub(super) others: u32,
    pub(super) suspected: f64,
    pub(super) expected: f64,
}

impl Seen {
    /// How much likelier these companions are suspects than their countries make
    /// one expect, in nats.
    pub(super) fn nats(&self, usual: f64) -> f64 {
        // One suspect may be a mistake, and two the same one.
        let fewer = if self.suspected >= SUSPECTS_MIN { self.suspected - 1.0 } else { 0.0 };
        let suspected = fewer.max(self.suspected.min(self.expected));
        let prior = PRIOR_COMPANIONS * usual;
        let total = f64::from(self.others) + PRIOR_COMPANIONS;
        let share = |suspected: f64| odds((suspected + prior) / total, SHARE_ODD);
        (share(suspected) / share(self.expected)).ln()
    }
}

/// `14 of 16 others with its address (1.2 expected), …`
pub(crate) fn words(seen: &[Seen]) -> String {
    let one = |seen: &Seen| {
        let kinds: Vec<&str> = CUES[seen.cue].1.iter().map(|kind| kind.words()).collect();
        format!(
            "{:.0} of {} others with its {} ({:.1} expected)",
            seen.suspected,
            seen.others,
            kinds.join(" and "),
            seen.expected
        )
    };
    let all: Vec<String> = seen.iter().map(one).collect();
    all.join(", ")
}

/// How far each country's accounts are suspected, in fine parts.
fn rates(contexts: &Contexts, suspicion: &[u16]) -> Vec<u64> {
    let mut sums = vec![(0u64, 0u64); usize::from(Context::MAX) + 1];
    for (context, suspicion) in contexts.country.iter().zip(suspicion) {
        let (signups, suspects) = &mut sums[usize::from(*context)];
        *signups += 1;
        *suspects += u64::from(*suspicion);
    }
    let all: u64 = sums.iter().map(|(_, suspects)| suspects).sum();
    let everywhere = all as f64 / PARTS / suspicion.len().max(1) as f64;
    let rate = |(signups, suspects): (u64, u64)| {
        let here = suspects as f64 / PARTS + PRIOR_SIGNUPS * everywhere;
        (here / (signups as f64 + PRIOR_SIGNUPS) * FINE_PARTS).round() as u64
    };
    sums.into_iter().map(rate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(others: u32, suspected: f64, expected: f64) -> Seen {
        Seen { cue: 0, others, suspected, expected }
    }

    #[test]
    fn as_many_suspects_as_expected_say_nothing() {
        assert!(seen(100, 10.0, 10.0).nats(0.1).abs() < 1e-9);
    }

    #[test]
    fn one_ban_of_one_companion_says_little_and_many_say_much() {
        let one = seen(1, 0.5, 0.1).nats(0.1);
        let two = seen(2, 2.0, 0.2).nats(0.1);
        let many = seen(20, 18.0, 2.0).nats(0.1);
        assert!(one == 0.0 && two == 0.0 && many > 3.5, "{one} {two} {many}");
    }

    #[test]
    fn three_bans_on_a_campus_of_two_thousand_say_nothing() {
        assert!(seen(2_000, 1.5, 200.0).nats(0.1) < 0.0);
    }
}
