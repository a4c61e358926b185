//! A method like Ianus (Yuan et al., "Detecting Fake Accounts in Online Social
//! Networks at the Time of Registrations", CCS 2019), without its labels.
//!
//! What is Ianus's, after its abstract and second-hand summaries (the full text
//! was not at hand, so that details may differ): for pairs of sign-ups
//! that share a registration attribute, binary features of *synchronisation*
//! (same address, network, phone block, device, client, name pattern, hour) and
//! of *anomaly* (both show the same oddity); a linear model with a logistic
//! link turns them into an edge weight; likely pairs make a graph; a community
//! detection finds the dense groups, and large ones are called fake.
//!
//! What is ours, so that figures here are not the paper's:
//! - The paper learns the weights from labelled sign-ups. Here they are learnt
//!   without labels: a two-class mixture over the pairs' feature patterns
//!   (expectation maximisation, as in record linkage), whose log-likelihood
//!   ratio is such a linear model. Agreement never counts against a link.
//! - Only neighbours in time within a block are paired ([`PARTNERS`] before
//!   each sign-up, within [`APART_MAX_MS`]): all pairs of a carrier's network
//!   would be billions.
//! - Communities by label propagation in a fixed order.
//! - Features that this record lacks (Wi-Fi, app version) are left out.
//!   Relayed CAPTCHA token and foreign language stand for the anomalies.

use super::log::Keys;
use super::{Log, Method, Verdicts};

pub(super) const METHOD: Method = Method {
    name: "Ianus-like",
    about: "alike pairs (weights without labels), graph, communities",
    run,
};

/// Partners per sign-up and block: enough that a community hangs together
/// when some of its pairs miss.
const PARTNERS: usize = 4;
/// Sign-ups further apart than a day are not paired: the paper works by the day.
const APART_MAX_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;
/// Communities of this size are called fake; the score is .5 there if all of
/// its links are certain.
const COMMUNITY_MIN: f64 = 10.0;
/// Rounds of expectation maximisation and of label propagation: both have
/// settled long before.
const LEARNING_ROUNDS: usize = 40;
const SPREADING_ROUNDS: usize = 10;

const BLOCKS: [fn(&Keys) -> u64; 4] =
    [|keys| keys.network, |keys| keys.device, |keys| keys.phone_block, |keys| keys.fingerprint];

const FEATURES: usize = 14;
const PATTERNS: usize = 1 << FEATURES;

/// A pair's features, one bit each.
fn pattern(a: &Keys, b: &Keys) -> usize {
    let same = |key: fn(&Keys) -> u64| key(a) != 0 && key(a) == key(b);
    let features: [bool; FEATURES] = [
        same(|keys| keys.ip),
        same(|keys| keys.network),
        same(|keys| keys.device),
        same(|keys| keys.fingerprint),
        same(|keys| keys.phone_block),
        same(|keys| keys.ja4),
        same(|keys| keys.agent),
        same(|keys| keys.language),
        same(|keys| keys.mail_domain),
        same(|keys| keys.mail_shape) || same(|keys| keys.handle_shape),
        same(|keys| keys.mail_stem) || same(|keys| keys.handle_stem),
        (a.time_ms - b.time_ms).abs() < HOUR_MS,
        a.is_relayed && b.is_relayed,
        a.is_foreign && b.is_foreign,
    ];
    features.iter().enumerate().map(|(bit, &is_set)| usize::from(is_set) << bit).sum()
}

fn run(log: &Log) -> Verdicts {
    let mut pairs = vec![0u64; PATTERNS];
    each_pair(log, |_, _, pattern| pairs[pattern] += 1);
    let probability = learn(&pairs);
    let mut edges = Vec::new();
    each_pair(log, |a, b, pattern| {
        if probability[pattern] >= 0.5 {
            edges.push((a, b, probability[pattern] as f32));
        }
    });
    let graph = Graph::new(log.len(), &edges);
    drop(edges);
    let community = graph.communities();
    score(&graph, &community)
}

/// Every candidate pair with its pattern. A pair that is alike in two blocks
/// comes twice.
fn each_pair(log: &Log, mut visit: impl FnMut(u32, u32, usize)) {
    for block in BLOCKS {
        let order = log.by(block);
        for (last, b) in order.iter().enumerate() {
            let partners = order[last.saturating_sub(PARTNERS)..last].iter();
            for a in partners.filter(|a| a.0 == b.0 && b.1 - a.1 < APART_MAX_MS) {
                visit(a.2, b.2, pattern(&log.rows[a.2 as usize], &log.rows[b.2 as usize]));
            }
        }
    }
}

