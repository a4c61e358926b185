//! The shape of a text: `Alice.Smith1987` is `Aaaaa.Aaaaa0000`. Generators
//! draw names from lists but leave the shape alone.

use unicode_normalization::char::is_combining_mark;

/// Upper case becomes `A`, lower case `a`, a letter without case (Chinese,
/// Arabic, Thai …) and its marks `x`, a digit `0`; everything else stays.
pub fn shape(text: &str) -> String {
    if text.is_ascii() {
        return text.bytes().map(|b| char::from(ascii(b))).collect();
    }
    text.chars().map(any).collect()
}

fn ascii(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' => b'A',
        b'a'..=b'z' => b'a',
        b'0'..=b'9' => b'0',
        other => other,
    }
}

fn any(c: char) -> char {
    if c.is_ascii() {
        char::from(ascii(c as u8))
    } else if c.is_uppercase() {
        'A'
    } else if c.is_lowercase() {
        'a'
    } else if c.is_numeric() && !c.is_alphabetic() {
        '0'
    } else if c.is_alphabetic() || is_combining_mark(c) {
        'x'
    } else {
        c
    }
}
