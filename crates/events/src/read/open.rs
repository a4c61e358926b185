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
use crate::columns::{self, Column, Known, Layout, Mapping, Request};
use crate::time::{DateOrder, OrderHint, TimeRules, order_hint};
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
                return open_parquet(Bytes::File(file), options);
            }
            open_stream(Box::new(Cursor::new(head).chain(file)), options)
        }
        Bytes::Ranges(_) => open_parquet(bytes, options),
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
    let (mut mapping, layout, extra) = map(
        Names { names: &found.names, fixed: &[], open_ended: false, known: Known::Aliases },
        options,
    )?;
    let (header_bytes, header_lines) = found.header.unwrap_or((0, 0));
    let hints = delimited::order_hints(&head[header_bytes..], found.dialect, &layout.sources);
    let rules = rules(&hints, options, &mut mapping.notes);
    let compression = source.compression;
    let delimiter = found.dialect.delimiter;
    let rows = pieces::Rows::Quoted { delimiter };
    let mut pieces = Pieces::new(source, rows, options.chunk_bytes, options.row_bytes_max);
    pieces.skip_head(header_bytes, header_lines);
    let syntax = Syntax::Delimited(found.dialect);
    let schema = schema((layout, extra), rules, options, syntax);
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
    let (mut mapping, layout, extra) =
        map(Names { names: &names, fixed, open_ended: true, known: Known::Aliases }, options)?;
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
    let schema = schema((layout, extra), rules, options, syntax);
    Ok(opened(format, compression, mapping, schema, Rows::Text(Box::new(pieces))))
}

/// Of sign-ups that come without a head.
pub(super) fn form_schema(options: &Options) -> Result<Schema, ReadError> {
    let required = [Column::AccountId, Column::Timestamp];
    let is_mapped = |column: &Column| options.map.contains_key(column.name());
    let own = required.iter().filter(|column| !is_mapped(column));
    let own = own.map(|column| column.name().to_owned());
    let mapped = options.map.values().map(|source| match source.strip_prefix('/') {
        Some(pointer) => pointer.replace('/', "."),
        None => source.clone(),
    });
    let names: Vec<String> = own.chain(mapped).collect();
    let (mut mapping, layout, extra) =
        map(Names { names: &names, fixed: &[], open_ended: true, known: Known::Aliases }, options)?;
    let rules = rules(&[], options, &mut mapping.notes);
    let keys = Keys::new(&names, &layout, &options.map, &extra);
    Ok(schema((layout, extra), rules, options, Syntax::JsonLines(keys)))
}

fn open_parquet(bytes: Bytes, options: &Options) -> Result<Opened, ReadError> {
    let OpenedTable { head, mapping, mut layout, extra, rules, .. } = open_table(bytes, options)?;
    let (rows, outside) = head.into_rows(&mut layout, &rules, options)?;
    let schema = schema((layout, extra), rules, options, Syntax::Parquet);
    let opened = opened(Format::Parquet, Compression::Plain, mapping, schema, rows);
    Ok(Opened { outside, ..opened })
}

/// A Parquet file whose columns were understood.
pub(super) struct OpenedTable {
    pub(super) head: parquet::Head,
    pub(super) rules: TimeRules,
    /// The column of times.
    pub(super) times: usize,
    mapping: Mapping,
    layout: Layout,
    extra: Vec<String>,
}

/// Understands the columns of a Parquet file; reads no rows but, where its times
/// are texts, the first of them.
pub(super) fn open_table(bytes: Bytes, options: &Options) -> Result<OpenedTable, ReadError> {
    let table = match bytes {
        Bytes::File(file) => parquet::Table::File(file),
        Bytes::Ranges(ranges) => parquet::Table::Ranges(ranges),
        Bytes::Stream(_) => return Err(ReadError::ParquetStream),
    };
    let head = parquet::open(table, options)?;
    let known = if head.is_lake() { Known::Names } else { Known::Aliases };
    let names = Names { names: &head.names, fixed: &[], open_ended: false, known };
    let (mut mapping, layout, extra) = map(names, options)?;
    if !head.unread.is_empty() {
        let unread = head.unread.join(", ");
        mapping.notes.push(format!("columns of lists or other types are not kept: {unread}"));
    }
    let times = layout.sources[Column::Timestamp as usize].ok_or(ReadError::NoRows)?;
    // How the first dates are written holds for all.
    let hints: Vec<_> = head.sample(times)?.iter().filter_map(|text| order_hint(text)).collect();
    let rules = rules(&hints, options, &mut mapping.notes);
    Ok(OpenedTable { head, rules, times, mapping, layout, extra })
}

fn schema(
    (layout, extra): (Layout, Vec<String>),
    rules: TimeRules,
    options: &Options,
    syntax: Syntax,
) -> Schema {
    let (between, rows_of) = (options.between.clone(), options.rows_of.clone());
    Schema { layout, rules, input: options.input, extra, between, rows_of, syntax }
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
    Opened { format, compression, mapping, extra, outside: 0, chunks }
}

/// The columns of an input.
struct Names<'a> {
    names: &'a [String],
    /// Those that the format fixes.
    fixed: &'a [(Column, &'a str)],
    /// Whether rows may have others.
    open_ended: bool,
    known: Known,
}

fn map(
    Names { names, fixed, open_ended, known }: Names<'_>,
    options: &Options,
) -> Result<(Mapping, Layout, Vec<String>), ReadError> {
    let mut extra = options.extra.clone();
    let request = Request { names, fixed, map: &options.map, open_ended, known, extra: &mut extra };
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
