//! A date and a time of day as people write them, and the instant they mean.

use super::Zone;

/// A wall-clock time, with the offset if one was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i32,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) ms: u32,
    pub(super) offset_s: Option<i32>,
}

impl Civil {
    /// Milliseconds since the epoch; `zone` is for times without an offset.
    pub(super) fn instant_ms(self, zone: &Zone) -> Result<i64, &'static str> {
        if !(1..=12).contains(&self.month) {
            return Err("a month above 12 or 0: are days and months the other way round?");
        }
        if !(1..=days_in(self.year, self.month)).contains(&self.day) {
            return Err("no such day in that month");
        }
        if self.hour > 23 || self.minute > 59 || self.second > 60 {
            return Err("no such time of day");
        }
        // A leap second is the last moment of its minute: epoch time has no
        // room for it.
        let (second, ms) = if self.second == 60 { (59, 999) } else { (self.second, self.ms) };
        let time_s = self.hour * 3600 + self.minute * 60 + second;
        let local_s =
            days_since_epoch(self.year, self.month, self.day) * 86_400 + i64::from(time_s);
        let offset_s = match self.offset_s {
            Some(offset_s) => offset_s,
            None => zone.offset_s(local_s).ok_or("not a time")?,
        };
        Ok((local_s - i64::from(offset_s)) * 1000 + i64::from(ms))
    }
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar, by Howard
/// Hinnant's `days_from_civil`: the year starts in March, so that the leap day
/// is its last.
fn days_since_epoch(year: i32, month: u32, day: u32) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}
