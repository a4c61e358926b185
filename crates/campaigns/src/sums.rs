//! Sums by label, in an array that is used again: where a map would be asked a
//! hundred times for every label that it holds.

use std::ops::AddAssign;

/// The sum of each label that anything was added to.
pub(crate) struct Sums<T> {
    sums: Vec<T>,
    is_open: Vec<bool>,
    labels: Vec<u32>,
}

impl<T: Copy + Default + AddAssign> Sums<T> {
    /// For labels below `labels`.
    pub(crate) fn of(labels: usize) -> Self {
        Self { sums: vec![T::default(); labels], is_open: vec![false; labels], labels: Vec::new() }
    }

    /// Adds `more` to the sum of `label`.
    pub(crate) fn add(&mut self, label: u32, more: T) {
        let at = label as usize;
        if !std::mem::replace(&mut self.is_open[at], true) {
            self.labels.push(label);
            self.sums[at] = T::default();
        }
        self.sums[at] += more;
    }

    /// The sum of a label that something was added to.
    pub(crate) fn to(&self, label: u32) -> T {
        self.sums[label as usize]
    }

    /// Every label with its sum, ascending; none is left.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = (u32, T)> {
        let Self { sums, is_open, labels } = self;
        labels.sort_unstable();
        labels.drain(..).map(|label| {
            is_open[label as usize] = false;
            (label, sums[label as usize])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drained_is_forgotten() {
        let mut sums = Sums::of(10);
        sums.add(7, 2);
        sums.add(3, 1);
        sums.add(7, 5);
        assert_eq!(sums.drain().collect::<Vec<(u32, u32)>>(), [(3, 1), (7, 7)]);
        sums.add(7, 1);
        assert_eq!(sums.drain().collect::<Vec<_>>(), [(7, 1)]);
    }
}
