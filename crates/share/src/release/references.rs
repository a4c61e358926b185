//! References from object to object, wherever they stand in one: each `_ref` and each
//! `_refs`, so also those of types and extensions that nobody here knows.

use serde_json::{Map, Value};

/// Deeper than this there are no references; `stix` reads no deeper either.
const DEPTH_MAX: usize = 128;

/// What becomes of a reference.
pub(crate) enum Fate {
    /// It stays.
    Kept,
    /// It says something else now.
    To(String),
    /// It goes.
    Gone,
}

/// What came of an object's references.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Some say something else, or are gone.
    pub(crate) is_changed: bool,
    /// One that an object of its type has to have is gone.
    pub(crate) is_broken: bool,
}

/// Decides each reference of an object.
pub(crate) fn decide(properties: &mut Map<String, Value>, fate: &dyn Fn(&str) -> Fate) -> Outcome {
    let type_name = properties.get("type").and_then(Value::as_str).unwrap_or_default();
    let schema = stix::schema::of(type_name);
    let is_required = |name: &str| {
        schema.and_then(|schema| schema.field(name)).is_some_and(|field| field.is_required)
    };
    let mut outcome = Outcome::default();
    walk(properties, fate, &is_required, &mut outcome, 0);
    outcome
}

fn walk(
    properties: &mut Map<String, Value>,
    fate: &dyn Fn(&str) -> Fate,
    is_required: &dyn Fn(&str) -> bool,
    outcome: &mut Outcome,
    depth: usize,
) {
    let mut gone = Vec::new();
    for (name, value) in properties.iter_mut() {
        let stays = match value {
            Value::String(id) if name.ends_with("_ref") => one(id, fate, outcome),
            Value::Array(ids) if name.ends_with("_refs") => many(ids, fate, outcome),
            inner => {
                if depth < DEPTH_MAX {
                    into(inner, fate, outcome, depth);
                }
                true
            }
        };
        if !stays {
            outcome.is_changed = true;
            outcome.is_broken |= is_required(name);
            gone.push(name.clone());
        }
    }
    for name in gone {
        properties.remove(&name);
    }
}

/// Structures within an object: what they have to have is not known, so that losing a
/// reference breaks none.
fn into(value: &mut Value, fate: &dyn Fn(&str) -> Fate, outcome: &mut Outcome, depth: usize) {
    match value {
        Value::Object(inner) => walk(inner, fate, &|_| false, outcome, depth + 1),
        Value::Array(values) if depth < DEPTH_MAX => {
            values.iter_mut().for_each(|value| into(value, fate, outcome, depth + 1));
        }
        _ => {}
    }
}

fn one(id: &mut String, fate: &dyn Fn(&str) -> Fate, outcome: &mut Outcome) -> bool {
    match fate(id) {
        Fate::Kept => true,
        Fate::To(other) => {
            *id = other;
            outcome.is_changed = true;
            true
        }
        Fate::Gone => false,
    }
}

/// A list that was not empty may not become so: STIX has no empty lists.
fn many(ids: &mut Vec<Value>, fate: &dyn Fn(&str) -> Fate, outcome: &mut Outcome) -> bool {
    let before = ids.len();
    ids.retain_mut(|value| match value {
        Value::String(id) => one(id, fate, outcome),
        _ => true,
    });
    outcome.is_changed |= ids.len() < before;
    before == 0 || !ids.is_empty()
}
