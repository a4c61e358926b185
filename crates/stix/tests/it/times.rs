//! How timestamps are read and written.

use expect_test::{Expect, expect};
use stix::Timestamp;

fn check(text: &str, expected: &Expect) {
    let said = match text.parse::<Timestamp>() {
        Ok(time) => format!("{time} {}", time.ms()),
        Err(why) => why.to_string(),
    };
    expected.assert_eq(&said);
}

#[test]
fn they_are_written_as_they_came() {
    check("2020-02-29T23:59:59.999Z", &expect!["2020-02-29T23:59:59.999Z 1583020799999"]);
    check("2020-02-29T23:59:59.000Z", &expect!["2020-02-29T23:59:59.000Z 1583020799000"]);
    check("2020-02-29T23:59:59Z", &expect!["2020-02-29T23:59:59Z 1583020799000"]);
    check("2020-02-29T23:59:59.1234567Z", &expect!["2020-02-29T23:59:59.1234567Z 1583020799123"]);
    check("1969-12-31T23:59:59.999Z", &expect!["1969-12-31T23:59:59.999Z -1"]);
}

#[test]
fn others_are_refused() {
    for text in [
        "2020-02-29 23:59:59Z",
        "2020-02-29T23:59:59",
        "2020-02-29T23:59:59+00:00",
        "2020-02-29t23:59:59z",
        "2020-02-29T23:59:59.Z",
        "2020-02-29T23:59:59.1234567890Z",
        "20-02-29T23:59:59Z",
        "",
    ] {
        check(text, &expect!["a timestamp is written YYYY-MM-DDTHH:MM:SS.sssZ, in UTC"]);
    }
    check("2021-02-29T00:00:00Z", &expect!["there is no such day or time"]);
    check("2021-02-28T24:00:00Z", &expect!["there is no such day or time"]);
}

#[test]
fn milliseconds_are_written_with_three_digits_in_the_years_that_have_four() {
    let written = |ms| Timestamp::from_ms(ms).map(|time| time.to_string());
    assert_eq!(written(1_500), Some("1970-01-01T00:00:01.500Z".to_owned()));
    assert_eq!(written(-62_167_219_200_000), Some("0000-01-01T00:00:00.000Z".to_owned()));
    assert_eq!(written(-62_167_219_200_001), None);
    assert_eq!(written(i64::MAX), None);
}
