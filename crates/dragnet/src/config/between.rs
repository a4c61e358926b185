//! `--since` and `--until`: days, which are of UTC as a lake's are, or instants.

use crate::commands::Usage;
use anyhow::bail;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::ops::Range;

/// From the one to before the other, in milliseconds since the epoch; none where
/// neither was typed.
pub(super) fn parse(
    since: Option<&str>,
    until: Option<&str>,
) -> anyhow::Result<Option<Range<i64>>> {
    if since.is_none() && until.is_none() {
        return Ok(None);
    }
    let start = since.map_or(Ok(i64::MIN), |typed| instant_ms("--since", typed))?;
    let end = until.map_or(Ok(i64::MAX), |typed| instant_ms("--until", typed))?;
    if start >= end {
        bail!(Usage("--since is not before --until: no sign-up lies between".to_owned()));
    }
    Ok(Some(start..end))
}

fn instant_ms(flag: &str, typed: &str) -> anyhow::Result<i64> {
    let day = || typed.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok();
    let instant = typed.parse().ok().or_else(|| day().map(|day| day.timestamp()));
    let advice =
        || Usage(format!("{flag} {typed}: write a day like 2026-01-31, or 2026-01-31T08:00:00Z"));
    let instant: jiff::Timestamp = instant.ok_or_else(advice)?;
    Ok(instant.as_millisecond())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::parse;

    #[test]
    fn a_day_or_an_instant() {
        let day_ms = 24 * 60 * 60 * 1000;
        assert_eq!(
            parse(Some("1970-01-02"), Some("1970-01-03")).unwrap(),
            Some(day_ms..2 * day_ms)
        );
        assert_eq!(parse(None, Some("1970-01-01T01:00:01+01:00")).unwrap(), Some(i64::MIN..1000));
        assert_eq!(parse(None, None).unwrap(), None);
    }

    #[test]
    fn what_is_no_time_or_no_stretch() {
        assert!(parse(Some("yesterday"), None).is_err());
        assert!(parse(Some("2026-01-02"), Some("2026-01-02")).is_err());
    }
}
