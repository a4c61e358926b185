//! What else a seller made: the accounts bought from one seller, and the groups
//! that hold them, are a seed; others that fit it far better than anybody else
//! are its too (Thomas et al. 2013).

use super::Lessons;
use super::standing::Standing;
use crate::affinity::Habits;
use crate::groups::Groups;
use crate::limits::RISK_MIN;
use std::collections::BTreeMap;

/// Log odds from which an account is a seller's, 150 to one by naive Bayes, which
/// takes kinds for independent: of those found so, 95 in 100 were the seller's.
const SURE: f32 = 5.0;

/// Risk of an account that was found by a seed.
pub(super) const RISK: f32 = 0.95;

/// What one seller's purchases led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seed {
    /// Rows that were found by what they have in common with the purchases and
    /// that nothing else had put at risk, ascending.
    pub rows: Vec<u32>,
}

/// Grows the seed of each seller; `risk` is what is known so far.
pub(super) fn grow(
    lessons: &Lessons<'_>,
    standing: &Standing,
    risk: &[f32],
) -> BTreeMap<u32, Seed> {
    if standing.purchases.is_empty() {
        return BTreeMap::new();
    }
    let owners = owners(lessons.groups, standing, risk);
    let (rivals, seller_of) = rivals(lessons.groups, standing, risk, &owners);
    let Lessons { table, dictionaries, contexts, backgrounds, .. } = lessons;
    let habits = Habits::of(table, dictionaries, contexts, backgrounds, &rivals);
    let fits = habits.fits(&rivals.by_row(risk.len()));
    let mut seeds: BTreeMap<u32, Seed> =
        standing.purchases.keys().map(|seller| (*seller, Seed::default())).collect();
    for (row, fit) in (0u32..).zip(&fits) {
        let Some(fit) = fit.filter(|fit| fit.log_odds >= SURE) else { continue };
        let seller = seller_of[fit.group as usize];
        if let Some(seed) = seller.and_then(|seller| seeds.get_mut(&seller))
            && risk[row as usize] < RISK_MIN
            && standing.of[row as usize] == Default::default()
        {
            seed.rows.push(row);
        }
    }
    seeds
}

/// The seller whose purchases a group at risk holds, where it is one.
fn owners(groups: &Groups, standing: &Standing, risk: &[f32]) -> Vec<Option<u32>> {
    let group_of = groups.by_row(risk.len());
    let mut held: Vec<BTreeMap<u32, u32>> = vec![BTreeMap::new(); groups.members.len()];
    for (seller, rows) in &standing.purchases {
        for group in rows.iter().filter_map(|row| group_of[*row as usize]) {
            *held[group as usize].entry(*seller).or_default() += 1;
        }
    }
    let owner = |(members, held): (&Vec<u32>, BTreeMap<u32, u32>)| {
        let at_risk = members.iter().filter(|row| risk[**row as usize] >= RISK_MIN).count();
        let (seller, most) = held.iter().max_by_key(|(seller, n)| (**n, u32::MAX - **seller))?;
        let is_one = most * 2 > held.values().sum();
        (is_one && at_risk * 2 > members.len()).then_some(*seller)
    };
    groups.members.iter().zip(held).map(owner).collect()
}

/// Every group that is no seller's as it is, and one for each seller: its groups
/// and the purchases that lie in none. Beside them, whose they are.
fn rivals(
    groups: &Groups,
    standing: &Standing,
    risk: &[f32],
    owners: &[Option<u32>],
) -> (Groups, Vec<Option<u32>>) {
    let mut members: Vec<Vec<u32>> = Vec::new();
    let mut of_seller: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let group_of = groups.by_row(risk.len());
    for (group, owner) in groups.members.iter().zip(owners) {
        match owner {
            Some(seller) => of_seller.entry(*seller).or_default().extend(group),
            None => members.push(group.clone()),
        }
    }
    let mut seller_of = vec![None; members.len()];
    for (seller, rows) in &standing.purchases {
        let mut theirs = of_seller.remove(seller).unwrap_or_default();
        theirs.extend(rows.iter().filter(|row| group_of[**row as usize].is_none()));
        theirs.sort_unstable();
        members.push(theirs);
        seller_of.push(Some(*seller));
    }
    let cells = vec![Vec::new(); members.len()];
    (Groups { members, cells }, seller_of)
}
