//! Whether a rate changed: counts before and after, period by period.
//!
//! Given their sum, the count after is binomial with the share of time that lies after, if
//! nothing changed (Przyborowski and Wilenski 1940); the interval of the ratio is that of
//! Clopper and Pearson for this share. Counts of what comes in bursts vary more than
//! Poisson: where there are periods enough to see it, the ratio is tested once more by the
//! F of quasi-likelihood, with the dispersion that the periods show (McCullagh and Nelder
//! 1989, 4.5, 9.2.4), and the more careful of both is taken.

use super::beta;
use serde::Serialize;

/// Fewer periods than this many degrees of freedom tell nothing of dispersion.
const FREEDOM_MIN: usize = 4;

/// The share of intervals that may miss.
pub(super) const ALPHA: f64 = 0.05;

/// What became of a rate, or of a price.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tested {
    /// After ÷ before; infinite where there was nothing before.
    pub ratio: f64,
    /// The 95 % interval of it.
    pub interval: (f64, f64),
    /// Two-sided.
    pub p: f64,
    /// How many times more than Poisson the counts vary, where that was looked at.
    pub dispersion: Option<f64>,
}

/// Compares the rate of events in periods of one length before and after; none where
/// nothing happened at all, or one side has no period.
pub fn compare(before: &[f64], after: &[f64]) -> Option<Tested> {
    let (x0, x1): (f64, f64) = (before.iter().sum(), after.iter().sum());
    let (t0, t1) = (before.len() as f64, after.len() as f64);
    if x0 + x1 <= 0.0 || before.is_empty() || after.is_empty() {
        return None;
    }
    let ratio = if x0 > 0.0 { (x1 / t1) / (x0 / t0) } else { f64::INFINITY };
    let exact = exact(x0.round(), x1.round(), t0, t1);
    let Some((dispersion, freedom)) = dispersion(before, after) else {
        return Some(Tested { ratio, interval: exact.0, p: exact.1, dispersion: None });
    };
    let quasi = quasi((x0, t0), (x1, t1), dispersion, freedom);
    let (low, high) = quasi.0.unwrap_or(exact.0);
    let interval = (low.min(exact.0.0), high.max(exact.0.1));
    Some(Tested { ratio, interval, p: quasi.1.max(exact.1), dispersion: Some(dispersion) })
}

type Interval = (f64, f64);

fn exact(x0: f64, x1: f64, t0: f64, t1: f64) -> (Interval, f64) {
    let n = x0 + x1;
    let share = t1 / (t0 + t1);
    let tail = beta::binomial_upper(x1, n, share).min(beta::binomial_lower(x1, n, share));
    let of_share = |share: f64| share / (1.0 - share) * t0 / t1;
    let low = if x1 > 0.0 { beta::inverse(x1, x0 + 1.0, ALPHA / 2.0) } else { 0.0 };
    let high = if x0 > 0.0 { beta::inverse(x1 + 1.0, x0, 1.0 - ALPHA / 2.0) } else { 1.0 };
    let high = if x0 > 0.0 { of_share(high) } else { f64::INFINITY };
    ((of_share(low), high), (2.0 * tail).min(1.0))
}

/// Pearson's χ² ÷ degrees of freedom, within the windows, and these; never below 1, since
/// less than Poisson is chance. None where there are too few.
fn dispersion(before: &[f64], after: &[f64]) -> Option<(f64, f64)> {
    let (mut chi2, mut freedom) = (0.0, 0);
    for counts in [before, after] {
        let mean = counts.iter().sum::<f64>() / counts.len() as f64;
        // A window in which nothing happened tells nothing of how much counts vary.
        if mean > 0.0 {
            chi2 += counts.iter().map(|count| (count - mean).powi(2) / mean).sum::<f64>();
            freedom += counts.len() - 1;
        }
    }
    (freedom >= FREEDOM_MIN).then(|| ((chi2 / freedom as f64).max(1.0), freedom as f64))
}

fn quasi(
    (x0, t0): (f64, f64),
    (x1, t1): (f64, f64),
    dispersion: f64,
    freedom: f64,
) -> (Option<Interval>, f64) {
    let term = |x: f64, t: f64| {
        let expected = (x0 + x1) * t / (t0 + t1);
        if x > 0.0 { x * (x / expected).ln() } else { 0.0 }
    };
    let deviance = 2.0 * (term(x0, t0) + term(x1, t1));
    let p = beta::f_upper(deviance / dispersion, 1.0, freedom);
    let interval = (x0 > 0.0 && x1 > 0.0).then(|| {
        let error = (dispersion * (1.0 / x0 + 1.0 / x1)).sqrt();
        let reach = (beta::t_two_sided(ALPHA, freedom) * error).exp();
        let ratio = (x1 / t1) / (x0 / t0);
        (ratio / reach, ratio * reach)
    });
    (interval, p)
}
