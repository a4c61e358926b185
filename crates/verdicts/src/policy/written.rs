//! A policy as it is written, in TOML.

use crate::verdict::Verdict;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Written {
    pub(super) name: String,
    pub(super) revision: Spanned<u64>,
    #[serde(default)]
    pub(super) mode: Mode,
    #[serde(default = "high")]
    pub(super) act_on: Vec<Level>,
    #[serde(default)]
    pub(super) fail_over: FailOver,
    #[serde(default)]
    pub(super) lists: BTreeMap<String, List>,
    #[serde(default)]
    pub(super) rules: Vec<Rule>,
}

/// Whether what is decided is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It is decided and written down, and the answer is always `allow`.
    #[default]
    Shadow,
    /// It is answered.
    Act,
}

/// How sure a rule is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Hardly ever wrong.
    #[default]
    High,
    /// Worth a look.
    Medium,
    /// Worth a label.
    Low,
}

impl Level {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl Mode {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shadow => "shadow",
            Self::Act => "act",
        }
    }
}

fn high() -> Vec<Level> {
    vec![Level::High]
}

/// What is answered where there is no time to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FailOver {
    /// Milliseconds within which a sign-up is decided.
    pub within_ms: u32,
    /// What is answered past them.
    pub answer: Verdict,
}

impl Default for FailOver {
    fn default() -> Self {
        // What a person at a form does not notice; a wrong refusal is worse than a miss.
        Self { within_ms: 100, answer: Verdict::Allow }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct List {
    pub(super) of: Spanned<String>,
    pub(super) entries: Vec<Spanned<Entry>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Entry {
    Plain(String),
    Until { value: String, until: Option<String> },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Rule {
    pub(super) name: Spanned<String>,
    pub(super) when: Spanned<String>,
    #[serde(rename = "do")]
    pub(super) verdict: Option<Verdict>,
    #[serde(default)]
    pub(super) level: Level,
    pub(super) label: Option<String>,
    pub(super) why: Option<String>,
}
