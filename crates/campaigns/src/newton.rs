//! Newton's method for weights that are never below zero, since bad company never
//! speaks for anybody.

use crate::company::Inputs;
use crate::linear::{TERMS, Terms, Triangle, dot, terms};
use rayon::prelude::*;

/// Precision of weights that nothing is known of beforehand, in accounts;
pub(crate) const RIDGE: f64 = 10.0;
/// the constant's has hardly any: how rare factories are is to be learned.
pub(crate) const CONSTANT_PRECISION: f64 = 0.3;

/// Something to learn from.
pub(crate) trait Weighted: Sync {
    /// What is known of it.
    fn inputs(&self) -> &Inputs;
    /// How many accounts it stands for.
    fn weight(&self) -> f64;
}

/// Steps of Newton's method at most; a dozen or two do.
const STEPS_MAX: usize = 100;
/// A step that changes no weight by more is the last.
const CHANGE_MIN: f64 = 1e-4;
/// No step changes a weight by more, lest the first ones overshoot.
const CHANGE_MAX: f64 = 1.0;
/// Part of a step that is taken: the curvature used is below the true one.
const PACE: f64 = 0.7;

/// Newton's method towards the highest posterior.
pub(crate) struct Newton<'a, E> {
    /// What is learned from.
    pub(crate) examples: &'a [E],
    /// Where weights are thought to lie before anything is learned.
    pub(crate) first: Terms,
    /// How sure that is.
    pub(crate) precision: Terms,
}

/// Slopes and curvatures are summed over so many examples at a time, always the
/// same ones, so that no number of threads changes the sum.
const CHUNK: usize = 1024;

impl<E: Weighted> Newton<'_, E> {
    /// The weights and the precision there; `slope` gives slope and curvature of
    /// one example's log likelihood in its log odds.
    pub(crate) fn run(
        &self,
        slope: impl Fn(&E, f64) -> (f64, f64) + Sync,
    ) -> Option<(Terms, Triangle)> {
        let mut weights = self.first;
        for _ in 0..STEPS_MAX {
            let (slopes, triangle) = self.at(&weights, &slope)?;
            let step = triangle.solve(&slopes);
            let largest = step.iter().fold(0.0f64, |most, step| most.max(step.abs()));
            let pace = PACE * (CHANGE_MAX / largest).min(1.0);
            let before = weights;
            for (term, (weight, step)) in weights.iter_mut().zip(&step).enumerate() {
                *weight += pace * step;
                if term > 0 {
                    *weight = weight.max(0.0);
                }
            }
            let moved = weights.iter().zip(&before).map(|(x, y)| (x - y).abs());
            if moved.fold(0.0, f64::max) < CHANGE_MIN {
                break;
            }
        }
        let (_, triangle) = self.at(&weights, &slope)?;
        Some((weights, triangle))
    }

    /// Slopes of the log posterior, and its precision.
    fn at(
        &self,
        weights: &Terms,
        slope: &(impl Fn(&E, f64) -> (f64, f64) + Sync),
    ) -> Option<(Terms, Triangle)> {
        let sums: Vec<(Terms, Box<[Terms; TERMS]>)> =
            self.examples.par_chunks(CHUNK).map(|chunk| sums(chunk, weights, slope)).collect();
        let mut slopes: Terms =
            std::array::from_fn(|term| self.precision[term] * (self.first[term] - weights[term]));
        let mut curvature = Box::new([[0.0; TERMS]; TERMS]);
        for (term, precision) in self.precision.iter().enumerate() {
            curvature[term][term] = *precision;
        }
        for (of_chunk, curved) in &sums {
            add(&mut slopes, of_chunk, 1.0);
            for (row, more) in curvature.iter_mut().zip(curved.iter()) {
                add(row, more, 1.0);
            }
        }
        Some((slopes, Triangle::of(&curvature)?))
    }
}

fn sums<E: Weighted>(
    examples: &[E],
    weights: &Terms,
    slope: &impl Fn(&E, f64) -> (f64, f64),
) -> (Terms, Box<[Terms; TERMS]>) {
    let mut slopes = [0.0; TERMS];
    let mut curvature = Box::new([[0.0; TERMS]; TERMS]);
    for example in examples {
        let terms = terms(example.inputs());
        let (up, bend) = slope(example, dot(weights, &terms));
        add(&mut slopes, &terms, example.weight() * up);
        for (row, term) in curvature.iter_mut().zip(&terms) {
            add(row, &terms, example.weight() * bend * term);
        }
    }
    (slopes, curvature)
}

fn add(sum: &mut Terms, terms: &Terms, times: f64) {
    for (sum, term) in sum.iter_mut().zip(terms) {
        *sum += times * term;
    }
}
