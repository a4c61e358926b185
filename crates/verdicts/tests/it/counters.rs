//! Counts over windows, held against counting all that ever came.

use crate::story::row;
use proptest::prelude::*;
use signals::Kind;
use std::collections::BTreeSet;
use verdicts::counters::{Counters, Evicted, Plan, Window};

const DAY: u32 = 86_400;
/// Long after the epoch.
const START: u32 = 1_700_000_000;

/// One that counts sign-ups by address, and devices behind it.
fn counters(keys_max: usize) -> (Counters, usize, (usize, usize)) {
    let mut plan = Plan::default();
    let by = plan.count(Kind::Ip);
    let distinct = plan.distinct(Kind::Device, Kind::Ip).expect("one is not too many");
    (Counters::new(plan, keys_max), by, distinct)
}

/// (second, device) of one address, asked at `now`: whether each window's count and
/// devices are what counting all of them gives, within `slack` of them.
fn check(events: &[(u32, u32)], now: u32, slack: impl Fn(f64, Window) -> f64) {
    let (counters, by, distinct) = counters(10);
    for (second, device) in events {
        counters.add(&row(0, 1, *device), *second);
    }
    let asked = row(0, 1, 0);
    let all: BTreeSet<u32> = events.iter().map(|(_, device)| *device).collect();
    for window in Window::ALL {
        let within = |second: u32| second <= now && second + window.seconds() > now;
        let truth = events.iter().filter(|(second, _)| within(*second)).count() as f64;
        let devices: BTreeSet<u32> =
            events.iter().filter(|(s, _)| within(*s)).map(|(_, device)| *device).collect();
        let (count, different) = (
            counters.count(&asked, by, window, now),
            counters.distinct(&asked, distinct, window, now),
        );
        assert!((count - truth).abs() <= slack(truth, window), "{window}: {count}, not {truth}");
        let truth = devices.len() as f64;
        // A sample in which each stands for `weight` is off by five deviations at most.
        let weight = (all.len() as f64 / 32.0).max(1.0);
        let close = if all.len() < 60 { 0.0 } else { 5.0 * (truth * weight).sqrt() + weight };
        assert!((different - truth).abs() <= close, "{window}: {different} devices, not {truth}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn few_are_counted_exactly(
        gaps in prop::collection::vec((0..DAY, 1..9u32), 1..16),
        later in 0..2 * DAY,
    ) {
        let mut second = START;
        let events: Vec<(u32, u32)> = gaps
            .iter()
            .map(|(gap, device)| {
                second += gap;
                (second, *device)
            })
            .collect();
        check(&events, second + later, |_, _| 0.0);
    }

    #[test]
    fn many_are_counted_to_a_twelfth(
        gap in 1..2000u32,
        count in 17..3000u32,
        devices in 1..400u32,
        later in 0..DAY,
    ) {
        let events: Vec<(u32, u32)> =
            (0..count).map(|at| (START + at * gap, 1 + at * 7919 % devices)).collect();
        check(&events, START + (count - 1) * gap + later, |_, window| {
            f64::from(window.seconds()) / 12.0 / f64::from(gap) + 1.0
        });
    }
}

#[test]
fn different_values_of_a_busy_key_are_estimated_without_bias() {
    let (counters, _, distinct) = counters(10);
    for device in 1..=20_000 {
        counters.add(&row(0, 1, device), START + device);
    }
    let asked = |window, now| counters.distinct(&row(0, 1, 0), distinct, window, now);
    for (window, truth) in [(Window::Hour, 3_600.0), (Window::Day, 20_000.0)] {
        let found = asked(window, START + 20_000);
        assert!((found / truth - 1.0_f64).abs() < 0.5, "{window}: {found}, not {truth}");
    }
    // A quiet time after it: what is counted then is seen again.
    for device in 1..=40 {
        counters.add(&row(0, 1, 30_000 + device), START + 20_000 + 10 * DAY + device * 60);
    }
    let found = asked(Window::Hour, START + 20_000 + 10 * DAY + 2_400);
    assert!((10.0..=100.0).contains(&found), "{found}, not 40");
}

#[test]
fn late_ones_count_where_they_belong_and_future_ones_do_not_yet() {
    let (counters, by, _) = counters(10);
    let asked = row(0, 1, 0);
    for (second, times) in [(START + 4_000, 30), (START, 20), (START + DAY, 1)] {
        (0..times).for_each(|_| counters.add(&row(0, 1, 1), second));
    }
    assert_eq!(counters.count(&asked, by, Window::Week, START + DAY), 51.0);
    let hour = counters.count(&asked, by, Window::Hour, START + 4_000);
    assert!((0.0..=30.0).contains(&hour), "{hour}");
}

#[test]
fn memory_is_bounded_and_who_made_room_is_told() {
    let (counters, by, _) = counters(64 * 10);
    let often = row(0, 0, 1);
    for ip in 0..10_000 {
        counters.add(&row(0, ip + 1, 1), START + ip);
        counters.add(&often, START + ip);
    }
    assert!(counters.keys() <= 64 * 10, "{}", counters.keys());
    let Evicted { over, full } = counters.evicted();
    assert_eq!(over, 0);
    assert!(full >= 10_000 - 64 * 10, "{full}");
    // Who is seen all the time stays.
    assert!(counters.count(&often, by, Window::Day, START + 10_000) > 9_000.0);
    for ip in 0..1_000 {
        counters.add(&row(0, 20_000 + ip, 1), START + 10 * DAY);
    }
    assert!(counters.evicted().over > 300, "{:?}", counters.evicted());
}

/// What `counters` says of some addresses.
fn told(counters: &Counters, plan: &Plan, now: u32) -> Vec<(f64, f64)> {
    let by = plan.place(Kind::Ip).expect("addresses are counted");
    let devices = plan.place_behind(Kind::Device, Kind::Ip).expect("and devices by them");
    let of = |address: u32| {
        let asked = row(0, address, 0);
        (
            counters.count(&asked, by, Window::Week, now),
            counters.distinct(&asked, devices, Window::Day, now),
        )
    };
    (0..60).map(of).collect()
}

#[test]
fn a_save_has_what_was_counted_before_the_cut_and_nothing_else() {
    let (counters, ..) = counters(6_400);
    let plan = counters.plan();
    // Some addresses are busy, and there are more than memory was given.
    let sign_up =
        |n: u32| (row(n, if n.is_multiple_of(3) { n % 60 } else { n % 9_000 }, n % 500), START + n);
    (0..30_000).map(sign_up).for_each(|(row, second)| counters.add(&row, second));
    let (expected, keys) = (told(&counters, &plan, START + 30_000), counters.keys());
    counters.cut();
    // Sign-ups go on before and while it is saved.
    (30_000..40_000).map(sign_up).for_each(|(row, second)| counters.add(&row, second));
    let saved = std::thread::scope(|scope| {
        let more =
            || (40_000..60_000).map(sign_up).for_each(|(r, second)| counters.add(&r, second));
        scope.spawn(more);
        let mut saved = Vec::new();
        counters.save(&mut saved).expect("memory takes it");
        saved
    });
    let restored = Counters::new(Plan::clone(&plan), 6_400);
    restored.restore(&mut &saved[..]).expect("it is whole");
    assert_eq!(told(&restored, &plan, START + 30_000), expected);
    assert_eq!(restored.keys(), keys);
    assert_ne!(told(&counters, &plan, START + 60_000), expected);
}

#[test]
fn what_is_asked_for_later_is_counted_from_then_on_and_nothing_is_lost() {
    let (counters, by, _) = counters(1_000);
    let busy = |n: u32| (row(n, 1, n % 7), START + n);
    (0..200).map(busy).for_each(|(row, second)| counters.add(&row, second));
    let mut more = Plan::default();
    more.distinct(Kind::Solve, Kind::Ip).expect("two are not too many");
    counters.extend(&more);
    let plan = counters.plan();
    let asked = row(0, 1, 0);
    assert_eq!(counters.count(&asked, by, Window::Hour, START + 200), 200.0);
    let devices = plan.place_behind(Kind::Device, Kind::Ip).expect("it was there before");
    assert_eq!(counters.distinct(&asked, devices, Window::Hour, START + 200), 7.0);
    // What was saved under the smaller plan is taken into the larger one, and back.
    counters.cut();
    let mut saved = Vec::new();
    counters.save(&mut saved).expect("memory takes it");
    let (smaller, by, devices) = self::counters(1_000);
    smaller.restore(&mut &saved[..]).expect("it is whole");
    assert_eq!(smaller.count(&asked, by, Window::Hour, START + 200), 200.0);
    assert_eq!(smaller.distinct(&asked, devices, Window::Hour, START + 200), 7.0);
}

#[test]
fn what_was_damaged_is_not_taken_for_counts() {
    let (counters, ..) = counters(100);
    (0..50).for_each(|n| counters.add(&row(n, n, n), START + n));
    counters.cut();
    let mut saved = Vec::new();
    counters.save(&mut saved).expect("memory takes it");
    for at in [0, 9, saved.len() / 2, saved.len() - 1] {
        let mut damaged = saved.clone();
        damaged[at] ^= 1;
        let (other, ..) = self::counters(100);
        assert!(other.restore(&mut &damaged[..]).is_err(), "byte {at}");
    }
    let (other, ..) = self::counters(100);
    assert!(other.restore(&mut &saved[..saved.len() / 2]).is_err());
}
