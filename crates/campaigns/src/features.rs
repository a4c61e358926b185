//! What is weighed for each sign-up that has any evidence: its own evidence,
//! its own inconsistencies, and what its group is like. Lifts, shares and
//! divergences only, never counts: weights learned on a hundred thousand
//! sign-ups must hold at ten million.

mod marks;
mod tops;
mod view;

pub use marks::Marks;
pub use tops::commonest;
pub use view::{GroupView, group};

use crate::affinity::Fit;
use crate::cells::background::{Background, Context, Contexts, HashedMap, LeftOut};
use crate::cells::dictionary::Dictionaries;
use crate::cells::families::{Behaviour, Resource};
use crate::evidence::Evidence;
use crate::groups::Groups;
use rayon::prelude::*;
use signals::{Kind, Table};
use std::collections::BTreeMap;
use tops::Tops;

/// Kinds whose most common value's share in the group is weighed.
const TOPS: &[Kind] = &[
    Kind::Ip,
    Kind::Net,
    Kind::Asn,
    Kind::Device,
    Kind::Fingerprint,
    Kind::Ja4,
    Kind::AgentText,
    Kind::Domain,
    Kind::NameShape,
    Kind::Stem,
    Kind::PhoneBlock,
    Kind::IssueNet,
    Kind::Referrer,
];
/// Kinds of which the number of distinct values per member is weighed.
const SPREADS: &[Kind] = &[Kind::Net, Kind::Asn, Kind::Device, Kind::Mailbox];
/// Kinds of which it is weighed how much of all their commonest value's users
/// the group is.
const EXCLUSIVES: &[Kind] = &[Kind::Domain, Kind::Net, Kind::Ja4];
/// Kinds whose distribution in the group is compared with the background's.
const DIVERGENCES: &[Kind] = &[
    Kind::Domain,
    Kind::Agent,
    Kind::Ja4,
    Kind::Nature,
    Kind::Texture,
    Kind::NameGrammar,
    Kind::Relation,
    Kind::Language,
    Kind::Solve,
];
const OWN: [&str; 6] = [
    "evidence in all",
    "fit to a group",
    "TLS oddness",
    "fingerprint oddness",
    "token from elsewhere",
    "random name",
];
/// Own kinds of which it is weighed how many accounts share the value: one
/// person's aliases share a mailbox, a family its address and its devices.
const SHARED: &[Kind] = &[Kind::Mailbox, Kind::Device, Kind::Ip];
/// Where the own network stands.
const NETWORK: [&str; 2] = ["from a hosting network", "from a relay"];
const GROUP: [&str; 13] = [
    "mean evidence",
    "mean TLS oddness",
    "mean fingerprint oddness",
    "mean language oddness",
    "share of tokens from elsewhere",
    "share of random names",
    "share from hosting networks",
    "share from relays",
    "phones given",
    "divergence of hours",
    "log10 hours spanned",
    "busiest hour's share",
    "evenness of gaps",
];

/// Kinds whose dictionaries features are made from.
pub fn kinds() -> Vec<Kind> {
    [DIVERGENCES, SHARED].concat()
}

/// Number of features.
pub const COUNT: usize = Resource::COUNT
    + Behaviour::COUNT
    + OWN.len()
    + SHARED.len()
    + NETWORK.len()
    + GROUP.len()
    + TOPS.len()
    + SPREADS.len()
    + EXCLUSIVES.len()
    + DIVERGENCES.len();

/// One row of features.
pub type Row = [f32; COUNT];

/// Which way each feature may push: 1 where more is never less evidence, 0
/// where it may be either.
pub fn monotone() -> Vec<i8> {
    let evidence = Resource::COUNT + Behaviour::COUNT + OWN.len();
    (0..COUNT).map(|feature| i8::from(feature < evidence)).collect()
}

