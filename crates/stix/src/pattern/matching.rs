//! Whether a pattern is met by what was observed (section 9.8).
//!
//! A pattern is made ready once: its regular expressions, which take time linear in the
//! text whatever they say, and its networks. Looking for it is bounded in time.

use super::observed::Observed;
use super::search::{REPEATS_MAX, Search};
use super::{Comparison, Literal, Operator, Pattern, Qualifier, Test};
use ipnet::IpNet;
use regex::{Regex, RegexBuilder};
use std::collections::BTreeMap;
use std::net::IpAddr;
use unicode_normalization::UnicodeNormalization;

/// A regular expression that needs more memory than this is an attack.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// So many of them are a rule that a person wrote, and fit in memory.
const REGEXES_MAX: usize = 256;

/// More observations that have to be there together are no rule that a person wrote.
const WIDTH_MAX: usize = 500;

/// What a pattern asks for that this matcher does not do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmatchable {
    /// A regular expression that cannot be read, or looks around or back.
    #[error("{expression:?} is no regular expression that takes linear time: {why}")]
    Regex {
        /// As it stands in the pattern.
        expression: String,
        /// What is wrong with it.
        why: String,
    },
    /// What should be a network is none.
    #[error("{0:?} is no network")]
    Network(String),
    /// It asks for more at once than is looked for.
    #[error(
        "asks for more than {WIDTH_MAX} observations, {REPEATS_MAX} repetitions or {REGEXES_MAX} regular expressions"
    )]
    Large,
}

/// Looking for a pattern took too long: whether it is met is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("looking for this pattern takes too long: narrow it, or look at fewer observations")]
pub struct TooLong;

/// A pattern ready to be matched.
#[derive(Debug)]
pub struct Matcher {
    pattern: Pattern,
    regexes: BTreeMap<String, Regex>,
}

impl Matcher {
    /// Makes ready what of `pattern` has to be.
    pub fn new(pattern: Pattern) -> Result<Self, Unmatchable> {
        let mut regexes = BTreeMap::new();
        let mut written = 0;
        if width(&pattern) > WIDTH_MAX || most_repeats(&pattern) > REPEATS_MAX {
            return Err(Unmatchable::Large);
        }
        pattern.try_tests(&mut |test: &Test| {
            for text in test.literals.iter().filter_map(Literal::text) {
                let expression = match test.operator {
                    Operator::Matches => text.nfc().collect(),
                    Operator::Like => like(&text.nfc().collect::<String>()),
                    Operator::IsSubset | Operator::IsSuperset => {
                        network(text).ok_or_else(|| Unmatchable::Network(text.to_owned()))?;
                        continue;
                    }
                    _ => continue,
                };
                let regex = compiled(&expression).map_err(|why| Unmatchable::Regex {
                    expression: text.to_owned(),
                    why: why.to_string(),
                })?;
                written += usize::from(test.operator == Operator::Matches);
                if written > REGEXES_MAX {
                    return Err(Unmatchable::Large);
                }
                regexes.insert(key(test.operator, text), regex);
            }
            Ok(())
        })?;
        Ok(Self { pattern, regexes })
    }

    /// The observations (by their places) that meet the pattern first; none where none
    /// do, and where it is not known ([`Self::try_find`]).
    pub fn find(&self, observed: &[Observed]) -> Option<Vec<usize>> {
        self.try_find(observed).ok().flatten()
    }

    /// As [`Self::find`], and says where it has given up.
    pub fn try_find(&self, observed: &[Observed]) -> Result<Option<Vec<usize>>, TooLong> {
        Search::new(self, observed, most_repeats(&self.pattern))?.first(&self.pattern)
    }

    /// The regular expression of a test.
    pub(super) fn regex(&self, operator: Operator, text: &str) -> Option<&Regex> {
        self.regexes.get(&key(operator, text))
    }

    /// Whether the pattern is met.
    pub fn is_met(&self, observed: &[Observed]) -> bool {
        self.find(observed).is_some()
    }
}

fn compiled(expression: &str) -> Result<Regex, regex::Error> {
    let mut builder = RegexBuilder::new(expression);
    builder.size_limit(REGEX_BYTES_MAX).dfa_size_limit(REGEX_BYTES_MAX);
    builder.dot_matches_new_line(true).build()
}

/// The regular expression of a `LIKE`.
fn like(text: &str) -> String {
    let mut expression = String::from("^");
    for char in text.chars() {
        match char {
            '%' => expression.push_str(".*"),
            '_' => expression.push('.'),
            char => expression.push_str(&regex::escape(char.encode_utf8(&mut [0; 4]))),
        }
    }
    expression + "$"
}

fn key(operator: Operator, text: &str) -> String {
    format!("{operator} {text}")
}

fn most_repeats(pattern: &Pattern) -> u32 {
    match pattern {
        Pattern::Observed(_) => 1,
        Pattern::And(all) | Pattern::Or(all) | Pattern::FollowedBy(all) => {
            all.iter().map(most_repeats).max().unwrap_or(1)
        }
        Pattern::Qualified(inner, Qualifier::Repeats(times)) => {
            most_repeats(inner).saturating_mul(*times)
        }
        Pattern::Qualified(inner, _) => most_repeats(inner),
    }
}

/// How many observations have to be there together, at least.
fn width(pattern: &Pattern) -> usize {
    match pattern {
        Pattern::Observed(_) => 1,
        Pattern::Or(all) => all.iter().map(width).max().unwrap_or(1),
        Pattern::And(all) | Pattern::FollowedBy(all) => all.iter().map(width).sum(),
        Pattern::Qualified(inner, _) => width(inner),
    }
}

impl Literal {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Pattern {
    fn try_tests<E>(&self, check: &mut impl FnMut(&Test) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::Observed(comparison) => comparison.try_tests(check),
            Self::And(all) | Self::Or(all) | Self::FollowedBy(all) => {
                all.iter().try_for_each(|inner| inner.try_tests(check))
            }
            Self::Qualified(inner, _) => inner.try_tests(check),
        }
    }
}

impl Comparison {
    fn try_tests<E>(&self, check: &mut impl FnMut(&Test) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::And(all) | Self::Or(all) => {
                all.iter().try_for_each(|inner| inner.try_tests(check))
            }
            Self::Test(test) => check(test),
            Self::Exists(_) => Ok(()),
        }
    }
}

/// An address or a block of them.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let one = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse::<IpNet>().ok().or_else(one)
}
