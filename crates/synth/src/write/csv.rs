//! Comma-separated values in the canonical columns (RFC 4180 quoting).

use crate::calendar::write_rfc3339;
use crate::column::{Column, Columns};
use crate::log::Page;
use crate::row::Row;
use std::fmt::Display;
use std::io::Write;

/// Bytes that a row usually needs.
const ROW_BYTES: usize = 560;

pub(super) fn header(columns: Columns) -> String {
    let names: Vec<&str> = columns.iter().map(Column::name).collect();
    names.join(",") + "\n"
}

pub(super) fn page(page: &Page, columns: Columns) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.rows.len() * ROW_BYTES);
    for row in &page.rows {
        for column in columns.iter() {
            cell(&mut out, row, column);
            out.push(b',');
        }
        // In place of the comma after the last cell.
        out.pop();
        out.push(b'\n');
    }
    out
}

fn cell(out: &mut Vec<u8>, row: &Row, column: Column) {
    match column {
        Column::EventId => text(out, Some(&row.event_id)),
        Column::AccountId => text(out, Some(&row.account_id)),
        Column::Timestamp => moment(out, Some(row.time_ms)),
        Column::Ip => value(out, row.ip),
        Column::Asn => value(out, row.asn),
        Column::Country => text(out, row.country),
        Column::Email => text(out, row.email.as_deref()),
        Column::Username => text(out, Some(&row.username)),
        Column::DisplayName => text(out, row.display_name.as_deref()),
        Column::Phone => text(out, row.phone.as_deref()),
        Column::UserAgent => text(out, row.user_agent.as_deref()),
        Column::AcceptLanguage => text(out, row.accept_language.as_deref()),
        Column::DeviceId => text(out, row.device_id.as_deref()),
        Column::Fingerprint => text(out, row.fingerprint.as_deref()),
        Column::Ja4 => text(out, row.ja4.as_deref()),
        Column::CaptchaProvider => text(out, row.captcha_provider),
        Column::CaptchaIssueTs => moment(out, row.captcha_issue_ms),
        Column::CaptchaSolveMs => value(out, row.captcha_solve_ms),
        Column::CaptchaIssueIp => value(out, row.captcha_issue_ip),
        Column::CaptchaRedeemIp => value(out, row.captcha_redeem_ip),
        Column::Referrer => text(out, row.referrer.as_deref()),
    }
}

fn moment(out: &mut Vec<u8>, time_ms: Option<i64>) {
    if let Some(time_ms) = time_ms {
        write_rfc3339(time_ms, out);
    }
}

fn value<T: Display>(out: &mut Vec<u8>, value: Option<T>) {
    if let Some(value) = value {
        write!(out, "{value}").expect("a vector takes all bytes");
    }
}

fn text(out: &mut Vec<u8>, content: Option<&str>) {
    let content = content.unwrap_or_default();
    if !content.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        out.extend_from_slice(content.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in content.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}
