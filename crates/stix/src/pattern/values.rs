//! What stands at a path of an observed object, and how it compares with a literal.

use super::lex::hex;
use super::observed::Observed;
use super::{Literal, Path, Step};
use crate::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::cmp::Ordering;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// So many values of one path are looked at: more come of lists in lists only.
const VALUES_MAX: usize = 10_000;

/// What stands at the path: (the property's name, the value).
pub(super) fn values<'o>(
    observed: &'o Observed,
    object: &'o Map<String, Value>,
    path: &'o Path,
) -> Vec<(&'o str, &'o Value)> {
    if object.get("type").and_then(Value::as_str) != Some(&path.type_name) {
        return Vec::new();
    }
    let Some(Step::Key(first)) = path.steps.first() else { return Vec::new() };
    let mut found: Vec<(&str, &Value)> =
        object.get(first).map(|value| (&first[..], value)).into_iter().collect();
    for step in &path.steps[1..] {
        found = found
            .into_iter()
            .flat_map(|(name, value)| inwards(observed, name, value, step))
            .collect();
        found.truncate(VALUES_MAX);
    }
    found
}

fn inwards<'o>(
    observed: &'o Observed,
    name: &'o str,
    value: &'o Value,
    step: &'o Step,
) -> Vec<(&'o str, &'o Value)> {
    match step {
        Step::Each => match value {
            Value::Array(list) => list.iter().map(|value| (name, value)).collect(),
            // A dictionary such as hashes is a list of what stands in it.
            Value::Object(inner) => inner.iter().map(|(key, value)| (&key[..], value)).collect(),
            _ => Vec::new(),
        },
        Step::At(at) => {
            let list = value.as_array();
            let place = list.and_then(|list| match at {
                at if *at < 0 => list.len().checked_sub(usize::try_from(at.unsigned_abs()).ok()?),
                at => usize::try_from(*at).ok(),
            });
            let member = list.zip(place).and_then(|(list, place)| list.get(place));
            member.map(|value| (name, value)).into_iter().collect()
        }
        Step::Key(key) => {
            let is_reference = name.ends_with("_ref") || name.ends_with("_refs");
            let object = match value {
                Value::String(id) if is_reference => observed.objects.get(id),
                value => value.as_object(),
            };
            object
                .and_then(|object| object.get(key))
                .map(|value| (&key[..], value))
                .into_iter()
                .collect()
        }
    }
}

/// A text as patterns see it: of bytes, each is a character (section 9.6.1).
pub(super) enum Chars<'t> {
    Text(&'t str),
    Bytes(String),
}

impl Chars<'_> {
    fn as_str(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Bytes(text) => text,
        }
    }

    /// In the composed form that `LIKE` and `MATCHES` look at; bytes have none.
    pub(super) fn composed(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) if !is_nfc(text) => text.nfc().collect::<String>().into(),
            other => other.as_str().into(),
        }
    }

    /// Ordered by code points, not composed (section 9.6.2); none where one is bytes and
    /// the other could be none.
    fn order(&self, other: &Self) -> Option<Ordering> {
        let fits = |text: &str| text.chars().all(|char| u32::from(char) <= 0xff);
        let is_comparable = match (self, other) {
            (Self::Text(text), Self::Bytes(_)) | (Self::Bytes(_), Self::Text(text)) => fits(text),
            _ => true,
        };
        is_comparable.then(|| self.as_str().cmp(other.as_str()))
    }

    fn of(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.iter().copied().map(char::from).collect())
    }
}

/// The text of a property, which tells by its name whether it stands for bytes.
pub(super) fn chars<'t>(name: &str, text: &'t str) -> Chars<'t> {
    let bytes = match () {
        () if name.ends_with("_bin") => STANDARD.decode(text).ok(),
        () if name.ends_with("_hex") => hex(text),
        () => None,
    };
    bytes.map_or(Chars::Text(text), |bytes| Chars::of(&bytes))
}

/// How a value stands to a literal; none where they cannot be compared.
pub(super) fn order(name: &str, value: &Value, literal: &Literal) -> Option<Ordering> {
    match (value, literal) {
        (Value::String(mine), Literal::Text(other)) => chars(name, mine).order(&Chars::Text(other)),
        (Value::Bool(mine), Literal::Bool(other)) => (mine == other).then_some(Ordering::Equal),
        (Value::Number(mine), Literal::Integer(other)) => match mine.as_i64() {
            Some(mine) => Some(mine.cmp(other)),
            None => mine.as_f64()?.partial_cmp(&(*other as f64)),
        },
        (Value::Number(mine), Literal::Float(other)) => mine.as_f64()?.partial_cmp(other),
        (Value::String(mine), Literal::Time(other)) => {
            Some(mine.parse::<Timestamp>().ok()?.cmp(other))
        }
        (Value::String(mine), Literal::Hex(other) | Literal::Binary(other)) => {
            chars(name, mine).order(&Chars::of(other))
        }
        _ => None,
    }
}
