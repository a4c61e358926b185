//! Opening an input: look at its head, decide what it is and what its columns
//! mean, and stop there. Everything a chunk needs is fixed here, so that the
//! chunks can be parsed in any order.

use super::keys::Keys;
use super::pieces::{self, Pieces};
use super::sniff::{self, Format, Kind};
use super::source::{Bytes, Compression, Source};
use super::{
    Chunks, Opened, Options, ReadError, Rows, Schema, Syntax, delimited, jsonl, parquet, users_xml,
};
use crate::columns::{self, Column, Layout, Mapping, Request};
use crate::time::{DateOrder, OrderHint, TimeRules, order_hint};
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::sync::Arc;

/// How far an input is read ahead: some hundred rows, and the longest row of
/// names that is believed.
pub(super) const HEAD_BYTES: usize = 256 * 1024;

/// Finds out what the input is and how its columns map. Reads no further than
/// the head; where it fails, the error says what to do.
pub fn open(bytes: Bytes, options: &Options) -> Result<Opened, ReadError> {
    match bytes {
        Bytes::Stream(stream) => open_stream(stream, options),
        Bytes::File(mut file) => {
            let mut head = Vec::new();
            let read = file.by_ref().take(4).read_to_end(&mut head);
            read.map_err(|source| ReadError::Io { line: 0, source })?;
            if head == parquet::MAGIC {
                file.rewind().map_err(|_| ReadError::ParquetStream)?;
                return open_parquet(file, options);
            }
            open_stream(Box::new(Cursor::new(head).chain(file)), options)
        }
    }
}

fn open_stream(stream: Box<dyn Read + Send>, options: &Options) -> Result<Opened, ReadError> {
    let mut source = Source::open(stream, HEAD_BYTES)?;
    if source.head().starts_with(sniff::BOM) {
        source.skip(sniff::BOM.len());
    }
    match sniff::kind(source.head())? {
        Kind::Delimited => open_delimited(source, options),
        Kind::JsonLines => {
            let (names, any) = jsonl::names(source.head(), source.is_whole());
            if any {
                open_keyed(source, Format::JsonLines, names, options)
            } else {
                Err(ReadError::NoObjects)
            }
        }
        Kind::UsersXml => {
            let names = users_xml::names(source.head());
            if names.is_empty() && source.is_whole() {
                return Err(ReadError::NoRows);
            }
            open_keyed(source, Format::UsersXml, names, options)
        }
        Kind::Parquet => Err(ReadError::ParquetStream),
    }
}

fn open_delimited(source: Source, options: &Options) -> Result<Opened, ReadError> {
    let head = source.head();
    let found = delimited::open(head, source.is_whole(), options)?;
    let (mut mapping, layout, extra) = map(&found.names, &[], false, options)?;
    let (header_bytes, header_lines) = found.header.unwrap_or((0, 0));
    let hints = delimited::order_hints(&head[header_bytes..], found.dialect, &layout.sources);
    let rules = rules(&hints, options, &mut mapping.notes);
    let compression = source.compression;
    let delimiter = found.dialect.delimiter;
    let rows = pieces::Rows::Quoted { delimiter };
    let mut pieces = Pieces::new(source, rows, options.chunk_bytes, options.row_bytes_max);
    pieces.skip_head(header_bytes, header_lines);
    let syntax = Syntax::Delimited(found.dialect);
    let schema = Schema { layout, rules, input: options.input, extra, syntax };
    let format = Format::Delimited { delimiter };
    Ok(opened(format, compression, mapping, schema, Rows::Text(Box::new(pieces))))
}

