//! Sparse `L D Lᵀ` of a symmetric quasi-definite matrix, eliminated in the order given.

/// No parent in the elimination tree.
const ROOT: u32 = u32::MAX;

/// Relative size below which a pivot counts as none.
const SMALLEST_PIVOT: f64 = 1e-30;

/// The pattern of a matrix (upper triangle by columns, diagonal included) and of its factor.
#[derive(Debug, Clone, Default)]
pub(super) struct Factor {
    order: usize,
    starts: Vec<usize>,
    rows: Vec<u32>,
    parent: Vec<u32>,
    factor_starts: Vec<usize>,
    factor_rows: Vec<u32>,
    factor_values: Vec<f64>,
    filled: Vec<usize>,
    pivots: Vec<f64>,
    work: Vec<f64>,
    flag: Vec<u32>,
    pattern: Vec<u32>,
}

impl Factor {
    /// Analyses a pattern: `starts` and `rows` of the upper triangle by columns.
    pub fn new(starts: Vec<usize>, rows: Vec<u32>) -> Self {
        let order = starts.len() - 1;
        let (mut parent, mut flag, mut counts) = (vec![ROOT; order], vec![ROOT; order], vec![0usize; order]);
        for column in 0..order {
            flag[column] = column as u32;
            for &row in &rows[starts[column]..starts[column + 1]] {
                let mut node = row as usize;
                while flag[node] != column as u32 {
                    if parent[node] == ROOT {
                        parent[node] = column as u32;
                    }
                    counts[node] += 1;
                    flag[node] = column as u32;
                    node = parent[node] as usize;
                }
            }
        }
        let mut factor_starts = Vec::with_capacity(order + 1);
        let mut total = 0;
        factor_starts.push(0);
        for count in counts {
            total += count;
            factor_starts.push(total);
        }
        Self {
            order,
            starts,
            rows,
            parent,
            factor_starts,
            factor_rows: vec![0; total],
            factor_values: vec![0.0; total],
            filled: vec![0; order],
            pivots: vec![0.0; order],
            work: vec![0.0; order],
            flag,
            pattern: vec![0; order],
        }
    }

    /// Factorises the matrix of these values. `sign` tells which sign a pivot must have; one that
    /// has none of it is replaced by a huge one, which drops its unknown from the step.
    pub fn factorise(&mut self, values: &[f64], sign: impl Fn(usize) -> f64) {
        let order = self.order;
        self.filled.fill(0);
        self.flag.fill(ROOT);
        for column in 0..order {
            let mark = column as u32;
            let mut top = order;
            self.flag[column] = mark;
            let entries = self.starts[column]..self.starts[column + 1];
            for (&row, value) in self.rows[entries.clone()].iter().zip(&values[entries]) {
                self.work[row as usize] += value;
                let (mut node, mut length) = (row as usize, 0);
                while self.flag[node] != mark {
                    self.pattern[length] = node as u32;
                    length += 1;
                    self.flag[node] = mark;
                    node = self.parent[node] as usize;
                }
                while length > 0 {
                    length -= 1;
                    top -= 1;
                    self.pattern[top] = self.pattern[length];
                }
            }
            let diagonal = self.work[column];
            let mut pivot = diagonal;
            self.work[column] = 0.0;
            for at in top..order {
                let node = self.pattern[at] as usize;
                let value = self.work[node];
                self.work[node] = 0.0;
                let start = self.factor_starts[node];
                let end = start + self.filled[node];
                for (&row, &entry) in self.factor_rows[start..end].iter().zip(&self.factor_values[start..end])
                {
                    self.work[row as usize] -= entry * value;
                }
                let entry = value / self.pivots[node];
                pivot -= entry * value;
                self.factor_rows[end] = mark;
                self.factor_values[end] = entry;
                self.filled[node] += 1;
            }
            let sign = sign(column);
            // What cancellation leaves of a dependent row is noise.
            let noise = SMALLEST_PIVOT.max(1e-15 * diagonal.abs());
            self.pivots[column] = if sign * pivot > noise { pivot } else { sign * 1e64 };
        }
    }

    /// Solves in place.
    pub fn solve(&self, right: &mut [f64]) {
        for column in 0..self.order {
            let value = right[column];
            let range = self.factor_starts[column]..self.factor_starts[column + 1];
            for (&row, &entry) in self.factor_rows[range.clone()].iter().zip(&self.factor_values[range]) {
                right[row as usize] -= entry * value;
            }
        }
        for (value, pivot) in right.iter_mut().zip(&self.pivots) {
            *value /= pivot;
        }
        for column in (0..self.order).rev() {
            let range = self.factor_starts[column]..self.factor_starts[column + 1];
            let mut value = right[column];
            for (&row, &entry) in self.factor_rows[range.clone()].iter().zip(&self.factor_values[range]) {
                value -= entry * right[row as usize];
            }
            right[column] = value;
        }
    }

    /// Subtracts the matrix times `x` from `residual`.
    pub fn subtract_product(&self, values: &[f64], x: &[f64], residual: &mut [f64]) {
        for column in 0..self.order {
            let entries = self.starts[column]..self.starts[column + 1];
            for (&row, value) in self.rows[entries.clone()].iter().zip(&values[entries]) {
                let row = row as usize;
                residual[row] -= value * x[column];
                if row != column {
                    residual[column] -= value * x[row];
                }
            }
        }
    }

    /// Places in the order of the columns' pattern: (starts, rows).
    pub fn pattern(&self) -> (&[usize], &[u32]) {
        (&self.starts, &self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: [4 2 1; 2 5 0; 1 0 -3] x = [7, 7, -2] has x = [1, 1, 1].
    #[test]
    fn a_quasi_definite_system_by_hand() {
        let mut factor = Factor::new(vec![0, 1, 3, 5], vec![0, 0, 1, 0, 2]);
        factor.factorise(&[4.0, 2.0, 5.0, 1.0, -3.0], |at| if at < 2 { 1.0 } else { -1.0 });
        let mut x = [7.0, 7.0, -2.0];
        factor.solve(&mut x);
        for value in x {
            assert!((value - 1.0).abs() < 1e-14, "{x:?}");
        }
        let mut residual = [7.0, 7.0, -2.0];
        factor.subtract_product(&[4.0, 2.0, 5.0, 1.0, -3.0], &[1.0; 3], &mut residual);
        assert_eq!(residual, [0.0; 3]);
    }
}
