//! What a text is, by its content: names of files say nothing.

use super::rows::{self, Table};
use super::{NotTaken, value};
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// A bundle of STIX 2.0 or 2.1, or one object.
    Stix,
    /// MISP events: one, a response, a list, a file of a feed.
    Misp,
    /// A MISP galaxy: clusters of one type.
    Galaxy,
    /// Names of actors and their other names, as Microsoft publishes them.
    NameMapping,
    /// A table of indicators, or a plain list of values.
    Indicators,
    /// A table of what a market lists.
    Listings,
    /// A table of offers.
    Offers,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Stix,
        Self::Misp,
        Self::Galaxy,
        Self::NameMapping,
        Self::Indicators,
        Self::Listings,
        Self::Offers,
    ];

    /// As it is named on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stix => "stix",
            Self::Misp => "misp",
            Self::Galaxy => "galaxy",
            Self::NameMapping => "name-mapping",
            Self::Indicators => "indicators",
            Self::Listings => "listings",
            Self::Offers => "offers",
        }
    }

    /// The format of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// What `text` is; none where it is nothing that is read. Half a file is still what it
/// began as.
pub fn recognise(text: &[u8]) -> Option<Format> {
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace())?;
    match first {
        b'{' | b'[' => of_json(&Keys::of(text)),
        _ => of_table(text),
    }
}

/// Why `text` is nothing that is read.
pub(super) fn unknown(text: &[u8]) -> NotTaken {
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    let field = match first {
        None => "an empty text".to_owned(),
        Some(b'{' | b'[') => match &Keys::of(text).found[..] {
            [] => "JSON without keys".to_owned(),
            keys => format!("the keys {}", keys.join(", ")),
        },
        Some(_) => "the header".to_owned(),
    };
    NotTaken::Unknown { field }
}

fn of_json(keys: &Keys) -> Option<Format> {
    let has = |name: &str| keys.found.iter().any(|key| key == name);
    if has("Event") || has("response") || has("Attribute") || has("info") && has("threat_level_id")
    {
        return Some(Format::Misp);
    }
    if has("Threat actor name") {
        return Some(Format::NameMapping);
    }
    if has("values") && !has("objects") {
        return Some(Format::Galaxy);
    }
    let is_stix = has("objects") || has("type") && (has("id") || has("spec_version"));
    (is_stix && !keys.is_list).then_some(Format::Stix)
}

fn of_table(text: &[u8]) -> Option<Format> {
    let table = Table::of(text);
    let has = |names: &[&str]| table.column(names).is_some();
    if has(rows::DATASET) && has(&["nbq"]) {
        return Some(Format::Listings);
    }
    if has(&["good"]) && has(rows::PRICE) {
        return Some(Format::Offers);
    }
    if has(rows::DESCRIPTION) && has(rows::PRICE) {
        return Some(Format::Listings);
    }
    let is_list = table.header.first().is_some_and(|first| value::Kind::of(first).is_some());
    (has(rows::VALUE) || is_list).then_some(Format::Indicators)
}

/// The keys of the outermost object, or of the first object of the outermost list.
struct Keys {
    found: Vec<String>,
    is_list: bool,
}

/// Keys of what is long: behind them nothing has to be looked at.
const TELLING: &[&str] = &["objects", "Event", "response", "Attribute", "values"];
/// More keys tell no more.
const KEYS_MAX: usize = 64;

impl Keys {
    fn of(text: &[u8]) -> Self {
        let mut keys = Self { found: Vec::new(), is_list: false };
        let mut deserializer = serde_json::Deserializer::from_slice(text);
        // What was seen before an error tells what the text was to be.
        let _ = (&mut keys).deserialize(&mut deserializer);
        keys
    }
}

impl<'de> DeserializeSeed<'de> for &mut Keys {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Keys {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            let is_telling = TELLING.contains(&&*key);
            if self.found.len() < KEYS_MAX {
                self.found.push(key.into_owned());
            }
            if is_telling {
                return Err(A::Error::custom("enough was seen"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.is_list = true;
        seq.next_element_seed(&mut *self)?;
        // Whatever follows is of the same kind.
        Err(A::Error::custom("enough was seen"))
    }
}
