//! Phone numbers in E.164, and the block of ten thousand they come from.

use std::fmt;

/// A number in E.164. `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone {
    digits: u64,
}

impl Phone {
    /// Parses an international number; the error says what is wrong without the value.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if !(7..=15).contains(&digits.len()) {
            return Err("not 7 to 15 digits");
        }
        digits.parse().map(|digits| Self { digits }).map_err(|_| "not a number")
    }
    /// All digits, country code first, as one number.
    pub fn digits(&self) -> u64 {
        self.digits
    }
    /// The number without its last four digits: numbers are handed out in such blocks.
    pub fn block(&self) -> u64 {
        self.digits / 10_000
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}
