//! The written forms of a time, each from its text to a wall-clock time.

use super::DateOrder;
use super::civil::Civil;

/// The form that nearly every log uses: `2024-01-31T10:00:00[.123][Z|±hh:mm]`,
/// with `T` or a space. Anything else is none, and read by the slower forms.
pub(super) fn rfc3339(text: &[u8]) -> Option<Civil> {
    let (head, rest) = text.split_at_checked(19)?;
    let separators = [head[4], head[7], head[13], head[16]];
    if separators != *b"--::" || !matches!(head[10], b'T' | b't' | b' ') {
        return None;
    }
    let two = |at: usize| -> Option<u32> {
        let (tens, ones) = (head[at].wrapping_sub(b'0'), head[at + 1].wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then_some(u32::from(tens) * 10 + u32::from(ones))
    };
    let (ms, rest) = fraction(rest)?;
    let offset_s = match rest {
        [] => None,
        b"Z" | b"z" => Some(0),
        _ => Some(offset(std::str::from_utf8(rest).ok()?.trim())?),
    };
    Some(Civil {
        year: (two(0)? * 100 + two(2)?) as i32,
        month: two(5)?,
        day: two(8)?,
        hour: two(11)?,
        minute: two(14)?,
        second: two(17)?,
        ms,
        offset_s,
    })
}

/// `.123456` (or `,123`) as milliseconds, cut rather than rounded, and what follows.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let [b'.' | b',', digits @ ..] = text else {
        return Some((0, text));
    };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let first =
        |at: usize| digits.get(at).filter(|_| at < length).map_or(0, |d| u32::from(d - b'0'));
    let ms = first(0) * 100 + first(1) * 10 + first(2);
    (length > 0).then_some((ms, &digits[length..]))
}

