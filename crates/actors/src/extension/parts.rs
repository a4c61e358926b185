//! What the extension adds to objects of the specification: parts of one property
//! extension, each of which is attached and read by itself.

use super::ID;
use crate::estimate::{Credibility, Likelihood, Reliability};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use stix::{Id, Object, Timestamp};

/// A part of the property extension.
pub trait Part: Serialize + DeserializeOwned {
    /// The property that it stands in; none where its own properties stand beside others.
    const PROPERTY: Option<&'static str>;
}

/// The parts that somebody has in the trade, of [`super::words::ROLES`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roles(pub Vec<String>);

impl Part for Roles {
    const PROPERTY: Option<&'static str> = Some("roles");
}

/// What was done to an actor or a campaign as an object, from the first on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Lineage(Vec<Value>);

impl Part for Lineage {
    const PROPERTY: Option<&'static str> = Some("lineage");
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineageStep {
    /// What.
    pub event: Event,
    /// When.
    pub at: Timestamp,
    /// Who did it: the id of an identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Id>,
    /// What it was done with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<Id>,
    /// What was before, such as the earlier name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What was after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The reason, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What is done to an actor or a campaign as an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It got another name.
    Named,
    /// Others were found to be it.
    Merged,
    /// Others were found not to be it, or to be parts of it.
    Split,
    /// It was attributed to an actor.
    Attributed,
    /// An attribution or a merge was taken back.
    Withdrawn,
}

/// How sure a relationship is, and how it stands among others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// How likely it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<Likelihood>,
    /// How reliable its source is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_reliability: Option<Reliability>,
    /// How credible its information is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub information_credibility: Option<Credibility>,
    /// How it stands.
    #[serde(default)]
    pub status: Status,
    /// Relationships that cannot be true together with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competes_with: Vec<Id>,
    /// What speaks for it, and where it was rejected or superseded, why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

impl Part for Statement {
    const PROPERTY: Option<&'static str> = Some("statement");
}

/// How a statement stands among others, from the best standing on.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Who says it stands by it.
    #[default]
    Held,
    /// One of several that cannot all be true.
    Competing,
    /// It was looked at and found wrong.
    Rejected,
    /// A later statement took its place.
    Superseded,
}

impl Status {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Competing => "competing",
            Self::Rejected => "rejected",
            Self::Superseded => "superseded",
        }
    }
}

/// What a campaign, an indicator or observed data was measured to be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The version of the rules that measured it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_version: Option<String>,
    /// Sign-ups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signups: Option<u64>,
    /// Addresses, or other sources, that they came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<u64>,
    /// Share of the background that is met too, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub false_positive_rate: Option<f64>,
    /// Sign-ups of the background that this was counted on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<u64>,
    /// Estimated probability of fraud, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<f64>,
    /// The first sign-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// The last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
}

impl Part for Measured {
    const PROPERTY: Option<&'static str> = Some("measured");
}

/// What has become of an asset, of [`super::words::STATES`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What.
    pub state: String,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_since: Option<Timestamp>,
}

impl Part for State {
    const PROPERTY: Option<&'static str> = None;
}

/// `object` with `part` in the place of what it had of it. This is for objects that are
/// being made: of one that is known already make a version, with [`change`].
pub fn attach(object: &Object, part: &impl Part) -> Object {
    let mut properties = object.properties();
    properties.extend(change(object, part));
    Object::from_properties(&properties).expect("an object with an extension is an object")
}

/// The change that gives `object` this `part`, for [`stix::version::changed`].
pub fn change<P: Part>(object: &Object, part: &P) -> Map<String, Value> {
    let mut properties = object.properties();
    let mut extensions = match properties.remove("extensions") {
        Some(Value::Object(extensions)) => extensions,
        _ => Map::new(),
    };
    let mut ours = match extensions.remove(ID) {
        Some(Value::Object(ours)) => ours,
        _ => Map::new(),
    };
    ours.insert("extension_type".to_owned(), json!("property-extension"));
    let value = serde_json::to_value(part).expect("a part is JSON");
    match (P::PROPERTY, value) {
        (Some(name), value) => drop(ours.insert(name.to_owned(), value)),
        (None, Value::Object(values)) => ours.extend(values),
        (None, _) => {}
    }
    extensions.insert(ID.to_owned(), Value::Object(ours));
    Map::from_iter([("extensions".to_owned(), Value::Object(extensions))])
}

/// What `object` has of a part; none where it has none, or none that can be read.
pub fn read<P: Part>(object: &Object) -> Option<P> {
    // Most objects have no extension of ours, and need not be read to know it.
    if !object.text().contains(ID) {
        return None;
    }
    let properties = object.properties();
    let ours = properties.get("extensions")?.get(ID)?;
    let value = match P::PROPERTY {
        Some(name) => ours.get(name)?,
        None => ours,
    };
    P::deserialize(value).ok()
}

/// What was done to an object, in the order of time; steps that cannot be read are left
/// out, and [`super::check`] tells of them.
pub fn lineage(object: &Object) -> Vec<LineageStep> {
    let Lineage(steps) = read(object).unwrap_or_default();
    let read = steps.into_iter().filter_map(|step| LineageStep::deserialize(step).ok());
    let mut steps: Vec<LineageStep> = read.collect();
    steps.sort_by_key(|step| step.at);
    steps
}

/// The change that adds a step to the lineage of `object`; what was there stays as it is.
pub(crate) fn one_more(object: &Object, step: &LineageStep) -> Map<String, Value> {
    let Lineage(mut steps) = read(object).unwrap_or_default();
    steps.push(serde_json::to_value(step).expect("a step is JSON"));
    change(object, &Lineage(steps))
}
