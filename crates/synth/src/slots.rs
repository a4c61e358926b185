//! The sign-ups in time order, window by window. Who signs up when can be drawn
//! again at any time, so a large log is gone through once for each window, and
//! memory stays at the slots of one.

use crate::calendar::{DAY, HOUR};
use crate::plan::{Mark, Plan};
use rayon::prelude::*;
use std::ops::Range;

/// Sign-ups of one window: a gigabyte of slots.
const WINDOW_ROWS: u64 = 1 << 27;
/// Days of one window: what the time bits of a slot have room for.
const WINDOW_DAYS: i64 = 190;
/// Bits for the number of a sign-up among all.
const NUMBER_BITS: u32 = 30;
/// Sign-ups whose moment is drawn at a time on one thread: small beside a window.
const STRIDE: u32 = 1 << 16;
/// Strides at a time, for some dozens of threads.
const STRIDES_AT_ONCE: usize = 64;

const _: () = assert!(crate::world::ROWS_MAX <= 1 << NUMBER_BITS);
const _: () = assert!(WINDOW_DAYS * DAY < 1 << (64 - NUMBER_BITS));

/// One sign-up to be drawn: its time since the window's begin, above its number
/// among all. In order of time; ties in order of source and member.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot(u64);

impl Slot {
    fn at(after_ms: i64, number: u32) -> Self {
        Self((after_ms as u64) << NUMBER_BITS | u64::from(number))
    }

    /// Its number among all sign-ups.
    pub(crate) fn number(self) -> u32 {
        (self.0 & ((1 << NUMBER_BITS) - 1)) as u32
    }

    /// When it happens, in a window that begins at this time.
    pub(crate) fn time_ms(self, begin_ms: i64) -> i64 {
        begin_ms + (self.0 >> NUMBER_BITS) as i64
    }
}

/// The windows of a log in order: all its time, each small enough.
pub(crate) fn windows(plan: &Plan, rows: u64) -> Vec<Range<i64>> {
    let calendar = &plan.platform.calendar;
    let whole = calendar.start_ms..calendar.end_ms();
    if rows <= WINDOW_ROWS && calendar.span_ms <= WINDOW_DAYS * DAY {
        return vec![whole];
    }
    cut(plan, rows, WINDOW_ROWS)
}

/// Windows of so many sign-ups at most, unless an hour alone has more.
fn cut(plan: &Plan, rows: u64, window_rows: u64) -> Vec<Range<i64>> {
    let calendar = &plan.platform.calendar;
    let whole = calendar.start_ms..calendar.end_ms();
    let mut windows = Vec::new();
    let (mut begin, mut taken) = (whole.start, 0);
    for (hour, &count) in by_hour(plan, rows).iter().enumerate() {
        let time = whole.start + hour as i64 * HOUR;
        if (taken > 0 && taken + count > window_rows) || time + HOUR - begin > WINDOW_DAYS * DAY {
            windows.push(begin..time);
            (begin, taken) = (time, 0);
        }
        taken += count;
    }
    windows.push(begin..whole.end);
    windows
}

/// The slots of one window, in order.
pub(crate) fn slots(plan: &Plan, window: &Range<i64>, rows: u64) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    for strides in strides(rows).chunks(STRIDES_AT_ONCE) {
        let parts: Vec<Vec<Slot>> = strides
            .par_iter()
            .map(|stride| {
                let mut part = Vec::new();
                each(plan, stride.clone(), |number, time| {
                    if window.contains(&time) {
                        part.push(Slot::at(time - window.start, number));
                    }
                });
                part
            })
            .collect();
        parts.into_iter().for_each(|part| slots.extend(part));
    }
    slots.par_sort_unstable();
    slots
}

/// The slots of what factories make, with their times.
pub(crate) fn fraud(plan: &Plan) -> Vec<(i64, u32)> {
    let is_fraud = |&source: &usize| matches!(plan.sources[source].mark(), Mark::Campaign { .. });
    let campaigns: Vec<usize> = (0..plan.sources.len()).filter(is_fraud).collect();
    let moments = |&source: &usize| {
        let size = plan.sources[source].size();
        let moment = move |member| (plan.moment(source, member), plan.firsts[source] + member);
        (0..size).into_par_iter().map(moment)
    };
    let mut slots: Vec<(i64, u32)> = campaigns.par_iter().flat_map(moments).collect();
    slots.par_sort_unstable();
    slots
}

fn by_hour(plan: &Plan, rows: u64) -> Vec<u64> {
    let (start_ms, hours) =
        (plan.platform.calendar.start_ms, (plan.platform.calendar.span_ms / HOUR) as usize);
    let empty = || vec![0; hours];
    strides(rows)
        .into_par_iter()
        .fold(empty, |mut counts, stride| {
            each(plan, stride, |_, time| counts[((time - start_ms) / HOUR) as usize] += 1);
            counts
        })
        .reduce(empty, |mut all, counts| {
            all.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            all
        })
}

fn strides(rows: u64) -> Vec<Range<u32>> {
    let rows = rows as u32;
    (0..rows)
        .step_by(STRIDE as usize)
        .map(|first| first..first.saturating_add(STRIDE).min(rows))
        .collect()
}

/// Numbers and moments of some sign-ups.
fn each(plan: &Plan, numbers: Range<u32>, mut take: impl FnMut(u32, i64)) {
    let (mut source, mut member) = plan.member(numbers.start);
    for number in numbers {
        while member == plan.sources[source].size() {
            (source, member) = (source + 1, 0);
        }
        take(number, plan.moment(source, member));
        member += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wave::Wave;
    use crate::world::World;

    /// Times and numbers of all sign-ups, by these windows.
    fn order(plan: &Plan, rows: u64, windows: &[Range<i64>]) -> Vec<(i64, u32)> {
        let times = |window: &Range<i64>| {
            let begin_ms = window.start;
            let slots = slots(plan, window, rows).into_iter();
            slots.map(move |slot| (slot.time_ms(begin_ms), slot.number())).collect::<Vec<_>>()
        };
        windows.iter().flat_map(times).collect()
    }

    #[test]
    fn windows_leave_the_order_as_it_is() {
        for days in [9, 300] {
            let world = World { days, ..World::new(4, 3_000) };
            let plan = Plan::draw(&world, &Wave::default()).unwrap();
            let (few, many) = (windows(&plan, 3_000), cut(&plan, 3_000, 200));
            assert!(few.len() <= 2 && many.len() > 10, "{} {}", few.len(), many.len());
            let order_of_few = order(&plan, 3_000, &few);
            assert_eq!(order_of_few.len(), 3_000);
            assert!(order_of_few.is_sorted() && order_of_few == order(&plan, 3_000, &many));
        }
    }
}
