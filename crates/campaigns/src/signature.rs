//! One short rule per campaign, found greedily: conditions that most members
//! meet, until hardly anyone else does. Its false-positive rate is measured on
//! every sign-up that is in no campaign.

use crate::cells::background::HashedMap;
use crate::features::commonest;
use rayon::prelude::*;
use signals::{Kind, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds that a rule may use: what the next wave will share as well. Windows
/// pass, mailboxes and numbers are used once, countries are never evidence.
const KINDS: &[Kind] = &[
    Kind::Ip,
    Kind::Net,
    Kind::Asn,
    Kind::Device,
    Kind::Fingerprint,
    Kind::Ja4,
    Kind::Agent,
    Kind::Language,
    Kind::Domain,
    Kind::MailShape,
    Kind::NameShape,
    Kind::NameGrammar,
    Kind::Stem,
    Kind::Nature,
    Kind::Relation,
    Kind::PhoneBlock,
    Kind::IssueNet,
    Kind::Redeem,
    Kind::Solve,
    Kind::Referrer,
];

/// A rule with more conditions is not read, and breaks at the first change.
const CONDITIONS_MAX: usize = 4;
/// A condition must hold for at least this share of the campaign.
const SHARE_MIN: f64 = 0.6;
/// The rule must recognise at least this share of the campaign.
const HITS_MIN: f64 = 0.4;
/// And at least this share of what it recognises must be the campaign's.
const PRECISION_MIN: f64 = 0.9;

/// Kinds of which no values are a rule by themselves: whoever comes next from the
/// same operator with the same language is hardly the campaign.
const BROAD: &[Kind] =
    &[Kind::Asn, Kind::Language, Kind::Nature, Kind::Relation, Kind::Redeem, Kind::Solve];

/// A rule in hashes, with what it matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// (kind, value), all of which must hold.
    pub conditions: Vec<(Kind, u32)>,
    /// Members that it matches.
    pub hits: u64,
    /// Sign-ups in no campaign that it matches.
    pub false_hits: u64,
}

/// Finds the rule of each campaign (its rows); none where no rule is precise
/// enough. `outside` tells which rows are in no campaign.
pub fn find(table: &Table, campaigns: &[&[u32]], outside: &[bool]) -> Vec<Option<Rule>> {
    let candidates: Vec<Vec<(Kind, u32)>> =
        campaigns.par_iter().map(|members| candidates(table, members)).collect();
    let wanted: BTreeSet<(Kind, u32)> = candidates.iter().flatten().copied().collect();
    let counts = Outside::of(table, &wanted, outside, |_| 0u32, |count, _| *count += 1);
    // The rarest value outside is the rule's first condition; from there on
    // only the few sign-ups that meet it are looked at.
    let firsts: Vec<Option<(Kind, u32)>> = candidates
        .iter()
        .map(|candidates| candidates.iter().copied().min_by_key(|c| (*counts.get(*c), *c)))
        .collect();
    let wanted: BTreeSet<(Kind, u32)> = firsts.iter().flatten().copied().collect();
    let matching = Outside::of(
        table,
        &wanted,
        outside,
        |_| Vec::new(),
        |rows: &mut Vec<u32>, row| rows.push(row),
    );
    (campaigns, candidates, firsts)
        .into_par_iter()
        .map(|(members, candidates, first)| {
            let first = first?;
            let draft = Draft {
                conditions: vec![first],
                hits: having(table, first, members),
                false_hits: matching.get(first).clone(),
            };
            grow(table, members, &candidates, draft)
        })
        .collect()
}

/// Values that enough members share to be a condition.
fn candidates(table: &Table, members: &[u32]) -> Vec<(Kind, u32)> {
    let common = KINDS.iter().map(|kind| (*kind, commonest(table.column(*kind), members)));
    let enough = |count: u32| f64::from(count) >= SHARE_MIN * members.len() as f64;
    common.filter(|(_, (_, count, _))| enough(*count)).map(|(k, (v, _, _))| (k, v)).collect()
}

