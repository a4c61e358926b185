//! Communities of cells. Two cells are linked by the accounts they share, as
//! the cosine of their memberships; a community is split again as long as it
//! has structure of its own, so that neither one shared account nor one shared
//! tool chains two campaigns, whatever the size of the whole graph.
//!
//! Method: local moving and aggregation (Blondel et al. 2008) with connected
//! refinement (the defect that Traag et al. 2019, Leiden, mend), applied
//! recursively until the best split's modularity falls below what the caller
//! takes for structure (Newman & Girvan 2004: 0.3), which removes its limit
//! (Fortunato & Barthélemy 2007). Deterministic: nodes move in index order,
//! ties go to the lower community.

use crate::sums::Sums;

/// An undirected weighted graph.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Neighbours of each node: (node, weight), ascending; a self-loop counts once.
    pub edges: Vec<Vec<(u32, f64)>>,
}

/// No split of fewer nodes has a modularity above zero.
const SPLIT_MIN: usize = 4;

/// A community that is split this many times over is split for ever.
const DEPTH_MAX: u32 = 12;

impl Graph {
    /// Community of every node, numbered by their lowest node; a community is
    /// split as long as the best split reaches `modularity_min`.
    pub fn communities(&self, modularity_min: f64) -> Vec<u32> {
        let mut community = vec![0u32; self.edges.len()];
        let mut next = 0;
        let all: Vec<u32> = (0..self.edges.len() as u32).collect();
        for component in self.components(&all) {
            self.split(component, modularity_min, DEPTH_MAX, &mut |members| {
                for node in members {
                    community[*node as usize] = next;
                }
                next += 1;
            });
        }
        renumber(&community)
    }

    /// Splits `members` while there is structure, and hands out the pieces.
    fn split(
        &self,
        members: Vec<u32>,
        modularity_min: f64,
        depth: u32,
        piece: &mut dyn FnMut(&[u32]),
    ) {
        if members.len() < SPLIT_MIN {
            return piece(&members);
        }
        let part = self.induced(&members);
        let labels = part.louvain();
        let pieces = part.connected_pieces(&labels);
        if depth == 0 || pieces.len() < 2 || part.modularity(&labels) < modularity_min {
            return piece(&members);
        }
        for nodes in pieces {
            let nodes = nodes.into_iter().map(|node| members[node as usize]).collect();
            self.split(nodes, modularity_min, depth - 1, piece);
        }
    }

    /// The part of the graph on `members` (ascending), renumbered in their order.
    fn induced(&self, members: &[u32]) -> Graph {
        let inside = |node: &u32| {
            let mut rest = 0;
            let place = |(to, w): &(u32, f64)| {
                rest += members[rest..].partition_point(|member| member < to);
                (members.get(rest) == Some(to)).then_some((rest as u32, *w))
            };
            self.edges[*node as usize].iter().filter_map(place).collect()
        };
        Graph { edges: members.iter().map(inside).collect() }
    }

    /// Connected components of the part on `nodes`, each ascending.
    fn components(&self, nodes: &[u32]) -> Vec<Vec<u32>> {
        let labels = vec![0; self.edges.len()];
        let mut wanted = vec![false; self.edges.len()];
        for node in nodes {
            wanted[*node as usize] = true;
        }
        self.walk(&labels, wanted)
    }

    /// Connected pieces of the communities `labels`, each ascending.
    fn connected_pieces(&self, labels: &[u32]) -> Vec<Vec<u32>> {
        self.walk(labels, vec![true; self.edges.len()])
    }

    fn walk(&self, labels: &[u32], mut open: Vec<bool>) -> Vec<Vec<u32>> {
        let mut pieces = Vec::new();
        for start in 0..self.edges.len() {
            if !std::mem::take(&mut open[start]) {
                continue;
            }
            let (mut piece, mut next) = (vec![start as u32], 0);
            while next < piece.len() {
                let node = piece[next] as usize;
                next += 1;
                for (to, _) in &self.edges[node] {
                    let to = *to as usize;
                    if labels[to] == labels[node] && std::mem::take(&mut open[to]) {
                        piece.push(to as u32);
                    }
                }
            }
            piece.sort_unstable();
            pieces.push(piece);
        }
        pieces
    }

    fn louvain(&self) -> Vec<u32> {
        let mut labels: Vec<u32> = (0..self.edges.len() as u32).collect();
        let mut level = self.clone();
        loop {
            let moved = level.local_moves();
            let moved = renumber(&moved);
            let communities = moved.iter().max().map_or(0, |max| *max as usize + 1);
            for label in &mut labels {
                *label = moved[*label as usize];
            }
            if communities == level.edges.len() {
                return labels;
            }
            level = level.aggregate(&moved, communities);
        }
    }

