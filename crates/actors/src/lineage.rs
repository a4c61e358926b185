//! Actors as notions: a cluster gets a name, two are found to be one, one is found to be
//! several. Nothing is overwritten: each step is a version of the actor whose `lineage`
//! says when, who and why, and what was absorbed keeps its relationships, which are found
//! through it.

use crate::act::{Act, Refused, known};
use crate::attribution;
use crate::extension::{self, Event, LineageStep, Roles};
use crate::graph::{Direction, Graph, How, folded};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use stix::{Id, Object, version};

/// What has a lineage.
const ACTORS: [&str; 3] = ["campaign", "intrusion-set", "threat-actor"];

/// What an actor without a name is called, before its number.
const CLUSTER: &str = "Cluster-";

/// A part that an actor is split into.
#[derive(Clone, Debug)]
pub enum SplitPart {
    /// What was merged into it, which becomes itself again.
    Absorbed(Id),
    /// A new actor, with the campaigns that go with it.
    New {
        /// Its name; the next free number of a cluster where it has none.
        name: Option<String>,
        /// Campaigns that were attributed to the whole.
        campaigns: Vec<Id>,
    },
}

/// What an actor is called.
#[derive(Default, Deserialize)]
struct Called {
    #[serde(default)]
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
}

impl Called {
    fn of(object: &Object) -> Self {
        serde_json::from_str(object.text()).unwrap_or_default()
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.name).chain(&self.aliases).filter(|name| !name.is_empty())
    }

    /// With further aliases; none that is there already, or the name.
    fn with<'n>(mut self, more: impl IntoIterator<Item = &'n String>) -> Self {
        let mut known: BTreeSet<String> = self.all().map(|name| folded(name)).collect();
        for name in more {
            if known.insert(folded(name)) {
                self.aliases.push(name.clone());
            }
        }
        self
    }

    fn changes(self) -> Map<String, Value> {
        let aliases = if self.aliases.is_empty() { Value::Null } else { json!(self.aliases) };
        Map::from_iter([("name".to_owned(), json!(self.name)), ("aliases".to_owned(), aliases)])
    }
}

/// The next free name of an actor that has none: `Cluster-0008` where the highest number
/// that was ever given, to whatever is called otherwise now, is 7.
pub fn next_cluster(graph: &Graph) -> String {
    let numbers = ACTORS.iter().flat_map(|type_name| graph.with_versions(type_name));
    let highest = numbers.filter_map(|object| {
        let called = Called::of(object);
        called.all().filter_map(|name| name.strip_prefix(CLUSTER)?.parse::<u32>().ok()).max()
    });
    format!("{CLUSTER}{:04}", highest.max().unwrap_or(0) + 1)
}

/// An actor without a name: an intrusion set with the next free number.
pub fn cluster(graph: &Graph, roles: &Roles, act: &Act) -> Object {
    intrusion_set(&next_cluster(graph), roles, act)
}

fn intrusion_set(name: &str, roles: &Roles, act: &Act) -> Object {
    let id = extension::id("intrusion-set", &[&folded(name), act.by.as_str()]);
    let mut properties = act.head(&id);
    properties.insert("name".to_owned(), json!(name));
    let object = Object::from_properties(&properties).expect("a head and a name are an object");
    if roles.0.is_empty() { object } else { extension::attach(&object, roles) }
}

/// Names an actor. Its earlier name becomes an alias.
pub fn name(graph: &Graph, actor: &Id, name: &str, act: &Act) -> Result<Vec<Object>, Refused> {
    let actor = actor_of(graph, actor)?;
    let called = Called::of(actor);
    let name = name.trim();
    if folded(name).is_empty() || name == called.name {
        return Err(Refused::Name(name.to_owned()));
    }
    free(graph, name, Some(actor.id()))?;
    let from = called.name.clone();
    let step = LineageStep {
        from: Some(from.clone()),
        to: Some(name.to_owned()),
        ..step(Event::Named, Vec::new(), act)
    };
    let aliases =
        called.aliases.into_iter().filter(|alias| folded(alias) != folded(name)).collect();
    let called = Called { name: name.to_owned(), aliases }.with([&from]);
    Ok(vec![stepped(actor, &step, called.changes(), act)?])
}

