//! The master of the month cuts: which peaks and border energies the cuts found so far allow.
//!
//! It minimises `Σ θ_m + Σ price_k D_k` over peaks `D ≥ 0` and border energies `e` within the
//! storage, where every cut bounds a block's cost from below. Solved through its linear-programming
//! dual, whose columns are the cuts: a new cut is a new column, so the last basis stays feasible
//! and a few pivots suffice.

/// A lower bound on the cost of one block between two borders:
/// `θ ≥ constant − value_in e_in + value_out e_out − Σ weight_k D_k`.
#[derive(Debug, Clone, Default)]
pub struct Cut {
    /// Block the cut belongs to.
    pub block: usize,
    /// Constant, money, for energies counted from the lowest.
    pub constant: f64,
    /// Value of energy at the block's start, money per kWh; 0 where the start is fixed.
    pub value_in: f64,
    /// Value of energy at the block's end, money per kWh; 0 where the end is fixed.
    pub value_out: f64,
    /// Value of each peak, (period, money per kW), only periods of the block.
    pub peaks: Vec<(usize, f64)>,
}

/// Reduced costs above this are taken as optimal, money.
const TOLERANCE: f64 = 1e-6;

/// Column of the dual: entries (row, value).
#[derive(Debug, Clone, Default)]
struct Column {
    cost: f64,
    entries: Vec<(usize, f64)>,
}

/// The master problem; rows are blocks, then periods, then borders.
#[derive(Debug, Clone)]
pub struct Master {
    blocks: usize,
    span_kwh: f64,
    prices: Vec<f64>,
    right: Vec<f64>,
    columns: Vec<Column>,
    first_cut: usize,
    basis: Vec<usize>,
    inverse: Vec<f64>,
    level: Vec<f64>,
}

/// What the master proposes, with its bound.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// Peak of every period, kW.
    pub peaks_kw: Vec<f64>,
    /// No schedule costs less, money.
    pub bound: f64,
    /// Weight of every cut, in the order they were added; sums to 1 in each block.
    pub weights: Vec<f64>,
}

impl Master {
    /// A master for blocks one after another with the given prices per period, whose first cuts
    /// (one per block, in order, without any weight on peaks) make its first basis.
    pub fn new(span_kwh: f64, prices: Vec<f64>, first: Vec<Cut>) -> Self {
        let (blocks, periods) = (first.len(), prices.len());
        let borders = blocks - 1;
        let rows = blocks + periods + borders;
        // A small push off the degenerate corner, taken out of the bound again.
        let nudge = |i: usize| 1e-8 * (1.0 + (i * 7 % 19) as f64);
        let mut right = vec![1.0; blocks];
        right.extend(prices.iter().enumerate().map(|(k, price)| price + nudge(k) * (1.0 + price)));
        right.extend((0..borders).map(|b| nudge(b + periods)));
        let mut columns = Vec::new();
        for k in 0..periods {
            columns.push(Column { cost: 0.0, entries: vec![(blocks + k, 1.0)] });
        }
        for b in 0..borders {
            columns.push(Column { cost: 0.0, entries: vec![(blocks + periods + b, -1.0)] });
            columns.push(Column { cost: span_kwh, entries: vec![(blocks + periods + b, 1.0)] });
        }
        let first_cut = columns.len();
        let mut master = Self {
            blocks,
            span_kwh,
            prices,
            right,
            columns,
            first_cut,
            basis: Vec::new(),
            inverse: vec![0.0; rows * rows],
            level: vec![0.0; rows],
        };
        let jumps: Vec<f64> = first.windows(2).map(|pair| pair[0].value_out - pair[1].value_in).collect();
        first.into_iter().for_each(|cut| master.add(cut));
        master.basis = (0..blocks).map(|m| first_cut + m).chain(0..periods).collect();
        for (b, jump) in jumps.into_iter().enumerate() {
            // `jump − s⁺ + s⁻ = nudge`.
            let surplus = jump > master.right[blocks + periods + b];
            master.basis.push(periods + 2 * b + usize::from(!surplus));
        }
        master
    }

    /// Adds a cut.
    pub fn add(&mut self, cut: Cut) {
        let (blocks, periods) = (self.blocks, self.prices.len());
        let mut entries = vec![(cut.block, 1.0)];
        entries.extend(cut.peaks.iter().map(|&(k, weight)| (blocks + k, weight)));
        if cut.block + 1 < blocks && cut.value_out != 0.0 {
            entries.push((blocks + periods + cut.block, cut.value_out));
        }
        if cut.block > 0 && cut.value_in != 0.0 {
            entries.push((blocks + periods + cut.block - 1, -cut.value_in));
        }
        self.columns.push(Column { cost: -cut.constant, entries });
    }

    /// Solves for the cuts so far. `peak_max_kw` bounds every peak.
    pub fn solve(&mut self, peak_max_kw: f64) -> Proposal {
        let rows = self.right.len();
        self.refactor();
        let mut since = 0;
        for pivot in 0..5000 {
            let prices = self.row_prices();
            // Dantzig's rule; Bland's after long stalling.
            let mut entering = None;
            let mut best = -TOLERANCE;
            for (j, column) in self.columns.iter().enumerate() {
                let reduced =
                    column.cost - column.entries.iter().map(|&(i, value)| prices[i] * value).sum::<f64>();
                if reduced < best {
                    entering = Some(j);
                    best = reduced;
                    if pivot > 1500 {
                        break;
                    }
                }
            }
            let Some(entering) = entering else { break };
            let direction = self.times_inverse(&self.columns[entering].entries);
            let mut leaving = None;
            let mut step = f64::INFINITY;
            for i in 0..rows {
                if direction[i] > 1e-9 {
                    let ratio = self.level[i].max(0.0) / direction[i];
                    let better = ratio < step - 1e-14
                        || (ratio <= step + 1e-14
                            && leaving.is_some_and(|l: usize| direction[i] > direction[l]));
                    if better {
                        (leaving, step) = (Some(i), ratio.min(step));
                    }
                }
            }
            let Some(leaving) = leaving else { break };
            self.pivot(leaving, entering, &direction, step);
            since += 1;
            if since == 40 {
                self.refactor();
                since = 0;
            }
        }
        self.proposal(peak_max_kw)
    }

