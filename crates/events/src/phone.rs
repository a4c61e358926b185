//! Phone numbers in E.164, and the block of ten thousand they come from.
//! A number is judged by its calling code and length alone: whether it is
//! assigned, or made up for a film, is no question for normalising.

use crate::Country;
use crate::reference::dialling::{CODES, REGIONS};
use std::fmt;

/// E.164 allows 15 digits; anything longer in the text is no number.
const DIGITS_MAX: usize = 15;
/// A trunk or international prefix may come on top.
const DIALLED_DIGITS_MAX: usize = DIGITS_MAX + 5;

/// A number in E.164. `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone {
    digits: u64,
}

impl Phone {
    /// Parses an international number (`+84 …`, `0084 …`) or, where `country`
    /// is given, one as dialled there. The error says what is wrong without
    /// the value. Without a country, a number that does not begin with `+` or
    /// `00` is refused: half the world's national numbers could be another
    /// country's international ones.
    pub fn parse(text: &str, country: Option<Country>) -> Result<Self, &'static str> {
        let dialled = Dialled::read(text)?;
        if dialled.international {
            return international(dialled.digits());
        }
        // No national number begins with 00, and most of the world dials it.
        let idd = dialled.digits().strip_prefix(b"00").map(international);
        if let Some(Ok(phone)) = idd {
            return Ok(phone);
        }
        match country {
            Some(country) => national(dialled.digits(), country),
            None => idd.unwrap_or(Err("no + or 00 in front, and no country known")),
        }
    }

    /// All digits, country code first, as one number.
    pub fn digits(&self) -> u64 {
        self.digits
    }

    /// The country calling code: 1, 44, 84, …
    pub fn country_code(&self) -> u16 {
        let mut buffer = [0; 20];
        code_and_rest(decimal(self.digits, &mut buffer)).map_or(0, |(code, _, _)| code)
    }

    /// The number without its last four digits: numbers are handed out in such blocks.
    pub fn block(&self) -> u64 {
        self.digits / 10_000
    }

    /// Whether the calling code is that of `country`; `None` where the country
    /// is not known to have one.
    pub fn is_of(&self, country: Country) -> Option<bool> {
        Some(calling_code(country)? == self.country_code())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

/// The calling code of a country; several may share one (`+1`, `+7`, `+44`).
pub fn calling_code(country: Country) -> Option<u16> {
    region(country).map(|region| region.code)
}

/// The digits of a number as written, and whether a `+` stood in front.
struct Dialled {
    buffer: [u8; DIALLED_DIGITS_MAX],
    length: usize,
    international: bool,
}

impl Dialled {
    fn digits(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
        let text = text.strip_prefix("tel:").unwrap_or(text);
        // A spreadsheet took the column for numbers, and "…230.0" would gain a digit.
        if text.ends_with(".0") {
            return Err("ends in .0: the column was read as a decimal number");
        }
        let mut dialled = Self { buffer: [0; DIALLED_DIGITS_MAX], length: 0, international: false };
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '+' | '＋' if dialled.length == 0 && !dialled.international => {
                    dialled.international = true;
                }
                // The trunk zero of "+44 (0)20 …" is for callers within the country.
                '(' if dialled.international && chars.peek() == Some(&'0') => {
                    dialled.skip_trunk_zero(&mut chars)?;
                }
                _ => dialled.take(c)?,
            }
        }
        Ok(dialled)
    }

    fn skip_trunk_zero(
        &mut self,
        chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    ) -> Result<(), &'static str> {
        chars.next();
        if chars.peek() != Some(&')') {
            return self.push(0);
        }
        Ok(())
    }

    fn take(&mut self, c: char) -> Result<(), &'static str> {
        if let Some(digit) = c.to_digit(10).or_else(|| foreign_digit(c)) {
            return self.push(digit);
        }
        match c {
            ' ' | '-' | '.' | '(' | ')' | '/' => Ok(()),
            '+' | '＋' => Err("a + inside the number"),
            c if c.is_whitespace() || is_dash(c) || is_mark(c) => Ok(()),
            c if c.is_alphabetic() => Err("letters in the number"),
            _ => Err("character not allowed in a number"),
        }
    }

    fn push(&mut self, digit: u32) -> Result<(), &'static str> {
        let free = self.buffer.get_mut(self.length).ok_or("more than 15 digits")?;
        *free = b'0' + digit as u8;
        self.length += 1;
        Ok(())
    }
}

