//! Comma-separated values in the canonical columns (RFC 4180 quoting).

use crate::calendar::write_rfc3339;
use crate::log::Page;
use crate::row::Row;
use std::fmt::Display;
use std::io::Write;

/// The canonical columns, in the order of the file.
pub(super) const COLUMNS: [&str; 21] = [
    "event_id",
    "account_id",
    "timestamp",
    "ip",
    "asn",
    "country",
    "email",
    "username",
    "display_name",
    "phone",
    "user_agent",
    "accept_language",
    "device_id",
    "fingerprint",
    "ja4",
    "captcha_provider",
    "captcha_issue_ts",
    "captcha_solve_ms",
    "captcha_issue_ip",
    "captcha_redeem_ip",
    "referrer",
];

/// Bytes that a row usually needs.
const ROW_BYTES: usize = 560;

pub(super) fn header() -> String {
    COLUMNS.join(",") + "\n"
}

pub(super) fn page(page: &Page) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.rows.len() * ROW_BYTES);
    for row in &page.rows {
        line(&mut out, row);
    }
    out
}

fn line(out: &mut Vec<u8>, row: &Row) {
    field(out, &row.event_id);
    field(out, &row.account_id);
    write_rfc3339(row.time_ms, out);
    out.push(b',');
    value(out, row.ip);
    value(out, row.asn);
    field(out, row.country.unwrap_or_default());
    field(out, row.email.as_deref().unwrap_or_default());
    field(out, &row.username);
    field(out, row.display_name.as_deref().unwrap_or_default());
    field(out, row.phone.as_deref().unwrap_or_default());
    field(out, row.user_agent.as_deref().unwrap_or_default());
    field(out, row.accept_language.as_deref().unwrap_or_default());
    field(out, row.device_id.as_deref().unwrap_or_default());
    field(out, row.fingerprint.as_deref().unwrap_or_default());
    field(out, row.ja4.as_deref().unwrap_or_default());
    field(out, row.captcha_provider.unwrap_or_default());
    if let Some(time_ms) = row.captcha_issue_ms {
        write_rfc3339(time_ms, out);
    }
    out.push(b',');
    value(out, row.captcha_solve_ms);
    value(out, row.captcha_issue_ip);
    value(out, row.captcha_redeem_ip);
    text(out, row.referrer.as_deref().unwrap_or_default());
    out.push(b'\n');
}

fn field(out: &mut Vec<u8>, content: &str) {
    text(out, content);
    out.push(b',');
}

fn value<T: Display>(out: &mut Vec<u8>, value: Option<T>) {
    if let Some(value) = value {
        write!(out, "{value}").expect("a vector takes all bytes");
    }
    out.push(b',');
}

fn text(out: &mut Vec<u8>, content: &str) {
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
