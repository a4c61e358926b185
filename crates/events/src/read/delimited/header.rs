//! The first rows of a delimited file: which delimiter, and whether the first
//! row holds names or already values.

use super::{Dialect, RowEnd, Span, walk};
use crate::columns::{COLUMNS_MAX, COLUMNS_SHOWN_MAX, Column, MapError, known};
use crate::read::row::Value;
use crate::read::{Options, ReadError};
use crate::time::{OrderHint, TimeRules, order_hint};

/// In the order in which a tie is decided.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Rows of the head that the delimiter is judged by.
const ROWS_JUDGED_MAX: usize = 50;

/// What the head says.
#[derive(Debug)]
pub(in crate::read) struct Opened {
    pub(in crate::read) dialect: Dialect,
    pub(in crate::read) names: Vec<String>,
    /// Bytes and lines of the row of names; none where there is no such row.
    pub(in crate::read) header: Option<(usize, u64)>,
}

/// Reads the row of names; `whole` where the head is the whole input.
pub(in crate::read) fn open(
    head: &[u8],
    whole: bool,
    options: &Options,
) -> Result<Opened, ReadError> {
    let blank = head.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    let delimiter = sniff(&head[blank..], whole);
    let (first, length) = first_row(&head[blank..], whole, delimiter)?;
    let dialect = Dialect { delimiter, width: first.len() };
    if is_header(&first, options) {
        let end = blank + length;
        if whole && head[end..].trim_ascii().is_empty() {
            return Err(ReadError::NoRows);
        }
        let lines = memchr::memchr_iter(b'\n', &head[..end]).count() as u64;
        return Ok(Opened { dialect, names: named(first), header: Some((end, lines)) });
    }
    let places: Vec<_> = (1..=first.len()).map(place_name).collect();
    if options.map.values().any(|source| places.contains(source)) {
        return Ok(Opened { dialect, names: places, header: None });
    }
    let seen = first
        .iter()
        .zip(&places)
        .take(COLUMNS_SHOWN_MAX)
        .map(|(value, place)| format!("{place}: {}", looks_like(value)));
    Err(ReadError::NoHeader { seen: seen.collect::<Vec<_>>().join(", ") })
}

/// The texts of the first row and its length in bytes.
fn first_row(head: &[u8], whole: bool, delimiter: u8) -> Result<(Vec<String>, usize), ReadError> {
    let (spans, end) = row(head, delimiter);
    let length = match end {
        RowEnd::At(length) => length,
        _ if whole => head.len(),
        _ => return Err(ReadError::LongHeader { bytes: head.len() }),
    };
    if spans.len() > COLUMNS_MAX {
        return Err(MapError::TooManyColumns(spans.len()).into());
    }
    let texts = texts(&spans, &head[..length]).ok_or(ReadError::HeaderNotUtf8)?;
    if texts.iter().any(|text| text.contains('\r')) {
        return Err(ReadError::Convert {
            what: "text with carriage returns alone between its lines",
            advice: "convert it, for instance with `tr '\\r' '\\n'`",
        });
    }
    Ok((texts, length))
}

fn place_name(place: usize) -> String {
    format!("column-{place}")
}

/// Names as written, without the space around them; a column without a name,
/// such as a data frame's index, is named by its place.
fn named(names: Vec<String>) -> Vec<String> {
    let name = |(at, name): (usize, String)| match name.trim() {
        "" => place_name(at + 1),
        name => name.to_string(),
    };
    names.into_iter().enumerate().map(name).collect()
}

fn row(head: &[u8], delimiter: u8) -> (Vec<Span>, RowEnd) {
    let mut spans = Vec::new();
    let end = walk(head, delimiter, |span| spans.push(span));
    (spans, end)
}

/// The first columns' texts; none where the row is not UTF-8.
fn texts(spans: &[Span], row: &[u8]) -> Option<Vec<String>> {
    let row = std::str::from_utf8(row).ok()?;
    let text = |span: &Span| match span.value(row) {
        Value::Owned(text) => text,
        Value::Text(text) => text.to_string(),
        _ => String::new(),
    };
    Some(spans.iter().take(COLUMNS_MAX).map(text).collect())
}

/// The delimiter under which most columns are known; failing that, the one
/// that cuts most rows into as many fields as the first.
fn sniff(head: &[u8], whole: bool) -> u8 {
    let mut best = (b',', (0, 0, 0));
    for delimiter in DELIMITERS {
        let score = score(head, whole, delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

fn score(head: &[u8], whole: bool, delimiter: u8) -> (usize, usize, usize) {
    let (first, end) = row(head, delimiter);
    let mut at = match end {
        RowEnd::At(end) => end,
        _ => head.len(),
    };
    let names = texts(&first, &head[..at]).unwrap_or_default();
    let names_known = names.iter().filter(|name| known(name).is_some()).count();
    if first.len() < 2 {
        return (names_known, 0, 0);
    }
    let mut alike = 1;
    for _ in 0..ROWS_JUDGED_MAX {
        let (spans, end) = row(&head[at..], delimiter);
        match end {
            RowEnd::At(length) => at += length,
            RowEnd::Open if whole && at < head.len() => at = head.len(),
            _ => break,
        }
        alike += usize::from(spans.len() == first.len());
    }
    (names_known, alike, first.len())
}

/// Names are known, or are at least no values.
fn is_header(first: &[String], options: &Options) -> bool {
    let is_name = |name: &String| {
        known(name).is_some() || options.map.values().any(|source| source == name.trim())
    };
    let is_value = |value: &String| {
        matches!(looks_like(value), "a time" | "an e-mail address" | "an IP address")
    };
    first.iter().any(is_name) || !first.iter().any(is_value)
}

/// What a value looks like, in words that do not give it away.
fn looks_like(value: &str) -> &'static str {
    let value = value.trim();
    let is_number = value.parse::<f64>().is_ok();
    if value.is_empty() {
        "empty"
    } else if TimeRules::default().parse(value).is_ok() {
        "a time"
    } else if is_number {
        "a number"
    } else if crate::read::address::ip(value).is_ok() {
        "an IP address"
    } else if value.contains('@') && crate::Email::parse(value).is_ok() {
        "an e-mail address"
    } else {
        "text"
    }
}

/// What the first rows' stamps say about day and month.
pub(in crate::read) fn order_hints(
    head: &[u8],
    dialect: Dialect,
    sources: &[Option<usize>; Column::COUNT],
) -> Vec<OrderHint> {
    let stamps = [Column::Timestamp, Column::CaptchaIssueTs];
    let mut hints = Vec::new();
    let mut at = 0;
    while let (spans, RowEnd::At(length)) = row(&head[at..], dialect.delimiter) {
        let text = std::str::from_utf8(&head[at..at + length]).unwrap_or("");
        for source in stamps.iter().filter_map(|&column| sources[column as usize]) {
            let value = spans.get(source).map(|span| span.value(text)).unwrap_or_default();
            hints.extend(value.text().ok().flatten().and_then(|text| order_hint(&text)));
        }
        at += length;
    }
    hints
}
