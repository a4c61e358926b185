//! Where time is cut: at full hours, into stretches of about as many sign-ups each.

use dragnet::lake::HOUR_MS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// A stretch of time that is looked at by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    /// Its time, in milliseconds since the epoch.
    pub(crate) between: Range<i64>,
    /// Its sign-ups.
    pub(crate) rows: u64,
}

/// Its name for people: the time that it is of.
#[cfg(feature = "cluster")]
pub(crate) fn name(window: &Window) -> String {
    let time = |ms| jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    format!("window {} to {}", time(window.between.start), time(window.between.end))
}

/// Cuts the time of a log, of which `hours` says how many sign-ups each hour since
/// the epoch has, into windows of about `rows_max`; an hour is never cut.
pub(crate) fn cut(hours: &BTreeMap<i64, u64>, rows_max: u64) -> Vec<Window> {
    let total: u64 = hours.values().sum();
    let windows = total.div_ceil(rows_max.max(1));
    let (mut cut, mut begun, mut before): (Vec<Window>, _, _) = (Vec::new(), None, 0);
    for (hour, rows) in hours.iter().filter(|(_, rows)| **rows > 0) {
        // Each hour goes where its middle falls, were all windows even.
        let middle = u128::from(before + rows / 2);
        let number = Some(middle * u128::from(windows) / u128::from(total));
        let between = hour * HOUR_MS..(hour + 1) * HOUR_MS;
        match cut.last_mut().filter(|_| number == begun) {
            Some(last) => {
                last.between.end = between.end;
                last.rows += rows;
            }
            None => cut.push(Window { between, rows: *rows }),
        }
        begun = number;
        before += rows;
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(hours: &[(i64, u64)], rows_max: u64) -> Vec<u64> {
        let windows = cut(&hours.iter().copied().collect(), rows_max);
        assert!(windows.windows(2).all(|pair| pair[0].between.end <= pair[1].between.start));
        windows.into_iter().map(|window| window.rows).collect()
    }

    #[test]
    fn what_fits_is_one_window() {
        assert_eq!(rows(&[(1, 10), (2, 0), (9, 5)], 15), [15]);
        assert!(rows(&[], 15).is_empty());
    }

    #[test]
    fn windows_are_about_even() {
        let hours: Vec<(i64, u64)> = (0..100).map(|hour| (hour, 10)).collect();
        assert_eq!(rows(&hours, 300), [250; 4]);
    }

    #[test]
    fn an_hour_is_never_cut() {
        assert_eq!(rows(&[(1, 5), (2, 100), (3, 5)], 20), [5, 100, 5]);
    }
}
