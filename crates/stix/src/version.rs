//! Versions: an object is changed by making another one with its id (section 3.6).

use crate::members::Members;
use crate::object::{NotAnObject, Object};
use crate::schema::{self, Class};
use crate::{Id, Timestamp};
use serde_json::value::to_raw_value;
use serde_json::{Map, Value};

/// Why there can be no further version.
#[derive(Debug, thiserror::Error)]
pub enum NoVersion {
    /// It was revoked.
    #[error("{0} was revoked, which is final")]
    Revoked(Id),
    /// It belongs to somebody else.
    #[error(
        "{id} was made by {by}: only they make versions of it (make an object of your own, derived-from it)"
    )]
    Other {
        /// The object.
        id: Id,
        /// Who made it; nobody is said to have where it is not known.
        by: String,
    },
    /// Its kind has none.
    #[error("{0} has no versions: its id says what it is")]
    Unversioned(Id),
    /// The version would not be the latest.
    #[error("{id} was changed at {modified}, which is not before {at}")]
    Older {
        /// The object.
        id: Id,
        /// When it was.
        modified: Timestamp,
        /// When it was to be.
        at: Timestamp,
    },
    /// What came of it is no object.
    #[error(transparent)]
    Object(#[from] NotAnObject),
}

/// What never changes.
const KEPT: [&str; 4] = ["type", "id", "created", "created_by_ref"];

/// A further version of `object` made by `by` at `at`, with these properties set; null
/// takes one away. What is not changed keeps its text and its place.
pub fn changed(
    object: &Object,
    changes: Map<String, Value>,
    by: &Id,
    at: Timestamp,
) -> Result<Object, NoVersion> {
    let head = object.head();
    let id = || head.id.clone();
    if head.is_revoked {
        return Err(NoVersion::Revoked(id()));
    }
    let is_observable =
        schema::of(object.type_name()).is_some_and(|schema| schema.class == Class::Observable);
    let Some(modified) = head.modified.filter(|_| !is_observable) else {
        return Err(NoVersion::Unversioned(id()));
    };
    if head.created_by.as_ref() != Some(by) {
        let by = head.created_by.as_ref().map_or("nobody known".to_owned(), Id::to_string);
        return Err(NoVersion::Other { id: id(), by });
    }
    if modified >= at {
        return Err(NoVersion::Older { id: id(), modified, at });
    }
    let mut members = Members::of(object.text()).map_err(NotAnObject::Json)?;
    for (name, value) in changes.iter().filter(|(name, _)| !KEPT.contains(&&name[..])) {
        match value {
            Value::Null => members.remove(name),
            value => members.set(name, value).map_err(NotAnObject::Json)?,
        }
    }
    members.set("modified", &at).map_err(NotAnObject::Json)?;
    let text = to_raw_value(&members).map_err(NotAnObject::Json)?;
    Ok(Object::of(text)?)
}

/// The last version of `object`.
pub fn revoked(object: &Object, by: &Id, at: Timestamp) -> Result<Object, NoVersion> {
    let revoked = Map::from_iter([("revoked".to_owned(), Value::Bool(true))]);
    changed(object, revoked, by, at)
}
