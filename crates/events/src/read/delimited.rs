//! CSV and its relatives: fields between commas, tabs, semicolons or bars,
//! quotes around fields that hold any of these, line breaks included.
//!
//! A quote counts only at the start of a field, as in RFC 4180, so that a name
//! such as `5" pipe` harms nobody. Where a badly written quote swallows the
//! lines after it, only its own line is lost, and those are read one by one:
//! whoever chooses their own display name must not be able to hide other
//! people's rows, nor to make them be read over and over.

mod header;

pub(super) use header::{open, order_hints};

use super::pieces::Piece;
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

/// The end of the row at the start of `bytes`, as [`walk`] finds it: only
/// quotes are looked at on the way, not every field.
pub(super) fn row_end(bytes: &[u8], delimiter: u8) -> RowEnd {
    let mut at = 0;
    while let Some(stop) = memchr2(b'"', b'\n', &bytes[at..]) {
        let stop = at + stop;
        if bytes[stop] == b'\n' {
            return RowEnd::At(stop + 1);
        }
        at = stop + 1;
        if stop == 0 || bytes[stop - 1] == delimiter {
            match close(bytes, stop) {
                Some((close, _)) => at = close + 1,
                None => return RowEnd::Unclosed,
            }
        }
    }
    RowEnd::Open
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
    let (close, doubled) = close(bytes, open)?;
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

/// The quote that closes the one at `open`, and whether there are doubled ones
/// between the two.
fn close(bytes: &[u8], open: usize) -> Option<(usize, bool)> {
    let mut doubled = false;
    let mut at = open + 1;
    loop {
        let quote = at + memchr(b'"', &bytes[at..])?;
        match bytes.get(quote + 1) {
            Some(b'"') => {
                doubled = true;
                at = quote + 2;
            }
            _ => return Some((quote, doubled)),
        }
    }
}

/// How the rows of one input are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Fields in each row.
    pub(super) width: usize,
}

/// A row's text and where its fields stand in it, or why it is none.
pub(super) type Found<'a, 's> = Result<(&'a str, &'s [Span]), &'static str>;

/// Parses the whole rows of a piece.
pub(super) fn parse(piece: &Piece, dialect: Dialect, recorder: &mut Recorder<'_>) {
    let layout = recorder.layout();
    let mut row = Row::default();
    rows(piece, dialect, |line, found| match found {
        Ok((text, spans)) => record(recorder, layout, line, text, spans, &mut row),
        Err(reason) => recorder.reject_row(line, reason),
    });
}

/// Walks the whole rows of a piece, each with its line.
pub(super) fn rows<'a>(
    piece: &'a Piece,
    dialect: Dialect,
    mut take: impl FnMut(u64, Found<'a, '_>),
) {
    let bytes = &piece.bytes[..];
    // Checked at once, since that is many times faster than field by field;
    // only where it fails does each row answer for itself.
    let text = std::str::from_utf8(bytes).ok();
    let mut spans = Vec::with_capacity(dialect.width);
    let (mut at, mut line) = (0, piece.line);
    // Before here a row is a line, whatever its quotes: a bad one came before.
    let mut singly_until = if piece.is_singly { bytes.len() } else { 0 };
    while at < bytes.len() {
        let reach = if at < singly_until { at + line_length(&bytes[at..]) } else { bytes.len() };
        spans.clear();
        let found = walk(&bytes[at..reach], dialect.delimiter, |span| spans.push(span));
        let end = if let RowEnd::At(length) = found { at + length } else { reach };
        let whole = &bytes[at..end];
        if matches!(whole, b"\n" | b"\r\n" | b"\r") {
            line += 1;
        } else if let Some(reason) = fault(whole, found, &spans, dialect.width) {
            take(line, Err(reason));
            singly_until = singly_until.max(end);
            line += 1;
            at += line_length(whole);
            continue;
        } else {
            let text = text.map(|text| &text[at..end]);
            let text = text.or_else(|| std::str::from_utf8(whole).ok());
            take(line, text.map(|text| (text, &spans[..])).ok_or("not UTF-8"));
            line += memchr_iter(b'\n', whole).count() as u64;
        }
        at = end;
    }
}

/// The length of the first line, its line break included.
fn line_length(bytes: &[u8]) -> usize {
    memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1)
}

/// What is wrong with how a row is written. A row of several lines that is
/// faulty loses only its first: the others are read again, one by one.
fn fault(row: &[u8], found: RowEnd, spans: &[Span], width: usize) -> Option<&'static str> {
    // A quote that was opened by mistake may find its end in another row; but
    // no writer puts text after the quote that closes a field of several lines.
    let has_strayed = |span: &Span| {
        span.kind == SpanKind::Spoiled && memchr(b'\n', &row[span.start..span.end]).is_some()
    };
    let is_unclosed = found == RowEnd::Unclosed;
    if !is_unclosed && spans.len() == width && !spans.iter().any(has_strayed) {
        return None;
    }
    Some(if is_unclosed || line_length(row) < row.len() {
        "a quote that opens in this line spoils it"
    } else if spans.len() < width {
        "fewer fields than columns"
    } else {
        "more fields than columns"
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_ends_where_its_last_field_does(words in "[a,;\"\n\r]{0,24}", spaces in "[a,\"]{0,6}") {
            for text in [words.clone(), format!("\"{words}"), format!("a,\"{words}\"{spaces}\n")] {
                for delimiter in [b',', b';'] {
                    let walked = walk(text.as_bytes(), delimiter, |_| {});
                    prop_assert_eq!(row_end(text.as_bytes(), delimiter), walked);
                }
            }
        }
    }
}
