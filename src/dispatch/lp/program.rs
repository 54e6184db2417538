//! A linear program as a sparse matrix of columns.

/// Minimise `cost · x` subject to `A x = rhs` and `lower ≤ x ≤ upper`.
///
/// Rows should be numbered along the chain they form (time): they are eliminated in that order.
/// Columns that touch many rows are marked as spanning and eliminated last.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    /// Cost of each column.
    pub cost: Vec<f64>,
    /// Lower bounds, finite.
    pub lower: Vec<f64>,
    /// Upper bounds, infinite where there is none.
    pub upper: Vec<f64>,
    /// What no optimal value exceeds though no bound says so: makes bounds on the optimum rigorous.
    pub cap: Vec<f64>,
    /// Right-hand sides.
    pub rhs: Vec<f64>,
    starts: Vec<usize>,
    rows: Vec<u32>,
    values: Vec<f64>,
    spanning: Vec<bool>,
}

impl Program {
    /// An empty program.
    pub fn new() -> Self {
        Self { starts: vec![0], ..Self::default() }
    }

    /// Adds a row.
    pub fn row(&mut self, rhs: f64) -> usize {
        self.rhs.push(rhs);
        self.rhs.len() - 1
    }

    /// Adds a column with its entries.
    pub fn column(
        &mut self,
        cost: f64,
        bounds: (f64, f64),
        cap: f64,
        entries: impl IntoIterator<Item = (usize, f64)>,
    ) -> usize {
        self.cost.push(cost);
        self.lower.push(bounds.0);
        self.upper.push(bounds.1);
        self.cap.push(bounds.1.min(cap));
        self.spanning.push(false);
        for (row, value) in entries {
            self.rows.push(row as u32);
            self.values.push(value);
        }
        self.starts.push(self.rows.len());
        self.cost.len() - 1
    }

    /// Adds a column that touches many rows.
    pub fn spanning_column(
        &mut self,
        cost: f64,
        bounds: (f64, f64),
        cap: f64,
        entries: impl IntoIterator<Item = (usize, f64)>,
    ) -> usize {
        let column = self.column(cost, bounds, cap, entries);
        self.spanning[column] = true;
        column
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.cost.len()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rhs.len()
    }

    /// Whether a column touches many rows.
    pub fn is_spanning(&self, column: usize) -> bool {
        self.spanning[column]
    }

    /// Rows and values of a column.
    #[inline]
    pub fn entries(&self, column: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let range = self.starts[column]..self.starts[column + 1];
        self.rows[range.clone()].iter().zip(&self.values[range]).map(|(&row, &value)| (row as usize, value))
    }

    /// `A_j · y`.
    #[inline]
    pub fn dot(&self, column: usize, y: &[f64]) -> f64 {
        self.entries(column).map(|(row, value)| value * y[row]).sum()
    }

    /// What no solution within `lower` and `upper` can beat, by the row prices `y` alone: true
    /// whatever `y` is.
    pub fn bound(&self, y: &[f64], lower: &[f64], upper: &[f64]) -> f64 {
        let mut bound: f64 = self.rhs.iter().zip(y).map(|(rhs, y)| rhs * y).sum();
        for column in 0..self.columns() {
            let reduced = self.cost[column] - self.dot(column, y);
            let best = if reduced >= 0.0 { lower[column] } else { upper[column].min(self.cap[column]) };
            if reduced != 0.0 {
                bound += reduced * best;
            }
        }
        bound
    }

    /// `cost · x`.
    pub fn value(&self, x: &[f64]) -> f64 {
        self.cost.iter().zip(x).map(|(cost, x)| cost * x).sum()
    }
}
