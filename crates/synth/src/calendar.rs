//! When people sign up: growth and weekdays of the platform, hours of a country.

use crate::atlas::Atlas;
use crate::dice::{Dice, Weights, hash_text};

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// 2024-03-01T00:00:00Z: worlds begin between here and 500 days later.
const EARLIEST_MS: i64 = 1_709_251_200_000;

/// Days after which a platform that grew as fast as the fastest would be 36 times
/// what it was: no log spans more growth.
const GROWTH_DAYS: f64 = 120.0;

/// Sign-ups by local hour on a usual platform, against the busiest.
const HOURS: [f64; 24] = [
    0.42, 0.26, 0.17, 0.12, 0.10, 0.13, 0.25, 0.45, 0.65, 0.80, 0.90, 0.97, 1.0, 1.0, 0.98, 0.97,
    0.98, 1.0, 1.08, 1.18, 1.25, 1.2, 0.97, 0.66,
];

/// The clock of a world.
pub(crate) struct Calendar {
    pub(crate) start_ms: i64,
    pub(crate) span_ms: i64,
    days: Weights,
    /// By country: weekday hours, weekend hours.
    hours: Vec<[Weights; 2]>,
    offsets: Vec<i64>,
}

impl Calendar {
    pub(crate) fn draw(seed: u64, days: u32, wave: u32) -> Self {
        let dice = &mut Dice::new(&[seed, hash_text("calendar")]);
        // A wave begins where the one before it ended.
        let earlier_days = i64::from(wave) * i64::from(days);
        let start_ms = EARLIEST_MS + (dice.below(500) as i64 + earlier_days) * DAY;
        let countries = &Atlas::get().countries;
        Self {
            start_ms,
            span_ms: i64::from(days) * DAY,
            days: day_weights(dice, start_ms, days),
            hours: countries.iter().map(|_| hour_weights(dice)).collect(),
            offsets: countries.iter().map(|country| country.offset_min * MINUTE).collect(),
        }
    }

    pub(crate) fn end_ms(&self) -> i64 {
        self.start_ms + self.span_ms
    }

    /// A moment of an ordinary sign-up in a country.
    pub(crate) fn moment(&self, dice: &mut Dice, country: usize) -> i64 {
        let day = self.start_ms + self.days.draw(dice) as i64 * DAY;
        self.moment_of_day(dice, country, day)
    }

    /// A moment of the local day that holds `time`, at the country's hours.
    pub(crate) fn moment_of_day(&self, dice: &mut Dice, country: usize, time: i64) -> i64 {
        let offset = self.offsets[country];
        let day = (time + offset).div_euclid(DAY);
        let hours = &self.hours[country][usize::from(is_weekend(day))];
        let local = day * DAY + hours.draw(dice) as i64 * HOUR + dice.below(HOUR as u64) as i64;
        self.wrap(local - offset)
    }

    /// A working-hours moment (8 to 18 local) of the working day at or after `time`.
    pub(crate) fn working_moment(&self, dice: &mut Dice, country: usize, time: i64) -> i64 {
        let offset = self.offsets[country];
        let mut day = (time + offset).div_euclid(DAY);
        while is_weekend(day) {
            day += 1;
        }
        let local = day * DAY + 8 * HOUR + dice.below(10 * HOUR as u64) as i64;
        self.wrap(local - offset)
    }

    /// Any moment of the log.
    pub(crate) fn anywhen(&self, dice: &mut Dice) -> i64 {
        self.start_ms + dice.below(self.span_ms as u64) as i64
    }

    /// A beginning for something that lasts `length`, so that it fits if it can.
    pub(crate) fn beginning(&self, dice: &mut Dice, length: i64) -> i64 {
        self.start_ms + dice.below((self.span_ms - length).max(1) as u64) as i64
    }

    /// Brings a moment back into the log by whole turns.
    pub(crate) fn wrap(&self, time: i64) -> i64 {
        self.start_ms + (time - self.start_ms).rem_euclid(self.span_ms)
    }
}

/// Whether a day number since 1970-01-01 (a Thursday) is a Saturday or Sunday.
pub(crate) fn is_weekend(day: i64) -> bool {
    matches!((day + 4).rem_euclid(7), 0 | 6)
}

/// Growth, a weekday habit, and noise with the odd busy day.
fn day_weights(dice: &mut Dice, start_ms: i64, days: u32) -> Weights {
    // In a long log, what was to be the growth of four months takes all its time.
    let growth = dice.between(-0.006, 0.03) * (GROWTH_DAYS / f64::from(days)).min(1.0);
    let weekend = dice.between(0.75, 1.25);
    let first = start_ms / DAY;
    Weights::new((0..days).map(|day| {
        let habit = if is_weekend(first + i64::from(day)) { weekend } else { 1.0 };
        let busy = if dice.chance(0.04) { dice.between(1.2, 2.2) } else { 1.0 };
        libm::exp(growth * f64::from(day)) * habit * busy * dice.log_normal(1.0, 0.08)
    }))
}

/// The usual hours, moved by up to an hour and a half and roughened per country.
fn hour_weights(dice: &mut Dice) -> [Weights; 2] {
    let weekday = dice.whole(-1, 1);
    let weekend = weekday + dice.whole(0, 2);
    [weekday, weekend].map(|shift| {
        Weights::new(
            (0..24i64).map(|hour| {
                HOURS[(hour - shift).rem_euclid(24) as usize] * dice.log_normal(1.0, 0.12)
            }),
        )
    })
}

/// `2024-05-06T07:08:09.010Z`, appended.
pub(crate) fn write_rfc3339(time_ms: i64, into: &mut Vec<u8>) {
    let (year, month, day) = civil(time_ms.div_euclid(DAY));
    let rest = time_ms.rem_euclid(DAY);
    let fields = [
        (year, 4, b'-'),
        (month, 2, b'-'),
        (day, 2, b'T'),
        (rest / HOUR, 2, b':'),
        (rest / MINUTE % 60, 2, b':'),
        (rest / SECOND % 60, 2, b'.'),
        (rest % SECOND, 3, b'Z'),
    ];
    for (value, width, after) in fields {
        let mut power = 10i64.pow(width - 1);
        while power > 0 {
            into.push(b'0' + (value / power % 10) as u8);
            power /= 10;
        }
        into.push(after);
    }
}

/// Year, month and day of a day number since 1970-01-01 (H. Hinnant's
/// `civil_from_days`, public domain).
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_rfc_3339() {
        let mut text = Vec::new();
        write_rfc3339(EARLIEST_MS - 1, &mut text);
        assert_eq!(text, b"2024-02-29T23:59:59.999Z");
    }

    #[test]
    fn the_first_of_june_2024_is_a_saturday() {
        let day = 19_875;
        assert_eq!(civil(day), (2024, 6, 1));
        assert!(is_weekend(day) && is_weekend(day + 1) && !is_weekend(day + 2));
    }
}
