//! Whether a pattern is met by what was observed (section 9.8).
//!
//! Every expression has bindings: the sets of observations that meet it. They are
//! walked, not piled up, but for what has to be combined; of those [`BINDINGS_MAX`] are
//! looked at, so that a hostile pattern costs a bounded time. Regular expressions take
//! time linear in the text, whatever they say.

use super::observed::Observed;
use super::values::{chars, order, values};
use super::{Comparison, Literal, Operator, Pattern, Qualifier, Test};
use ipnet::IpNet;
use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use unicode_normalization::UnicodeNormalization;

/// So many ways to meet one expression are looked at: more come of patterns that
/// combine everything with everything.
const BINDINGS_MAX: usize = 10_000;

/// A regular expression that needs more memory than this is an attack.
const REGEX_BYTES_MAX: usize = 1 << 20;

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
}

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
                regexes.insert(key(test.operator, text), regex);
            }
            Ok(())
        })?;
        Ok(Self { pattern, regexes })
    }

    /// The observations (by their places) that meet the pattern first; none where none
    /// do.
    pub fn find(&self, observed: &[Observed]) -> Option<Vec<usize>> {
        // What was seen several times can be repeated so often.
        let places = observed.iter().enumerate();
        let repeats = most_repeats(&self.pattern);
        let seen: Vec<usize> = places
            .flat_map(|(at, of)| std::iter::repeat_n(at, of.times.clamp(1, repeats) as usize))
            .collect();
        let run = Run { matcher: self, observed, seen };
        let binding = run.bindings(&self.pattern).into_iter().next()?;
        let found: BTreeSet<usize> = binding.into_iter().map(|at| run.seen[at]).collect();
        Some(found.into_iter().collect())
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
            most_repeats(inner).saturating_mul(*times).min(BINDINGS_MAX as u32)
        }
        Pattern::Qualified(inner, _) => most_repeats(inner),
    }
}

impl Literal {
    fn text(&self) -> Option<&str> {
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

/// Places in [`Run::seen`], ascending.
type Binding = Vec<usize>;

struct Run<'a> {
    matcher: &'a Matcher,
    observed: &'a [Observed],
    /// Each observation as often as it was seen.
    seen: Vec<usize>,
}

impl Run<'_> {
    fn of(&self, place: usize) -> &Observed {
        &self.observed[self.seen[place]]
    }

    fn bindings(&self, pattern: &Pattern) -> Vec<Binding> {
        match pattern {
            Pattern::Observed(comparison) => {
                let places = 0..self.seen.len();
                let met = places.filter(|place| self.is_true(self.of(*place), comparison));
                met.map(|place| vec![place]).take(BINDINGS_MAX).collect()
            }
            Pattern::Or(all) => {
                all.iter().flat_map(|inner| self.bindings(inner)).take(BINDINGS_MAX).collect()
            }
            Pattern::And(all) => self.combined(all, |_, _| true),
            Pattern::FollowedBy(all) => self.combined(all, |before, after| {
                let last = before.iter().map(|place| self.of(*place).last).max();
                let first = after.iter().map(|place| self.of(*place).first).min();
                last <= first
            }),
            Pattern::Qualified(inner, qualifier) => self.qualified(inner, qualifier),
        }
    }

    /// One binding of each, no observation twice, where each may follow the one before.
    fn combined(
        &self,
        all: &[Pattern],
        may_follow: impl Fn(&Binding, &Binding) -> bool,
    ) -> Vec<Binding> {
        // (the last one that was added, all together)
        let mut so_far: Vec<(Binding, Binding)> = vec![(Vec::new(), Vec::new())];
        for inner in all {
            let next = self.bindings(inner);
            let pairs = so_far.iter().flat_map(|(last, together)| {
                let next =
                    next.iter().filter(|binding| last.is_empty() || may_follow(last, binding));
                next.filter_map(|binding| Some((binding.clone(), disjoint(together, binding)?)))
            });
            so_far = pairs.take(BINDINGS_MAX).collect();
        }
        so_far.into_iter().map(|(_, together)| together).collect()
    }

    fn qualified(&self, inner: &Pattern, qualifier: &Qualifier) -> Vec<Binding> {
        match qualifier {
            Qualifier::StartStop(start, stop) => {
                let is_within = |place: &usize| {
                    let of = self.of(*place);
                    of.last >= *start && of.first < *stop
                };
                let mut bindings = self.bindings(inner);
                bindings.retain(|binding| binding.iter().all(is_within));
                bindings
            }
            Qualifier::Within(seconds) => {
                let mut bindings = self.bindings(inner);
                bindings.retain(|binding| self.apart_s(binding) <= *seconds);
                bindings
            }
            Qualifier::Repeats(times) => self.repeated(inner, *times as usize),
        }
    }

