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
mod keys;
mod open;
mod pieces;
mod record;
mod row;
mod taker;

pub use companion::{Cells, CompanionBatch, Companions, OpenedCompanion, open_companion};
pub use error::ReadError;
pub use open::open;
pub use sniff::Format;
pub use source::{Bytes, Compression};
pub use taker::{Aside, Taker, Wanted};

use crate::columns::{Layout, Mapping};
use crate::time::{DateOrder, TimeRules, Zone};
use crate::{Rejected, SignUp};
use arrow::array::RecordBatch;
use std::collections::BTreeMap;
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
        first: Option<RecordBatch>,
        reader: ::parquet::arrow::arrow_reader::ParquetRecordBatchReader,
        row: u64,
    },
}

/// Some whole rows, not yet parsed.
pub struct Chunk {
    schema: Arc<Schema>,
    content: Content,
}

enum Content {
    Text(pieces::Piece),
    Table { batch: RecordBatch, row: u64 },
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
            Rows::Table { first, reader, row } => {
                let batch = first.take().map(Ok).or_else(|| reader.next());
                batch.map(|batch| {
                    let batch = batch.map_err(|error| parquet::damaged(*row - 1, &error))?;
                    let first = std::mem::replace(row, *row + batch.num_rows() as u64);
                    Ok(Content::Table { batch, row: first })
                })
            }
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
        let Aside { rejected, rows, late } = self.hand_to(&mut signups);
        Batch { signups, rejected, rows, late }
    }

    /// Parses the rows and hands each sign-up to `taker`, in their order, so
    /// that none has to be kept longer than it is needed.
    pub fn hand_to(self, taker: &mut dyn Taker) -> Aside {
        let mut recorder = record::Recorder::new(&self.schema, taker);
        match (&self.content, &self.schema.syntax) {
            (Content::Table { batch, row }, _) => {
                parquet::parse(batch, *row, &self.schema, &mut recorder);
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
