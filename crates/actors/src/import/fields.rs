//! Records of JSON whose writers do not agree on how a number or a flag is written.

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use stix::Timestamp;
use uuid::Uuid;

/// The parts of a record, not yet read: a long list is read member by member.
pub(super) type Parts<'t> = BTreeMap<String, &'t RawValue>;

/// The members of a list, not yet read; none where it is no list.
pub(super) fn members<'t>(parts: &Parts<'t>, name: &str) -> Vec<&'t RawValue> {
    parts.get(name).and_then(|part| serde_json::from_str(part.get()).ok()).unwrap_or_default()
}

/// A record.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(pub(super) Map<String, Value>);

impl Fields {
    /// Of JSON; what is no record has no fields.
    pub(super) fn of(text: &str) -> Result<Self, serde_json::Error> {
        Ok(Self(serde_json::from_str(text)?))
    }

    /// What is short of a record, of what was not yet read.
    pub(super) fn of_parts(parts: &Parts<'_>) -> Self {
        let is_short = |text: &str| !text.starts_with(['[', '{']);
        let short = parts.iter().filter(|(_, part)| is_short(part.get()));
        Self(
            short
                .filter_map(|(name, part)| {
                    Some((name.clone(), serde_json::from_str(part.get()).ok()?))
                })
                .collect(),
        )
    }

    /// These lists of what was not yet read.
    pub(super) fn of_lists(parts: &Parts<'_>, names: &[&str]) -> Self {
        let list = |name: &&str| {
            let part = parts.get(*name)?;
            Some(((*name).to_owned(), serde_json::from_str(part.get()).ok()?))
        };
        Self(names.iter().filter_map(list).collect())
    }

    /// A text, or a number or flag as one; none where it is empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = match self.0.get(name)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// Whether a flag is set: `true`, `1`, `"1"`.
    pub(super) fn is(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| matches!(&text[..], "true" | "1" | "True"))
    }

    /// A UUID of RFC 4122.
    pub(super) fn uuid(&self, name: &str) -> Option<Uuid> {
        let uuid = Uuid::try_parse(&self.text(name)?).ok()?;
        (uuid.get_variant() == uuid::Variant::RFC4122).then_some(uuid)
    }

    /// Seconds since the epoch, or a time as it is written.
    pub(super) fn time(&self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?;
        match text.parse::<i64>() {
            Ok(0) => None,
            Ok(seconds) => Timestamp::from_ms(seconds.checked_mul(1000)?),
            Err(_) => super::rows::time(&text),
        }
    }

    /// The members of a list that are records.
    pub(super) fn list(&self, name: &str) -> Vec<Self> {
        let list = self.0.get(name).and_then(Value::as_array);
        let records = list.into_iter().flatten().filter_map(Value::as_object);
        records.map(|record| Self(record.clone())).collect()
    }

    /// A record within this one.
    pub(super) fn inner(&self, name: &str) -> Option<Self> {
        self.0.get(name)?.as_object().map(|record| Self(record.clone()))
    }

    /// Texts of a list, or the one text that stands in its place.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(Value::Array(list)) => {
                list.iter().filter_map(Value::as_str).map(|text| text.trim().to_owned()).collect()
            }
            Some(Value::String(text)) => vec![text.trim().to_owned()],
            _ => Vec::new(),
        }
    }
}
