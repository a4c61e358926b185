//! What is answered about a sign-up, and why.

use crate::policy::Mode;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// What is made of a sign-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What to do. In shadow mode always `allow`.
    pub verdict: Verdict,
    /// What the policy decided, whatever is answered.
    pub decided: Verdict,
    /// Estimate that the sign-up is fraudulent, 0 to 1.
    pub risk: f64,
    /// Why, the most telling first.
    pub reasons: Vec<Reason>,
    /// The campaign that it fits, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Membership>,
    /// The campaign whose signature it meets, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Labels of the rules that it met, in their order.
    pub labels: Vec<String>,
    /// The policy that decided.
    pub policy: PolicyUsed,
    /// What could not be asked, so that this was decided without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub degraded: Vec<Degraded>,
    /// Whether there was no time to decide, so that this is the policy's fail-over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fail_over: bool,
}

/// What a sign-up was decided without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Degraded {
    /// The counters that are shared with other scorers: it was decided by those of the one
    /// that answered.
    Counters,
}

/// A campaign that a sign-up fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Membership {
    /// Its id.
    pub id: String,
    /// How likely the sign-up is its own, 0 to 1.
    pub probability: f64,
    /// Whether the campaign was taken down before, and has come back with this.
    pub returned: bool,
}

/// Why something was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// `campaign`, `signature`, `likeness`, `company`, `cleared`, or `rule:` and the rule's name.
    pub code: String,
    /// For people.
    pub words: String,
    /// What was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<f64>,
    /// What was to be expected of anyone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
}

/// A policy, as an answer names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyUsed {
    /// What it is called.
    pub name: String,
    /// Its number.
    pub revision: u64,
    /// Of its text.
    pub fingerprint: String,
    /// Whether what it decides is answered.
    pub mode: Mode,
    /// The rule that decided; none where none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}
