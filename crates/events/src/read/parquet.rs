//! Parquet: record batches with columns of any usual type. Structs are
//! flattened to dotted names as in JSON; lists are named and not kept.

use super::record::Recorder;
use super::row::{Row, Value};
use super::{ReadError, Schema};
use crate::time::TimeRules;
use arrow::array::{
    Array, ArrayRef, AsArray, FixedSizeBinaryArray, Float64Array, Int64Array, RecordBatch,
    StringArray, StructArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// The first and last bytes of every Parquet file.
pub(super) const MAGIC: &[u8] = b"PAR1";

/// Deepest struct that is flattened: deeper is a document, not a row.
const DEPTH_MAX: usize = 16;

/// Bytes that a row is taken to need, to cut batches of about a chunk.
const ROW_BYTES_GUESS: usize = 256;

/// An opened file.
pub(super) struct Opened {
    pub(super) reader: ParquetRecordBatchReader,
    /// Dotted names of the columns that can be read, in the file's order.
    pub(super) names: Vec<String>,
    /// Names of those that cannot.
    pub(super) unread: Vec<String>,
}

/// Reads the directory at the end of the file, no rows.
pub(super) fn open(mut file: File, chunk_bytes: usize) -> Result<Opened, ReadError> {
    let mut tail = [0; 4];
    file.seek(SeekFrom::End(-4)).map_err(|_| ReadError::ParquetStream)?;
    file.read_exact(&mut tail).map_err(|source| ReadError::Io { line: 0, source })?;
    if tail != MAGIC {
        return Err(ReadError::ParquetCut);
    }
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| damaged(0, &e))?;
    if builder.metadata().file_metadata().num_rows() == 0 {
        return Err(ReadError::NoRows);
    }
    let (mut names, mut unread) = (Vec::new(), Vec::new());
    walk_names(builder.schema().fields(), "", 0, &mut names, &mut unread);
    let rows = (chunk_bytes / ROW_BYTES_GUESS).clamp(1, 65_536);
    let reader = builder.with_batch_size(rows).build().map_err(|e| damaged(0, &e))?;
    Ok(Opened { reader, names, unread })
}

/// A failure to decode after `line` rows.
pub(super) fn damaged(line: u64, error: &dyn std::error::Error) -> ReadError {
    ReadError::Damaged { what: "Parquet file", line, cause: error.to_string() }
}

fn walk_names(
    fields: &Fields,
    prefix: &str,
    depth: usize,
    names: &mut Vec<String>,
    unread: &mut Vec<String>,
) {
    for field in fields {
        let name = format!("{prefix}{}", field.name());
        match field.data_type() {
            DataType::Struct(inner) if depth < DEPTH_MAX => {
                walk_names(inner, &format!("{name}."), depth + 1, names, unread);
            }
            _ if is_read(field) => names.push(name),
            _ => unread.push(name),
        }
    }
}

fn is_read(field: &Field) -> bool {
    match field.data_type() {
        DataType::FixedSizeBinary(16) | DataType::Null => true,
        DataType::FixedSizeBinary(_) => false,
        DataType::Dictionary(_, values) => !values.is_nested(),
        other => !other.is_nested() && arrow::compute::can_cast_types(other, &DataType::Utf8),
    }
}

/// One column of a batch, as few kinds of array as will do.
enum Leaf {
    Text(StringArray),
    Float(Float64Array),
    /// Milliseconds since the epoch, or of local time.
    Time {
        ms: Int64Array,
        is_local: bool,
    },
    Uuid(FixedSizeBinaryArray),
    /// Bytes that should be text.
    Bytes(arrow::array::BinaryArray),
    Unusable,
}