    /// How far apart a binding's observations are at least, in seconds: each was made at
    /// some time from its first to its last.
    fn apart_s(&self, binding: &Binding) -> f64 {
        let latest_first = binding.iter().map(|place| self.of(*place).first.nanos()).max();
        let earliest_last = binding.iter().map(|place| self.of(*place).last.nanos()).min();
        match (latest_first, earliest_last) {
            (Some(latest_first), Some(earliest_last)) => {
                (latest_first - earliest_last) as f64 / 1e9
            }
            _ => 0.0,
        }
    }

    /// So many bindings of `inner` that have nothing in common, in runs by time: if any
    /// lie close together, a run does.
    fn repeated(&self, inner: &Pattern, times: usize) -> Vec<Binding> {
        let mut bindings = self.bindings(inner);
        bindings.sort_by_key(|binding| {
            (binding.iter().map(|place| self.of(*place).first.nanos()).min(), binding.clone())
        });
        let runs = (0..bindings.len()).filter_map(|start| {
            let mut together = Vec::new();
            let mut count = 0;
            for binding in &bindings[start..] {
                if let Some(more) = disjoint(&together, binding) {
                    together = more;
                    count += 1;
                }
                if count == times {
                    return Some(together);
                }
            }
            None
        });
        runs.take(BINDINGS_MAX).collect()
    }

    /// Whether one object of the observation meets the comparison.
    fn is_true(&self, observed: &Observed, comparison: &Comparison) -> bool {
        observed.objects.values().any(|object| self.is_true_of(observed, object, comparison))
    }

    fn is_true_of(
        &self,
        observed: &Observed,
        object: &Map<String, Value>,
        comparison: &Comparison,
    ) -> bool {
        match comparison {
            Comparison::And(all) => {
                all.iter().all(|inner| self.is_true_of(observed, object, inner))
            }
            Comparison::Or(all) => all.iter().any(|inner| self.is_true_of(observed, object, inner)),
            Comparison::Exists(path) => !values(observed, object, path).is_empty(),
            Comparison::Test(test) => {
                let values = values(observed, object, &test.path);
                values
                    .iter()
                    .any(|(name, value)| self.compare(test, name, value) != test.is_negated)
            }
        }
    }

    fn compare(&self, test: &Test, name: &str, value: &Value) -> bool {
        let against = |literal: &Literal| order(name, value, literal);
        // One of none: it is none of them.
        let Some(first) = test.literals.first() else { return false };
        match test.operator {
            Operator::Equal => against(first) == Some(Ordering::Equal),
            Operator::NotEqual => against(first) != Some(Ordering::Equal),
            Operator::Less => against(first) == Some(Ordering::Less),
            Operator::LessOrEqual => against(first).is_some_and(Ordering::is_le),
            Operator::Greater => against(first) == Some(Ordering::Greater),
            Operator::GreaterOrEqual => against(first).is_some_and(Ordering::is_ge),
            Operator::In => test.literals.iter().any(|one| against(one) == Some(Ordering::Equal)),
            Operator::Like | Operator::Matches => {
                let regex = first
                    .text()
                    .and_then(|text| self.matcher.regexes.get(&key(test.operator, text)));
                let text = value.as_str().map(|text| chars(name, text));
                regex.zip(text).is_some_and(|(regex, text)| regex.is_match(&text.composed()))
            }
            Operator::IsSubset => {
                networks(value, first).is_some_and(|(mine, other)| other.contains(&mine))
            }
            Operator::IsSuperset => {
                networks(value, first).is_some_and(|(mine, other)| mine.contains(&other))
            }
        }
    }
}

/// Both together; none where they share something.
fn disjoint(some: &Binding, others: &Binding) -> Option<Binding> {
    if others.iter().any(|place| some.contains(place)) {
        return None;
    }
    let mut together = [&some[..], &others[..]].concat();
    together.sort_unstable();
    Some(together)
}

fn networks(value: &Value, literal: &Literal) -> Option<(IpNet, IpNet)> {
    Some((network(value.as_str()?)?, network(literal.text()?)?))
}

/// An address or a block of them.
fn network(text: &str) -> Option<IpNet> {
    let one = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse::<IpNet>().ok().or_else(one)
}
