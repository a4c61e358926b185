//! Attributes: one value each, and what is said of it.

use super::event::{Event, clusters_of, identity};
use super::observed::{self, Seen};
use super::place::{self, Place};
use super::tags::{self, Tags};
use crate::import::fields::Fields;
use crate::import::make::Draft;
use crate::import::value::{Found, Kind, armed};
use crate::import::{Maker, id_of};
use serde_json::json;
use stix::{Id, Timestamp};
use uuid::Uuid;

/// What an attribute or an object says of itself, whatever it is.
pub(super) struct Said {
    pub(super) uuid: Uuid,
    pub(super) at: Timestamp,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) comment: Option<String>,
    pub(super) labels: Vec<String>,
    pub(super) is_deleted: bool,
    pub(super) clusters: Vec<Id>,
}

impl Said {
    /// Reads it, and marks what is made from here on.
    pub(super) fn of(fields: &Fields, event: &Event, maker: &mut Maker<'_>) -> Self {
        let galaxies = fields.list("Galaxy");
        let tags = Tags::of(fields);
        maker.tlp = maker.tlp.max(tags.or_distribution(fields, None));
        let at = fields.time("timestamp").unwrap_or(event.at);
        let first = fields.time("first_seen").unwrap_or(at);
        let mut labels = tags.labels;
        labels.extend(tags::distribution(fields));
        for name in ["type", "category"] {
            labels.extend(fields.text(name).map(|value| format!("misp:{name}=\"{value}\"")));
        }
        let name = fields.text("name").map(|name| format!("misp:object=\"{name}\""));
        labels.extend(name);
        let clusters = galaxies.iter().flat_map(|galaxy| clusters_of(galaxy, at, maker)).collect();
        Self {
            uuid: fields.uuid("uuid").unwrap_or_else(|| stand_in(fields, event)),
            at,
            first,
            last: fields.time("last_seen").filter(|last| *last >= first).unwrap_or(first),
            comment: fields.text("comment"),
            labels,
            is_deleted: fields.is("deleted"),
            clusters,
        }
    }

    /// A draft with what all that comes of it has in common.
    pub(super) fn draft(&self, type_name: &str) -> Draft {
        let id = Id::new(type_name, self.uuid).expect("types are named in this crate");
        let draft = Draft::new(&id, self.at).set("labels", json!(self.labels));
        if self.is_deleted { draft.set("revoked", true) } else { draft }
    }
}

/// A UUID for what has none, or one that cannot be.
fn stand_in(fields: &Fields, event: &Event) -> Uuid {
    let text = |name: &str| fields.text(name).unwrap_or_default();
    let parts = [event.id.as_str(), &text("type"), &text("name"), &text("value")];
    id_of("observed-data", &parts).uuid()
}

pub(super) fn keep(fields: &Fields, event: &mut Event, maker: &mut Maker<'_>) {
    let type_name = fields.text("type").unwrap_or_default();
    maker.place.field = format!("Attribute {type_name}");
    maker.place.text.clear();
    let Some(value) = fields.text("value") else {
        maker.reject("it has no value");
        return;
    };
    let place = place::of(&type_name);
    // Of a person nothing is shown, not even where it is refused.
    if place != Place::Person {
        maker.place.text.clone_from(&value);
    }
    let tlp = maker.tlp;
    let said = Said::of(fields, event, maker);
    maker.place.field = format!("Attribute {type_name}");
    maker.note("attributes");
    placed(place, &type_name, &value, fields, &said, event, maker);
    maker.tlp = tlp;
}

fn placed(
    place: Place,
    type_name: &str,
    value: &str,
    fields: &Fields,
    said: &Said,
    event: &mut Event,
    maker: &mut Maker<'_>,
) {
    match place {
        Place::Person => person(said, event, maker),
        Place::Organisation => organisation(value, said, event, maker),
        Place::Link => {
            let is_url = value.contains("://") && !value.contains(char::is_whitespace);
            let kind = if is_url { "url" } else { "description" };
            event.links.push(json!({ "source_name": "misp:link", kind: value }));
        }
        Place::Named(kind) => named(kind, value, said, event, maker),
        Place::Rule(language) => {
            observed::rule(value, language, fields, said, maker);
        }
        Place::None => {
            maker.note("attributes that STIX has no place for, kept as notes");
            note(&Some(type_name.to_owned()), Some(value.to_owned()), fields, event, maker);
        }
        _ => {
            let Some(seen) = seen(place, value, maker) else { return };
            if seen.observables.is_empty() && !fields.is("to_ids") {
                maker.note("attributes that STIX has no place for, kept as notes");
                note(&Some(type_name.to_owned()), Some(value.to_owned()), fields, event, maker);
                return;
            }
            observed::keep(&seen, value, fields, said, event, maker);
        }
    }
}

