//! CSV and its relatives: fields between commas, tabs, semicolons or bars,
//! quotes around fields that hold any of these, line breaks included.
//!
//! A quote counts only at the start of a field, as in RFC 4180, so that a name
//! such as `5" pipe` harms nobody. Where a badly written quote swallows the
//! lines after it, only its own line is lost: whoever chooses their own display
//! name must not be able to hide other people's rows.

mod header;

pub(super) use header::{open, order_hints};

use super::record::Recorder;
use super::row::{Row, Value};
use crate::columns::Layout;
use memchr::{memchr, memchr_iter, memchr2};

/// Where a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowEnd {
    /// One past its line break.
    At(usize),
    /// The bytes end first, outside of quotes.
    Open,
    /// The bytes end first, inside quotes.
    Unclosed,
}

/// A field's bytes, without the quotes around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    start: usize,
    end: usize,
    kind: SpanKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SpanKind {
    /// To be taken as it stands.
    Plain,
    /// With doubled quotes: `start` is the opening quote.
    Doubled,
    /// With text after the closing quote: `start` is the opening quote.
    Spoiled,
}

impl Span {
    /// The field's text within `text`, which holds the whole row.
    pub(super) fn value<'a>(&self, text: &'a str) -> Value<'a> {
        let Some(field) = text.get(self.start..self.end) else {
            return Value::Absent;
        };
        match self.kind {
            SpanKind::Plain => Value::Text(field),
            SpanKind::Doubled | SpanKind::Spoiled => Value::Owned(unquote(field)),
        }
    }
}

/// `"a ""b"" c"` is `a "b" c`; what follows the closing quote stays as it is.
fn unquote(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut rest = field.strip_prefix('"').unwrap_or(field);
    while let Some((before, after)) = rest.split_once('"') {
        text.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                text.push('"');
                rest = after;
            }
            None => {
                rest = after;
                break;
            }
        }
    }
    text.push_str(rest);
    text
}

/// The end of the row at the start of `bytes`.
pub(super) fn row_end(bytes: &[u8], delimiter: u8) -> RowEnd {
    walk(bytes, delimiter, |_| {})
}

/// Walks one row and shows each of its fields.
#[inline]
pub(super) fn walk(bytes: &[u8], delimiter: u8, mut field: impl FnMut(Span)) -> RowEnd {
    let mut at = 0;
    loop {
        let (span, stop) = match bytes.get(at) {
            Some(b'"') => match quoted(bytes, at, delimiter) {
                Some(found) => found,
                None => return RowEnd::Unclosed,
            },
            _ => {
                let stop = bytes.get(at..).and_then(|rest| memchr2(delimiter, b'\n', rest));
                let stop = stop.map_or(bytes.len(), |stop| at + stop);
                (Span { start: at, end: stop, kind: SpanKind::Plain }, stop)
            }
        };
        match bytes.get(stop) {
            Some(b'\n') => {
                field(without_return(span, bytes, stop));
                return RowEnd::At(stop + 1);
            }
            Some(_) => field(span),
            None => {
                field(without_return(span, bytes, stop));
                return RowEnd::Open;
            }
        }
        at = stop + 1;
    }
}

/// Leaves out the carriage return before a line break.
fn without_return(span: Span, bytes: &[u8], stop: usize) -> Span {
    let ends_there = span.end == stop && span.end > span.start;
    match ends_there && bytes[span.end - 1] == b'\r' {
        true => Span { end: span.end - 1, ..span },
        false => span,
    }
}

