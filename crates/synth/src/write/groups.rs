//! Row groups of Parquet: the columns of a group are encoded on all threads and
//! written in order. Properties are chosen for size first, and for readers that
//! look for a time.

use arrow::array::ArrayRef;
use arrow::datatypes::Schema;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::SerializedFileWriter;
use rayon::prelude::*;
use std::io::{self, Write};
use std::sync::Arc;

/// Level 3 makes a log 2.5 % smaller, and a compact one takes a sixth longer.
const ZSTD_LEVEL: i32 = 1;
/// Agents of a row group have some two megabytes of different texts; readers hold
/// one dictionary a column.
const DICTIONARY_BYTES_MAX: usize = 8 << 20;

/// How the values of a column are laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Few different ones: a dictionary.
    Few,
    /// All different: one after the other.
    Many,
    /// Each much like the one before.
    Alike,
    /// Times and durations.
    Moments,
}

/// What a file looks like.
pub(super) struct Shape {
    pub(super) schema: Arc<Schema>,
    properties: WriterProperties,
}

impl Shape {
    /// By column in order: its layout.
    pub(super) fn of(schema: Schema, layouts: &[Layout]) -> io::Result<Self> {
        let level = ZstdLevel::try_new(ZSTD_LEVEL).map_err(io::Error::other)?;
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_dictionary_page_size_limit(DICTIONARY_BYTES_MAX);
        for (field, &layout) in schema.fields().iter().zip(layouts) {
            properties = lay_out(properties, field.name(), layout);
        }
        Ok(Self { schema: Arc::new(schema), properties: properties.build() })
    }
}

fn lay_out(
    properties: WriterPropertiesBuilder,
    name: &str,
    layout: Layout,
) -> WriterPropertiesBuilder {
    let plain = |properties: WriterPropertiesBuilder, encoding| {
        properties
            .set_column_dictionary_enabled(name.into(), false)
            .set_column_encoding(name.into(), encoding)
    };
    match layout {
        Layout::Few => properties,
        Layout::Many => plain(properties, Encoding::DELTA_LENGTH_BYTE_ARRAY),
        Layout::Alike => plain(properties, Encoding::DELTA_BYTE_ARRAY),
        Layout::Moments => plain(properties, Encoding::DELTA_BINARY_PACKED)
            .set_column_statistics_enabled(name.into(), EnabledStatistics::Page),
    }
}

/// A file being written.
pub(super) struct Groups<W: Write + Send> {
    schema: Arc<Schema>,
    file: SerializedFileWriter<W>,
    factory: ArrowRowGroupWriterFactory,
    /// Groups written.
    pub(super) count: usize,
}

impl<W: Write + Send> Groups<W> {
    pub(super) fn create(out: W, shape: &Shape) -> io::Result<Self> {
        let schema = Arc::clone(&shape.schema);
        let writer =
            ArrowWriter::try_new(out, Arc::clone(&schema), Some(shape.properties.clone()))?;
        let (file, factory) = writer.into_serialized_writer()?;
        Ok(Self { schema, file, factory, count: 0 })
    }

    /// Writes one group; `column` makes the values of the column of that number,
    /// piece by piece.
    pub(super) fn write(
        &mut self,
        column: impl Fn(usize) -> Vec<ArrayRef> + Sync,
    ) -> io::Result<()> {
        let writers = self.factory.create_column_writers(self.count)?;
        let encode =
            |(number, mut writer): (usize, parquet::arrow::arrow_writer::ArrowColumnWriter)| {
                for array in column(number) {
                    for leaf in compute_leaves(self.schema.field(number), &array)? {
                        writer.write(&leaf)?;
                    }
                }
                writer.close()
            };
        let chunks: Vec<Result<ArrowColumnChunk, ParquetError>> =
            writers.into_par_iter().enumerate().map(encode).collect();
        let mut group = self.file.next_row_group()?;
        for chunk in chunks {
            chunk?.append_to_row_group(&mut group)?;
        }
        group.close()?;
        self.count += 1;
        Ok(())
    }

    pub(super) fn close(self) -> io::Result<()> {
        self.file.into_inner()?.flush()
    }
}
