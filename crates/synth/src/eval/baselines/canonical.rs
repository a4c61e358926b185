//! The canonical CSV, read plainly: column names as in the record, times as
//! RFC 3339 in UTC or as epoch seconds or milliseconds. For stories in tests;
//! a log from outside goes through `events::read`, which knows far more forms.

use crate::eval::EvalError;
use crate::eval::truth::heading;
use events::{AccountId, Captcha, Country, Email, Handle, Phone, Place, SignUp, Token, UserAgent};
use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::sync::Arc;

/// Sign-ups of a canonical CSV. A field that cannot be parsed is left out; a
/// row without account or time is an error.
pub fn canonical_csv(reader: impl Read, file: &str) -> Result<Vec<SignUp>, EvalError> {
    let mut rows = csv::Reader::from_reader(BufReader::new(reader));
    let header = rows
        .byte_headers()
        .map_err(|error| EvalError::csv(file, error))?;
    let places: HashMap<String, usize> = header.iter().map(heading).zip(0..).collect();
    let mut signups = Vec::new();
    for record in rows.into_records() {
        let record = record.map_err(|error| EvalError::csv(file, error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let text = |name: &str| {
            let text = places
                .get(name)
                .and_then(|place| record.get(*place))
                .unwrap_or_default()
                .trim();
            (!text.is_empty()).then_some(text)
        };
        let account = text("account_id")
            .ok_or_else(|| EvalError::row(file, line, "account_id", "missing"))?;
        let time = text("timestamp").and_then(time_ms);
        let time_ms = time
            .ok_or_else(|| EvalError::row(file, line, "timestamp", "missing or not understood"))?;
        signups.push(signup(Place { input: 0, line }, account, time_ms, text));
    }
    Ok(signups)
}

fn signup<'a>(
    place: Place,
    account: &str,
    time_ms: i64,
    text: impl Fn(&str) -> Option<&'a str>,
) -> SignUp {
    let token = |name: &str| text(name).map(Token::new);
    let ip = |name: &str| text(name).and_then(|ip| ip.parse().ok());
    SignUp {
        place,
        event_id: None,
        account_id: AccountId::new(account),
        time_ms,
        ip: ip("ip"),
        asn: text("asn").and_then(|asn| asn.parse().ok()),
        country: text("country").and_then(Country::parse),
        network_kind: None,
        email: text("email").and_then(|email| Email::parse(email).ok()),
        username: text("username").map(Handle::new),
        display_name: None,
        phone: text("phone").and_then(|phone| Phone::parse(phone).ok()),
        user_agent: text("user_agent").map(|agent| Arc::new(UserAgent::parse(agent))),
        accept_language: token("accept_language"),
        device_id: token("device_id"),
        fingerprint: token("fingerprint"),
        ja4: token("ja4"),
        captcha: Captcha {
            issue_ip: ip("captcha_issue_ip"),
            redeem_ip: ip("captcha_redeem_ip"),
            ..Captcha::default()
        },
        referrer: None,
        extra: Vec::new(),
    }
}

fn time_ms(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse::<f64>() {
        // Seconds pass this in the year 5138.
        return Some(if number.abs() < 1e11 {
            number * 1000.0
        } else {
            number
        } as i64);
    }
    let part =
        |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<i64>().ok());
    let days = days(part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let fraction: f64 = text.get(19..)?.trim_end_matches('Z').parse().unwrap_or(0.0);
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + (fraction * 1000.0) as i64)
}

/// Days from 1970-01-01, counted from March so that the leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day
        - 719_469
}
