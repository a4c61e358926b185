//! Timestamps as STIX writes them: RFC 3339, always with `Z`, with any number of digits
//! behind the second.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// More digits behind the second are kept by nobody.
const DIGITS_MAX: u8 = 9;

/// An instant, and how precisely it was written: `.000Z` is not `Z`.
#[derive(Clone, Copy, Debug)]
pub struct Timestamp {
    instant: jiff::Timestamp,
    digits: u8,
}

/// Why a text is no timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATime {
    /// Not of the form that STIX asks for.
    #[error("a timestamp is written YYYY-MM-DDTHH:MM:SS.sssZ, in UTC")]
    Shape,
    /// There is no such day or hour.
    #[error("there is no such day or time")]
    Value,
}

impl Timestamp {
    /// Of milliseconds since the epoch, written with three digits; none before the year 0
    /// and beyond the year 9999.
    pub fn from_ms(ms: i64) -> Option<Self> {
        const YEAR_0_MS: i64 = -62_167_219_200_000;
        if ms < YEAR_0_MS {
            return None;
        }
        Some(Self { instant: jiff::Timestamp::from_millisecond(ms).ok()?, digits: 3 })
    }

    /// Milliseconds since the epoch, rounded down.
    pub fn ms(&self) -> i64 {
        self.instant.as_nanosecond().div_euclid(1_000_000) as i64
    }

    /// Nanoseconds since the epoch.
    pub fn nanos(&self) -> i128 {
        self.instant.as_nanosecond()
    }

    /// Digits behind the second, as it was written.
    pub fn digits(&self) -> u8 {
        self.digits
    }
}

impl FromStr for Timestamp {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let digits = shape(text.as_bytes()).ok_or(NotATime::Shape)?;
        Ok(Self { instant: text.parse().map_err(|_| NotATime::Value)?, digits })
    }
}

/// Digits behind the second of `YYYY-MM-DDTHH:MM:SS[.s…]Z`; none of anything else.
fn shape(text: &[u8]) -> Option<u8> {
    const FORM: &[u8; 19] = b"0000-00-00T00:00:00";
    let (whole, rest) = text.split_at_checked(FORM.len())?;
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    };
    if !whole.iter().zip(FORM).all(fits) {
        return None;
    }
    match rest {
        b"Z" => Some(0),
        [b'.', digits @ .., b'Z'] if !digits.is_empty() => {
            let is_number = digits.iter().all(u8::is_ascii_digit);
            let written = u8::try_from(digits.len()).ok().filter(|n| *n <= DIGITS_MAX)?;
            is_number.then_some(written)
        }
        _ => None,
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.digits {
            0 => write!(f, "{:.0}", self.instant),
            digits => write!(f, "{:.*}", usize::from(digits), self.instant),
        }
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.instant == other.instant
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.instant.cmp(&other.instant)
    }
}

impl std::hash::Hash for Timestamp {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.instant.hash(state);
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