/// Fails where an actor other than `than` is called so.
fn free(graph: &Graph, name: &str, than: Option<&Id>) -> Result<(), Refused> {
    let is_other = |id: &Id| ACTORS.contains(&id.type_name()) && Some(graph.resolve(id)) != than;
    let found = graph.find(name).into_iter();
    let named = found.filter(|found| matches!(found.how, How::Name | How::Alias));
    match named.map(|found| found.id).find(is_other) {
        Some(of) => Err(Refused::Taken { name: name.to_owned(), of }),
        None => Ok(()),
    }
}

/// Merges actors into one. The others become `duplicate-of` it, their names its aliases;
/// their relationships stay where they are and are found through it. Who acts has to have
/// made it, or all of the others.
pub fn merge(
    graph: &Graph,
    survivor: &Id,
    absorbed: &[Id],
    act: &Act,
) -> Result<Vec<Object>, Refused> {
    let into = survivor;
    let survivor = actor_of(graph, into)?;
    let mut made = Vec::new();
    let mut refs = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for asked in absorbed {
        let object = actor_of(graph, asked)?;
        let (id, survivor_id) = (object.id(), survivor.id());
        if id == survivor_id || refs.contains(id) {
            return Err(Refused::Same { absorbed: asked.clone(), survivor: into.clone() });
        }
        if id.type_name() != survivor_id.type_name() {
            return Err(Refused::Type { id: id.clone(), wanted: "actor of the same type" });
        }
        if !act.owns(object) && !act.owns(survivor) {
            let (one, other) = (id.clone(), survivor_id.clone());
            return Err(Refused::NotOurs { by: act.by.clone(), one, other });
        }
        made.push(act.relationship_anew(graph, id, "duplicate-of", survivor_id));
        names.extend(Called::of(object).all().cloned());
        refs.push(id.clone());
    }
    if act.owns(survivor) {
        let step = step(Event::Merged, refs, act);
        let called = Called::of(survivor).with(&names);
        made.push(stepped(survivor, &step, called.changes(), act)?);
    }
    Ok(made)
}

/// Splits an actor: what was merged becomes itself again, and new actors take the
/// campaigns that are theirs. Each new one is `derived-from` the whole.
pub fn split(
    graph: &Graph,
    actor: &Id,
    parts: &[SplitPart],
    act: &Act,
) -> Result<Vec<Object>, Refused> {
    let actor = actor_of(graph, actor)?;
    let mut called = Called::of(actor);
    let mut made = Vec::new();
    let mut refs = Vec::new();
    let mut number = 0;
    for part in parts {
        match part {
            SplitPart::Absorbed(id) => {
                made.push(unmerged(graph, id, actor, act)?);
                called = without(graph, called, id, actor);
                refs.push(id.clone());
            }
            SplitPart::New { name, campaigns } => {
                let name = match name {
                    Some(name) => name.clone(),
                    None => numbered(&next_cluster(graph), number),
                };
                number += 1;
                let of_part = part_of(graph, actor, &name, campaigns, act)?;
                refs.extend(of_part.first().map(|part| part.id().clone()));
                made.extend(of_part);
            }
        }
    }
    if act.owns(actor) {
        made.push(stepped(actor, &step(Event::Split, refs, act), called.changes(), act)?);
    }
    Ok(made)
}

/// A new actor, and what makes it a part of another one.
fn part_of(
    graph: &Graph,
    actor: &Object,
    name: &str,
    campaigns: &[Id],
    act: &Act,
) -> Result<Vec<Object>, Refused> {
    if actor.id().type_name() != "intrusion-set" {
        return Err(Refused::Type { id: actor.id().clone(), wanted: "intrusion set" });
    }
    free(graph, name, None)?;
    let part = intrusion_set(name, &Roles::default(), act);
    let derived = act.relationship(part.id(), "derived-from", actor.id());
    let mut made = vec![part.clone(), derived];
    for campaign in campaigns {
        made.extend(attribution::moved(graph, campaign, actor.id(), part.id(), act)?);
    }
    Ok(made)
}

