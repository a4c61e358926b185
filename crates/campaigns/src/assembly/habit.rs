//! What some sign-ups use, and how far others do the same.

use super::cut::SILENCE_MS_MIN;
use super::{AGREEMENT_MIN, Assembly, own};
use signals::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// What the pieces of one operation have in common: how accounts are named, with
/// what tool, and where all else comes from.
pub(super) const CLASSES: &[&[Kind]] = &[
    &[Kind::NameGrammar],
    &[Kind::Client],
    &[Kind::Domain, Kind::Language, Kind::Asn, Kind::IssueNet, Kind::PhoneBlock],
];

/// Places of the classes.
const TOOLS: usize = 1;
const SUPPLIES: usize = 2;

/// A value is a habit from this share on; rarer ones are accidents, of which a
/// large campaign has all there are.
const HABIT_SHARE: f64 = 0.01;

/// Where chance alone would agree so often, agreement says nothing.
const CHANCE_MAX: f64 = 0.8;

/// A value must be so large a part of a piece to lead to others.
const LEAD_SHARE: f64 = 0.1;

/// A kind and a code of it.
type Value = (Kind, u32);

/// What leads from a piece to the operations that it may be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lead {
    /// One value,
    One(Value),
    /// or two of different classes, which fewer have.
    Two(Value, Value),
}

/// Stands for any mail domain that the flagged have nearly for themselves.
const OWN_DOMAIN: u32 = u32::MAX;

/// What some sign-ups use.
pub(super) struct Habit {
    /// By kind: how often each code occurs.
    values: Vec<BTreeMap<u32, u32>>,
    /// By kind: the values that are habits, and how much of the background has
    /// one of them.
    habits: Vec<(BTreeSet<u32>, f64)>,
    /// (kind, code) that hardly anyone else has, with how many have it here.
    own: BTreeMap<(Kind, u32), u32>,
    /// How many sign-ups have one of these kinds at all.
    rows: u32,
    /// Sign-ups by half-day.
    half_days: BTreeMap<i64, u32>,
}

impl Habit {
    pub(super) fn of(assembly: &Assembly, rows: &[u32]) -> Self {
        let count = |kind: Kind| {
            let codes = assembly.dictionaries.kind(kind).codes();
            let mut counts = BTreeMap::new();
            for code in rows.iter().map(|row| codes[*row as usize]).filter(|code| *code != 0) {
                let is_own = kind == Kind::Domain && assembly.is_own(kind, code);
                let code = if is_own { OWN_DOMAIN } else { code };
                *counts.entry(code).or_default() += 1;
            }
            counts
        };
        let values = CLASSES.concat().into_iter().map(count).collect();
        let mut own = BTreeMap::new();
        for (kind, _) in own::KINDS {
            let codes = assembly.dictionaries.kind(*kind).codes();
            for code in rows.iter().map(|row| codes[*row as usize]) {
                if assembly.is_own(*kind, code) {
                    *own.entry((*kind, code)).or_default() += 1;
                }
            }
        }
        let mut half_days = BTreeMap::new();
        for row in rows {
            let time = assembly.table.times_ms()[*row as usize];
            *half_days.entry(time.div_euclid(SILENCE_MS_MIN)).or_default() += 1;
        }
        let rows = rows.len() as u32;
        let mut habit = Self { values, habits: Vec::new(), own, rows, half_days };
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
        self.by_class(other).into_iter().flatten().reduce(f64::min)
    }

    /// How surely one operation made both, 0..1: where they share what hardly
    /// anyone else has, by that alone; else by the least class of habits, and
    /// without their names where all else and the times agree: one operation may
    /// name its accounts in several ways, and pieces are found by how they are named.
    ///
    /// What is below [`AGREEMENT_MIN`] may be said to be 0: most pieces have nothing to
    /// do with each other, and that is soon seen.
    pub(super) fn kinship(&self, other: &Habit) -> f64 {
        let has_machines = self.shared(other, MACHINES) >= OWN_SHARE_MIN;
        let has_places = self.shared(other, PLACES) >= OWN_SHARE_MIN;
        let differs = |class: &usize| {
            self.of_class(*class, other).is_some_and(|agreement| agreement < AGREEMENT_MIN)
        };
        if !has_machines && !has_places && [TOOLS, SUPPLIES].iter().any(differs) {
            return 0.0;
        }
        let classes = self.by_class(other);
        let known = || classes.iter().flatten().copied();
        let least = known().reduce(f64::min).unwrap_or(0.0);
        let mean = known().sum::<f64>() / known().count().max(1) as f64;
        if has_machines && mean >= OWN_AGREEMENT_MIN || has_places && least >= OWN_AGREEMENT_MIN {
            return 1.0;
        }
        let unnamed = match (classes[TOOLS], classes[SUPPLIES]) {
            (Some(tools), Some(supplies)) => {
                tools.min(supplies).min(self.activity(other)) - NAMES_APART
            }
            _ => 0.0,
        };
        let forth = least.max(unnamed);
        if forth < AGREEMENT_MIN {
            return 0.0;
        }
        // A narrow operation does nothing that a broad one does not do as well; of
        // two pieces of one operation at least one class of habits is as broad.
        let back = other.by_class(self).into_iter().flatten().reduce(f64::max);
        forth.min(back.unwrap_or(0.0))
    }

