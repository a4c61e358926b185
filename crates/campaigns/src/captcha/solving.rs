//! How long solving takes. People differ from each other and from themselves; a
//! model does not, a practised worker hardly, and a model with workers behind it
//! has two paces. All is compared with the same provider's other challenges.

use super::{Bar, Clue, What};
use crate::binomial::{log_lower_tail, log_upper_tail};
use signals::Table;
use signals::captcha::Solve;

/// Fewer solve times than this have no shape.
const SOLVES_MIN: usize = 20;

/// A provider with fewer solves in the background has no law to compare with.
const LAW_SOLVES_MIN: usize = 200;

/// This share within the band of half of everyone: a class or an office, whose
/// people are of one age and on one kind of device, stays below.
const ALIKE_MIN: f64 = 0.8;

/// The share of the background that is below the floor.
const FLOOR: f64 = 0.005;

/// Below this share of a campaign a floor passed says little of it: every crowd
/// has somebody quick.
const BELOW_FLOOR_MIN: f64 = 0.1;

/// Two heaps are two paces from this ratio of their middles on, and when the
/// smaller holds this share; people who try twice make less of a gap.
const HEAPS_RATIO_MIN: f64 = 2.0;
const HEAP_SHARE_MIN: f64 = 0.15;

/// Providers as [`Solve`] numbers them.
const PROVIDERS: usize = 256;

/// The background's solve times: ln ms, ascending, by provider.
pub(super) struct Laws<'t> {
    solves: &'t [Solve],
    by_provider: Vec<Vec<f32>>,
    /// The median of each, and the half-width around it that holds half.
    bands: Vec<(f32, f32)>,
    floors: Vec<f32>,
}

impl<'t> Laws<'t> {
    pub(super) fn of(table: &'t Table, background: &[u32]) -> Self {
        let mut laws = Self {
            solves: table.solves(),
            by_provider: vec![Vec::new(); PROVIDERS],
            bands: Vec::new(),
            floors: Vec::new(),
        };
        for row in background {
            let solve = laws.solves[*row as usize];
            if let Some(ln_ms) = ln_ms(solve) {
                laws.by_provider[usize::from(solve.provider())].push(ln_ms);
            }
        }
        for law in &mut laws.by_provider {
            law.sort_unstable_by(f32::total_cmp);
        }
        laws.bands = laws.by_provider.iter().map(|law| band(law)).collect();
        laws.floors = laws.by_provider.iter().map(|law| quantile(law, FLOOR as f32)).collect();
        laws
    }

    /// The ln ms of these rows, ascending.
    pub(super) fn times(&self, rows: impl Iterator<Item = u32>) -> Vec<f32> {
        let mut times: Vec<f32> = rows.filter_map(|row| ln_ms(self.solves[row as usize])).collect();
        times.sort_unstable_by(f32::total_cmp);
        times
    }

    /// Whether the solve times of these rows are unlike everyone's.
    pub(super) fn clues(&self, rows: &[u32], bar: &Bar) -> Vec<Clue> {
        let comparable = |row: &&u32| {
            let solve = self.solves[**row as usize];
            solve.ms().is_some() && self.law(solve).len() >= LAW_SOLVES_MIN
        };
        let solves: Vec<Solve> =
            rows.iter().filter(comparable).map(|row| self.solves[*row as usize]).collect();
        if solves.len() < SOLVES_MIN {
            return Vec::new();
        }
        let clues =
            [self.alike(&solves, bar), self.two_heaps(&solves, bar), self.below(&solves, bar)];
        clues.into_iter().flatten().collect()
    }

    fn law(&self, solve: Solve) -> &[f32] {
        &self.by_provider[usize::from(solve.provider())]
    }

    /// Distances from the provider's median in units of the half-width that holds
    /// half of everyone; then how many lie within one unit of the campaign's own.
    fn alike(&self, solves: &[Solve], bar: &Bar) -> Option<Clue> {
        let unit = |solve: &Solve| {
            let (middle, half) = self.bands[usize::from(solve.provider())];
            Some((ln_ms(*solve)? - middle) / half)
        };
        let mut units: Vec<f32> = solves.iter().filter_map(unit).collect();
        units.sort_unstable_by(f32::total_cmp);
        let middle = quantile(&units, 0.5);
        let observed = units.iter().filter(|unit| (*unit - middle).abs() <= 1.0).count() as u64;
        let of = units.len() as u64;
        let found = observed as f64 >= ALIKE_MIN * of as f64
            && log_upper_tail(observed, of, 0.5) < bar.log_p;
        found.then_some(Clue { what: What::TooAlike, observed, expected: 0.5 * of as f64, of })
    }

