//! An event: who made it, how it may be handled, what is in it.

use super::tags::{self, Tags};
use super::{attribute, object};
use crate::import::clusters::{self, Cluster};
use crate::import::fields::{Fields, Parts, members};
use crate::import::make::Draft;
use crate::import::{Maker, id_of};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use stix::{Id, Timestamp};
use uuid::Uuid;

/// What everything in an event shares.
pub(super) struct Event {
    /// The report or grouping that it becomes.
    pub(super) id: Id,
    /// When it was last changed, for what does not say so itself.
    pub(super) at: Timestamp,
    /// What its attributes and objects became, by their ids in MISP.
    pub(super) made: BTreeMap<Uuid, Id>,
    /// Where to read more.
    pub(super) links: Vec<Value>,
}

pub(super) fn keep(parts: &Parts<'_>, maker: &mut Maker<'_>) {
    let fields = Fields::of_parts(parts);
    let Some(info) = fields.text("info") else {
        "info".clone_into(&mut maker.place.field);
        maker.reject("the event does not say what it is about");
        return;
    };
    maker.place.text.clone_from(&info);
    let before = (maker.created_by.clone(), maker.tlp);
    maker.created_by = creator(parts, maker);
    let galaxies: Vec<Fields> = records(parts, "Galaxy");
    let event_tags = Tags::of(&Fields::of_lists(parts, &["Galaxy", "Tag"]));
    maker.tlp = event_tags.or_distribution(&fields, before.1);
    let mut event = Event {
        id: id(&fields, &info),
        at: changed(&fields, maker),
        made: BTreeMap::new(),
        links: Vec::new(),
    };
    maker.record();
    contents(parts, &galaxies, &mut event, maker);
    let refs = maker.recorded();
    maker.place.field = "Event".to_owned();
    maker.place.text.clone_from(&info);
    report(&fields, &info, event_tags, event, refs, maker);
    (maker.created_by, maker.tlp) = before;
}

/// Its own UUID, or one that follows from what it says.
fn id(fields: &Fields, info: &str) -> Id {
    let type_name = if fields.is("published") { "report" } else { "grouping" };
    match fields.uuid("uuid") {
        Some(uuid) => Id::new(type_name, uuid).expect("both are types"),
        None => id_of(type_name, &[info, &fields.text("date").unwrap_or_default()]),
    }
}

fn changed(fields: &Fields, maker: &Maker<'_>) -> Timestamp {
    fields.time("timestamp").or_else(|| fields.time("date")).unwrap_or(maker.options.created)
}

fn records(parts: &Parts<'_>, name: &str) -> Vec<Fields> {
    members(parts, name).into_iter().filter_map(|part| Fields::of(part.get()).ok()).collect()
}

/// The organisation that made the event; whoever imports where it does not say.
fn creator(parts: &Parts<'_>, maker: &mut Maker<'_>) -> Id {
    let organisation = parts.get("Orgc").and_then(|part| Fields::of(part.get()).ok());
    let made = organisation.and_then(|organisation| identity(&organisation, maker));
    made.unwrap_or_else(|| maker.options.created_by.clone())
}

/// An organisation by its own UUID, or by its name.
pub(super) fn identity(organisation: &Fields, maker: &mut Maker<'_>) -> Option<Id> {
    let name = organisation.text("name")?;
    let id = match organisation.uuid("uuid") {
        Some(uuid) => Id::new("identity", uuid).ok()?,
        None => id_of("identity", &[&name.to_lowercase()]),
    };
    if maker.has(&id) {
        return Some(id);
    }
    let draft = Draft::new(&id, maker.options.created)
        .set("name", name)
        .set("identity_class", "organization")
        .set("created_by_ref", json!(maker.options.created_by));
    maker.add(draft)
}

