//! Buckets of time: few, round, and never fooled by a stray date.

use super::story::{DAY_MS, Dice, MARCH_MS};
use dragnet::report::{BUCKETS_MAX, Buckets, Volume};
use expect_test::{Expect, expect};

fn check(buckets: Buckets, expected: Expect) {
    let day = (buckets.start_ms - MARCH_MS) as f64 / DAY_MS as f64;
    expected.assert_eq(&format!("{} × {} from day {day}", buckets.count, buckets.unit()));
}

#[test]
fn width_follows_the_span() {
    let from = MARCH_MS + 90 * 60_000;
    check(Buckets::spanning(from, from), expect!["1 × hour from day 0.041666666666666664"]);
    check(
        Buckets::spanning(from, from + 4 * DAY_MS),
        expect!["97 × hour from day 0.041666666666666664"],
    );
    check(Buckets::spanning(from + 21 * DAY_MS, from), expect!["85 × 6 hours from day 0"]);
    check(Buckets::spanning(from, from + 100 * DAY_MS), expect!["101 × day from day 0"]);
    // 1 March 2026 is a Sunday: the week begins on Monday before it.
    check(Buckets::spanning(from, from + 365 * DAY_MS), expect!["54 × week from day -6"]);
    check(Buckets::spanning(from, from + 3_650 * DAY_MS), expect!["106 × 5 weeks from day -34"]);
}

#[test]
fn any_two_times_are_covered_by_few_buckets() {
    let mut dice = Dice(11);
    let ends = [i64::MIN, i64::MAX, 0, -1, MARCH_MS];
    let drawn = (0..2_000).map(|_| {
        let scale = 1i64 << dice.below(44);
        (
            MARCH_MS + dice.below(1 << 30) as i64 % scale,
            MARCH_MS - dice.below(1 << 30) as i64 % scale * 977,
        )
    });
    let chosen = ends.into_iter().flat_map(|a| ends.map(|b| (a, b)));
    for (a, b) in drawn.chain(chosen).collect::<Vec<_>>() {
        let buckets = Buckets::spanning(a, b);
        assert!((1..=BUCKETS_MAX).contains(&buckets.count), "{a} {b}: {buckets:?}");
        if a.abs_diff(b) < i64::MAX as u64 && a > i64::MIN / 2 && b > i64::MIN / 2 {
            assert_eq!(buckets.index(a.min(b)), Some(0), "{a} {b}: {buckets:?}");
            assert_eq!(buckets.index(a.max(b)), Some(buckets.count - 1), "{a} {b}: {buckets:?}");
        }
    }
}

#[test]
fn a_stray_date_does_not_squeeze_the_rest() {
    let mut times: Vec<i64> = (0..5_000).map(|i| MARCH_MS + i * DAY_MS / 1_000).collect();
    check(Buckets::fitting(&times), expect!["120 × hour from day 0"]);
    times.push(0);
    check(Buckets::fitting(&times), expect!["120 × hour from day 0"]);
    check(Buckets::fitting(&[0, MARCH_MS]), expect!["119 × 25 weeks from day -20684"]);
    assert_eq!(Buckets::fitting(&[]), Buckets::default());
}

#[test]
fn every_sign_up_is_counted_once_or_said_to_be_outside() {
    let mut volume = Volume::new(Buckets::spanning(MARCH_MS, MARCH_MS + DAY_MS - 1), 2);
    volume.add(MARCH_MS, None);
    volume.add(MARCH_MS + 1, Some(1));
    volume.add(MARCH_MS + DAY_MS, Some(0));
    volume.add(MARCH_MS - 1, None);
    assert_eq!((volume.total.iter().sum::<u64>(), volume.outside), (2, 2));
    assert_eq!((volume.campaigns[0].iter().sum::<u64>(), volume.campaigns[1][0]), (0, 1));
    assert_eq!(volume.span_ms, Some((MARCH_MS - 1, MARCH_MS + DAY_MS)));
}

#[test]
fn the_time_axis_has_few_and_round_labels() {
    let check = |days: i64, expected: Expect| {
        let mut story = super::ordinary_days(1);
        story.volume = Volume::new(Buckets::spanning(MARCH_MS, MARCH_MS + days * DAY_MS - 1), 0);
        let page = story.render();
        let axis = &page[page.find("<line class=\"axis\"").unwrap()..];
        let axis = &axis[..axis.find("</svg>").unwrap()];
        let labels: Vec<&str> = axis
            .split("</text>")
            .filter_map(|text| text.rsplit('>').next())
            .filter(|text| !text.is_empty())
            .collect();
        expected.assert_eq(&labels.join(" | ").replace('\u{a0}', " "));
    };
    check(1, expect!["1 Mar | 06:00 | 12:00 | 18:00"]);
    check(4, expect!["1 Mar | 2 Mar | 3 Mar | 4 Mar"]);
    check(21, expect!["4 Mar | 8 Mar | 12 Mar | 16 Mar | 20 Mar"]);
    check(100, expect!["16 Mar | 13 Apr | 11 May | 8 Jun"]);
    check(365, expect!["8 Jun 2026 | 28 Sep 2026 | 18 Jan 2027"]);
    check(3_650, expect!["26 Jan 2026 | 6 Mar 2028 | 15 Apr 2030 | 24 May 2032 | 3 Jul 2034"]);
}
