//! The regularised incomplete beta function, of which the tails of the binomial, F and t
//! distributions are cases.

use libm::lgamma;

/// Steps after which the fraction has converged, or never does.
const STEPS_MAX: usize = 500;
/// Halvings after which two numbers are the same.
const HALVINGS_MAX: usize = 200;

/// I_x(a, b), by the continued fraction of Lentz (Press et al., Numerical Recipes, 6.4).
pub(super) fn incomplete(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || b.is_infinite() {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * x.ln() + b * (-x).ln_1p();
    // The fraction converges fast on one side of the middle, and the function is symmetric.
    if x < (a + 1.0) / (a + b + 2.0) {
        front.exp() * fraction(a, b, x) / a
    } else {
        1.0 - front.exp() * fraction(b, a, 1.0 - x) / b
    }
}

fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let not_zero = |number: f64| if number.abs() < TINY { TINY } else { number };
    let mut c = 1.0;
    let mut d = 1.0 / not_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut sum = d;
    for m in 1..=STEPS_MAX {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / not_zero(1.0 + even * d);
        c = not_zero(1.0 + even / c);
        sum *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / not_zero(1.0 + odd * d);
        c = not_zero(1.0 + odd / c);
        sum *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    sum
}

/// P(X ≥ k) of a binomial of n trials, for whole k and n.
pub(super) fn binomial_upper(k: f64, n: f64, p: f64) -> f64 {
    if k <= 0.0 { 1.0 } else { incomplete(k, n - k + 1.0, p) }
}

/// P(X ≤ k).
pub(super) fn binomial_lower(k: f64, n: f64, p: f64) -> f64 {
    if k >= n { 1.0 } else { incomplete(n - k, k + 1.0, 1.0 - p) }
}

/// P(F ≥ x) of an F distribution.
pub(super) fn f_upper(x: f64, numerator: f64, denominator: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    incomplete(denominator / 2.0, numerator / 2.0, denominator / (denominator + numerator * x))
}

/// The x of which I_x(a, b) is `p`.
pub(super) fn inverse(a: f64, b: f64, p: f64) -> f64 {
    halved(0.0, 1.0, |x| incomplete(a, b, x) < p)
}

/// The value that |t| is beyond with probability `alpha`, of a t distribution.
pub(super) fn t_two_sided(alpha: f64, freedom: f64) -> f64 {
    // Beyond this even one degree of freedom leaves less than any alpha that is asked for.
    halved(0.0, 1e4, |t| f_upper(t * t, 1.0, freedom) > alpha)
}

/// Where `is_below` turns from true to false.
fn halved(mut low: f64, mut high: f64, is_below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS_MAX {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if is_below(middle) { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}
