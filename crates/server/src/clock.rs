//! The one place that reads the clock.

use stix::Timestamp;

/// The time, to the microsecond.
pub fn now() -> Timestamp {
    let text = format!("{:.6}", jiff::Timestamp::now());
    text.parse().expect("the time of this machine is one of STIX")
}
