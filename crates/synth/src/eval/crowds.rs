//! Who pays for the false positives: real accounts by benign crowd.
//! Both thresholds are the whole log's; a crowd has none of its own.

use super::ranking::{Cut, Operating, ratio};
use super::{Scores, Truth};
use serde::Serialize;

/// Share of a crowd that may be flagged before it is marked: more, and whole
/// campuses or offices learn that they are treated as thieves.
pub const RATE_MAX: f64 = 2e-3;

/// What people outside every crowd are called.
pub const ORDINARY: &str = "(ordinary people)";

/// The real accounts of one crowd.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crowd {
    /// Its name, [`ORDINARY`] for people outside every crowd.
    pub name: String,
    /// Real accounts in it.
    pub accounts: u64,
    /// Flagged at the cut.
    pub flagged: u64,
    /// `flagged / accounts`.
    pub rate: f64,
    /// Flagged at the fixed threshold.
    pub flagged_native: u64,
    /// `flagged_native / accounts`.
    pub rate_native: f64,
    /// Whether one of the two rates is above [`RATE_MAX`].
    pub is_above: bool,
}

/// Crowds at the cut and at the operating point, worst first.
pub fn crowds(truth: &Truth, scores: &Scores, cut: &Cut, native: &Operating) -> Vec<Crowd> {
    let ordinary = truth.crowds.len();
    let mut counts = vec![[0u64; 3]; ordinary + 1];
    for row in (0..truth.len()).filter(|&row| !truth.fraud[row]) {
        let counts = &mut counts[truth.crowd[row].map_or(ordinary, |crowd| crowd as usize)];
        counts[0] += 1;
        counts[1] += u64::from(cut.admits(scores.risk[row]));
        counts[2] += u64::from(scores.risk[row] >= native.threshold);
    }
    let name = |at: usize| {
        if at == ordinary { ORDINARY } else { truth.crowds.text(at as u32) }
    };
    let counted = counts.iter().enumerate().filter(|(_, counts)| counts[0] > 0);
    let mut crowds: Vec<Crowd> = counted.map(|(at, counts)| crowd(name(at), *counts)).collect();
    crowds.sort_by(|a, b| {
        let worst = b.rate.total_cmp(&a.rate).then(b.rate_native.total_cmp(&a.rate_native));
        worst.then_with(|| a.name.cmp(&b.name))
    });
    crowds
}

fn crowd(name: &str, [accounts, flagged, flagged_native]: [u64; 3]) -> Crowd {
    let rate = ratio(flagged, accounts).unwrap_or(0.0);
    let rate_native = ratio(flagged_native, accounts).unwrap_or(0.0);
    let is_above = rate.max(rate_native) > RATE_MAX;
    Crowd { name: name.into(), accounts, flagged, rate, flagged_native, rate_native, is_above }
}
