//! From groups and risks to what is shown: campaigns and organisations, still
//! in hashes.

use crate::assembly::{Assembly, Link};
use crate::finding::Kind;
use crate::identity::{self, Identity};
use crate::limits::{Limits, RISK_MIN};
use crate::parts::Piece;
use crate::reasons;
use crate::signature::{self, Rule};
use crate::weighed::Weighed;
use rayon::prelude::*;
use signals::Table;
use std::collections::{BTreeMap, BTreeSet};

/// A campaign, still in hashes.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) identity: Identity,
    pub(crate) kind: Kind,
    pub(crate) risk: f64,
    /// Rows, those carried over among them.
    pub(crate) members: Vec<u32>,
    /// Times of those that were not.
    pub(crate) times_ms: Vec<i64>,
    pub(crate) reasons: Vec<u32>,
    pub(crate) rule: Option<Rule>,
    pub(crate) background: u64,
    /// Campaigns of the same actor, by index.
    pub(crate) actor: Vec<Link>,
    /// Its operation, where that has more than one campaign.
    pub(crate) operation: Option<u32>,
}

/// Everything that is to be shown, factories first.
pub(crate) fn drafts(
    weighed: &Weighed,
    table: &Table,
    limits: &Limits,
    previous: &[Identity],
) -> Vec<Draft> {
    shown(weighed, chosen(weighed, table, limits, previous), table, previous)
}

/// The same rows as pieces, with nothing said of them.
pub(crate) fn pieces(weighed: &Weighed, table: &Table, limits: &Limits) -> Vec<Piece> {
    let chosen = chosen(weighed, table, limits, &[]).into_iter();
    let new = |chosen: Chosen| {
        let rows = chosen.members.into_iter().filter(|row| !table.is_carried(*row)).collect();
        Piece { kind: chosen.kind, rows }
    };
    chosen.map(new).filter(|piece| !piece.rows.is_empty()).collect()
}

/// Everything that is to be shown of `pieces` that were found by themselves.
pub(crate) fn joined(
    weighed: &Weighed,
    table: &Table,
    limits: &Limits,
    previous: &[Identity],
    pieces: &[Piece],
) -> Vec<Draft> {
    let of = |kind: Kind| pieces.iter().filter(move |piece| piece.kind == kind);
    let fragments: Vec<Vec<u32>> = of(Kind::Factory).map(|piece| piece.rows.clone()).collect();
    let group_of = weighed.groups.by_row(table.len());
    let organisation = |piece: &Piece| {
        weighed.organisation(piece.rows.clone(), weighed.cells_of(&piece.rows, &group_of))
    };
    let mut chosen: Vec<Chosen> = of(Kind::Organisation).map(organisation).collect();
    let accounts_min = limits.accounts_min as usize;
    chosen.extend(weighed.factories(table, &fragments, accounts_min, previous));
    chosen.sort_by(Chosen::order);
    shown(weighed, chosen, table, previous)
}

fn chosen(weighed: &Weighed, table: &Table, limits: &Limits, previous: &[Identity]) -> Vec<Chosen> {
    let accounts_min = limits.accounts_min as usize;
    let risky = weighed.groups.members.iter().map(|members| weighed.risky(members));
    let flagged: Vec<Vec<u32>> = risky.filter(|rows| rows.len() >= accounts_min).collect();
    let mut chosen = weighed.organisations(accounts_min);
    chosen.extend(weighed.factories(table, &flagged, accounts_min, previous));
    chosen.sort_by(Chosen::order);
    chosen
}

fn shown(
    weighed: &Weighed,
    mut chosen: Vec<Chosen>,
    table: &Table,
    previous: &[Identity],
) -> Vec<Draft> {
    // What was carried over and got nobody new has been shown before.
    chosen.retain(|chosen| chosen.members.iter().any(|row| !table.is_carried(*row)));
    let mut outside = vec![true; table.len()];
    for row in chosen.iter().flat_map(|chosen| &chosen.members) {
        outside[*row as usize] = false;
    }
    let background = outside.iter().filter(|outside| **outside).count() as u64;
    let hashes: Vec<Vec<u64>> =
        chosen.iter().map(|chosen| by_time(table, &chosen.members)).collect();
    let identities = identity::name(&hashes, previous);
    let members: Vec<&[u32]> = chosen.iter().map(|chosen| &chosen.members[..]).collect();
    let rules = signature::find(table, &members, &outside);
    let times = table.times_ms();
    let links = weighed.links(table, &chosen);
    let times_ms = |members: &[u32]| {
        let new = members.iter().filter(|row| !table.is_carried(**row));
        new.map(|row| times[*row as usize]).collect()
    };
    (chosen, identities, rules, links)
        .into_par_iter()
        .map(|(chosen, identity, rule, actor)| Draft {
            identity,
            kind: chosen.kind,
            risk: chosen.risk,
            times_ms: times_ms(&chosen.members),
            reasons: reasons::choose(&weighed.cells, &chosen.cells, &chosen.members),
            rule: rule.filter(|_| chosen.kind == Kind::Factory),
            members: chosen.members,
            background,
            actor,
            operation: chosen.operation,
        })
        .collect()
}

/// Accounts that are to be shown as one.
struct Chosen {
    kind: Kind,
    risk: f64,
    /// Rows, ascending.
    members: Vec<u32>,
    /// Cells that may speak for them.
    cells: Vec<u32>,
    /// The operation that made them.
    operation: Option<u32>,
}

