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
    Kind::MailGrammar,
];

/// A value leads to a group that has it so many times as often as everyone.
const LEAD_LIFT_MIN: f64 = 8.0;
/// And at least so often.
const LEAD_COUNT_MIN: u32 = 2;
/// A value leads to so many groups at most, those that have it most often:
/// what more of them use is a tool that everybody sells.
const LEAD_GROUPS_MAX: usize = 24;
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
    /// By class, then by kind: (code, count) ascending by code.
    counts: Vec<Vec<Vec<(u32, u32)>>>,
}

impl Profile {
    fn of(dictionaries: &Dictionaries, members: &[u32]) -> Self {
        let count = |kind: &Kind| {
            let codes = dictionaries.kind(*kind).codes();
            if codes.is_empty() {
                return Vec::new();
            }
            let mut mine: Vec<u32> = members.iter().map(|row| codes[*row as usize]).collect();
            mine.sort_unstable();
            mine.chunk_by(|x, y| x == y).map(|run| (run[0], run.len() as u32)).collect()
        };
        let counts = CLASSES.iter().map(|class| class.iter().map(count).collect()).collect();
        Self { members: members.len() as u32, counts }
    }
}

/// For each code, a slice of groups.
struct Leads {
    kind: Kind,
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
        let leads = |kind: &Kind| leads(*kind, dictionaries, backgrounds, groups, table.len());
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
        group_of.par_iter().enumerate().map(|(row, own)| self.best(row, *own)).collect()
    }

    /// The group that `row` fits best, itself left out of it if it is a member
    /// (`own` is its group).
    fn best(&self, row: usize, own: Option<u32>) -> Option<Fit> {
        let mut pointed: Vec<(u32, u32)> = Vec::new();
        for leads in &self.leads {
            let codes = self.dictionaries.kind(leads.kind).codes();
            for group in leads.to(codes[row]) {
                match pointed.iter_mut().find(|(g, _)| g == group) {
                    Some(pointed) => pointed.1 += 1,
                    None => pointed.push((*group, 1)),
                }
            }
        }
        pointed.sort_unstable_by(|x, y| y.1.cmp(&x.1).then(x.0.cmp(&y.0)));
        pointed.truncate(COMPARED_MAX);
        if let Some(own) = own.filter(|own| pointed.iter().all(|(group, _)| group != own)) {
            pointed.push((own, 0));
        }
        let fits = pointed.iter().filter_map(|(group, _)| {
            let log_odds = self.log_odds(row, *group, own == Some(*group))? as f32;
            Some(Fit { group: *group, log_odds })
        });
        fits.max_by(|x, y| x.log_odds.total_cmp(&y.log_odds).then(y.group.cmp(&x.group)))
    }

    fn log_odds(&self, row: usize, group: u32, is_member: bool) -> Option<f64> {
        let profile = self.profiles[group as usize].as_ref()?;
        let own = u32::from(is_member);
        let members = f64::from(profile.members - own);
        let of_classes: f64 = CLASSES
            .iter()
            .zip(&profile.counts)
            .filter_map(|(kinds, counts)| {
                let of_kinds = kinds.iter().zip(counts);
                let ratios = of_kinds
                    .filter_map(|(kind, counts)| self.ratio(row, *kind, counts, members, own));
                ratios.max_by(f64::total_cmp)
            })
            .sum();
        Some((members / self.others).ln() + of_classes)
    }

    /// ln of how much commoner the row's value is in the group than among
    /// everyone of its context; none where it has no value.
    fn ratio(
        &self,
        row: usize,
        kind: Kind,
        counts: &[(u32, u32)],
        members: f64,
        own: u32,
    ) -> Option<f64> {
        let code = self.dictionaries.kind(kind).codes().get(row).copied().filter(|c| *c != 0)?;
        let mine = counts.binary_search_by_key(&code, |(code, _)| *code);
        let mine = f64::from(mine.map_or(0, |at| counts[at].1).saturating_sub(own));
        let seen = self.backgrounds[kind as usize].seen(code);
        let context = self.contexts.for_behaviour(kind)[row];
        let usual = seen.rate(context, seen.world(0, 0), &LeftOut::default());
        Some(((mine / usual + PRIOR_MEMBERS) / (members + PRIOR_MEMBERS)).ln())
    }
}

fn leads(
    kind: Kind,
    dictionaries: &Dictionaries,
    backgrounds: &[Background],
    groups: &Groups,
    rows: usize,
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
    debug_assert!(dictionary.codes().len() == rows);
    pairs.sort_unstable();
    let mut leads = Leads { kind, starts: vec![0; dictionary.len() + 1], groups: Vec::new() };
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
