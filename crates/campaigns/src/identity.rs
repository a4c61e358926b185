//! Ids that last. A campaign keeps the id under which most of its known members were
//! reported before. What was reported together stays together: on a split all known
//! members stay with the largest child, and newcomers alone found another campaign;
//! on a merge the oldest id survives and the others become aliases.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use xxhash_rust::xxh3::xxh3_64;

/// A campaign of an earlier run: its id and who was in it, by account hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The campaign's id.
    pub id: String,
    /// Ids merged into it, oldest first.
    pub aliases: Vec<String>,
    /// Account hashes of its members, earliest first.
    pub members: Vec<u64>,
}

/// An id is inherited only from what holds at least this share of the
/// campaign's known members.
const INHERITED_MIN: f64 = 0.3;

/// Brings the known members of each earlier campaign together again: into the one of
/// `campaigns` that keeps its id, or, where none does, into one of their own. Rows of a
/// campaign stay ascending; `accounts` are the account hashes by row. Returns for each
/// campaign that was added which one most of it comes from.
pub fn reunite(
    campaigns: &mut Vec<Vec<u32>>,
    accounts: &[u64],
    previous: &[Identity],
    accounts_min: usize,
) -> Vec<usize> {
    let known = known(previous);
    let of = |row: &u32| known.get(&accounts[*row as usize]).copied();
    let claims: Vec<BTreeMap<u32, usize>> =
        campaigns.iter().map(|rows| counted(rows.iter().filter_map(of))).collect();
    let keepers = keepers(&claims, previous.len());
    let mut homeless: BTreeMap<u32, (usize, Vec<u32>)> = BTreeMap::new();
    let mut moved: Vec<Vec<u32>> = vec![Vec::new(); campaigns.len()];
    for (from, rows) in campaigns.iter_mut().enumerate() {
        rows.retain(|row| match of(row).map(|earlier| (earlier, keepers[earlier as usize])) {
            Some((_, Some(keeper))) if keeper != from => {
                moved[keeper].push(*row);
                false
            }
            Some((earlier, None)) => {
                homeless.entry(earlier).or_insert((from, Vec::new())).1.push(*row);
                false
            }
            _ => true,
        });
    }
    let (mut added, mut origins) = (Vec::new(), Vec::new());
    for (from, rows) in homeless.into_values() {
        if rows.len() >= accounts_min {
            added.push(rows);
            origins.push(from);
        } else {
            moved[from].extend(rows);
        }
    }
    for (rows, more) in campaigns.iter_mut().zip(moved) {
        rows.extend(more);
    }
    campaigns.extend(added);
    campaigns.iter_mut().for_each(|rows| rows.sort_unstable());
    origins
}

/// The earlier campaign of each account.
fn known(previous: &[Identity]) -> HashMap<u64, u32> {
    let mut known: HashMap<u64, u32> = HashMap::new();
    for (index, identity) in previous.iter().enumerate() {
        known.extend(identity.members.iter().map(|member| (*member, index as u32)));
    }
    known
}

fn counted(indices: impl Iterator<Item = u32>) -> BTreeMap<u32, usize> {
    let mut counts = BTreeMap::new();
    for index in indices {
        *counts.entry(index).or_default() += 1;
    }
    counts
}

/// Names campaigns. `campaigns` are their members' account hashes, earliest
/// sign-up first; `previous` is ordered oldest first.
pub fn name(campaigns: &[Vec<u64>], previous: &[Identity]) -> Vec<Identity> {
    let known = known(previous);
    let of = |member: &u64| known.get(member).copied();
    let claims: Vec<BTreeMap<u32, usize>> =
        campaigns.iter().map(|members| counted(members.iter().filter_map(of))).collect();
    let keepers = keepers(&claims, previous.len());
    let mut taken: BTreeMap<String, ()> = previous.iter().map(|p| (p.id.clone(), ())).collect();
    campaigns
        .iter()
        .enumerate()
        .map(|(campaign, members)| {
            // `previous` is oldest first, so the first kept one is the oldest.
            let kept: Vec<&Identity> = (0..previous.len())
                .filter(|index| keepers[*index] == Some(campaign))
                .map(|index| &previous[index])
                .collect();
            match kept.split_first() {
                Some((oldest, merged)) => inherit(oldest, merged, members),
                None => fresh(members, &mut taken),
            }
        })
        .collect()
}

