//! Objects in few words: `object("identity", 1, json!({…}))` has an id that ends in 1 and
//! what every object needs.

use serde_json::{Map, Value, json};
use share::release::{Addresses, Candidate, Key, LICENCES, Markings, Personal, Policy};
use stix::marking::Tlp;
use stix::{Id, Object};

/// The id of the object of a type with this number.
pub(crate) fn id(type_name: &str, number: u32) -> String {
    format!("{type_name}--00000000-0000-4000-8000-{number:012}")
}

/// An object with these properties, and those that it has to have.
pub(crate) fn object(type_name: &str, number: u32, properties: Value) -> Candidate {
    let mut all: Map<String, Value> = Map::new();
    all.insert("type".into(), json!(type_name));
    all.insert("spec_version".into(), json!("2.1"));
    let named = properties.as_object().unwrap();
    let by_value = Id::of_observable(type_name, named);
    all.insert("id".into(), json!(by_value.map_or(id(type_name, number), |id| id.to_string())));
    let is_versioned =
        stix::schema::of(type_name).is_none_or(|s| s.class != stix::schema::Class::Observable);
    if is_versioned {
        all.insert("created".into(), json!("2026-01-01T00:00:00.000Z"));
        all.insert("modified".into(), json!("2026-01-01T00:00:00.000Z"));
    }
    all.extend(named.clone());
    let object = Object::from_properties(&all).unwrap();
    Candidate { object, licences: Vec::new(), hold: None }
}

pub(crate) fn actor(number: u32, tlp: Tlp) -> Candidate {
    let properties =
        json!({ "name": format!("Cluster-{number:04}"), "object_marking_refs": [tlp.id()] });
    object("intrusion-set", number, properties)
}

pub(crate) fn relation(number: u32, from: &str, verb: &str, to: &str) -> Candidate {
    let properties = json!({
        "relationship_type": verb, "source_ref": from, "target_ref": to,
        "object_marking_refs": [Tlp::Clear.id()],
    });
    object("relationship", number, properties)
}

/// For everyone, with pseudonyms.
pub(crate) fn policy() -> Policy {
    Policy {
        audience: "partners".to_owned(),
        tlp: Tlp::Green,
        unmarked: Tlp::Amber,
        licences: LICENCES.iter().map(|licence| (*licence).to_owned()).collect(),
        personal: Personal::Hidden,
        creator: None,
        addresses: Addresses::Released,
        markings: Markings::Referenced,
        key: Key::new([7; 32]),
    }
}
