//! Per-key rate limits, as web firewalls ship them. The limits are those that
//! AWS documents for its account-creation rule group (ACFP): more than 20
//! sign-ups from one address in 10 minutes, more than 10 from one session or
//! with one phone in 30 minutes; the mailbox is held to the phone's limit. A
//! device stands in for the session.
//!
//! A live limit only catches what comes after it is reached; here every
//! sign-up of the crowded window counts, which is kinder to the rule. The
//! score is r / (1 + r) with r = the fullest window around the sign-up over
//! the first count that breaks the limit: .5 is exactly where the rule fires.

use super::log::Keys;
use super::{Log, Method, Verdicts};
use std::collections::VecDeque;

pub(super) const METHOD: Method = Method {
    name: "per-key",
    about: "over 20 per address in 10 min; 10 per device, phone, mailbox in 30",
    run,
};

const MINUTE_MS: i64 = 60_000;

struct Rule {
    key: fn(&Keys) -> u64,
    window_ms: i64,
    accounts_max: u32,
}

const RULES: [Rule; 4] = [
    Rule { key: |keys| keys.ip, window_ms: 10 * MINUTE_MS, accounts_max: 20 },
    Rule { key: |keys| keys.device, window_ms: 30 * MINUTE_MS, accounts_max: 10 },
    Rule { key: |keys| keys.phone, window_ms: 30 * MINUTE_MS, accounts_max: 10 },
    Rule { key: |keys| keys.mailbox, window_ms: 30 * MINUTE_MS, accounts_max: 10 },
];

fn run(log: &Log) -> Verdicts {
    let mut score = vec![0.0f64; log.len()];
    for rule in &RULES {
        let order = log.by(rule.key);
        for run in order.chunk_by(|a, b| a.0 == b.0) {
            for (&(.., at), fullest) in run.iter().zip(fullest_windows(run, rule.window_ms)) {
                let ratio = f64::from(fullest) / f64::from(rule.accounts_max + 1);
                let score = &mut score[at as usize];
                *score = score.max(ratio / (1.0 + ratio));
            }
        }
    }
    Verdicts { group: vec![None; score.len()], score }
}

/// For every sign-up of a run in order of time: how many stand in the fullest
/// window that holds it. Linear: the windows' counts pass through a queue that
/// keeps only those that can still be the largest.
fn fullest_windows(run: &[(u64, i64, u32)], window_ms: i64) -> Vec<u32> {
    let mut first = 0;
    let firsts: Vec<usize> = (0..run.len())
        .map(|last| {
            while run[last].1 - run[first].1 >= window_ms {
                first += 1;
            }
            first
        })
        .collect();
    let count = |last: usize| (last - firsts[last] + 1) as u32;
    let mut best: VecDeque<usize> = VecDeque::new();
    let mut next = 0;
    let fullest = |at: usize| {
        while next < run.len() && firsts[next] <= at {
            while best.back().is_some_and(|&back| count(back) <= count(next)) {
                best.pop_back();
            }
            best.push_back(next);
            next += 1;
        }
        while best.front().is_some_and(|&front| front < at) {
            best.pop_front();
        }
        best.front().map_or(0, |&front| count(front))
    };
    (0..run.len()).map(fullest).collect()
}