impl Leaf {
    fn new(array: &ArrayRef) -> Self {
        match array.data_type() {
            DataType::Timestamp(unit, zone) => {
                Self::time(array, *unit, zone.is_none()).unwrap_or(Leaf::Unusable)
            }
            DataType::Date64 => Self::time(
                &as_type(array, DataType::Timestamp(TimeUnit::Millisecond, None)),
                TimeUnit::Millisecond,
                true,
            )
            .unwrap_or(Leaf::Unusable),
            DataType::Float16 | DataType::Float32 | DataType::Float64 => {
                match as_type(array, DataType::Float64).as_primitive_opt() {
                    Some(floats) => Leaf::Float(floats.clone()),
                    None => Leaf::Unusable,
                }
            }
            DataType::FixedSizeBinary(16) => match array.as_fixed_size_binary_opt() {
                Some(bytes) => Leaf::Uuid(bytes.clone()),
                None => Leaf::Unusable,
            },
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                match as_type(array, DataType::Binary).as_binary_opt() {
                    Some(bytes) => Leaf::Bytes(bytes.clone()),
                    None => Leaf::Unusable,
                }
            }
            _ => match as_type(array, DataType::Utf8).as_string_opt() {
                Some(texts) => Leaf::Text(texts.clone()),
                None => Leaf::Unusable,
            },
        }
    }

    fn time(array: &ArrayRef, unit: TimeUnit, is_local: bool) -> Option<Self> {
        let counts = as_type(array, DataType::Int64);
        let counts: &Int64Array = counts.as_primitive_opt()?;
        let ms = counts.unary_opt(|count| match unit {
            TimeUnit::Second => count.checked_mul(1000),
            TimeUnit::Millisecond => Some(count),
            TimeUnit::Microsecond => Some(count.div_euclid(1000)),
            TimeUnit::Nanosecond => Some(count.div_euclid(1_000_000)),
        });
        Some(Leaf::Time { ms, is_local })
    }

    fn value(&self, at: usize, rules: &TimeRules) -> Value<'_> {
        match self {
            Leaf::Text(texts) if texts.is_valid(at) => Value::Text(texts.value(at)),
            Leaf::Float(floats) if floats.is_valid(at) => {
                // Shortest form, and an integer without `.0`: ids in a column
                // with gaps are floats in some data frames.
                Value::Owned(floats.value(at).to_string())
            }
            Leaf::Time { ms, is_local } if ms.is_valid(at) => match is_local {
                true => rules.naive(ms.value(at)).map_or_else(Value::Unusable, Value::TimeMs),
                false => Value::TimeMs(ms.value(at)),
            },
            Leaf::Uuid(bytes) if bytes.is_valid(at) => Value::Owned(uuid(bytes.value(at))),
            Leaf::Bytes(bytes) if bytes.is_valid(at) => std::str::from_utf8(bytes.value(at))
                .map_or(Value::Unusable("not UTF-8"), Value::Text),
            Leaf::Unusable => Value::Unusable("a type that cannot be read"),
            _ => Value::Absent,
        }
    }
}

/// The array as another type, or an empty one where that cannot be.
fn as_type(array: &ArrayRef, wanted: DataType) -> ArrayRef {
    match array.data_type() == &wanted {
        true => array.clone(),
        false => cast(array, &wanted)
            .unwrap_or_else(|_| arrow::array::new_null_array(&DataType::Null, array.len())),
    }
}

fn uuid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
    }
    text
}

/// The columns in the order of [`Opened::names`].
fn leaves(batch: &RecordBatch) -> Vec<ArrayRef> {
    let mut leaves = Vec::new();
    let top = StructArray::from(batch.clone());
    walk_arrays(&top, 0, &mut leaves);
    leaves
}

fn walk_arrays(parent: &StructArray, depth: usize, leaves: &mut Vec<ArrayRef>) {
    for (field, array) in parent.fields().iter().zip(parent.columns()) {
        match array.as_struct_opt().filter(|_| depth < DEPTH_MAX) {
            Some(inner) => walk_arrays(inner, depth + 1, leaves),
            None if is_read(field) => leaves.push(array.clone()),
            None => {}
        }
    }
}

/// Parses the rows of a batch, the first of which is number `first`.
pub(super) fn parse(batch: &RecordBatch, first: u64, schema: &Schema, recorder: &mut Recorder<'_>) {
    let arrays = leaves(batch);
    let leaf = |source: usize| arrays.get(source).map(Leaf::new);
    let layout = &schema.layout;
    let columns: Vec<_> = (0..)
        .zip(layout.sources)
        .filter_map(|(column, source): (usize, _)| Some((column, leaf(source?)?)))
        .collect();
    let extras: Vec<_> =
        layout.extras.iter().filter_map(|&(source, index)| Some((index, leaf(source)?))).collect();
    let mut row = Row::default();
    for (at, line) in (0..batch.num_rows()).zip(first..) {
        for (column, leaf) in &columns {
            row.values[*column] = leaf.value(at, &schema.rules);
        }
        row.extra.clear();
        row.extra
            .extend(extras.iter().map(|(index, leaf)| (*index, leaf.value(at, &schema.rules))));
        recorder.row(line, &row);
    }
}

/// Some texts of a column, to see how its dates are written.
pub(super) fn sample(batch: &RecordBatch, source: usize) -> Vec<String> {
    let leaf = leaves(batch).get(source).map(Leaf::new);
    match leaf {
        Some(Leaf::Text(texts)) => texts.iter().flatten().map(str::to_string).collect(),
        _ => Vec::new(),
    }
}
