//! How far company is to be trusted, learned from labels that are few, partly
//! mistaken, and missing for most accounts (positive and unlabelled examples:
//! Elkan and Noto 2008; noisy labels: Natarajan et al. 2013).
//!
//! An account is a factory's with probability σ(z), z being linear in the risk
//! without labels and the company kept. What is found out about it depends on
//! that alone: so many of a factory's accounts are banned, so many of people's
//! by mistake, and so for the good. Weights are those of the highest posterior;
//! none is below zero, since bad company never speaks for anybody.

use super::standing::{Found, Standing};
use crate::company::{Inputs, probability};
use crate::linear::{TERMS, Terms, Triangle, dot, terms};
use crate::newton::{CONSTANT_PRECISION, Newton, RIDGE, Weighted};

/// One account to learn from.
pub(super) struct Example {
    pub(super) inputs: Inputs,
    /// How many accounts it stands for.
    pub(super) weight: f64,
    /// Probability, without labels, that it is a factory's; 0 where it is good.
    pub(super) likely: f64,
    pub(super) found: Found,
}

impl Weighted for Example {
    fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    fn weight(&self) -> f64 {
        self.weight
    }
}

/// Weights that were learned, and how sure they are.
pub(super) struct Judge {
    weights: Terms,
    /// Of the posterior's precision.
    precision: Triangle,
}

/// Company is worth at first this part of what it is worth for telling those who
/// were found without labels, in so far as these are easier to tell.
const FIRST_WORTH: f64 = 0.3;
/// Precision of that first opinion: a weight may be off by 0.2 either way.
const FIRST_PRECISION: f64 = 30.0;

/// From this risk on an account counts as a factory's for the rates of labels.
const SURE: f32 = 0.9;
/// Below this one as a person's.
const UNSUSPECTED: f32 = 0.5;

impl Judge {
    /// Learns from `examples`; `risk` is that of every row, without labels. None
    /// where there is nothing to learn from. Where the risk `is_by_company` already,
    /// company is worth no more until labels say so.
    pub(super) fn fit(
        examples: &[Example],
        risk: &[f32],
        standing: &Standing,
        is_by_company: bool,
    ) -> Option<Self> {
        let chances = Chances::of(risk, standing)?;
        let worth = if is_by_company { 0.0 } else { FIRST_WORTH };
        let mut first = company_alone(examples)?;
        first[0] = 0.0;
        first[1] = 1.0;
        first[2..].iter_mut().for_each(|weight| *weight *= worth);
        let mut precision = [FIRST_PRECISION; TERMS];
        precision[0] = CONSTANT_PRECISION;
        let slope = |example: &Example, z: f64| chances.slope(example.found, z);
        let fitted = Newton { examples, first, precision }.run(slope)?;
        Some(Self { weights: fitted.0, precision: fitted.1 })
    }

    /// Log odds of an account, and their standard error.
    pub(super) fn logit(&self, inputs: &Inputs) -> (f64, f64) {
        let terms = terms(inputs);
        let half = self.precision.half(&terms);
        (dot(&self.weights, &terms), dot(&half, &half).sqrt())
    }

    /// Of each input.
    pub(super) fn weights(&self) -> &[f64] {
        &self.weights[1..]
    }
}

/// Weights of company for telling those who were found without labels.
fn company_alone(examples: &[Example]) -> Option<Terms> {
    let mut precision = [RIDGE; TERMS];
    precision[0] = CONSTANT_PRECISION;
    // The risk itself must not explain the risk.
    precision[1] = RIDGE * 1e12;
    let slope = |example: &Example, z: f64| {
        let fraud = probability(z);
        (example.likely - fraud, fraud * (1.0 - fraud))
    };
    Newton { examples, first: [0.0; TERMS], precision }.run(slope).map(|(weights, _)| weights)
}

/// How often labels fall on a factory's accounts and on people's.
struct Chances {
    bad: [f64; 2],
    good: [f64; 2],
}

