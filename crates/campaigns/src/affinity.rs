//! How well a sign-up fits a group: the odds that the group made it rather
//! than everyone else of its country, kind by kind. Most of a campaign's
//! accounts lie in surprising cells; the rest use the same tools in pairs
//! that happen not to repeat, and are told by all of them together (naive
//! Bayes; kinds that are made of one another count once, as their best).

use crate::cells::background::{Background, Contexts, LeftOut};
use crate::cells::dictionary::Dictionaries;
use crate::groups::Groups;
use rayon::prelude::*;
use signals::{Kind, Table};
use std::cmp::Reverse;

/// Kinds that are compared, by class; of one class the best counts.
const CLASSES: &[&[Kind]] = &[
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

/// Kinds whose values lead from a sign-up to the groups that it may fit.
const LEADS: &[Kind] = &[
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
const LEAD_LIFT_MIN: f64 = 8.0;
/// And at least so often.
const LEAD_COUNT_MIN: u32 = 2;
/// A value leads to so many groups at most, those that have it most often:
/// what more of them use is a tool that everybody sells.
const LEAD_GROUPS_MAX: usize = 24;
/// Leads of so many classes must point to a group before it is compared: what
/// shares one tool with it is no likelier its own than anyone's.
const LEAD_CLASSES_MIN: u32 = 2;
/// Groups that a sign-up is compared with, those that most leads point to.
const COMPARED_MAX: usize = 4;
/// Smaller groups have no habits to speak of.
const MEMBERS_MIN: usize = 5;
/// What everyone does counts in a group for so many members.
const PRIOR_MEMBERS: f64 = 1.0;

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
const CLOSE: f32 = -3.0;

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
    /// Sign-ups in the background.
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

/// For each code, a slice of groups.
struct Leads {
    kind: Kind,
    class: u32,
    starts: Vec<u32>,
    groups: Vec<u32>,
}

impl Leads {
    fn to(&self, code: u32) -> &[u32] {
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
        table: &Table,
        dictionaries: &'a Dictionaries,
        contexts: &'a Contexts,
        backgrounds: &'a [Background],
        groups: &Groups,
    ) -> Self {
        let profile = |members: &Vec<u32>| {
            (members.len() >= MEMBERS_MIN).then(|| Profile::of(dictionaries, members))
        };
        let leads = |kind: &Kind| leads(*kind, dictionaries, backgrounds, groups);
        Self {
            dictionaries,
            contexts,
            backgrounds,
            others: table.len() as f64,
            profiles: groups.members.par_iter().map(profile).collect(),
            leads: LEADS.par_iter().map(leads).collect(),
        }
    }

    /// The group that each row fits best; `group_of` is the one it is in.
    pub fn fits(&self, group_of: &[Option<u32>]) -> Vec<Option<Fit>> {
        let fit = |(row, own): (usize, &Option<u32>)| self.best(row, *own);
        group_of.par_iter().enumerate().map(fit).collect()
    }

    /// The same of the members of groups alone.
    pub fn fits_of_members(&self, group_of: &[Option<u32>]) -> Vec<Option<Fit>> {
        let fit = |(row, own): (usize, &Option<u32>)| self.best(row, Some((*own)?));
        group_of.par_iter().enumerate().map(fit).collect()
    }

    /// The group that `row` fits best, itself left out of it if it is a member
    /// (`own` is its group).
    fn best(&self, row: usize, own: Option<u32>) -> Option<Fit> {
        let compared = self.compared(row, own);
        if compared.is_empty() {
            return None;
        }
        let usual = self.usual(row);
        let fits = compared.into_iter().filter_map(|group| {
            let log_odds = self.log_odds(&usual, group, own == Some(group))? as f32;
            Some(Fit { group, log_odds })
        });
        fits.max_by(|x, y| x.log_odds.total_cmp(&y.log_odds).then(y.group.cmp(&x.group)))
    }

    /// The groups that `row` is worth comparing with, its own among them.
    fn compared(&self, row: usize, own: Option<u32>) -> Vec<u32> {
        let mut pointed: Vec<(u32, u32)> = Vec::new();
        for leads in &self.leads {
            for group in leads.to(self.dictionaries.kind(leads.kind).codes()[row]) {
                match pointed.iter_mut().find(|(g, _)| g == group) {
                    Some(pointed) => pointed.1 |= leads.class,
                    None => pointed.push((*group, leads.class)),
                }
            }
        }
        pointed.retain(|(_, classes)| classes.count_ones() >= LEAD_CLASSES_MIN);
        pointed.sort_unstable_by_key(|(group, classes)| (Reverse(classes.count_ones()), *group));
        let mut compared: Vec<u32> =
            pointed.into_iter().take(COMPARED_MAX).map(|(group, _)| group).collect();
        compared.extend(own.filter(|own| !compared.contains(own)));
        compared
    }

    /// The row's code of each kind of [`CLASSES`] and how usual it is in its
    /// context; none where it has none.
    fn usual(&self, row: usize) -> Vec<Option<(u32, f64)>> {
        let of = |kind: &Kind| {
            let code = self.dictionaries.kind(*kind).codes()[row];
            let seen = self.backgrounds[*kind as usize].seen(code);
            let context = self.contexts.for_behaviour(*kind)[row];
            let usual = seen.rate(context, seen.world(0, 0), &LeftOut::default());
            (code != 0).then_some((code, usual))
        };
        CLASSES.iter().flat_map(|class| class.iter().map(of)).collect()
    }

    fn log_odds(&self, usual: &[Option<(u32, f64)>], group: u32, is_member: bool) -> Option<f64> {
        let profile = self.profiles[group as usize].as_ref()?;
        let own = u32::from(is_member);
        let members = f64::from(profile.members - own);
        let mut kinds = usual.iter().zip(&profile.counts);
        // How much commoner each value is in the group than among everyone.
        let mut best_of = |class: &&[Kind]| {
            let mut best = 0.0f64;
            for (usual, counts) in kinds.by_ref().take(class.len()) {
                let Some((code, usual)) = usual else { continue };
                let at = counts.binary_search_by_key(code, |(code, _)| *code);
                let mine = at.map_or(0, |at| counts[at].1).saturating_sub(own);
                let ratio = (f64::from(mine) / usual + PRIOR_MEMBERS) / (members + PRIOR_MEMBERS);
                best = best.max(ratio);
            }
            if best > 0.0 { best.ln() } else { 0.0 }
        };
        let of_classes: f64 = CLASSES.iter().map(&mut best_of).sum();
        Some((members / self.others).ln() + of_classes)
    }
}

/// The class of a kind, as a bit.
fn class(kind: Kind) -> u32 {
    let class = CLASSES.iter().position(|class| class.contains(&kind));
    1 << class.unwrap_or(CLASSES.len())
}

fn leads(
    kind: Kind,
    dictionaries: &Dictionaries,
    backgrounds: &[Background],
    groups: &Groups,
) -> Leads {
    let dictionary = dictionaries.kind(kind);
    let mut pairs: Vec<(u32, u32, u32)> = Vec::new();
    for (group, members) in (0..).zip(&groups.members).filter(|(_, m)| m.len() >= MEMBERS_MIN) {
        let codes = dictionary.codes();
        let mut mine: Vec<u32> = members.iter().map(|row| codes[*row as usize]).collect();
        mine.sort_unstable();
        for run in mine.chunk_by(|x, y| x == y).filter(|run| run[0] != 0) {
            let count = run.len() as u32;
            let usual = backgrounds[kind as usize].seen(run[0]).world(0, 0);
            let is_lead = f64::from(count) >= LEAD_LIFT_MIN * usual * members.len() as f64;
            if count >= LEAD_COUNT_MIN && is_lead {
                // Those that have it most often first.
                pairs.push((run[0], u32::MAX - count, group));
            }
        }
    }
    pairs.sort_unstable();
    let mut leads = Leads {
        kind,
        class: class(kind),
        starts: vec![0; dictionary.len() + 1],
        groups: Vec::new(),
    };
    for run in pairs.chunk_by(|x, y| x.0 == y.0) {
        let kept = &run[..run.len().min(LEAD_GROUPS_MAX)];
        leads.starts[run[0].0 as usize + 1] = kept.len() as u32;
        leads.groups.extend(kept.iter().map(|(_, _, group)| *group));
    }
    for code in 1..leads.starts.len() {
        leads.starts[code] += leads.starts[code - 1];
    }
    leads
}
