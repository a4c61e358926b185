//! Reading sign-ups: from bytes to chunks of whole rows (in order, on one
//! thread), from chunks to batches of sign-ups (pure, on any thread). Memory
//! does not grow with the input, and where a chunk ends depends on the bytes
//! alone, so that the result is the same in any split and any thread count.
//!
//! No files are opened here: the caller hands in bytes, and counts or hashes
//! them on the way if it likes.

mod error;
mod source;

mod sniff;

mod delimited;
mod jsonl;
mod parquet;
mod users_xml;

mod address;
mod companion;
mod form;
mod keys;
mod open;
mod pieces;
mod raw;
mod record;
mod row;
mod taker;

pub use companion::{Cells, CompanionBatch, Companions, OpenedCompanion, open_companion};
pub use error::ReadError;
pub use form::Form;
pub use open::open;
pub use parquet::{LAKE_KEY, Ranges, time_counts};
pub use raw::{Raw, RawTaker};
pub use sniff::Format;
pub use source::{Bytes, Compression};
pub use taker::{Aside, Taker, Wanted};

use crate::columns::{Layout, Mapping};
use crate::time::{DateOrder, TimeRules, Zone};
use crate::{Rejected, SignUp};
use arrow::array::RecordBatch;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Longest row in bytes, unless the caller says otherwise. A sign-up has a few
/// hundred; a file with longer rows is something else, or an attack.
pub const ROW_BYTES_MAX: usize = 1024 * 1024;

/// Bytes per chunk, unless the caller says otherwise: a few thousand rows, so
/// that handing one to a thread costs nothing per row.
pub const CHUNK_BYTES: usize = 1024 * 1024;

/// How an input is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// Canonical column name → source column (`user_id`, `user.id`, `/user/id`,
    /// or `column-1` where there is no row of names).
    pub map: BTreeMap<String, String>,
    /// The zone of stamps that name none.
    pub zone: Zone,
    /// How `3/4/2024` is read; none: as the first rows show, else month first.
    pub date_order: Option<DateOrder>,
    /// A row that is later than this is rejected as in the future. The caller
    /// passes the present and a day, since clocks differ.
    pub latest_ms: Option<i64>,
    /// A longer row is rejected and skipped without being held in memory.
    pub row_bytes_max: usize,
    /// About how much a chunk holds.
    pub chunk_bytes: usize,
    /// Index of this input in the run, for [`crate::Place`].
    pub input: u32,
    /// Extra columns of the run so far: those of the inputs before, and those
    /// that the user names as signals. New ones are put behind them.
    pub extra: Vec<String>,
    /// Which of the extra columns are decoded where a format can leave some out.
    pub extras: Extras,
    /// Only rows whose time lies in it, in milliseconds since the epoch; the
    /// others are counted as outside, and where the format allows not decoded.
    pub between: Option<Range<i64>>,
    /// Where no column holds the account: what rows are named after instead of
    /// the input's number (`row-NAME-LINE`).
    pub rows_of: Option<String>,
}

/// Which extra columns are decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extras {
    /// Every one.
    All,
    /// The first so many of [`Options::extra`].
    First(usize),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            map: BTreeMap::new(),
            zone: Zone::default(),
            date_order: None,
            latest_ms: None,
            row_bytes_max: ROW_BYTES_MAX,
            chunk_bytes: CHUNK_BYTES,
            input: 0,
            extra: Vec::new(),
            extras: Extras::All,
            between: None,
            rows_of: None,
        }
    }
}

/// An input whose head was understood.
pub struct Opened {
    /// The format found.
    pub format: Format,
    /// The packing found.
    pub compression: Compression,
    /// What was made of its columns.
    pub mapping: Mapping,
    /// [`Options::extra`] with this input's behind them.
    pub extra: Vec<String>,
    /// Rows that are known to lie outside of [`Options::between`] and are in no
    /// chunk; others are counted chunk by chunk.
    pub outside: u64,
    /// Its rows.
    pub chunks: Chunks,
}

/// Whether bytes start a Parquet file, which [`open`] needs as a file.
pub fn is_parquet(head: &[u8]) -> bool {
    head.starts_with(parquet::MAGIC)
}

