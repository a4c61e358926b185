//! Small gradient-boosted trees (Friedman 2001) with histogram splits and
//! monotone constraints: where more of a feature is more evidence, no tree may
//! say otherwise. Written out as text, so that a reviewer can read the model.

mod laid;

use laid::Laid;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A trained model: the sum of its trees is a logit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Forest {
    /// Logit before any tree.
    pub base: f32,
    /// Trees, each a list of nodes; node 0 is the root.
    pub trees: Vec<Vec<Node>>,
}

/// A node: `(feature, threshold, left, right, value)`; a leaf has `left` 0.
/// A row goes left where its feature is at most the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node(pub u16, pub f32, pub u16, pub u16, pub f32);

impl Forest {
    /// The logit of each row of features, in their order.
    pub fn logits<const N: usize>(&self, rows: &[[f32; N]]) -> Vec<f32> {
        let trees: Vec<Laid> = self.trees.iter().map(|tree| Laid::out(tree)).collect();
        let of_block = |rows: &[[f32; N]]| {
            let mut sums = vec![0.0; rows.len()];
            for tree in &trees {
                for (sum, features) in sums.iter_mut().zip(rows) {
                    *sum += tree.value(features);
                }
            }
            sums.into_iter().map(|sum| self.base + sum).collect::<Vec<f32>>()
        };
        rows.par_chunks(BLOCK).flat_map_iter(of_block).collect()
    }
}

/// Rows whose features stay in the nearest cache while the trees pass over them.
const BLOCK: usize = 64;

/// How a forest is grown.
#[derive(Clone, Debug)]
pub struct Growth {
    /// Number of trees.
    pub trees: usize,
    /// Levels of a tree.
    pub depth: u32,
    /// Step of each tree.
    pub rate: f32,
    /// Least sum of hessians in a leaf.
    pub leaf_min: f32,
    /// L2 penalty on leaves.
    pub ridge: f32,
    /// Per feature: 1 where more never lowers the logit, −1 where it never
    /// raises it, 0 where free.
    pub monotone: Vec<i8>,
}

/// Training rows, feature by feature.
pub struct Sample<'a> {
    /// Columns of features, each as long as `labels`.
    pub columns: &'a [Vec<f32>],
    /// 1 for fraud, 0 for real.
    pub labels: &'a [f32],
    /// Weight of each row.
    pub weights: &'a [f32],
}

const BINS: usize = 64;

/// Grows a forest. Deterministic for any number of threads.
pub fn grow(sample: &Sample, growth: &Growth) -> Forest {
    let cuts: Vec<Vec<f32>> = sample.columns.par_iter().map(|column| cuts(column)).collect();
    let binned: Vec<Vec<u8>> =
        sample.columns.par_iter().zip(&cuts).map(|(column, cuts)| bin(column, cuts)).collect();
    let mean = weighted_mean(sample.labels, sample.weights).clamp(1e-6, 1.0 - 1e-6);
    let mut forest = Forest { base: (mean / (1.0 - mean)).ln() as f32, trees: Vec::new() };
    let mut logits = vec![forest.base; sample.labels.len()];
    for _ in 0..growth.trees {
        let mut grower = Grower::new(sample, growth, &cuts, &binned, &logits);
        let tree = grower.grow();
        for (logit, leaf) in logits.iter_mut().zip(&grower.leaf_of_row) {
            *logit += tree[usize::from(*leaf)].4;
        }
        forest.trees.push(tree);
    }
    forest
}

fn weighted_mean(labels: &[f32], weights: &[f32]) -> f64 {
    let total: f64 = weights.iter().map(|w| f64::from(*w)).sum();
    labels.iter().zip(weights).map(|(l, w)| f64::from(*l) * f64::from(*w)).sum::<f64>() / total
}

