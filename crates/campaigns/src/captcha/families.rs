//! Solver families: campaigns that buy from one solving service. Two campaigns
//! are of one family when networks that issue for hardly anyone else issue a good
//! part of both their tokens, and both are solved at the same pace.

use super::solving::{self, Laws};
use super::tokens::{Issuers, Paths};
use signals::table::Hash;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The share of its tokens that comes from networks it has in common with the
/// other: farms fetch from everywhere, and a chance meeting brings a few.
const SHARE_MIN: f64 = 0.2;

/// How far apart two distributions of solve times may lie, beyond chance; two
/// services differ by half and more.
const APART_MAX: f64 = 0.1;

/// Campaigns that are compared, in the order of the findings: every pair that
/// shares a network is looked at, and two thousand make two million pairs.
const CUSTOMERS_MAX: usize = 2_000;

/// What families are found from.
pub(super) struct Families<'a> {
    pub(super) paths: &'a Paths<'a>,
    pub(super) laws: &'a Laws<'a>,
    pub(super) members: &'a [Vec<u32>],
    pub(super) issuers: &'a [Issuers],
}

/// A campaign as a customer of a service.
struct Customer {
    campaign: usize,
    rare: BTreeMap<Hash, f64>,
    times: Vec<f32>,
}

impl Families<'_> {
    /// The number of each campaign's family, the largest first; none for one that
    /// shares its service with no other. Only `relaying` campaigns are looked at.
    pub(super) fn named(&self, relaying: &[usize]) -> Vec<Option<u32>> {
        let compared = relaying.iter().take(CUSTOMERS_MAX);
        let customers: Vec<Customer> = compared.map(|c| self.customer(*c)).collect();
        let mut root: Vec<usize> = (0..customers.len()).collect();
        for (a, b) in meetings(&customers) {
            let (a_root, b_root) = (find(&root, a), find(&root, b));
            if a_root != b_root && is_one_service(&customers[a], &customers[b]) {
                root[a_root.max(b_root)] = a_root.min(b_root);
            }
        }
        let mut families: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, customer) in customers.iter().enumerate() {
            families.entry(find(&root, index)).or_default().push(customer.campaign);
        }
        self.numbered(families.into_values().filter(|family| family.len() > 1).collect())
    }

    fn customer(&self, campaign: usize) -> Customer {
        let relayed = self.paths.relayed(&self.members[campaign]);
        Customer {
            campaign,
            rare: self.paths.rare(&self.issuers[campaign]),
            times: self.laws.times(relayed),
        }
    }

    fn numbered(&self, mut families: Vec<Vec<usize>>) -> Vec<Option<u32>> {
        let accounts =
            |family: &Vec<usize>| family.iter().map(|c| self.members[*c].len()).sum::<usize>();
        // Stable: equally large ones stay in the order of their first campaign.
        families.sort_by_key(|family| Reverse(accounts(family)));
        let mut number = vec![None; self.members.len()];
        for (index, family) in families.iter().enumerate() {
            family.iter().for_each(|campaign| number[*campaign] = Some(index as u32));
        }
        number
    }
}

/// Pairs of customers that share a rare network, each once, in order.
fn meetings(customers: &[Customer]) -> Vec<(usize, usize)> {
    let mut by_net: BTreeMap<Hash, Vec<usize>> = BTreeMap::new();
    for (index, customer) in customers.iter().enumerate() {
        for net in customer.rare.keys() {
            by_net.entry(*net).or_default().push(index);
        }
    }
    let pairs = |customers: &Vec<usize>| {
        let pair = |(i, a): (usize, &usize)| {
            customers[i + 1..].iter().map(|b| (*a, *b)).collect::<Vec<_>>()
        };
        customers.iter().enumerate().flat_map(pair).collect::<Vec<_>>()
    };
    let mut meetings: Vec<_> = by_net.values().flat_map(pairs).collect();
    meetings.sort_unstable();
    meetings.dedup();
    meetings
}

fn is_one_service(a: &Customer, b: &Customer) -> bool {
    let common = |of: &Customer, other: &Customer| {
        of.rare
            .iter()
            .filter(|(net, _)| other.rare.contains_key(*net))
            .map(|(_, share)| share)
            .sum::<f64>()
    };
    common(a, b) >= SHARE_MIN
        && common(b, a) >= SHARE_MIN
        && solving::apart(&a.times, &b.times) <= APART_MAX
}

fn find(root: &[usize], mut at: usize) -> usize {
    while root[at] != at {
        at = root[at];
    }
    at
}