/// Adds conditions while that helps.
fn grow(
    table: &Table,
    members: &[u32],
    candidates: &[(Kind, u32)],
    mut draft: Draft,
) -> Option<Rule> {
    while draft.conditions.len() < CONDITIONS_MAX
        && (!draft.false_hits.is_empty() || draft.is_broad())
    {
        let Some(better) = draft.best_addition(table, candidates, members.len()) else { break };
        draft = better;
    }
    let rule = Rule {
        conditions: draft.conditions,
        hits: draft.hits.len() as u64,
        false_hits: draft.false_hits.len() as u64,
    };
    let precise =
        rule.hits as f64 >= PRECISION_MIN * (rule.hits + rule.false_hits) as f64 && rule.hits > 0;
    let covers = rule.hits as f64 >= HITS_MIN * members.len() as f64;
    (precise && covers && !is_broad(&rule.conditions)).then_some(rule)
}

/// Whether nothing in `conditions` sets anybody apart.
fn is_broad(conditions: &[(Kind, u32)]) -> bool {
    conditions.iter().all(|(kind, _)| BROAD.contains(kind))
}

/// Something about each wanted value, gathered over the rows in no campaign in
/// one scan a kind.
struct Outside<T> {
    of: BTreeMap<Kind, HashedMap<u32, T>>,
}

impl<T: Send> Outside<T> {
    fn of(
        table: &Table,
        wanted: &BTreeSet<(Kind, u32)>,
        outside: &[bool],
        empty: impl Fn(u32) -> T + Sync,
        add: impl Fn(&mut T, u32) + Sync,
    ) -> Self {
        let gather = |kind: &Kind| {
            let values = wanted.range((*kind, 0)..=(*kind, u32::MAX));
            let mut of: HashedMap<u32, T> = values.map(|(_, v)| (*v, empty(*v))).collect();
            if !of.is_empty() {
                for (row, value) in table.column(*kind).iter().enumerate() {
                    if outside[row]
                        && let Some(gathered) = of.get_mut(value)
                    {
                        add(gathered, row as u32);
                    }
                }
            }
            (*kind, of)
        };
        Self { of: KINDS.par_iter().map(gather).collect() }
    }

    fn get(&self, (kind, value): (Kind, u32)) -> &T {
        &self.of[&kind][&value]
    }
}

struct Draft {
    conditions: Vec<(Kind, u32)>,
    hits: Vec<u32>,
    false_hits: Vec<u32>,
}

impl Draft {
    fn is_broad(&self) -> bool {
        is_broad(&self.conditions)
    }

    /// The addition that keeps the most hits per false hit left, if any helps
    /// enough to be worth a condition: half the false hits gone, and no more
    /// than a fifth of the hits.
    fn best_addition(
        &self,
        table: &Table,
        candidates: &[(Kind, u32)],
        members: usize,
    ) -> Option<Draft> {
        candidates
            .iter()
            .filter(|candidate| !self.conditions.contains(candidate))
            .map(|candidate| Draft {
                conditions: self.conditions.iter().chain([candidate]).copied().collect(),
                hits: having(table, *candidate, &self.hits),
                false_hits: having(table, *candidate, &self.false_hits),
            })
            .filter(|draft| {
                draft.false_hits.len() * 2 <= self.false_hits.len()
                    && draft.hits.len() * 5 >= self.hits.len() * 4
                    && draft.hits.len() as f64 >= HITS_MIN * members as f64
            })
            .max_by(|x, y| {
                let ratio = |d: &Draft| d.hits.len() as f64 / (d.false_hits.len() + 1) as f64;
                ratio(x).total_cmp(&ratio(y)).then(y.conditions.cmp(&x.conditions))
            })
    }
}

fn having(table: &Table, (kind, value): (Kind, u32), rows: &[u32]) -> Vec<u32> {
    let column = table.column(kind);
    rows.iter().copied().filter(|row| column[*row as usize] == value).collect()
}