/// The observables of a value, and the pattern that finds it; none where it is not what
/// its type says.
pub(super) fn seen(place: Place, value: &str, maker: &mut Maker<'_>) -> Option<Seen> {
    let value = &armed(value);
    let found = match place {
        Place::Value(kind) => Found::of(kind, value),
        Place::Ip => Found::of(version(value), value),
        Place::Hash(algorithm) => Found::file(None, Some((algorithm, value))),
        Place::Account(kind, property) => Found::account(kind, property, value),
        Place::Simple(type_name, property) => Found::simple(type_name, property, value),
        Place::RegistryKey => Found::registry_key(value),
        Place::NameAndHash(algorithm) => match value.split_once('|') {
            Some((name, hash)) => Found::file(Some(name), Some((algorithm, hash))),
            None => return halves(maker),
        },
        Place::DomainAndIp => match value.split_once('|') {
            Some((domain, ip)) => return observed::resolved(domain, ip, maker),
            None => return halves(maker),
        },
        Place::ToPort | Place::FromPort => match value.split_once(['|', ':']) {
            Some((ip, port)) => {
                let end = if place == Place::ToPort { "dst" } else { "src" };
                return observed::connected(ip, port, end, maker);
            }
            None => return halves(maker),
        },
        Place::Rule(_)
        | Place::Named(_)
        | Place::Organisation
        | Place::Person
        | Place::Link
        | Place::None => return None,
    };
    let observable = maker.found(&found).ok()?;
    Some(Seen { pattern: found.pattern, observables: observable.into_iter().collect() })
}

fn halves(maker: &mut Maker<'_>) -> Option<Seen> {
    maker.reject("it should have two halves, with | between them");
    None
}

/// Which version of addresses one is.
pub(super) fn version(value: &str) -> Kind {
    if value.contains(':') { Kind::Ipv6 } else { Kind::Ipv4 }
}

fn person(said: &Said, event: &mut Event, maker: &mut Maker<'_>) {
    maker.note("attributes of people, withheld");
    let draft = said
        .draft("identity")
        .set("name", "a person (withheld)")
        .set("identity_class", "individual");
    if let Some(id) = maker.add(draft) {
        event.made.insert(said.uuid, id);
    }
}

fn organisation(name: &str, said: &Said, event: &mut Event, maker: &mut Maker<'_>) {
    let fields = Fields(serde_json::Map::from_iter([("name".to_owned(), json!(name))]));
    if let Some(id) = identity(&fields, maker) {
        event.made.insert(said.uuid, id);
    }
}

fn named(kind: &str, value: &str, said: &Said, event: &mut Event, maker: &mut Maker<'_>) {
    let mut draft = said.draft(kind).set("name", value).set("description", said.comment.as_deref());
    if kind == "vulnerability" && value.starts_with("CVE-") {
        let reference = json!([{ "source_name": "cve", "external_id": value }]);
        draft = draft.set("external_references", reference);
    }
    if let Some(id) = maker.add(draft) {
        event.made.insert(said.uuid, id);
    }
}

/// Keeps something as words about the event.
pub(super) fn note(
    about: &Option<String>,
    content: Option<String>,
    fields: &Fields,
    event: &mut Event,
    maker: &mut Maker<'_>,
) {
    let said = Said::of(fields, event, maker);
    let content = match (content, &said.comment) {
        (Some(content), Some(comment)) => format!("{content}\n\n{comment}"),
        (Some(content), None) => content,
        (None, _) => return,
    };
    let draft = said
        .draft("note")
        .set("abstract", about.as_deref())
        .set("content", content)
        .refs("object_refs", std::slice::from_ref(&event.id));
    if let Some(id) = maker.add(draft) {
        event.made.insert(said.uuid, id);
    }
}
