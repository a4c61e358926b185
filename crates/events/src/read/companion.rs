//! Reading a companion of the sign-ups: the same formats, packings and rules for
//! bad rows, over columns of its own. It is read once and in order: harm and
//! labels are few beside the sign-ups, so one thread keeps up.

use super::open::{HEAD_BYTES, rules};
use super::pieces::{self, Piece, Pieces};
use super::record::{ACCOUNT_ID_BYTES_MAX, VALUE_BYTES_MAX};
use super::row::Value;
use super::sniff::{self, Format, Kind};
use super::source::{Bytes, Compression, Source};
use super::{Options, ReadError, delimited, jsonl};
use crate::AccountId;
use crate::columns::Column;
use crate::companion::{Companion, Field, Fields};
use crate::place::{Rejected, Scope};
use crate::time::{OrderHint, TimeRules, order_hint};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use std::marker::PhantomData;

/// A companion whose head was understood.
pub struct OpenedCompanion<C> {
    /// The format found.
    pub format: Format,
    /// The packing found.
    pub compression: Compression,
    /// (field, column) of each field found.
    pub mapping: Vec<(String, String)>,
    /// Columns that are not read.
    pub unused: Vec<String>,
    /// What a person should know, one sentence each.
    pub notes: Vec<String>,
    /// Its rows.
    pub batches: Companions<C>,
}

/// The records of one companion, some at a time, in its order. An error is the
/// last item: what came before it is good.
pub struct Companions<C> {
    pieces: Pieces,
    syntax: Syntax,
    table: Table,
    of: PhantomData<C>,
    failed: bool,
}

/// Some records of a companion.
#[derive(Clone, Debug)]
pub struct CompanionBatch<C> {
    /// The rows accepted, in their order.
    pub records: Vec<C>,
    /// Rows and fields that were set aside, in their order.
    pub rejected: Vec<Rejected>,
    /// Rows seen: those accepted and those rejected.
    pub rows: u64,
}

/// The values of one row, by the place of their field in [`Companion::FIELDS`].
pub struct Cells<'t, 'a> {
    table: &'t Table,
    values: &'t [Value<'a>],
    set_aside: Vec<(&'static Field, &'static str)>,
}

enum Syntax {
    Delimited(delimited::Dialect),
    JsonLines(HashMap<String, usize>),
}

/// What all rows share.
struct Table {
    fields: &'static [Field],
    found: Fields,
    rules: TimeRules,
    input: u32,
}

const NO_PARQUET: ReadError = ReadError::Convert {
    what: "a Parquet file",
    advice: "write harm and labels as CSV or JSON lines",
};

/// Finds out what a companion is and which of its columns is which. Of the
/// options, `map` and `extra` do not apply: its columns are its own.
pub fn open_companion<C: Companion>(
    bytes: Bytes,
    options: &Options,
) -> Result<OpenedCompanion<C>, ReadError> {
    let stream: Box<dyn Read + Send> = match bytes {
        Bytes::Stream(stream) => stream,
        Bytes::File(file) => Box::new(file),
        Bytes::Ranges(_) => return Err(NO_PARQUET),
    };
    let mut source = Source::open(stream, HEAD_BYTES)?;
    if source.head().starts_with(sniff::BOM) {
        source.skip(sniff::BOM.len());
    }
    match sniff::kind(source.head())? {
        Kind::Delimited => open_delimited(source, options),
        Kind::JsonLines => open_json_lines(source, options),
        Kind::Parquet => Err(NO_PARQUET),
        Kind::UsersXml => Err(ReadError::Foreign { what: "XML" }),
    }
}

