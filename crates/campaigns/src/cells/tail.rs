//! How surprising a count is: the upper tail of a negative binomial, in log
//! space, since the interesting probabilities are far below what a float holds.

use super::background::UNSEEN;
use libm::lgamma;

/// Natural logarithm of P(X ≥ `observed`) where X has mean `expected` and
/// variance `expected + dispersion × expected²` (negative binomial; Poisson as
/// `dispersion` goes to 0). Exact up to the truncation of a geometric tail.
pub fn log_tail(observed: u32, expected: f64, dispersion: f64) -> f64 {
    let k = f64::from(observed);
    if observed == 0 || expected >= k {
        // The callers ask only of counts above expectation; up there, one half
        // is bound enough.
        return if observed == 0 { 0.0 } else { -std::f64::consts::LN_2 };
    }
    let size = 1.0 / dispersion.max(DISPERSION_MIN);
    let log_q = expected.ln() - (expected + size).ln();
    let first = lgamma(k + size) - lgamma(size) - lgamma(k + 1.0)
        + size * (size.ln() - (expected + size).ln())
        + k * log_q;
    first + sum_of_ratios(k, size, log_q.exp()).ln()
}

/// The same where the mean is itself known from `others` sign-ups alone: the
/// share of all who have the value that falls to the group is binomial
/// (Przyborowski & Wilenski 1940). Of a value that five sign-ups have, all five
/// are in a sixth of the log once in eight thousand times, however small the
/// mean that the others suggest.
pub fn log_conditional_tail(observed: u32, expected: f64, others: u32) -> f64 {
    let exposure = expected / (f64::from(others) + UNSEEN);
    let share = exposure / (1.0 + exposure);
    let (k, n) = (f64::from(observed), f64::from(observed) + f64::from(others));
    if k <= n * share {
        return -std::f64::consts::LN_2;
    }
    let first = lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)
        + k * share.ln()
        + (n - k) * (1.0 - share).ln();
    let (mut sum, mut term, mut j) = (1.0, 1.0, k);
    let odds = share / (1.0 - share);
    while j < n && term > sum * 1e-9 {
        term *= (n - j) / (j + 1.0) * odds;
        sum += term;
        j += 1.0;
    }
    first + sum.ln()
}

/// Below this the distribution is Poisson to within rounding.
const DISPERSION_MIN: f64 = 1e-6;

/// Terms after which the rest is bounded by a geometric series.
const TERMS_MAX: usize = 200;

/// 1 + p(k+1)/p(k) + p(k+2)/p(k) + …
fn sum_of_ratios(k: f64, size: f64, q: f64) -> f64 {
    let (mut sum, mut term, mut j) = (1.0, 1.0, k);
    for _ in 0..TERMS_MAX {
        let ratio = (j + size) / (j + 1.0) * q;
        term *= ratio;
        sum += term;
        j += 1.0;
        if term < sum * 1e-9 {
            return sum;
        }
    }
    let ratio = ((j + size) / (j + 1.0) * q).min(0.999_999);
    sum + term * ratio / (1.0 - ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poisson_tail(k: u32, mean: f64) -> f64 {
        let below: f64 = (0..k)
            .map(|j| (f64::from(j) * mean.ln() - mean - lgamma(f64::from(j) + 1.0)).exp())
            .sum();
        (1.0 - below).ln()
    }

    #[test]
    fn without_dispersion_it_is_the_poisson_tail() {
        for (k, mean) in [(3, 0.5), (10, 4.0), (40, 20.0)] {
            assert!((log_tail(k, mean, 0.0) - poisson_tail(k, mean)).abs() < 1e-3);
        }
    }

    #[test]
    fn few_others_tell_little() {
        let sixth = 1.0 / 5.0 * UNSEEN;
        assert!((log_conditional_tail(5, sixth, 0) - 5.0 * (1.0f64 / 6.0).ln()).abs() < 1e-9);
        let (known, poisson) = (log_conditional_tail(10, 4.0, 4_000_000), log_tail(10, 4.0, 0.0));
        assert!((known - poisson).abs() < 1e-2, "{known} {poisson}");
    }

    #[test]
    fn dispersion_makes_a_surplus_less_surprising() {
        assert!(log_tail(50, 5.0, 1.0) > log_tail(50, 5.0, 0.1));
        assert!(log_tail(5000, 5.0, 0.1).is_finite());
    }
}
