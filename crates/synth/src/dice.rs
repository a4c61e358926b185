//! Seeded draws. A stream is named by a path of numbers (seed, source, member …),
//! so any row can be drawn alone, in any order and on any thread.
//! An own generator rather than a library's: the bytes that a seed stands for
//! must outlive every upgrade, and a row needs a fresh stream in a nanosecond.

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// One stream of draws (SplitMix64).
#[derive(Clone)]
pub(crate) struct Dice {
    state: u64,
}

/// The finaliser of SplitMix64: a bijection on 64 bits that mixes them well.
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(GOLDEN);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One number for a path of numbers.
pub(crate) fn hash(path: &[u64]) -> u64 {
    path.iter().fold(GOLDEN, |state, &step| mix(state ^ mix(step)))
}

/// One number for a text (FNV-1a, then mixed): names in tables become seeds.
pub(crate) fn hash_text(text: &str) -> u64 {
    mix(text.bytes().fold(0xcbf2_9ce4_8422_2325, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    }))
}

impl Dice {
    pub(crate) fn new(path: &[u64]) -> Self {
        Self { state: hash(path) }
    }

    pub(crate) fn bits(&mut self) -> u64 {
        let drawn = mix(self.state);
        self.state = self.state.wrapping_add(GOLDEN);
        drawn
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in 0..bound; the bound is at least one.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound.max(1))) >> 64) as u64
    }

    /// Uniform in low..=high.
    pub(crate) fn whole(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as u64) as i64
    }

    /// Uniform in [low, high).
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of a non-empty list.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }

    /// An index in 0..count with the first ones far likelier, as in most lists
    /// of popular things; the power sets how much.
    pub(crate) fn skewed(&mut self, count: u64, power: f64) -> u64 {
        let place = scaled_power(self.unit(), power, count as f64);
        place.min(count.saturating_sub(1))
    }

    /// One of a non-empty list, the first ones likelier.
    pub(crate) fn popular<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.skewed(list.len() as u64, 1.7) as usize]
    }

    /// Standard normal (Box–Muller, one of the pair).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    pub(crate) fn pareto(&mut self, least: f64, alpha: f64) -> f64 {
        least * libm::pow(1.0 - self.unit(), -1.0 / alpha)
    }

    /// Leaves out so many draws of [`Dice::bits`].
    pub(crate) fn skip(&mut self, draws: u64) {
        self.state = self.state.wrapping_add(GOLDEN.wrapping_mul(draws));
    }

    /// Decimal digits, the first one possibly zero.
    pub(crate) fn digits(&mut self, count: usize, into: &mut String) {
        for _ in 0..count {
            into.push(char::from(b'0' + self.below(10) as u8));
        }
    }
}

/// The whole part of `base` to the `power` times `scale`, the same on every machine.
pub(crate) fn scaled_power(base: f64, power: f64, scale: f64) -> u64 {
    // The machine's own power is quick, and may be wrong in its last bits: these
    // decide only beside a whole number, where the portable one is asked.
    const UNSURE: f64 = 1e-11;
    let quick = base.powf(power) * scale;
    if (quick - quick.round()).abs() > UNSURE * scale {
        return quick as u64;
    }
    (libm::pow(base, power) * scale) as u64
}

/// Weights made ready for drawing an index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    cumulative: Vec<f64>,
}

impl Weights {
    pub(crate) fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let cumulative = weights
            .into_iter()
            .map(|weight| {
                sum += weight.max(0.0);
                sum
            })
            .collect();
        Self { cumulative }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cumulative.last().is_none_or(|&sum| sum <= 0.0)
    }

    pub(crate) fn total(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or(0.0)
    }

    /// The probability of one index.
    pub(crate) fn share(&self, index: usize) -> f64 {
        let before = if index == 0 { 0.0 } else { self.cumulative[index - 1] };
        (self.cumulative[index] - before) / self.total().max(f64::MIN_POSITIVE)
    }

    pub(crate) fn draw(&self, dice: &mut Dice) -> usize {
        let point = dice.unit() * self.total();
        self.cumulative
            .partition_point(|&sum| sum <= point)
            .min(self.cumulative.len().saturating_sub(1))
    }
}
