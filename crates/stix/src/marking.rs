//! Markings: how objects, and parts of them, may be handled. The Traffic Light Protocol
//! in both of its versions.

use crate::{Id, Object};
use serde_json::{Map, Value};

/// The extension by which TLP 2.0 is written in STIX 2.1.
pub const TLP2_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// Whom something may be shown to (TLP 2.0, FIRST 2022), from everyone to those who
/// were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tlp {
    /// Everyone.
    Clear,
    /// The community.
    Green,
    /// The recipient's organisation and its clients.
    Amber,
    /// The recipient's organisation alone.
    AmberStrict,
    /// Those who were told, in person.
    Red,
}

impl Tlp {
    /// All, from everyone to nobody else.
    pub const ALL: [Self; 5] =
        [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// The marking that stands for it in TLP 2.0.
    pub fn id(self) -> Id {
        known(match self {
            Self::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
            Self::Green => "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
            Self::Amber => "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
            Self::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
            Self::Red => "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
        })
    }

    /// The marking that stood for it in TLP 1, which had no AMBER+STRICT.
    pub fn id_before(self) -> Option<Id> {
        Some(known(match self {
            Self::Clear => "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
            Self::Green => "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
            Self::Amber => "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
            Self::AmberStrict => return None,
            Self::Red => "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
        }))
    }

    /// What a marking says; TLP 1 is read as TLP 2.0. None of other markings.
    pub fn of(id: &str) -> Option<Self> {
        let is_it = |tlp: &Self| {
            tlp.id().as_str() == id || tlp.id_before().is_some_and(|before| before.as_str() == id)
        };
        Self::ALL.into_iter().find(is_it)
    }

    /// As it is written, `TLP:AMBER+STRICT`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }

    /// The marking itself, as it was published.
    pub fn object(self) -> Object {
        let name = match self {
            Self::Clear => "clear",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::AmberStrict => "amber+strict",
            Self::Red => "red",
        };
        let text = format!(
            r#"{{"type":"marking-definition","spec_version":"2.1","id":"{}","created":"2022-10-01T00:00:00.000Z","name":"{}","extensions":{{"{TLP2_EXTENSION}":{{"extension_type":"property-extension","tlp_2_0":"{name}"}}}}}}"#,
            self.id(),
            self.label(),
        );
        Object::parse(&text).expect("a marking is an object")
    }
}

fn known(id: &str) -> Id {
    id.parse().expect("the id of a marking")
}

/// How an object with these `properties` may be handled as a whole: the strictest that
/// any of its markings says; none where none does.
pub fn tlp(properties: &Map<String, Value>) -> Option<Tlp> {
    let markings = properties.get("object_marking_refs").and_then(Value::as_array);
    let of_object = markings.into_iter().flatten().filter_map(Value::as_str);
    of_object.chain(granular(properties).map(|(marking, _)| marking)).filter_map(Tlp::of).max()
}

/// The markings of parts of an object: (marking, selector).
pub fn granular(properties: &Map<String, Value>) -> impl Iterator<Item = (&str, &str)> {
    let markings = properties.get("granular_markings").and_then(Value::as_array);
    markings.into_iter().flatten().flat_map(|marking| {
        let id = marking.get("marking_ref").and_then(Value::as_str);
        let selectors = marking.get("selectors").and_then(Value::as_array);
        let selectors = selectors.into_iter().flatten().filter_map(Value::as_str);
        id.into_iter().flat_map(move |id| selectors.clone().map(move |selector| (id, selector)))
    })
}

/// What a selector such as `external_references.[0].url` selects; none where there is
/// nothing (section 7.2.3.1).
pub fn select<'v>(properties: &'v Map<String, Value>, selector: &str) -> Option<&'v Value> {
    let mut steps = selector.split('.');
    let mut value = properties.get(steps.next()?)?;
    for step in steps {
        value = match step.strip_prefix('[').and_then(|step| step.strip_suffix(']')) {
            Some(at) => value.as_array()?.get(at.parse::<usize>().ok()?)?,
            None => value.as_object()?.get(step)?,
        };
    }
    Some(value)
}