impl Chosen {
    /// Factories first, riskiest first by the per cent that is shown, then
    /// largest; the first member breaks ties.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let percent = |risk: f64| (risk * 100.0).round();
        (self.kind as u8)
            .cmp(&(other.kind as u8))
            .then(percent(other.risk).total_cmp(&percent(self.risk)))
            .then(other.members.len().cmp(&self.members.len()))
            .then(self.members.cmp(&other.members))
    }
}

impl Weighed {
    fn risky(&self, members: &[u32]) -> Vec<u32> {
        members.iter().copied().filter(|row| self.risk[*row as usize] >= RISK_MIN).collect()
    }

    /// What is `flagged`, put together as campaigns.
    fn factories(
        &self,
        table: &Table,
        flagged: &[Vec<u32>],
        accounts_min: usize,
        previous: &[Identity],
    ) -> Vec<Chosen> {
        let assembly = self.assembly(table);
        let group_of = self.groups.by_row(table.len());
        let (mut operations, mut campaigns): (Vec<u32>, Vec<Vec<u32>>) = (0..)
            .zip(assembly.operations(flagged))
            .flat_map(|(number, operation)| {
                operation.campaigns.into_iter().map(move |members| (number, members))
            })
            .unzip();
        let origins = identity::reunite(&mut campaigns, table.accounts(), previous, accounts_min);
        operations.extend(origins.into_iter().map(|from| operations[from]).collect::<Vec<_>>());
        let campaigns = operations.into_iter().zip(campaigns).map(|(operation, members)| {
            let cells = self.cells_of(&members, &group_of);
            let (kind, risk) = (Kind::Factory, self.mean_risk(&members));
            Chosen { kind, risk, cells, members, operation: Some(operation) }
        });
        campaigns.filter(|chosen| chosen.members.len() >= accounts_min).collect()
    }

    /// The cells of the groups that `rows` are in.
    fn cells_of(&self, rows: &[u32], group_of: &[Option<u32>]) -> Vec<u32> {
        let groups: BTreeSet<u32> = rows.iter().filter_map(|row| group_of[*row as usize]).collect();
        let cells = groups.iter().flat_map(|group| &self.groups.cells[*group as usize]);
        cells.copied().collect()
    }

    /// Groups that are explained as an organisation's own accounts.
    fn organisations(&self, accounts_min: usize) -> Vec<Chosen> {
        let groups = self.groups.members.iter().zip(&self.groups.cells);
        groups
            .filter(|(members, _)| {
                self.risky(members).len() < accounts_min && self.is_organisation(members)
            })
            .map(|(members, cells)| self.organisation(members.clone(), cells.clone()))
            .collect()
    }

    fn organisation(&self, members: Vec<u32>, cells: Vec<u32>) -> Chosen {
        let (kind, risk) = (Kind::Organisation, self.mean_risk(&members));
        Chosen { kind, risk, members, cells, operation: None }
    }

    fn assembly<'a>(&'a self, table: &'a Table) -> Assembly<'a> {
        Assembly::new(table, &self.dictionaries, &self.backgrounds, &self.contexts)
    }

    /// For each of `chosen` the campaigns of its operation that it is tied to.
    fn links(&self, table: &Table, chosen: &[Chosen]) -> Vec<Vec<Link>> {
        let assembly = self.assembly(table);
        let mut by_operation: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, chosen) in chosen.iter().enumerate() {
            if let Some(operation) = chosen.operation {
                by_operation.entry(operation).or_default().push(index);
            }
        }
        let several: Vec<Vec<usize>> =
            by_operation.into_values().filter(|campaigns| campaigns.len() > 1).collect();
        let mut links = vec![Vec::new(); chosen.len()];
        for (campaigns, found) in several.iter().zip(
            several
                .par_iter()
                .map(|campaigns| {
                    let rows: Vec<&[u32]> =
                        campaigns.iter().map(|at| &chosen[*at].members[..]).collect();
                    assembly.links(&rows)
                })
                .collect::<Vec<_>>(),
        ) {
            for (index, mut of) in campaigns.iter().zip(found) {
                of.iter_mut().for_each(|link| link.other = campaigns[link.other]);
                links[*index] = of;
            }
        }
        links
    }

    fn mean_risk(&self, rows: &[u32]) -> f64 {
        rows.iter().map(|row| f64::from(self.risk[*row as usize])).sum::<f64>()
            / rows.len().max(1) as f64
    }

    fn is_organisation(&self, members: &[u32]) -> bool {
        let is_organised = |row: &&u32| self.organised.binary_search(row).is_ok();
        members.len() >= ORGANISATION_MIN
            && members.iter().filter(is_organised).count() * 2 > members.len()
    }
}

/// Smaller organisations are families and friends: nothing to show.
const ORGANISATION_MIN: usize = 8;

/// Account hashes of `members`, earliest sign-up first.
fn by_time(table: &Table, members: &[u32]) -> Vec<u64> {
    let mut rows = members.to_vec();
    rows.sort_unstable_by_key(|row| {
        (table.times_ms()[*row as usize], table.accounts()[*row as usize])
    });
    rows.iter().map(|row| table.accounts()[*row as usize]).collect()
}
