//! Small systems of linear equations: as many unknowns as there are inputs to
//! the regression, and a constant.

use crate::company::INPUTS;

/// A constant and a weight for each input.
pub(crate) const TERMS: usize = INPUTS + 1;

/// A value for each term.
pub(crate) type Terms = [f64; TERMS];

/// A constant 1 before the inputs.
pub(crate) fn terms(inputs: &[f64; INPUTS]) -> Terms {
    let mut terms = [1.0; TERMS];
    terms[1..].copy_from_slice(inputs);
    terms
}

pub(crate) fn dot(x: &Terms, y: &Terms) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// A symmetric positive definite matrix as the product of a lower triangle and
/// its transpose (Cholesky).
pub(crate) struct Triangle(Box<[Terms; TERMS]>);

impl Triangle {
    /// Factors `matrix`; none where it is not positive definite.
    pub(crate) fn of(matrix: &[Terms; TERMS]) -> Option<Self> {
        let mut lower = Box::new([[0.0; TERMS]; TERMS]);
        for row in 0..TERMS {
            for column in 0..=row {
                let known: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum::<f64>();
                let rest = matrix[row][column] - known;
                if row == column {
                    if rest.is_nan() || rest <= 0.0 {
                        return None;
                    }
                    lower[row][row] = rest.sqrt();
                } else {
                    lower[row][column] = rest / lower[column][column];
                }
            }
        }
        Some(Self(lower))
    }

    /// The lower triangle's own solution: its square is what the inverse of the
    /// whole makes of `right` on both sides.
    pub(crate) fn half(&self, right: &Terms) -> Terms {
        let mut solved = *right;
        for row in 0..TERMS {
            let known: f64 = (0..row).map(|k| self.0[row][k] * solved[k]).sum();
            solved[row] = (solved[row] - known) / self.0[row][row];
        }
        solved
    }

    /// What the matrix takes to `right`.
    pub(crate) fn solve(&self, right: &Terms) -> Terms {
        let mut solved = self.half(right);
        for row in (0..TERMS).rev() {
            let known: f64 = (row + 1..TERMS).map(|k| self.0[k][row] * solved[k]).sum();
            solved[row] = (solved[row] - known) / self.0[row][row];
        }
        solved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 on the diagonal, 1 beside it: positive definite.
    fn matrix() -> [Terms; TERMS] {
        let mut matrix = [[0.0; TERMS]; TERMS];
        for row in 0..TERMS {
            matrix[row][row] = 2.0;
            if row > 0 {
                (matrix[row][row - 1], matrix[row - 1][row]) = (1.0, 1.0);
            }
        }
        matrix
    }

    #[test]
    fn the_solution_solves() {
        let right: Terms = std::array::from_fn(|i| i as f64 - 3.0);
        let triangle = Triangle::of(&matrix()).unwrap();
        let solved = triangle.solve(&right);
        for (row, right) in matrix().iter().zip(&right) {
            assert!((dot(row, &solved) - right).abs() < 1e-9);
        }
        let half = triangle.half(&right);
        assert!((dot(&half, &half) - dot(&right, &solved)).abs() < 1e-9);
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        assert!(Triangle::of(&[[1.0; TERMS]; TERMS]).is_none());
    }
}
