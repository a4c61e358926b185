//! How surprising a share is: exact tails of the binomial, in log space.

use libm::lgamma;

/// Terms after which the rest is bounded by a geometric series.
const TERMS_MAX: u64 = 400;

/// Natural logarithm of P(X ≥ `observed`) where X is the number of successes
/// among `trials`, each with probability `p`. At and below the mean it is
/// bounded by ln ½, as in [`crate::cells::tail::log_tail`].
pub fn log_upper_tail(observed: u64, trials: u64, p: f64) -> f64 {
    let p = p.clamp(0.0, 1.0);
    if observed == 0 || p >= 1.0 {
        return 0.0;
    }
    if observed > trials || p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if observed as f64 <= p * trials as f64 {
        return -std::f64::consts::LN_2;
    }
    let (k, n) = (observed as f64, trials as f64);
    let first = lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)
        + k * p.ln()
        + (n - k) * (1.0 - p).ln();
    (first + sum_of_ratios(observed, trials, p / (1.0 - p)).ln()).min(0.0)
}

/// Natural logarithm of P(X ≤ `observed`), X as in [`log_upper_tail`].
pub fn log_lower_tail(observed: u64, trials: u64, p: f64) -> f64 {
    log_upper_tail(trials.saturating_sub(observed), trials, 1.0 - p)
}

/// 1 + p(k+1)/p(k) + p(k+2)/p(k) + …
fn sum_of_ratios(observed: u64, trials: u64, odds: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in observed..trials.min(observed + TERMS_MAX) {
        let ratio = (trials - k) as f64 / (k + 1) as f64 * odds;
        term *= ratio;
        sum += term;
        if term < sum * 1e-12 {
            return sum;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum itself, term by term.
    fn plain(observed: u64, trials: u64, p: f64) -> f64 {
        let choose = |k: u64| (0..k).map(|i| (trials - i) as f64 / (i + 1) as f64).product::<f64>();
        let term = |k: u64| choose(k) * p.powi(k as i32) * (1.0 - p).powi((trials - k) as i32);
        (observed..=trials).map(term).sum::<f64>().ln()
    }

    #[test]
    fn it_is_the_sum_of_its_terms() {
        for (k, n, p) in [(9, 10, 0.5), (30, 40, 0.3), (5, 200, 0.005), (10, 10, 0.02)] {
            assert!((log_upper_tail(k, n, p) - plain(k, n, p)).abs() < 1e-9, "{k} of {n}");
        }
        let below = (1.0 - plain(4, 20, 0.5).exp()).ln();
        assert!((log_lower_tail(3, 20, 0.5) - below).abs() < 1e-9);
    }

    #[test]
    fn what_was_to_be_expected_is_no_surprise() {
        assert_eq!(log_upper_tail(0, 10, 0.5), 0.0);
        assert_eq!(log_upper_tail(5, 10, 0.5), -std::f64::consts::LN_2);
        assert_eq!(log_upper_tail(1, 10, 0.0), f64::NEG_INFINITY);
        assert!(log_upper_tail(90_000, 100_000, 0.5).is_finite());
    }
}
