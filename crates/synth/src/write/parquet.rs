//! Apache Parquet: times as UTC milliseconds, numbers as numbers, the rest text.

use super::csv::COLUMNS;
use crate::log::{Log, Page};
use crate::row::Row;
use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows to a row group: readers take groups in parallel.
const GROUP_ROWS: usize = 128 * 1_024;

pub(super) fn write<W: Write + Send>(
    log: &Log,
    out: W,
    mut after: impl FnMut(&Page) -> io::Result<()>,
) -> io::Result<()> {
    let schema = schema();
    let level = ZstdLevel::try_new(3).map_err(io::Error::other)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .build();
    let mut writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties))
        .map_err(io::Error::other)?;
    for page in log.pages() {
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns(&page.rows))
            .map_err(io::Error::other)?;
        writer.write(&batch).map_err(io::Error::other)?;
        after(&page)?;
    }
    writer.close().map_err(io::Error::other)?;
    Ok(())
}

fn schema() -> Arc<Schema> {
    let fields = COLUMNS.iter().map(|&name| {
        let kind = match name {
            "timestamp" | "captcha_issue_ts" => {
                DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
            }
            "asn" | "captcha_solve_ms" => DataType::UInt32,
            _ => DataType::Utf8,
        };
        Field::new(
            name,
            kind,
            !matches!(name, "event_id" | "account_id" | "timestamp" | "username"),
        )
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// One array a column, in the order of [`COLUMNS`].
fn columns(rows: &[Row]) -> Vec<ArrayRef> {
    vec![
        text(rows, |row| Some(&row.event_id)),
        text(rows, |row| Some(&row.account_id)),
        moments(rows, |row| Some(row.time_ms)),
        owned(rows, |row| row.ip.map(|ip| ip.to_string())),
        numbers(rows, |row| row.asn),
        text(rows, |row| row.country),
        text(rows, |row| row.email.as_deref()),
        text(rows, |row| Some(&row.username)),
        text(rows, |row| row.display_name.as_deref()),
        text(rows, |row| row.phone.as_deref()),
        text(rows, |row| row.user_agent.as_deref()),
        text(rows, |row| row.accept_language.as_deref()),
        text(rows, |row| row.device_id.as_deref()),
        text(rows, |row| row.fingerprint.as_deref()),
        text(rows, |row| row.ja4.as_deref()),
        text(rows, |row| row.captcha_provider),
        moments(rows, |row| row.captcha_issue_ms),
        numbers(rows, |row| row.captcha_solve_ms),
        owned(rows, |row| row.captcha_issue_ip.map(|ip| ip.to_string())),
        owned(rows, |row| row.captcha_redeem_ip.map(|ip| ip.to_string())),
        text(rows, |row| row.referrer.as_deref()),
    ]
}

fn text(rows: &[Row], value: impl Fn(&Row) -> Option<&str>) -> ArrayRef {
    Arc::new(rows.iter().map(value).collect::<StringArray>())
}

fn owned(rows: &[Row], value: impl Fn(&Row) -> Option<String>) -> ArrayRef {
    Arc::new(rows.iter().map(value).collect::<StringArray>())
}

fn numbers(rows: &[Row], value: impl Fn(&Row) -> Option<u32>) -> ArrayRef {
    Arc::new(rows.iter().map(value).collect::<UInt32Array>())
}

fn moments(rows: &[Row], value: impl Fn(&Row) -> Option<i64>) -> ArrayRef {
    Arc::new(rows.iter().map(value).collect::<TimestampMillisecondArray>().with_timezone("UTC"))
}
