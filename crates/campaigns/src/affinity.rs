//! How well a sign-up fits a group: the odds that the group made it rather
//! than everyone else of its country, kind by kind. Most of a campaign's
//! accounts lie in surprising cells; the rest use the same tools in pairs
//! that happen not to repeat, and are told by all of them together (naive
//! Bayes; kinds that are made of one another count once).

use crate::cells::background::{Background, Contexts, LeftOut};
use crate::cells::dictionary::Dictionaries;
use crate::groups::Groups;
use rayon::prelude::*;
use signals::{Kind, Table};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Kinds that are compared, by class, the narrower first; of one class the first
/// that speaks for a group counts, or else the best.
pub(crate) const CLASSES: &[&[Kind]] = &[
    &[Kind::NameShape, Kind::NameGrammar, Kind::Texture, Kind::Stem],
    &[Kind::Relation],
    &[Kind::Domain],
    &[Kind::Client, Kind::Ja4, Kind::Agent],
    &[Kind::Fingerprint, Kind::Device],
    &[Kind::Language],
    &[Kind::Ip, Kind::Net, Kind::Asn],
    &[Kind::PhoneBlock, Kind::PhoneHome],
    &[Kind::IssueNet, Kind::Redeem],
    &[Kind::Solve],
    &[Kind::Referrer],
    &[Kind::Hour, Kind::Day],
];

/// Kinds whose values lead from a sign-up to the groups that it may fit, of
/// one class the narrower first.
pub(crate) const LEADS: &[Kind] = &[
    Kind::NameShape,
    Kind::Stem,
    Kind::Client,
    Kind::Ja4,
    Kind::Fingerprint,
    Kind::Device,
    Kind::Ip,
    Kind::Net,
    Kind::PhoneBlock,
    Kind::IssueNet,
    Kind::Referrer,
    Kind::Domain,
];

/// A value leads to a group that has it so many times as often as everyone.
pub(crate) const LEAD_LIFT_MIN: f64 = 8.0;
/// And at least so often.
pub(crate) const LEAD_COUNT_MIN: u32 = 2;
/// A value leads to so many groups at most, those that have it most often:
/// what more of them use is a tool that everybody sells.
pub(crate) const LEAD_GROUPS_MAX: usize = 24;
/// Leads of so many classes must point to a group before it is compared: what
/// shares one tool with it is no likelier its own than anyone's.
pub(crate) const LEAD_CLASSES_MIN: u32 = 2;
/// Groups that a sign-up is compared with, those that its leads speak for most.
pub(crate) const COMPARED_MAX: usize = 2;
/// What no lead tells (language, hours, solve time) makes up for so many nats
/// at most.
pub(crate) const UNLED_MAX: f32 = 3.0;
/// So many of a group's members tell whether it is part of another.
const SAMPLE_MAX: usize = 12;
/// Smaller groups have no habits to speak of.
pub(crate) const MEMBERS_MIN: usize = 5;
/// What everyone does counts in a group for so many members.
pub(crate) const PRIOR_MEMBERS: f64 = 1.0;

/// The group that a sign-up fits best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Index of the group.
    pub group: u32,
    /// Log odds that the group made it: its size and likeness against
    /// everyone's.
    pub log_odds: f32,
}

/// Below these log odds the group is hardly likelier than anyone else.
pub(crate) const CLOSE: f32 = -3.0;

impl Fit {
    /// Whether the group may well have made it.
    pub fn is_close(&self) -> bool {
        self.log_odds >= CLOSE
    }
}

/// All that groups are compared by.
pub struct Habits<'a> {
    dictionaries: &'a Dictionaries,
    contexts: &'a Contexts,
    backgrounds: &'a [Background],
    accounts: &'a [u64],
    /// Sign-ups in all.
    others: f64,
    /// By group; none where it is too small.
    profiles: Vec<Option<Profile>>,
    /// By kind of [`LEADS`] and code, the groups that it leads to.
    leads: Vec<Leads>,
}

