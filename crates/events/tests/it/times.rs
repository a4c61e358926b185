//! Timestamps in the forms that logs use.

use crate::reading::{options, read_bytes, stream};
use events::time::{DateOrder, TimeRules, Zone};
use expect_test::{Expect, expect};

fn check_with(rules: &TimeRules, texts: &[&str], expected: Expect) {
    let lines = texts.iter().map(|text| {
        let read = match rules.parse(text) {
            Ok(ms) => jiff::Timestamp::from_millisecond(ms).unwrap().to_string(),
            Err(reason) => reason.to_string(),
        };
        format!("{text} → {read}\n")
    });
    expected.assert_eq(&lines.collect::<String>());
}

fn check(texts: &[&str], expected: Expect) {
    check_with(
        &TimeRules { latest_ms: Some(1_893_456_000_000), ..TimeRules::default() },
        texts,
        expected,
    );
}

#[test]
fn rfc_3339_and_its_neighbours() {
    check(
        &[
            "2024-02-29T22:55:01Z",
            "2024-02-29t22:55:01z",
            "2024-02-29T22:55:01.5+02:00",
            "2024-02-29 22:55:01.123456789-05:30",
            "2024-02-29 22:55:01",
            "2024-02-29 22:55:01 UTC",
            "2024-02-29 22:55:01.999999+00",
            "2024-02-29T22:55:01+0200",
            "2024-02-29T22:55:01+01:00[Europe/Paris]",
            "2024-02-29T22:55:60Z",
            "2024-02-29 22:55",
            "2024-02-29",
            "2024/2/9 7:05",
            "20240229",
            "20240229225501",
        ],
        expect![[r#"
            2024-02-29T22:55:01Z → 2024-02-29T22:55:01Z
            2024-02-29t22:55:01z → 2024-02-29T22:55:01Z
            2024-02-29T22:55:01.5+02:00 → 2024-02-29T20:55:01.5Z
            2024-02-29 22:55:01.123456789-05:30 → 2024-03-01T04:25:01.123Z
            2024-02-29 22:55:01 → 2024-02-29T22:55:01Z
            2024-02-29 22:55:01 UTC → 2024-02-29T22:55:01Z
            2024-02-29 22:55:01.999999+00 → 2024-02-29T22:55:01.999Z
            2024-02-29T22:55:01+0200 → 2024-02-29T20:55:01Z
            2024-02-29T22:55:01+01:00[Europe/Paris] → 2024-02-29T21:55:01Z
            2024-02-29T22:55:60Z → 2024-02-29T22:55:59.999Z
            2024-02-29 22:55 → 2024-02-29T22:55:00Z
            2024-02-29 → 2024-02-29T00:00:00Z
            2024/2/9 7:05 → 2024-02-09T07:05:00Z
            20240229 → 2024-02-29T00:00:00Z
            20240229225501 → 2024-02-29T22:55:01Z
        "#]],
    );
}

#[test]
fn epochs_by_magnitude() {
    check(
        &[
            "1706695200",
            "1706695200123",
            "1706695200123456",
            "1706695200123456789",
            "1706695200.5",
            "1.7066952e9",
            "1706695200123.7",
            "0",
            "-1",
            "99999999999",
        ],
        expect![[r#"
            1706695200 → 2024-01-31T10:00:00Z
            1706695200123 → 2024-01-31T10:00:00.123Z
            1706695200123456 → 2024-01-31T10:00:00.123Z
            1706695200123456789 → 2024-01-31T10:00:00.123Z
            1706695200.5 → 2024-01-31T10:00:00.5Z
            1.7066952e9 → 2024-01-31T10:00:00Z
            1706695200123.7 → 2024-01-31T10:00:00.123Z
            0 → before 1990
            -1 → before 1990
            99999999999 → in the future
        "#]],
    );
}

#[test]
fn dates_as_people_write_them() {
    check(
        &[
            "2/24/15 22:55",
            "12/31/2023 10:00 PM",
            "12/31/2023 12:05am",
            "1/2/99",
            "31.12.2023 22:10:11",
            "Feb 24 2015 22:55:01",
            "February 24th, 2015 10:55 pm",
            "24 Feb 2015",
            "Tue, 1 Jul 2003 10:52:37 +0200",
            "Wed Oct 10 20:19:24 +0000 2018",
            "Wed Oct 10 20:19:24 UTC 2018",
            "10/Oct/2000:13:55:36 -0700",
            "10-Oct-2000 13:55",
        ],
        expect![[r#"
            2/24/15 22:55 → 2015-02-24T22:55:00Z
            12/31/2023 10:00 PM → 2023-12-31T22:00:00Z
            12/31/2023 12:05am → 2023-12-31T00:05:00Z
            1/2/99 → 1999-01-02T00:00:00Z
            31.12.2023 22:10:11 → 2023-12-31T22:10:11Z
            Feb 24 2015 22:55:01 → 2015-02-24T22:55:01Z
            February 24th, 2015 10:55 pm → 2015-02-24T22:55:00Z
            24 Feb 2015 → 2015-02-24T00:00:00Z
            Tue, 1 Jul 2003 10:52:37 +0200 → 2003-07-01T08:52:37Z
            Wed Oct 10 20:19:24 +0000 2018 → 2018-10-10T20:19:24Z
            Wed Oct 10 20:19:24 UTC 2018 → 2018-10-10T20:19:24Z
            10/Oct/2000:13:55:36 -0700 → 2000-10-10T20:55:36Z
            10-Oct-2000 13:55 → 2000-10-10T13:55:00Z
        "#]],
    );
}

#[test]
fn what_is_no_time() {
    check(
        &[
            "soon",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "31/12/2023",
            "2024-01-31T25:00:00Z",
            "2024-01-31T10:00:00 yesterday",
            "2024-01",
            "1/2",
            "12:30",
            "1e400",
            "2024-01-31T1x:00:00Z",
            "9999-12-31T23:59:59Z",
            "0000-00-00 00:00:00",
        ],
        expect![[r#"
            soon → not a time that is understood
            2023-02-29T00:00:00Z → no such day in that month
            2024-13-01T00:00:00Z → a month above 12 or 0: are days and months the other way round?
            31/12/2023 → a month above 12 or 0: are days and months the other way round?
            2024-01-31T25:00:00Z → no such time of day
            2024-01-31T10:00:00 yesterday → not a time of day that is understood
            2024-01 → not a time that is understood
            1/2 → not a time that is understood
            12:30 → not a time that is understood
            1e400 → not a time that is understood
            2024-01-31T1x:00:00Z → not a time of day that is understood
            9999-12-31T23:59:59Z → in the future
            0000-00-00 00:00:00 → a month above 12 or 0: are days and months the other way round?
        "#]],
    );
}

#[test]
fn stamps_without_a_zone_are_of_the_zone_that_the_user_names() {
    let rules = |zone: &str| TimeRules { zone: Zone::parse(zone).unwrap(), ..TimeRules::default() };
    check_with(
        &rules("Europe/Paris"),
        // Winter, summer, the hour that is skipped, the hour that comes twice,
        // and a stamp that names its own.
        &[
            "2024-01-31 10:00:00",
            "7/31/2024 10:00",
            "2024-03-31 02:30:00",
            "2024-10-27 02:30:00",
            "2024-01-31T10:00:00Z",
            "1706695200",
        ],
        expect![[r#"
            2024-01-31 10:00:00 → 2024-01-31T09:00:00Z
            7/31/2024 10:00 → 2024-07-31T08:00:00Z
            2024-03-31 02:30:00 → 2024-03-31T01:30:00Z
            2024-10-27 02:30:00 → 2024-10-27T00:30:00Z
            2024-01-31T10:00:00Z → 2024-01-31T10:00:00Z
            1706695200 → 2024-01-31T10:00:00Z
        "#]],
    );
    check_with(
        &rules("+05:30"),
        &["2024-01-31 10:00:00"],
        expect![[r#"
            2024-01-31 10:00:00 → 2024-01-31T04:30:00Z
        "#]],
    );
    expect!["no time zone `Mars`: use a name such as Europe/Paris, or +02:00"]
        .assert_eq(&Zone::parse("Mars").unwrap_err());
}

fn order(stamps: &[&str], wanted: Option<DateOrder>) -> (String, String) {
    let rows = stamps.iter().map(|stamp| format!("a,{stamp}\n")).collect::<String>();
    let mut options = options(&[]);
    options.date_order = wanted;
    let text = format!("account_id,timestamp\n{rows}");
    let reading = read_bytes(stream(text), &options).unwrap();
    let notes = reading.mapping.lines().filter(|line| line.starts_with("note")).collect();
    (notes, reading.story().lines().next().unwrap().to_string())
}

#[test]
fn the_first_rows_tell_whether_the_day_comes_first() {
    assert_eq!(
        order(&["3/4/2024", "13/4/2024"], None),
        (
            "note: dates such as 3/4/2024 are read day first, as the first rows show".into(),
            "2: a 2024-04-03T00:00:00Z".into()
        )
    );
    assert_eq!(
        order(&["3/4/2024", "4/13/2024"], None),
        (
            "note: dates such as 3/4/2024 are read month first, as the first rows show".into(),
            "2: a 2024-03-04T00:00:00Z".into()
        )
    );
    assert_eq!(
        order(&["3/4/2024"], None),
        (
            "note: dates such as 3/4/2024 are read month first; the first rows do not tell".into(),
            "2: a 2024-03-04T00:00:00Z".into()
        )
    );
    assert_eq!(
        order(&["3/4/2024"], Some(DateOrder::DayFirst)),
        (String::new(), "2: a 2024-04-03T00:00:00Z".into())
    );
    assert_eq!(order(&["2024-03-04"], None), (String::new(), "2: a 2024-03-04T00:00:00Z".into()));
}
