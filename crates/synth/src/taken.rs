//! Handles and mail addresses in use: the platform takes each once, and whoever
//! comes later adds something, whether person or script. Goes by the order of the
//! log, row by row, on one thread: so it has to be quick.

use crate::dice::{Dice, hash_text, mix};
use crate::row::Row;
use xxhash_rust::xxh3::xxh3_64;

/// Up to here every name is remembered. Above it a sketch stands in, which takes a
/// free name for a used one now and then: somebody adds a digit without need, and
/// memory stays at a byte a name.
const EXACT_ROWS_MAX: u64 = 1 << 24;
/// Bits of the sketch to a name: with [`SKETCH_MARKS`] marks, some 3 of 100 names
/// at the end of a log are mistaken for used ones.
const SKETCH_BITS: u64 = 8;
/// Marks that a name leaves in its line of the sketch.
const SKETCH_MARKS: u32 = 4;

/// The hashes under which a row's names are looked up, worked out beforehand on
/// all threads.
#[derive(Clone, Copy)]
pub(crate) struct Claim {
    handle: u64,
    mail: u64,
}

impl Claim {
    pub(crate) fn of(row: &Row) -> Self {
        Self { handle: lookup(&row.username), mail: row.email.as_deref().map_or(0, lookup) }
    }
}

fn lookup(name: &str) -> u64 {
    xxh3_64(name.as_bytes())
}

/// Names that are taken.
pub(crate) struct Taken {
    handles: Names,
    mail: Names,
}

impl Taken {
    /// None yet, with room for those of so many rows.
    pub(crate) fn of(rows: u64) -> Self {
        Self { handles: Names::of(rows), mail: Names::of(rows) }
    }

    pub(crate) fn settle(&mut self, row: &mut Row, claim: Claim) {
        let is_handle_new = self.handles.take(claim.handle);
        if is_handle_new && (row.email.is_none() || self.mail.take(claim.mail)) {
            return;
        }
        let dice = &mut Dice::new(&[hash_text(&row.account_id), 121]);
        if is_handle_new {
            // Of this row only the mail address was taken.
            lengthen_mail(dice, row);
        } else {
            lengthen_handle(dice, row);
            while !self.handles.take(lookup(&row.username)) {
                lengthen_handle(dice, row);
            }
        }
        while row.email.as_deref().is_some_and(|email| !self.mail.take(lookup(email))) {
            lengthen_mail(dice, row);
        }
    }
}

fn lengthen_handle(dice: &mut Dice, row: &mut Row) {
    let digits = 1 + dice.skewed(4, 1.2) as usize;
    dice.digits(digits, &mut row.username);
}

fn lengthen_mail(dice: &mut Dice, row: &mut Row) {
    let Some(email) = &mut row.email else { return };
    let at = email.find('@').unwrap_or(email.len());
    let mut more = String::new();
    let digits = 1 + dice.skewed(3, 1.2) as usize;
    dice.digits(digits, &mut more);
    email.insert_str(at, &more);
}

/// A set of names by their hashes.
enum Names {
    /// An open table; 0 stands for a free place.
    Exact { places: Vec<u64>, shift: u32 },
    /// A Bloom filter in blocks of one cache line (Putze, Sanders, Singler 2007).
    Sketch { lines: Vec<[u64; 8]> },
}

impl Names {
    fn of(rows: u64) -> Self {
        if rows > EXACT_ROWS_MAX {
            let lines = rows * SKETCH_BITS / 512 + 1;
            return Self::Sketch { lines: vec![[0; 8]; lines as usize] };
        }
        // Two thirds full at most, so that walks stay short.
        let places = (rows + rows / 2 + 2).next_power_of_two();
        Self::Exact { places: vec![0; places as usize], shift: 64 - places.trailing_zeros() }
    }

    /// Takes a name; false if it was taken before.
    fn take(&mut self, name: u64) -> bool {
        match self {
            Self::Exact { places, shift } => {
                let name = name.max(1);
                let mut place = (name >> *shift) as usize;
                while places[place] != 0 {
                    if places[place] == name {
                        return false;
                    }
                    place = (place + 1) & (places.len() - 1);
                }
                places[place] = name;
                true
            }
            Self::Sketch { lines } => {
                let place = (u128::from(name) * lines.len() as u128) >> 64;
                let (line, marks) = (&mut lines[place as usize], mix(name));
                let mut is_new = false;
                for mark in 0..SKETCH_MARKS {
                    let bit = (marks >> (9 * mark)) & 511;
                    let word = &mut line[(bit / 64) as usize];
                    is_new |= *word >> (bit % 64) & 1 == 0;
                    *word |= 1 << (bit % 64);
                }
                is_new
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_once_whatever_remembers_it() {
        for rows in [1_000, EXACT_ROWS_MAX + 1] {
            let mut names = Names::of(rows);
            let new = (0..1_000).filter(|&name| names.take(mix(name))).count();
            assert!(new >= 990, "{new}");
            assert!((0..1_000).all(|name| !names.take(mix(name))));
        }
    }
}
