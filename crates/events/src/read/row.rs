//! One row on its way from a format to a sign-up: texts and times, borrowed
//! where they can be. Not yet looked at, so not yet accepted.

use crate::columns::Column;
use std::borrow::Cow;

/// The values of one row.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// One per column of the record, in the order of [`Column::ALL`].
    pub(super) values: [Value<'a>; Column::COUNT],
    /// (index into the run's extra columns, value).
    pub(super) extra: Vec<(u16, Value<'a>)>,
}

impl Default for Row<'_> {
    fn default() -> Self {
        Self { values: std::array::from_fn(|_| Value::Absent), extra: Vec::new() }
    }
}

/// One value.
#[derive(Clone, Debug, Default)]
pub(super) enum Value<'a> {
    /// No such column in this row.
    #[default]
    Absent,
    /// As it stands in the input.
    Text(&'a str),
    /// Unescaped, or written out from a number.
    Owned(String),
    /// A time that the format itself types, in milliseconds since the epoch.
    TimeMs(i64),
    /// It cannot be taken; why, without the value.
    Unusable(&'static str),
}

impl Value<'_> {
    /// The text without the space around it; none where the value is absent or
    /// one of the words that exports write for "absent".
    pub(super) fn text(&self) -> Result<Option<Cow<'_, str>>, &'static str> {
        let text = match self {
            Value::Absent => return Ok(None),
            Value::Unusable(reason) => return Err(reason),
            Value::TimeMs(ms) => return Ok(Some(Cow::Owned(written(*ms)))),
            Value::Text(text) => trimmed(text),
            Value::Owned(text) => trimmed(text),
        };
        Ok(if is_absent(text) { None } else { Some(Cow::Borrowed(text)) })
    }
}

/// As `str::trim`, which reads characters where bytes nearly always suffice.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// RFC 3339 in UTC, for a time in a column that is not one of times.
fn written(ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(ms) {
        Ok(time) => time.to_string(),
        Err(_) => ms.to_string(),
    }
}

/// What databases and data frames write where there is nothing.
fn is_absent(text: &str) -> bool {
    const WORDS: [&str; 11] =
        ["-", "\\n", "null", "none", "n/a", "nan", "nil", "undefined", "<null>", "(null)", "<na>"];
    match text.as_bytes() {
        [] => true,
        // What each of the words begins with.
        [b'-' | b'\\' | b'n' | b'N' | b'u' | b'U' | b'<' | b'(', ..] if text.len() <= 9 => {
            WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        _ => false,
    }
}
