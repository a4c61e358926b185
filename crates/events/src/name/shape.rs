//! The shape of a text: `Alice.Smith1987` is `Aaaaa.Aaaaa0000`. Generators
//! draw names from lists but leave the shape alone.

/// Upper case becomes `A`, lower case `a`, a letter without case (Chinese,
/// Arabic, Thai …) `x`, a digit `0`; everything else stays, the marks among it
/// that Unicode does not count as alphabetic (a virama, a tone of Thai).
pub fn shape(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    push_shape(text, &mut shape);
    shape
}

/// Puts the shape of `text` behind what `out` holds, without an allocation
/// where there is room.
pub fn push_shape(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.extend(text.bytes().map(|byte| char::from(ascii(byte))));
    } else {
        out.extend(text.chars().map(any));
    }
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
    } else if c.is_numeric() {
        '0'
    } else if c.is_alphabetic() {
        'x'
    } else {
        c
    }
}
