//! Time: the ten minutes, the hour and the day, in UTC. A window is only where
//! alike sign-ups are looked for; being busy is never evidence.

use crate::written::two_digits;
use crate::{Kind, Sink};
use events::SignUp;
use std::fmt::Write;

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;
const DAY_S: i64 = 24 * HOUR_S;

/// Each window is its start, as an ISO date and time in UTC.
pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    let time_s = signup.time_ms.div_euclid(1000);
    let mut text = String::with_capacity(20);
    date(time_s.div_euclid(DAY_S), &mut text);
    let date_length = text.len();
    let windows = [(Kind::TenMinutes, 10 * MINUTE_S), (Kind::Hour, HOUR_S), (Kind::Day, DAY_S)];
    for (kind, window_s) in windows {
        text.truncate(date_length);
        // Every window lies within one day.
        let start_s = time_s.rem_euclid(DAY_S) / window_s * window_s;
        text.push('T');
        two_digits(&mut text, (start_s / HOUR_S) as u64);
        text.push(':');
        two_digits(&mut text, (start_s / MINUTE_S % 60) as u64);
        text.push('Z');
        sink(kind, &text);
    }
}

/// Days since the epoch as `2024-03-01`.
fn date(days: i64, text: &mut String) {
    let (year, month, day) = civil(days);
    match year {
        1000..=9999 => crate::written::decimal(text, year as u64),
        _ => {
            let _ = write!(text, "{year:04}");
        }
    }
    text.push('-');
    two_digits(text, month as u64);
    text.push('-');
    two_digits(text, day as u64);
}

/// Days since the epoch to a Gregorian date; H. Hinnant, "chrono-compatible
/// low-level date algorithms" (2013), `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}
