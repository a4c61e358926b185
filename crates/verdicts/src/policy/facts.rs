//! What conditions are asked of: names resolved when a condition comes to them.

use super::name::Name;
use cel::common::types::{CelBool, CelDouble, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use std::collections::BTreeMap;
use std::fmt;

/// A value that a name has for a sign-up.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact<'a> {
    /// A text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// True or false.
    Truth(bool),
}

/// Whoever knows the sign-up.
pub trait Facts: Sync {
    /// What a name is for it, of the name's type.
    fn fact(&self, name: Name) -> Fact<'_>;
}

/// Facts by the names that a policy uses.
pub(super) struct Asked<'a, F> {
    pub(super) names: &'a BTreeMap<String, Name>,
    pub(super) facts: &'a F,
}

impl<F: Facts> VariableResolver for Asked<'_, F> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let name = *self.names.get(variable)?;
        let value: Box<dyn Val + 'b> = match self.facts.fact(name) {
            Fact::Text(text) => Box::new(CelString::from(text)),
            Fact::Number(number) => Box::new(CelDouble::from(number)),
            Fact::Truth(truth) => Box::new(CelBool::from(truth)),
        };
        Some(CowVal::Owned(value))
    }
}

impl fmt::Display for Fact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Number(number) => write!(f, "{}", (number * 100.0).round() / 100.0),
            Self::Truth(truth) => write!(f, "{truth}"),
        }
    }
}
