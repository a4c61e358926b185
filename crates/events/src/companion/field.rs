//! The columns of a companion, and which column of a file is which.

use crate::columns::{COLUMNS_SHOWN_MAX, fold};
use crate::read::ReadError;

/// A column of a companion.
#[derive(Debug)]
pub struct Field {
    /// Its canonical name.
    pub name: &'static str,
    /// Other names, folded (lower case, letters and digits only), the best first.
    pub aliases: &'static [&'static str],
    /// Whether a row without it is no record.
    pub need: Need,
}

/// Whether a row can do without a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The file must have it.
    Required,
    /// The file may lack it.
    Optional,
}

impl Field {
    /// How good a column's name is for this field: 0 is the canonical one.
    fn rank(&self, folded: &str) -> Option<usize> {
        if fold(self.name) == folded {
            return Some(0);
        }
        self.aliases.iter().position(|alias| *alias == folded).map(|place| place + 1)
    }
}

/// Which column of a file each field is in.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    fields: &'static [Field],
    /// By field: the place of its column among the file's.
    pub(crate) sources: Vec<Option<usize>>,
}

impl Fields {
    /// Finds the fields among a file's columns; the best name wins, of equally
    /// good ones the leftmost.
    pub(crate) fn find(fields: &'static [Field], names: &[String]) -> Result<Self, ReadError> {
        let folded: Vec<String> = names.iter().map(|name| last_part(name)).collect();
        let mut ranked: Vec<(usize, usize, usize)> = Vec::new();
        for (at, name) in folded.iter().enumerate() {
            let fitting = fields.iter().enumerate();
            ranked.extend(fitting.filter_map(|(field, f)| Some((f.rank(name)?, at, field))));
        }
        ranked.sort_unstable();
        let mut sources = vec![None; fields.len()];
        for (_, at, field) in ranked {
            if sources[field].is_none() && !sources.contains(&Some(at)) {
                sources[field] = Some(at);
            }
        }
        let found = Self { fields, sources };
        match found.missing() {
            Some(field) => {
                Err(ReadError::CompanionColumn { column: field.name, seen: seen(names) })
            }
            None => Ok(found),
        }
    }

    fn missing(&self) -> Option<&'static Field> {
        let pairs = self.fields.iter().zip(&self.sources);
        let mut missing = pairs.filter(|(f, source)| f.need == Need::Required && source.is_none());
        missing.next().map(|(field, _)| field)
    }

    /// The file's column of the field so named.
    pub(crate) fn source_of(&self, name: &str) -> Option<usize> {
        self.sources[self.fields.iter().position(|field| field.name == name)?]
    }

    /// (field, column) of each field found, in the order of the fields.
    pub(crate) fn mapping(&self, names: &[String]) -> Vec<(String, String)> {
        let pairs = self.fields.iter().zip(&self.sources);
        pairs
            .filter_map(|(field, source)| Some((field.name.to_owned(), names[(*source)?].clone())))
            .collect()
    }
}

/// `event.userId` is a `userid`: objects only wrap.
fn last_part(name: &str) -> String {
    fold(name.rsplit(['.', '/']).next().unwrap_or(name))
}

fn seen(names: &[String]) -> String {
    let shown: Vec<String> =
        names.iter().take(COLUMNS_SHOWN_MAX).map(|name| name.chars().take(64).collect()).collect();
    shown.join(", ")
}
