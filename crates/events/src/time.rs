//! Timestamps in the forms that logs use, as milliseconds since the Unix epoch.
//! No clock: what counts as "in the future" is an argument. RFC 3339 in UTC is
//! read by hand, since a scan reads one per row; time zones are `jiff`'s.

mod civil;
mod forms;

pub(crate) use forms::{OrderHint, order_hint};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// 1990-01-01T00:00:00Z. Nobody signed up on the web before it: an earlier
/// time is a zero, a wrong unit, or another kind of date.
pub const EARLIEST_MS: i64 = 631_152_000_000;

/// The time zone of stamps that name none.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    /// As it was written.
    name: String,
    zone: TimeZone,
    /// Offset in seconds, for zones that never change it.
    fixed_s: Option<i32>,
}

impl Zone {
    /// An IANA name (`Europe/Paris`), an offset (`+02:00`) or `UTC`.
    pub fn parse(name: &str) -> Result<Self, String> {
        let zone = match forms::offset(name.trim()) {
            Some(seconds) => jiff::tz::Offset::from_seconds(seconds)
                .map(TimeZone::fixed)
                .map_err(|_| "an offset is less than 26 hours".to_string())?,
            None => TimeZone::get(name.trim()).map_err(|_| {
                format!("no time zone `{name}`: use a name such as Europe/Paris, or +02:00")
            })?,
        };
        Ok(Self::new(name, zone))
    }

    fn new(name: &str, zone: TimeZone) -> Self {
        let fixed_s = zone.to_fixed_offset().ok().map(|offset| offset.seconds());
        Self { name: name.to_owned(), zone, fixed_s }
    }

    /// The offset in seconds at a local time given in seconds as if it were UTC.
    /// In the hour that a clock change repeats, the first; in the hour that it
    /// skips, the offset before.
    fn offset_s(&self, local_s: i64) -> Option<i32> {
        if self.fixed_s.is_some() {
            return self.fixed_s;
        }
        let local = jiff::Timestamp::from_second(local_s).ok()?;
        let local = TimeZone::UTC.to_datetime(local);
        let zoned = self.zone.to_ambiguous_timestamp(local).compatible().ok()?;
        Some((local_s - zoned.as_second()) as i32)
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::new("UTC", TimeZone::UTC)
    }
}

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}

/// How `3/4/2024` is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateOrder {
    /// The fourth of March.
    #[default]
    MonthFirst,
    /// The third of April.
    DayFirst,
}

/// How the stamps of one input are read.
#[derive(Clone, Debug, Default)]
pub struct TimeRules {
    /// The zone of stamps that name none.
    pub zone: Zone,
    /// How `3/4/2024` is read.
    pub order: DateOrder,
    /// A later time is refused, if there is a limit.
    pub latest_ms: Option<i64>,
}

impl TimeRules {
    /// Milliseconds since the epoch, or what is wrong, without the value.
    pub fn parse(&self, text: &str) -> Result<i64, &'static str> {
        let ms = match forms::rfc3339(text.as_bytes()) {
            Some(civil) => civil.instant_ms(&self.zone),
            None => self.parse_other(text.trim()),
        };
        self.check(ms?)
    }

    /// Refuses times outside of what can be.
    pub fn check(&self, ms: i64) -> Result<i64, &'static str> {
        if ms < EARLIEST_MS {
            return Err("before 1990");
        }
        match self.latest_ms {
            Some(latest_ms) if ms > latest_ms => Err("in the future"),
            _ => Ok(ms),
        }
    }

    /// The instant of a local time given as if it were UTC.
    pub fn naive(&self, local_ms: i64) -> Result<i64, &'static str> {
        let offset_s = self.zone.offset_s(local_ms.div_euclid(1000)).ok_or("not a time")?;
        local_ms.checked_sub(i64::from(offset_s) * 1000).ok_or("not a time")
    }

    fn parse_other(&self, text: &str) -> Result<i64, &'static str> {
        if let Some(number) = forms::number(text) {
            return match number {
                forms::Number::Civil(civil) => civil.instant_ms(&self.zone),
                forms::Number::Epoch(ms) => Ok(ms),
            };
        }
        let civil = match text.as_bytes() {
            [b'0'..=b'9', ..] if forms::is_numeric_date(text) => forms::numeric(text, self.order)?,
            _ => forms::words(text)?,
        };
        civil.instant_ms(&self.zone)
    }
}
