//! An object as it came, and beside it what is needed of every object.

use crate::id::NotAnId;
use crate::{Id, Timestamp, refs, unique};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;

/// An object: its text, unchanged, and its head.
#[derive(Clone)]
pub struct Object {
    text: Box<RawValue>,
    head: Head,
}

/// What every object tells about itself.
#[derive(Clone, Debug)]
pub struct Head {
    /// Its id, which names its type.
    pub id: Id,
    /// `2.1`, or `2.0`; none where it does not say, as objects of 2.0 and observables.
    pub spec_version: Option<Box<str>>,
    /// When its first version was made; observables have no versions.
    pub created: Option<Timestamp>,
    /// When this version was.
    pub modified: Option<Timestamp>,
    /// Whether this is the last version.
    pub is_revoked: bool,
    /// Who made it.
    pub created_by: Option<Id>,
}

/// A structure that objects of one type can be read as.
pub trait Typed: Serialize + DeserializeOwned {
    /// The type's name.
    const TYPE: &'static str;
}

/// Why a text is no object.
#[derive(Debug, thiserror::Error)]
pub enum NotAnObject {
    /// It is no JSON, or not what it should be.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Its id cannot be one.
    #[error("id {id:?}: {why}")]
    Id {
        /// As it was written.
        id: String,
        /// What is wrong.
        why: NotAnId,
    },
    /// Its type is not the one that its id names.
    #[error("type {name:?} is not that of its id, {id}")]
    Type {
        /// Of the object.
        name: String,
        /// Its id.
        id: Id,
    },
    /// It is an object of another type than was asked for.
    #[error("{id} is no {wanted}")]
    Other {
        /// Its id.
        id: Id,
        /// What was asked for.
        wanted: &'static str,
    },
}

/// The head as it is written.
#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    spec_version: Option<Cow<'a, str>>,
    #[serde(default)]
    created: Option<Timestamp>,
    #[serde(default)]
    modified: Option<Timestamp>,
    #[serde(default)]
    revoked: Option<bool>,
    #[serde(borrow, default)]
    created_by_ref: Option<Cow<'a, str>>,
}

impl Written<'_> {
    fn head(self) -> Result<Head, NotAnObject> {
        let id = id(&self.id)?;
        if id.type_name() != self.r#type {
            return Err(NotAnObject::Type { name: self.r#type.into_owned(), id });
        }
        Ok(Head {
            id,
            spec_version: self.spec_version.map(|version| version.into()),
            created: self.created,
            modified: self.modified,
            is_revoked: self.revoked.unwrap_or(false),
            created_by: self.created_by_ref.as_deref().map(self::id).transpose()?,
        })
    }
}

fn id(text: &str) -> Result<Id, NotAnObject> {
    text.parse().map_err(|why| NotAnObject::Id { id: text.to_owned(), why })
}

impl Object {
    /// Reads one object.
    pub fn parse(text: &str) -> Result<Self, NotAnObject> {
        Self::of(serde_json::from_str(text)?)
    }

    /// Of JSON that was read already.
    pub fn of(text: Box<RawValue>) -> Result<Self, NotAnObject> {
        let head = serde_json::from_str::<Written<'_>>(text.get())?.head()?;
        Ok(Self { text, head })
    }

    /// Of properties, which are written in their order.
    pub fn from_properties(properties: &Map<String, Value>) -> Result<Self, NotAnObject> {
        Self::of(to_raw_value(properties)?)
    }

    /// As it came.
    pub fn text(&self) -> &str {
        self.text.get()
    }

    /// What it tells about itself.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Its id.
    pub fn id(&self) -> &Id {
        &self.head.id
    }

    /// The name of its type.
    pub fn type_name(&self) -> &str {
        self.head.id.type_name()
    }

    /// Every property that it has.
    pub fn properties(&self) -> Map<String, Value> {
        // The head was read from it, so that it is an object; what nests deeper than is
        // read tells nothing.
        serde_json::from_str(self.text()).unwrap_or_default()
    }

    /// Every property, or why readers may differ about them: a name stands twice, or they
    /// nest deeper than is read.
    pub fn plain_properties(&self) -> Result<Map<String, Value>, NotAnObject> {
        Ok(unique::properties(self.text())?)
    }

    /// What it refers to: (the path of the property, an id), in the order of its text, for
    /// every property by a name in `_ref` or `_refs` that holds ids, wherever it stands.
    /// A path has names only, such as `object_refs` or `extensions.x-ext.owner_ref`.
    pub fn refs(&self) -> Vec<(Box<str>, Id)> {
        refs::of(self.text())
    }

    /// It as a structure, for example [`crate::schema::domain::Indicator`].
    pub fn read<T: Typed>(&self) -> Result<T, NotAnObject> {
        if self.type_name() != T::TYPE {
            return Err(NotAnObject::Other { id: self.head.id.clone(), wanted: T::TYPE });
        }
        Ok(serde_json::from_str(self.text())?)
    }
}

impl Head {
    /// When this version was made; none of what has no versions.
    pub fn version(&self) -> Option<Timestamp> {
        self.modified.or(self.created)
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its properties may be somebody's.
        write!(f, "Object({})", self.head.id)
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(Box::<RawValue>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
