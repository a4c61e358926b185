//! Opening a Parquet file: its directory, the columns it has, and a reader of
//! those columns and rows only that are asked for.

use super::between::{self, Lines, Stamps};
use super::{LAKE_KEY, MAGIC, damaged, texts, walk_names};
use crate::columns::{Column, Layout};
use crate::read::{Extras, Options, ReadError, Rows};
use crate::time::TimeRules;
use bytes::{Buf, Bytes};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::PageIndexPolicy;
use parquet::file::reader::{ChunkReader, Length};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::sync::Arc;

/// Bytes that a row is taken to need, to cut batches of about a chunk.
const ROW_BYTES_GUESS: usize = 256;

/// Most rows of a batch, whatever a chunk may hold.
const BATCH_ROWS_MAX: usize = 65_536;

/// The bytes that end every file: the directory's length and the magic.
const TAIL_BYTES: u64 = 8;

/// A file that is read by ranges of bytes.
pub trait Ranges: Send + Sync {
    /// Its size in bytes.
    fn size(&self) -> u64;

    /// These bytes, or the first of them: at least one of a range that is not
    /// empty.
    fn read(&self, range: Range<u64>) -> io::Result<Bytes>;

    /// These will be read, a group soon after the other and the ranges of a
    /// group in any order: a distant file does well to fetch a group at once.
    fn expect(&self, groups: Vec<Vec<Range<u64>>>) {
        let _ = groups;
    }
}

/// Where the bytes are.
pub(in crate::read) enum Table {
    File(File),
    Ranges(Arc<dyn Ranges>),
}

impl Table {
    fn again(&self) -> Result<Self, ReadError> {
        match self {
            Table::File(file) => file
                .try_clone()
                .map(Table::File)
                .map_err(|source| ReadError::Io { line: 0, source }),
            Table::Ranges(ranges) => Ok(Table::Ranges(ranges.clone())),
        }
    }
}

impl Length for Table {
    fn len(&self) -> u64 {
        match self {
            Table::File(file) => Length::len(file),
            Table::Ranges(ranges) => ranges.size(),
        }
    }
}

impl ChunkReader for Table {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        match self {
            Table::File(file) => Ok(Box::new(file.get_read(start)?)),
            Table::Ranges(ranges) => {
                // Page headers are read byte by byte.
                Ok(Box::new(BufReader::new(From { ranges: ranges.clone(), at: start })))
            }
        }
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        match self {
            Table::File(file) => file.get_bytes(start, length),
            Table::Ranges(ranges) => {
                Ok(whole(&**ranges, start..start.saturating_add(length as u64))?)
            }
        }
    }
}

/// All bytes of a range.
fn whole(ranges: &dyn Ranges, range: Range<u64>) -> io::Result<Bytes> {
    let first = ranges.read(range.clone())?;
    if first.len() as u64 == range.end - range.start {
        return Ok(first);
    }
    let mut bytes = Vec::from(first);
    while range.start + (bytes.len() as u64) < range.end {
        bytes.extend_from_slice(&ranges.read(range.start + bytes.len() as u64..range.end)?);
    }
    Ok(bytes.into())
}

/// Reads on from a place.
struct From {
    ranges: Arc<dyn Ranges>,
    at: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.at.saturating_add(buffer.len() as u64).min(self.ranges.size());
        let mut bytes = self.ranges.read(self.at.min(end)..end)?;
        let read = bytes.remaining();
        bytes.copy_to_slice(&mut buffer[..read]);
        self.at += read as u64;
        Ok(read)
    }
}

/// What the directory at the end of a file says.
pub(in crate::read) struct Head {
    table: Table,
    pub(super) metadata: ArrowReaderMetadata,
    /// Dotted names of the columns that can be read, in the file's order.
    pub(in crate::read) names: Vec<String>,
    /// Names of those that cannot.
    pub(in crate::read) unread: Vec<String>,
    /// The top column that each of the names is in.
    pub(super) roots: Vec<usize>,
    batch_rows: usize,
}

/// Reads the directory, no rows.
pub(in crate::read) fn open(table: Table, options: &Options) -> Result<Head, ReadError> {
    check_tail(&table)?;
    // Where pages begin is needed only to leave some out.
    let pages = match options.between {
        Some(_) => PageIndexPolicy::Optional,
        None => PageIndexPolicy::Skip,
    };
    let wanted = ArrowReaderOptions::new().with_page_index_policy(pages);
    let metadata = ArrowReaderMetadata::load(&table, wanted).map_err(|e| damaged(0, &e))?;
    if metadata.metadata().file_metadata().num_rows() == 0 {
        return Err(ReadError::NoRows);
    }
    let (mut names, mut unread, mut roots) = (Vec::new(), Vec::new(), Vec::new());
    for (root, field) in metadata.schema().fields().iter().enumerate() {
        walk_names(&[field.clone()].into(), "", 0, &mut names, &mut unread);
        roots.resize(names.len(), root);
    }
    let batch_rows = (options.chunk_bytes / ROW_BYTES_GUESS).clamp(1, BATCH_ROWS_MAX);
    Ok(Head { table, metadata, names, unread, roots, batch_rows })
}

