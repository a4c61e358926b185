//! Legal actions: what was asked of a court or an authority, or done by it.

use super::offer::folded;
use super::{id, of_own_type};
use crate::Act;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use stix::object::Typed;
use stix::{Id, Object, Timestamp};

/// What was asked of a court or an authority, or done by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LegalAction {
    /// For people.
    pub name: String,
    /// More for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What, of [`super::words::LEGAL_ACTIONS`]. STIX reserves the name `action`, so that
    /// it is written `action_type`; objects that were written with the other are read.
    #[serde(rename = "action_type", alias = "action")]
    pub action: String,
    /// The court or authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forum: Option<String>,
    /// The number of the case there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docket: Option<String>,
    /// When it was taken.
    pub taken: Timestamp,
    /// When it became public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsealed: Option<Timestamp>,
    /// Whether it is secret: it must not leave then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<bool>,
    /// Whom or what it is taken against.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target_refs: Vec<Id>,
    /// How far it is, of [`super::words::LEGAL_STATUS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Typed for LegalAction {
    const TYPE: &'static str = "legal-action";
}

impl LegalAction {
    /// An action that says only what was done, and when.
    pub fn new(name: impl Into<String>, action: impl Into<String>, taken: Timestamp) -> Self {
        Self {
            name: name.into(),
            description: None,
            action: action.into(),
            forum: None,
            docket: None,
            taken,
            unsealed: None,
            sealed: None,
            target_refs: Vec::new(),
            status: None,
            rest: Map::new(),
        }
    }

    /// Its id: of what was done, where, in which case and when.
    pub fn id(&self) -> Id {
        let text = |text: &Option<String>| text.as_deref().map(folded).unwrap_or_default();
        let (forum, docket) = (text(&self.forum), text(&self.docket));
        let taken = self.taken.ms().to_string();
        id("legal-action", &[&folded(&self.action), &forum, &docket, &taken])
    }

    /// Whether it must not leave: it is sealed, and did not become public.
    pub fn is_sealed(&self) -> bool {
        self.sealed == Some(true)
    }

    /// Its first version.
    pub fn object(&self, act: &Act) -> Object {
        let mut properties = act.head(&self.id());
        properties.extend(self.changes());
        Object::from_properties(&properties).expect("a head and an action are an object")
    }

    /// Its properties, for [`stix::version::changed`].
    pub fn changes(&self) -> Map<String, Value> {
        let value = serde_json::to_value(self).expect("an action is JSON");
        let Value::Object(mut properties) = value else { unreachable!("a structure is an object") };
        properties.insert("extensions".to_owned(), of_own_type());
        properties
    }
}