/// The quoted field that opens at `open`, and where its delimiter or line
/// break stands; none where the quote is not closed.
fn quoted(bytes: &[u8], open: usize, delimiter: u8) -> Option<(Span, usize)> {
    let mut doubled = false;
    let mut at = open + 1;
    let close = loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        match bytes.get(quote + 1) {
            Some(b'"') => {
                doubled = true;
                at = quote + 2;
            }
            _ => break quote,
        }
    };
    let after = &bytes[close + 1..];
    let stop = close + 1 + memchr2(delimiter, b'\n', after).unwrap_or(after.len());
    let is_clean = matches!(&bytes[close + 1..stop], b"" | b"\r");
    let span = match is_clean && !doubled {
        true => Span { start: open + 1, end: close, kind: SpanKind::Plain },
        // A lone carriage return after the quote goes with the line break.
        false if is_clean => Span { start: open, end: close + 1, kind: SpanKind::Doubled },
        false => Span { start: open, end: stop, kind: SpanKind::Spoiled },
    };
    Some((span, stop))
}

/// How the rows of one input are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Fields in each row.
    pub(super) width: usize,
}

/// Parses whole rows, whose first byte is at `line`.
pub(super) fn parse(bytes: &[u8], line: u64, dialect: Dialect, recorder: &mut Recorder<'_>) {
    let layout = recorder.layout();
    // Checked at once, since that is many times faster than field by field;
    // only where it fails does each row answer for itself.
    let text = std::str::from_utf8(bytes).ok();
    let mut spans = Vec::with_capacity(dialect.width);
    let mut row = Row::default();
    let (mut at, mut line) = (0, line);
    // Where a row with a bad quote ended: the lines up to there are read
    // again, and no quote among them reaches further.
    let mut limit = bytes.len();
    while at < bytes.len() {
        if at >= limit {
            limit = bytes.len();
        }
        spans.clear();
        let found = walk(&bytes[at..limit], dialect.delimiter, |span| spans.push(span));
        let end = if let RowEnd::At(length) = found { at + length } else { limit };
        let whole = &bytes[at..end];
        if matches!(whole, b"\n" | b"\r\n" | b"\r") {
            line += 1;
        } else if found == RowEnd::Unclosed
            || spans.len() != dialect.width
            || has_strayed(whole, &spans)
        {
            let first_end = memchr(b'\n', whole).map_or(end, |first| at + first + 1);
            let is_quoted = found == RowEnd::Unclosed || first_end < end;
            recorder.reject_row(line, wrong_width(spans.len(), dialect.width, is_quoted));
            if limit == bytes.len() {
                limit = end;
            }
            line += 1;
            at = first_end;
            continue;
        } else {
            match text.map(|text| &text[at..end]).or_else(|| std::str::from_utf8(whole).ok()) {
                Some(text) => record(recorder, &layout, line, text, &spans, &mut row),
                None => recorder.reject_row(line, "not UTF-8"),
            }
            line += memchr_iter(b'\n', whole).count() as u64;
        }
        at = end;
    }
}

/// Whether a quote that was opened by mistake found its end in another row: no
/// writer of CSV puts text after the quote that closes a field of several lines.
fn has_strayed(row: &[u8], spans: &[Span]) -> bool {
    let is_spoiled = |span: &Span| span.kind == SpanKind::Spoiled;
    spans.iter().any(|span| is_spoiled(span) && memchr(b'\n', &row[span.start..span.end]).is_some())
}

fn wrong_width(fields: usize, width: usize, quoted: bool) -> &'static str {
    match (quoted, fields < width) {
        (true, _) => "a quote that opens in this line spoils it",
        (false, true) => "fewer fields than columns",
        (false, false) => "more fields than columns",
    }
}

fn record<'a>(
    recorder: &mut Recorder<'_>,
    layout: &Layout,
    line: u64,
    text: &'a str,
    spans: &[Span],
    row: &mut Row<'a>,
) {
    for (value, source) in row.values.iter_mut().zip(&layout.sources) {
        if let Some(source) = source {
            *value = spans[*source].value(text);
        }
    }
    row.extra.clear();
    for &(source, index) in &layout.extras {
        row.extra.push((index, spans[source].value(text)));
    }
    recorder.row(line, row);
}