    fn two_heaps(&self, solves: &[Solve], bar: &Bar) -> Option<Clue> {
        let mut times: Vec<f32> = solves.iter().filter_map(|solve| ln_ms(*solve)).collect();
        times.sort_unstable_by(f32::total_cmp);
        let (low, high) = heaps(&times)?;
        // The middle half of the way from one heap to the other.
        let quarter = (high - low) / 4.0;
        let between = |law: &[f32]| below(law, high - quarter) - below(law, low + quarter);
        let (of, observed) = (times.len() as u64, between(&times) as u64);
        let rate = |solve: &Solve| between(self.law(*solve)) as f64 / self.law(*solve).len() as f64;
        let expected: f64 = solves.iter().map(rate).sum();
        let found = (observed as f64) < 0.5 * expected
            && log_lower_tail(observed, of, expected / of as f64) < bar.log_p;
        let ms = |ln: f32| f64::from(ln).exp().round() as u32;
        let what = What::TwoHeaps { low_ms: ms(low), high_ms: ms(high) };
        found.then_some(Clue { what, observed, expected, of })
    }

    fn below(&self, solves: &[Solve], bar: &Bar) -> Option<Clue> {
        let is_below = |solve: &&Solve| {
            ln_ms(**solve).is_some_and(|ln| ln < self.floors[usize::from(solve.provider())])
        };
        let (observed, of) = (solves.iter().filter(is_below).count() as u64, solves.len() as u64);
        let found = observed as f64 >= BELOW_FLOOR_MIN * of as f64
            && log_upper_tail(observed, of, FLOOR) < bar.log_p;
        let expected = FLOOR * of as f64;
        found.then_some(Clue { what: What::BelowFloor, observed, expected, of })
    }
}

fn ln_ms(solve: Solve) -> Option<f32> {
    solve.ms().map(|ms| (ms as f32).ln())
}

/// The median, and the half-width around it that holds half.
fn band(law: &[f32]) -> (f32, f32) {
    let middle = quantile(law, 0.5);
    let mut distances: Vec<f32> = law.iter().map(|ln| (ln - middle).abs()).collect();
    distances.sort_unstable_by(f32::total_cmp);
    // A provider that rounds to seconds may have half of its times in one point.
    (middle, quantile(&distances, 0.5).max(0.01))
}

fn quantile(sorted: &[f32], share: f32) -> f32 {
    let at = (share * sorted.len() as f32) as usize;
    sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

/// How many are below.
fn below(sorted: &[f32], ln_ms: f32) -> usize {
    sorted.partition_point(|ln| *ln < ln_ms)
}

/// The middles of two heaps: the split with the least spread within (Otsu 1979).
fn heaps(sorted: &[f32]) -> Option<(f32, f32)> {
    let total: f64 = sorted.iter().map(|ln| f64::from(*ln)).sum();
    let n = sorted.len() as f64;
    let mut left = 0.0;
    let mut best = (0.0, 0.0, 0.0);
    for (i, ln) in sorted.iter().enumerate().take(sorted.len().saturating_sub(1)) {
        left += f64::from(*ln);
        let count = (i + 1) as f64;
        let (low, high) = (left / count, (total - left) / (n - count));
        let between = count * (n - count) * (high - low) * (high - low);
        let is_heap = count.min(n - count) >= HEAP_SHARE_MIN * n;
        if is_heap && between > best.0 {
            best = (between, low, high);
        }
    }
    let (between, low, high) = best;
    (between > 0.0 && high - low >= HEAPS_RATIO_MIN.ln()).then_some((low as f32, high as f32))
}

/// The largest distance between two distributions (Kolmogorov and Smirnov), less
/// what chance makes of it at one in twenty.
pub(super) fn apart(a: &[f32], b: &[f32]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (n, m) = (a.len() as f64, b.len() as f64);
    let gap = |ln: &f32| {
        let share = |of: &[f32]| of.partition_point(|x| x <= ln) as f64 / of.len() as f64;
        (share(a) - share(b)).abs()
    };
    let distance = a.iter().chain(b).map(gap).fold(0.0, f64::max);
    distance - 1.36 * ((n + m) / (n * m)).sqrt()
}
