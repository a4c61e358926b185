//! The hours at which a campaign's challenges are solved: a farm works round the
//! clock or in shifts, people while their country is awake.

use super::{Bar, Clue, What};
use crate::binomial::log_upper_tail;
use signals::table::Hash;
use signals::{Kind, Table};
use std::collections::BTreeMap;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Below this many challenges, or within fewer days, hours of the day are those
/// of one evening.
const CHALLENGES_MIN: usize = 50;
const DAYS_MIN: usize = 3;

/// A surplus below this is a different clientele, not a different kind of work.
const LIFT_MIN: f64 = 1.5;

/// One shift holds this share of a campaign that works one shift a day.
const SHIFT_SHARE_MIN: f64 = 0.8;

/// Hours of a shift and of a night.
const SHIFT: usize = 8;

/// Countries with fewer background sign-ups follow everyone.
const COUNTRY_SIGNUPS_MIN: f64 = 200.0;

/// A share for each hour of the day.
type Day = [f64; 24];

/// The background's hours, by country.
pub(super) struct Hours<'t> {
    times_ms: &'t [i64],
    country: &'t [Hash],
    redeem: &'t [Hash],
    solve: &'t [Hash],
    by_country: BTreeMap<Hash, Day>,
    world: Day,
}

impl<'t> Hours<'t> {
    pub(super) fn of(table: &'t Table, background: &[u32]) -> Self {
        let mut hours = Self {
            times_ms: table.times_ms(),
            country: table.column(Kind::Country),
            redeem: table.column(Kind::Redeem),
            solve: table.column(Kind::Solve),
            by_country: BTreeMap::new(),
            world: [0.0; 24],
        };
        for row in background.iter().map(|row| *row as usize) {
            let hour = hour(hours.times_ms[row]);
            hours.world[hour] += 1.0;
            hours.by_country.entry(hours.country[row]).or_insert([0.0; 24])[hour] += 1.0;
        }
        hours.by_country.retain(|_, day| day.iter().sum::<f64>() >= COUNTRY_SIGNUPS_MIN);
        hours.by_country.values_mut().for_each(normalise);
        normalise(&mut hours.world);
        hours
    }

    /// Whether challenges were solved at hours that its countries do not explain.
    pub(super) fn clue(&self, rows: &[u32], bar: &Bar) -> Option<Clue> {
        let is_challenge =
            |row: &&u32| self.redeem[**row as usize] != 0 || self.solve[**row as usize] != 0;
        let rows: Vec<usize> = rows.iter().filter(is_challenge).map(|row| *row as usize).collect();
        let mut days: Vec<i64> = rows.iter().map(|row| self.times_ms[*row] / DAY_MS).collect();
        days.sort_unstable();
        days.dedup();
        if rows.len() < CHALLENGES_MIN || days.len() < DAYS_MIN {
            return None;
        }
        let (mut seen, mut expected) = ([0.0; 24], [0.0; 24]);
        for row in &rows {
            seen[hour(self.times_ms[*row])] += 1.0;
            let day = self.by_country.get(&self.country[*row]).unwrap_or(&self.world);
            expected.iter_mut().zip(day).for_each(|(sum, share)| *sum += share);
        }
        round_the_clock(&seen, &expected, bar).or_else(|| shift(&seen, &expected, bar))
    }
}

/// Busy in the hours that should be quietest.
fn round_the_clock(seen: &Day, expected: &Day, bar: &Bar) -> Option<Clue> {
    let mut quietest: Vec<usize> = (0..24).collect();
    quietest.sort_by(|a, b| expected[*a].total_cmp(&expected[*b]));
    let what = What::RoundTheClock { bits: entropy(seen), expected_bits: entropy(expected) };
    let clue = clue(what, seen, expected, &quietest[..SHIFT]);
    // One shift at night is a shift.
    let is_even = entropy(seen) >= entropy(expected);
    (is_even && clue.is_surplus(bar.log_p)).then_some(clue)
}

/// Nearly all within eight hours, wherever these lie.
fn shift(seen: &Day, expected: &Day, bar: &Bar) -> Option<Clue> {
    let shifts = (0..24usize).map(|start| {
        let hours: Vec<usize> = (start..start + SHIFT).map(|hour| hour % 24).collect();
        clue(What::Shift { start: start as u8 }, seen, expected, &hours)
    });
    let busiest = shifts.max_by_key(|clue| clue.observed)?;
    let is_shift = busiest.observed as f64 >= SHIFT_SHARE_MIN * busiest.of as f64;
    // The busiest of 24 was chosen by looking.
    (is_shift && busiest.is_surplus(bar.log_p - 24f64.ln())).then_some(busiest)
}

fn clue(what: What, seen: &Day, expected: &Day, hours: &[usize]) -> Clue {
    let sum = |day: &Day| hours.iter().map(|hour| day[*hour]).sum::<f64>();
    let of = seen.iter().sum::<f64>() as u64;
    Clue { what, observed: sum(seen) as u64, expected: sum(expected), of }
}

impl Clue {
    fn is_surplus(&self, log_p: f64) -> bool {
        self.observed as f64 >= LIFT_MIN * self.expected
            && log_upper_tail(self.observed, self.of, self.expected / self.of.max(1) as f64) < log_p
    }
}

fn hour(time_ms: i64) -> usize {
    (time_ms.rem_euclid(DAY_MS) / HOUR_MS) as usize
}

fn normalise(day: &mut Day) {
    let sum: f64 = day.iter().sum();
    day.iter_mut().for_each(|share| *share /= sum.max(1.0));
}

/// Shannon's, in bits.
fn entropy(day: &Day) -> f64 {
    let sum: f64 = day.iter().sum();
    let bits = |n: &f64| if *n > 0.0 { -(n / sum) * (n / sum).log2() } else { 0.0 };
    day.iter().map(bits).sum()
}