/// The chunks of one input, in its order. An error is the last item: what came
/// before it is good.
pub struct Chunks {
    schema: Arc<Schema>,
    rows: Rows,
    failed: bool,
}

enum Rows {
    Text(Box<pieces::Pieces>),
    Table {
        reader: ::parquet::arrow::arrow_reader::ParquetRecordBatchReader,
        lines: parquet::Lines,
    },
}

/// Some whole rows, not yet parsed.
pub struct Chunk {
    schema: Arc<Schema>,
    content: Content,
}

enum Content {
    Text(pieces::Piece),
    Table { batch: RecordBatch, lines: parquet::Lines },
}

/// What one chunk gave.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The rows accepted, in their order.
    pub signups: Vec<SignUp>,
    /// Rows and fields that were set aside, in their order.
    pub rejected: Vec<Rejected>,
    /// Rows seen: those accepted and those rejected.
    pub rows: u64,
    /// Rows outside of [`Options::between`].
    pub outside: u64,
    /// Values that are not kept, by the name of their column: it first turned
    /// up after the head, and the record does not know it (JSON and XML only).
    pub late: BTreeMap<String, u64>,
}

/// What all chunks of an input share.
#[derive(Debug)]
struct Schema {
    layout: Layout,
    rules: TimeRules,
    input: u32,
    extra: Vec<String>,
    between: Option<Range<i64>>,
    rows_of: Option<String>,
    syntax: Syntax,
}

#[derive(Debug)]
enum Syntax {
    Delimited(delimited::Dialect),
    JsonLines(keys::Keys),
    UsersXml(keys::Keys),
    Parquet,
}

impl Iterator for Chunks {
    type Item = Result<Chunk, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let content = match &mut self.rows {
            Rows::Text(pieces) => pieces.next().map(|piece| piece.map(Content::Text)),
            Rows::Table { reader, lines } => reader.next().map(|batch| {
                let batch = batch.map_err(|error| parquet::damaged(lines.taken(), &error))?;
                let lines = lines.take(batch.num_rows() as u64);
                Ok(Content::Table { batch, lines })
            }),
        };
        self.failed = matches!(content, None | Some(Err(_)));
        Some(content?.map(|content| Chunk { schema: self.schema.clone(), content }))
    }
}

impl Chunk {
    /// About how many bytes it holds.
    pub fn bytes(&self) -> usize {
        match &self.content {
            Content::Text(piece) => piece.bytes.len(),
            Content::Table { batch, .. } => batch.get_array_memory_size(),
        }
    }

    /// Parses the rows. Pure: the same chunk gives the same batch on any thread.
    pub fn parse(self) -> Batch {
        let mut signups = Vec::new();
        let Aside { rejected, rows, outside, late } = self.hand_to(&mut signups);
        Batch { signups, rejected, rows, outside, late }
    }

    /// Parses the rows and hands each sign-up to `taker`, in their order, so
    /// that none has to be kept longer than it is needed.
    pub fn hand_to(self, taker: &mut dyn Taker) -> Aside {
        self.record(record::Hands::Whole(taker))
    }

    /// Hands each row that a sign-up can be made of to `taker`, in their order,
    /// with its texts as they stand in the input.
    pub fn hand_raw_to(self, taker: &mut dyn RawTaker) -> Aside {
        self.record(record::Hands::Raw(taker))
    }

    fn record<'h>(&'h self, hands: record::Hands<'h>) -> Aside {
        let mut recorder = record::Recorder::new(&self.schema, hands);
        match (&self.content, &self.schema.syntax) {
            (Content::Table { batch, lines }, _) => {
                parquet::parse(batch, lines, &self.schema, &mut recorder);
            }
            (Content::Text(piece), syntax) => {
                let (bytes, line) = (&piece.bytes, piece.line);
                match syntax {
                    Syntax::Delimited(dialect) => {
                        delimited::parse(piece, *dialect, &mut recorder);
                    }
                    Syntax::JsonLines(keys) => jsonl::parse(bytes, line, keys, &mut recorder),
                    Syntax::UsersXml(keys) => users_xml::parse(bytes, line, keys, &mut recorder),
                    Syntax::Parquet => {}
                }
                if let Some((line, reason)) = piece.refused {
                    recorder.reject_row(line, reason);
                }
            }
        }
        recorder.finish()
    }
}