/// Thresholds between the quantiles of a column.
fn cuts(column: &[f32]) -> Vec<f32> {
    let mut sorted: Vec<f32> = column.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    sorted.dedup();
    if sorted.len() <= BINS {
        return sorted.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
    }
    // Quantiles of the distinct values: zeros would swallow those of all rows.
    let mut cuts: Vec<f32> = (1..BINS).map(|i| sorted[i * sorted.len() / BINS]).collect();
    cuts.dedup();
    cuts
}

fn bin(column: &[f32], cuts: &[f32]) -> Vec<u8> {
    column.iter().map(|value| cuts.partition_point(|cut| cut < value) as u8).collect()
}

struct Grower<'a> {
    growth: &'a Growth,
    cuts: &'a [Vec<f32>],
    binned: &'a [Vec<u8>],
    slopes: Vec<(f32, f32)>,
    nodes: Vec<Node>,
    leaf_of_row: Vec<u16>,
}

/// Sums of gradient and hessian.
type Sums = (f64, f64);

/// A node still to be split: its rows, its sums, and the bounds that monotone
/// splits above it put on its value.
struct Open {
    node: u16,
    rows: Vec<u32>,
    sums: Sums,
    bounds: (f64, f64),
}

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    bin: u8,
    left: Sums,
    right: Sums,
}

impl<'a> Grower<'a> {
    fn new(
        sample: &Sample,
        growth: &'a Growth,
        cuts: &'a [Vec<f32>],
        binned: &'a [Vec<u8>],
        logits: &[f32],
    ) -> Self {
        let slopes = logits
            .iter()
            .zip(sample.labels.iter().zip(sample.weights))
            .map(|(logit, (label, weight))| {
                let p = 1.0 / (1.0 + (-logit).exp());
                ((label - p) * weight, (p * (1.0 - p)).max(1e-6) * weight)
            })
            .collect();
        Self { growth, cuts, binned, slopes, nodes: Vec::new(), leaf_of_row: vec![0; logits.len()] }
    }

    fn grow(&mut self) -> Vec<Node> {
        let rows: Vec<u32> = (0..self.slopes.len() as u32).collect();
        let sums = self.sum(&rows);
        self.nodes.push(Node(0, 0.0, 0, 0, 0.0));
        let infinite = (f64::NEG_INFINITY, f64::INFINITY);
        let mut level = vec![Open { node: 0, rows, sums, bounds: infinite }];
        for depth in 0..=self.growth.depth {
            let mut next = Vec::new();
            for open in level {
                let split = if depth < self.growth.depth { self.best_split(&open) } else { None };
                match split {
                    Some(split) => next.extend(self.divide(open, split)),
                    None => self.close(open),
                }
            }
            level = next;
        }
        std::mem::take(&mut self.nodes)
    }

    fn sum(&self, rows: &[u32]) -> Sums {
        rows.iter().fold((0.0, 0.0), |sums, row| {
            let (g, h) = self.slopes[*row as usize];
            (sums.0 + f64::from(g), sums.1 + f64::from(h))
        })
    }

    fn leaf(&self, sums: Sums, bounds: (f64, f64)) -> f64 {
        (sums.0 / (sums.1 + f64::from(self.growth.ridge))).clamp(bounds.0, bounds.1)
    }

    fn best_split(&self, open: &Open) -> Option<Split> {
        let best = (0..self.binned.len())
            .into_par_iter()
            .filter_map(|feature| self.best_of(open, feature))
            .collect::<Vec<Split>>();
        best.into_iter().reduce(|x, y| if y.gain > x.gain { y } else { x })
    }

