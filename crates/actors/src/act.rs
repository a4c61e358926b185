//! Who does something, when and why: what stands behind every object that is made here.
//! The time is an argument, since this crate has no clock.

use crate::extension;
use serde_json::{Map, Value, json};
use stix::{Id, Object, Timestamp};

/// Who does something, when and why.
#[derive(Clone, Debug)]
pub struct Act {
    /// The identity that the objects are made by. Only it may make further versions.
    pub by: Id,
    /// When: `created` and `modified` of what is made.
    pub at: Timestamp,
    /// The reason, for people; empty where none was given.
    pub why: String,
    /// How what is made may be handled.
    pub markings: Vec<Id>,
}

impl Act {
    /// Of `by`, at `at`.
    pub fn new(by: Id, at: Timestamp, why: impl Into<String>) -> Self {
        Self { by, at, why: why.into(), markings: Vec::new() }
    }

    /// With markings for all that is made.
    #[must_use]
    pub fn marked(mut self, markings: Vec<Id>) -> Self {
        self.markings = markings;
        self
    }

    /// The properties that every domain and relationship object starts with.
    pub fn head(&self, id: &Id) -> Map<String, Value> {
        let mut head = Map::new();
        head.insert("type".to_owned(), json!(id.type_name()));
        head.insert("spec_version".to_owned(), json!("2.1"));
        head.insert("id".to_owned(), json!(id));
        head.insert("created_by_ref".to_owned(), json!(self.by));
        head.insert("created".to_owned(), json!(written(self.at)));
        head.insert("modified".to_owned(), json!(written(self.at)));
        if !self.markings.is_empty() {
            head.insert("object_marking_refs".to_owned(), json!(self.markings));
        }
        head
    }

    /// A relationship. Its id follows from its ends, its verb and who says it: the same
    /// said again is the same object, the same said by another is another one.
    pub fn relationship(&self, source: &Id, verb: &str, target: &Id) -> Object {
        let id = relationship_id(source, verb, target, &self.by);
        let mut properties = self.head(&id);
        properties.insert("relationship_type".to_owned(), json!(verb));
        properties.insert("source_ref".to_owned(), json!(source));
        properties.insert("target_ref".to_owned(), json!(target));
        Object::from_properties(&properties).expect("a head and two ends are an object")
    }
}

/// The id of the relationship that [`Act::relationship`] makes.
pub fn relationship_id(source: &Id, verb: &str, target: &Id, by: &Id) -> Id {
    let parts = [verb, source.as_str(), target.as_str(), by.as_str()];
    extension::id("relationship", &parts)
}

/// `created` and `modified` are written to the millisecond.
pub(crate) fn written(at: Timestamp) -> Timestamp {
    Timestamp::from_ms(at.ms()).unwrap_or(at)
}