/// What each feature is called.
pub fn names() -> Vec<String> {
    let mut names = vec!["evidence by address", "by operator", "by machine", "by client"];
    names.extend(["by mail", "by naming", "by phone", "by solver", "by source", "by window"]);
    names.extend(["alike in name", "in provider", "in client", "in language", "in captcha"]);
    names.extend(["in source", "in phone", "in time"]);
    names.extend(OWN);
    names.extend(["accounts on its mailbox", "on its device", "at its address"]);
    names.extend(NETWORK);
    names.extend(GROUP);
    let kinds = |what: &'static str, kinds: &'static [Kind]| {
        kinds.iter().map(move |kind| format!("{what} {}", kind.name()))
    };
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    names.extend(kinds("top share of", TOPS));
    names.extend(kinds("distinct per member of", SPREADS));
    names.extend(kinds("exclusive top", EXCLUSIVES));
    names.extend(kinds("divergence of", DIVERGENCES));
    names
}

const BEHAVIOURS_AT: usize = Resource::COUNT;
const OWN_AT: usize = BEHAVIOURS_AT + Behaviour::COUNT;
const GROUP_AT: usize = OWN_AT + OWN.len() + SHARED.len() + NETWORK.len();
const TOPS_AT: usize = GROUP_AT + GROUP.len();
const SPREADS_AT: usize = TOPS_AT + TOPS.len();
const EXCLUSIVES_AT: usize = SPREADS_AT + SPREADS.len();
const DIVERGENCES_AT: usize = EXCLUSIVES_AT + EXCLUSIVES.len();

/// Evidence by a shared machine, in nats.
pub fn by_machine(row: &Row) -> f32 {
    row[Resource::Machine as usize]
}

/// The likeness of a row to its neighbours in one class of behaviour, in nats.
pub fn likeness(row: &Row, behaviour: Behaviour) -> f32 {
    row[BEHAVIOURS_AT + behaviour as usize]
}

/// Log odds of the row's fit to its group.
pub fn fit(row: &Row) -> f32 {
    row[OWN_AT + 1]
}

/// The features of the rows that have evidence.
#[derive(Default)]
pub struct Features {
    /// Rows, ascending.
    pub rows: Vec<u32>,
    /// Features of each.
    pub values: Vec<Row>,
}

/// Everything that features are made from.
pub struct Sources<'a> {
    /// The signals.
    pub table: &'a Table,
    /// The signals by dictionary code, of all [`kinds`].
    pub dictionaries: &'a Dictionaries,
    /// Contexts of every row.
    pub contexts: &'a Contexts,
    /// Rows that count as background.
    pub background: &'a [bool],
    /// What they do, by kind.
    pub backgrounds: &'a [Background],
    /// Evidence of every row.
    pub evidence: &'a Evidence,
    /// Marks of every row.
    pub marks: &'a Marks,
}

