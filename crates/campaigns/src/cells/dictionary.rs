//! A column of signals by dictionary code: small dense numbers that index
//! arrays, where the hashes they stand for would need a map.

use crate::cells::background::HashedMap;
use rayon::prelude::*;
use signals::{Kind, Table};

/// One column, dictionary-encoded; code 0 is "absent".
#[derive(Default)]
pub struct Dictionary {
    codes: Vec<u32>,
    values: Vec<u32>,
    counts: Vec<u32>,
    frequent: u32,
}

impl Dictionary {
    /// Encodes `column`; codes fall with frequency, equally frequent values
    /// stand by value. Values that occur `count_min` times are frequent.
    pub fn of(column: &[u32], count_min: u32) -> Self {
        let mut codes: HashedMap<u32, u32> = HashedMap::default();
        for value in column.iter().filter(|value| **value != 0) {
            *codes.entry(*value).or_default() += 1;
        }
        // Falling counts, rising values: one rising key.
        let by_frequency =
            |(value, count): (&u32, &u32)| (u64::from(!count) << 32) | u64::from(*value);
        let mut order: Vec<u64> = codes.iter().map(by_frequency).collect();
        order.sort_unstable();
        let frequent = order.partition_point(|key| !((key >> 32) as u32) >= count_min) as u32;
        let mut values = vec![0; order.len() + 1];
        let mut counts = vec![0; order.len() + 1];
        for (code, key) in (1..).zip(&order) {
            values[code as usize] = *key as u32;
            counts[code as usize] = !((*key >> 32) as u32);
            codes.insert(*key as u32, code);
        }
        let codes = column.iter().map(|v| if *v == 0 { 0 } else { codes[v] }).collect();
        Self { codes, values, counts, frequent }
    }

    /// Code of each row.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// What a code stands for.
    pub fn value(&self, code: u32) -> u32 {
        self.values[code as usize]
    }

    /// How many rows have the value of a code; of "absent" none.
    pub fn count(&self, code: u32) -> u32 {
        self.counts[code as usize]
    }

    /// Number of codes, "absent" among them.
    pub fn size(&self) -> usize {
        self.values.len()
    }

    /// Codes up to this one are frequent.
    pub fn frequent(&self) -> u32 {
        self.frequent
    }
}

/// The dictionary of every kind that is asked for.
pub struct Dictionaries(Vec<Dictionary>);

impl Dictionaries {
    /// Encodes the columns of `kinds`; the others stay empty.
    pub fn of(table: &Table, kinds: &[Kind], count_min: u32) -> Self {
        let of = |kind: &Kind| match kinds.contains(kind) {
            true => Dictionary::of(table.column(*kind), count_min),
            false => Dictionary::default(),
        };
        Self(Kind::ALL.par_iter().map(of).collect())
    }

    /// The dictionary of `kind`.
    pub fn kind(&self, kind: Kind) -> &Dictionary {
        &self.0[kind as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_fall_with_frequency() {
        let dictionary = Dictionary::of(&[7, 9, 9, 0, 5, 9, 5], 2);
        assert_eq!(dictionary.codes(), [3, 1, 1, 0, 2, 1, 2]);
        assert_eq!((dictionary.value(1), dictionary.frequent(), dictionary.size()), (9, 2, 4));
    }
}