/// Digits as typed on Arabic, Persian, Devanagari, Bengali, Thai and
/// full-width keyboards.
fn foreign_digit(c: char) -> Option<u32> {
    const ZEROS: [char; 6] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ff10}'];
    ZEROS
        .iter()
        .find_map(|&zero| (c as u32).checked_sub(zero as u32).filter(|&distance| distance < 10))
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{ff0d}')
}

/// Direction marks and the like, which address books put around numbers.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && crate::name::is_invisible(c)
}

fn international(digits: &[u8]) -> Result<Phone, &'static str> {
    if digits.len() > DIGITS_MAX {
        return Err("more than 15 digits");
    }
    let (_, lengths, rest) = code_and_rest(digits).ok_or("no such country calling code")?;
    if !allows(lengths, rest.len()) {
        return Err("not a length that numbers of this calling code have");
    }
    Ok(Phone { digits: number(digits) })
}

/// As libphonenumber does it: international prefix, trunk prefix, then a
/// calling code without `+`, and last the number as it is.
fn national(digits: &[u8], country: Country) -> Result<Phone, &'static str> {
    let region = region(country).ok_or("national number of a country without a calling code")?;
    if let Some(rest) = strip(digits, region.abroad)
        && let Ok(phone) = international(rest)
    {
        return Ok(phone);
    }
    if let Some(rest) = strip(digits, region.trunk) {
        // A 0 in front is always the trunk; a 1 or an 8 may be the number's own.
        let own = region.trunk != "0" && allows(region.lengths, digits.len());
        if allows(region.lengths, rest.len()) && !own {
            return Ok(region.phone(rest));
        }
    }
    if allows(region.lengths, digits.len()) {
        return Ok(region.phone(digits));
    }
    let mut code = [0; 20];
    match digits.strip_prefix(decimal(u64::from(region.code), &mut code)) {
        Some(rest) if allows(region.lengths, rest.len()) => Ok(region.phone(rest)),
        _ => Err("not a length that national numbers of the country have"),
    }
}

fn strip<'a>(digits: &'a [u8], prefix: &str) -> Option<&'a [u8]> {
    if prefix.is_empty() { None } else { digits.strip_prefix(prefix.as_bytes()) }
}

struct Region {
    code: u16,
    trunk: &'static str,
    abroad: &'static str,
    lengths: u16,
}

impl Region {
    fn phone(&self, national: &[u8]) -> Phone {
        let scale = 10u64.pow(national.len() as u32);
        Phone { digits: u64::from(self.code) * scale + number(national) }
    }
}

fn region(country: Country) -> Option<Region> {
    let found = REGIONS.binary_search_by_key(&country.0, |row| row.0).ok()?;
    let (_, code, trunk, abroad, lengths) = REGIONS[found];
    Some(Region { code, trunk, abroad, lengths })
}

fn allows(lengths: u16, digits: usize) -> bool {
    digits < 16 && lengths >> digits & 1 == 1
}

/// Calling code → lengths, 0 where there is no such code.
const LENGTHS: [u16; 1000] = {
    let mut lengths = [0; 1000];
    let mut row = 0;
    while row < CODES.len() {
        lengths[CODES[row].0 as usize] = CODES[row].1;
        row += 1;
    }
    lengths
};

/// No calling code begins another one, so that the first that fits is it.
fn code_and_rest(digits: &[u8]) -> Option<(u16, u16, &[u8])> {
    (1..=3.min(digits.len())).find_map(|length| {
        let (code, rest) = digits.split_at(length);
        // "02" is not the calling code 2.
        let code = if code[0] == b'0' { 0 } else { number(code) as u16 };
        let lengths = LENGTHS[usize::from(code)];
        (lengths != 0).then_some((code, lengths, rest))
    })
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

/// The digits of a number, without an allocation.
fn decimal(mut number: u64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut start = buffer.len();
    while number > 0 {
        start -= 1;
        buffer[start] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    &buffer[start..]
}