/// Every kind whose dictionary is needed.
pub fn kinds() -> Vec<Kind> {
    let mut kinds = CLASSES.concat();
    kinds.extend(LEADS);
    kinds
}

/// What tells a group from all others: its first member, which no other has, and its
/// size, which changes when it merges.
type Whose = (Option<u32>, usize);

fn whose(members: &[u32]) -> Whose {
    (members.first().copied(), members.len())
}

/// How often a group has each value.
struct Profile {
    members: u32,
    /// By kind of [`CLASSES`]: (code, count) ascending by code.
    counts: Vec<Vec<(u32, u32)>>,
}

impl Profile {
    fn of(dictionaries: &Dictionaries, members: &[u32]) -> Self {
        let count = |kind: &Kind| {
            let codes = dictionaries.kind(*kind).codes();
            let mut mine: Vec<u32> = members.iter().map(|row| codes[*row as usize]).collect();
            mine.sort_unstable();
            mine.chunk_by(|x, y| x == y).map(|run| (run[0], run.len() as u32)).collect()
        };
        let counts = CLASSES.iter().flat_map(|class| class.iter().map(count)).collect();
        Self { members: members.len() as u32, counts }
    }
}

/// For each code, a slice of groups, and how many nats it speaks for each.
struct Leads {
    kind: Kind,
    class: u32,
    starts: Vec<u32>,
    groups: Vec<(u32, f32)>,
}

impl Leads {
    /// `pairs` of (code, how many of a group have it, group, nats), ascending, for
    /// codes below `codes`.
    fn of(kind: Kind, codes: usize, pairs: &[(u32, Reverse<u32>, u32, f32)]) -> Self {
        let mut leads =
            Self { kind, class: class(kind), starts: vec![0; codes + 1], groups: Vec::new() };
        for run in pairs.chunk_by(|x, y| x.0 == y.0) {
            let kept = &run[..run.len().min(LEAD_GROUPS_MAX)];
            leads.starts[run[0].0 as usize + 1] = kept.len() as u32;
            leads.groups.extend(kept.iter().map(|(_, _, group, nats)| (*group, *nats)));
        }
        for code in 1..leads.starts.len() {
            leads.starts[code] += leads.starts[code - 1];
        }
        leads
    }

    fn to(&self, code: u32) -> &[(u32, f32)] {
        if code == 0 {
            return &[];
        }
        let (start, end) = (self.starts[code as usize], self.starts[code as usize + 1]);
        &self.groups[start as usize..end as usize]
    }
}

impl<'a> Habits<'a> {
    /// The habits of `groups`; `backgrounds` by kind.
    pub fn of(
        table: &'a Table,
        dictionaries: &'a Dictionaries,
        contexts: &'a Contexts,
        backgrounds: &'a [Background],
        groups: &Groups,
    ) -> Self {
        let mut habits = Self {
            dictionaries,
            contexts,
            backgrounds,
            accounts: table.accounts(),
            others: table.len() as f64,
            profiles: Vec::new(),
            leads: Vec::new(),
        };
        habits.learn(groups, BTreeMap::new());
        habits
    }

    /// The habits of `merged`, which are `groups`, some of them put together.
    pub fn merged(mut self, groups: &Groups, merged: &Groups) -> Self {
        let known = groups.members.iter().zip(std::mem::take(&mut self.profiles));
        let known = known.map(|(members, profile)| (whose(members), profile));
        self.learn(merged, known.collect());
        self
    }

    /// `known` are the profiles of groups.
    fn learn(&mut self, groups: &Groups, mut known: BTreeMap<Whose, Option<Profile>>) {
        let profiles: Vec<Option<Profile>> =
            groups.members.iter().map(|members| known.remove(&whose(members)).flatten()).collect();
        let complete = |(members, profile): (&Vec<u32>, Option<Profile>)| {
            let is_big = members.len() >= MEMBERS_MIN;
            profile.or_else(|| is_big.then(|| Profile::of(self.dictionaries, members)))
        };
        self.profiles = groups.members.par_iter().zip(profiles).map(complete).collect();
        self.leads = LEADS.par_iter().map(|kind| self.leads(*kind)).collect();
    }

