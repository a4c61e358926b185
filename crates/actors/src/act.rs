//! Who does something, when and why: what stands behind every object that is made here.
//! The time is an argument, since this crate has no clock.

use crate::{Graph, extension};
use serde_json::{Map, Value, json};
use stix::version::{self, NoVersion};
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

/// Why something is not done.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No object has the id, or it was revoked.
    #[error("{0} is not there, or was revoked")]
    Unknown(Id),
    /// It is of a type that this is not done with.
    #[error("{id} is no {wanted}")]
    Type {
        /// The object.
        id: Id,
        /// What it would have to be.
        wanted: &'static str,
    },
    /// A name has to have letters, and to be another one than before.
    #[error("{0:?} is no new name")]
    Name(String),
    /// Somebody else has the name.
    #[error("{name:?} is what {of} is called already: merge them, if they are one")]
    Taken {
        /// The name.
        name: String,
        /// Who has it.
        of: Id,
    },
    /// They are one already.
    #[error("{absorbed} and {survivor} are one already")]
    Same {
        /// What was to be absorbed.
        absorbed: Id,
        /// What it was to be.
        survivor: Id,
    },
    /// They were never merged.
    #[error("{part} was not merged into {actor} by {by}")]
    NotMerged {
        /// What was to be split off.
        part: Id,
        /// Of what.
        actor: Id,
        /// Who wanted to.
        by: Id,
    },
    /// Neither of two objects belongs to who acts.
    #[error("{by} made neither {one} nor {other}, and cannot speak for them")]
    NotOurs {
        /// Who acts.
        by: Id,
        /// One object.
        one: Id,
        /// The other.
        other: Id,
    },
    /// What competes are two or more.
    #[error("one hypothesis alone does not compete")]
    Alone,
    /// There can be no version.
    #[error(transparent)]
    Version(#[from] NoVersion),
}

/// The latest version of an object that is there.
pub(crate) fn known<'g>(graph: &'g Graph, id: &Id) -> Result<&'g Object, Refused> {
    let object = graph.get(id).filter(|object| !object.head().is_revoked);
    object.ok_or_else(|| Refused::Unknown(id.clone()))
}

impl Act {
    /// Whether who acts made an object, and may make versions of it.
    pub(crate) fn owns(&self, object: &Object) -> bool {
        object.head().created_by.as_ref() == Some(&self.by)
    }

    /// A relationship as [`Act::relationship`] makes it, or, where that one was revoked,
    /// one of its own time: revocation is final.
    pub(crate) fn relationship_anew(
        &self,
        graph: &Graph,
        source: &Id,
        verb: &str,
        target: &Id,
    ) -> Object {
        let object = self.relationship(source, verb, target);
        if graph.get(object.id()).is_none_or(|before| !before.head().is_revoked) {
            return object;
        }
        let at = self.at.ms().to_string();
        let parts = [verb, source.as_str(), target.as_str(), self.by.as_str(), &at];
        let mut properties = object.properties();
        properties.insert("id".to_owned(), json!(extension::id("relationship", &parts)));
        Object::from_properties(&properties).expect("another id makes no other object of it")
    }

    /// A version of an object, at the time of the act.
    pub(crate) fn changed(
        &self,
        object: &Object,
        changes: Map<String, Value>,
    ) -> Result<Object, NoVersion> {
        version::changed(object, changes, &self.by, written(self.at))
    }

    /// The reason, where one was given.
    pub(crate) fn reason(&self) -> Option<String> {
        (!self.why.trim().is_empty()).then(|| self.why.clone())
    }
}
