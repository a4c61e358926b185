//! The observables that stood in an observed-data object, as objects of their own.

use super::Work;
use crate::Id;
use crate::id::OBSERVABLES;
use crate::object::{NotAnObject, Object};
use crate::schema;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::{Builder, Uuid};

/// Properties with other names, by type; what 2.1 has dropped stays, as a custom property.
const RENAMED: &[(&str, &str, &str)] = &[
    ("directory", "created", "ctime"),
    ("directory", "modified", "mtime"),
    ("directory", "accessed", "atime"),
    ("file", "created", "ctime"),
    ("file", "modified", "mtime"),
    ("file", "accessed", "atime"),
    ("process", "created", "created_time"),
    ("process", "binary_ref", "image_ref"),
    ("user-account", "password_last_changed", "credential_last_changed"),
    ("windows-registry-key", "modified", "modified_time"),
];

/// Ids are made of others' ids no further than this: more are rings, of which no id can
/// be made that follows from what they are.
const CHAIN_MAX: usize = 16;

/// The observables of `work`, which then refers to them.
pub(super) fn extracted(work: &mut Work) -> Result<Vec<Object>, NotAnObject> {
    if work.properties.contains_key("object_refs") {
        return Ok(Vec::new());
    }
    let Some(Value::Object(inner)) = work.properties.remove("objects") else {
        return Ok(Vec::new());
    };
    let all = All::of(work.id.clone(), inner);
    let mut observables: Vec<Map<String, Value>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for key in all.inner.keys() {
        let Some(mut properties) = all.referring(key) else {
            work.tell(&format!("objects.{key}"), "was no object, and is left out");
            continue;
        };
        let id = all.ids[key].clone();
        properties.insert("id".to_owned(), Value::String(id.clone()));
        properties.insert("spec_version".to_owned(), Value::String("2.1".to_owned()));
        marked(&mut properties, key, &work.properties);
        match places.get(&id) {
            Some(at) => merge(&mut observables[*at], properties),
            None => {
                places.insert(id, observables.len());
                observables.push(properties);
            }
        }
    }
    let objects = observables.iter().map(Object::from_properties);
    let objects: Vec<Object> = objects.collect::<Result<_, _>>()?;
    let refs: Vec<Value> = objects.iter().map(|one| Value::from(one.id().as_str())).collect();
    work.set("object_refs", refs, "objects stand by themselves, and are referred to");
    work.move_selectors("objects", "object_refs");
    whole_selectors(&mut work.properties);
    Ok(objects)
}

/// What stood twice stands once, with all that was said of it and all its markings.
fn merge(observable: &mut Map<String, Value>, other: Map<String, Value>) {
    for (name, value) in other {
        let is_marking = matches!(&name[..], "object_marking_refs" | "granular_markings");
        match (observable.get_mut(&name), value) {
            (Some(Value::Array(list)), Value::Array(more)) if is_marking => {
                let new = more.into_iter().filter(|one| !list.contains(one));
                let new: Vec<Value> = new.collect();
                list.extend(new);
            }
            (None, value) => {
                observable.insert(name, value);
            }
            (Some(_), _) => {}
        }
    }
}

fn rename(properties: Option<&mut Map<String, Value>>) {
    let Some(properties) = properties else { return };
    let type_name = properties.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (_, old, new) in RENAMED.iter().filter(|(of, ..)| *of == type_name) {
        if !properties.contains_key(*new)
            && let Some(value) = properties.remove(*old)
        {
            properties.insert((*new).to_owned(), value);
        }
    }
}

struct All {
    owner: String,
    inner: Map<String, Value>,
    ids: BTreeMap<String, String>,
}

impl All {
    /// By the names of today, each with its id.
    fn of(owner: String, mut inner: Map<String, Value>) -> Self {
        for observable in inner.values_mut() {
            rename(observable.as_object_mut());
        }
        let keys: Vec<String> = inner.keys().cloned().collect();
        let mut all = Self { owner, inner, ids: BTreeMap::new() };
        for key in &keys {
            all.id(key, 0);
        }
        all
    }

    /// The id of what stands at `key`, made first of those that it is made of.
    fn id(&mut self, key: &str, depth: usize) -> Option<String> {
        if let Some(id) = self.ids.get(key) {
            return Some(id.clone());
        }
        let properties = self.inner.get(key)?.as_object()?.clone();
        let type_name = properties.get("type")?.as_str()?.to_owned();
        if depth < CHAIN_MAX {
            // Only what the id is made of: a file and its folder refer to each other.
            let names = schema::of(&type_name).map(|schema| schema.id_from).unwrap_or_default();
            for name in names.iter().filter(|name| properties.contains_key(**name)) {
                for target in targets(name, &properties[*name]) {
                    self.id(&target, depth + 1);
                }
            }
        }
        let referring = self.referring(key)?;
        let id = Id::of_observable(&type_name, &referring).or_else(|| self.placed(&type_name, key));
        let id = id?.to_string();
        self.ids.entry(key.to_owned()).or_insert(id).clone().into()
    }

