//! One short rule per campaign, found greedily: conditions that most members
//! meet, until hardly anyone else does. Its false-positive rate is measured on
//! every sign-up that is in no campaign.

use crate::features::commonest;
use signals::{Kind, Table};

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

/// Finds the rule of `members`; `outside` tells which rows are in no campaign.
pub fn find(table: &Table, members: &[u32], outside: &[bool]) -> Option<Rule> {
    let mut candidates: Vec<(Kind, u32)> = KINDS
        .iter()
        .filter_map(|kind| {
            let (value, count, _) = commonest(table.column(*kind), members);
            (f64::from(count) >= SHARE_MIN * members.len() as f64).then_some((*kind, value))
        })
        .collect();
    // The rarest value outside is the rule's first condition; from there on
    // only the few sign-ups that meet it are looked at.
    let matching = |(kind, value): (Kind, u32)| {
        let column = table.column(kind).iter().zip(outside).enumerate();
        column.filter(move |(_, (v, outside))| **outside && **v == value).map(|(row, _)| row as u32)
    };
    let (at, _) = candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| (at, matching(*candidate).count()))
        .min_by_key(|(at, count)| (*count, *at))?;
    let first = candidates.remove(at);
    let mut draft = Draft {
        conditions: vec![first],
        hits: having(table, first, members),
        false_hits: matching(first).collect(),
    };
    while draft.conditions.len() < CONDITIONS_MAX && !draft.false_hits.is_empty() {
        let Some(better) = draft.best_addition(table, &candidates, members.len()) else { break };
        draft = better;
    }
    let rule = Rule {
        conditions: draft.conditions,
        hits: draft.hits.len() as u64,
        false_hits: draft.false_hits.len() as u64,
    };
    let precise =
        rule.hits as f64 >= PRECISION_MIN * (rule.hits + rule.false_hits) as f64 && rule.hits > 0;
    (precise && rule.hits as f64 >= HITS_MIN * members.len() as f64).then_some(rule)
}

struct Draft {
    conditions: Vec<(Kind, u32)>,
    hits: Vec<u32>,
    false_hits: Vec<u32>,
}

impl Draft {
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
