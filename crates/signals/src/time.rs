//! Time: the ten minutes, the hour and the day, in UTC. A window is only where
//! alike sign-ups are looked for; being busy is never evidence.

use crate::{Kind, Sink};
use events::SignUp;

const MINUTE_MS: i64 = 60_000;

pub(crate) fn each(signup: &SignUp, sink: &mut Sink) {
    let windows = [
        (Kind::TenMinutes, 10 * MINUTE_MS),
        (Kind::Hour, 60 * MINUTE_MS),
        (Kind::Day, 24 * 60 * MINUTE_MS),
    ];
    for (kind, window_ms) in windows {
        sink(kind, &window(signup.time_ms, window_ms));
    }
}

/// The window's start as an ISO date and time in UTC.
fn window(time_ms: i64, window_ms: i64) -> String {
    let start_s = time_ms.div_euclid(window_ms) * window_ms / 1000;
    let (days, seconds) = (start_s.div_euclid(86_400), start_s.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60)
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
