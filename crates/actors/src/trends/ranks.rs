//! Whether prices changed: by ranks, since prices have outliers and shops have moods.
//!
//! One offer before and after: the signed ranks of the logarithms of its ratios (Wilcoxon
//! 1945), with zeros as Pratt (1959) treats them. Different offers before and after: the
//! rank sum (Wilcoxon 1945, Mann and Whitney 1947). Both by their exact distribution given
//! the ties, by the normal one where there are many. The ratio and its interval are those
//! of Hodges and Lehmann (1963).

use super::counts::{ALPHA, Tested};

/// Up to so many values the distribution is counted out; beyond, the normal one differs by
/// less than the third digit.
const EXACT_MAX: usize = 40;
/// Pairs of values grow with the square: of more values the middle ones stand for all.
const VALUES_MAX: usize = 2000;

/// Compares what each of several offers cost after with what it cost before, from the
/// logarithms of the ratios; none of fewer than two.
pub fn paired(log_ratios: &[f64]) -> Option<Tested> {
    let values = thinned(log_ratios);
    let n = values.len();
    if n < 2 {
        return None;
    }
    let ranks = double_ranks(&values.iter().map(|value| value.abs()).collect::<Vec<_>>());
    let signed = values.iter().zip(&ranks).filter(|(value, _)| **value != 0.0);
    let (mut plus, mut used) = (0, Vec::new());
    for (value, rank) in signed {
        used.push(*rank);
        plus += if *value > 0.0 { *rank } else { 0 };
    }
    let p = if used.is_empty() { 1.0 } else { two_sided(&Null::of_subsets(&used), plus) };
    let mut means = Vec::with_capacity(n * (n + 1) / 2);
    for (at, one) in values.iter().enumerate() {
        means.extend(values[at..].iter().map(|other| f64::midpoint(*one, *other)));
    }
    let plain: Vec<usize> = (1..=n).map(|rank| 2 * rank).collect();
    Some(estimate(means, &Null::of_subsets(&plain), 0, p))
}

/// Compares what offers cost after with what other offers cost before, from the logarithms
/// of the prices; none where one side has fewer than two.
pub fn unpaired(before: &[f64], after: &[f64]) -> Option<Tested> {
    let (before, after) = (thinned(before), thinned(after));
    if before.len() < 2 || after.len() < 2 {
        return None;
    }
    let all: Vec<f64> = before.iter().chain(&after).copied().collect();
    let ranks = double_ranks(&all);
    let sum = ranks[before.len()..].iter().sum();
    let p = two_sided(&Null::of_samples(&ranks, after.len()), sum);
    let differences: Vec<f64> =
        after.iter().flat_map(|after| before.iter().map(move |before| after - before)).collect();
    let plain: Vec<usize> = (1..=all.len()).map(|rank| 2 * rank).collect();
    let least = after.len() * (after.len() + 1);
    Some(estimate(differences, &Null::of_samples(&plain, after.len()), least, p))
}

fn thinned(values: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    let over = values.len().saturating_sub(VALUES_MAX);
    values[over / 2..values.len() - over.div_ceil(2)].to_vec()
}

/// Twice the rank of each value, so that the ranks of equal ones are whole numbers too.
fn double_ranks(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|x, y| values[*x].total_cmp(&values[*y]));
    let mut ranks = vec![0; values.len()];
    let mut first = 0;
    for equal in order.chunk_by(|x, y| values[*x] == values[*y]) {
        let rank = 2 * first + equal.len() + 1;
        equal.iter().for_each(|at| ranks[*at] = rank);
        first += equal.len();
    }
    ranks
}

/// How a sum of ranks is distributed if nothing changed.
enum Null {
    /// P(sum = index).
    Exact(Vec<f64>),
    /// Mean and standard deviation.
    Normal(f64, f64),
}

impl Null {
    /// Of ranks each of which is in the sum, or is not, with even chance.
    fn of_subsets(ranks: &[usize]) -> Self {
        let total: usize = ranks.iter().sum();
        if ranks.len() > EXACT_MAX {
            let squares: f64 = ranks.iter().map(|rank| (*rank as f64).powi(2)).sum();
            return Self::Normal(total as f64 / 2.0, (squares / 4.0).sqrt());
        }
        let mut chance = vec![0.0; total + 1];
        chance[0] = 1.0;
        for rank in ranks {
            for sum in (0..=total).rev() {
                let with = if sum >= *rank { chance[sum - rank] } else { 0.0 };
                chance[sum] = f64::midpoint(chance[sum], with);
            }
        }
        Self::Exact(chance)
    }

    /// Of `size` ranks drawn from all.
    fn of_samples(ranks: &[usize], size: usize) -> Self {
        let total: usize = ranks.iter().sum();
        let (n, m) = (ranks.len() as f64, size as f64);
        if ranks.len() > EXACT_MAX {
            let mean = total as f64 / n;
            let spread: f64 = ranks.iter().map(|rank| (*rank as f64 - mean).powi(2)).sum();
            let variance = m * (n - m) / (n * (n - 1.0)) * spread;
            return Self::Normal(m * mean, variance.sqrt());
        }
        let mut ways = vec![vec![0.0; total + 1]; size + 1];
        ways[0][0] = 1.0;
        for rank in ranks {
            for taken in (1..=size).rev() {
                for sum in (*rank..=total).rev() {
                    ways[taken][sum] += ways[taken - 1][sum - rank];
                }
            }
        }
        let all: f64 = ways[size].iter().sum();
        Self::Exact(ways[size].iter().map(|ways| ways / all).collect())
    }

    fn at_most(&self, sum: usize) -> f64 {
        match self {
            Self::Exact(chance) => chance[..=sum.min(chance.len() - 1)].iter().sum(),
            // Doubled ranks go by two: half a step is one.
            Self::Normal(mean, deviation) => normal((sum as f64 + 1.0 - mean) / deviation),
        }
    }

    fn at_least(&self, sum: usize) -> f64 {
        match self {
            Self::Exact(chance) => chance[sum.min(chance.len() - 1)..].iter().sum(),
            Self::Normal(mean, deviation) => normal((mean + 1.0 - sum as f64) / deviation),
        }
    }
}

/// P(Z ≤ z).
fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

fn two_sided(null: &Null, sum: usize) -> f64 {
    (2.0 * null.at_most(sum).min(null.at_least(sum))).min(1.0)
}

/// The median of the `shifts` and, from the null distribution of ranks without ties, its
/// interval: so many from either end are left out as are too few by chance.
fn estimate(mut shifts: Vec<f64>, null: &Null, least: usize, p: f64) -> Tested {
    shifts.sort_by(f64::total_cmp);
    let count = shifts.len();
    let median = f64::midpoint(shifts[(count - 1) / 2], shifts[count / 2]);
    let mut out = 0;
    while out < count / 2 && null.at_most(least + 2 * out) <= ALPHA / 2.0 {
        out += 1;
    }
    // Too few values for an interval of this confidence: all that was seen, and more.
    let interval = match out {
        0 => (0.0, f64::INFINITY),
        out => (shifts[out - 1].exp(), shifts[count - out].exp()),
    };
    Tested { ratio: median.exp(), interval, p, dispersion: None }
}