fn open_delimited<C: Companion>(
    source: Source,
    options: &Options,
) -> Result<OpenedCompanion<C>, ReadError> {
    let head = source.head();
    let found = delimited::open(head, source.is_whole(), options)?;
    let fields = Fields::find(C::FIELDS, &found.names)?;
    let (header_bytes, header_lines) = found.header.unwrap_or((0, 0));
    let mut stamps = [None; Column::COUNT];
    stamps[Column::Timestamp as usize] = fields.source_of(Column::Timestamp.name());
    let hints = delimited::order_hints(&head[header_bytes..], found.dialect, &stamps);
    let format = Format::Delimited { delimiter: found.dialect.delimiter };
    let rows = pieces::Rows::Quoted { delimiter: found.dialect.delimiter };
    let head = Head { format, names: found.names, fields, hints };
    let mut opened = head.opened(source, rows, Syntax::Delimited(found.dialect), options);
    opened.batches.pieces.skip_head(header_bytes, header_lines);
    Ok(opened)
}

fn open_json_lines<C: Companion>(
    source: Source,
    options: &Options,
) -> Result<OpenedCompanion<C>, ReadError> {
    let (names, any) = jsonl::names(source.head(), source.is_whole());
    if !any {
        return Err(ReadError::NoObjects);
    }
    let fields = Fields::find(C::FIELDS, &names)?;
    let stamp = fields.source_of(Column::Timestamp.name()).map(|at| names[at].clone());
    let texts = jsonl::texts(source.head(), |name| stamp.as_deref() == Some(name));
    let hints = texts.iter().filter_map(|text| order_hint(text)).collect();
    let pairs = fields.sources.iter().enumerate();
    let keys = pairs.filter_map(|(field, at)| Some((names[(*at)?].clone(), field))).collect();
    let head = Head { format: Format::JsonLines, names, fields, hints };
    Ok(head.opened(source, pieces::Rows::Lines, Syntax::JsonLines(keys), options))
}

/// What the head told.
struct Head {
    format: Format,
    names: Vec<String>,
    fields: Fields,
    hints: Vec<OrderHint>,
}

impl Head {
    fn opened<C: Companion>(
        self,
        source: Source,
        rows: pieces::Rows,
        syntax: Syntax,
        options: &Options,
    ) -> OpenedCompanion<C> {
        let Self { format, names, fields, hints } = self;
        let mut notes = Vec::new();
        let rules = rules(&hints, options, &mut notes);
        let is_used = |at: usize| fields.sources.contains(&Some(at));
        let unused = names.iter().enumerate().filter(|(at, _)| !is_used(*at));
        let unused = unused.map(|(_, name)| name.clone()).collect();
        let (mapping, compression) = (fields.mapping(&names), source.compression);
        let pieces = Pieces::new(source, rows, options.chunk_bytes, options.row_bytes_max);
        let table = Table { fields: C::FIELDS, found: fields, rules, input: options.input };
        let batches = Companions { pieces, syntax, table, of: PhantomData, failed: false };
        OpenedCompanion { format, compression, mapping, unused, notes, batches }
    }
}

impl<C: Companion> Iterator for Companions<C> {
    type Item = Result<CompanionBatch<C>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let piece = self.pieces.next()?;
        self.failed = piece.is_err();
        Some(piece.map(|piece| self.parse(&piece)))
    }
}

impl<C: Companion> Companions<C> {
    fn parse(&self, piece: &Piece) -> CompanionBatch<C> {
        let mut batch = CompanionBatch { records: Vec::new(), rejected: Vec::new(), rows: 0 };
        match &self.syntax {
            Syntax::Delimited(dialect) => {
                let mut values = Vec::new();
                delimited::rows(piece, *dialect, |line, found| match found {
                    Ok((text, spans)) => {
                        let value = |at: &Option<usize>| at.map(|at| spans[at].value(text));
                        values.clear();
                        let sources = self.table.found.sources.iter();
                        values.extend(sources.map(|at| value(at).unwrap_or_default()));
                        self.table.take(line, &values, &mut batch);
                    }
                    Err(reason) => self.table.refuse(line, reason, &mut batch),
                });
            }
            Syntax::JsonLines(keys) => self.parse_lines(piece, keys, &mut batch),
        }
        if let Some((line, reason)) = piece.refused {
            self.table.refuse(line, reason, &mut batch);
        }
        batch
    }

