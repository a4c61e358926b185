//! Accounts ranked by risk.
//!
//! **Recall at a false-positive rate f.** With N real accounts, at most
//! k = ⌊f·N⌋ of them may be flagged. The cut is the (k+1)-th highest risk among
//! the real accounts, and an account is flagged if its risk is *above* the cut:
//! a threshold admits all accounts of one risk or none, so a tie that reaches
//! past the budget is left out whole, and the rate reached may be below f.
//! Nothing is interpolated. Recall is the flagged share of the fraud.
//!
//! **AUC** is the probability that a random fraud account has a higher risk
//! than a random real one, equal risks counting half. **Average precision** is
//! Σ (recall gained at a risk) × (precision at that risk), risks descending,
//! equal risks taken together.

use super::{Scores, Truth};
use serde::Serialize;

/// The false-positive rates that are always reported.
pub const RATES: [f64; 3] = [1e-4, 1e-3, 1e-2];

/// A cut through the ranking.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cut {
    /// The allowed false-positive rate.
    pub rate: f64,
    /// Real accounts that may be flagged: ⌊rate × real⌋.
    pub budget: u64,
    /// Accounts with a risk above this are flagged; -1 where all may be.
    pub above: f64,
    /// Real accounts that are flagged.
    pub flagged_real: u64,
    /// Share of the real accounts that is flagged.
    pub rate_reached: f64,
}

impl Cut {
    /// Whether an account of this risk is flagged.
    pub fn admits(&self, risk: f64) -> bool {
        risk > self.above
    }
}

/// Cuts at the given rates.
pub fn cuts<const N: usize>(truth: &Truth, risk: &[f64], rates: [f64; N]) -> [Cut; N] {
    let mut real: Vec<f64> =
        risk.iter().zip(&truth.fraud).filter(|(_, fraud)| !**fraud).map(|(r, _)| *r).collect();
    real.sort_unstable_by(|a, b| b.total_cmp(a));
    rates.map(|rate| {
        // The nudge keeps 0.01 × 300 = 3, which floats put just below it.
        let budget = (rate * real.len() as f64 + 1e-9).floor() as usize;
        let above = real.get(budget).copied().unwrap_or(-1.0);
        let flagged = real.partition_point(|risk| *risk > above);
        let rate_reached = if real.is_empty() { 0.0 } else { flagged as f64 / real.len() as f64 };
        Cut { rate, budget: budget as u64, above, flagged_real: flagged as u64, rate_reached }
    })
}

/// What a fixed threshold gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Operating {
    /// Accounts of this risk and above are flagged.
    pub threshold: f64,
    /// Flagged fraud.
    pub true_positives: u64,
    /// Flagged real accounts.
    pub false_positives: u64,
    /// Flagged fraud among all flagged; none where nothing is flagged.
    pub precision: Option<f64>,
    /// Flagged fraud among all fraud; none without fraud.
    pub recall: Option<f64>,
    /// Flagged real accounts among all real ones; none without real accounts.
    pub false_positive_rate: Option<f64>,
}

/// Counts at `risk ≥ threshold`.
pub fn operating(truth: &Truth, risk: &[f64], threshold: f64) -> Operating {
    let (mut flagged, mut all) = ([0u64; 2], [0u64; 2]);
    for (risk, &fraud) in risk.iter().zip(&truth.fraud) {
        all[usize::from(fraud)] += 1;
        flagged[usize::from(fraud)] += u64::from(*risk >= threshold);
    }
    Operating {
        threshold,
        true_positives: flagged[1],
        false_positives: flagged[0],
        precision: ratio(flagged[1], flagged[0] + flagged[1]),
        recall: ratio(flagged[1], all[1]),
        false_positive_rate: ratio(flagged[0], all[0]),
    }
}

/// Whole-ranking figures; none where one of the two classes is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Curve {
    /// Area under the ROC curve.
    pub auc: Option<f64>,
    /// Average precision.
    pub average_precision: Option<f64>,
}

/// AUC and average precision.
pub fn curve(truth: &Truth, scores: &Scores) -> Curve {
    let mut ranked: Vec<(f64, bool)> =
        scores.risk.iter().copied().zip(truth.fraud.iter().copied()).collect();
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let fraud_all = ranked.iter().filter(|(_, fraud)| *fraud).count() as f64;
    let real_all = ranked.len() as f64 - fraud_all;
    if fraud_all == 0.0 || real_all == 0.0 {
        return Curve::default();
    }
    let (mut fraud, mut real, mut pairs, mut precision) = (0.0, 0.0, 0.0, 0.0);
    for tie in ranked.chunk_by(|a, b| a.0 == b.0) {
        let tied_fraud = tie.iter().filter(|(_, fraud)| *fraud).count() as f64;
        let tied_real = tie.len() as f64 - tied_fraud;
        pairs += tied_real * (fraud + tied_fraud / 2.0);
        fraud += tied_fraud;
        real += tied_real;
        precision += tied_fraud / fraud_all * fraud / (fraud + real);
    }
    Curve { auc: Some(pairs / (fraud_all * real_all)), average_precision: Some(precision) }
}

/// `part / whole`, none where there is no whole.
pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
