//! The properties of an object as they were written, in their order: what changes some
//! of them leaves the others' text alone, down to the digits of a number.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// (name, text of the value).
pub(crate) struct Members<'t>(Vec<(Name<'t>, Cow<'t, RawValue>)>);

/// A name, borrowed where nothing is escaped in it.
#[derive(Deserialize)]
struct Name<'t>(#[serde(borrow)] Cow<'t, str>);

impl<'t> Members<'t> {
    /// Of the text of an object.
    pub(crate) fn of(text: &'t str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// Sets a property where it stands, or behind all others.
    pub(crate) fn set(&mut self, name: &str, value: &impl Serialize) -> serde_json::Result<()> {
        let text = Cow::Owned(serde_json::value::to_raw_value(value)?);
        match self.0.iter_mut().find(|(own, _)| own.0 == name) {
            Some((_, value)) => *value = text,
            None => self.0.push((Name(Cow::Owned(name.to_owned())), text)),
        }
        Ok(())
    }

    /// Takes a property away.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(own, _)| own.0 != name);
    }
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(&name.0, &**value)?;
        }
        map.end()
    }
}

impl<'de: 't, 't> Deserialize<'de> for Members<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(All)
    }
}

struct All;

impl<'de> Visitor<'de> for All {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
            members.push((name, Cow::Borrowed(value)));
        }
        Ok(Members(members))
    }
}
