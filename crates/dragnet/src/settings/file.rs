//! A file of settings, in TOML: `bind = "0.0.0.0:6443"`. A table's name is the beginning
//! of its keys' names: `issuer` in `[oidc]` is `oidc-issuer`. Everything that is wrong is
//! found at once, each with its line.

use toml::de::{DeTable, DeValue};

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) entries: Vec<Entry>,
    /// What is wrong, by line.
    pub(super) wrong: Vec<(usize, String)>,
}

/// A key of it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) said: Said,
}

/// What is said under a key.
#[derive(Debug)]
pub(super) enum Said {
    Bool(bool),
    Text(String),
    List(Vec<String>),
}

/// Reads a text, as far as it can be read.
pub(super) fn read(text: &str) -> File {
    let mut file = File::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        file.wrong.push((line_of(text, at), error.message().to_owned()));
    }
    take(text, "", table.get_ref(), &mut file);
    file.entries.sort_by_key(|entry| entry.line);
    file
}

fn take(text: &str, before: &str, table: &DeTable<'_>, file: &mut File) {
    for (name, value) in table {
        let key = match before.is_empty() {
            true => name.get_ref().to_string(),
            false => format!("{before}-{}", name.get_ref()),
        };
        let line = line_of(text, name.span().start);
        let said = match value.get_ref() {
            DeValue::Table(within) => {
                take(text, &key, within, file);
                continue;
            }
            DeValue::Boolean(value) => Some(Said::Bool(*value)),
            DeValue::Array(all) => {
                let all = all.iter().map(|one| scalar(one.get_ref()));
                all.collect::<Option<Vec<_>>>().map(Said::List)
            }
            one => scalar(one).map(Said::Text),
        };
        match said {
            Some(said) => file.entries.push(Entry { key, line, said }),
            None => file.wrong.push((line, format!("{key}: a list has texts or numbers in it"))),
        }
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => {
            let number = i128::from_str_radix(number.as_str(), number.radix()).ok()?;
            Some(number.to_string())
        }
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Boolean(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}