/// `Z`, `UTC`, `+02:00`, `-0530`, `+00`, `+02:00[Europe/Paris]` in seconds.
pub(super) fn offset(text: &str) -> Option<i32> {
    let text = text.split('[').next()?;
    if ["z", "utc", "gmt", "ut"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return Some(0);
    }
    let (sign, rest) = match text.as_bytes() {
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let digits: Vec<i32> = rest
        .iter()
        .filter(|byte| **byte != b':')
        .map(|byte| byte.is_ascii_digit().then(|| i32::from(byte - b'0')))
        .collect::<Option<_>>()?;
    let (hours, minutes) = match digits[..] {
        [a, b] => (a * 10 + b, 0),
        [a, b, c, d] => (a * 10 + b, c * 10 + d),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// A stamp that is one number.
pub(super) enum Number {
    /// Milliseconds since the epoch.
    Epoch(i64),
    /// `20240131` or `20240131100000`.
    Civil(Civil),
}

/// Reads seconds, milliseconds, microseconds or nanoseconds since the epoch,
/// told apart by magnitude: seconds reach 1e11 in the year 5138, and
/// milliseconds were below it only until 1973.
pub(super) fn number(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    if !bytes.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E')) {
        return None;
    }
    if let Some(civil) = basic(bytes) {
        return Some(Number::Civil(civil));
    }
    if let Ok(whole) = text.parse::<i64>() {
        let ms = match whole.unsigned_abs() {
            0..100_000_000_000 => whole * 1000,
            100_000_000_000..100_000_000_000_000 => whole,
            100_000_000_000_000..100_000_000_000_000_000 => whole.div_euclid(1000),
            _ => whole.div_euclid(1_000_000),
        };
        return Some(Number::Epoch(ms));
    }
    // A date such as 24.02.2015 has the same letters and is no number.
    let float = text.parse::<f64>().ok().filter(|float| float.is_finite())?;
    let ms = match float.abs() {
        size if size < 1e11 => float * 1e3,
        size if size < 1e14 => float,
        size if size < 1e17 => float / 1e3,
        size if size < 1e20 => float / 1e6,
        _ => return None,
    };
    // Half a microsecond is added, since 1700000000.123 has no exact double.
    Some(Number::Epoch((ms + 0.0005).floor() as i64))
}

/// ISO 8601 without separators. As seconds these digits would lie in 1970, and
/// as milliseconds in the 27th century, so nothing else is meant.
fn basic(bytes: &[u8]) -> Option<Civil> {
    let is_year = bytes.starts_with(b"19") || bytes.starts_with(b"20");
    if !matches!(bytes.len(), 8 | 14) || !is_year || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let pair = |at: usize| match bytes.get(at..at + 2) {
        Some(pair) => u32::from(pair[0] - b'0') * 10 + u32::from(pair[1] - b'0'),
        None => 0,
    };
    let year = (pair(0) * 100 + pair(2)) as i32;
    let civil = Civil {
        year,
        month: pair(4),
        day: pair(6),
        hour: pair(8),
        minute: pair(10),
        second: pair(12),
        ms: 0,
        offset_s: None,
    };
    ((1..=12).contains(&civil.month) && (1..=31).contains(&civil.day)).then_some(civil)
}

/// Whether the text starts with three numbers and separators between: `2/24/15`,
/// `31.12.2023`, `2024-1-5`, and not `24 Feb` or `10/Oct/2000`.
pub(super) fn is_numeric_date(text: &str) -> bool {
    date_parts(text).is_some()
}

/// The three numbers of a date, the separator, and what follows.
fn date_parts(text: &str) -> Option<([&str; 3], u8, &str)> {
    let end = text.find([' ', 'T', 't', ',']).unwrap_or(text.len());
    let (date, rest) = text.split_at(end);
    let separator = *date.as_bytes().iter().find(|byte| !byte.is_ascii_digit())?;
    if !matches!(separator, b'/' | b'-' | b'.') {
        return None;
    }
    let mut parts = date.split(char::from(separator));
    let parts = [parts.next()?, parts.next()?, parts.next().filter(|_| parts.next().is_none())?];
    let is_number = |part: &&str| {
        (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let rest = rest.trim_start_matches(['T', 't', ',', ' ']);
    parts.iter().all(is_number).then_some((parts, separator, rest))
}

/// Year first, or by the order of the file; dots are always day first.
pub(super) fn numeric(text: &str, order: DateOrder) -> Result<Civil, &'static str> {
    let (parts, separator, rest) = date_parts(text).ok_or("not a time that is understood")?;
    let [a, b, c] = parts.map(|part| part.parse::<u32>().unwrap_or(0));
    let (year, month, day) = match (parts[0].len(), separator, order) {
        (3.., _, _) => (a as i32, b, c),
        (_, b'.', _) | (_, _, DateOrder::DayFirst) => (full_year(parts[2], c), b, a),
        (_, _, DateOrder::MonthFirst) => (full_year(parts[2], c), a, b),
    };
    time_of_day(rest, Civil { year, month, day, ..Civil::default() })
}

/// POSIX's rule for years of two digits: 69 to 99 are of the last century.
fn full_year(text: &str, year: u32) -> i32 {
    match (text.len(), year) {
        (..=2, 69..) => year as i32 + 1900,
        (..=2, _) => year as i32 + 2000,
        _ => year as i32,
    }
}

/// `22:55`, `22:55:01.5`, `10:00 PM`, `10:00PM`, each with an offset or none.
fn time_of_day(text: &str, mut civil: Civil) -> Result<Civil, &'static str> {
    for word in text.split_ascii_whitespace() {
        civil = time_word(word, civil).ok_or("not a time of day that is understood")?;
    }
    Ok(civil)
}

/// Adds one word of a time: the clock, AM or PM, or the offset.
fn time_word(word: &str, civil: Civil) -> Option<Civil> {
    if let Some(offset_s) = offset(word) {
        return Some(Civil { offset_s: Some(offset_s), ..civil });
    }
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "am" | "a.m." if civil.hour == 12 => return Some(Civil { hour: 0, ..civil }),
        "am" | "a.m." if civil.hour < 12 => return Some(civil),
        "pm" | "p.m." if civil.hour == 12 => return Some(civil),
        "pm" | "p.m." if civil.hour < 12 => return Some(Civil { hour: civil.hour + 12, ..civil }),
        _ => {}
    }
    let end = lower.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.' | ','));
    let (clock, rest) = lower.split_at(end.unwrap_or(lower.len()));
    let civil = clock_word(clock, civil)?;
    if rest.is_empty() { Some(civil) } else { time_word(rest, civil) }
}

fn clock_word(clock: &str, civil: Civil) -> Option<Civil> {
    let two = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 2);
    let mut parts = clock.splitn(3, ':');
    let hour = two(parts.next()?)?;
    let minute = two(parts.next()?)?;
    let (second, ms) = match parts.next() {
        None => (0, 0),
        Some(seconds) => {
            let (whole, rest) = seconds.split_at(seconds.find(['.', ',']).unwrap_or(seconds.len()));
            let (ms, rest) = fraction(rest.as_bytes())?;
            (two(whole).filter(|_| rest.is_empty())?, ms)
        }
    };
    Some(Civil { hour, minute, second, ms, ..civil })
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Dates with the month as a word: `Feb 24 2015 22:55:01`, RFC 2822, `date`,
/// Twitter's `Wed Oct 10 20:19:24 +0000 2018`, Apache's `10/Oct/2000:13:55:36 -0700`.
pub(super) fn words(text: &str) -> Result<Civil, &'static str> {
    const UNKNOWN: &str = "not a time that is understood";
    // No written date is longer; the bound keeps a hostile value cheap.
    if text.len() > 64 {
        return Err(UNKNOWN);
    }
    let apache = text.as_bytes().get(11) == Some(&b':') && text.as_bytes().get(2) == Some(&b'/');
    let text = if apache { text.replacen(':', " ", 1) } else { text.to_string() };
    let mut civil = Civil::default();
    let (mut day, mut month, mut year) = (None, None, None);
    let is_gap = |c: char| c.is_ascii_whitespace() || c == ',';
    for word in text.split(is_gap).filter(|word| !word.is_empty()) {
        let parts = date_words(word);
        for part in parts {
            let lower = part.to_ascii_lowercase();
            let number = ["st", "nd", "rd", "th"]
                .iter()
                .find_map(|suffix| lower.strip_suffix(suffix))
                .unwrap_or(&lower);
            let number = number.parse::<u32>().ok().filter(|_| !part.starts_with('+'));
            match (number, name_in(&MONTHS, &lower)) {
                (Some(number), _) if part.len() <= 4 && day.is_none() && number <= 31 => {
                    day = Some(number);
                }
                (Some(number), _) if year.is_none() => year = Some(full_year(part, number)),
                (None, Some(place)) if month.is_none() => month = Some(place as u32 + 1),
                (None, None) if name_in(&WEEKDAYS, &lower).is_some() => {}
                _ => civil = time_word(part, civil).ok_or(UNKNOWN)?,
            }
        }
    }
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => Ok(Civil { year, month, day, ..civil }),
        _ => Err(UNKNOWN),
    }
}