    /// Share of `other`'s sign-ups that have a value of one of these kinds which
    /// hardly anyone has but these.
    fn shared(&self, other: &Habit, kinds: &[Kind]) -> f64 {
        let of = |kind: &Kind| {
            let theirs = other.own.range((*kind, 0)..=(*kind, u32::MAX));
            theirs.filter(|(value, _)| self.own.contains_key(value)).map(|(_, n)| n).sum::<u32>()
        };
        let most = kinds.iter().map(of).max().unwrap_or(0);
        f64::from(most) / f64::from(other.rows.max(1))
    }

    /// Share of `other`'s sign-ups on machines that hardly anyone has but these.
    pub(super) fn machines(&self, other: &Habit) -> f64 {
        self.shared(other, MACHINES)
    }

    /// The values of a kind of [`CLASSES`] by code, but for own domains, with the
    /// share of sign-ups that have each.
    pub(super) fn shares(&self, kind: Kind) -> impl Iterator<Item = (u32, f64)> {
        let values = self.of_kind(kind).into_iter().flatten();
        values
            .filter(|(code, _)| **code != OWN_DOMAIN)
            .map(|(code, n)| (*code, f64::from(*n) / f64::from(self.rows)))
    }

    /// The share of sign-ups that have a value.
    pub(super) fn share(&self, kind: Kind, code: u32) -> f64 {
        let n = self.of_kind(kind).and_then(|values| values.get(&code)).copied().unwrap_or(0);
        f64::from(n) / f64::from(self.rows)
    }

    fn of_kind(&self, kind: Kind) -> Option<&BTreeMap<u32, u32>> {
        let place = CLASSES.iter().flat_map(|class| class.iter()).position(|k| *k == kind);
        place.map(|place| &self.values[place])
    }

    /// Share of `other`'s sign-ups at times when these were made as well.
    fn activity(&self, other: &Habit) -> f64 {
        let shared = other.half_days.iter().filter(|(day, _)| self.half_days.contains_key(day));
        f64::from(shared.map(|(_, n)| n).sum::<u32>()) / f64::from(other.rows.max(1))
    }

    /// The agreement of each class, where something can tell.
    pub(super) fn by_class(&self, other: &Habit) -> Vec<Option<f64>> {
        (0..CLASSES.len()).map(|class| self.of_class(class, other)).collect()
    }

    /// The agreement of a class.
    fn of_class(&self, class: usize, other: &Habit) -> Option<f64> {
        let begins: usize = CLASSES[..class].iter().map(|kinds| kinds.len()).sum();
        let (mut sum, mut known) = (0.0, 0);
        for kind in begins..begins + CLASSES[class].len() {
            let ((habits, chance), theirs) = (&self.habits[kind], &other.values[kind]);
            if habits.is_empty() || theirs.is_empty() || *chance > CHANCE_MAX {
                continue;
            }
            let total: u32 = theirs.values().sum();
            let shared: u32 =
                theirs.iter().filter(|(k, _)| habits.contains(k)).map(|(_, n)| n).sum();
            let covered = f64::from(shared) / f64::from(total);
            sum += (covered - chance) / (1.0 - chance);
            known += 1;
        }
        (known > 0).then(|| sum / f64::from(known))
    }

    /// Values that hardly anyone else has.
    pub(super) fn own_leads(&self) -> Vec<Lead> {
        self.own.keys().map(|value| Lead::One(*value)).collect()
    }

    /// Values that are a large part, one by one and by twos of different classes.
    pub(super) fn large_leads(&self) -> Vec<Lead> {
        let mut large: Vec<(usize, Value)> = Vec::new();
        let of_class = CLASSES.iter().enumerate();
        let kinds =
            of_class.flat_map(|(class, kinds)| kinds.iter().map(move |kind| (class, *kind)));
        for ((class, kind), values) in kinds.zip(&self.values) {
            let least = LEAD_SHARE * f64::from(values.values().sum::<u32>());
            let most = values.iter().filter(|(_, n)| f64::from(**n) >= least);
            large.extend(most.map(|(code, _)| (class, (kind, *code))));
        }
        let mut leads: Vec<Lead> = large.iter().map(|(_, value)| Lead::One(*value)).collect();
        for (at, (class, value)) in large.iter().enumerate() {
            let others = large[at + 1..].iter().filter(|(other, _)| other != class);
            leads.extend(others.map(|(_, other)| Lead::Two(*value, *other)));
        }
        leads
    }

    pub(super) fn add(&mut self, other: &Habit, assembly: &Assembly) {
        for (mine, theirs) in self.values.iter_mut().zip(&other.values) {
            for (value, n) in theirs {
                *mine.entry(*value).or_default() += n;
            }
        }
        for (value, n) in &other.own {
            *self.own.entry(*value).or_default() += n;
        }
        for (half_day, n) in &other.half_days {
            *self.half_days.entry(*half_day).or_default() += n;
        }
        self.rows += other.rows;
        self.weigh(assembly);
    }
}

/// So many of a piece's sign-ups have what hardly anyone has but another: one made both.
const OWN_SHARE_MIN: f64 = 0.2;

/// What one operation alone has in its hands,
const MACHINES: &[Kind] = &[Kind::Device, Kind::Fingerprint];
/// and what may be rented to two.
const PLACES: &[Kind] = &[Kind::Domain, Kind::Ip];

/// Two operations may have an address or a mail provider of one seller that hardly
/// anyone else has; what one operation made agrees in something else as well.
const OWN_AGREEMENT_MIN: f64 = 0.3;

/// Without their names pieces must agree by so much more.
const NAMES_APART: f64 = 0.1;

/// How often honest people have a domain of their own: some per cent do.
const OWN_DOMAIN_CHANCE: f64 = 0.03;
