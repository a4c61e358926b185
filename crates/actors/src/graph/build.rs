//! From objects to the graph: sorted by id and version, edges in one array.

use super::{DOUBTED, Graph, INWARDS, Link, name};
use crate::extension::{self, Statement, Status};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use stix::{Id, Object};

/// References that say how an object is handled and by whom it was made; they would tie
/// everything to everything.
const NO_EDGES: [&str; 3] = ["created_by_ref", "object_marking_refs", "granular_markings"];

/// Ids as nodes, in their order.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// Where each node's versions start among the objects, and one more; a node without
    /// an object has none.
    starts: Vec<u32>,
    /// (node, id) of those without an object.
    missing: Vec<(u32, Id)>,
}

impl Ids {
    pub(super) fn len(&self) -> u32 {
        self.starts.len().saturating_sub(1) as u32
    }

    pub(super) fn known(&self) -> usize {
        self.len() as usize - self.missing.len()
    }

    pub(super) fn versions<'o>(&self, objects: &'o [Object], node: u32) -> &'o [Object] {
        let at = |node: u32| self.starts[node as usize] as usize;
        &objects[at(node)..at(node + 1)]
    }

    pub(super) fn of<'o>(&'o self, objects: &'o [Object], node: u32) -> &'o Id {
        match self.versions(objects, node).first() {
            Some(object) => object.id(),
            None => {
                let found = self.missing.binary_search_by_key(&node, |(node, _)| *node);
                &self.missing[found.expect("a node has an object or an id")].1
            }
        }
    }

    /// The first node whose id is not before `text`.
    pub(super) fn from(&self, objects: &[Object], text: &str) -> u32 {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.of(objects, middle).as_str() < text {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    pub(super) fn find(&self, objects: &[Object], id: &str) -> Option<u32> {
        let node = self.from(objects, id);
        (node < self.len() && self.of(objects, node).as_str() == id).then_some(node)
    }

    pub(super) fn of_type(&self, objects: &[Object], type_name: &str) -> std::ops::Range<u32> {
        // `.` is the character after `-`: no id of the type is behind it.
        self.from(objects, &format!("{type_name}--"))..self.from(objects, &format!("{type_name}-."))
    }
}

/// What of an object makes edges and names, if it has them.
#[derive(Deserialize)]
struct Sketch<'a> {
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    value: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    relationship_type: Option<Cow<'a, str>>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
}

/// An edge before it is looked at from both ends: (from, kind, to, said by).
type Said = (u32, u32, u32, u32);

