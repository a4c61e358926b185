//! Parquet: record batches with columns of any usual type. Structs are
//! flattened to dotted names as in JSON; lists are named and not kept.

mod between;
mod hours;
mod table;

pub(super) use between::Lines;
pub use hours::time_counts;
pub use table::Ranges;
pub(super) use table::{Head, Table, open};

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

/// The first and last bytes of every Parquet file.
pub(super) const MAGIC: &[u8] = b"PAR1";

/// Key in a file's own notes: its columns have the record's names, or are extra
/// ones, and nothing in it is known by another name.
pub const LAKE_KEY: &str = "dragnet.lake";

/// Deepest struct that is flattened: deeper is a document, not a row.
const DEPTH_MAX: usize = 16;

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
        let ms = counts.unary_opt(|count| between::ms(count, unit));
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

/// The columns in the order of [`table::Head::names`].
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

/// Parses the rows of a batch, which stand at `lines`.
pub(super) fn parse(
    batch: &RecordBatch,
    lines: &Lines,
    schema: &Schema,
    recorder: &mut Recorder<'_>,
) {
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
    for (at, line) in (0..batch.num_rows()).zip(lines.iter()) {
        for (column, leaf) in &columns {
            row.values[*column] = leaf.value(at, &schema.rules);
        }
        row.extra.clear();
        row.extra
            .extend(extras.iter().map(|(index, leaf)| (*index, leaf.value(at, &schema.rules))));
        recorder.row(line, &row);
    }
}

/// The texts of a column, to see how its dates are written.
fn texts(batch: &RecordBatch, column: usize) -> Vec<String> {
    match leaves(batch).get(column).map(Leaf::new) {
        Some(Leaf::Text(texts)) => texts.iter().flatten().map(str::to_string).collect(),
        _ => Vec::new(),
    }
}