fn check_tail(table: &Table) -> Result<(), ReadError> {
    let size = Length::len(table);
    let start = size.checked_sub(TAIL_BYTES).ok_or(ReadError::ParquetCut)?;
    let tail = table.get_bytes(start, TAIL_BYTES as usize).map_err(|e| damaged(0, &e))?;
    if tail.ends_with(MAGIC) { Ok(()) } else { Err(ReadError::ParquetCut) }
}

impl Head {
    /// Whether the columns have the record's names, or are extra ones.
    pub(in crate::read) fn is_lake(&self) -> bool {
        let notes = self.metadata.metadata().file_metadata().key_value_metadata();
        notes.is_some_and(|notes| notes.iter().any(|note| note.key == LAKE_KEY))
    }

    fn rows(&self) -> u64 {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or_default()
    }

    /// The first texts of a column, to see how its dates are written.
    pub(in crate::read) fn sample(&self, source: usize) -> Result<Vec<String>, ReadError> {
        let column = &self.metadata.schema().fields()[self.roots[source]];
        if column.data_type().is_temporal() || column.data_type().is_numeric() {
            return Ok(Vec::new());
        }
        let alone: Vec<_> = self.beside(source).collect();
        let mut reader =
            self.reader(&[self.roots[source]].into())?.build().map_err(|e| damaged(0, &e))?;
        let batch = reader.next().transpose().map_err(|e| damaged(0, &e))?;
        let at = alone.iter().position(|&beside| beside == source).unwrap_or_default();
        Ok(batch.map(|batch| texts(&batch, at)).unwrap_or_default())
    }

    /// The columns under the same top column.
    pub(super) fn beside(&self, source: usize) -> impl Iterator<Item = usize> {
        let root = self.roots[source];
        (0..self.names.len()).filter(move |&other| self.roots[other] == root)
    }

    /// A reader of whole top columns.
    pub(super) fn reader(
        &self,
        roots: &BTreeSet<usize>,
    ) -> Result<ParquetRecordBatchReaderBuilder<Table>, ReadError> {
        let mask = self.mask(roots);
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(
            self.table.again()?,
            self.metadata.clone(),
        );
        Ok(builder.with_projection(mask).with_batch_size(self.batch_rows))
    }

    fn mask(&self, roots: &BTreeSet<usize>) -> ProjectionMask {
        let schema = self.metadata.metadata().file_metadata().schema_descr();
        ProjectionMask::roots(schema, roots.iter().copied())
    }

    /// The rows asked for, and how many lie outside; `layout` is narrowed to
    /// the columns that are decoded.
    pub(in crate::read) fn into_rows(
        self,
        layout: &mut Layout,
        rules: &TimeRules,
        options: &Options,
    ) -> Result<(Rows, u64), ReadError> {
        let stamps = layout.sources[Column::Timestamp as usize];
        let selected = match (&options.between, stamps) {
            (Some(between), Some(source)) => {
                between::select(&self, &Stamps { source, rules, between })?
            }
            _ => None,
        };
        let roots = self.narrow(layout, options.extras);
        let mut builder = self.reader(&roots)?;
        let mut lines = Lines::first(self.rows());
        let mut groups: Vec<usize> = (0..self.metadata.metadata().num_row_groups()).collect();
        if let Some(selected) = selected {
            (lines, groups) = (selected.lines, selected.groups);
            builder = builder.with_row_groups(groups.clone());
            builder = builder.with_row_selection(selected.selection);
        }
        self.announce(&groups, &roots);
        let outside = self.rows() - lines.len();
        let reader: ParquetRecordBatchReader = builder.build().map_err(|e| damaged(0, &e))?;
        Ok((Rows::Table { reader, lines }, outside))
    }

    /// Says to a distant file what will be read.
    pub(super) fn announce(&self, groups: &[usize], roots: &BTreeSet<usize>) {
        let Table::Ranges(ranges) = &self.table else { return };
        let (mask, metadata) = (self.mask(roots), self.metadata.metadata());
        let of = |&group: &usize| {
            let columns = metadata.row_group(group).columns().iter().enumerate();
            let wanted = columns.filter(|(leaf, _)| mask.leaf_included(*leaf));
            wanted
                .map(|(_, column)| column.byte_range())
                .map(|(start, length)| start..start + length)
                .collect()
        };
        ranges.expect(groups.iter().map(of).collect());
    }

    /// Leaves out of `layout` what is not to be decoded; returns the top columns
    /// that are.
    fn narrow(&self, layout: &mut Layout, extras: Extras) -> BTreeSet<usize> {
        if let Extras::First(count) = extras {
            layout.extras.retain(|(_, index)| usize::from(*index) < count);
        }
        let extra = layout.extras.iter().map(|(source, _)| *source);
        let wanted = layout.sources.iter().flatten().copied().chain(extra);
        let roots: BTreeSet<usize> = wanted.map(|source| self.roots[source]).collect();
        let decoded = |source: &usize| roots.contains(&self.roots[*source]);
        let kept: Vec<usize> = (0..self.names.len()).filter(decoded).collect();
        let place = |source: usize| kept.binary_search(&source).unwrap_or(source);
        layout.sources = layout.sources.map(|source| source.map(place));
        layout.extras.iter_mut().for_each(|(source, _)| *source = place(*source));
        roots
    }
}
