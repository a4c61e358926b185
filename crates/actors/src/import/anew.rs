//! What says something new: an import that is repeated makes no versions of what has
//! not changed.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use stix::{Id, Object};

/// Of `objects` those that are new, and of those that are known the changed ones, as
/// versions of what is known: made when that was made. What somebody else made is left
/// to them. `known` gives the latest version of an object.
pub fn anew(objects: Vec<Object>, known: &BTreeMap<Id, Object>) -> Vec<Object> {
    objects
        .into_iter()
        .filter_map(|object| match known.get(object.id()) {
            None => Some(object),
            Some(before) => version(&object, before),
        })
        .collect()
}

/// `object` as a version of `before`; none where it says nothing new, is older, or would
/// be somebody else's.
fn version(object: &Object, before: &Object) -> Option<Object> {
    let (now, then) = (object.head(), before.head());
    let is_ours = now.created_by == then.created_by && !then.is_revoked;
    let is_later = now.modified > then.modified;
    if !is_ours || !is_later || said(object) == said(before) {
        return None;
    }
    let mut properties = object.properties();
    if let Some(created) = before.properties().remove("created") {
        properties.insert("created".to_owned(), created);
    }
    Object::from_properties(&properties).ok()
}

/// What an object says, apart from when it was made: also where that time stands for
/// another one that nobody told, such as from when an indicator is valid.
fn said(object: &Object) -> Map<String, Value> {
    let mut properties = object.properties();
    let made = properties.remove("modified");
    properties.retain(|name, value| name != "created" && Some(&*value) != made.as_ref());
    properties
}
