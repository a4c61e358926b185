//! One JSON object a line, canonical names, absent values left out.

use crate::calendar::write_rfc3339;
use crate::log::Page;
use crate::row::Row;
use std::io::Write;

pub(super) fn page(page: &Page) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.rows.len() * 800);
    for row in &page.rows {
        line(&mut out, row);
    }
    out
}

fn line(out: &mut Vec<u8>, row: &Row) {
    out.push(b'{');
    text(out, "event_id", Some(&row.event_id));
    text(out, "account_id", Some(&row.account_id));
    moment(out, "timestamp", Some(row.time_ms));
    text(out, "ip", row.ip.map(|ip| ip.to_string()).as_deref());
    number(out, "asn", row.asn);
    text(out, "country", row.country);
    text(out, "email", row.email.as_deref());
    text(out, "username", Some(&row.username));
    text(out, "display_name", row.display_name.as_deref());
    text(out, "phone", row.phone.as_deref());
    text(out, "user_agent", row.user_agent.as_deref());
    text(out, "accept_language", row.accept_language.as_deref());
    text(out, "device_id", row.device_id.as_deref());
    text(out, "fingerprint", row.fingerprint.as_deref());
    text(out, "ja4", row.ja4.as_deref());
    text(out, "captcha_provider", row.captcha_provider);
    moment(out, "captcha_issue_ts", row.captcha_issue_ms);
    number(out, "captcha_solve_ms", row.captcha_solve_ms);
    text(out, "captcha_issue_ip", row.captcha_issue_ip.map(|ip| ip.to_string()).as_deref());
    text(out, "captcha_redeem_ip", row.captcha_redeem_ip.map(|ip| ip.to_string()).as_deref());
    text(out, "referrer", row.referrer.as_deref());
    // The comma after the last field.
    out.pop();
    out.extend_from_slice(b"}\n");
}

fn name(out: &mut Vec<u8>, name: &str) {
    write!(out, "\"{name}\":").expect("a vector takes all bytes");
}

fn text(out: &mut Vec<u8>, field: &str, value: Option<&str>) {
    if let Some(value) = value {
        name(out, field);
        serde_json::to_writer(&mut *out, value).expect("text is always JSON");
        out.push(b',');
    }
}

fn number(out: &mut Vec<u8>, field: &str, value: Option<u32>) {
    if let Some(value) = value {
        name(out, field);
        write!(out, "{value},").expect("a vector takes all bytes");
    }
}

fn moment(out: &mut Vec<u8>, field: &str, value: Option<i64>) {
    if let Some(time_ms) = value {
        name(out, field);
        out.push(b'"');
        write_rfc3339(time_ms, out);
        out.extend_from_slice(b"\",");
    }
}
