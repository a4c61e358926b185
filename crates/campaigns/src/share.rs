//! Sums over the whole: the estimated fraudulent share, the rhythm of a
//! campaign, and what the input could not tell.

use crate::finding::Share;
use crate::weighed::Weighed;
use serde::{Deserialize, Serialize};
use signals::{Kind, Table};
use std::collections::BTreeMap;

/// 5 % and 95 % points of a normal distribution, for a 90 % interval.
const Z_90: f64 = 1.645;

/// What was measured on generated worlds: the mean risk of factories' accounts, and
/// that of people's; each in nine of ten worlds between the first and the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Traces {
    /// 5 %, 50 % and 95 % points over worlds of the mean risk of a factory's account.
    pub factories: [f64; 3],
    /// The same of a person's.
    pub people: [f64; 3],
}

impl Traces {
    /// The fraudulent share of which the mean risk is `seen`, the traces being at
    /// the given points.
    fn share(&self, seen: f64, factories: usize, people: usize) -> f64 {
        let (factory, person) = (self.factories[factories], self.people[people]);
        ((seen - person) / (factory - person)).clamp(0.0, 1.0)
    }
}

/// The fraudulent share of the sign-ups of `table`.
pub(crate) fn of(weighed: &Weighed, table: &Table) -> Share {
    let traces = tells(table).then(|| weighed.weighing.traces()).flatten();
    let carried = table.carried() as u32;
    let new = |rows: &Vec<u32>| rows.iter().filter_map(|row| row.checked_sub(carried)).collect();
    let groups: Vec<Vec<u32>> = weighed.groups.members.iter().map(new).collect();
    estimate(&weighed.risk[table.carried()..], &groups, traces)
}

/// The fraudulent share. What is seen of it is the mean risk, whose error comes from
/// whole groups being right or wrong together: a group's variance is that of one coin
/// of its size. What leaves no trace is added as `traces` say; where they are not
/// known, only the least that it can be is. `groups` are the rows of each.
pub fn estimate(risk: &[f32], groups: &[Vec<u32>], traces: Option<&Traces>) -> Share {
    let rows = risk.len() as f64;
    if risk.is_empty() {
        return Share { caveat: Some("no sign-ups".into()), ..Share::default() };
    }
    let sum: f64 = risk.iter().map(|risk| f64::from(*risk)).sum();
    let (seen, half) = (sum / rows, Z_90 * variance(risk, groups).sqrt() / rows);
    let (low, high) = ((seen - half).max(0.0), (seen + half).min(1.0));
    match traces {
        Some(traces) => Share {
            estimate: traces.share(seen, 1, 1),
            low: traces.share(low, 2, 2),
            high: traces.share(high, 0, 0),
            caveat: Some(LEFT_NO_TRACE.into()),
        },
        None => Share { estimate: seen, low, high: 1.0, caveat: Some(UNKNOWN.into()) },
    }
}

const LEFT_NO_TRACE: &str = "accounts made one by one or aged before use leave no trace at \
    sign-up: how many is judged by generated worlds";
const UNKNOWN: &str = "only what leaves a trace is counted: how much does not cannot be told \
    from this log";

/// Variance of the sum of risks.
fn variance(risk: &[f32], groups: &[Vec<u32>]) -> f64 {
    let mut alone = vec![true; risk.len()];
    let mut variance = 0.0;
    for members in groups.iter().filter(|members| !members.is_empty()) {
        let mass: f64 = members.iter().map(|row| f64::from(risk[*row as usize])).sum();
        let mean = mass / members.len() as f64;
        variance += (members.len() as f64).powi(2) * mean * (1.0 - mean);
        for row in members {
            alone[*row as usize] = false;
        }
    }
    let coin = |risk: f64| risk * (1.0 - risk);
    let singles = risk.iter().zip(&alone).filter(|(_, alone)| **alone);
    variance + singles.map(|(risk, _)| coin(f64::from(*risk))).sum::<f64>()
}

/// What a log must tell for the worlds to stand for it: without, most of what
/// factories do stays unseen.
const NEEDED: &[Kind] = &[Kind::Ip, Kind::Domain, Kind::NameShape, Kind::Agent];

/// Whether `table` has it.
pub fn tells(table: &Table) -> bool {
    NEEDED.iter().all(|kind| table.present(*kind) > 0)
}

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Members by hour of the day, UTC.
pub fn hours(times_ms: &[i64]) -> [u64; 24] {
    let mut hours = [0; 24];
    for time in times_ms {
        hours[time.div_euclid(HOUR_MS).rem_euclid(24) as usize] += 1;
    }
    hours
}

/// Members by day: (ms of the day's start UTC, count), ascending.
pub fn days(times_ms: &[i64]) -> Vec<(i64, u64)> {
    let mut days: BTreeMap<i64, u64> = BTreeMap::new();
    for time in times_ms {
        *days.entry(time.div_euclid(DAY_MS) * DAY_MS).or_default() += 1;
    }
    days.into_iter().collect()
}

/// What each kind of signal would have told.
const WORTH: &[(Kind, &str)] = &[
    (Kind::Ip, "no IP address: shared and rotating networks cannot be seen"),
    (Kind::Asn, "no network operator: hosting and proxy providers cannot be told apart"),
    (Kind::Country, "no country: names and clients are compared with the whole world"),
    (Kind::Domain, "no e-mail address: mail providers and mailbox grammars cannot be seen"),
    (Kind::NameShape, "no user name: naming habits are judged by mail names alone"),
    (Kind::Device, "no device id: re-used devices cannot be seen"),
    (Kind::Fingerprint, "no browser fingerprint: shared browser images cannot be seen"),
    (Kind::Ja4, "no TLS fingerprint: browsers that are not what they say cannot be seen"),
    (Kind::Agent, "no user agent: clients cannot be compared"),
    (Kind::PhoneBlock, "no phone number: bought number blocks cannot be seen"),
    (Kind::Solve, "no CAPTCHA solve time: solving services cannot be seen by their pace"),
    (Kind::Redeem, "no CAPTCHA issuing address: relayed tokens cannot be seen"),
    (Kind::Referrer, "no referrer: a viral day is harder to tell from a wave"),
];

/// Signals that no sign-up of `table` has, in words.
pub fn missing(table: &Table) -> Vec<String> {
    let absent = WORTH.iter().filter(|(kind, _)| table.present(*kind) == 0);
    absent.map(|(_, words)| (*words).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACES: Traces = Traces { factories: [0.5, 0.7, 0.9], people: [0.001, 0.002, 0.004] };

    fn risk(fraud: usize, people: usize) -> Vec<f32> {
        [vec![0.7; fraud], vec![0.002; people]].concat()
    }

    #[test]
    fn what_leaves_no_trace_is_counted() {
        let share = estimate(&risk(100, 900), &[], Some(&TRACES));
        assert!((share.estimate - 0.1).abs() < 0.001, "{share:?}");
        assert!(share.low < 0.1 && share.high > 0.13, "{share:?}");
    }

    #[test]
    fn of_nothing_seen_there_may_be_nothing() {
        let share = estimate(&risk(0, 1_000), &[], Some(&TRACES));
        assert!(share.estimate < 1e-6 && share.low == 0.0, "{share:?}");
    }

    #[test]
    fn where_it_cannot_be_known_the_least_is_said() {
        let share = estimate(&risk(100, 900), &[], None);
        assert!(share.low < share.estimate && share.high == 1.0, "{share:?}");
        assert!(share.caveat.is_some_and(|caveat| caveat.contains("cannot be told")));
    }
}
