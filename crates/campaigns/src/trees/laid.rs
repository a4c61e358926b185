//! A tree laid out for many rows: complete to its depth, so that the way to a leaf
//! is the same few steps whatever the row, and nothing has to be guessed.

use super::Node;

/// A complete tree: the children of node `i` are `2i + 1` and `2i + 2`.
pub(super) struct Laid {
    /// (feature, threshold) of each node above the leaves.
    splits: Vec<(u16, f32)>,
    leaves: Vec<f32>,
    depth: u32,
}

impl Laid {
    /// Lays out `tree`; a leaf above the last level stands for all below it.
    pub(super) fn out(tree: &[Node]) -> Self {
        let depth = depth(tree, 0);
        let splits = vec![(0, f32::INFINITY); (1 << depth) - 1];
        let mut laid = Self { splits, leaves: vec![0.0; 1 << depth], depth };
        laid.place(tree, 0, 0, depth);
        laid
    }

    fn place(&mut self, tree: &[Node], node: u16, at: usize, left: u32) {
        let Node(feature, threshold, low, high, value) = tree[usize::from(node)];
        if left == 0 {
            self.leaves[at - self.splits.len()] = value;
            return;
        }
        let is_leaf = low == 0;
        if !is_leaf {
            self.splits[at] = (feature, threshold);
        }
        for (child, side) in [(low, 1), (high, 2)] {
            self.place(tree, if is_leaf { node } else { child }, 2 * at + side, left - 1);
        }
    }

    /// The value of the leaf that `features` lead to.
    pub(super) fn value(&self, features: &[f32]) -> f32 {
        let mut at = 0;
        for _ in 0..self.depth {
            let (feature, threshold) = self.splits[at];
            let is_low = features[usize::from(feature)] <= threshold;
            at = 2 * at + 2 - usize::from(is_low);
        }
        self.leaves[at - self.splits.len()]
    }
}

fn depth(tree: &[Node], node: u16) -> u32 {
    let Node(_, _, low, high, _) = tree[usize::from(node)];
    if low == 0 { 0 } else { 1 + depth(tree, low).max(depth(tree, high)) }
}
