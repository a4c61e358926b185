//! What some sign-ups use, and how far others do the same.

use super::Assembly;
use signals::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// What the pieces of one operation have in common: how accounts are named, with
/// what tool, and where all else comes from.
pub(super) const CLASSES: &[&[Kind]] = &[
    &[Kind::NameGrammar],
    &[Kind::Client],
    &[Kind::Domain, Kind::Language, Kind::Asn, Kind::IssueNet, Kind::PhoneBlock],
];

/// A value is a habit from this share on; rarer ones are accidents, of which a
/// large campaign has all there are.
const HABIT_SHARE: f64 = 0.01;

/// Where chance alone would agree so often, agreement says nothing.
const CHANCE_MAX: f64 = 0.8;

/// A value must be so large a part of a piece to lead to others.
const LEAD_SHARE: f64 = 0.1;

/// Stands for any mail domain that the flagged have nearly for themselves.
const OWN_DOMAIN: u32 = u32::MAX;

/// What some sign-ups use.
pub(super) struct Habit {
    /// By kind: how often each code occurs.
    values: Vec<BTreeMap<u32, u32>>,
    /// By kind: the values that are habits, and how much of the background has
    /// one of them.
    habits: Vec<(BTreeSet<u32>, f64)>,
}

impl Habit {
    pub(super) fn of(assembly: &Assembly, rows: &[u32]) -> Self {
        let count = |kind: Kind| {
            let codes = assembly.dictionaries.kind(kind).codes();
            let mut counts = BTreeMap::new();
            for code in rows.iter().map(|row| codes[*row as usize]).filter(|code| *code != 0) {
                let code = if assembly.is_own_domain(kind, code) { OWN_DOMAIN } else { code };
                *counts.entry(code).or_default() += 1;
            }
            counts
        };
        let values = CLASSES.concat().into_iter().map(count).collect();
        let mut habit = Self { values, habits: Vec::new() };
        habit.weigh(assembly);
        habit
    }

    fn weigh(&mut self, assembly: &Assembly) {
        let of = |(kind, values): (Kind, &BTreeMap<u32, u32>)| {
            let least = HABIT_SHARE * f64::from(values.values().sum::<u32>());
            let habits = values.iter().filter(|(_, n)| f64::from(**n) >= least);
            let habits: BTreeSet<u32> = habits.map(|(code, _)| *code).collect();
            let background = &assembly.backgrounds[kind as usize];
            let rate = |code: &u32| match *code {
                OWN_DOMAIN => OWN_DOMAIN_CHANCE,
                code => background.seen(code).world(0, 0).rate,
            };
            let chance = habits.iter().map(rate).sum::<f64>();
            (habits, chance)
        };
        self.habits = CLASSES.concat().into_iter().zip(&self.values).map(of).collect();
    }

    /// How much of what `other` does is a habit here too, beyond what everyone
    /// would have in common with it (Cohen's κ): the mean over the kinds of a
    /// class, the least over classes; none where nothing can tell.
    pub(super) fn agreement(&self, other: &Habit) -> Option<f64> {
        let mut kinds = self.habits.iter().zip(&other.values).map(|((habits, chance), theirs)| {
            let total: u32 = theirs.values().sum();
            let shared: u32 =
                theirs.iter().filter(|(k, _)| habits.contains(k)).map(|(_, n)| n).sum();
            let covered = f64::from(shared) / f64::from(total.max(1));
            let tells = total > 0 && !habits.is_empty() && *chance <= CHANCE_MAX;
            tells.then(|| (covered - chance) / (1.0 - chance))
        });
        let mut least: Option<f64> = None;
        for class in CLASSES {
            let of_class: Vec<f64> = kinds.by_ref().take(class.len()).flatten().collect();
            if !of_class.is_empty() {
                let mean = of_class.iter().sum::<f64>() / of_class.len() as f64;
                least = Some(least.map_or(mean, |least| least.min(mean)));
            }
        }
        least
    }

    /// (kind, code) of the values that are a large part.
    pub(super) fn leads(&self) -> impl Iterator<Item = (usize, u32)> {
        self.values.iter().enumerate().flat_map(|(kind, values)| {
            let least = LEAD_SHARE * f64::from(values.values().sum::<u32>());
            values
                .iter()
                .filter(move |(_, n)| f64::from(**n) >= least)
                .map(move |(code, _)| (kind, *code))
        })
    }

    pub(super) fn add(&mut self, other: &Habit, assembly: &Assembly) {
        for (mine, theirs) in self.values.iter_mut().zip(&other.values) {
            for (value, n) in theirs {
                *mine.entry(*value).or_default() += n;
            }
        }
        self.weigh(assembly);
    }
}

/// How often honest people have a domain of their own: some per cent do.
const OWN_DOMAIN_CHANCE: f64 = 0.03;

impl Assembly<'_> {
    /// Whether a mail domain is one that hardly anyone has who is not suspected.
    fn is_own_domain(&self, kind: Kind, code: u32) -> bool {
        kind == Kind::Domain && {
            let others = self.backgrounds[kind as usize].seen(code).total();
            others * 4 <= self.dictionaries.kind(kind).count(code)
        }
    }
}
