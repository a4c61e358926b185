//! What other formats say, as STIX 2.1 objects. A text's format is recognised by its
//! content, each record that cannot be taken is told of, and the others are taken.
//!
//! No file is opened and no clock is read: the text and the time are arguments. Ids
//! follow from what they stand for, so that the same text gives the same objects, and
//! [`anew`] leaves only those that say something new.

mod anew;
mod bundle;
mod clusters;
mod fields;
mod format;
mod indicators;
mod listing;
mod make;
mod mapping;
mod market;
mod misp;
mod offers;
pub(crate) mod pattern;
mod rows;
pub(crate) mod value;

pub(crate) use crate::extension::id as id_of;
pub use anew::anew;
pub use format::{Format, recognise};
pub(crate) use make::{Draft, Maker, Place};

use std::collections::BTreeMap;
use stix::marking::Tlp;
use stix::{Id, Object, Timestamp};

/// What is said by whoever imports, where the text does not say it itself.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the text is; it is recognised where this is none.
    pub format: Option<Format>,
    /// When objects were made whose text has no time of its own: best that of the import.
    pub created: Timestamp,
    /// Who makes them: an identity.
    pub created_by: Id,
    /// How sure, 0 to 100.
    pub confidence: Option<u8>,
    /// How what is not marked may be handled.
    pub tlp: Option<Tlp>,
    /// Whom the text is from, as a reference names it.
    pub source: String,
    /// When prices were quoted; the time of `created` where neither this nor a column
    /// says it.
    pub quoted: Option<Timestamp>,
    /// In what prices are that do not say it, by ISO 4217.
    pub currency: String,
    /// Actors that are known, by every name of theirs in lower case: a text that names
    /// one of them speaks of it.
    pub actors: BTreeMap<String, Id>,
}

impl Options {
    /// By `created_by` at `created`, of a text from `source`; prices in US dollars.
    pub fn new(created: Timestamp, created_by: Id, source: &str) -> Self {
        Self {
            format: None,
            created,
            created_by,
            confidence: None,
            tlp: None,
            source: source.to_owned(),
            quoted: None,
            currency: "USD".to_owned(),
            actors: BTreeMap::new(),
        }
    }
}

/// What a text gave.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// In the order of the text.
    pub objects: Vec<Object>,
    /// What could not be taken, in the order of the text.
    pub rejected: Vec<Rejected>,
    /// What is worth knowing of the rest, and how often it was so.
    pub notes: BTreeMap<String, u64>,
}

/// Something that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The line of a table, from 1; of other texts the record, from 1.
    pub line: u64,
    /// Which part of it.
    pub field: String,
    /// What is wrong with it.
    pub why: String,
    /// It, as far as it fits on a line.
    pub text: String,
}

/// Why a text was not taken at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// It is nothing that is read.
    #[error(
        "line 1, {field}: this is none of the formats that are read (STIX bundle, MISP event or galaxy, name mapping, CSV of indicators, listings or offers)"
    )]
    Unknown {
        /// What was looked at.
        field: String,
    },
    /// It breaks off, or is not what it began as.
    #[error("line {line}, {field}: {why}")]
    Broken {
        /// From 1.
        line: u64,
        /// The part that was being read.
        field: String,
        /// What is wrong.
        why: String,
    },
}

impl NotTaken {
    pub(crate) fn json(field: &str, why: &serde_json::Error) -> Self {
        let line = u64::try_from(why.line()).unwrap_or(1).max(1);
        Self::Broken { line, field: field.to_owned(), why: why.to_string() }
    }
}

/// Reads `text`.
pub fn read(text: &[u8], options: &Options) -> Result<Taken, NotTaken> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let format = match options.format {
        Some(format) => format,
        None => recognise(text).ok_or_else(|| format::unknown(text))?,
    };
    if format == Format::Stix {
        return bundle::read(text);
    }
    let mut maker = Maker::new(options);
    match format {
        Format::Stix => {}
        Format::Misp => misp::read(text, &mut maker)?,
        Format::Galaxy => clusters::read(text, &mut maker)?,
        Format::NameMapping => mapping::read(text, &mut maker)?,
        Format::Indicators => indicators::read(text, &mut maker)?,
        Format::Listings => listing::read(text, &mut maker)?,
        Format::Offers => offers::read(text, &mut maker)?,
    }
    Ok(maker.finish())
}