    fn leads(&self, kind: Kind) -> Leads {
        let at = CLASSES.iter().copied().flatten().position(|known| *known == kind);
        let at = at.expect("every lead is compared as well");
        let mut pairs: Vec<(u32, Reverse<u32>, u32, f32)> = Vec::new();
        for (group, profile) in (0..).zip(&self.profiles) {
            let Some(profile) = profile else { continue };
            for (code, count) in profile.counts[at].iter().filter(|(code, _)| *code != 0) {
                let usual = self.backgrounds[kind as usize].seen(*code).world(0, 0).rate;
                let lift = f64::from(*count) / (usual * f64::from(profile.members));
                if *count >= LEAD_COUNT_MIN && lift >= LEAD_LIFT_MIN {
                    pairs.push((*code, Reverse(*count), group, lift.ln() as f32));
                }
            }
        }
        pairs.sort_unstable_by_key(|(code, count, group, _)| (*code, *count, *group));
        Leads::of(kind, self.dictionaries.kind(kind).size(), &pairs)
    }

    /// The group that each row fits best; `group_of` is the one it is in.
    pub fn fits(&self, group_of: &[Option<u32>]) -> Vec<Option<Fit>> {
        let pointers = || Pointers::of(self.profiles.len());
        let fit = |pointers: &mut Pointers, (row, own): (usize, &Option<u32>)| {
            self.best(row, *own, pointers)
        };
        group_of.par_iter().enumerate().map_init(pointers, fit).collect()
    }

    /// Which group each of `groups` belongs to: the one that most of a sample
    /// of its members fit best, if that is not itself.
    pub fn preferences(&self, groups: &Groups) -> Vec<Option<u32>> {
        let pointers = || Pointers::of(self.profiles.len());
        let of = |pointers: &mut Pointers, (group, members): (usize, &Vec<u32>)| {
            let mut best: Vec<u32> = self
                .sample(members)
                .filter_map(|row| self.best(row as usize, Some(group as u32), pointers))
                .map(|fit| fit.group)
                .collect();
            best.sort_unstable();
            let longest = best.chunk_by(|x, y| x == y).max_by_key(|run| run.len())?;
            let is_other = longest[0] != group as u32 && longest.len() * 2 > best.len();
            is_other.then_some(longest[0])
        };
        groups.members.par_iter().enumerate().map_init(pointers, of).collect()
    }

    /// Some members, whatever the order of the rows.
    fn sample(&self, members: &[u32]) -> impl Iterator<Item = u32> {
        let mut by_account: Vec<(u64, u32)> =
            members.iter().map(|row| (self.accounts[*row as usize], *row)).collect();
        by_account.sort_unstable();
        let step = members.len().div_ceil(SAMPLE_MAX).max(1);
        by_account.into_iter().step_by(step).map(|(_, row)| row)
    }

    /// The group that `row` fits best, itself left out of it if it is a member
    /// (`own` is its group).
    fn best(&self, row: usize, own: Option<u32>, pointers: &mut Pointers) -> Option<Fit> {
        for leads in &self.leads {
            for (group, nats) in leads.to(self.dictionaries.kind(leads.kind).codes()[row]) {
                pointers.add(*group, leads.class, *nats);
            }
        }
        pointers.compared.clear();
        for group in pointers.touched.drain(..) {
            let pointed = std::mem::take(&mut pointers.by_group[group as usize]);
            let nats = pointed.nats + self.prior(group);
            if pointed.classes.count_ones() >= LEAD_CLASSES_MIN && nats >= CLOSE - UNLED_MAX {
                pointers.compared.push((nats, group));
            }
        }
        pointers.compared.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        pointers.compared.truncate(COMPARED_MAX);
        if let Some(own) = own.filter(|own| pointers.compared.iter().all(|(_, g)| g != own)) {
            pointers.compared.push((0.0, own));
        }
        if pointers.compared.is_empty() {
            return None;
        }
        let mut seen = Seen::default();
        let fits = pointers.compared.iter().filter_map(|(_, group)| {
            let log_odds = self.log_odds(row, &mut seen, *group, own == Some(*group))? as f32;
            Some(Fit { group: *group, log_odds })
        });
        fits.max_by(|x, y| x.log_odds.total_cmp(&y.log_odds).then(y.group.cmp(&x.group)))
    }

