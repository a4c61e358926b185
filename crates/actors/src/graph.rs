//! The ecosystem graph: all objects that are known, in all their versions, and what ties
//! them. It is made anew from objects, and holds no more than they say.
//!
//! Nodes are ids, in their order, so that a node is a number of 32 bits and every answer
//! has one order. Edges are what relationships say, and what objects refer to by their
//! `_ref` properties. Actors that were merged count as one: see [`crate::lineage`].

mod answer;
mod build;
mod changes;
mod name;
mod near;
mod path;
mod rarity;
mod trade;

pub use answer::{
    Change, Changes, Component, Deal, Direction, Edge, Found, Good, How, Merged, Named, Near,
    Neighbour, Path, Paths, Quote, Shared, Trade, Trader, User,
};
pub(crate) use name::folded;
pub use near::NearLimits;
pub use path::{PathLimits, WalkLimits};
pub(crate) use rarity::Common;

use build::Ids;
use stix::{Id, Object, Timestamp};

/// Objects, and what ties them.
#[derive(Debug, Default)]
pub struct Graph {
    /// By id, and then from the first version to the latest.
    objects: Vec<Object>,
    ids: Ids,
    /// Kinds of edges: types of relationships and paths of properties.
    kinds: Vec<Box<str>>,
    /// Where the edges of each node start, and one more.
    starts: Vec<u32>,
    edges: Vec<Link>,
    /// (folded name, node), in their order.
    names: Vec<(Box<str>, u32)>,
    /// (absorbed, survivor), in their order.
    absorbed: Vec<(u32, u32)>,
    /// (survivor, absorbed), in their order.
    absorbing: Vec<(u32, u32)>,
    /// Ids and versions that stand for more than one content.
    conflicts: Vec<Id>,
}

/// One end's view of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    /// The node at the other end.
    to: u32,
    /// Into the kinds, and two bits: [`INWARDS`] and [`DOUBTED`].
    kind: u32,
    /// The node that says it: a relationship, or the object that refers.
    said_by: u32,
}

/// The bit of [`Link::kind`] that says that the edge points here.
const INWARDS: u32 = 1 << 31;
/// The bit of [`Link::kind`] that says that the statement was rejected or superseded:
/// such an edge is shown, and not walked.
const DOUBTED: u32 = 1 << 30;

impl Link {
    fn kind(self) -> usize {
        (self.kind & !(INWARDS | DOUBTED)) as usize
    }

    fn is_doubted(self) -> bool {
        self.kind & DOUBTED != 0
    }

    fn direction(self) -> Direction {
        if self.kind & INWARDS == 0 { Direction::Out } else { Direction::In }
    }
}

impl Graph {
    /// Of objects in any order, in any number of versions.
    pub fn of(objects: impl IntoIterator<Item = Object>) -> Self {
        build::graph(objects.into_iter().collect())
    }

    /// How many objects there are, each counted once, and apart from ids that are only
    /// referred to.
    pub fn len(&self) -> usize {
        self.ids.known()
    }

    /// Whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The latest version of an object; none of one that is only referred to. It may be
    /// revoked.
    pub fn get(&self, id: &Id) -> Option<&Object> {
        self.current(self.node(id)?)
    }

    /// All versions of an object, from the first on.
    pub fn versions(&self, id: &Id) -> &[Object] {
        self.node(id).map(|node| self.history(node)).unwrap_or_default()
    }

    /// The latest version of each object, by id.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.nodes().filter_map(|node| self.current(node))
    }

    /// The latest version of each object of a type that is not revoked, by id.
    pub fn of_type<'g>(&'g self, type_name: &str) -> impl Iterator<Item = &'g Object> + use<'g> {
        let nodes = self.ids.of_type(&self.objects, type_name);
        nodes.filter_map(|node| self.live(node))
    }

    /// All versions of all objects of a type, by id.
    pub(crate) fn with_versions<'g>(
        &'g self,
        type_name: &str,
    ) -> impl Iterator<Item = &'g Object> + use<'g> {
        let nodes = self.ids.of_type(&self.objects, type_name);
        nodes.flat_map(|node| self.history(node))
    }

    /// Ids that are referred to, and that no object has.
    pub fn dangling(&self) -> impl Iterator<Item = &Id> {
        self.nodes().filter(|node| self.current(*node).is_none()).map(|node| self.id(node))
    }

    /// Ids of which one version stands for two contents; the one that is later as text
    /// was taken.
    pub fn conflicts(&self) -> &[Id] {
        &self.conflicts
    }

    /// The actor that another one was merged into, or itself.
    pub fn resolve<'g>(&'g self, id: &'g Id) -> &'g Id {
        self.node(id).map_or(id, |node| self.id(self.survivor(node)))
    }

    /// What was merged into an actor, by id.
    pub fn absorbed_by(&self, id: &Id) -> Vec<&Id> {
        let node = self.node(id).map(|node| self.absorbed_into(node));
        node.into_iter().flatten().map(|node| self.id(node)).collect()
    }

    /// The latest time at which anything was made or changed.
    pub fn latest(&self) -> Option<Timestamp> {
        self.objects.iter().filter_map(|object| object.head().version()).max()
    }

    fn nodes(&self) -> std::ops::Range<u32> {
        0..self.ids.len()
    }

    fn node(&self, id: &Id) -> Option<u32> {
        self.ids.find(&self.objects, id.as_str())
    }

    fn id(&self, node: u32) -> &Id {
        self.ids.of(&self.objects, node)
    }

    fn history(&self, node: u32) -> &[Object] {
        self.ids.versions(&self.objects, node)
    }

    fn current(&self, node: u32) -> Option<&Object> {
        self.history(node).last()
    }

    /// Its latest version, unless it is revoked.
    fn live(&self, node: u32) -> Option<&Object> {
        self.current(node).filter(|object| !object.head().is_revoked)
    }

    fn links(&self, node: u32) -> &[Link] {
        let at = |node: u32| self.starts[node as usize] as usize;
        &self.edges[at(node)..at(node + 1)]
    }

    fn kind(&self, link: Link) -> &str {
        &self.kinds[link.kind()]
    }

    fn kind_named(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| **kind == *name)
    }

    fn survivor(&self, node: u32) -> u32 {
        let found = self.absorbed.binary_search_by_key(&node, |(absorbed, _)| *absorbed);
        found.map_or(node, |at| self.absorbed[at].1)
    }

    fn absorbed_into(&self, node: u32) -> impl Iterator<Item = u32> + Clone {
        let from = self.absorbing.partition_point(|(survivor, _)| *survivor < node);
        let of_node = self.absorbing[from..].iter().take_while(move |pair| pair.0 == node);
        of_node.map(|(_, absorbed)| *absorbed)
    }

    /// The edges of a node and of all that was merged into it, each with the node of
    /// these that it is at; their other ends are resolved. What a merge made an edge from
    /// the node to itself is left out.
    fn links_resolved(&self, node: u32) -> impl Iterator<Item = (u32, Link)> {
        let all = std::iter::once(node).chain(self.absorbed_into(node));
        let links = all.flat_map(|at| self.links(at).iter().map(move |link| (at, *link)));
        links.filter_map(move |(at, link)| {
            let to = self.survivor(link.to);
            (to != node || link.to == at).then_some((at, Link { to, ..link }))
        })
    }
}
