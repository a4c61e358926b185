//! From features to a calibrated probability, with or without a trained model.

use crate::company::Weights;
use crate::features::Row;
use crate::share::Traces;
use crate::trees::Forest;
use crate::untrained;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// How evidence is weighed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weighing {
    /// By the shipped model, trained on generated worlds (`dragnet train`).
    #[default]
    Trained,
    /// By the evidence alone: nothing in it was fitted to labels.
    Untrained,
    /// The same where a log tells neither names nor mail: what one device did within
    /// the hour counts too.
    Unnamed,
}

impl Weighing {
    /// Probability that each of the sign-ups with these features is a factory's.
    pub fn risks(self, rows: &[Row]) -> Vec<f32> {
        let logits = match (self, shipped()) {
            (Weighing::Trained, Some((forest, ..))) => forest.logits(rows),
            (Weighing::Unnamed, _) => {
                rows.iter().map(|row| untrained::logit(row) + untrained::machine(row)).collect()
            }
            _ => rows.iter().map(untrained::logit).collect(),
        };
        probabilities(logits)
    }

    /// How far company is to be trusted; none where that would be a fit.
    pub(crate) fn company(self) -> Option<&'static Weights> {
        match self {
            Weighing::Trained => shipped().map(|(_, weights, _)| weights),
            Weighing::Untrained | Weighing::Unnamed => Some(Weights::judged()),
        }
    }

    /// What leaves a trace; none where that was never measured.
    pub(crate) fn traces(self) -> Option<&'static Traces> {
        match self {
            Weighing::Trained => shipped().map(|(.., traces)| traces),
            Weighing::Untrained | Weighing::Unnamed => None,
        }
    }
}

/// The probability of each of some log odds.
pub(crate) fn probabilities(logits: Vec<f32>) -> Vec<f32> {
    logits.into_iter().map(|logit| 1.0 / (1.0 + (-logit).exp())).collect()
}

/// Risk of a sign-up without any evidence: it is there, it is small, and it
/// is nobody's fault.
pub const RISK_WITHOUT_EVIDENCE: f32 = 0.001;

/// What `dragnet train` learns.
#[derive(Debug, Serialize, Deserialize)]
pub struct Model {
    /// From features to log odds.
    pub forest: Forest,
    /// How far company is to be trusted; see [`Weights`].
    pub company: Vec<f64>,
    /// What of a factory's accounts leaves a trace.
    pub traces: Traces,
}

/// The model in the repository; none where it does not fit these features.
fn shipped() -> Option<&'static (Forest, Weights, Traces)> {
    static MODEL: OnceLock<Option<(Forest, Weights, Traces)>> = OnceLock::new();
    MODEL
        .get_or_init(|| {
            let model: Model = serde_json::from_str(include_str!("model.json")).ok()?;
            let company = Weights::listed(&model.company)?;
            (!model.forest.trees.is_empty()).then_some((model.forest, company, model.traces))
        })
        .as_ref()
}