impl Sources<'_> {
    /// The features of every row with evidence or a close fit; `groups` say
    /// which belong together.
    pub fn features(&self, groups: &Groups, fits: &[Option<Fit>]) -> Features {
        let group_of = groups.by_row(self.table.len());
        let of_group = self.group_features(groups);
        let is_close = |row: usize| fits[row].filter(Fit::is_close);
        let rows: Vec<u32> = (0..self.table.len() as u32)
            .filter(|row| {
                self.evidence.total(*row as usize) > 0.0 || is_close(*row as usize).is_some()
            })
            .collect();
        let values = rows
            .par_iter()
            .map(|row| {
                let row = *row as usize;
                let group = group_of[row].or(is_close(row).map(|fit| fit.group));
                let group = group.map_or(&[][..], |group| &of_group[group as usize]);
                self.row(row, fits[row], group)
            })
            .collect();
        Features { rows, values }
    }

    fn row(&self, row: usize, fit: Option<Fit>, group: &[f32]) -> Row {
        let mut values = [0.0; COUNT];
        let fit = fit.map_or(-FIT_MAX, |fit| fit.log_odds.clamp(-FIT_MAX, FIT_MAX));
        let own = [
            self.evidence.total(row),
            fit,
            self.marks.tls[row],
            self.marks.fingerprint[row],
            mark(self.table.column(Kind::Redeem)[row] == self.marks.elsewhere),
            mark(self.table.column(Kind::Nature)[row] == self.marks.random),
        ];
        let shared: Vec<f32> = SHARED.iter().map(|kind| self.shared(*kind, row)).collect();
        let network = self.table.column(Kind::NetworkKind)[row];
        let network =
            [mark(network == self.marks.hosting), mark(self.marks.relays.contains(&network))];
        let parts: [&[f32]; 6] = [
            &self.evidence.by_resource[row],
            &self.evidence.by_behaviour[row],
            &own,
            &shared,
            &network,
            group,
        ];
        for (value, part) in values.iter_mut().zip(parts.into_iter().flatten()) {
            *value = *part;
        }
        values
    }

    /// Binary logarithm of how many accounts share the row's value of a kind.
    fn shared(&self, kind: Kind, row: usize) -> f32 {
        let dictionary = self.dictionaries.kind(kind);
        let count = dictionary.count(dictionary.codes()[row]);
        count.clamp(1, SHARED_MAX).ilog2() as f32
    }

    fn group_features(&self, groups: &Groups) -> Vec<Vec<f32>> {
        let hours: Vec<u32> = self.table.times_ms().iter().map(|ms| hour_of_day(*ms)).collect();
        let hours_background =
            Background::of(&hours, HOURS + 1, &self.contexts.country, self.background);
        let usual = self.usual();
        let tops = Tops::of(self.table, groups);
        let make = |(index, members): (usize, &Vec<u32>)| {
            let mut values = self.averages(members, &usual);
            values.push(divergence(&hours, &self.contexts.country, &hours_background, members));
            values.extend(self.rhythm(members));
            values.extend(TOPS.iter().map(|kind| tops.share(*kind, index)));
            values.extend(SPREADS.iter().map(|kind| self.spread(*kind, members)));
            values.extend(EXCLUSIVES.iter().map(|kind| tops.exclusive(*kind, index)));
            values.extend(DIVERGENCES.iter().map(|kind| {
                let contexts = self.contexts.for_behaviour(*kind);
                let codes = self.dictionaries.kind(*kind).codes();
                divergence(codes, contexts, &self.backgrounds[*kind as usize], members)
            }));
            values
        };
        groups.members.par_iter().enumerate().map(make).collect()
    }

    /// Means over the background of what [`Self::averages`] measures.
    fn usual(&self) -> Vec<f32> {
        let rows: Vec<u32> =
            (0..self.table.len() as u32).filter(|row| self.background[*row as usize]).collect();
        let mut usual = self.averages(&rows, &[0.0; 9]);
        usual[0] = 0.0;
        usual
    }

    fn averages(&self, members: &[u32], usual: &[f32]) -> Vec<f32> {
        let mean = |of: &dyn Fn(usize) -> f32| {
            let sum: f64 = members.iter().map(|row| f64::from(of(*row as usize))).sum();
            (sum / members.len().max(1) as f64) as f32
        };
        let redeem = self.table.column(Kind::Redeem);
        let nature = self.table.column(Kind::Nature);
        let network = self.table.column(Kind::NetworkKind);
        let phone = self.table.column(Kind::Phone);
        let means = [
            mean(&|row| self.evidence.total(row)),
            mean(&|row| self.marks.tls[row]),
            mean(&|row| self.marks.fingerprint[row]),
            mean(&|row| self.marks.language[row]),
            mean(&|row| mark(redeem[row] == self.marks.elsewhere)),
            mean(&|row| mark(nature[row] == self.marks.random)),
            mean(&|row| mark(network[row] == self.marks.hosting)),
            mean(&|row| mark(self.marks.relays.contains(&network[row]))),
            mean(&|row| mark(phone[row] != 0)),
        ];
        means.iter().zip(usual).map(|(mean, usual)| mean - usual).collect()
    }

    /// Log10 of the hours spanned, the share of the busiest hour, and how even the
    /// gaps are.
    fn rhythm(&self, members: &[u32]) -> [f32; 3] {
        let mut times: Vec<i64> =
            members.iter().map(|row| self.table.times_ms()[*row as usize]).collect();
        times.sort_unstable();
        let [Some(first), Some(last)] = [times.first(), times.last()] else { return [0.0; 3] };
        let span_ms = last - first;
        let mut busiest = 0;
        let mut first = 0;
        for (last, time) in times.iter().enumerate() {
            while time - times[first] > HOUR_MS {
                first += 1;
            }
            busiest = busiest.max(last + 1 - first);
        }
        let hours = (span_ms as f64 / HOUR_MS as f64).max(0.01);
        [hours.log10() as f32, busiest as f32 / times.len() as f32, evenness(&times)]
    }

    fn spread(&self, kind: Kind, members: &[u32]) -> f32 {
        let column = self.table.column(kind);
        let mut values: Vec<u32> =
            members.iter().map(|row| column[*row as usize]).filter(|value| *value != 0).collect();
        let present = values.len();
        values.sort_unstable();
        values.dedup();
        values.len() as f32 / present.max(1) as f32
    }
}

