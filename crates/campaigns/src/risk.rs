//! From features to a calibrated probability, with or without a trained model.

use crate::features::Row;
use crate::trees::Forest;
use crate::untrained;
use std::sync::OnceLock;

/// How evidence is weighed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weighing {
    /// By the shipped model, trained on generated worlds (`dragnet train`).
    #[default]
    Trained,
    /// By the evidence alone: nothing in it was fitted to labels.
    Untrained,
}

impl Weighing {
    /// Probability that the sign-up with these features is a factory's.
    pub fn risk(self, row: &Row) -> f32 {
        let logit = match (self, shipped()) {
            (Weighing::Trained, Some(forest)) => forest.logit(row),
            _ => untrained::logit(row),
        };
        1.0 / (1.0 + (-logit).exp())
    }
}

/// Risk of a sign-up without any evidence: it is there, it is small, and it
/// is nobody's fault.
pub const RISK_WITHOUT_EVIDENCE: f32 = 0.001;

/// The model in the repository; none where it does not fit these features.
fn shipped() -> Option<&'static Forest> {
    static FOREST: OnceLock<Option<Forest>> = OnceLock::new();
    FOREST
        .get_or_init(|| {
            let forest: Forest = serde_json::from_str(include_str!("model.json")).ok()?;
            (!forest.trees.is_empty()).then_some(forest)
        })
        .as_ref()
}
