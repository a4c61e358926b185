//! Sums over the whole: the estimated fraudulent share, the rhythm of a
//! campaign, and what the input could not tell.

use crate::finding::Share;
use crate::groups::Groups;
use signals::{Kind, Table};
use std::collections::BTreeMap;

/// 5 % and 95 % points of a normal distribution, for a 90 % interval.
const Z_90: f64 = 1.645;

/// The share is the mean risk. Its error comes from whole groups being right
/// or wrong together, so a group's variance is that of one coin of its size.
pub fn estimate(risk: &[f32], groups: &Groups) -> Share {
    let rows = risk.len() as f64;
    if risk.is_empty() {
        return Share { caveat: Some("no sign-ups".into()), ..Share::default() };
    }
    let sum: f64 = risk.iter().map(|risk| f64::from(*risk)).sum();
    let mut alone = vec![true; risk.len()];
    let mut variance = 0.0;
    for members in groups.members.iter().filter(|members| !members.is_empty()) {
        let mass: f64 = members.iter().map(|row| f64::from(risk[*row as usize])).sum();
        let mean = mass / members.len() as f64;
        variance += (members.len() as f64).powi(2) * mean * (1.0 - mean);
        for row in members {
            alone[*row as usize] = false;
        }
    }
    let coin = |risk: f64| risk * (1.0 - risk);
    let singles = risk.iter().zip(&alone).filter(|(_, alone)| **alone);
    variance += singles.map(|(risk, _)| coin(f64::from(*risk))).sum::<f64>();
    let half = Z_90 * variance.sqrt();
    Share {
        estimate: sum / rows,
        low: ((sum - half) / rows).max(0.0),
        high: ((sum + half) / rows).min(1.0),
        caveat: Some(
            "accounts made one by one or aged before use leave no trace at sign-up and are not counted"
                .into(),
        ),
    }
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
