//! Name-pattern rules: many like-shaped or like-stemmed names at one provider
//! in one day. A bare count would only find the commonest way to write a name,
//! so a rule fires where the count is large *and* several times what the rest
//! of the log leads one to expect of that shape or stem at that provider's size
//! that day.
//!
//! The score is r / (1 + r), r = min(count / least count, lift / least lift).

use super::log::Keys;
use super::{Log, Method, Verdicts};
use xxhash_rust::xxh3::xxh3_64;

pub(super) const METHOD: Method = Method {
    name: "names",
    about: "20 of a shape or 10 of a stem, provider and day; 5 times the usual",
    run,
};

const DAY_MS: i64 = 86_400_000;

struct Rule {
    pattern: fn(&Keys) -> u64,
    /// Where the name was chosen: the mail provider, or the platform itself.
    provider: fn(&Keys) -> u64,
    count_min: f64,
    lift_min: f64,
}

const RULES: [Rule; 4] = [
    Rule {
        pattern: |keys| keys.mail_shape,
        provider: |keys| keys.mail_domain,
        count_min: 20.0,
        lift_min: 5.0,
    },
    Rule {
        pattern: |keys| keys.mail_stem,
        provider: |keys| keys.mail_domain,
        count_min: 10.0,
        lift_min: 5.0,
    },
    Rule { pattern: |keys| keys.handle_shape, provider: |_| 1, count_min: 20.0, lift_min: 5.0 },
    Rule { pattern: |keys| keys.handle_stem, provider: |_| 1, count_min: 10.0, lift_min: 5.0 },
];

fn run(log: &Log) -> Verdicts {
    let mut score = vec![0.0f64; log.len()];
    for rule in &RULES {
        apply(log, rule, &mut score);
    }
    Verdicts { group: vec![None; score.len()], score }
}

fn apply(log: &Log, rule: &Rule, score: &mut [f64]) {
    let place = |keys: &Keys| {
        let day = keys.time_ms.div_euclid(DAY_MS);
        if (rule.pattern)(keys) == 0 { 0 } else { joined((rule.provider)(keys), day as u64) }
    };
    let everywhere = sizes(log, rule.pattern);
    let at_place = sizes(log, place);
    let cell = |keys: &Keys| {
        if place(keys) == 0 { 0 } else { joined(place(keys), (rule.pattern)(keys)) }
    };
    let with_pattern = log.rows.iter().filter(|keys| (rule.pattern)(keys) != 0).count() as f64;
    for same in log.by(cell).chunk_by(|a, b| a.0 == b.0) {
        let keys = same[0].2 as usize;
        let (count, here) = (same.len() as f64, f64::from(at_place[keys]));
        let elsewhere = f64::from(everywhere[keys]) - count;
        let expected = here * elsewhere / (with_pattern - here).max(1.0);
        let lift = count / expected.max(1.0);
        let ratio = (count / rule.count_min).min(lift / rule.lift_min);
        for &(.., at) in same {
            let score = &mut score[at as usize];
            *score = score.max(ratio / (1.0 + ratio));
        }
    }
}

/// How many sign-ups share each one's key; 0 without the key.
fn sizes(log: &Log, key: impl Fn(&Keys) -> u64) -> Vec<u32> {
    let mut sizes = vec![0; log.len()];
    for same in log.by(key).chunk_by(|a, b| a.0 == b.0) {
        for &(.., at) in same {
            sizes[at as usize] = same.len() as u32;
        }
    }
    sizes
}

fn joined(a: u64, b: u64) -> u64 {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&a.to_le_bytes());
    bytes[8..].copy_from_slice(&b.to_le_bytes());
    xxh3_64(&bytes).max(1)
}