    /// Log odds of a group before anything is known of a sign-up: its size.
    fn prior(&self, group: u32) -> f32 {
        let members = self.profiles[group as usize].as_ref().map_or(0, |profile| profile.members);
        (f64::from(members) / self.others).ln() as f32
    }

    /// How usual the row's value of a kind is in its context.
    fn usual(&self, kind: Kind, row: usize) -> f64 {
        let code = self.dictionaries.kind(kind).codes()[row];
        let seen = self.backgrounds[kind as usize].seen(code);
        let context = self.contexts.for_behaviour(kind)[row];
        seen.rate(context, seen.world(0, 0), &LeftOut::default())
    }

    fn log_odds(&self, row: usize, seen: &mut Seen, group: u32, is_member: bool) -> Option<f64> {
        let profile = self.profiles[group as usize].as_ref()?;
        let own = u32::from(is_member);
        let members = f64::from(profile.members - own);
        let mut kinds = seen.usual.iter_mut().zip(&profile.counts);
        // How much commoner each value is in the group than among everyone.
        let mut best_of = |class: &&[Kind]| {
            let mut best = 0.0f64;
            for (kind, (usual, counts)) in class.iter().zip(kinds.by_ref()) {
                let code = self.dictionaries.kind(*kind).codes()[row];
                if code == 0 || best > 1.0 {
                    continue;
                }
                let at = counts.binary_search_by_key(&code, |(code, _)| *code);
                let mine = at.map_or(0, |at| counts[at].1).saturating_sub(own);
                let times = match mine {
                    0 => 0.0,
                    _ => f64::from(mine) / *usual.get_or_insert_with(|| self.usual(*kind, row)),
                };
                best = best.max((times + PRIOR_MEMBERS) / (members + PRIOR_MEMBERS));
            }
            if best > 0.0 { best } else { 1.0 }
        };
        // A dozen ratios between one in a billion and a billion: no overflow.
        let of_classes: f64 = CLASSES.iter().map(&mut best_of).product();
        Some((members / self.others * of_classes).ln())
    }
}

/// How usual each value of one row is, by kind of [`CLASSES`]; looked up when needed.
#[derive(Default)]
struct Seen {
    usual: [Option<f64>; COMPARED],
}

/// Kinds that are compared.
const COMPARED: usize = {
    let (mut kinds, mut class) = (0, 0);
    while class < CLASSES.len() {
        kinds += CLASSES[class].len();
        class += 1;
    }
    kinds
};

/// What the leads of one sign-up say of each group; used again for the next.
struct Pointers {
    by_group: Vec<Pointed>,
    touched: Vec<u32>,
    compared: Vec<(f32, u32)>,
}

#[derive(Clone, Copy, Default)]
struct Pointed {
    classes: u32,
    nats: f32,
}

impl Pointers {
    fn of(groups: usize) -> Self {
        let by_group = vec![Pointed::default(); groups];
        Self { by_group, touched: Vec::new(), compared: Vec::new() }
    }

    /// The first lead of a class counts: they stand from narrow to wide.
    fn add(&mut self, group: u32, class: u32, nats: f32) {
        let pointed = &mut self.by_group[group as usize];
        if pointed.classes == 0 {
            self.touched.push(group);
        }
        if pointed.classes & class == 0 {
            pointed.classes |= class;
            pointed.nats += nats;
        }
    }
}

/// The class of a kind, as a bit.
pub(crate) fn class(kind: Kind) -> u32 {
    let class = CLASSES.iter().position(|class| class.contains(&kind));
    1 << class.unwrap_or(CLASSES.len())
}
