//! The search for observations that meet a pattern (section 9.8).
//!
//! Every expression has bindings: the sets of observations that meet it. They are found
//! one after the other, the later parts of a pattern within the earlier ones, and what
//! lies too far apart is left at once. Steps are counted, so that a hostile pattern
//! costs a bounded time and says so.

use super::matching::{Matcher, TooLong, network};
use super::observed::Observed;
use super::values::{chars, order, values};
use super::{Comparison, Literal, Operator, Pattern, Qualifier, Test};
use ipnet::IpNet;
use serde_json::{Map, Value};
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow::{self, Break, Continue};
use std::rc::Rc;

/// So many steps take about a second: whoever asks for more is better told.
const STEPS_MAX: u64 = 20_000_000;

/// Nothing is asked for more often, so that what was seen more often stands for no more.
pub(super) const REPEATS_MAX: u32 = 10_000;

/// So many observations, each as often as it was made, are looked at at once.
const SEEN_MAX: usize = 4_000_000;

/// Ways to meet what is to be repeated are gathered up to so many observations in all;
/// they come in the order of time, so that those beyond are later ones.
const GATHERED_MAX: usize = 2_000_000;

/// A text costs a step, and one for each so many bytes.
const BYTES_A_STEP: usize = 64;

/// Places in [`Search::seen`], ascending.
type Binding = Vec<usize>;

/// What is done with a binding; it breaks off where enough is found.
type Take<'t> = &'t mut dyn FnMut(&[usize]) -> ControlFlow<()>;

/// What all observations have to keep to, by the qualifiers around them and by what was
/// found before them; times are nanoseconds since the epoch.
#[derive(Clone, Copy)]
struct Limits {
    within_s: f64,
    first_min: i128,
    first_max: i128,
    last_min: i128,
}

/// What is far from every time, and can be added to.
const FAR: i128 = i128::MAX / 4;

impl Limits {
    const NONE: Self =
        Self { within_s: f64::INFINITY, first_min: -FAR, first_max: FAR, last_min: -FAR };

    /// As far from these as they may be together; FAR where they may be anyhow.
    fn near(self, latest_first: i128, earliest_last: i128) -> Self {
        // Beyond any number of seconds it is the largest one, and no limit.
        let within = ((self.within_s * 1e9).ceil() as i128).min(FAR);
        let first_max = self.first_max.min(earliest_last.saturating_add(within));
        let last_min = self.last_min.max(latest_first.saturating_sub(within));
        Self { first_max, last_min, ..self }
    }
}

/// The places that meet a comparison.
struct Met {
    /// By when they were first seen.
    places: Vec<usize>,
    /// The longest that one of them lasted, in nanoseconds.
    span: i128,
}

/// How the parts of a pattern stand to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Together {
    Anyhow,
    InOrder,
}

