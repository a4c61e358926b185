//! Observations: what patterns are matched against.

use crate::{Object, Timestamp};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// One observation: objects that were seen together, by id, and when.
#[derive(Clone, Debug)]
pub struct Observed {
    pub(super) objects: BTreeMap<String, Map<String, Value>>,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) times: u32,
}

impl Observed {
    /// `objects` as they were seen from `first` to `last`, so many `times`.
    pub fn new(
        objects: impl IntoIterator<Item = Map<String, Value>>,
        (first, last): (Timestamp, Timestamp),
        times: u32,
    ) -> Self {
        let id = |object: &Map<String, Value>| match object.get("id") {
            Some(Value::String(id)) => id.clone(),
            _ => String::new(),
        };
        let objects = objects.into_iter().map(|object| (id(&object), object)).collect();
        Self { objects, first, last, times }
    }

    /// One for each observed-data among `objects`, in their order, of those of `objects`
    /// that it refers to, or that stand in it. What does not say when it was seen is
    /// left out.
    pub fn among(objects: &[Object]) -> Vec<Self> {
        let by_id: HashMap<&str, &Object> =
            objects.iter().map(|object| (object.id().as_str(), object)).collect();
        let seen = objects.iter().filter(|object| object.type_name() == "observed-data");
        seen.filter_map(|seen| Self::of(&seen.properties(), &by_id)).collect()
    }

    fn of(seen: &Map<String, Value>, by_id: &HashMap<&str, &Object>) -> Option<Self> {
        let time = |name: &str| seen.get(name)?.as_str()?.parse::<Timestamp>().ok();
        let times = seen.get("number_observed").and_then(Value::as_u64).unwrap_or(1);
        let ids = seen.get("object_refs").and_then(Value::as_array).into_iter().flatten();
        let referred = ids.filter_map(|id| Some(by_id.get(id.as_str()?)?.properties()));
        let inner = seen.get("objects").and_then(Value::as_object).into_iter().flatten();
        let inner = inner.filter_map(|(key, object)| {
            let mut object = object.as_object()?.clone();
            object.insert("id".to_owned(), Value::String(key.clone()));
            Some(object)
        });
        let when = (time("first_observed")?, time("last_observed")?);
        Some(Self::new(referred.chain(inner), when, u32::try_from(times).unwrap_or(u32::MAX)))
    }
}
