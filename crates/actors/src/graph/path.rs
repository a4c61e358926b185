//! Ways between two objects, and what hangs together.

use super::{Component, Graph, Link, Named, Path, Paths};
use std::collections::{BTreeMap, HashMap, VecDeque};
use stix::Id;

/// What is walked through, and how far.
#[derive(Clone, Debug)]
pub struct WalkLimits {
    /// Types that are not walked through: everything meets there, so that to meet there
    /// says nothing.
    pub not_through: Vec<String>,
    /// Nodes with more edges are not walked through, but for actors and campaigns.
    pub degree_max: usize,
    /// Nodes and edges that are looked at.
    pub visits_max: usize,
}

/// How far ways are looked for.
#[derive(Clone, Debug)]
pub struct PathLimits {
    /// What is walked through.
    pub walk: WalkLimits,
    /// Edges of a way.
    pub length_max: usize,
    /// Ways that are given.
    pub paths_max: usize,
}

/// How handled, how to be read, where in the world, and what happened to be written about
/// together.
const NOT_THROUGH: [&str; 9] = [
    "extension-definition",
    "grouping",
    "language-content",
    "location",
    "marking-definition",
    "note",
    "observed-data",
    "opinion",
    "report",
];

/// They may have many edges, since they are what others are attributed to.
const ACTORS: [&str; 3] = ["campaign", "intrusion-set", "threat-actor"];

impl Default for WalkLimits {
    fn default() -> Self {
        Self {
            not_through: NOT_THROUGH.map(str::to_owned).to_vec(),
            // What two hundred others are tied to is a platform or a crowd.
            degree_max: 200,
            // About a second.
            visits_max: 1_000_000,
        }
    }
}

impl Default for PathLimits {
    fn default() -> Self {
        // A longer way convinces nobody, and more ways than fit a page are not read.
        Self { walk: WalkLimits::default(), length_max: 6, paths_max: 25 }
    }
}

impl Graph {
    /// Ways from one object to another, along edges in either direction: all of the
    /// shortest, then the next longer ones. Between two neighbours one edge stands for
    /// all, a relationship before a reference.
    pub fn paths(&self, from: &Id, to: &Id, limits: &PathLimits) -> Paths {
        let ends = self.node(from).zip(self.node(to));
        let Some((from, to)) = ends.map(|(from, to)| (self.survivor(from), self.survivor(to)))
        else {
            return Paths { paths: Vec::new(), is_cut: false };
        };
        let mut search = Search { graph: self, limits, ends: (from, to), visits: 0, is_cut: false };
        let mut found = Vec::new();
        if from != to {
            let left = search.left();
            if let Some(shortest) = left.get(&from) {
                for length in *shortest..=limits.length_max {
                    search.walk(&mut vec![from], &mut Vec::new(), length, &left, &mut found);
                }
            }
        }
        let is_cut = search.is_cut;
        Paths { paths: found.into_iter().map(|links| self.path(from, links)).collect(), is_cut }
    }

    fn path(&self, from: u32, links: Vec<(u32, Link)>) -> Path {
        let mut node = from;
        let steps = links.into_iter().map(|(at, link)| {
            let step = self.neighbour(node, at, link);
            node = link.to;
            step
        });
        Path { from: self.id(from).clone(), steps: steps.collect() }
    }

    /// All that is tied to an object over any number of edges; none of an id that nothing
    /// is known of.
    pub fn component_of(&self, id: &Id, limits: &WalkLimits) -> Option<Component> {
        let start = self.survivor(self.node(id)?);
        let mut seen = std::collections::BTreeSet::from([start]);
        let mut next = VecDeque::from([start]);
        let mut visits = 0;
        while let Some(node) = next.pop_front() {
            if node != start && !self.is_through(node, limits) {
                continue;
            }
            for (_, link) in self.links_resolved(node).filter(|(_, link)| !link.is_doubted()) {
                visits += 1;
                if visits <= limits.visits_max && seen.insert(link.to) {
                    next.push_back(link.to);
                }
            }
        }
        let mut types = BTreeMap::new();
        for node in &seen {
            *types.entry(self.id(*node).type_name().to_owned()).or_insert(0) += 1;
        }
        let member = |node: &u32| Named { id: self.id(*node).clone(), name: self.name(*node) };
        let members = seen.iter().map(member).collect();
        Some(Component { members, types, is_cut: visits > limits.visits_max })
    }

