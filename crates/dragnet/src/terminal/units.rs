//! Numbers as people read them: grouped digits, spans, rates, sizes.

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// `1234567` is `1,234,567`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A length of time in its two largest units: `3 h 12 min`.
pub(crate) fn span(ms: i64) -> String {
    let ms = ms.max(0);
    let two = |large: i64, a: &str, small: i64, b: &str| {
        let (whole, rest) = (ms / large, ms % large / small);
        if rest == 0 { format!("{whole} {a}") } else { format!("{whole} {a} {rest} {b}") }
    };
    match ms {
        _ if ms < SECOND_MS => "at once".to_owned(),
        _ if ms < MINUTE_MS => format!("{} s", ms / SECOND_MS),
        _ if ms < HOUR_MS => format!("{} min", ms / MINUTE_MS),
        _ if ms < DAY_MS => two(HOUR_MS, "h", MINUTE_MS, "min"),
        _ => two(DAY_MS, "d", HOUR_MS, "h"),
    }
}

/// How fast `accounts` came within `span_ms`, in the unit that gives a number
/// between one and a few hundred; `–` where they all came at once.
pub(crate) fn rate(accounts: u64, span_ms: i64) -> String {
    if span_ms < SECOND_MS {
        return "–".to_owned();
    }
    let per = |unit_ms: i64| accounts as f64 * unit_ms as f64 / span_ms as f64;
    let (value, unit) = match () {
        () if per(HOUR_MS) < 2.0 => (per(DAY_MS), "day"),
        () if per(MINUTE_MS) < 5.0 => (per(HOUR_MS), "h"),
        () => (per(MINUTE_MS), "min"),
    };
    if value < 10.0 {
        format!("{value:.1}/{unit}")
    } else {
        format!("{}/{unit}", count(value.round() as u64))
    }
}

/// `1.4 GB`, in powers of ten.
pub(crate) fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{:.0} kB", n as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.1} GB", n as f64 / 1e9),
    }
}

/// A share as a percentage with two telling digits.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        0.0 => "0 %".to_owned(),
        p if p < 0.1 => format!("{p:.3} %"),
        p if p < 1.0 => format!("{p:.2} %"),
        p if p < 10.0 => format!("{p:.1} %"),
        p => format!("{p:.0} %"),
    }
}

/// `0.004 s`, `2.41 s`, `3 min 20 s`.
pub(crate) fn seconds(s: f64) -> String {
    match s {
        s if s < 1.0 => format!("{s:.2} s"),
        s if s < 60.0 => format!("{s:.1} s"),
        s => format!("{} min {} s", s as u64 / 60, s as u64 % 60),
    }
}

/// A number that was expected rather than counted: `9.0`, `0.4`, `0.02`.
pub(crate) fn expected(n: f64) -> String {
    match n {
        n if n >= 10.0 => count(n.round() as u64),
        n if n >= 0.1 => format!("{n:.1}"),
        n if n >= 0.01 => format!("{n:.2}"),
        _ => "less than 0.01".to_owned(),
    }
}

/// `2024-03-01 08:00`, UTC.
pub(crate) fn minute(time_ms: i64) -> String {
    at(time_ms, "%Y-%m-%d %H:%M")
}

/// `2024-03-01 08:00:07`, UTC.
pub(crate) fn second(time_ms: i64) -> String {
    at(time_ms, "%Y-%m-%d %H:%M:%S")
}

fn at(time_ms: i64, format: &str) -> String {
    match jiff::Timestamp::from_millisecond(time_ms) {
        Ok(time) => time.strftime(format).to_string(),
        Err(_) => "outside the calendar".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn numbers_read_well_at_every_size() {
        let lines = [
            [0, 999, 1_000, 1_234_567].map(count).join(" | "),
            [0, 45_000, 61_000, 11_520_000, 86_400_000, 190_000_000].map(span).join(" | "),
            [(411, 11_520_000), (12, 86_400_000 * 9), (5000, 60_000), (40, 0)]
                .map(|(n, ms)| rate(n, ms))
                .join(" | "),
            [12, 45_300, 1_450_000_000].map(bytes).join(" | "),
            [0.0, 0.0004, 0.0042, 0.031, 0.62].map(percent).join(" | "),
            [0.004, 2.413, 200.0].map(seconds).join(" | "),
            [1234.6, 9.0, 0.02, 0.0000001].map(expected).join(" | "),
            minute(1_709_280_000_000),
        ];
        expect![[r#"
            0 | 999 | 1,000 | 1,234,567
            at once | 45 s | 1 min | 3 h 12 min | 1 d | 2 d 4 h
            128/h | 1.3/day | 5,000/min | –
            12 B | 45 kB | 1.4 GB
            0 % | 0.040 % | 0.42 % | 3.1 % | 62 %
            0.00 s | 2.4 s | 3 min 20 s
            1,235 | 9.0 | 0.02 | less than 0.01
            2024-03-01 08:00"#]]
        .assert_eq(&lines.join("\n"));
    }
}
