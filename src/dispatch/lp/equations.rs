//! Normal equations of a program's rows beside its spanning columns, with their factor.
//!
//! Θ being the weights of the columns, the matrix is `[A Θ Aᵀ, S; Sᵀ, −Θ⁻¹]` with the spanning columns
//! S apart, as each of them would fill the square of the rows it touches.

use super::factor::Factor;
use super::program::Program;

/// The equations of one matrix; weights change from one factorisation to the next.
#[derive(Debug, Clone)]
pub(super) struct Equations {
    factor: Factor,
    values: Vec<f64>,
    diagonal: Vec<usize>,
    /// Spanning columns, eliminated after the rows.
    spanning: Vec<usize>,
    /// Place of a column among the spanning ones.
    place: Vec<u32>,
    /// Entries of spanning columns in `values`.
    fixed: Vec<(usize, f64)>,
    /// Where products of a column's entries go: starts per column, place, product.
    product_starts: Vec<usize>,
    products: Vec<(u32, f64)>,
    /// The matrix by rows: starts, columns, values.
    row_starts: Vec<usize>,
    row_entries: Vec<(u32, f64)>,
}

const NOT_SPANNING: u32 = u32::MAX;

impl Equations {
    /// Analyses the matrix of a program.
    pub fn new(program: &Program) -> Self {
        let (rows, columns) = (program.rows(), program.columns());
        let spanning: Vec<usize> = (0..columns).filter(|&j| program.is_spanning(j)).collect();
        let mut place = vec![NOT_SPANNING; columns];
        for (at, &column) in spanning.iter().enumerate() {
            place[column] = (rows + at) as u32;
        }
        let mut cells: Vec<(u32, u32)> = (0..(rows + spanning.len()) as u32).map(|i| (i, i)).collect();
        for (column, &place) in place.iter().enumerate() {
            if place == NOT_SPANNING {
                for (a, _) in program.entries(column) {
                    for (b, _) in program.entries(column).filter(|&(b, _)| a < b) {
                        cells.push((b as u32, a as u32));
                    }
                }
            } else {
                cells.extend(program.entries(column).map(|(row, _)| (place, row as u32)));
            }
        }
        cells.sort_unstable();
        cells.dedup();
        let mut starts = vec![0usize; rows + spanning.len() + 1];
        for &(column, _) in &cells {
            starts[column as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let factor = Factor::new(starts, cells.iter().map(|&(_, row)| row).collect());
        let at = |column: usize, row: usize| {
            let (starts, rows) = factor.pattern();
            let range = starts[column]..starts[column + 1];
            range.start + rows[range].partition_point(|&other| (other as usize) < row)
        };
        let (mut product_starts, mut products, mut fixed) = (vec![0], Vec::new(), Vec::new());
        for (column, &place) in place.iter().enumerate() {
            if place == NOT_SPANNING {
                for (a, value) in program.entries(column) {
                    for (b, other) in program.entries(column).filter(|&(b, _)| a <= b) {
                        products.push((at(b, a) as u32, value * other));
                    }
                }
            } else {
                fixed.extend(program.entries(column).map(|(row, value)| (at(place as usize, row), value)));
            }
            product_starts.push(products.len());
        }
        let diagonal = (0..rows + spanning.len()).map(|i| at(i, i)).collect();
        let mut row_starts = vec![0usize; rows + 1];
        for column in 0..columns {
            program.entries(column).for_each(|(row, _)| row_starts[row + 1] += 1);
        }
        for row in 0..rows {
            row_starts[row + 1] += row_starts[row];
        }
        let mut next = row_starts.clone();
        let mut row_entries = vec![(0u32, 0.0); row_starts[rows]];
        for column in 0..columns {
            for (row, value) in program.entries(column) {
                row_entries[next[row]] = (column as u32, value);
                next[row] += 1;
            }
        }
        let values = vec![0.0; cells.len()];
        Self {
            factor,
            values,
            diagonal,
            spanning,
            place,
            fixed,
            product_starts,
            products,
            row_starts,
            row_entries,
        }
    }

    /// Unknowns: the rows, then the spanning columns.
    pub fn unknowns(&self) -> usize {
        self.diagonal.len()
    }

    /// Where a spanning column stands among the unknowns.
    #[inline]
    pub fn place(&self, column: usize) -> Option<usize> {
        let place = self.place[column];
        (place != NOT_SPANNING).then_some(place as usize)
    }

    /// Columns and values of a row.
    pub fn row(&self, row: usize) -> &[(u32, f64)] {
        &self.row_entries[self.row_starts[row]..self.row_starts[row + 1]]
    }

    /// Factorises the normal equations with these weights of the columns (0: fixed).
    pub fn factorise(&mut self, theta: &[f64], columns: &[usize]) {
        self.values.fill(0.0);
        for &(at, value) in &self.fixed {
            self.values[at] = value;
        }
        for &column in columns {
            let weight = theta[column];
            for &(at, product) in &self.products[self.product_starts[column]..self.product_starts[column + 1]]
            {
                self.values[at as usize] += weight * product;
            }
        }
        let rows = self.diagonal.len() - self.spanning.len();
        for &at in &self.diagonal[..rows] {
            let value = &mut self.values[at];
            *value += 1e-14 * value.abs() + 1e-20;
        }
        for (&at, &column) in self.diagonal[rows..].iter().zip(&self.spanning) {
            // A fixed column gets a weight that leaves it where it is.
            self.values[at] = if theta[column] > 0.0 { -1.0 / theta[column] } else { -1e64 };
        }
        self.factor.factorise(&self.values, |at| if at < rows { 1.0 } else { -1.0 });
    }

    /// Solves the factorised equations, refined.
    pub fn solve_refined(&self, right: &[f64], x: &mut Vec<f64>, residual: &mut Vec<f64>) {
        x.clear();
        x.extend_from_slice(right);
        self.factor.solve(x);
        let size = right.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        for _ in 0..3 {
            residual.clear();
            residual.extend_from_slice(right);
            self.factor.subtract_product(&self.values, x, residual);
            let left = residual.iter().fold(0.0f64, |most, value| most.max(value.abs()));
            if left <= 1e-14 * size || left.is_nan() {
                break;
            }
            self.factor.solve(residual);
            x.iter_mut().zip(residual.iter()).for_each(|(x, more)| *x += more);
        }
    }
}
