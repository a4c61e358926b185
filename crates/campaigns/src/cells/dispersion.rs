//! Over-dispersion: people who share a resource are a little alike for reasons
//! of their own, and how much is for the data to say.

/// Over-dispersion between groups where no data speak.
const DISPERSION_DEFAULT: f64 = 0.5;
/// Between this and [`DISPERSION_MAX`] the data decide.
const DISPERSION_MIN: f64 = 0.05;
/// Beyond this a family would be blind to anything.
const DISPERSION_MAX: f64 = 3.0;
/// A cell that expects fewer than this tells nothing of the dispersion.
pub(super) const FILLED_MIN: f64 = 2.0;
/// Fewer cells than this do not tell a dispersion.
const CELLS_MIN: usize = 50;
/// Tables of more rows than this have cells enough for a sample of them.
const ROWS_WHOLE: usize = 1 << 17;

/// Which cells tell the dispersion: all of a small table's, of a larger one's
/// so many as a small one has.
pub(super) struct Sample {
    mask: u32,
}

impl Sample {
    /// The sample for a table of `rows`.
    pub(super) fn of(rows: usize) -> Self {
        Self { mask: (rows / ROWS_WHOLE).next_power_of_two() as u32 - 1 }
    }

    /// Whether the cell of these two values is in the sample.
    pub(super) fn holds(&self, a: u32, b: u32) -> bool {
        (a ^ b.rotate_left(16)).wrapping_mul(0x9e37_79b9) >> 8 & self.mask == 0
    }
}

/// Robust over-dispersion of a family: the φ at which the median squared
/// deviation of well-filled cells (observed, expected) is what chance alone
/// would give (0.455, the median of χ² with one degree of freedom). The median
/// is untouched by the few cells that are campaigns.
pub(super) fn dispersion(filled: &[(f64, f64)]) -> f64 {
    if filled.len() < CELLS_MIN {
        return DISPERSION_DEFAULT;
    }
    let mut z2: Vec<f64> = Vec::with_capacity(filled.len());
    let mut median_z2 = |phi: f64| {
        z2.clear();
        z2.extend(filled.iter().map(|(observed, expected)| {
            let excess = observed - expected;
            excess * excess / (expected + phi * expected * expected)
        }));
        let middle = z2.len() / 2;
        *z2.select_nth_unstable_by(middle, f64::total_cmp).1
    };
    let (mut low, mut high) = (DISPERSION_MIN, DISPERSION_MAX);
    for _ in 0..20 {
        let middle = 0.5 * (low + high);
        if median_z2(middle) > 0.455 { low = middle } else { high = middle }
    }
    high
}