/// The cluster that is so many after another.
fn numbered(cluster: &str, further: u32) -> String {
    let number: u32 = cluster.trim_start_matches(CLUSTER).parse().unwrap_or(0);
    format!("{CLUSTER}{:04}", number + further)
}

/// The actor that an id stands for now.
fn actor_of<'g>(graph: &'g Graph, id: &Id) -> Result<&'g Object, Refused> {
    let object = known(graph, id).and_then(|object| known(graph, graph.resolve(object.id())))?;
    match ACTORS.contains(&object.type_name()) {
        true => Ok(object),
        false => Err(Refused::Type { id: id.clone(), wanted: "actor or campaign" }),
    }
}

fn step(event: Event, refs: Vec<Id>, act: &Act) -> LineageStep {
    LineageStep {
        event,
        at: act.at,
        who: Some(act.by.clone()),
        refs,
        from: None,
        to: None,
        why: act.reason(),
    }
}

/// A version of an object with one more step of its lineage.
fn stepped(
    object: &Object,
    step: &LineageStep,
    mut changes: Map<String, Value>,
    act: &Act,
) -> Result<Object, Refused> {
    changes.extend(extension::one_more(object, step));
    Ok(act.changed(object, changes)?)
}

/// A version of an object, if who acts may make it, whose lineage says that it was
/// attributed, or no longer is.
pub(crate) fn told(
    object: &Object,
    event: Event,
    refs: Vec<Id>,
    act: &Act,
) -> Result<Option<Object>, Refused> {
    if !act.owns(object) || !ACTORS.contains(&object.type_name()) {
        return Ok(None);
    }
    stepped(object, &step(event, refs, act), Map::new(), act).map(Some)
}

/// The end of what merged `part` into `actor`.
fn unmerged(graph: &Graph, part: &Id, actor: &Object, act: &Act) -> Result<Object, Refused> {
    let said = graph.said(part, "duplicate-of", Direction::Out);
    let ours =
        said.into_iter().find(|(to, said)| graph.resolve(to) == actor.id() && act.owns(said));
    let Some((_, said)) = ours else {
        let (part, actor) = (part.clone(), actor.id().clone());
        return Err(Refused::NotMerged { part, actor, by: act.by.clone() });
    };
    Ok(version::revoked(said, &act.by, crate::act::written(act.at))?)
}

/// Without the names that came with `part` when it was merged: those that it has, and that
/// neither the actor had before nor another one brought.
fn without(graph: &Graph, called: Called, part: &Id, actor: &Object) -> Called {
    let brought = |id: &Id| {
        let names = graph.get(id).map(Called::of).unwrap_or_default();
        names.all().map(|name| folded(name)).collect::<BTreeSet<String>>()
    };
    let mut latest_first = extension::lineage(actor).into_iter().rev();
    let merged = latest_first.find(|step| step.event == Event::Merged && step.refs.contains(part));
    let before = graph.versions(actor.id()).iter().rev().find(|version| {
        merged.as_ref().is_some_and(|step| version.head().version() < Some(step.at))
    });
    let mut kept: BTreeSet<String> = before
        .map(|before| Called::of(before).all().map(|name| folded(name)).collect())
        .unwrap_or_default();
    for other in graph.absorbed_by(actor.id()).into_iter().filter(|other| *other != part) {
        kept.extend(brought(other));
    }
    let leaves: BTreeSet<String> = brought(part).difference(&kept).cloned().collect();
    let aliases = called.aliases.into_iter().filter(|alias| !leaves.contains(&folded(alias)));
    Called { aliases: aliases.collect(), name: called.name }
}