/// Probability that a pair is synchronised, by pattern: a mixture of two
/// classes in which features are independent.
fn learn(pairs: &[u64]) -> Vec<f64> {
    let seen: Vec<(usize, f64)> = pairs
        .iter()
        .enumerate()
        .filter(|(_, n)| **n > 0)
        .map(|(pattern, &n)| (pattern, n as f64))
        .collect();
    let all: f64 = seen.iter().map(|(_, n)| n).sum();
    let has = |pattern: usize, bit: usize| f64::from((pattern >> bit & 1) as u8);
    let agreeing = |bit: usize| seen.iter().map(|(pattern, n)| n * has(*pattern, bit)).sum::<f64>();
    let rate: [f64; FEATURES] = std::array::from_fn(|bit| (agreeing(bit) + 0.5) / (all + 1.0));
    // Starts at: a pair in ten is synchronised, with four times the usual odds
    // of agreeing in anything, so that a feature that nobody shares is neutral.
    let mut share = 0.1;
    let mut chance = rate;
    let mut synchronised = rate.map(|rate| 4.0 * rate / (1.0 + 3.0 * rate));
    let posterior = |pattern: usize, share: f64, synchronised: &[f64], chance: &[f64]| {
        let mut odds = (share / (1.0 - share)).ln();
        for bit in 0..FEATURES {
            let (s, c) = (synchronised[bit], chance[bit]);
            odds +=
                if pattern >> bit & 1 == 1 { (s / c).ln() } else { ((1.0 - s) / (1.0 - c)).ln() };
        }
        1.0 / (1.0 + (-odds).exp())
    };
    for _ in 0..LEARNING_ROUNDS {
        // One pair's worth of the usual keeps every rate inside (0, 1).
        let (mut sum, mut yes, mut no) = (0.0, rate, rate);
        for &(pattern, n) in &seen {
            let p = posterior(pattern, share, &synchronised, &chance);
            sum += n * p;
            for bit in 0..FEATURES {
                yes[bit] += n * p * has(pattern, bit);
                no[bit] += n * (1.0 - p) * has(pattern, bit);
            }
        }
        share = ((sum + 1.0) / (all + 2.0)).clamp(1e-6, 0.999);
        chance = no.map(|no| no / (all - sum + 1.0));
        synchronised = std::array::from_fn(|bit| (yes[bit] / (sum + 1.0)).max(chance[bit]));
    }
    (0..PATTERNS).map(|pattern| posterior(pattern, share, &synchronised, &chance)).collect()
}

/// Likely pairs, both ways, by sign-up.
struct Graph {
    starts: Vec<u32>,
    links: Vec<(u32, f32)>,
}

impl Graph {
    fn new(nodes: usize, edges: &[(u32, u32, f32)]) -> Self {
        let mut starts = vec![0u32; nodes + 1];
        for &(a, b, _) in edges {
            starts[a as usize + 1] += 1;
            starts[b as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let (mut next, mut links) = (starts.clone(), vec![(0, 0.0); edges.len() * 2]);
        for &(a, b, weight) in edges {
            for (from, to) in [(a, b), (b, a)] {
                links[next[from as usize] as usize] = (to, weight);
                next[from as usize] += 1;
            }
        }
        Self { starts, links }
    }
    fn links(&self, node: u32) -> &[(u32, f32)] {
        &self.links[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }
    /// Every node takes the heaviest community among its neighbours, the
    /// smallest number of equals, in order of the log.
    fn communities(&self) -> Vec<u32> {
        let nodes = self.starts.len() as u32 - 1;
        let mut community: Vec<u32> = (0..nodes).collect();
        let mut near: Vec<(u32, f32)> = Vec::new();
        for _ in 0..SPREADING_ROUNDS {
            let mut changed = false;
            for node in 0..nodes {
                near.clear();
                near.extend(
                    self.links(node).iter().map(|&(to, weight)| (community[to as usize], weight)),
                );
                near.sort_unstable_by_key(|(community, _)| *community);
                let Some(best) = heaviest(&near) else {
                    continue;
                };
                changed |= std::mem::replace(&mut community[node as usize], best) != best;
            }
            if !changed {
                break;
            }
        }
        community
    }
}

fn heaviest(near: &[(u32, f32)]) -> Option<u32> {
    let mut best: Option<(u32, f32)> = None;
    for same in near.chunk_by(|a, b| a.0 == b.0) {
        let weight: f32 = same.iter().map(|(_, weight)| weight).sum();
        if best.is_none_or(|(_, most)| weight > most) {
            best = Some((same[0].0, weight));
        }
    }
    best.map(|(community, _)| community)
}

/// Larger communities with surer links first.
fn score(graph: &Graph, community: &[u32]) -> Verdicts {
    let mut size = vec![0u32; community.len()];
    for &community in community {
        size[community as usize] += 1;
    }
    let sure = |node: u32| {
        let links = graph.links(node);
        links.iter().fold(0.0, |sum, (_, weight)| sum + f64::from(*weight))
            / links.len().max(1) as f64
    };
    let (mut scores, mut groups) = (Vec::new(), Vec::new());
    for (node, &community) in (0..).zip(community) {
        let size = f64::from(size[community as usize]);
        let raw = sure(node) * size.ln_1p();
        scores.push(raw / (raw + COMMUNITY_MIN.ln_1p()));
        groups.push((size >= COMMUNITY_MIN).then_some(community));
    }
    Verdicts { score: scores, group: groups }
}
