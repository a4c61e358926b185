//! How sure a recall is: a percentile bootstrap over campaigns.
//!
//! The accounts of one campaign are caught or missed together, so resampling
//! accounts would promise far too much. The units are the campaigns of the
//! truth (a fraud account without a campaign is a unit of its own); as many
//! units as there are are drawn with replacement, recall is Σ caught / Σ
//! accounts of the drawn ones, and the interval runs from the 2.5th to the
//! 97.5th percentile of the resamples. The real accounts, and so the cut, are
//! held fixed: the interval says nothing about other benign crowds.

use super::Truth;
use super::ranking::Cut;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// A recall with its interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Recall {
    /// Caught fraud among all fraud; none without fraud.
    pub recall: Option<f64>,
    /// 2.5th percentile of the resamples.
    pub low: Option<f64>,
    /// 97.5th percentile of the resamples.
    pub high: Option<f64>,
}

/// What is drawn: the fraud accounts of one campaign.
#[derive(Clone, Copy, Debug)]
struct Unit<const N: usize> {
    accounts: u64,
    caught: [u64; N],
}

/// How the resampling is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Resampling {
    /// Seed of the draw.
    pub seed: u64,
    /// Number of resamples; 0 gives no interval.
    pub resamples: u32,
}

/// Recall at each cut over the fraud accounts that `wanted` picks by row.
pub fn recall<const N: usize>(
    truth: &Truth,
    risk: &[f64],
    cuts: &[Cut; N],
    resampling: Resampling,
    wanted: impl Fn(usize) -> bool,
) -> [Recall; N] {
    let units = units(truth, risk, cuts, wanted);
    let accounts: u64 = units.iter().map(|unit| unit.accounts).sum();
    if accounts == 0 {
        return [Recall::default(); N];
    }
    let mut drawn = draw(&units, resampling);
    std::array::from_fn(|cut| {
        let caught: u64 = units.iter().map(|unit| unit.caught[cut]).sum();
        drawn[cut].sort_unstable_by(f64::total_cmp);
        let last = drawn[cut].len().saturating_sub(1) as f64;
        Recall {
            recall: Some(caught as f64 / accounts as f64),
            low: drawn[cut].get((last * 0.025).floor() as usize).copied(),
            high: drawn[cut].get((last * 0.975).ceil() as usize).copied(),
        }
    })
}

fn units<const N: usize>(
    truth: &Truth,
    risk: &[f64],
    cuts: &[Cut; N],
    wanted: impl Fn(usize) -> bool,
) -> Vec<Unit<N>> {
    let empty = Unit { accounts: 0, caught: [0; N] };
    let mut units = vec![empty; truth.campaigns.len()];
    for row in (0..truth.len()).filter(|&row| truth.fraud[row] && wanted(row)) {
        let at = truth.campaign[row].map_or(units.len(), |campaign| campaign as usize);
        if at == units.len() {
            units.push(empty);
        }
        units[at].accounts += 1;
        for (caught, cut) in units[at].caught.iter_mut().zip(cuts) {
            *caught += u64::from(cut.admits(risk[row]));
        }
    }
    units.retain(|unit| unit.accounts > 0);
    units
}

fn draw<const N: usize>(units: &[Unit<N>], resampling: Resampling) -> [Vec<f64>; N] {
    let mut random = ChaCha8Rng::seed_from_u64(resampling.seed);
    let mut recalls = [const { Vec::new() }; N];
    for _ in 0..resampling.resamples {
        let mut sum = Unit { accounts: 0, caught: [0; N] };
        for _ in 0..units.len() {
            let unit = &units[random.random_range(0..units.len() as u32) as usize];
            sum.accounts += unit.accounts;
            for (sum, caught) in sum.caught.iter_mut().zip(unit.caught) {
                *sum += caught;
            }
        }
        for (recalls, caught) in recalls.iter_mut().zip(sum.caught) {
            recalls.push(caught as f64 / sum.accounts as f64);
        }
    }
    recalls
}