fn open_keyed(
    source: Source,
    format: Format,
    names: Vec<String>,
    options: &Options,
) -> Result<Opened, ReadError> {
    let is_xml = format == Format::UsersXml;
    let fixed = if is_xml { users_xml::FIXED } else { &[] };
    let (mut mapping, layout, extra) = map(&names, fixed, true, options)?;
    let hints = match is_xml {
        true => Vec::new(),
        false => jsonl::texts(source.head(), |name| {
            let stamps = [Column::Timestamp, Column::CaptchaIssueTs];
            let sources = stamps.iter().filter_map(|&column| layout.sources[column as usize]);
            sources.into_iter().any(|source| names[source] == name)
        }),
    };
    let hints: Vec<_> = hints.iter().filter_map(|text| order_hint(text)).collect();
    let rules = rules(&hints, options, &mut mapping.notes);
    let compression = source.compression;
    let keys = Keys::new(&names, &layout, &options.map, &extra);
    let syntax = if is_xml { Syntax::UsersXml(keys) } else { Syntax::JsonLines(keys) };
    let pieces =
        Pieces::new(source, pieces::Rows::Lines, options.chunk_bytes, options.row_bytes_max);
    let schema = Schema { layout, rules, input: options.input, extra, syntax };
    Ok(opened(format, compression, mapping, schema, Rows::Text(Box::new(pieces))))
}

fn open_parquet(file: File, options: &Options) -> Result<Opened, ReadError> {
    let parquet::Opened { mut reader, names, unread } = parquet::open(file, options.chunk_bytes)?;
    let (mut mapping, layout, extra) = map(&names, &[], false, options)?;
    if !unread.is_empty() {
        let unread = unread.join(", ");
        mapping.notes.push(format!("columns of lists or other types are not kept: {unread}"));
    }
    // The first batch is the head: how its dates are written holds for all.
    let first = reader.next().transpose().map_err(|error| parquet::damaged(0, &error))?;
    let source = layout.sources[Column::Timestamp as usize];
    let texts = match (&first, source) {
        (Some(batch), Some(source)) => parquet::sample(batch, source),
        _ => Vec::new(),
    };
    let hints: Vec<_> = texts.iter().filter_map(|text| order_hint(text)).collect();
    let rules = rules(&hints, options, &mut mapping.notes);
    let schema = Schema { layout, rules, input: options.input, extra, syntax: Syntax::Parquet };
    let rows = Rows::Table { first, reader, row: 1 };
    Ok(opened(Format::Parquet, Compression::Plain, mapping, schema, rows))
}

fn opened(
    format: Format,
    compression: Compression,
    mapping: Mapping,
    schema: Schema,
    rows: Rows,
) -> Opened {
    let extra = schema.extra.clone();
    let chunks = Chunks { schema: Arc::new(schema), rows, failed: false };
    Opened { format, compression, mapping, extra, chunks }
}

fn map(
    names: &[String],
    fixed: &[(Column, &str)],
    open_ended: bool,
    options: &Options,
) -> Result<(Mapping, Layout, Vec<String>), ReadError> {
    let mut extra = options.extra.clone();
    let request = Request { names, fixed, map: &options.map, open_ended, extra: &mut extra };
    let (mapping, layout) = columns::map(request)?;
    Ok((mapping, layout, extra))
}

/// How the stamps are read, by the user's word or what the head shows.
pub(super) fn rules(hints: &[OrderHint], options: &Options, notes: &mut Vec<String>) -> TimeRules {
    let day_first = hints.contains(&OrderHint::DayFirst);
    let month_first = hints.contains(&OrderHint::MonthFirst);
    let (order, note) = match (options.date_order, day_first, month_first) {
        (Some(order), ..) => (order, None),
        (None, true, false) => (DateOrder::DayFirst, Some("day first, as the first rows show")),
        (None, false, true) => (DateOrder::MonthFirst, Some("month first, as the first rows show")),
        (None, true, true) => (
            DateOrder::MonthFirst,
            Some("month first, though the first rows have both orders: see the rejected rows"),
        ),
        (None, false, false) => (
            DateOrder::MonthFirst,
            (!hints.is_empty()).then_some("month first; the first rows do not tell"),
        ),
    };
    notes.extend(note.map(|note| format!("dates such as 3/4/2024 are read {note}")));
    TimeRules { zone: options.zone.clone(), order, latest_ms: options.latest_ms }
}
