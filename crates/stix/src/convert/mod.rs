//! Objects of STIX 2.0 as objects of 2.1. What 2.1 has no place for stays where it is;
//! each change is told of.

mod observed;

use crate::marking::Tlp;
use crate::object::{NotAnObject, Object};
use crate::pattern;
use crate::{Id, schema};
use serde_json::{Map, Value};

/// What an object has become.
#[derive(Clone, Debug)]
pub struct Converted {
    /// The observables that stood in it, if any, and behind them the object itself.
    pub objects: Vec<Object>,
    /// What was changed, in order; none where it was of 2.1 already.
    pub changes: Vec<Change>,
}

/// A change on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Of which object, by the id that it has now.
    pub object: String,
    /// Where, in its properties as they are now.
    pub path: String,
    /// For people.
    pub what: String,
}

/// What the work is done on: properties, and what was done to them.
struct Work {
    id: String,
    properties: Map<String, Value>,
    changes: Vec<Change>,
}

impl Work {
    fn tell(&mut self, path: &str, what: impl Into<String>) {
        let object = self.id.clone();
        self.changes.push(Change { object, path: path.to_owned(), what: what.into() });
    }

    fn set(&mut self, name: &str, value: impl Into<Value>, what: &str) {
        self.properties.insert(name.to_owned(), value.into());
        self.tell(name, what);
    }

    /// Gives a property its new name, unless that is taken.
    fn rename(&mut self, old: &str, new: &str) {
        if self.properties.contains_key(new) {
            return;
        }
        if let Some(value) = self.properties.remove(old) {
            self.set(new, value, &format!("was {old}"));
            self.move_selectors(old, new);
        }
    }

    /// Parts that are marked stay marked under their new name.
    fn move_selectors(&mut self, old: &str, new: &str) {
        let markings = self.properties.get_mut("granular_markings").and_then(Value::as_array_mut);
        let selectors = markings
            .into_iter()
            .flatten()
            .filter_map(|marking| marking.get_mut("selectors").and_then(Value::as_array_mut));
        for selector in selectors.flatten() {
            let rest = selector.as_str().and_then(|text| text.strip_prefix(old));
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('.')) {
                *selector = Value::String(format!("{new}{rest}"));
            }
        }
    }
}

/// `object` as one or more of STIX 2.1; as it is where it is of 2.1. Nothing is random:
/// the same object becomes the same objects.
pub fn from_2_0(object: &Object) -> Result<Converted, NotAnObject> {
    let is_observable = schema::of(object.type_name())
        .is_some_and(|schema| schema.class == schema::Class::Observable);
    if object.head().spec_version.as_deref() == Some("2.1") || is_observable {
        return Ok(Converted { objects: vec![object.clone()], changes: Vec::new() });
    }
    let id = object.id().to_string();
    let mut work = Work { id, properties: object.properties(), changes: Vec::new() };
    work.set("spec_version", "2.1", "every object says its version");
    labels(object.type_name(), &mut work);
    match object.type_name() {
        "indicator" => indicator(&mut work),
        "malware" if !work.properties.contains_key("is_family") => {
            work.set("is_family", true, "2.0 did not tell families from samples");
        }
        "marking-definition" => marking(object.id(), &mut work),
        _ => {}
    }
    let mut objects = match object.type_name() {
        "observed-data" => observed::extracted(&mut work)?,
        _ => Vec::new(),
    };
    objects.push(Object::from_properties(&work.properties)?);
    Ok(Converted { objects, changes: work.changes })
}

/// Properties that have taken over what `labels` said, by type.
const LABELS: &[(&str, &str)] = &[
    ("identity", "roles"),
    ("indicator", "indicator_types"),
    ("malware", "malware_types"),
    ("report", "report_types"),
    ("threat-actor", "threat_actor_types"),
    ("tool", "tool_types"),
];

fn labels(type_name: &str, work: &mut Work) {
    if let Some((_, new)) = LABELS.iter().find(|(name, _)| *name == type_name) {
        work.rename("labels", new);
    }
}

fn indicator(work: &mut Work) {
    if !work.properties.contains_key("pattern_type") {
        work.set("pattern_type", "stix", "2.0 had patterns of its own only");
    }
    let Some(Value::String(text)) = work.properties.get("pattern") else { return };
    if pattern::parse(text).is_ok() {
        return;
    }
    // 2.0 wrote the times of START and STOP as plain text.
    let newer = text.replace("START '", "START t'").replace("STOP '", "STOP t'");
    match pattern::parse(&newer) {
        Ok(_) => work.set("pattern", newer, "times of START and STOP are written t'…'"),
        Err(why) => work.tell("pattern", format!("is no pattern of 2.1, and stays: {why}")),
    }
}

fn marking(id: &Id, work: &mut Work) {
    let name = match Tlp::of(id.as_str()) {
        Some(Tlp::Clear) => "TLP:WHITE",
        Some(Tlp::Green) => "TLP:GREEN",
        Some(Tlp::Amber) => "TLP:AMBER",
        Some(Tlp::Red) => "TLP:RED",
        Some(Tlp::AmberStrict) | None => return,
    };
    if !work.properties.contains_key("name") {
        work.set("name", name, "the markings of TLP have names");
    }
}
