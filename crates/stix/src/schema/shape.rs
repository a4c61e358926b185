//! What a property looks like, and what else holds of it.

use crate::{Id, Timestamp};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What kind of object a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A domain object (SDO).
    Domain,
    /// A cyber observable (SCO).
    Observable,
    /// A relationship object (SRO).
    Relation,
    /// A meta object (SMO).
    Meta,
}

/// All that is said of a type.
#[derive(Debug)]
pub struct Schema {
    /// Its name, such as `attack-pattern`.
    pub name: &'static str,
    /// What kind of object it is.
    pub class: Class,
    /// Its own properties; [`super::common`] has those that it shares.
    pub fields: &'static [Field],
    /// The properties that the id of an observable is made of.
    pub id_from: &'static [&'static str],
}

impl Schema {
    /// What is said of a property, its own or shared.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let all = self.fields.iter().chain(super::common(self.class));
        all.into_iter().find(|field| field.name == name)
    }
}

/// A property.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// Whether every object has to have it.
    pub is_required: bool,
    /// What else holds.
    pub rule: Rule,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// A timestamp.
    Time,
    /// An id.
    Reference,
    /// Bytes in base64.
    Binary,
    /// Bytes in hexadecimal.
    Hex,
    /// Hashes by algorithm.
    Hashes,
    /// Keys and values of the user's own.
    Dictionary,
    /// Extensions by their ids or names.
    Extensions,
    /// One or more of them.
    List(&'static Shape),
    /// A structure with these properties.
    Structure(&'static [Field]),
    /// Anything at all.
    Any,
}

/// What holds of a value besides its shape.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// Nothing.
    None,
    /// One of these: anything else is an error.
    Closed(&'static [&'static str]),
    /// Best one of these.
    Open(&'static [&'static str]),
    /// From the first to the second.
    Range(i64, i64),
    /// From the first to the second.
    Between(f64, f64),
    /// What it refers to.
    To(Targets),
}

/// What a reference may refer to.
#[derive(Clone, Copy, Debug)]
pub enum Targets {
    /// Objects of these types.
    Types(&'static [&'static str]),
    /// Objects of these classes.
    Classes(&'static [Class]),
}

/// A Rust type that properties can have.
pub trait Shaped {
    /// How its values look in JSON.
    const SHAPE: Shape;
}

/// A string of bytes in base64.
pub type Binary = Wrapped<0>;
/// A string of bytes in hexadecimal.
pub type Hex = Wrapped<1>;

/// A string that is told from others by its shape only.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Wrapped<const KIND: u8>(pub String);

/// Hashes by algorithm.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Hashes(pub BTreeMap<String, String>);

/// Extensions by their ids or names.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Extensions(pub Map<String, Value>);

macro_rules! shaped {
    ($($rust:ty => $shape:ident),* $(,)?) => {
        $(impl Shaped for $rust {
            const SHAPE: Shape = Shape::$shape;
        })*
    };
}

shaped! {
    String => Text,
    bool => Bool,
    i64 => Integer,
    f64 => Float,
    Timestamp => Time,
    Id => Reference,
    Binary => Binary,
    Hex => Hex,
    Hashes => Hashes,
    Extensions => Extensions,
    Map<String, Value> => Dictionary,
    Value => Any,
}

impl<T: Shaped> Shaped for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);
}