pub(super) struct Search<'a> {
    matcher: &'a Matcher,
    observed: &'a [Observed],
    /// Each observation as often as it was made.
    seen: Vec<usize>,
    /// The places that meet a comparison, by where it stands in the pattern.
    met: RefCell<HashMap<*const Comparison, Rc<Met>>>,
    steps: Cell<u64>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        matcher: &'a Matcher,
        observed: &'a [Observed],
        repeats: u32,
    ) -> Result<Self, TooLong> {
        let mut seen = Vec::with_capacity(observed.len());
        for (at, of) in observed.iter().enumerate() {
            let times = of.times.clamp(1, repeats) as usize;
            if seen.len() + times > SEEN_MAX {
                return Err(TooLong);
            }
            seen.extend(std::iter::repeat_n(at, times));
        }
        Ok(Self { matcher, observed, seen, met: RefCell::default(), steps: Cell::new(0) })
    }

    /// The observations of the binding that is found first.
    pub(super) fn first(&self, pattern: &Pattern) -> Result<Option<Vec<usize>>, TooLong> {
        let mut first = None;
        let _ = self.each(pattern, Limits::NONE, &mut |binding| {
            first = Some(binding.iter().map(|place| self.seen[*place]).collect::<BTreeSet<_>>());
            Break(())
        });
        match first {
            Some(found) => Ok(Some(found.into_iter().collect())),
            None if self.is_exhausted() => Err(TooLong),
            None => Ok(None),
        }
    }

    fn is_exhausted(&self) -> bool {
        self.steps.get() > STEPS_MAX
    }

    /// Counts steps, and breaks off where there were too many.
    fn spend(&self, steps: usize) -> ControlFlow<()> {
        self.steps.set(self.steps.get().saturating_add(steps as u64));
        if self.is_exhausted() { Break(()) } else { Continue(()) }
    }

    fn first_of(&self, place: usize) -> i128 {
        self.observed[self.seen[place]].first.nanos()
    }

    fn last_of(&self, place: usize) -> i128 {
        self.observed[self.seen[place]].last.nanos()
    }

    /// Hands each binding of `pattern` to `take`.
    fn each(&self, pattern: &Pattern, limits: Limits, take: Take<'_>) -> ControlFlow<()> {
        self.spend(1)?;
        match pattern {
            Pattern::Observed(comparison) => {
                let met = self.met(comparison);
                let earliest = limits.first_min.max(limits.last_min - met.span);
                let begin = met.places.partition_point(|place| self.first_of(*place) < earliest);
                let near = met.places[begin..].iter();
                for place in near.take_while(|place| self.first_of(**place) <= limits.first_max) {
                    self.spend(1)?;
                    if self.last_of(*place) >= limits.last_min {
                        take(&[*place])?;
                    }
                }
                Continue(())
            }
            Pattern::Or(all) => all.iter().try_for_each(|inner| self.each(inner, limits, take)),
            Pattern::And(all) => self.combined(all, Together::Anyhow, limits, (&[], &[]), take),
            Pattern::FollowedBy(all) => {
                self.combined(all, Together::InOrder, limits, (&[], &[]), take)
            }
            Pattern::Qualified(inner, qualifier) => self.qualified(inner, qualifier, limits, take),
        }
    }

    /// One binding of each, no observation twice, behind what was found so far: (all of
    /// it, its last part).
    fn combined(
        &self,
        all: &[Pattern],
        together: Together,
        limits: Limits,
        (so_far, last): (&[usize], &[usize]),
        take: Take<'_>,
    ) -> ControlFlow<()> {
        let Some((first, rest)) = all.split_first() else { return take(so_far) };
        let mut narrower = match self.bounds(so_far) {
            Some((latest_first, earliest_last)) => limits.near(latest_first, earliest_last),
            None => limits,
        };
        if together == Together::InOrder {
            let before = last.iter().map(|place| self.last_of(*place)).max();
            narrower.first_min = narrower.first_min.max(before.unwrap_or(-FAR));
        }
        self.each(first, narrower, &mut |binding| {
            self.spend(binding.len())?;
            if binding.iter().any(|place| so_far.binary_search(place).is_ok()) {
                return Continue(());
            }
            self.spend(so_far.len())?;
            let mut joined = [so_far, binding].concat();
            joined.sort_unstable();
            if self.apart_s(&joined) > limits.within_s {
                return Continue(());
            }
            self.combined(rest, together, limits, (&joined, binding), take)
        })
    }

    fn qualified(
        &self,
        inner: &Pattern,
        qualifier: &Qualifier,
        limits: Limits,
        take: Take<'_>,
    ) -> ControlFlow<()> {
        match qualifier {
            Qualifier::StartStop(start, stop) if start >= stop => Continue(()),
            Qualifier::StartStop(start, stop) => {
                let last_min = limits.last_min.max(start.nanos());
                // Up to the stop, but not at it.
                let first_max = limits.first_max.min(stop.nanos() - 1);
                self.each(inner, Limits { last_min, first_max, ..limits }, take)
            }
            Qualifier::Within(seconds) => {
                let within_s = limits.within_s.min(*seconds);
                self.each(inner, Limits { within_s, ..limits }, take)
            }
            Qualifier::Repeats(times) => self.repeated(inner, *times as usize, limits, take),
        }
    }

    /// How far apart a binding's observations are at least, in seconds: each was made at
    /// some time from its first to its last. More observations are no closer together,
    /// so that what is too far apart need not be gone on with.
    fn apart_s(&self, binding: &[usize]) -> f64 {
        let apart = |(latest_first, earliest_last)| (latest_first - earliest_last) as f64 / 1e9;
        self.bounds(binding).map_or(0.0, apart)
    }

    /// (when the latest began, when the earliest ended).
    fn bounds(&self, binding: &[usize]) -> Option<(i128, i128)> {
        let latest_first = binding.iter().map(|place| self.first_of(*place)).max();
        latest_first.zip(binding.iter().map(|place| self.last_of(*place)).min())
    }

    /// So many bindings of `inner` that have nothing in common, in runs by time: if any
    /// lie close together, a run does.
    fn repeated(
        &self,
        inner: &Pattern,
        times: usize,
        limits: Limits,
        take: Take<'_>,
    ) -> ControlFlow<()> {
        let mut bindings: Vec<Binding> = Vec::new();
        let mut gathered = 0;
        let _ = self.each(inner, limits, &mut |binding| {
            bindings.push(binding.to_vec());
            gathered += binding.len();
            if gathered < GATHERED_MAX { Continue(()) } else { Break(()) }
        });
        self.spend(gathered)?;
        bindings.sort_by_cached_key(|binding| {
            (binding.iter().map(|place| self.first_of(*place)).min(), binding.clone())
        });
        for start in 0..bindings.len() {
            if let Some(run) = self.run(&bindings[start..], times, limits)? {
                take(&run)?;
            }
        }
        Continue(())
    }

    /// The first so many of `bindings` that can be together with the very first.
    fn run(
        &self,
        bindings: &[Binding],
        times: usize,
        limits: Limits,
    ) -> ControlFlow<(), Option<Binding>> {
        let mut run = Binding::new();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut count = 0;
        let (mut latest_first, mut earliest_last) = (i128::MIN, i128::MAX);
        for binding in bindings {
            self.spend(binding.len())?;
            if binding.iter().any(|place| taken.contains(place)) {
                continue;
            }
            let (mut first, mut last) = (latest_first, earliest_last);
            for place in binding {
                first = first.max(self.first_of(*place));
                last = last.min(self.last_of(*place));
            }
            if (first - last) as f64 / 1e9 > limits.within_s {
                // Those behind it begin no earlier; but they may last longer.
                continue;
            }
            (latest_first, earliest_last) = (first, last);
            taken.extend(binding);
            run.extend(binding);
            count += 1;
            if count == times {
                run.sort_unstable();
                return Continue(Some(run));
            }
        }
        Continue(None)
    }

    /// The places that meet a comparison; each is looked at once.
    fn met(&self, comparison: &Comparison) -> Rc<Met> {
        let name = std::ptr::from_ref(comparison);
        if let Some(met) = self.met.borrow().get(&name) {
            return Rc::clone(met);
        }
        let mut places = Vec::new();
        if self.spend(self.seen.len()).is_break() {
            return Rc::new(Met { places, span: 0 });
        }
        let mut last = None;
        for (place, at) in self.seen.iter().enumerate() {
            let is_met = match last {
                // As often as it was made, it is the same.
                Some((before, is_met)) if before == at => is_met,
                _ => self.is_true(&self.observed[*at], comparison),
            };
            last = Some((at, is_met));
            if is_met {
                places.push(place);
            }
        }
        places.sort_by_key(|place| (self.first_of(*place), *place));
        let spans = places.iter().map(|place| self.last_of(*place) - self.first_of(*place));
        let met = Rc::new(Met { span: spans.max().unwrap_or(0), places });
        self.met.borrow_mut().insert(name, Rc::clone(&met));
        met
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
        // What is out of steps is true of nothing more; the search has then ended.
        if self.spend(1).is_break() {
            return false;
        }
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
        let bytes = value.as_str().map_or(0, str::len);
        if self.spend(test.literals.len() + bytes / BYTES_A_STEP).is_break() {
            return false;
        }
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
                let regex = first.text().and_then(|text| self.matcher.regex(test.operator, text));
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

fn networks(value: &Value, literal: &Literal) -> Option<(IpNet, IpNet)> {
    Some((network(value.as_str()?)?, network(literal.text()?)?))
}