    /// An id in the form of a random one that follows from the place.
    fn placed(&self, type_name: &str, key: &str) -> Option<Id> {
        // Its own namespace: that of observables is for nothing else.
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, OBSERVABLES.as_bytes());
        let place = Uuid::new_v5(&namespace, format!("{} {key}", self.owner).as_bytes());
        Id::new(type_name, Builder::from_random_bytes(*place.as_bytes()).into_uuid()).ok()
    }

    /// The object at `key`, with ids where keys stood.
    fn referring(&self, key: &str) -> Option<Map<String, Value>> {
        let mut object = Value::Object(self.inner.get(key)?.as_object()?.clone());
        object.get("type")?.as_str()?;
        self.refer(&mut object);
        match object {
            Value::Object(properties) => Some(properties),
            _ => None,
        }
    }

    fn refer(&self, value: &mut Value) {
        match value {
            Value::Object(inner) => {
                for (name, value) in inner.iter_mut() {
                    match value {
                        Value::String(key) if name.ends_with("_ref") => self.replace(key),
                        Value::Array(list) if name.ends_with("_refs") => {
                            list.iter_mut().for_each(|one| {
                                if let Value::String(key) = one {
                                    self.replace(key);
                                }
                            });
                        }
                        value => self.refer(value),
                    }
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|value| self.refer(value)),
            _ => {}
        }
    }

    fn replace(&self, key: &mut String) {
        if let Some(id) = self.ids.get(key) {
            key.clone_from(id);
        }
    }
}

/// The keys that a property refers to.
fn targets(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::String(key) if name.ends_with("_ref") => vec![key.clone()],
        Value::Array(list) if name.ends_with("_refs") => {
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Value::Array(list) => list.iter().flat_map(|value| targets("", value)).collect(),
        Value::Object(inner) => {
            inner.iter().flat_map(|(name, value)| targets(name, value)).collect()
        }
        _ => Vec::new(),
    }
}

/// What the observation was marked with, its parts are marked with: they leave it, and
/// may not leave their markings behind.
fn marked(observable: &mut Map<String, Value>, key: &str, owner: &Map<String, Value>) {
    let mut whole: Vec<Value> =
        owner.get("object_marking_refs").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut parts = Vec::new();
    let list = owner.get("granular_markings").and_then(Value::as_array);
    for marking in list.into_iter().flatten() {
        let selectors = marking.get("selectors").and_then(Value::as_array);
        for selector in selectors.into_iter().flatten().filter_map(Value::as_str) {
            let within = selector.strip_prefix("objects.").and_then(|rest| rest.strip_prefix(key));
            match within.map(|rest| rest.strip_prefix('.')) {
                Some(Some(rest)) => {
                    let mut part = marking.clone();
                    part["selectors"] = Value::from(vec![renamed(observable, rest)]);
                    parts.push(part);
                }
                _ if selector == "objects" || within == Some("") => {
                    whole.extend(marking.get("marking_ref").cloned());
                }
                _ => {}
            }
        }
    }
    let mut seen = BTreeSet::new();
    whole.retain(|marking| seen.insert(marking.to_string()));
    for (name, list) in [("object_marking_refs", whole), ("granular_markings", parts)] {
        if !list.is_empty() {
            observable.insert(name.to_owned(), Value::from(list));
        }
    }
}

/// A selector by the names of today.
fn renamed(observable: &Map<String, Value>, selector: &str) -> String {
    let first = selector.split('.').next().unwrap_or_default();
    let type_name = observable.get("type").and_then(Value::as_str).unwrap_or_default();
    let known = RENAMED.iter().find(|(of, old, _)| *of == type_name && *old == first);
    known.map_or(selector.to_owned(), |(_, old, new)| selector.replacen(old, new, 1))
}

/// Of what stood inside, the references can be marked only: all of them are, once.
fn whole_selectors(owner: &mut Map<String, Value>) {
    let markings = owner.get_mut("granular_markings").and_then(Value::as_array_mut);
    let lists = markings
        .into_iter()
        .flatten()
        .filter_map(|marking| marking.get_mut("selectors").and_then(Value::as_array_mut));
    for selectors in lists {
        let mut seen = BTreeSet::new();
        for selector in selectors.iter_mut() {
            if selector.as_str().is_some_and(|text| text.starts_with("object_refs.")) {
                *selector = Value::from("object_refs");
            }
        }
        selectors.retain(|selector| seen.insert(selector.to_string()));
    }
}
