//! What labels say of each account: the appealed and the good speak against a
//! factory, bans and purchases for one.

use crate::labels::{Label, Word, settled};
use std::collections::BTreeMap;

/// What was found out about one account, in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nobody looked.
    #[default]
    Nothing,
    /// Banned or purchased.
    Bad,
    /// Good, or its appeal was granted.
    Good,
}

/// Labels by row.
pub(crate) struct Standing {
    /// Of every row.
    pub(crate) of: Vec<Found>,
    /// Purchased rows of each seller with a name, ascending.
    pub(crate) purchases: BTreeMap<u32, Vec<u32>>,
}

/// So many unlabelled accounts stand for all: more would move no figure by a
/// hundredth.
const UNLABELLED_MAX: usize = 30_000;

impl Standing {
    /// The labels of a table of `rows`. Where an account was found both bad and
    /// good, the good counts: whoever looked again knew more.
    pub(crate) fn of(labels: &[Label], rows: usize) -> Self {
        let mut standing = Self { of: vec![Found::Nothing; rows], purchases: BTreeMap::new() };
        for label in settled(labels) {
            let found = &mut standing.of[label.row as usize];
            match label.word {
                Word::Good | Word::Appealed => *found = Found::Good,
                _ if *found == Found::Nothing => *found = Found::Bad,
                _ => {}
            }
            if let (Word::Purchased, Some(seller)) = (label.word, label.seller) {
                standing.purchases.entry(seller).or_default().push(label.row);
            }
        }
        standing
    }

    /// The labelled rows and a sample of the others, with how many accounts each
    /// stands for; by account, so that the order of the rows is nothing.
    pub(crate) fn chosen(&self, accounts: &[u64]) -> Vec<(u32, f64)> {
        let unlabelled = self.of.iter().filter(|found| **found == Found::Nothing).count();
        let one_in = unlabelled.div_ceil(UNLABELLED_MAX).max(1) as u64;
        let mut chosen: Vec<(u64, u32, f64)> = (0..)
            .zip(accounts.iter().zip(&self.of))
            .filter(|(_, (account, found))| {
                **found != Found::Nothing || account.is_multiple_of(one_in)
            })
            .map(|(row, (account, found))| {
                (*account, row, if *found == Found::Nothing { one_in as f64 } else { 1.0 })
            })
            .collect();
        chosen.sort_unstable_by_key(|(account, row, _)| (*account, *row));
        chosen.into_iter().map(|(_, row, weight)| (row, weight)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(row: u32, word: Word) -> Label {
        Label { row, word, seller: None }
    }

    #[test]
    fn the_good_word_counts() {
        let labels = [
            label(0, Word::Banned),
            label(1, Word::Banned),
            label(1, Word::Appealed),
            label(2, Word::Good),
            label(2, Word::Purchased),
        ];
        let standing = Standing::of(&labels, 4);
        assert_eq!(standing.of, [Found::Bad, Found::Good, Found::Good, Found::Nothing]);
    }
}
