//! Apache Parquet: times as UTC milliseconds, numbers as numbers, the rest text.

use super::groups::{Groups, Layout, Shape};
use super::stream;
use crate::column::{Column, Columns};
use crate::log::{Cut, Ids, Log, Page};
use crate::row::Row;
use arrow::array::{ArrayRef, StringArray, StringBuilder, TimestampMillisecondArray, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::Arc;

/// Bytes that an address usually needs.
const ADDRESS_BYTES: usize = 24;

pub(super) fn write<W: Write + Send>(
    log: &Log,
    out: W,
    mut after: impl FnMut(&[Page]) -> io::Result<()> + Send,
) -> io::Result<()> {
    let columns: Vec<Column> = log.columns().iter().collect();
    let mut groups = Groups::create(out, &shape(log)?)?;
    stream(log, Cut::Full, |pages| {
        groups.write(|number| array(&pages, columns[number]))?;
        after(&pages)
    })?;
    groups.close()
}

/// The file of a log.
pub(super) fn shape(log: &Log) -> io::Result<Shape> {
    let layouts: Vec<Layout> =
        log.columns().iter().map(|column| layout(column, log.ids())).collect();
    Shape::of(schema(log.columns()), &layouts)
}

fn schema(columns: Columns) -> Schema {
    let fields = columns.iter().map(|column| {
        let kind = match column {
            Column::Timestamp | Column::CaptchaIssueTs => {
                DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
            }
            Column::Asn | Column::CaptchaSolveMs => DataType::UInt32,
            _ => DataType::Utf8,
        };
        let is_always_there =
            [Column::EventId, Column::AccountId, Column::Timestamp, Column::Username];
        Field::new(column.name(), kind, !is_always_there.contains(&column))
    });
    Schema::new(fields.collect::<Vec<_>>())
}

fn layout(column: Column, ids: Ids) -> Layout {
    match column {
        Column::AccountId if ids == Ids::Sequential => Layout::Alike,
        Column::EventId
        | Column::AccountId
        | Column::Ip
        | Column::Email
        | Column::Username
        | Column::DisplayName
        | Column::Phone
        | Column::DeviceId
        | Column::CaptchaIssueIp
        | Column::CaptchaRedeemIp => Layout::Many,
        Column::Timestamp | Column::CaptchaIssueTs | Column::CaptchaSolveMs => Layout::Moments,
        _ => Layout::Few,
    }
}

/// The values of one column in some pages.
pub(super) fn array(pages: &[Page], column: Column) -> ArrayRef {
    match column {
        Column::EventId => text(pages, |row| Some(&row.event_id)),
        Column::AccountId => text(pages, |row| Some(&row.account_id)),
        Column::Timestamp => moments(pages, |row| Some(row.time_ms)),
        Column::Ip => addresses(pages, |row| row.ip),
        Column::Asn => numbers(pages, |row| row.asn),
        Column::Country => text(pages, |row| row.country),
        Column::Email => text(pages, |row| row.email.as_deref()),
        Column::Username => text(pages, |row| Some(&row.username)),
        Column::DisplayName => text(pages, |row| row.display_name.as_deref()),
        Column::Phone => text(pages, |row| row.phone.as_deref()),
        Column::UserAgent => text(pages, |row| row.user_agent.as_deref()),
        Column::AcceptLanguage => text(pages, |row| row.accept_language.as_deref()),
        Column::DeviceId => text(pages, |row| row.device_id.as_deref()),
        Column::Fingerprint => text(pages, |row| row.fingerprint.as_deref()),
        Column::Ja4 => text(pages, |row| row.ja4.as_deref()),
        Column::CaptchaProvider => text(pages, |row| row.captcha_provider),
        Column::CaptchaIssueTs => moments(pages, |row| row.captcha_issue_ms),
        Column::CaptchaSolveMs => numbers(pages, |row| row.captcha_solve_ms),
        Column::CaptchaIssueIp => addresses(pages, |row| row.captcha_issue_ip),
        Column::CaptchaRedeemIp => addresses(pages, |row| row.captcha_redeem_ip),
        Column::Referrer => text(pages, |row| row.referrer.as_deref()),
    }
}

fn rows(pages: &[Page]) -> impl Iterator<Item = &Row> {
    pages.iter().flat_map(|page| &page.rows)
}

fn text(pages: &[Page], value: impl Fn(&Row) -> Option<&str>) -> ArrayRef {
    Arc::new(rows(pages).map(value).collect::<StringArray>())
}

fn addresses(pages: &[Page], value: impl Fn(&Row) -> Option<IpAddr>) -> ArrayRef {
    let count = pages.iter().map(|page| page.rows.len()).sum();
    let mut texts = StringBuilder::with_capacity(count, count * ADDRESS_BYTES);
    for row in rows(pages) {
        match value(row) {
            Some(address) => {
                write!(texts, "{address}").expect("a builder takes all text");
                texts.append_value("");
            }
            None => texts.append_null(),
        }
    }
    Arc::new(texts.finish())
}

fn numbers(pages: &[Page], value: impl Fn(&Row) -> Option<u32>) -> ArrayRef {
    Arc::new(rows(pages).map(value).collect::<UInt32Array>())
}

fn moments(pages: &[Page], value: impl Fn(&Row) -> Option<i64>) -> ArrayRef {
    let moments = rows(pages).map(value).collect::<TimestampMillisecondArray>();
    Arc::new(moments.with_timezone("UTC"))
}
