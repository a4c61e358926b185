//! What is answered about a sign-up.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What to do with a sign-up, the mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Let it pass.
    Allow,
    /// Ask for more: a challenge, a phone number, a delay.
    Challenge,
    /// Let it pass, and let somebody look at it.
    Review,
    /// Refuse it.
    Deny,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Allow, Self::Challenge, Self::Review, Self::Deny];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Challenge => "challenge",
            Self::Review => "review",
            Self::Deny => "deny",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// When a sign-up is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The form was sent, and no account exists yet: what is asked about is counted once
    /// it exists.
    Before,
    /// The account exists.
    #[default]
    After,
}

impl Phase {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}