/// For each earlier campaign the one that carries its id on: the child with
/// most of its members, where they are a fair share of the child.
fn keepers(claims: &[BTreeMap<u32, usize>], previous: usize) -> Vec<Option<usize>> {
    let mut best: Vec<Option<(usize, usize)>> = vec![None; previous];
    for (campaign, counts) in claims.iter().enumerate() {
        let known: usize = counts.values().sum();
        for (index, count) in counts {
            let enough = *count as f64 >= INHERITED_MIN * known as f64;
            let best = &mut best[*index as usize];
            if enough && best.is_none_or(|(_, most)| *count > most) {
                *best = Some((campaign, *count));
            }
        }
    }
    best.into_iter().map(|best| best.map(|(campaign, _)| campaign)).collect()
}

fn inherit(oldest: &Identity, merged: &[&Identity], members: &[u64]) -> Identity {
    let mut aliases = oldest.aliases.clone();
    for other in merged {
        aliases.push(other.id.clone());
        aliases.extend(other.aliases.iter().cloned());
    }
    Identity { id: oldest.id.clone(), aliases, members: members.to_vec() }
}

/// A new id from the earliest member, so that the same campaign gets the same
/// id in any run that sees its beginning.
fn fresh(members: &[u64], taken: &mut BTreeMap<String, ()>) -> Identity {
    let mut seed = members.first().copied().unwrap_or(0);
    loop {
        let id = spell(xxh3_64(&seed.to_le_bytes()));
        if taken.insert(id.clone(), ()).is_none() {
            return Identity { id, aliases: Vec::new(), members: members.to_vec() };
        }
        seed = seed.wrapping_add(1);
    }
}

/// `C-` and eight letters of Crockford's base 32: no I, L, O, U to misread.
fn spell(mut bits: u64) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut id = String::from("C-");
    for _ in 0..8 {
        id.push(char::from(LETTERS[(bits & 31) as usize]));
        bits >>= 5;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn previous(id: &str, members: &[u64]) -> Identity {
        Identity { id: id.into(), aliases: vec![], members: members.to_vec() }
    }

    fn check(campaigns: &[&[u64]], earlier: &[Identity], expected: &[(&str, &[&str])]) {
        let campaigns: Vec<Vec<u64>> = campaigns.iter().map(|c| c.to_vec()).collect();
        let named = name(&campaigns, earlier);
        for (identity, (id, aliases)) in named.iter().zip(expected) {
            assert!(*id == "new" && identity.id.starts_with("C-") || identity.id == *id);
            assert_eq!(identity.aliases, *aliases);
        }
    }

    #[test]
    fn a_growing_campaign_keeps_its_id() {
        check(&[&[1, 2, 3, 9, 10, 11]], &[previous("A", &[1, 2, 3])], &[("A", &[])]);
    }

    #[test]
    fn on_a_split_the_largest_child_keeps_it() {
        let earlier = [previous("A", &[1, 2, 3, 4, 5])];
        check(&[&[1, 2], &[3, 4, 5]], &earlier, &[("new", &[]), ("A", &[])]);
    }

    #[test]
    fn on_a_merge_the_oldest_survives() {
        let earlier = [previous("A", &[1, 2, 3]), previous("B", &[4, 5, 6])];
        check(&[&[1, 2, 3, 4, 5, 6]], &earlier, &[("A", &["B"])]);
    }

    /// Rows are account hashes here.
    fn reunited(campaigns: &[&[u32]], earlier: &[Identity]) -> (Vec<Vec<u32>>, Vec<usize>) {
        let accounts: Vec<u64> = (0..100).collect();
        let mut campaigns: Vec<Vec<u32>> = campaigns.iter().map(|rows| rows.to_vec()).collect();
        let origins = reunite(&mut campaigns, &accounts, earlier, 2);
        (campaigns, origins)
    }

    #[test]
    fn what_was_reported_together_stays_together() {
        let earlier = [previous("A", &[1, 2, 3, 4, 5])];
        let (campaigns, origins) = reunited(&[&[1, 2, 8, 9], &[3, 4, 5]], &earlier);
        assert_eq!((campaigns, origins), (vec![vec![8, 9], vec![1, 2, 3, 4, 5]], vec![]));
    }

    #[test]
    fn whose_id_nobody_keeps_stays_by_itself() {
        let earlier = [previous("A", &[1, 2, 3, 4, 5, 6, 7, 8]), previous("B", &[9, 10])];
        let (campaigns, origins) = reunited(&[&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]], &earlier);
        assert_eq!(campaigns, [vec![1, 2, 3, 4, 5, 6, 7, 8], vec![9, 10]]);
        assert_eq!(origins, [0]);
    }

    #[test]
    fn without_earlier_campaigns_nothing_moves() {
        assert_eq!(reunited(&[&[1, 2], &[3]], &[]), (vec![vec![1, 2], vec![3]], vec![]));
    }
}