    /// Moves single nodes to the neighbouring community of highest gain until
    /// none gains (or [`SWEEPS_MAX`] sweeps).
    fn local_moves(&self) -> Vec<u32> {
        let degrees: Vec<f64> = (0..self.edges.len()).map(|node| self.degree(node)).collect();
        let total: f64 = degrees.iter().sum();
        let mut labels: Vec<u32> = (0..self.edges.len() as u32).collect();
        let mut volume = degrees.clone();
        let mut links = Sums::of(self.edges.len());
        for _ in 0..SWEEPS_MAX {
            let mut moved = false;
            for node in 0..self.edges.len() {
                let own = labels[node];
                volume[own as usize] -= degrees[node];
                links.add(own, 0.0);
                for (to, w) in self.edges[node].iter().filter(|(to, _)| *to as usize != node) {
                    links.add(labels[*to as usize], *w);
                }
                let gain = |label: u32, w: f64| w - degrees[node] * volume[label as usize] / total;
                let stay = gain(own, links.to(own));
                let (best, best_gain) = links.drain().fold((own, stay), |best, (label, w)| {
                    let gain = gain(label, w);
                    if gain > best.1 + 1e-12 { (label, gain) } else { best }
                });
                moved |= best != own && best_gain > stay;
                labels[node] = best;
                volume[best as usize] += degrees[node];
            }
            if !moved {
                break;
            }
        }
        labels
    }

    fn aggregate(&self, labels: &[u32], communities: usize) -> Graph {
        let mut members = vec![Vec::new(); communities];
        for (node, label) in labels.iter().enumerate() {
            members[*label as usize].push(node);
        }
        let mut links = Sums::of(communities);
        let mut together = |members: &Vec<usize>| {
            for (to, w) in members.iter().flat_map(|node| &self.edges[*node]) {
                links.add(labels[*to as usize], *w);
            }
            links.drain().collect()
        };
        Graph { edges: members.iter().map(&mut together).collect() }
    }

    fn degree(&self, node: usize) -> f64 {
        self.edges[node].iter().map(|(_, w)| w).sum()
    }

    fn modularity(&self, labels: &[u32]) -> f64 {
        let communities = labels.iter().max().map_or(0, |max| *max as usize + 1);
        let (mut inside, mut volume) = (vec![0.0; communities], vec![0.0; communities]);
        for (node, edges) in self.edges.iter().enumerate() {
            for (to, w) in edges {
                volume[labels[node] as usize] += w;
                if labels[node] == labels[*to as usize] {
                    inside[labels[node] as usize] += w;
                }
            }
        }
        let total: f64 = volume.iter().sum();
        if total == 0.0 {
            return 0.0;
        }
        inside.iter().zip(&volume).map(|(i, v)| i / total - (v / total).powi(2)).sum()
    }
}

/// Sweeps after which the last gains are rounding.
const SWEEPS_MAX: usize = 30;

/// Numbers labels 0, 1, … in order of first appearance.
fn renumber(labels: &[u32]) -> Vec<u32> {
    let highest = labels.iter().max().map_or(0, |max| *max as usize + 1);
    let (mut numbers, mut next) = (vec![u32::MAX; highest], 0);
    let number = |label: &u32| {
        let number = &mut numbers[*label as usize];
        if *number == u32::MAX {
            *number = next;
            next += 1;
        }
        *number
    };
    labels.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(nodes: usize, links: &[(u32, u32, f64)]) -> Graph {
        let mut edges = vec![Vec::new(); nodes];
        for (a, b, w) in links {
            edges[*a as usize].push((*b, *w));
            edges[*b as usize].push((*a, *w));
        }
        Graph { edges }
    }

    fn clique(first: u32, size: u32) -> Vec<(u32, u32, f64)> {
        (first..first + size)
            .flat_map(|a| (a + 1..first + size).map(move |b| (a, b, 1.0)))
            .collect()
    }

    #[test]
    fn a_weak_link_does_not_chain_two_cliques() {
        let mut links = clique(0, 5);
        links.extend(clique(5, 5));
        links.push((0, 5, 0.2));
        assert_eq!(graph(10, &links).communities(0.3), [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn a_clique_and_its_small_satellites_stay_one() {
        let mut links = clique(0, 12);
        for satellite in 12..30 {
            links.extend((0..12).map(|core| (core, satellite, 0.16)));
        }
        assert!(graph(30, &links).communities(0.3).iter().all(|label| *label == 0));
    }

    #[test]
    fn many_cliques_on_a_ring_are_all_told_apart() {
        let size = 4;
        let mut links: Vec<_> = (0..60).flat_map(|i| clique(i * size, size)).collect();
        links.extend((0..60).map(|i| (i * size, (i + 1) % 60 * size, 0.5)));
        let communities = graph(240, &links).communities(0.3);
        assert_eq!(communities.iter().max(), Some(&59));
    }
}
