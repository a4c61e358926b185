//! JSON lines: one object a line. Nested objects are flattened to dotted names
//! (`user.email`), arrays by place (`ips.0`), so that any key can be mapped.

use super::keys::{Filler, Keys, LONG_NAME, NAME_BYTES_MAX};
use super::record::Recorder;
use super::row::Value;
use memchr::memchr;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// Integers up to here are exact in a double; JSON readers keep no more.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// Parses whole lines, the first of which is `line`.
pub(super) fn parse(bytes: &[u8], line: u64, keys: &Keys, recorder: &mut Recorder<'_>) {
    let text = std::str::from_utf8(bytes).ok();
    let mut filler = Filler::new(keys);
    let mut path = String::new();
    for (at, end, line) in lines(bytes, line) {
        let whole = &bytes[at..end];
        if whole.trim_ascii().is_empty() {
            continue;
        }
        match text.map(|text| &text[at..end]).or_else(|| std::str::from_utf8(whole).ok()) {
            None => recorder.reject_row(line, "not UTF-8"),
            Some(text) => {
                filler.start();
                match flatten(text, &mut path, &mut |name, value| filler.put(name, value)) {
                    Ok(()) => filler.record(line, recorder),
                    Err(reason) => recorder.reject_row(line, reason),
                }
            }
        }
    }
}

/// The keys of the head in the order in which they first come, and whether any
/// line of it was an object.
pub(super) fn names(head: &[u8], whole: bool) -> (Vec<String>, bool) {
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    let mut any = false;
    for (at, end, _) in lines(head, 1) {
        // The head may end in the middle of a line.
        let is_complete = whole || head[at..end].ends_with(b"\n");
        let Some(text) = std::str::from_utf8(&head[at..end]).ok().filter(|_| is_complete) else {
            continue;
        };
        let mut found = Vec::new();
        let flat = flatten(text, &mut String::new(), &mut |name: &str, _| {
            if name != LONG_NAME {
                found.push(name.to_string());
            }
        });
        if flat.is_ok() {
            any = true;
            names.extend(found.into_iter().filter(|name| seen.insert(name.clone())));
        }
    }
    (names, any)
}

/// The texts of some keys in the head, to see how its dates are written.
pub(super) fn texts(head: &[u8], is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut texts = Vec::new();
    for (at, end, _) in lines(head, 1) {
        let text = std::str::from_utf8(&head[at..end]).unwrap_or("");
        let _ = flatten(text, &mut String::new(), &mut |name: &str, value| match value {
            Value::Text(text) if is_wanted(name) => texts.push(text.to_string()),
            Value::Owned(text) if is_wanted(name) => texts.push(text),
            _ => {}
        });
    }
    texts
}

/// (start, end, number) of each line.
pub(super) fn lines(bytes: &[u8], first: u64) -> impl Iterator<Item = (usize, usize, u64)> {
    let mut at = 0;
    (first..).map_while(move |line| {
        let start = at;
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        at += memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        Some((start, at, line))
    })
}

/// Shows each scalar of one object with its dotted name.
pub(super) fn flatten<'a>(
    text: &'a str,
    path: &mut String,
    put: &mut dyn FnMut(&str, Value<'a>),
) -> Result<(), &'static str> {
    path.clear();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node = Node { path, put, is_row: true };
    let flat = node.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    flat.map_err(|error| match error.classify() {
        serde_json::error::Category::Data => "not a JSON object",
        serde_json::error::Category::Eof => "the JSON ends too early",
        _ => "not valid JSON",
    })
}

/// A value somewhere in the object.
struct Node<'n, 'a> {
    path: &'n mut String,
    put: &'n mut dyn FnMut(&str, Value<'a>),
    /// The line itself, which must be an object.
    is_row: bool,
}

impl<'a> Node<'_, 'a> {
    fn take<E: Error>(self, value: Value<'a>) -> Result<(), E> {
        if self.is_row {
            return Err(E::custom("not an object"));
        }
        // Looking up a long name for each of many values would be costly.
        let is_long = self.path.len() > NAME_BYTES_MAX;
        (self.put)(if is_long { LONG_NAME } else { self.path }, value);
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for Node<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Node<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.take(Value::Absent)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.take(Value::Text(if value { "true" } else { "false" }))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.take(Value::Owned(value.to_string()))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.take(Value::Owned(value.to_string()))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        // A longer id would be rounded onto its neighbours.
        self.take(match value.abs() < EXACT_MAX {
            true => Value::Owned(value.to_string()),
            false => Value::Unusable("a number too long to be exact: write it as a string"),
        })
    }
    fn visit_borrowed_str<E: Error>(self, value: &'a str) -> Result<(), E> {
        self.take(Value::Text(value))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.take(Value::Owned(value.into()))
    }
    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        if self.is_row {
            return Err(A::Error::custom("not an object"));
        }
        let length = self.path.len();
        for place in 0.. {
            let _ = fmt::Write::write_fmt(self.path, format_args!(".{place}"));
            let node = Node { path: &mut *self.path, put: &mut *self.put, is_row: false };
            let item = items.next_element_seed(node)?;
            self.path.truncate(length);
            if item.is_none() {
                break;
            }
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'a>>(self, mut entries: A) -> Result<(), A::Error> {
        let length = self.path.len();
        while entries.next_key_seed(Key(self.path))?.is_some() {
            let node = Node { path: &mut *self.path, put: &mut *self.put, is_row: false };
            entries.next_value_seed(node)?;
            self.path.truncate(length);
        }
        Ok(())
    }
}

/// Appends a key to the path.
struct Key<'n>(&'n mut String);

impl<'a> DeserializeSeed<'a> for Key<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        if !self.0.is_empty() {
            self.0.push('.');
        }
        self.0.push_str(key);
        Ok(())
    }
}
