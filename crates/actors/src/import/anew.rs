//! What says something new: an import that is repeated makes no versions of what has
//! not changed.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use stix::{Id, Object};

/// Lists to which another source adds: what one of them leaves out, the other still says.
const ADDED_TO: [&str; 3] = ["aliases", "external_references", "labels"];

/// Types that are measured again and again: what is as it once was before is news.
const MEASURED: [&str; 5] = ["campaign", "indicator", "observed-data", "offer", "sighting"];

/// Of `objects` those that are new, and of those that are known the changed ones, as
/// versions of what is known: made when that was made, and with what it said that they
/// are silent about. What somebody else made is left to them, and so is what one of the
/// versions has taken in already, so that two sources which describe one thing in two
/// ways do not take turns. `known` gives the versions of an object, the first one first.
pub fn anew(objects: Vec<Object>, known: &BTreeMap<Id, Vec<Object>>) -> Vec<Object> {
    let is_new = |object: Object| match known.get(object.id()).map(Vec::as_slice) {
        None | Some([]) => Some(object),
        Some(versions) => version(&object, versions),
    };
    objects.into_iter().filter_map(is_new).collect()
}

/// `object` as a further version; none where it says nothing new, is older, or would be
/// somebody else's.
fn version(object: &Object, versions: &[Object]) -> Option<Object> {
    let last = versions.last()?;
    let (now, then) = (object.head(), last.head());
    let is_ours = now.created_by == then.created_by && !then.is_revoked;
    let properties = object.properties();
    let is_taken_in = |version: &Object| {
        let before = version.properties();
        said(&joined(&properties, &before)) == said(&before)
    };
    let compared = match MEASURED.contains(&object.type_name()) {
        true => std::slice::from_ref(last),
        false => versions,
    };
    if !is_ours || now.modified <= then.modified || compared.iter().any(is_taken_in) {
        return None;
    }
    Object::from_properties(&joined(&properties, &last.properties())).ok()
}

/// What is said now, and what was said before of what is not spoken of now.
fn joined(now: &Map<String, Value>, before: &Map<String, Value>) -> Map<String, Value> {
    let mut joined = now.clone();
    let made = before.get("modified");
    for (name, value) in
        before.iter().filter(|(name, value)| Some(*value) != made || *name == "created")
    {
        match (joined.get_mut(name), value) {
            (None, _) => {
                joined.insert(name.clone(), value.clone());
            }
            (Some(Value::Array(now)), Value::Array(before)) if ADDED_TO.contains(&&name[..]) => {
                let new: Vec<Value> = now.drain(..).filter(|one| !before.contains(one)).collect();
                *now = before.iter().cloned().chain(new).collect();
            }
            (Some(now), before) if name == "created" => *now = before.clone(),
            _ => {}
        }
    }
    joined
}

/// What an object says, apart from when it was made: also where that time stands for
/// another one that nobody told, such as from when an indicator is valid.
fn said(properties: &Map<String, Value>) -> Map<String, Value> {
    let made = properties.get("modified");
    let is_said = |(name, value): &(&String, &Value)| {
        *name != "created" && *name != "modified" && Some(*value) != made
    };
    properties.iter().filter(is_said).map(|(name, value)| (name.clone(), value.clone())).collect()
}