    fn pivot(&mut self, leaving: usize, entering: usize, direction: &[f64], step: f64) {
        let rows = self.right.len();
        self.level.iter_mut().zip(direction).for_each(|(level, rate)| *level -= step * rate);
        self.level[leaving] = step;
        self.basis[leaving] = entering;
        let scale = 1.0 / direction[leaving];
        for c in 0..rows {
            self.inverse[leaving * rows + c] *= scale;
        }
        let (before, rest) = self.inverse.split_at_mut(leaving * rows);
        let (pivot_row, after) = rest.split_at_mut(rows);
        let others = before.chunks_exact_mut(rows).chain(after.chunks_exact_mut(rows));
        let factors = direction.iter().enumerate().filter(|&(i, _)| i != leaving).map(|(_, &f)| f);
        for (row, factor) in others.zip(factors) {
            if factor != 0.0 {
                row.iter_mut().zip(pivot_row.iter()).for_each(|(x, p)| *x -= factor * p);
            }
        }
    }

    /// Row prices: basic costs times the inverse.
    fn row_prices(&self) -> Vec<f64> {
        let rows = self.right.len();
        let mut prices = vec![0.0; rows];
        for (i, &j) in self.basis.iter().enumerate() {
            let cost = self.columns[j].cost;
            if cost != 0.0 {
                let row = &self.inverse[i * rows..(i + 1) * rows];
                prices.iter_mut().zip(row).for_each(|(price, x)| *price += cost * x);
            }
        }
        prices
    }

    fn times_inverse(&self, entries: &[(usize, f64)]) -> Vec<f64> {
        let rows = self.right.len();
        (0..rows)
            .map(|i| entries.iter().map(|&(c, value)| self.inverse[i * rows + c] * value).sum())
            .collect()
    }

    /// The inverse of the basis by Gauss-Jordan elimination with row pivoting, and the levels.
    fn refactor(&mut self) {
        let rows = self.right.len();
        let mut matrix = vec![0.0; rows * rows];
        for (c, &j) in self.basis.iter().enumerate() {
            for &(r, value) in &self.columns[j].entries {
                matrix[r * rows + c] = value;
            }
        }
        let mut inverse = vec![0.0; rows * rows];
        (0..rows).for_each(|i| inverse[i * rows + i] = 1.0);
        for c in 0..rows {
            let pivot = (c..rows)
                .max_by(|&a, &b| matrix[a * rows + c].abs().total_cmp(&matrix[b * rows + c].abs()))
                .unwrap_or(c);
            if matrix[pivot * rows + c].abs() < 1e-13 {
                continue; // A singular basis cannot arise from pivots on entries above 1e-9.
            }
            if pivot != c {
                for k in 0..rows {
                    matrix.swap(pivot * rows + k, c * rows + k);
                    inverse.swap(pivot * rows + k, c * rows + k);
                }
            }
            let scale = 1.0 / matrix[c * rows + c];
            for k in 0..rows {
                matrix[c * rows + k] *= scale;
                inverse[c * rows + k] *= scale;
            }
            for r in 0..rows {
                let factor = matrix[r * rows + c];
                if r != c && factor != 0.0 {
                    for k in 0..rows {
                        matrix[r * rows + k] -= factor * matrix[c * rows + k];
                        inverse[r * rows + k] -= factor * inverse[c * rows + k];
                    }
                }
            }
        }
        self.inverse = inverse;
        for i in 0..rows {
            let row = &self.inverse[i * rows..(i + 1) * rows];
            self.level[i] = row.iter().zip(&self.right).map(|(x, b)| x * b).sum();
        }
    }

    /// Peaks from the row prices; the bound from clipped and normalised weights and true prices.
    fn proposal(&self, peak_max_kw: f64) -> Proposal {
        let (blocks, periods) = (self.blocks, self.prices.len());
        let mut weights = vec![0.0; self.columns.len() - self.first_cut];
        for (i, &j) in self.basis.iter().enumerate() {
            if j >= self.first_cut {
                weights[j - self.first_cut] = self.level[i].max(0.0);
            }
        }
        let cuts = &self.columns[self.first_cut..];
        let mut sums = vec![0.0; blocks];
        cuts.iter().zip(&weights).for_each(|(cut, weight)| sums[cut.entries[0].0] += weight);
        cuts.iter().zip(&mut weights).for_each(|(cut, weight)| *weight /= sums[cut.entries[0].0]);
        let mut totals = vec![0.0; self.right.len()];
        let mut bound = 0.0;
        for (cut, weight) in cuts.iter().zip(&weights).filter(|(_, weight)| **weight > 0.0) {
            bound -= weight * cut.cost;
            cut.entries.iter().for_each(|&(row, value)| totals[row] += weight * value);
        }
        for k in 0..periods {
            bound += (self.prices[k] - totals[blocks + k]).min(0.0) * peak_max_kw;
        }
        for total in &totals[blocks + periods..] {
            bound += total.min(0.0) * self.span_kwh;
        }
        let prices = self.row_prices();
        let peaks_kw =
            (0..periods).map(|k| (-prices[blocks + k]).clamp(0.0, peak_max_kw)).collect::<Vec<f64>>();
        Proposal { peaks_kw, bound, weights }
    }
}
