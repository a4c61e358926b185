//! Objects: attributes that belong together. Those that STIX has an observable for
//! become one; of all others each attribute stands for itself.

use super::attribute::{self, Said, seen, version};
use super::event::Event;
use super::observed::{self, Seen};
use super::place::{self, Place, algorithm_of};
use crate::import::fields::Fields;
use crate::import::value::{Found, Kind};
use crate::import::{Maker, pattern};
use serde_json::{Map, Value, json};
use stix::Id;

/// Objects that are accounts, and the kind of account where they do not say it.
const ACCOUNTS: &[(&str, &str)] = &[
    ("user-account", ""),
    ("github-user", "github"),
    ("telegram-account", "telegram"),
    ("twitter-account", "twitter"),
    ("facebook-account", "facebook"),
    ("instagram-account", "instagram"),
    ("reddit-account", "reddit"),
    ("youtube-channel", "youtube"),
];

pub(super) fn keep(fields: &Fields, event: &mut Event, maker: &mut Maker<'_>) {
    let name = fields.text("name").unwrap_or_default();
    let tlp = maker.tlp;
    let said = Said::of(fields, event, maker);
    maker.place.field = format!("Object {name}");
    maker.place.text.clear();
    maker.note("objects");
    let inner = fields.list("Attribute");
    // One marking for the whole of it: the strictest of its parts.
    for attribute in &inner {
        let tags = super::tags::Tags::of(attribute);
        maker.tlp = maker.tlp.max(tags.tlp);
    }
    match &name[..] {
        "person" => person(&said, event, maker),
        "file" => whole(file(&inner, maker), &name, fields, &said, event, maker),
        "domain-ip" => whole(domain_ip(&inner, maker), &name, fields, &said, event, maker),
        "email" => whole(email(&inner, maker), &name, fields, &said, event, maker),
        "report" | "annotation" | "blog" => words(&inner, &said, event, maker),
        _ => match ACCOUNTS.iter().find(|(known, _)| *known == name) {
            Some((_, kind)) => {
                whole(account(kind, &inner, maker), &name, fields, &said, event, maker);
            }
            None => apart(&inner, &said, event, maker),
        },
    }
    maker.tlp = tlp;
}

/// What became of an object: it as a whole, and the attributes that it has no place for.
struct Whole<'f> {
    seen: Option<Seen>,
    left: Vec<&'f Fields>,
}

fn whole(
    whole: Whole<'_>,
    name: &str,
    fields: &Fields,
    said: &Said,
    event: &mut Event,
    maker: &mut Maker<'_>,
) {
    match &whole.seen {
        Some(seen) => observed::keep(seen, name, fields, said, event, maker),
        None => maker.reject("nothing in it can be taken"),
    }
    for fields in whole.left {
        attribute::keep(fields, event, maker);
    }
}

/// Each attribute by itself; the object is what the first of them became.
fn apart(inner: &[Fields], said: &Said, event: &mut Event, maker: &mut Maker<'_>) {
    for fields in inner {
        attribute::keep(fields, event, maker);
    }
    let first = inner
        .iter()
        .filter_map(|fields| fields.uuid("uuid"))
        .find_map(|uuid| event.made.get(&uuid));
    if let Some(id) = first.cloned() {
        event.made.insert(said.uuid, id);
    }
}

fn person(said: &Said, event: &mut Event, maker: &mut Maker<'_>) {
    maker.note("people, withheld");
    let draft = said
        .draft("identity")
        .set("name", "a person (withheld)")
        .set("identity_class", "individual");
    if let Some(id) = maker.add(draft) {
        event.made.insert(said.uuid, id);
    }
}

fn relation(fields: &Fields) -> String {
    fields.text("object_relation").unwrap_or_default()
}

fn file<'f>(inner: &'f [Fields], maker: &mut Maker<'_>) -> Whole<'f> {
    let (mut properties, mut hashes) = (Map::new(), Map::new());
    let (mut tests, mut left) = (Vec::new(), Vec::new());
    for fields in inner {
        let (relation, value) = (relation(fields), fields.text("value").unwrap_or_default());
        let path = match (&relation[..], algorithm_of(&relation)) {
            (_, Some(algorithm)) => {
                hashes.insert(algorithm.to_owned(), json!(value.to_ascii_lowercase()));
                format!("file:hashes.'{algorithm}'")
            }
            ("filename", _) if !properties.contains_key("name") => {
                properties.insert("name".to_owned(), json!(value));
                "file:name".to_owned()
            }
            ("size-in-bytes", _) if value.parse::<u64>().is_ok() => {
                properties.insert("size".to_owned(), json!(value.parse::<u64>().ok()));
                continue;
            }
            ("mimetype", _) => {
                properties.insert("mime_type".to_owned(), json!(value));
                continue;
            }
            _ => {
                left.push(fields);
                continue;
            }
        };
        if fields.is("to_ids") {
            let value = if path == "file:name" { value } else { value.to_ascii_lowercase() };
            tests.push((path, value));
        }
    }
    if !hashes.is_empty() {
        properties.insert("hashes".to_owned(), Value::Object(hashes));
    }
    let id = maker.observable("file", Value::Object(properties));
    Whole { seen: id.map(|id| Seen { pattern: joined(&tests), observables: vec![id] }), left }
}

