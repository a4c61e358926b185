//! Whether a risk of .7 means seven in ten.
//!
//! **Expected calibration error**: Σ over bins of (accounts in the bin / all) ×
//! |mean risk − fraudulent share|, over [`BINS`] bins. *Equal width*: [0, .1),
//! [.1, .2), … [.9, 1]. *Equal mass*: accounts in order of risk, a bin closed at
//! the first change of risk at or after each tenth of them, so that equal risks
//! share one bin and there may be fewer than ten. On a log in which most people
//! have risk 0 the equal-width error is ruled by that one bin, the other less.
//! **Brier**: mean (risk − outcome)².

use super::scan::Share;
use super::{Scores, Truth};
use serde::Serialize;

/// Number of bins.
pub const BINS: usize = 10;

/// How risk and outcome agree.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Calibration {
    /// Expected calibration error over bins of equal width.
    pub error_equal_width: f64,
    /// Expected calibration error over bins of equal mass.
    pub error_equal_mass: f64,
    /// Mean squared difference of risk and outcome.
    pub brier: f64,
    /// Equal-width bins that hold an account.
    pub reliability: Vec<Bin>,
    /// True fraudulent share of the labelled accounts.
    pub share_true: f64,
    /// Mean risk: the share that the risks add up to.
    pub share_by_risk: f64,
    /// The scan's own estimate, if it made one.
    pub share_estimate: Option<Share>,
    /// Whether the true share lies in the estimate's interval.
    pub share_inside: Option<bool>,
}

/// Accounts of like risk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Bin {
    /// Lowest risk of the bin.
    pub from: f64,
    /// Accounts in it.
    pub accounts: u64,
    /// Their mean risk.
    pub risk: f64,
    /// Their fraudulent share.
    pub fraud: f64,
}

/// All calibration figures.
pub fn calibration(truth: &Truth, scores: &Scores, estimate: Option<Share>) -> Calibration {
    let mut ranked: Vec<(f64, bool)> =
        scores.risk.iter().copied().zip(truth.fraud.iter().copied()).collect();
    ranked.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let place = |risk: f64| ((risk * BINS as f64) as usize).min(BINS - 1);
    let reliability: Vec<Bin> = ranked
        .chunk_by(|a, b| place(a.0) == place(b.0))
        .map(|accounts| bin(accounts, place(accounts[0].0) as f64 / BINS as f64))
        .collect();
    let whole = bin(&ranked, 0.0);
    let squares: f64 =
        ranked.iter().map(|(risk, fraud)| (risk - f64::from(u8::from(*fraud))).powi(2)).sum();
    Calibration {
        error_equal_width: error(&reliability),
        error_equal_mass: error(&equal_mass(&ranked)),
        brier: squares / ranked.len().max(1) as f64,
        reliability,
        share_true: whole.fraud,
        share_by_risk: whole.risk,
        share_estimate: estimate,
        share_inside: estimate.map(|share| (share.low..=share.high).contains(&whole.fraud)),
    }
}

fn equal_mass(ranked: &[(f64, bool)]) -> Vec<Bin> {
    let (mut bins, mut start) = (Vec::new(), 0);
    for tenth in 1..=BINS {
        let mut end = (ranked.len() * tenth / BINS).max(start);
        while end > start && end < ranked.len() && ranked[end].0 == ranked[end - 1].0 {
            end += 1;
        }
        if end > start {
            bins.push(bin(&ranked[start..end], ranked[start].0));
            start = end;
        }
    }
    bins
}

fn bin(accounts: &[(f64, bool)], from: f64) -> Bin {
    let count = accounts.len().max(1) as f64;
    let risk: f64 = accounts.iter().map(|(risk, _)| risk).sum();
    let fraud = accounts.iter().filter(|(_, fraud)| *fraud).count() as f64;
    Bin { from, accounts: accounts.len() as u64, risk: risk / count, fraud: fraud / count }
}

fn error(bins: &[Bin]) -> f64 {
    let accounts: u64 = bins.iter().map(|bin| bin.accounts).sum();
    let sum: f64 = bins.iter().map(|bin| bin.accounts as f64 * (bin.risk - bin.fraud).abs()).sum();
    sum / accounts.max(1) as f64
}
