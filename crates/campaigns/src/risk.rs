//! From features to a calibrated probability, with or without a trained model.

use crate::features::{self, Row};
use crate::trees::Forest;
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
            _ => untrained(row),
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

/// Logit from evidence alone. Each class of likeness is worth its log odds up
/// to what one class can be trusted with; one class alone (a household's
/// browser, a fan club's stem) stays below even odds.
fn untrained(row: &Row) -> f32 {
    let likeness = features::behaviours(row);
    let mut likeness: Vec<f32> = likeness.iter().map(|odds| odds.min(CLASS_MAX)).collect();
    likeness.sort_unstable_by(|x, y| y.total_cmp(x));
    let group = features::group(row);
    let tools = group.tls.max(0.0) + group.fingerprint.max(0.0);
    let people = 3.0 * group.elsewhere.max(0.0) + 2.0 * group.random.max(0.0);
    let organisation = if group.looks_organised() { 4.0 } else { 0.0 };
    PRIOR_LOGIT + machine(row) + likeness.iter().sum::<f32>() * SHARE_INDEPENDENT + tools + people
        - organisation
}

/// People share a device, but not within the hour: families and kiosks take
/// their time. Accounts of one device far closer in time than its country's
/// are told by that alone.
fn machine(row: &Row) -> f32 {
    let (device, hour) = (features::by_machine(row), features::in_time(row));
    if device >= CLASS_MAX && hour >= CLASS_MAX { SAME_DEVICE_SAME_HOUR } else { 0.0 }
}

/// What that is worth, in nats: with the likeness in time it makes nine in ten.
/// A judgement, not a fit: the tenth is a family that did hurry.
const SAME_DEVICE_SAME_HOUR: f32 = 6.3;

/// Log odds of a factory before any evidence: one sign-up in a thousand.
const PRIOR_LOGIT: f32 = -6.9;
/// What one class of likeness can add, in nats: e⁴ is fifty-five to one.
const CLASS_MAX: f32 = 4.0;
/// Classes of likeness are not independent: of two agreeing ones the second
/// tells about half of what it would tell alone.
const SHARE_INDEPENDENT: f32 = 0.7;