fn contents(parts: &Parts<'_>, galaxies: &[Fields], event: &mut Event, maker: &mut Maker<'_>) {
    for galaxy in galaxies {
        clusters_of(galaxy, event.at, maker);
    }
    for text in members(parts, "Attribute") {
        match Fields::of(text.get()) {
            Ok(fields) => attribute::keep(&fields, event, maker),
            Err(why) => refuse("Attribute", &why, maker),
        }
    }
    let mut references = Vec::new();
    for text in members(parts, "Object") {
        match Fields::of(text.get()) {
            Ok(fields) => {
                object::keep(&fields, event, maker);
                references.extend(fields.list("ObjectReference"));
            }
            Err(why) => refuse("Object", &why, maker),
        }
    }
    for reference in references {
        refer(&reference, event, maker);
    }
    for report in records(parts, "EventReport") {
        attribute::note(&report.text("name"), report.text("content"), &report, event, maker);
    }
    for proposal in records(parts, "ShadowAttribute") {
        let words = proposal.text("type").map(|name| format!("proposal: {name}"));
        attribute::note(&words, proposal.text("value"), &proposal, event, maker);
        maker.note("proposals, kept as notes");
    }
}

fn refuse(field: &str, why: &serde_json::Error, maker: &mut Maker<'_>) {
    field.clone_into(&mut maker.place.field);
    maker.place.text.clear();
    maker.reject(&why.to_string());
}

/// The clusters of a galaxy that something is tagged with.
pub(super) fn clusters_of(galaxy: &Fields, at: Timestamp, maker: &mut Maker<'_>) -> Vec<Id> {
    let mut kept = Vec::new();
    for cluster in galaxy.list("GalaxyCluster") {
        let name = cluster.text("type").or_else(|| galaxy.text("type")).unwrap_or_default();
        maker.place.field = "GalaxyCluster".to_owned();
        maker.place.text = cluster.text("value").unwrap_or_default();
        let Some(type_name) = clusters::type_of(&name) else {
            maker.note("clusters that STIX has no object for, kept as labels");
            continue;
        };
        let cluster = Cluster { galaxy: &name, type_name, fields: &cluster };
        kept.extend(cluster.keep_within(at, maker));
    }
    kept
}

/// What an object says of another one.
fn refer(reference: &Fields, event: &Event, maker: &mut Maker<'_>) {
    let end = |name: &str| reference.uuid(name).and_then(|uuid| event.made.get(&uuid));
    let verb = reference.text("relationship_type").unwrap_or_default();
    maker.place.field = "ObjectReference".to_owned();
    maker.place.text.clone_from(&verb);
    let (Some(source), Some(target)) = (end("object_uuid"), end("referenced_uuid")) else {
        maker.reject("it refers to something that is not there");
        return;
    };
    let at = reference.time("timestamp").unwrap_or(event.at);
    // Verbs of MISP are between anything: only the specification's own keep their meaning.
    let draft = maker.relation(source, "related-to", target, at).set("description", verb);
    maker.add(draft);
}

fn report(
    fields: &Fields,
    info: &str,
    tags: Tags,
    event: Event,
    mut refs: Vec<Id>,
    maker: &mut Maker<'_>,
) {
    if refs.is_empty() {
        refs.push(maker.created_by.clone());
    }
    refs.retain(|id| *id != event.id);
    let mut labels = tags.labels;
    labels.extend(tags::distribution(fields));
    for (name, key) in [("threat_level_id", "threat-level"), ("analysis", "analysis")] {
        labels.extend(fields.text(name).map(|value| format!("misp:{key}=\"{value}\"")));
    }
    let made = fields.time("date").filter(|made| *made <= event.at).unwrap_or(event.at);
    let draft = Draft::new(&event.id, event.at)
        .at("created", Some(made))
        .set("name", info)
        .set("labels", json!(labels))
        .set("external_references", Value::Array(event.links))
        .refs("object_refs", &refs);
    let draft = match event.id.type_name() {
        "report" => {
            let published = fields.time("publish_timestamp").unwrap_or(event.at);
            draft.at("published", Some(published)).set("report_types", json!(["threat-report"]))
        }
        _ => draft.set("context", "unspecified"),
    };
    if maker.add(draft).is_some() {
        maker.note("events");
    }
}