pub(super) fn graph(mut objects: Vec<Object>) -> Graph {
    let conflicts = sort(&mut objects);
    objects.shrink_to_fit();
    let ids = ids(&objects);
    let mut graph = Graph { objects, ids, conflicts, ..Graph::default() };
    let mut kinds = Kinds::default();
    let mut said = Vec::new();
    let mut names = Vec::new();
    for node in graph.nodes() {
        let Some(object) = graph.live(node) else { continue };
        let Ok(sketch) = serde_json::from_str::<Sketch<'_>>(object.text()) else { continue };
        edges(&graph, node, &sketch, &mut kinds, &mut said);
        let aliases = sketch.aliases.iter().flatten().map(String::as_str);
        let own = sketch.name.as_deref().into_iter().chain(sketch.value.as_deref());
        names.extend(own.chain(aliases).map(|text| (name::folded(text).into_boxed_str(), node)));
    }
    names.retain(|(name, _): &(Box<str>, u32)| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    graph.names = names;
    said.sort_unstable();
    said.dedup();
    graph.kinds = kinds.list;
    (graph.starts, graph.edges) = both_ends(graph.ids.len(), &said);
    merges(&mut graph);
    graph
}

/// By id, version and text; what is there twice is there once. Gives the ids of which a
/// version has two contents.
fn sort(objects: &mut Vec<Object>) -> Vec<Id> {
    let key = |object: &Object| object.head().version();
    objects.sort_by(|x, y| {
        x.id().cmp(y.id()).then_with(|| key(x).cmp(&key(y))).then_with(|| x.text().cmp(y.text()))
    });
    objects.dedup_by(|x, y| x.id() == y.id() && x.text() == y.text());
    let is_conflict = |pair: &[Object]| {
        pair[0].id() == pair[1].id()
            && key(&pair[0]) == key(&pair[1])
            && pair[0].properties() != pair[1].properties()
    };
    let found = objects.windows(2).filter(|pair| is_conflict(pair));
    let mut conflicts: Vec<Id> = found.map(|pair| pair[0].id().clone()).collect();
    conflicts.dedup();
    conflicts
}

/// Every id that an object has or refers to, in their order.
fn ids(objects: &[Object]) -> Ids {
    let latest = objects.chunk_by(|x, y| x.id() == y.id()).filter_map(<[Object]>::last);
    let known = |id: &Id| objects.binary_search_by(|object| object.id().cmp(id)).is_ok();
    let mut dangling: Vec<Id> = Vec::new();
    for object in latest.filter(|object| !object.head().is_revoked) {
        let refs = object.refs().into_iter().filter(|(path, _)| is_edge(path));
        dangling.extend(refs.map(|(_, id)| id).filter(|id| !known(id)));
    }
    dangling.sort_unstable();
    dangling.dedup();
    let mut dangling = dangling.into_iter().peekable();
    let mut ids = Ids::default();
    let mut start = 0;
    for versions in objects.chunk_by(|x, y| x.id() == y.id()) {
        while let Some(id) = dangling.next_if(|id| *id < *versions[0].id()) {
            ids.missing.push((ids.starts.len() as u32, id));
            ids.starts.push(start);
        }
        ids.starts.push(start);
        start += versions.len() as u32;
    }
    for id in dangling {
        ids.missing.push((ids.starts.len() as u32, id));
        ids.starts.push(start);
    }
    ids.starts.push(start);
    ids
}

fn is_edge(path: &str) -> bool {
    !NO_EDGES.iter().any(|none| path.starts_with(none))
}

/// Kinds of edges by their names.
#[derive(Default)]
struct Kinds {
    list: Vec<Box<str>>,
    by_name: BTreeMap<Box<str>, u32>,
}

impl Kinds {
    fn of(&mut self, name: &str) -> u32 {
        if let Some(kind) = self.by_name.get(name) {
            return *kind;
        }
        let kind = self.list.len() as u32;
        self.list.push(name.into());
        self.by_name.insert(name.into(), kind);
        kind
    }
}

fn edges(graph: &Graph, node: u32, sketch: &Sketch<'_>, kinds: &mut Kinds, said: &mut Vec<Said>) {
    let Some(object) = graph.live(node) else { return };
    let refs = object.refs().into_iter().filter(|(path, _)| is_edge(path));
    let mut ends = (None, None);
    for (path, id) in refs {
        let Some(to) = graph.node(&id) else { continue };
        match (&*path, object.type_name()) {
            ("source_ref", "relationship") => ends.0 = Some(to),
            ("target_ref", "relationship") => ends.1 = Some(to),
            _ => said.push((node, kinds.of(&path), to, node)),
        }
    }
    if let (Some(from), Some(to)) = ends {
        let verb = sketch.relationship_type.as_deref().unwrap_or("related-to");
        let statement = extension::read::<Statement>(object).map(|statement| statement.status);
        let is_doubted = matches!(statement, Some(Status::Rejected | Status::Superseded));
        let doubted = if is_doubted { DOUBTED } else { 0 };
        said.push((from, kinds.of(verb) | doubted, to, node));
    }
}

/// Each edge at both of its ends; one from a node to itself stands there twice.
fn both_ends(nodes: u32, said: &[Said]) -> (Vec<u32>, Vec<Link>) {
    let mut starts = vec![0_u32; nodes as usize + 1];
    for (from, _, to, _) in said {
        starts[*from as usize + 1] += 1;
        starts[*to as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut edges = vec![Link { to: 0, kind: 0, said_by: 0 }; said.len() * 2];
    for (from, kind, to, said_by) in said.iter().copied() {
        for (at, link) in [
            (from, Link { to, kind, said_by }),
            (to, Link { to: from, kind: kind | INWARDS, said_by }),
        ] {
            edges[next[at as usize] as usize] = link;
            next[at as usize] += 1;
        }
    }
    (starts, edges)
}

/// Follows `duplicate-of` from what was merged to what it is. Only who made one of the
/// two objects can say so: another's word is an edge like any other.
fn merges(graph: &mut Graph) {
    let Some(kind) = graph.kind_named("duplicate-of") else { return };
    let mut next: BTreeMap<u32, u32> = BTreeMap::new();
    for node in graph.nodes() {
        let links = graph.links(node).iter().filter(|link| link.kind as usize == kind);
        let valid = links.filter(|link| link.to != node && may_merge(graph, node, **link));
        let said = |link: &&Link| {
            let object = graph.live(link.said_by);
            object.and_then(|object| object.head().version())
        };
        // Of several the latest holds, and of those said at once the first by id.
        let chosen = valid.max_by_key(|link| (said(link), std::cmp::Reverse(link.to)));
        next.extend(chosen.map(|link| (node, link.to)));
    }
    let mut absorbed: Vec<(u32, u32)> =
        next.keys().map(|node| (*node, last(*node, &next))).collect();
    absorbed.retain(|(node, survivor)| node != survivor);
    graph.absorbing = absorbed.iter().map(|(node, survivor)| (*survivor, *node)).collect();
    graph.absorbing.sort_unstable();
    graph.absorbed = absorbed;
}

fn may_merge(graph: &Graph, node: u32, link: Link) -> bool {
    let by = |node: u32| graph.current(node).map(|object| object.head().created_by.as_ref());
    let said = by(link.said_by);
    let is_alike = graph.id(node).type_name() == graph.id(link.to).type_name();
    is_alike && said.is_some() && (said == by(node) || said == by(link.to))
}

/// Where the chain from `node` ends; a circle ends at its first node.
fn last(node: u32, next: &BTreeMap<u32, u32>) -> u32 {
    let mut seen = vec![node];
    let mut at = node;
    while let Some(to) = next.get(&at) {
        if let Some(start) = seen.iter().position(|seen| seen == to) {
            return seen[start..].iter().copied().min().unwrap_or(at);
        }
        seen.push(*to);
        at = *to;
    }
    at
}
