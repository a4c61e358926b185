//! Times as people type them, as STIX writes them.

use crate::commands::Usage;
use std::time::SystemTime;
use stix::Timestamp;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What was typed, or the clock.
pub(crate) fn timestamp(option: &str, typed: Option<&str>) -> anyhow::Result<Timestamp> {
    let Some(typed) = typed else {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let time = Timestamp::from_ms(i64::try_from(now.as_millis())?);
        return time.ok_or_else(|| anyhow::anyhow!("the clock is outside the calendar"));
    };
    let whole = if typed.len() == "2026-01-31".len() {
        format!("{typed}T00:00:00.000Z")
    } else {
        typed.to_owned()
    };
    let why = "write a day like 2026-01-31 (UTC) or a time like 2026-01-31T08:00:00Z";
    Ok(whole.parse().map_err(|_| Usage(format!("--{option} {typed}: {why}")))?)
}

/// A time, or how long ago: `7d`, `12h`.
pub(crate) fn since(option: &str, typed: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    let (digits, ms) = match typed.char_indices().last() {
        Some((at, 'd')) => (&typed[..at], DAY_MS),
        Some((at, 'h')) => (&typed[..at], DAY_MS / 24),
        Some((at, 'w')) => (&typed[..at], 7 * DAY_MS),
        _ => return timestamp(option, Some(typed)),
    };
    let ago = digits.parse::<i64>().ok().filter(|n| *n > 0).and_then(|n| n.checked_mul(ms));
    let time = ago.and_then(|ago| Timestamp::from_ms(now.ms().checked_sub(ago)?));
    Ok(time.ok_or_else(|| Usage(format!("--{option} {typed}: write 7d, 12h, 2w or a time")))?)
}