/// `10/Oct/2000` and `10-Oct-2000` are three words; an offset stays one.
fn date_words(word: &str) -> impl Iterator<Item = &str> {
    let is_date = word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && word.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
        && !word.contains(':');
    word.split(move |c| is_date && matches!(c, '/' | '-')).filter(|part| !part.is_empty())
}

/// Full English names and their first letters; `sept` too.
fn name_in(names: &[&str], word: &str) -> Option<usize> {
    let is_word =
        word.len() >= 3 && word.len() <= 10 && word.bytes().all(|b| b.is_ascii_alphabetic());
    names.iter().position(|name| is_word && word.starts_with(name))
}

/// What one stamp says about the order of day and month in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderHint {
    /// The first number is above 12.
    DayFirst,
    /// The second number is above 12.
    MonthFirst,
    /// Neither is.
    Open,
}

/// None where the stamp has no such question.
pub(crate) fn order_hint(text: &str) -> Option<OrderHint> {
    let (parts, separator, _) = date_parts(text.trim())?;
    if parts[0].len() > 2 || separator == b'.' {
        return None;
    }
    let above_12 = |part: &str| part.parse::<u32>().is_ok_and(|number| number > 12);
    Some(match (above_12(parts[0]), above_12(parts[1])) {
        (true, false) => OrderHint::DayFirst,
        (false, true) => OrderHint::MonthFirst,
        _ => OrderHint::Open,
    })
}