/// All tests together; nothing of none.
fn joined(tests: &[(String, String)]) -> String {
    let tests: Vec<_> = tests.iter().map(|(path, value)| (&path[..], &value[..])).collect();
    if tests.is_empty() { String::new() } else { pattern::all(&tests) }
}

fn domain_ip<'f>(inner: &'f [Fields], maker: &mut Maker<'_>) -> Whole<'f> {
    let (mut domains, mut addresses): (Vec<Id>, Vec<Id>) = Default::default();
    let (mut tests, mut left) = (Vec::new(), Vec::new());
    for fields in inner {
        let value = fields.text("value").unwrap_or_default();
        let (found, path) = match &relation(fields)[..] {
            "domain" | "hostname" => (Found::of(Kind::Domain, &value), "domain-name:value"),
            "ip" => (Found::of(version(&value), &value), "domain-name:resolves_to_refs[*].value"),
            _ => {
                left.push(fields);
                continue;
            }
        };
        maker.place.text.clone_from(&value);
        let Ok(Some(id)) = maker.found(&found) else { continue };
        match id.type_name() {
            "domain-name" => domains.push(id),
            _ => addresses.push(id),
        }
        if fields.is("to_ids") {
            tests.push((path.to_owned(), value));
        }
    }
    for (domain, address) in domains.iter().flat_map(|x| addresses.iter().map(move |y| (x, y))) {
        maker.relate(domain, "resolves-to", address);
    }
    domains.append(&mut addresses);
    let seen = Seen { pattern: joined(&tests), observables: domains };
    Whole { seen: (!seen.observables.is_empty()).then_some(seen), left }
}

fn email<'f>(inner: &'f [Fields], maker: &mut Maker<'_>) -> Whole<'f> {
    let mut properties = Map::from_iter([("is_multipart".to_owned(), json!(false))]);
    let (mut tests, mut left, mut to, mut observables) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for fields in inner {
        let value = fields.text("value").unwrap_or_default();
        let path = match &relation(fields)[..] {
            "from" => {
                let Some(seen) = seen(Place::Value(Kind::Email), &value, maker) else { continue };
                properties.insert("from_ref".to_owned(), json!(seen.observables.first()));
                observables.extend(seen.observables);
                "email-message:from_ref.value"
            }
            "to" => {
                let Some(seen) = seen(Place::Value(Kind::Email), &value, maker) else { continue };
                to.extend(seen.observables);
                "email-message:to_refs[*].value"
            }
            "subject" => {
                properties.insert("subject".to_owned(), json!(value));
                "email-message:subject"
            }
            _ => {
                left.push(fields);
                continue;
            }
        };
        if fields.is("to_ids") {
            tests.push((path.to_owned(), value));
        }
    }
    if !to.is_empty() {
        properties.insert("to_refs".to_owned(), json!(to));
    }
    observables.append(&mut to);
    let message = maker.observable("email-message", Value::Object(properties));
    observables.extend(message);
    let seen = Seen { pattern: joined(&tests), observables };
    Whole { seen: (!seen.observables.is_empty()).then_some(seen), left }
}

fn account<'f>(kind: &str, inner: &'f [Fields], maker: &mut Maker<'_>) -> Whole<'f> {
    let mut properties = Map::new();
    let (mut tests, mut left) = (Vec::new(), Vec::new());
    if !kind.is_empty() {
        properties.insert("account_type".to_owned(), json!(kind));
        tests.push(("user-account:account_type".to_owned(), kind.to_owned()));
    }
    for fields in inner {
        let property = match &relation(fields)[..] {
            "user-id" | "id" | "account-id" => "user_id",
            "username" | "account-name" | "login" | "account-login" => "account_login",
            "account-type" => "account_type",
            // How somebody calls himself there may be his name.
            "display-name" | "name" | "full-name" | "first-name" | "last-name" => {
                maker.note("attributes of people, withheld");
                continue;
            }
            _ => {
                left.push(fields);
                continue;
            }
        };
        let value = fields.text("value").unwrap_or_default();
        properties.insert(property.to_owned(), json!(value));
        if fields.is("to_ids") {
            tests.push((format!("user-account:{property}"), value));
        }
    }
    // The kind alone would find every account of it.
    let pattern = if tests.len() > 1 || kind.is_empty() { joined(&tests) } else { String::new() };
    let id = maker.observable("user-account", Value::Object(properties));
    Whole { seen: id.map(|id| Seen { pattern, observables: vec![id] }), left }
}

/// What was written about the subject: words and links.
fn words(inner: &[Fields], said: &Said, event: &mut Event, maker: &mut Maker<'_>) {
    let mut lines = Vec::new();
    let mut references = Vec::new();
    for fields in inner {
        let value = fields.text("value").unwrap_or_default();
        match place::of(&fields.text("type").unwrap_or_default()) {
            Place::Link | Place::Value(Kind::Url) if value.contains("://") => {
                references.push(json!({ "source_name": "misp:report", "url": value }));
            }
            Place::Person => maker.note("attributes of people, withheld"),
            _ => lines.push(format!("{}: {value}", relation(fields))),
        }
    }
    if lines.is_empty() {
        lines.push("see the references".to_owned());
    }
    let draft = said
        .draft("note")
        .set("abstract", "report")
        .set("content", lines.join("\n"))
        .set("external_references", Value::Array(references))
        .refs("object_refs", std::slice::from_ref(&event.id));
    if let Some(id) = maker.add(draft) {
        event.made.insert(said.uuid, id);
    }
}
