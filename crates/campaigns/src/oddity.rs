//! Inconsistency between two attributes of one sign-up, as pointwise mutual
//! information (Church & Hanks 1990): a TLS stack names its browser, so honest
//! pairs are far commoner than chance; a kit that rotates user agents over one
//! library makes pairs that are no commoner than chance, at any size of the
//! campaign.

use crate::cells::background::{HashedMap, pair};

/// Oddness of each row: minus the shrunk PMI of its two values in nats,
/// clamped to ±[`ODDNESS_MAX`]; 0 where either is absent.
pub fn oddness(left: &[u32], right: &[u32]) -> Vec<f32> {
    let mut lefts: HashedMap<u32, u32> = HashedMap::default();
    let mut rights: HashedMap<u32, u32> = HashedMap::default();
    let mut both: HashedMap<u64, u32> = HashedMap::default();
    let mut total = 0u32;
    for (l, r) in left.iter().zip(right).filter(|(l, r)| **l != 0 && **r != 0) {
        *lefts.entry(*l).or_default() += 1;
        *rights.entry(*r).or_default() += 1;
        *both.entry(pair(*l, *r)).or_default() += 1;
        total += 1;
    }
    left.iter()
        .zip(right)
        .map(|(l, r)| {
            if *l == 0 || *r == 0 {
                return 0.0;
            }
            let chance = f64::from(lefts[l]) * f64::from(rights[r]) / f64::from(total);
            let pmi = ((f64::from(both[&pair(*l, *r)]) + SHRINK) / (chance + SHRINK)).ln();
            (-pmi as f32).clamp(-ODDNESS_MAX, ODDNESS_MAX)
        })
        .collect()
}

/// Pseudo-count that keeps a pair seen once from looking like a law.
const SHRINK: f64 = 1.0;

/// Beyond this the pair is as odd, or as usual, as it gets.
pub const ODDNESS_MAX: f32 = 4.0;
