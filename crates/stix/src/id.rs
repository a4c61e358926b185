//! Ids: a type, two dashes and a UUID. Those of cyber observables follow from what they
//! are, so that two producers give one address one id.

use crate::canonical;
use crate::schema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::borrow::{Borrow, Cow};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The namespace of ids of cyber observables, and of nothing else (section 2.9).
pub const OBSERVABLES: Uuid = Uuid::from_u128(0x00abedb4_aa42_466c_9c01_fed23315a9b7);

/// An id such as `indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f`, as it was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Id(Box<str>);

/// Why a text is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnId {
    /// Two dashes are missing.
    #[error("an id is written TYPE--UUID")]
    Shape,
    /// What stands before the dashes is no type.
    #[error("the type of an id has lower-case letters, digits and single dashes, at most 250")]
    Type,
    /// What stands behind them is no UUID.
    #[error("what follows -- is no UUID")]
    Uuid,
}

/// Characters of a UUID as it is written.
const UUID_CHARS: usize = 36;

impl Id {
    /// Of a type and a UUID; fails where the type cannot be one.
    pub fn new(type_name: &str, uuid: Uuid) -> Result<Self, NotAnId> {
        format!("{type_name}--{uuid}").parse()
    }

    /// The id of a cyber observable with these `properties`, by section 2.9: a UUIDv5 of
    /// those of them that the specification names, as canonical JSON; none where the
    /// type names none or the object has none of them, so that it needs a random one.
    pub fn of_observable(type_name: &str, properties: &Map<String, Value>) -> Option<Self> {
        let contributing = contributing(type_name, properties)?;
        let text = canonical::text(&Value::Object(contributing))?;
        Self::new(type_name, Uuid::new_v5(&OBSERVABLES, text.as_bytes())).ok()
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The type that it names.
    pub fn type_name(&self) -> &str {
        // Every id has the dashes: it is not made otherwise.
        &self.0[..self.0.len() - UUID_CHARS - 2]
    }

    /// Its UUID.
    pub fn uuid(&self) -> Uuid {
        let text = &self.0[self.0.len() - UUID_CHARS..];
        Uuid::try_parse(text).unwrap_or_default()
    }
}

/// The properties that the id of an observable is made of; none where there are none.
fn contributing(type_name: &str, properties: &Map<String, Value>) -> Option<Map<String, Value>> {
    let names = schema::of(type_name)?.id_from;
    let mut found = Map::new();
    for name in names {
        let Some(value) = properties.get(*name) else { continue };
        let value = if *name == "hashes" { preferred_hash(value)? } else { value.clone() };
        found.insert((*name).to_owned(), value);
    }
    (!found.is_empty()).then_some(found)
}

/// Of several hashes one makes the id: the first of these, or else the first by name.
fn preferred_hash(hashes: &Value) -> Option<Value> {
    const PREFERRED: [&str; 4] = ["MD5", "SHA-1", "SHA-256", "SHA-512"];
    let hashes = hashes.as_object()?;
    let of = |name: &str| hashes.get(name).map(|hash| (name.to_owned(), hash.clone()));
    let by_name = || {
        hashes.iter().map(|(name, hash)| (name.clone(), hash.clone())).min_by(|x, y| x.0.cmp(&y.0))
    };
    let (name, hash) = PREFERRED.iter().find_map(|name| of(name)).or_else(by_name)?;
    Some(Value::Object(Map::from_iter([(name, hash)])))
}

/// Whether a name can be that of a type (section 3.2 and 11.2).
pub fn is_type_name(name: &str) -> bool {
    const LENGTH: std::ops::RangeInclusive<usize> = 3..=250;
    let may_be = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    LENGTH.contains(&name.len())
        && name.bytes().all(may_be)
        && !name.contains("--")
        && name.as_bytes()[0].is_ascii_lowercase()
}

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        check(text)?;
        Ok(Self(text.into()))
    }
}

/// Fails where `text` is no id.
pub(crate) fn check(text: &str) -> Result<(), NotAnId> {
    let (type_name, uuid) = text.split_once("--").ok_or(NotAnId::Shape)?;
    if !is_type_name(type_name) {
        return Err(NotAnId::Type);
    }
    if uuid.len() != UUID_CHARS || Uuid::try_parse(uuid).is_err() {
        return Err(NotAnId::Uuid);
    }
    Ok(())
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
