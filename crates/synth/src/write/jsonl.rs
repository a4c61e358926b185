//! One JSON object a line, canonical names, absent values left out.

use crate::calendar::write_rfc3339;
use crate::column::{Column, Columns};
use crate::log::Page;
use crate::row::Row;
use std::io::Write;
use std::net::IpAddr;

pub(super) fn page(page: &Page, columns: Columns) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.rows.len() * 800);
    for row in &page.rows {
        out.push(b'{');
        columns.iter().for_each(|column| field(&mut out, row, column));
        // The comma after the last field, if there is any.
        if out.last() == Some(&b',') {
            out.pop();
        }
        out.extend_from_slice(b"}\n");
    }
    out
}

fn field(out: &mut Vec<u8>, row: &Row, column: Column) {
    let name = column.name();
    match column {
        Column::EventId => text(out, name, Some(&row.event_id)),
        Column::AccountId => text(out, name, Some(&row.account_id)),
        Column::Timestamp => moment(out, name, Some(row.time_ms)),
        Column::Ip => address(out, name, row.ip),
        Column::Asn => number(out, name, row.asn),
        Column::Country => text(out, name, row.country),
        Column::Email => text(out, name, row.email.as_deref()),
        Column::Username => text(out, name, Some(&row.username)),
        Column::DisplayName => text(out, name, row.display_name.as_deref()),
        Column::Phone => text(out, name, row.phone.as_deref()),
        Column::UserAgent => text(out, name, row.user_agent.as_deref()),
        Column::AcceptLanguage => text(out, name, row.accept_language.as_deref()),
        Column::DeviceId => text(out, name, row.device_id.as_deref()),
        Column::Fingerprint => text(out, name, row.fingerprint.as_deref()),
        Column::Ja4 => text(out, name, row.ja4.as_deref()),
        Column::CaptchaProvider => text(out, name, row.captcha_provider),
        Column::CaptchaIssueTs => moment(out, name, row.captcha_issue_ms),
        Column::CaptchaSolveMs => number(out, name, row.captcha_solve_ms),
        Column::CaptchaIssueIp => address(out, name, row.captcha_issue_ip),
        Column::CaptchaRedeemIp => address(out, name, row.captcha_redeem_ip),
        Column::Referrer => text(out, name, row.referrer.as_deref()),
    }
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

fn address(out: &mut Vec<u8>, field: &str, value: Option<IpAddr>) {
    if let Some(value) = value {
        name(out, field);
        write!(out, "\"{value}\",").expect("a vector takes all bytes");
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
