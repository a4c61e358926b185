//! Numbers written into a signal's text, digit by digit: `format!` would cost
//! more than all else that is done for a signal, and there are thirty a row.

/// In decimal, without leading zeros.
pub(crate) fn decimal(text: &mut String, number: u64) {
    if number >= 10 {
        decimal(text, number / 10);
    }
    text.push(digit(number % 10));
}

/// At least two digits; a larger number has all of its own.
pub(crate) fn two_digits(text: &mut String, number: u64) {
    if number < 10 {
        text.push('0');
    }
    decimal(text, number);
}

/// In lower-case hexadecimal, without leading zeros.
pub(crate) fn hexadecimal(text: &mut String, number: u16) {
    if number >= 16 {
        hexadecimal(text, number / 16);
    }
    text.push(char::from(b"0123456789abcdef"[usize::from(number % 16)]));
}

fn digit(number: u64) -> char {
    char::from(b'0' + (number % 10) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_formatter_writes_them() {
        for number in [0, 7, 10, 99, 100, 65_535, u64::MAX] {
            let mut text = String::new();
            decimal(&mut text, number);
            two_digits(&mut text, number);
            hexadecimal(&mut text, number as u16);
            assert_eq!(text, format!("{number}{number:02}{:x}", number as u16));
        }
    }
}
