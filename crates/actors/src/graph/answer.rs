//! What the graph answers, as a command line or a console shows it.

use crate::estimate::Confidence;
use crate::extension::Statement;
use serde::Serialize;
use stix::{Id, Timestamp};

/// An object that a text leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Its id.
    pub id: Id,
    /// Its name, or what stands for it.
    pub name: String,
    /// How the text led to it.
    pub how: How,
    /// The actor that it was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Id>,
}

/// An object and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// Its id.
    pub id: Id,
    /// Its name, or what stands for it.
    pub name: String,
}

/// How a text led to an object, from the surest way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It is its id.
    Id,
    /// It is its name or its value.
    Name,
    /// It is one of its aliases.
    Alias,
    /// Its id, or the UUID in it, starts so.
    IdPrefix,
    /// Its name or an alias starts so.
    NamePrefix,
}

/// Which way an edge points, seen from where one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Away.
    Out,
    /// To it.
    In,
}

/// What ties two objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// The type of the relationship, or the path of the property that refers.
    pub kind: String,
    /// Which way it points.
    pub direction: Direction,
    /// The object that says it: a relationship, or one of the two.
    pub said_by: Id,
    /// The identity behind that object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Id>,
    /// How much confidence it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// How sure it is, and how it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
    /// From when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<Timestamp>,
}

/// An object beside another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Neighbour {
    /// Its id, where it was merged that of the survivor.
    pub id: Id,
    /// Its name, or what stands for it.
    pub name: String,
    /// The object that the edge really is at, where that was merged into the one that
    /// was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<Id>,
    /// What ties it.
    #[serde(flatten)]
    pub edge: Edge,
}

/// What lies beside an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Near {
    /// The object, where it was merged the survivor.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// By kind, direction and id.
    pub neighbours: Vec<Neighbour>,
    /// How many more there are.
    pub left_out: usize,
}

/// A way from one object to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Path {
    /// Where it starts.
    pub from: Id,
    /// From object to object; the last one is where it leads.
    pub steps: Vec<Neighbour>,
}

/// Ways from one object to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paths {
    /// From the shortest on.
    pub paths: Vec<Path>,
    /// Whether the search ended at one of its limits, so that there may be more.
    pub is_cut: bool,
}

/// Objects that are tied together, over any number of edges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Component {
    /// By id.
    pub members: Vec<Named>,
    /// Members by type.
    pub types: std::collections::BTreeMap<String, usize>,
    /// Whether the walk ended at its limit, so that there are more.
    pub is_cut: bool,
}

/// What happened to an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// When the last that came of it did, or was made.
    pub at: Timestamp,
    /// Properties that differ from the last version that was known before, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<String>,
    /// Versions since.
    pub versions: usize,
}

/// What happened since a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Objects of which no version was there before, from the earliest on.
    pub new: Vec<Change>,
    /// Objects with versions before and since.
    pub changed: Vec<Change>,
    /// Objects that were revoked since.
    pub revoked: Vec<Change>,
    /// Actors that were merged since: their merge as their lineage tells it.
    pub merged: Vec<Merged>,
}

/// That an actor was found to be another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Merged {
    /// The one that is no longer counted.
    pub absorbed: Id,
    /// The one that it is.
    pub survivor: Id,
}

/// Who sells what to whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trade {
    /// What is on offer, by seller, shop and name.
    pub goods: Vec<Good>,
    /// Who buys from whom, who supplies, who markets.
    pub deals: Vec<Deal>,
    /// Who has which part in it, by id.
    pub traders: Vec<Trader>,
}

/// Something on offer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Good {
    /// The offer.
    pub offer: Id,
    /// Its name.
    pub name: String,
    /// What it is.
    pub good: String,
    /// Which sort of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Whose accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Who sells it, by name: the seller of the offer, who `sells` it, who hosts or owns
    /// the shop.
    pub sellers: Vec<Id>,
    /// Where.
    pub shops: Vec<Id>,
    /// Every quote, from the first on.
    pub quotes: Vec<Quote>,
}

/// What was asked for a good at a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quote {
    /// When.
    pub at: Timestamp,
    /// For one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<f64>,
    /// Of which currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How many there were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stock: Option<u64>,
    /// Hours that one lives: the middle of what is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_hours: Option<f64>,
    /// Price of a thousand hours of live accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_1000_live_hours: Option<f64>,
}

/// That somebody deals with somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deal {
    /// `buys-from`, `supplies`, `markets` or `succeeds`.
    pub kind: String,
    /// Who buys, supplies, markets, succeeds.
    pub from: Id,
    /// From, to or for whom.
    pub to: Id,
    /// The relationship that says it.
    pub said_by: Id,
}

/// Who has which part in the trade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trader {
    /// Who, or what.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// As it is said, and as follows from its deals and offers, by name.
    pub roles: Vec<String>,
    /// Those of them that follow only.
    pub inferred: Vec<String>,
}

/// Something that more than one actor uses.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shared {
    /// What.
    pub id: Id,
    /// Its name, or its value.
    pub name: String,
    /// The actors that use it, by id.
    pub used_by: Vec<User>,
    /// ln((1 + actors) ÷ (1 + users)): what few use tells much, what all use tells nothing.
    pub rarity: f64,
}

/// Who uses something, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// The actor.
    pub actor: Id,
    /// Its name.
    pub name: String,
    /// The objects that say so, by id.
    pub said_by: Vec<Id>,
}
