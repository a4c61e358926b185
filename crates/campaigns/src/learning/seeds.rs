//! What else a seller made: the accounts bought from one seller, and the groups
//! that hold them, are a seed; others that fit it far better than anybody else
//! are its too (Thomas et al. 2013).

use super::Lessons;
use super::standing::{Found, Standing};
use crate::affinity::Habits;
use crate::groups::Groups;
use crate::limits::RISK_MIN;
use std::collections::BTreeMap;

/// Log odds from which an account is a seller's, twenty to one. On generated
/// worlds 97 of 100 of those found so were made by the seller's own factory.
const SURE: f32 = 3.0;

/// Risk of an account that was found by a seed.
pub(super) const RISK: f32 = 0.95;

/// What one seller's purchases led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seed {
    /// Rows beyond the groups that hold purchases, found by what they have in
    /// common with these; ascending.
    pub rows: Vec<u32>,
    /// The largest group of the seller's, which takes in rows without one.
    home: Option<u32>,
}

impl Seed {
    /// Brings those at risk that are in no group (`group_of`) into the seller's.
    pub(super) fn settle(&self, risk: &[f32], group_of: &[Option<u32>], groups: &mut Groups) {
        let Some(home) = self.home else { return };
        let strays = self
            .rows
            .iter()
            .copied()
            .filter(|row| risk[*row as usize] >= RISK_MIN && group_of[*row as usize].is_none());
        let members = &mut groups.members[home as usize];
        members.extend(strays);
        members.sort_unstable();
    }
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
    let groups = lessons.groups;
    let group_of = groups.by_row(risk.len());
    let owners = owners(groups, &group_of, standing, risk);
    let rivals = Rivals::of(groups, &group_of, standing, &owners);
    let Lessons { table, dictionaries, contexts, backgrounds, .. } = lessons;
    let habits = Habits::of(table, dictionaries, contexts, backgrounds, &rivals.groups);
    let fits = habits.fits(&rivals.groups.by_row(risk.len()));
    let home = |seller: u32| {
        let theirs = (0u32..).zip(&owners).filter(|(_, owner)| **owner == Some(seller));
        let largest = theirs
            .max_by_key(|(group, _)| (groups.members[*group as usize].len(), u32::MAX - group));
        largest.map(|(group, _)| group)
    };
    let sellers = standing.purchases.keys();
    let seed = |seller: &u32| (*seller, Seed { rows: Vec::new(), home: home(*seller) });
    let mut seeds: BTreeMap<u32, Seed> = sellers.map(seed).collect();
    for (row, fit) in (0u32..).zip(&fits) {
        let Some(fit) = fit.filter(|fit| fit.log_odds >= SURE) else { continue };
        let Some(seller) = rivals.seller_of[fit.group as usize] else { continue };
        let owner = group_of[row as usize].and_then(|group| owners[group as usize]);
        let is_labelled = standing.of[row as usize] != Found::Nothing;
        if let Some(seed) = seeds.get_mut(&seller)
            && owner != Some(seller)
            && !is_labelled
        {
            seed.rows.push(row);
        }
    }
    seeds
}

/// The seller whose purchases a group at risk holds, where it is one.
fn owners(
    groups: &Groups,
    group_of: &[Option<u32>],
    standing: &Standing,
    risk: &[f32],
) -> Vec<Option<u32>> {
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

/// What accounts are compared with: every group that is no seller's as it is, and
/// one for each seller, its groups and the purchases that lie in none.
struct Rivals {
    groups: Groups,
    /// Whose each is.
    seller_of: Vec<Option<u32>>,
}

impl Rivals {
    fn of(
        groups: &Groups,
        group_of: &[Option<u32>],
        standing: &Standing,
        owners: &[Option<u32>],
    ) -> Self {
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut of_seller: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
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
            theirs.dedup();
            members.push(theirs);
            seller_of.push(Some(*seller));
        }
        let cells = vec![Vec::new(); members.len()];
        Self { groups: Groups { members, cells }, seller_of }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two groups of three and three strays; seller 7 sold one of the first group
    /// and a stray, seller 8 one of the second group.
    fn story(risk: &[f32; 9]) -> (Vec<Option<u32>>, Rivals) {
        let groups = Groups {
            members: vec![vec![0, 1, 2], vec![3, 4, 5]],
            cells: vec![Vec::new(), Vec::new()],
        };
        let group_of = groups.by_row(9);
        let purchases = BTreeMap::from([(7, vec![1, 8]), (8, vec![3])]);
        let standing = Standing { of: vec![Found::Nothing; 9], purchases };
        let owners = owners(&groups, &group_of, &standing, risk);
        let rivals = Rivals::of(&groups, &group_of, &standing, &owners);
        (owners, rivals)
    }

    #[test]
    fn a_seed_is_the_purchases_and_the_groups_at_risk_that_hold_them() {
        let (owners, rivals) = story(&[0.9, 0.9, 0.9, 0.1, 0.1, 0.9, 0.1, 0.1, 0.1]);
        assert_eq!(owners, [Some(7), None]);
        assert_eq!(rivals.groups.members, [vec![3, 4, 5], vec![0, 1, 2, 8], vec![]]);
        assert_eq!(rivals.seller_of, [None, Some(7), Some(8)]);
    }

    #[test]
    fn what_was_found_in_no_group_comes_to_its_sellers() {
        let mut groups = Groups { members: vec![vec![0, 4]], cells: vec![Vec::new()] };
        let seed = Seed { rows: vec![2, 3], home: Some(0) };
        let group_of = groups.by_row(5);
        seed.settle(&[0.9, 0.1, 0.9, 0.2, 0.9], &group_of, &mut groups);
        assert_eq!(groups.members, [vec![0, 2, 4]]);
    }
}
