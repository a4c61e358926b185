//! What an object refers to: found by the names of properties, so that it is found in
//! types and extensions that nobody has told us of.

use crate::Id;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de::Error};
use std::borrow::Cow;
use std::fmt;

/// References stand in extensions of extensions at most; what nests deeper is passed over.
const DEPTH_MAX: usize = 32;

/// (path of the property, id) of each reference in the text of an object.
pub(crate) fn of(text: &str) -> Vec<(Box<str>, Id)> {
    let mut found = Vec::new();
    if text.contains("_ref") {
        let mut path = String::new();
        let walk = Walk { path: &mut path, found: &mut found, names: Names::No, depth: 0 };
        // It is JSON: it was read as an object.
        let _ = walk.deserialize(&mut serde_json::Deserializer::from_str(text));
    }
    found
}

/// Whether the property that a value stands in names objects.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    One,
    Several,
    No,
}

impl Names {
    fn of(property: &str) -> Self {
        match property {
            _ if property.ends_with("_ref") => Self::One,
            _ if property.ends_with("_refs") => Self::Several,
            _ => Self::No,
        }
    }
}

struct Walk<'w> {
    path: &'w mut String,
    found: &'w mut Vec<(Box<str>, Id)>,
    names: Names,
    depth: usize,
}

impl Walk<'_> {
    fn deeper(&mut self, names: Names) -> Walk<'_> {
        Walk { path: self.path, found: self.found, names, depth: self.depth + 1 }
    }
}

/// A key, borrowed where nothing is escaped in it.
#[derive(Deserialize)]
struct Key<'k>(#[serde(borrow)] Cow<'k, str>);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth > DEPTH_MAX {
            return IgnoredAny::deserialize(deserializer).map(|_| ());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            let before = self.path.len();
            if before > 0 {
                self.path.push('.');
            }
            self.path.push_str(&key);
            map.next_value_seed(self.deeper(Names::of(&key)))?;
            self.path.truncate(before);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let names = if self.names == Names::Several { Names::One } else { Names::No };
        while seq.next_element_seed(self.deeper(names))?.is_some() {}
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if self.names == Names::One
            && let Ok(id) = text.parse()
        {
            self.found.push((self.path.as_str().into(), id));
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
