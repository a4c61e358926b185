//! A day's rows as a Parquet file that any reader understands: the record's
//! columns under their own names, times as UTC milliseconds, numbers as numbers,
//! the rest text; sorted by time, so that a stretch of time is a stretch of rows.

use super::rows::{Block, Texts};
use super::{Stored, day_name};
use arrow::array::{
    ArrayRef, StringBuilder, TimestampMillisecondArray, UInt32Array, new_empty_array,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use events::columns::Column;
use events::read::LAKE_KEY;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows to a row group: readers take groups in parallel, and leave out whole ones.
const GROUP_ROWS: usize = 128 * 1024;

/// Columns are packed by dictionaries before; zstd's own choice, 3, saves a few
/// hundredths more and takes twice as long.
const ZSTD_LEVEL: i32 = 1;

/// A file, and what the manifest says of it but for its path.
pub struct Encoded {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its line in the manifest.
    pub stored: Stored,
}

enum Cells<'a> {
    Texts(&'a Texts),
    Numbers(Box<dyn Fn(usize) -> Option<u32> + Sync + 'a>),
    Times(Box<dyn Fn(usize) -> Option<i64> + Sync + 'a>),
}

struct Sheet<'a> {
    name: String,
    cells: Cells<'a>,
}

/// Encodes the rows of one day, columns side by side; `extra` names the columns
/// that the record does not know.
pub fn encode(day: i64, block: &Block, extra: &[String]) -> Result<Encoded, ParquetError> {
    let sheets = sheets(block, extra);
    let schema = Arc::new(Schema::new(sheets.iter().map(Sheet::field).collect::<Vec<_>>()));
    let order = block.order();
    let writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties()?))?;
    let (mut file, groups) = writer.into_serialized_writer()?;
    for (group, rows) in order.chunks(GROUP_ROWS).enumerate() {
        let writers = groups.create_column_writers(group)?;
        let work: Vec<_> = writers.into_iter().zip(&sheets).zip(schema.fields()).collect();
        let chunks: Vec<ArrowColumnChunk> = work
            .into_par_iter()
            .map(|((writer, sheet), field)| column(writer, field, &sheet.array(rows)))
            .collect::<Result<_, _>>()?;
        let mut row_group = file.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut row_group)?;
        }
        row_group.close()?;
    }
    let bytes = file.into_inner()?;
    let times = || order.iter().map(|&at| block.times_ms[at as usize]);
    let stored = Stored {
        path: String::new(),
        day: day_name(day),
        rows: block.len() as u64,
        bytes: bytes.len() as u64,
        sha256: Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
        min_ms: times().next().unwrap_or_default(),
        max_ms: times().next_back().unwrap_or_default(),
        hours: block.hours(),
    };
    Ok(Encoded { bytes, stored })
}

fn column(
    mut writer: ArrowColumnWriter,
    field: &Field,
    array: &ArrayRef,
) -> Result<ArrowColumnChunk, ParquetError> {
    for leaf in compute_leaves(field, array)? {
        writer.write(&leaf)?;
    }
    writer.close()
}

fn properties() -> Result<WriterProperties, ParquetError> {
    let timestamp = ColumnPath::from(Column::Timestamp.name());
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // Pages of times are looked up; of the others the place is enough.
        .set_column_statistics_enabled(timestamp, EnabledStatistics::Page)
        .set_key_value_metadata(Some(vec![KeyValue::new(LAKE_KEY.to_owned(), "1".to_owned())]))
        .build())
}

/// The columns: the account and the time always, the others where they have any
/// value; first the record's in its order, then the extra ones by name.
fn sheets<'a>(block: &'a Block, extra: &[String]) -> Vec<Sheet<'a>> {
    let mut found: BTreeMap<Column, Cells<'a>> =
        block.columns().map(|(column, texts)| (column, Cells::Texts(texts))).collect();
    found.insert(Column::AccountId, Cells::Texts(&block.accounts));
    found.insert(Column::Timestamp, Cells::Times(Box::new(|at| Some(block.times_ms[at]))));
    if block.asn.iter().any(|asn| *asn != 0) {
        let asn = |at: usize| Some(block.asn[at]).filter(|asn| *asn != 0);
        found.insert(Column::Asn, Cells::Numbers(Box::new(asn)));
    }
    if block.captcha_issue_ms.iter().any(Option::is_some) {
        let issue = |at: usize| block.captcha_issue_ms[at];
        found.insert(Column::CaptchaIssueTs, Cells::Times(Box::new(issue)));
    }
    if block.captcha_solve_ms.iter().any(Option::is_some) {
        let solve = |at: usize| block.captcha_solve_ms[at];
        found.insert(Column::CaptchaSolveMs, Cells::Numbers(Box::new(solve)));
    }
    let known = found.into_iter();
    let mut sheets: Vec<_> =
        known.map(|(column, cells)| Sheet { name: column.name().to_owned(), cells }).collect();
    for (index, name) in free_names(extra) {
        if let Some(texts) = block.extra.get(&index) {
            sheets.push(Sheet { name, cells: Cells::Texts(texts) });
        }
    }
    sheets
}

/// Names for the extra columns, sorted, by index. None is that of a column of the
/// record or of the folders, and no two differ in capitals only: query engines do
/// not tell these apart.
fn free_names(extra: &[String]) -> Vec<(u16, String)> {
    let known = Column::ALL.iter().map(|column| column.name().to_owned());
    let mut taken: BTreeSet<String> = known.chain(["day".to_owned()]).collect();
    let mut sorted: Vec<(&String, u16)> = extra.iter().zip(0..).collect();
    sorted.sort();
    let free = sorted.into_iter().map(|(name, index)| {
        let (mut free, mut number) = (name.clone(), 2);
        while !taken.insert(free.to_lowercase()) {
            free = format!("{name} ({number})");
            number += 1;
        }
        (index, free)
    });
    free.collect()
}

impl Sheet<'_> {
    fn field(&self) -> Field {
        let required = [Column::AccountId.name(), Column::Timestamp.name()];
        let nullable = !required.contains(&self.name.as_str());
        Field::new(&self.name, self.array(&[]).data_type().clone(), nullable)
    }

    /// The column's values at `rows`.
    fn array(&self, rows: &[u32]) -> ArrayRef {
        let at = rows.iter().map(|&row| row as usize);
        match &self.cells {
            Cells::Texts(texts) => {
                let mut builder = StringBuilder::with_capacity(rows.len(), 0);
                at.for_each(|row| builder.append_option(texts.get(row)));
                Arc::new(builder.finish())
            }
            Cells::Numbers(number) => Arc::new(at.map(number).collect::<UInt32Array>()),
            Cells::Times(_) if rows.is_empty() => {
                new_empty_array(&DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())))
            }
            Cells::Times(time_ms) => {
                let times = at.map(time_ms).collect::<TimestampMillisecondArray>();
                Arc::new(times.with_timezone("UTC"))
            }
        }
    }
}
