//! How numbers, times and chances read, and how foreign text is made safe to
//! show. Everything that the report says in figures passes through here, so
//! that one number reads the same everywhere. No HTML but the one `shown` makes.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

/// `1234567` becomes `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 campaign`, `14 campaigns`.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", grouped(number), if number == 1 { one } else { many })
}

/// A share as per cent, with more digits the smaller it is: `10.3 %`, `0.004 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{}\u{a0}%", percent_digits(share))
}

/// The digits of [`percent`], for ranges that carry one sign.
pub(super) fn percent_digits(share: f64) -> String {
    let percent = if share.is_finite() { share * 100.0 } else { 0.0 };
    match percent {
        p if p <= 0.0 || p >= 99.95 => format!("{p:.0}"),
        p if p >= 1.0 => format!("{p:.1}"),
        p if p >= 0.1 => format!("{p:.2}"),
        p if p >= 0.001 => format!("{p:.3}").trim_end_matches('0').to_owned(),
        _ => "under 0.001".to_owned(),
    }
}

/// An expected count: small ones keep two digits, large ones are grouped.
pub(super) fn expected(count: f64) -> String {
    match count {
        c if !c.is_finite() => "–".to_owned(),
        c if c >= 9.95 => grouped(c.round() as u64),
        c if c >= 0.095 => format!("{c:.1}"),
        c if c >= 0.01 => format!("{c:.2}"),
        _ => "under 0.01".to_owned(),
    }
}

/// How many times more were seen than expected, such as `46 times`. None
/// where the ratio would claim more precision than so small an expectation has.
pub(super) fn lift(observed: u64, expected: f64) -> Option<String> {
    let ratio = observed as f64 / expected;
    match ratio {
        r if r > 10_000.0 => Some("over 10,000 times".to_owned()),
        r if r >= 9.95 => Some(format!("{} times", grouped(r.round() as u64))),
        r if r >= 1.05 => Some(format!("{r:.1} times")),
        _ => None,
    }
}

/// A natural logarithm of a probability, in words.
pub(super) fn chance(log_p: f64) -> String {
    let power = -log_p / std::f64::consts::LN_10;
    // Beyond a trillion a figure says nothing more to anyone.
    match power {
        p if p.is_nan() => "chance not known".to_owned(),
        p if p >= 12.0 => "less than one in a trillion by chance".to_owned(),
        p if p >= 9.0 => "less than one in a billion by chance".to_owned(),
        p if p >= 6.0 => "less than one in a million by chance".to_owned(),
        p if p >= 0.31 => format!("about one in {} by chance", grouped(rounded(10f64.powf(p)))),
        _ => "quite possible by chance".to_owned(),
    }
}

/// A campaign's risk in words that a court or a manager can hold us to.
pub(super) fn likely(risk: f64) -> &'static str {
    match risk {
        r if r >= 0.95 => "very likely",
        r if r >= 0.8 => "likely",
        r if r >= 0.5 => "more likely than not",
        _ => "possible",
    }
}

/// Risk as two digits; never `1.00`, because no verdict here is certain.
pub(super) fn risk(risk: f64) -> String {
    match risk {
        r if !r.is_finite() => "–".to_owned(),
        r if r > 0.994 => "> 0.99".to_owned(),
        r if r > 0.0 && r < 0.005 => "< 0.01".to_owned(),
        r => format!("{r:.2}"),
    }
}

/// `2 Mar 2026, 04:10 UTC`.
pub(super) fn minute(ms: i64) -> String {
    format_time(ms, "%-d\u{a0}%b\u{a0}%Y, %H:%M\u{a0}UTC")
}

/// `2 Mar 2026`, in UTC.
pub(super) fn day(ms: i64) -> String {
    format_time(ms, "%-d\u{a0}%b\u{a0}%Y")
}

/// `2 Mar`, in UTC.
pub(super) fn day_short(ms: i64) -> String {
    format_time(ms, "%-d\u{a0}%b")
}

/// `04:10`, in UTC.
pub(super) fn clock(ms: i64) -> String {
    format_time(ms, "%H:%M")
}

/// `2026-03-02T04:10:00Z`, for machines and for tables.
pub(super) fn iso(ms: i64) -> String {
    format_time(ms, "%Y-%m-%dT%H:%M:%SZ")
}

/// `2026-03-02 04:10:00`: a table that names the zone once keeps it out of its rows.
pub(super) fn second(ms: i64) -> String {
    format_time(ms, "%Y-%m-%d\u{a0}%H:%M:%S")
}

/// Two days as one range: `2–5 Mar 2026`, `28 Feb – 3 Mar 2026`, `2 Mar 2026`.
pub(super) fn days_between(first_ms: i64, last_ms: i64) -> String {
    let (from, to) = (day(first_ms), day(last_ms));
    if from == to {
        return to;
    }
    let same = |format| format_time(first_ms, format) == format_time(last_ms, format);
    if same("%b %Y") {
        format!("{}–{to}", format_time(first_ms, "%-d"))
    } else if same("%Y") {
        format!("{} – {to}", day_short(first_ms))
    } else {
        format!("{from} – {to}")
    }
}

