//! What lies beside an object, and who says so.

use super::{Direction, Edge, Graph, Link, Near, Neighbour};
use crate::estimate::Confidence;
use crate::extension::{self, Statement, Status};
use serde::Deserialize;
use stix::{Id, Object, Timestamp};

/// Which neighbours are wanted, and how many.
#[derive(Clone, Debug)]
pub struct NearLimits {
    /// Of these kinds of edges; of all where none is named.
    pub kinds: Vec<String>,
    /// How many are given.
    pub neighbours_max: usize,
}

impl Default for NearLimits {
    fn default() -> Self {
        // A page that nobody reads to its end; whoever wants all asks for more.
        Self { kinds: Vec::new(), neighbours_max: 1000 }
    }
}

/// What a relationship says beside its ends.
#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    confidence: Option<u8>,
    #[serde(default)]
    start_time: Option<Timestamp>,
    #[serde(default)]
    stop_time: Option<Timestamp>,
}

impl Graph {
    /// What lies beside an object, and beside all that was merged into it; none of an id
    /// that nothing is known of.
    pub fn neighbours(&self, id: &Id, limits: &NearLimits) -> Option<Near> {
        let node = self.survivor(self.node(id)?);
        let is_wanted = |link: &Link| {
            limits.kinds.is_empty() || limits.kinds.iter().any(|kind| *kind == self.kind(*link))
        };
        let mut links: Vec<(u32, Link)> =
            self.links_resolved(node).filter(|(_, link)| is_wanted(link)).collect();
        links.sort_by_key(|(at, link)| {
            (self.kind(*link), link.direction(), link.to, link.said_by, *at)
        });
        let left_out = links.len().saturating_sub(limits.neighbours_max);
        links.truncate(limits.neighbours_max);
        let neighbours = links.into_iter().map(|(at, link)| self.neighbour(node, at, link));
        let neighbours = neighbours.collect();
        Some(Near { id: self.id(node).clone(), name: self.name(node), neighbours, left_out })
    }

    /// The other end of an edge that is at `at`, which was merged into `node`, or is it.
    pub(super) fn neighbour(&self, node: u32, at: u32, link: Link) -> Neighbour {
        Neighbour {
            id: self.id(link.to).clone(),
            name: self.name(link.to),
            through: (at != node).then(|| self.id(at).clone()),
            edge: self.edge(link),
        }
    }

    fn edge(&self, link: Link) -> Edge {
        let object = self.current(link.said_by);
        let relationship = object.filter(|object| object.type_name() == "relationship");
        let said = relationship.and_then(|object| serde_json::from_str::<Said>(object.text()).ok());
        let said = said.unwrap_or(Said { confidence: None, start_time: None, stop_time: None });
        Edge {
            kind: self.kind(link).to_owned(),
            direction: link.direction(),
            said_by: self.id(link.said_by).clone(),
            by: object.and_then(|object| object.head().created_by.clone()),
            confidence: said.confidence.and_then(Confidence::new),
            statement: relationship.and_then(extension::read::<Statement>),
            start: said.start_time,
            stop: said.stop_time,
        }
    }

    /// Live relationships of a kind that point from an object, or to it, and those of all
    /// that was merged into what it is: (the other end, what says it), by id.
    pub(crate) fn related<'g>(
        &'g self,
        id: &Id,
        kind: &str,
        direction: Direction,
    ) -> Vec<(&'g Id, &'g Object)> {
        let node = self.node(id).map(|node| self.survivor(node));
        let links = node.into_iter().flat_map(|node| self.links_resolved(node));
        self.of_kind(links.map(|(_, link)| link), kind, direction)
    }

    /// As [`Graph::related`], of the object itself, as it is said.
    pub(crate) fn said<'g>(
        &'g self,
        id: &Id,
        kind: &str,
        direction: Direction,
    ) -> Vec<(&'g Id, &'g Object)> {
        let links = self.node(id).map(|node| self.links(node)).unwrap_or_default();
        self.of_kind(links.iter().copied(), kind, direction)
    }

    /// Whether a relationship was rejected or superseded.
    pub(crate) fn is_doubted(&self, relationship: &Object) -> bool {
        let statement = extension::read::<Statement>(relationship);
        statement.is_some_and(|statement| {
            matches!(statement.status, Status::Rejected | Status::Superseded)
        })
    }

    fn of_kind<'g>(
        &'g self,
        links: impl Iterator<Item = Link>,
        kind: &str,
        direction: Direction,
    ) -> Vec<(&'g Id, &'g Object)> {
        let Some(kind) = self.kind_named(kind) else { return Vec::new() };
        let links = links.filter(|link| link.kind() == kind && link.direction() == direction);
        let mut found: Vec<(&Id, &Object)> =
            links.filter_map(|link| Some((self.id(link.to), self.live(link.said_by)?))).collect();
        found.sort_by_key(|(to, object)| (*to, object.id()));
        found.dedup_by_key(|(to, object)| (*to, object.id()));
        found
    }
}
