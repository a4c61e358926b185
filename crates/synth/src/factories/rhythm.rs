//! When a campaign works: a burst, shifts, batches, or a drip over weeks, with
//! pauses; the patient ones keep the hours of the people they play.

use crate::calendar::{DAY, HOUR, MINUTE, is_weekend};
use crate::dice::{Dice, hash};
use crate::plan::Cover;
use crate::platform::Platform;

/// The hours in which a campaign works, and its law within them.
pub(crate) struct Rhythm {
    pub(crate) start_ms: i64,
    pub(crate) length_ms: i64,
    /// (begin, length), in order, without overlap.
    windows: Vec<(i64, i64)>,
    total_ms: i64,
    law: Law,
}

enum Law {
    /// One after the other at an even pace.
    Even,
    Random,
    /// So many starts of the script.
    Batches {
        count: u64,
        key: u64,
    },
    /// At the hours of the line's country.
    People,
}

impl Rhythm {
    pub(crate) fn draw(
        p: &Platform,
        dice: &mut Dice,
        level: u8,
        size: u32,
        shift_start_ms: i64,
        cover: Option<&Cover>,
    ) -> Self {
        let span = p.calendar.span_ms;
        if let Some(Cover::Viral { start_ms, length_ms, .. }) = cover {
            return Self::whole(*start_ms, (*length_ms).clamp(HOUR, span), Law::Random);
        }
        let length_ms = length(dice, level, size, span);
        let start_ms = p.calendar.beginning(dice, length_ms);
        let law = law(dice, level, size);
        let shifts = (1..=3).contains(&level) && length_ms > DAY && dice.chance(0.6);
        let mut rhythm = Self::whole(start_ms, length_ms, law);
        if shifts {
            rhythm.windows = shift_windows(dice, start_ms, length_ms, shift_start_ms);
        } else if dice.chance(0.25) {
            rhythm.pause(dice);
        }
        rhythm.total_ms = rhythm.windows.iter().map(|window| window.1).sum::<i64>().max(1);
        rhythm
    }

    fn whole(start_ms: i64, length_ms: i64, law: Law) -> Self {
        Self { start_ms, length_ms, windows: vec![(start_ms, length_ms)], total_ms: length_ms, law }
    }

    /// Everything stops for a while: a block, a holiday, a new kit.
    fn pause(&mut self, dice: &mut Dice) {
        let from = (self.length_ms as f64 * dice.between(0.2, 0.6)) as i64;
        let until = from + (self.length_ms as f64 * dice.between(0.1, 0.3)) as i64;
        self.windows = vec![(self.start_ms, from), (self.start_ms + until, self.length_ms - until)];
    }

    pub(crate) fn moment(
        &self,
        p: &Platform,
        dice: &mut Dice,
        member: u32,
        size: u32,
        country: usize,
    ) -> i64 {
        let place = match self.law {
            Law::Even => (f64::from(member) + dice.unit() * 0.8) / f64::from(size.max(1)),
            Law::Random | Law::People => dice.unit(),
            Law::Batches { count, key } => {
                let batch = hash(&[key, dice.below(count)]) >> 11;
                let start = batch as f64 / (1u64 << 53) as f64;
                start + dice.exponential(4.0 * MINUTE as f64) / self.total_ms as f64
            }
        };
        let time = self.at((place.clamp(0.0, 0.999_999) * self.total_ms as f64) as i64);
        match self.law {
            Law::People => p.calendar.moment_of_day(dice, country, time),
            _ => p.calendar.wrap(time),
        }
    }

    /// The moment at which so much working time has passed.
    fn at(&self, mut worked_ms: i64) -> i64 {
        for &(begin, length) in &self.windows {
            if worked_ms < length {
                return begin + worked_ms;
            }
            worked_ms -= length;
        }
        self.start_ms + self.length_ms - 1
    }

    /// How far the campaign has come, 0 to 1.
    pub(crate) fn progress(&self, time_ms: i64) -> f64 {
        ((time_ms - self.start_ms) as f64 / self.length_ms.max(1) as f64).clamp(0.0, 1.0)
    }
}

fn length(dice: &mut Dice, level: u8, size: u32, span_ms: i64) -> i64 {
    let days = match level {
        0 => dice.log_normal(0.25, 1.0).clamp(0.02, 2.0),
        1 => dice.log_normal(1.5, 0.8).clamp(0.1, 6.0),
        2 => dice.log_normal(4.0, 0.7).clamp(0.3, 12.0),
        3 => dice.log_normal(7.0, 0.6).clamp(1.0, 20.0),
        _ => dice.between(0.5, 1.0) * span_ms as f64 / DAY as f64,
    };
    // Large campaigns take their time: not more than some accounts a second.
    let least = f64::from(size) * 150.0;
    ((days * DAY as f64).max(least) as i64).clamp(10 * MINUTE, span_ms)
}

fn law(dice: &mut Dice, level: u8, size: u32) -> Law {
    let batches =
        Law::Batches { count: 1 + dice.below(u64::from(size) / 20 + 1), key: dice.bits() };
    let point = dice.unit();
    match level {
        0 | 1 if point < 0.4 => Law::Even,
        0 | 1 if point < 0.7 => batches,
        0 | 1 => Law::Random,
        2 if point < 0.25 => Law::Even,
        2 if point < 0.5 => batches,
        2 if point < 0.85 => Law::Random,
        3 if point < 0.3 => batches,
        3 if point < 0.6 => Law::Random,
        _ => Law::People,
    }
}

/// A working day of eight to twelve hours, with or without the weekend.
fn shift_windows(
    dice: &mut Dice,
    start_ms: i64,
    length_ms: i64,
    shift_start_ms: i64,
) -> Vec<(i64, i64)> {
    let hours = dice.whole(8, 12) * HOUR;
    let weekends = dice.chance(0.5);
    let first = start_ms.div_euclid(DAY);
    let windows: Vec<(i64, i64)> = (first..=first + length_ms / DAY + 1)
        .filter(|&day| weekends || !is_weekend(day))
        .filter_map(|day| {
            let begin = (day * DAY + shift_start_ms).max(start_ms);
            let end = (day * DAY + shift_start_ms + hours).min(start_ms + length_ms);
            (end > begin).then_some((begin, end - begin))
        })
        .collect();
    if windows.is_empty() { vec![(start_ms, length_ms)] } else { windows }
}