/// A length of time in its largest sensible unit: `40 minutes`, `3.5 days`.
pub(super) fn duration(ms: i64) -> String {
    let seconds = ms.max(0) as f64 / 1000.0;
    let (count, unit) = match seconds {
        s if s < 90.0 => (s, "second"),
        s if s < 5_400.0 => (s / 60.0, "minute"),
        s if s < 129_600.0 => (s / 3_600.0, "hour"),
        s if s < 6_048_000.0 => (s / 86_400.0, "day"),
        s => (s / 604_800.0, "week"),
    };
    let text = if count < 9.95 { format!("{count:.1}") } else { format!("{count:.0}") };
    let text = text.strip_suffix(".0").unwrap_or(&text);
    format!("{text}\u{a0}{unit}{}", if text == "1" { "" } else { "s" })
}

/// Accounts over a span as a rate a person can picture.
pub(super) fn rate(accounts: u64, span_ms: i64) -> String {
    let hours = span_ms.max(0) as f64 / 3_600_000.0;
    // Below an hour a rate would extrapolate: the plain facts say it better.
    if hours < 1.0 {
        return format!("{} in {}", grouped(accounts), duration(span_ms));
    }
    let per_hour = accounts as f64 / hours;
    let (rate, unit) = if hours < 36.0 && per_hour >= 1.0 {
        (per_hour, "an hour")
    } else {
        (per_hour * 24.0, "a day")
    };
    let text = if rate < 9.95 { format!("{rate:.1}") } else { grouped(rate.round() as u64) };
    format!("{}\u{a0}{unit}", text.strip_suffix(".0").unwrap_or(&text))
}

/// Bytes in powers of 1000, as file managers show them.
pub(super) fn bytes(count: u64) -> String {
    let steps = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    match steps.into_iter().find(|(size, _)| count as f64 >= *size) {
        Some((size, unit)) => format!("{:.1}\u{a0}{unit}", count as f64 / size),
        None => counted(count, "byte", "bytes"),
    }
}

/// Foreign text in its own direction, cleaned, and cut at `chars_max`.
pub(super) fn shown(text: &str, chars_max: usize) -> Markup {
    html! { bdi { (clean(text, chars_max)) } }
}

/// A sentence of ours that quotes foreign text. Each run of words written from
/// right to left is set apart, or it would drag the figures after it along:
/// `shape محمد; 9 expected` would be read with the 9 before the name.
pub(super) fn sentence(text: &str, chars_max: usize) -> Markup {
    let text = clean(text, chars_max);
    html! {
        @for run in runs(&text) {
            @if run.contains(is_leftward) { bdi { (run) } } @else { (run) }
        }
    }
}

/// Cuts at the borders between words with and without right-to-left letters;
/// spaces and marks go to the side that our sentence is on.
fn runs(text: &str) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut end = None;
    for (i, c) in text.char_indices() {
        match (is_leftward(c), end) {
            (true, None) => cuts.push(i),
            // A plain word ends the run behind its last right-to-left letter or digit.
            (false, Some(cut)) if c.is_alphabetic() => {
                cuts.push(cut);
                end = None;
                continue;
            }
            _ => {}
        }
        if is_leftward(c) {
            end = Some(i + c.len_utf8());
        }
    }
    cuts.extend(end);
    cuts.push(text.len());
    cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).filter(|run| !run.is_empty()).collect()
}

/// Hebrew, Arabic and their neighbours, with their digits.
fn is_leftward(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
        || matches!(c, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Makes text safe to *read*; escaping makes it safe to parse. Characters that
/// hide, reorder or break lines are evidence in a handle, so they are named in
/// place: `user[U+202E]exe`. Joiners stay, since Persian and emoji need them.
pub(super) fn clean(text: &str, chars_max: usize) -> String {
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == chars_max {
            out.push('…');
            break;
        }
        match c {
            '\t' | '\n' | '\r' => out.push(' '),
            c if is_unseen(c) => out.push_str(&format!("[U+{:04X}]", c as u32)),
            c => out.push(c),
        }
    }
    out
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn rounded(number: f64) -> u64 {
    // Two leading digits: a chance of one in 2,973 is not known better than that.
    let scale = 10f64.powf((number.log10().floor() - 1.0).max(0.0));
    ((number / scale).round() * scale) as u64
}

fn format_time(ms: i64, format: &str) -> String {
    match Timestamp::from_millisecond(ms) {
        Ok(time) => time.to_zoned(TimeZone::UTC).strftime(format).to_string(),
        Err(_) => "–".to_owned(),
    }
}
