//! Bundles: how objects travel. One is read object by object, so that one that cannot
//! be taken is told of and the others are.

use crate::Id;
use crate::id::OBSERVABLES;
use crate::object::{NotAnObject, Object};
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use uuid::Uuid;

/// Objects on their way.
#[derive(Debug, Serialize)]
pub struct Bundle<'a> {
    r#type: &'static str,
    id: Id,
    #[serde(skip_serializing_if = "<[Object]>::is_empty")]
    objects: &'a [Object],
}

impl<'a> Bundle<'a> {
    /// Of `objects`. Its id follows from theirs and from their versions: the same objects
    /// are the same bundle.
    pub fn of(objects: &'a [Object]) -> Self {
        let mut names: Vec<String> = objects.iter().map(name).collect();
        names.sort_unstable();
        // Its own namespace: that of observables is for nothing else.
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, OBSERVABLES.as_bytes());
        let uuid = Uuid::new_v5(&namespace, names.join("\n").as_bytes());
        let id = Id::new("bundle", uuid).expect("bundle is a type");
        Self { r#type: "bundle", id, objects }
    }

    /// Its id.
    pub fn id(&self) -> &Id {
        &self.id
    }
}

fn name(object: &Object) -> String {
    match object.head().version() {
        Some(version) => format!("{} {version}", object.id()),
        None => object.id().to_string(),
    }
}

/// What a bundle was, apart from its objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Its id, as it was written.
    pub id: Option<String>,
    /// What it says it is written by, as those of 2.0 do.
    pub spec_version: Option<String>,
    /// How many objects it had, those among them that could not be taken.
    pub objects: usize,
}

/// Why a text is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum NotABundle {
    /// It is no JSON, not text, or not what it should be.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// It is JSON, but something else.
    #[error("this is no STIX bundle: its type is {0:?}")]
    Type(String),
}

/// An object's place in its bundle, counted from 0, and the object, or why it is none.
pub type Taken = (usize, Result<Object, NotAnObject>);

/// Reads a bundle, or one object, and hands each object to `take`. What was handed over
/// before an error in the JSON stays so: keep nothing until this has returned.
pub fn read(text: &[u8], mut take: impl FnMut(Taken)) -> Result<Envelope, NotABundle> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let mut all = Read { take: &mut take, type_name: None, envelope: Envelope::default() };
    (&mut all).deserialize(&mut deserializer)?;
    deserializer.end()?;
    let (type_name, mut envelope) = (all.type_name, all.envelope);
    match type_name.as_deref() {
        Some("bundle") => Ok(envelope),
        Some(_) if envelope.objects == 0 => {
            let object: Box<RawValue> = serde_json::from_slice(text)?;
            take((0, Object::of(object)));
            envelope = Envelope { objects: 1, ..Envelope::default() };
            Ok(envelope)
        }
        other => Err(NotABundle::Type(other.unwrap_or_default().to_owned())),
    }
}

struct Read<'t, F> {
    take: &'t mut F,
    type_name: Option<String>,
    envelope: Envelope,
}

impl<'de, F: FnMut(Taken)> DeserializeSeed<'de> for &mut Read<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(Taken)> Visitor<'de> for &mut Read<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a STIX bundle")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut has_objects = false;
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match &*key {
                "type" => self.type_name = Some(map.next_value()?),
                "id" => self.envelope.id = Some(map.next_value()?),
                "spec_version" => self.envelope.spec_version = Some(map.next_value()?),
                "objects" if has_objects => {
                    return Err(A::Error::custom("a bundle has its objects twice"));
                }
                // An observed-data object of 2.0 has a dictionary by this name.
                "objects" if self.type_name.as_deref().is_none_or(|name| name == "bundle") => {
                    has_objects = true;
                    map.next_value_seed(Objects(self))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct Objects<'r, 't, F>(&'r mut Read<'t, F>);

impl<'de, F: FnMut(Taken)> DeserializeSeed<'de> for Objects<'_, '_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Taken)> Visitor<'de> for Objects<'_, '_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(text) = seq.next_element::<Box<RawValue>>()? {
            let at = self.0.envelope.objects;
            self.0.envelope.objects += 1;
            (self.0.take)((at, Object::of(text)));
        }
        Ok(())
    }
}
