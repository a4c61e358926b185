//! Many series are looked at at once: some change by chance alone. The false discovery
//! rate says how many of those that are shown may.

/// The q of each p: the least rate of false discoveries at which it is one (Benjamini and
/// Hochberg 1995).
pub fn q_values(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|x, y| p[*x].total_cmp(&p[*y]));
    let mut q = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, at) in order.into_iter().enumerate().rev() {
        least = least.min(p[at] * p.len() as f64 / (rank + 1) as f64);
        q[at] = least;
    }
    q
}