    fn best_of(&self, open: &Open, feature: usize) -> Option<Split> {
        let mut histogram = [(0.0f64, 0.0f64); BINS];
        let column = &self.binned[feature];
        for row in &open.rows {
            let (g, h) = self.slopes[*row as usize];
            let bin = &mut histogram[usize::from(column[*row as usize])];
            bin.0 += f64::from(g);
            bin.1 += f64::from(h);
        }
        let leaf_min = f64::from(self.growth.leaf_min);
        let ridge = f64::from(self.growth.ridge);
        let score =
            |sums: Sums, value: f64| 2.0 * sums.0 * value - (sums.1 + ridge) * value * value;
        let whole = score(open.sums, self.leaf(open.sums, open.bounds));
        let mut left = (0.0, 0.0);
        let mut best: Option<Split> = None;
        for (bin, (g, h)) in histogram.iter().enumerate().take(self.cuts[feature].len()) {
            left = (left.0 + g, left.1 + h);
            let right = (open.sums.0 - left.0, open.sums.1 - left.1);
            if left.1 < leaf_min || right.1 < leaf_min {
                continue;
            }
            let (lv, rv) = (self.leaf(left, open.bounds), self.leaf(right, open.bounds));
            if (rv - lv) * f64::from(self.growth.monotone[feature]) < 0.0 {
                continue;
            }
            let gain = score(left, lv) + score(right, rv) - whole;
            if gain > best.map_or(1e-6, |best| best.gain) {
                best = Some(Split { gain, feature, bin: bin as u8, left, right });
            }
        }
        best
    }

    fn divide(&mut self, open: Open, split: Split) -> [Open; 2] {
        let column = &self.binned[split.feature];
        let (left, right): (Vec<u32>, Vec<u32>) =
            open.rows.into_iter().partition(|row| column[*row as usize] <= split.bin);
        let first = self.nodes.len() as u16;
        let threshold = self.cuts[split.feature][usize::from(split.bin)];
        self.nodes[usize::from(open.node)] =
            Node(split.feature as u16, threshold, first, first + 1, 0.0);
        self.nodes.extend([Node(0, 0.0, 0, 0, 0.0); 2]);
        let (low, high) = open.bounds;
        let middle =
            0.5 * (self.leaf(split.left, open.bounds) + self.leaf(split.right, open.bounds));
        let (left_bounds, right_bounds) = match self.growth.monotone[split.feature] {
            1 => ((low, middle), (middle, high)),
            -1 => ((middle, high), (low, middle)),
            _ => (open.bounds, open.bounds),
        };
        [
            Open { node: first, rows: left, sums: split.left, bounds: left_bounds },
            Open { node: first + 1, rows: right, sums: split.right, bounds: right_bounds },
        ]
    }

    fn close(&mut self, open: Open) {
        let value = self.leaf(open.sums, open.bounds) as f32 * self.growth.rate;
        self.nodes[usize::from(open.node)].4 = value;
        for row in open.rows {
            self.leaf_of_row[row as usize] = open.node;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn growth(monotone: Vec<i8>) -> Growth {
        Growth { trees: 30, depth: 3, rate: 0.3, leaf_min: 1.0, ridge: 1.0, monotone }
    }

    #[test]
    fn a_forest_learns_an_interaction() {
        let columns: Vec<Vec<f32>> = vec![
            (0..400).map(|i| (i % 20) as f32).collect(),
            (0..400).map(|i| (i / 20) as f32).collect(),
        ];
        let labels: Vec<f32> = (0..400)
            .map(|i| f32::from(u8::from(columns[0][i] > 9.0 && columns[1][i] > 9.0)))
            .collect();
        let sample = Sample { columns: &columns, labels: &labels, weights: &vec![1.0; 400] };
        let forest = grow(&sample, &growth(vec![0, 0]));
        let logits = forest.logits(&[[15.0, 15.0], [15.0, 2.0]]);
        assert!(logits[0] > 2.0 && logits[1] < -2.0);
    }

    #[test]
    fn more_evidence_never_lowers_the_logit() {
        let columns: Vec<Vec<f32>> = vec![(0..300).map(|i| i as f32).collect()];
        let labels: Vec<f32> = (0..300).map(|i| f32::from(u8::from(i % 7 < 3))).collect();
        let sample = Sample { columns: &columns, labels: &labels, weights: &vec![1.0; 300] };
        let forest = grow(&sample, &growth(vec![1]));
        let logits = forest.logits(&(0..300).map(|i| [i as f32]).collect::<Vec<_>>());
        assert!(logits.windows(2).all(|pair| pair[0] <= pair[1] + 1e-6));
    }
}