/// The gaps between `times` (ascending): the quarter of them that is shortest over
/// the quarter that is longest. People come by chance, which makes a fifth; a
/// script that waits the same time makes more; 0 where there are too few to tell.
fn evenness(times: &[i64]) -> f32 {
    let mut gaps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if gaps.len() < GAPS_MIN {
        return 0.0;
    }
    gaps.sort_unstable();
    let quarter = |part: usize| gaps[gaps.len() * part / 4] as f32;
    quarter(1) / quarter(3).max(1.0)
}

/// Fewer gaps have no quarters to speak of.
const GAPS_MIN: usize = 8;

/// A value shared by more accounts is a crowd's, however large.
const SHARED_MAX: u32 = 32;

/// Log odds of a fit beyond these say no more.
const FIT_MAX: f32 = 20.0;

const HOUR_MS: i64 = 3_600_000;
const HOURS: usize = 24;

fn mark(holds: bool) -> f32 {
    if holds { 1.0 } else { 0.0 }
}

/// Hour of the day in UTC, 1..=24, so that it can stand as a signal.
fn hour_of_day(time_ms: i64) -> u32 {
    (time_ms.div_euclid(HOUR_MS).rem_euclid(24) + 1) as u32
}

/// Kullback–Leibler divergence in nats of the group's values from what its
/// countries would have, less the bias of a small sample (Miller 1955).
fn divergence(
    column: &[u32],
    contexts: &[Context],
    background: &Background,
    members: &[u32],
) -> f32 {
    let mut values: HashedMap<u32, u32> = HashedMap::default();
    let mut by_context: BTreeMap<Context, u32> = BTreeMap::new();
    for row in members {
        let value = column[*row as usize];
        if value != 0 {
            *values.entry(value).or_default() += 1;
            *by_context.entry(contexts[*row as usize]).or_default() += 1;
        }
    }
    let total: f64 = values.values().map(|n| f64::from(*n)).sum();
    if total == 0.0 {
        return 0.0;
    }
    let mut values: Vec<(u32, u32)> = values.into_iter().collect();
    values.sort_unstable();
    let sum: f64 = values
        .iter()
        .map(|(value, n)| {
            let seen = background.seen(*value);
            let world = seen.world(0, 0);
            let expected: f64 = by_context
                .iter()
                .map(|(context, members)| {
                    let out = LeftOut::default();
                    f64::from(*members) * seen.rate(*context, world, &out)
                })
                .sum();
            f64::from(*n) * (f64::from(*n) / expected).ln()
        })
        .sum();
    let bias = (values.len() as f64 - 1.0) / (2.0 * total);
    (sum / total - bias) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_a_name() {
        assert_eq!(names().len(), COUNT);
    }
}
