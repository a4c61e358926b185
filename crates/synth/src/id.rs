//! Ids of events and accounts: short texts that need no memory of their own, since
//! a log has two for every sign-up.

use std::fmt;
use std::ops::Deref;

/// Letters of the longest id: 64 bits in base 32.
const LETTERS_MAX: usize = 13;

/// An id; the default is empty.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    letters: [u8; LETTERS_MAX],
    length: u8,
}

impl Id {
    /// Thirteen letters of base 32 for 64 bits.
    pub(crate) fn letters(mut bits: u64) -> Self {
        const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut letters = [0; LETTERS_MAX];
        for letter in letters.iter_mut().rev() {
            *letter = LETTERS[(bits & 31) as usize];
            bits >>= 5;
        }
        Self { letters, length: LETTERS_MAX as u8 }
    }

    /// `u` and a number of nine digits or more.
    pub(crate) fn number(mut number: u64) -> Self {
        const DIGITS: usize = 9;
        let mut digits = [b'0'; LETTERS_MAX];
        let mut first = LETTERS_MAX;
        while number > 0 || LETTERS_MAX - first < DIGITS {
            first -= 1;
            digits[first] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        let mut letters = [0; LETTERS_MAX];
        letters[0] = b'u';
        letters[1..=LETTERS_MAX - first].copy_from_slice(&digits[first..]);
        Self { letters, length: (1 + LETTERS_MAX - first) as u8 }
    }
}

impl Deref for Id {
    type Target = str;

    fn deref(&self) -> &str {
        let letters = &self.letters[..usize::from(self.length)];
        std::str::from_utf8(letters).expect("an id is made of ASCII letters")
    }
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_letters_or_numbers() {
        let shown = [Id::letters(u64::MAX), Id::letters(33), Id::number(7), Id::number(1 << 30)];
        let shown = shown.map(|id| id.to_string());
        assert_eq!(shown, ["fzzzzzzzzzzzz", "0000000000011", "u000000007", "u1073741824"]);
    }
}
