//! Apache Parquet: times as UTC milliseconds, numbers as numbers, the rest text.

use super::groups::{Groups, Layout, Shape};
use super::{TruthFile, stream};
use crate::column::{Column, Columns};
use crate::log::{Cut, Ids, Log, Page, Texts};
use crate::row::Row;
use arrow::array::{ArrayRef, StringArray, StringBuilder, TimestampMillisecondArray, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::Arc;

/// Bytes that an address usually needs.
const ADDRESS_BYTES: usize = 24;

/// The columns of a page that are ready before names are settled; none for those
/// that are not.
pub(super) type Sheet = Vec<Option<ArrayRef>>;

pub(super) fn write<W: Write + Send, T: Write + Send>(
    log: &Log,
    out: W,
    mut truth: TruthFile<T>,
    mut beside: impl FnMut(&Page) -> io::Result<()> + Send,
) -> io::Result<()> {
    let columns: Vec<Column> = log.columns().iter().collect();
    let mut groups = Groups::create(out, &shape(log)?)?;
    stream(
        log,
        Cut::Full,
        |page| sheet(page, &columns, log.texts),
        |batch| {
            groups.write(|number| arrays(&batch, columns[number], number))?;
            let pages: Vec<Page> = batch.into_iter().map(|(page, _)| page).collect();
            truth.pages(&pages)?;
            pages.iter().try_for_each(&mut beside)
        },
    )?;
    groups.close()?;
    truth.close()
}

/// What of a page is ready before names are settled.
pub(super) fn sheet(page: &mut Page, columns: &[Column], texts: Texts) -> Sheet {
    let is_settled_later =
        |column| matches!(column, Column::AccountId | Column::Email | Column::Username);
    let ready = |&column: &Column| (!is_settled_later(column)).then(|| array(page, column));
    let sheet = columns.iter().map(ready).collect();
    if texts == Texts::Spent {
        page.rows.iter_mut().for_each(Row::spend);
    }
    sheet
}

/// One column of some pages.
pub(super) fn arrays(batch: &[(Page, Sheet)], column: Column, number: usize) -> Vec<ArrayRef> {
    let one = |(page, sheet): &(Page, Sheet)| {
        sheet[number].clone().unwrap_or_else(|| array(page, column))
    };
    batch.iter().map(one).collect()
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

/// The values of one column of a page.
fn array(page: &Page, column: Column) -> ArrayRef {
    let rows = &page.rows;
    match column {
        Column::EventId => text(rows, |row| Some(&row.event_id)),
        Column::AccountId => text(rows, |row| Some(&row.account_id)),
        Column::Timestamp => moments(rows, |row| Some(row.time_ms)),
        Column::Ip => addresses(rows, |row| row.ip),
        Column::Asn => numbers(rows, |row| row.asn),
        Column::Country => text(rows, |row| row.country),
        Column::Email => text(rows, |row| row.email.as_deref()),
        Column::Username => text(rows, |row| Some(&row.username)),
        Column::DisplayName => text(rows, |row| row.display_name.as_deref()),
        Column::Phone => text(rows, |row| row.phone.as_deref()),
        Column::UserAgent => text(rows, |row| row.user_agent.as_deref()),
        Column::AcceptLanguage => text(rows, |row| row.accept_language.as_deref()),
        Column::DeviceId => text(rows, |row| row.device_id.as_deref()),
        Column::Fingerprint => text(rows, |row| row.fingerprint.as_deref()),
        Column::Ja4 => text(rows, |row| row.ja4.as_deref()),
        Column::CaptchaProvider => text(rows, |row| row.captcha_provider),
        Column::CaptchaIssueTs => moments(rows, |row| row.captcha_issue_ms),
        Column::CaptchaSolveMs => numbers(rows, |row| row.captcha_solve_ms),
        Column::CaptchaIssueIp => addresses(rows, |row| row.captcha_issue_ip),
        Column::CaptchaRedeemIp => addresses(rows, |row| row.captcha_redeem_ip),
        Column::Referrer => text(rows, |row| row.referrer.as_deref()),
    }
}

fn text(rows: &[Row], value: impl Fn(&Row) -> Option<&str>) -> ArrayRef {
    Arc::new(rows.iter().map(value).collect::<StringArray>())
}

fn addresses(rows: &[Row], value: impl Fn(&Row) -> Option<IpAddr>) -> ArrayRef {
    let mut texts = StringBuilder::with_capacity(rows.len(), rows.len() * ADDRESS_BYTES);
    for row in rows {
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

fn numbers(rows: &[Row], value: impl Fn(&Row) -> Option<u32>) -> ArrayRef {
    Arc::new(rows.iter().map(value).collect::<UInt32Array>())
}

fn moments(rows: &[Row], value: impl Fn(&Row) -> Option<i64>) -> ArrayRef {
    let moments = rows.iter().map(value).collect::<TimestampMillisecondArray>();
    Arc::new(moments.with_timezone("UTC"))
}