    fn is_through(&self, node: u32, limits: &WalkLimits) -> bool {
        let type_name = self.id(node).type_name();
        if limits.not_through.iter().any(|not| not == type_name) {
            return false;
        }
        ACTORS.contains(&type_name) || self.links(node).len() <= limits.degree_max
    }
}

/// A search for ways.
struct Search<'g> {
    graph: &'g Graph,
    limits: &'g PathLimits,
    ends: (u32, u32),
    visits: usize,
    is_cut: bool,
}

impl Search<'_> {
    /// Edges that are left from each node to the end, of all nodes that a way can lead
    /// over. Two circles of half the length meet; the one around the end then goes on
    /// within the one around the start, so that hardly anything is looked at beyond them.
    fn left(&mut self) -> HashMap<u32, usize> {
        let half = self.limits.length_max / 2;
        let (from, to) = self.ends;
        let circle = self.spread(from, half, |_, _| true);
        let outer = self.limits.length_max - half;
        self.spread(to, self.limits.length_max, |node, at| {
            at <= outer || circle.contains_key(&node)
        })
    }

    /// Distances from a node, as far as `length` and where `goes` lets it.
    fn spread(
        &mut self,
        start: u32,
        length: usize,
        goes: impl Fn(u32, usize) -> bool,
    ) -> HashMap<u32, usize> {
        let mut found = HashMap::from([(start, 0)]);
        let mut next = VecDeque::from([start]);
        while let Some(node) = next.pop_front() {
            let at = found[&node] + 1;
            if at > length || !self.may_pass(node) {
                continue;
            }
            for (_, link) in self.graph.links_resolved(node).filter(|(_, link)| !link.is_doubted())
            {
                if !self.visit() {
                    return found;
                }
                if goes(link.to, at) && !found.contains_key(&link.to) {
                    found.insert(link.to, at);
                    next.push_back(link.to);
                }
            }
        }
        found
    }

    fn may_pass(&self, node: u32) -> bool {
        node == self.ends.0 || node == self.ends.1 || self.graph.is_through(node, &self.limits.walk)
    }

    fn visit(&mut self) -> bool {
        self.visits += 1;
        self.is_cut |= self.visits > self.limits.walk.visits_max;
        !self.is_cut
    }

    /// Ways of exactly `length` edges, over no node twice, in the order of their nodes.
    fn walk(
        &mut self,
        nodes: &mut Vec<u32>,
        links: &mut Vec<(u32, Link)>,
        length: usize,
        left: &HashMap<u32, usize>,
        found: &mut Vec<Vec<(u32, Link)>>,
    ) {
        let node = *nodes.last().expect("a way has its start");
        if node == self.ends.1 {
            match found.len() < self.limits.paths_max {
                true => found.push(links.clone()),
                false => self.is_cut = true,
            }
            return;
        }
        if !self.may_pass(node) {
            return;
        }
        let to_go = length - links.len() - 1;
        for (at, link) in self.onwards(node) {
            let is_on_a_way = left.get(&link.to).is_some_and(|left| *left <= to_go);
            let is_end = link.to == self.ends.1;
            if !is_on_a_way || is_end != (to_go == 0) || nodes.contains(&link.to) {
                continue;
            }
            if !self.visit() {
                return;
            }
            nodes.push(link.to);
            links.push((at, link));
            self.walk(nodes, links, length, left, found);
            nodes.pop();
            links.pop();
        }
    }

    /// One edge to each neighbour, by neighbour.
    fn onwards(&self, node: u32) -> Vec<(u32, Link)> {
        let links = self.graph.links_resolved(node).filter(|(_, link)| !link.is_doubted());
        let mut links: Vec<(u32, Link)> = links.collect();
        let is_reference = |link: Link| self.graph.id(link.said_by).type_name() != "relationship";
        links.sort_by_key(|(at, link)| (link.to, is_reference(*link), *link, *at));
        links.dedup_by_key(|(_, link)| link.to);
        links
    }
}