    fn parse_lines(
        &self,
        piece: &Piece,
        keys: &HashMap<String, usize>,
        batch: &mut CompanionBatch<C>,
    ) {
        let mut path = String::new();
        for (start, end, line) in jsonl::lines(&piece.bytes, piece.line) {
            let whole = &piece.bytes[start..end];
            if whole.trim_ascii().is_empty() {
                continue;
            }
            let mut values = vec![Value::Absent; self.table.fields.len()];
            let flat = match std::str::from_utf8(whole) {
                Err(_) => Err("not UTF-8"),
                Ok(text) => jsonl::flatten(text, &mut path, &mut |name, value| {
                    if let Some(field) = keys.get(name) {
                        values[*field] = value;
                    }
                }),
            };
            match flat {
                Ok(()) => self.table.take(line, &values, batch),
                Err(reason) => self.table.refuse(line, reason, batch),
            }
        }
    }
}

impl Table {
    fn take<C: Companion>(&self, line: u64, values: &[Value<'_>], batch: &mut CompanionBatch<C>) {
        batch.rows += 1;
        let mut cells = Cells { table: self, values, set_aside: Vec::new() };
        let parsed = C::parse(&mut cells);
        let set_aside = |(field, reason): (&Field, &str), scope| Rejected {
            input: self.input,
            line,
            field: Some(field.name.to_owned()),
            reason: reason.to_owned(),
            scope,
        };
        match parsed {
            Ok(record) => {
                let fields = cells.set_aside.into_iter();
                batch.rejected.extend(fields.map(|field| set_aside(field, Scope::Field)));
                batch.records.push(record);
            }
            Err(fault) => batch.rejected.push(set_aside(fault, Scope::Row)),
        }
    }

    fn refuse<C>(&self, line: u64, reason: &str, batch: &mut CompanionBatch<C>) {
        batch.rows += 1;
        let reason = reason.to_owned();
        let rejected = Rejected { input: self.input, line, field: None, reason, scope: Scope::Row };
        batch.rejected.push(rejected);
    }
}

/// Why a row is no record: the column at fault, and what is wrong.
type Fault = (&'static Field, &'static str);

impl Cells<'_, '_> {
    /// The account; a row without one is no record.
    pub fn account_id(&self, at: usize) -> Result<AccountId, Fault> {
        self.required(at, |text| match text.len() {
            0..=ACCOUNT_ID_BYTES_MAX => Ok(AccountId::new(text)),
            _ => Err("longer than 1024 bytes"),
        })
    }

    /// A value without which the row is no record.
    pub fn required<T>(
        &self,
        at: usize,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Result<T, Fault> {
        let fault = |reason| (&self.table.fields[at], reason);
        let text = self.text(at).map_err(fault)?.ok_or(fault("missing"))?;
        parse(&text).map_err(fault)
    }

    /// A value that is set aside where it cannot be taken.
    pub fn optional<T>(
        &mut self,
        at: usize,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let parsed = match self.text(at) {
            Ok(text) => text.map(|text| parse(&text)).transpose(),
            Err(reason) => Err(reason),
        };
        parsed.unwrap_or_else(|reason| {
            self.set_aside.push((&self.table.fields[at], reason));
            None
        })
    }

    /// A time, in milliseconds since the epoch.
    pub fn time(&mut self, at: usize) -> Option<i64> {
        let table = self.table;
        self.optional(at, |text| table.rules.parse(text))
    }

    fn text(&self, at: usize) -> Result<Option<Cow<'_, str>>, &'static str> {
        match self.values[at].text()? {
            Some(text) if text.len() > VALUE_BYTES_MAX => Err("longer than 16384 bytes"),
            text => Ok(text),
        }
    }
}