impl Chances {
    /// Counted among those who are surely a factory's and those whom nothing
    /// suspects; none where either or the labels are missing.
    fn of(risk: &[f32], standing: &Standing) -> Option<Self> {
        let mut counts = [[0.0f64; 3]; 2];
        for (risk, found) in risk.iter().zip(&standing.of) {
            let side = match *risk {
                risk if risk >= SURE => 0,
                risk if risk < UNSUSPECTED => 1,
                _ => continue,
            };
            counts[side][*found as usize] += 1.0;
        }
        let accounts = counts.map(|of| of.iter().sum::<f64>());
        let labels = accounts[0] + accounts[1] - counts[0][0] - counts[1][0];
        if accounts.contains(&0.0) || labels == 0.0 {
            return None;
        }
        let chance = |found: Found| {
            [0, 1].map(|side: usize| (counts[side][found as usize] + 0.5) / (accounts[side] + 1.0))
        };
        Some(Self { bad: chance(Found::Bad), good: chance(Found::Good) })
    }

    /// Slope of the log likelihood of what was found in the log odds `z`, and its
    /// square, which stands for the curvature.
    fn slope(&self, found: Found, z: f64) -> (f64, f64) {
        let [factory, person] = match found {
            Found::Bad => self.bad,
            Found::Good => self.good,
            Found::Nothing => [0, 1].map(|side: usize| 1.0 - self.bad[side] - self.good[side]),
        };
        let fraud = probability(z);
        let likelihood = factory * fraud + person * (1.0 - fraud);
        let slope = (factory - person) * fraud * (1.0 - fraud) / likelihood;
        (slope, slope * slope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::company::INPUTS;

    /// `n` people and as many of a factory; of the latter half was found. What
    /// was found has company in the first cue, and what was not in the second.
    fn world(n: usize, bans: usize) -> (Vec<Example>, Vec<f32>, Standing) {
        let (mut examples, mut risk) = (Vec::new(), Vec::new());
        let mut of = Vec::new();
        for i in 0..2 * n {
            let (factory, found) = (i % 2 == 0, i % 4 == 0);
            let mut inputs = [0.0; INPUTS];
            inputs[0] = if found { 5.0 } else { -5.0 };
            inputs[1] = if found { 2.0 } else { 0.0 };
            inputs[2] = if factory && !found { 2.0 } else { 0.0 };
            let every = n / bans.max(1);
            let what = match (factory, i / 2 % every == 0 || i / 2 % every == 1) {
                (true, true) if bans > 0 => Found::Bad,
                (false, true) if bans > 0 => Found::Good,
                _ => Found::Nothing,
            };
            let likely = if found { 0.99 } else { 0.01 };
            examples.push(Example { inputs, weight: 1.0, likely, found: what });
            risk.push(likely as f32);
            of.push(what);
        }
        (examples, risk, Standing { of, purchases: Default::default() })
    }

    fn logits(bans: usize) -> Option<[(f64, f64); 2]> {
        let (examples, risk, standing) = world(2_000, bans);
        let judge = Judge::fit(&examples, &risk, &standing, false)?;
        let of = |factory: f64| {
            let mut inputs = [0.0; INPUTS];
            (inputs[0], inputs[2]) = (-5.0, 2.0 * factory);
            judge.logit(&inputs)
        };
        Some([of(1.0), of(0.0)])
    }

    #[test]
    fn many_bans_teach_what_the_missed_have_in_common() {
        let [missed, person] = logits(200).unwrap();
        assert!(missed.0 - missed.1 > -1.0, "{missed:?}");
        assert!(person.0 < missed.0 - 2.0, "{person:?}");
    }

    #[test]
    fn a_few_bans_teach_little() {
        let [few, _] = logits(2).unwrap();
        let [many, _] = logits(200).unwrap();
        assert!(few.1 > many.1 && few.0 < many.0, "{few:?} {many:?}");
    }

    #[test]
    fn without_labels_nothing_is_learned() {
        assert!(logits(0).is_none());
    }

    #[test]
    fn bad_company_never_speaks_for_anybody() {
        let (examples, risk, standing) = world(2_000, 200);
        let judge = Judge::fit(&examples, &risk, &standing, false).unwrap();
        assert!(judge.weights().iter().all(|weight| *weight >= 0.0));
    }
}
