//! Times as numbers: microseconds since the epoch, which is as fine as TAXII writes them.

use crate::error::{Error, unreadable};
use stix::Timestamp;

/// The version of what has none. TAXII wants one of everything, the same each time: this
/// is written 1970-01-01T00:00:00.000Z, and nothing that has versions is that old.
pub(crate) const NO_VERSION: i64 = 0;

/// Microseconds since the epoch, rounded down.
pub(crate) fn us(time: Timestamp) -> i64 {
    // The last that a timestamp can be, in the year 9999, fits by far.
    i64::try_from(time.nanos().div_euclid(1000)).unwrap_or(i64::MAX)
}

/// The time that `us` microseconds since the epoch are, written with six digits.
pub(crate) fn time(us: i64) -> Result<Timestamp, Error> {
    let instant = jiff::Timestamp::from_microsecond(us).map_err(unreadable)?;
    format!("{instant:.6}").parse().map_err(unreadable)
}
