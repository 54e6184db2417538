//! Primal-dual interior point method (Mehrotra 1992) for programs along a chain of steps.
//!
//! Normal equations of the rows, with the few spanning columns kept beside them, so that the matrix
//! stays banded: time and memory are linear in the number of steps.

use super::equations::Equations;
use super::program::Program;

/// Relative residuals and gap at which a solution counts as optimal.
const TOLERANCE: f64 = 1e-10;
/// What is still taken when no further step is possible.
const ACCEPTED: f64 = 1e-7;
/// Iterations before giving up; years take 30 to 60.
const MOST_ITERATIONS: usize = 200;

/// Why there is no optimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// No solution keeps the bounds, or none was found.
    Infeasible,
    /// The cost falls without end.
    Unbounded,
}

/// An optimum.
#[derive(Debug, Clone, Default)]
pub(super) struct Solution {
    /// Columns.
    pub x: Vec<f64>,
    /// Price of each row: what one more on its right-hand side costs.
    pub y: Vec<f64>,
    /// Cost.
    pub value: f64,
    /// What no solution can beat.
    pub bound: f64,
}

/// The solver of programs with one matrix; bounds may change from one solution to the next.
#[derive(Debug, Clone)]
pub(super) struct Interior {
    equations: Equations,
}

impl Interior {
    /// Analyses the matrix of a program.
    pub fn new(program: &Program) -> Self {
        Self { equations: Equations::new(program) }
    }

    /// Solves the program within other bounds.
    pub fn solve(&mut self, program: &Program, lower: &[f64], upper: &[f64]) -> Result<Solution, Failure> {
        let mut walk = Walk::new(&self.equations, program, lower, upper)?;
        if !walk.free.is_empty() {
            walk.start(&mut self.equations);
            walk.run(&mut self.equations)?;
        }
        let (x, y) = walk.finish(lower);
        let bound = program.bound(&y, lower, upper);
        Ok(Solution { value: program.value(&x), x, y, bound })
    }
}

/// One solution in progress: scaled, lower bounds at zero.
struct Walk<'p> {
    program: &'p Program,
    free: Vec<usize>,
    /// Rows that fixed a column, in their order.
    single: Vec<(usize, usize, f64)>,
    fixed_value: Vec<f64>,
    is_free: Vec<bool>,
    scale: f64,
    cost_scale: f64,
    cost: Vec<f64>,
    right: Vec<f64>,
    range: Vec<f64>,
    x: Vec<f64>,
    w: Vec<f64>,
    z: Vec<f64>,
    v: Vec<f64>,
    y: Vec<f64>,
    theta: Vec<f64>,
    step: Step,
}

/// A direction and its buffers.
#[derive(Default)]
struct Step {
    x: Vec<f64>,
    w: Vec<f64>,
    z: Vec<f64>,
    v: Vec<f64>,
    y: Vec<f64>,
    h: Vec<f64>,
    right: Vec<f64>,
    residual: Vec<f64>,
}

/// Residuals of an iterate.
struct Residuals {
    primal: Vec<f64>,
    dual: Vec<f64>,
    range: Vec<f64>,
    mu: f64,
    worst: f64,
    gap: f64,
    objective: f64,
}

impl<'p> Walk<'p> {
    /// Takes out what bounds and single rows fix.
    fn new(solver: &Equations, program: &'p Program, lower: &[f64], upper: &[f64]) -> Result<Self, Failure> {
        let (rows, columns) = (program.rows(), program.columns());
        let mut fixed_value = vec![0.0; columns];
        let mut is_free = vec![true; columns];
        let mut left = program.rhs.clone();
        let mut count: Vec<usize> = (0..rows).map(|row| solver.row(row).len()).collect();
        let mut size = left.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        for upper in upper.iter().filter(|upper| upper.is_finite()) {
            size = size.max(0.1 * upper.abs());
        }
        let near = 1e-9 * size.max(1.0);
        let mut queue: Vec<usize> = Vec::new();
        let mut fix =
            |column: usize, value: f64, left: &mut [f64], count: &mut [usize], queue: &mut Vec<usize>| {
                is_free[column] = false;
                fixed_value[column] = value;
                for (row, entry) in program.entries(column) {
                    left[row] -= entry * value;
                    count[row] -= 1;
                    if count[row] <= 1 {
                        queue.push(row);
                    }
                }
            };
        for column in 0..columns {
            if upper[column] < lower[column] - near {
                return Err(Failure::Infeasible);
            }
            if upper[column] - lower[column] <= 1e-11 * size.max(1.0) {
                fix(column, lower[column], &mut left, &mut count, &mut queue);
            }
        }
        queue.extend((0..rows).filter(|&row| count[row] <= 1));
        let mut done = vec![false; columns];
        for column in 0..columns {
            done[column] = upper[column] - lower[column] <= 1e-11 * size.max(1.0);
        }
        let mut single = Vec::new();
        while let Some(row) = queue.pop() {
            match count[row] {
                0 if left[row].abs() > 10.0 * near => return Err(Failure::Infeasible),
                1 => {
                    let Some(&(column, entry)) =
                        solver.row(row).iter().find(|&&(column, _)| !done[column as usize])
                    else {
                        continue;
                    };
                    let column = column as usize;
                    let value = left[row] / entry;
                    if value < lower[column] - near || value > upper[column] + near {
                        return Err(Failure::Infeasible);
                    }
                    done[column] = true;
                    single.push((row, column, entry));
                    let value = value.clamp(lower[column], upper[column]);
                    fix(column, value, &mut left, &mut count, &mut queue);
                }
                _ => {}
            }
        }
        let free: Vec<usize> = (0..columns).filter(|&column| is_free[column]).collect();
        let mut right = left;
        for &column in &free {
            for (row, entry) in program.entries(column) {
                right[row] -= entry * lower[column];
            }
        }
        for (right, &count) in right.iter_mut().zip(&count) {
            if count == 0 {
                *right = 0.0;
            }
        }
        let scale = right.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        let widest = free
            .iter()
            .map(|&j| upper[j] - lower[j])
            .filter(|range| range.is_finite())
            .fold(0.0f64, f64::max);
        let scale = if scale > 1e-6 * widest { scale } else { widest.max(1.0) };
        let cost_scale = free.iter().map(|&j| program.cost[j].abs()).fold(0.0f64, f64::max);
        let cost_scale = if cost_scale > 0.0 { cost_scale } else { 1.0 };
        right.iter_mut().for_each(|value| *value /= scale);
        let range = (0..columns).map(|j| (upper[j] - lower[j]) / scale).collect();
        Ok(Self {
            cost: program.cost.iter().map(|cost| cost / cost_scale).collect(),
            program,
            free,
            single,
            fixed_value,
            is_free,
            scale,
            cost_scale,
            right,
            range,
            x: vec![0.0; columns],
            w: vec![0.0; columns],
            z: vec![0.0; columns],
            v: vec![0.0; columns],
            y: vec![0.0; rows],
            theta: vec![0.0; columns],
            step: Step {
                x: vec![0.0; columns],
                w: vec![0.0; columns],
                z: vec![0.0; columns],
                v: vec![0.0; columns],
                h: vec![0.0; columns],
                ..Step::default()
            },
        })
    }

    /// A start by least squares, pushed inside the bounds.
    fn start(&mut self, solver: &mut Equations) {
        let rows = self.program.rows();
        for &column in &self.free {
            self.theta[column] = 1.0;
        }
        solver.factorise(&self.theta, &self.free);
        let mut right = vec![0.0; solver.unknowns()];
        right[..rows].copy_from_slice(&self.right);
        let mut found = Vec::new();
        solver.solve_refined(&right, &mut found, &mut self.step.residual);
        for &column in &self.free {
            let range = self.range[column];
            let guess = self.program.dot(column, &found);
            self.x[column] =
                if range.is_finite() { guess.clamp(0.1 * range, 0.9 * range) } else { guess.max(0.1) };
            self.w[column] = range - self.x[column];
        }
        right.fill(0.0);
        for &column in &self.free {
            for (row, entry) in self.program.entries(column) {
                right[row] += entry * self.cost[column];
            }
        }
        solver.solve_refined(&right, &mut found, &mut self.step.residual);
        self.y.copy_from_slice(&found[..rows]);
        for &column in &self.free {
            let reduced = self.cost[column] - self.program.dot(column, &self.y);
            if self.range[column].is_finite() {
                self.z[column] = reduced.max(0.0) + 0.1;
                self.v[column] = (-reduced).max(0.0) + 0.1;
            } else {
                self.z[column] = reduced.max(0.1);
            }
        }
    }

    fn residuals(&self) -> Residuals {
        let program = self.program;
        let mut primal = self.right.clone();
        let (mut dual, mut range) = (vec![0.0; program.columns()], vec![0.0; program.columns()]);
        let (mut complementary, mut pairs) = (0.0, 0usize);
        let (mut objective, mut dual_objective) = (0.0, 0.0);
        let (mut worst_dual, mut worst_range) = (0.0f64, 0.0f64);
        for &j in &self.free {
            for (row, entry) in program.entries(j) {
                primal[row] -= entry * self.x[j];
            }
            dual[j] = self.cost[j] - program.dot(j, &self.y) - self.z[j] + self.v[j];
            worst_dual = worst_dual.max(dual[j].abs());
            complementary += self.x[j] * self.z[j];
            pairs += 1;
            objective += self.cost[j] * self.x[j];
            if self.range[j].is_finite() {
                range[j] = self.range[j] - self.x[j] - self.w[j];
                worst_range = worst_range.max(range[j].abs());
                complementary += self.w[j] * self.v[j];
                dual_objective -= self.range[j] * self.v[j];
                pairs += 1;
            }
        }
        dual_objective += self.right.iter().zip(&self.y).map(|(right, y)| right * y).sum::<f64>();
        let worst_primal = primal.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        Residuals {
            primal,
            dual,
            range,
            mu: complementary / pairs as f64,
            worst: worst_primal.max(worst_range).max(worst_dual),
            gap: (objective - dual_objective).abs() / (1.0 + objective.abs()),
            objective,
        }
    }

    /// Walks to the optimum.
    fn run(&mut self, solver: &mut Equations) -> Result<(), Failure> {
        let (mut best, mut since) = (f64::INFINITY, 0);
        for _ in 0..MOST_ITERATIONS {
            let residuals = self.residuals();
            let merit = residuals.worst.max(residuals.gap);
            if merit <= TOLERANCE {
                return Ok(());
            }
            since = if merit < 0.9 * best { 0 } else { since + 1 };
            best = best.min(merit);
            if since > 15 || merit.is_nan() {
                if merit <= ACCEPTED {
                    return Ok(());
                }
                break;
            }
            if residuals.objective < -1e9 && residuals.worst < 1e-3 * residuals.objective.abs() {
                return Err(Failure::Unbounded);
            }
            for &j in &self.free {
                let mut weight = self.z[j] / self.x[j];
                if self.range[j].is_finite() {
                    weight += self.v[j] / self.w[j];
                }
                self.theta[j] = 1.0 / (weight + 1e-16);
            }
            solver.factorise(&self.theta, &self.free);
            self.direction(solver, &residuals, 0.0, false);
            let (primal, dual) = self.lengths(1.0);
            let (mut after, mut pairs) = (0.0, 0usize);
            for &j in &self.free {
                after += (self.x[j] + primal * self.step.x[j]) * (self.z[j] + dual * self.step.z[j]);
                pairs += 1;
                if self.range[j].is_finite() {
                    after += (self.w[j] + primal * self.step.w[j]) * (self.v[j] + dual * self.step.v[j]);
                    pairs += 1;
                }
            }
            let after = after / pairs as f64;
            let centring = (after / residuals.mu).clamp(0.0, 1.0).powi(3);
            self.direction(solver, &residuals, centring * residuals.mu, true);
            let (primal, dual) = self.lengths((1.0 - residuals.mu).clamp(0.9, 0.9995));
            for &j in &self.free {
                self.x[j] += primal * self.step.x[j];
                self.z[j] += dual * self.step.z[j];
                if self.range[j].is_finite() {
                    self.w[j] += primal * self.step.w[j];
                    self.v[j] += dual * self.step.v[j];
                }
            }
            for (y, step) in self.y.iter_mut().zip(&self.step.y) {
                *y += dual * step;
            }
        }
        if best <= ACCEPTED { Ok(()) } else { Err(Failure::Infeasible) }
    }

    /// Newton's direction towards `target = x z`; with `second` the predictor's curvature counts.
    fn direction(&mut self, solver: &Equations, residuals: &Residuals, target: f64, second: bool) {
        let rows = self.program.rows();
        let mut right = std::mem::take(&mut self.step.right);
        right.clear();
        right.resize(solver.unknowns(), 0.0);
        right[..rows].copy_from_slice(&residuals.primal);
        for &j in &self.free {
            let (mut lower, mut upper) = (target - self.x[j] * self.z[j], target - self.w[j] * self.v[j]);
            if second {
                lower -= self.step.x[j] * self.step.z[j];
                upper -= self.step.w[j] * self.step.v[j];
            }
            let mut h = residuals.dual[j] - lower / self.x[j];
            if self.range[j].is_finite() {
                h += (upper - self.v[j] * residuals.range[j]) / self.w[j];
            }
            self.step.h[j] = h;
            if let Some(place) = solver.place(j) {
                right[place] = h;
            } else {
                let weighted = self.theta[j] * h;
                for (row, entry) in self.program.entries(j) {
                    right[row] += entry * weighted;
                }
            }
        }
        let mut found = std::mem::take(&mut self.step.y);
        solver.solve_refined(&right, &mut found, &mut self.step.residual);
        for &j in &self.free {
            let x = match solver.place(j) {
                Some(place) => found[place],
                None => self.theta[j] * (self.program.dot(j, &found) - self.step.h[j]),
            };
            let (mut lower, mut upper) = (target - self.x[j] * self.z[j], target - self.w[j] * self.v[j]);
            if second {
                lower -= self.step.x[j] * self.step.z[j];
                upper -= self.step.w[j] * self.step.v[j];
            }
            self.step.z[j] = (lower - self.z[j] * x) / self.x[j];
            if self.range[j].is_finite() {
                let w = residuals.range[j] - x;
                self.step.v[j] = (upper - self.v[j] * w) / self.w[j];
                self.step.w[j] = w;
            }
            self.step.x[j] = x;
        }
        self.step.right = right;
        self.step.y = found;
    }

    /// How far the direction may be followed, for `x` and for `z`, times `share`.
    fn lengths(&self, share: f64) -> (f64, f64) {
        let (mut primal, mut dual) = (1.0f64, 1.0f64);
        let within = |length: &mut f64, value: f64, step: f64| {
            if step < 0.0 {
                *length = length.min(-share * value / step);
            }
        };
        for &j in &self.free {
            within(&mut primal, self.x[j], self.step.x[j]);
            within(&mut dual, self.z[j], self.step.z[j]);
            if self.range[j].is_finite() {
                within(&mut primal, self.w[j], self.step.w[j]);
                within(&mut dual, self.v[j], self.step.v[j]);
            }
        }
        (primal, dual)
    }

    /// The columns and row prices in the program's units.
    fn finish(self, lower: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let x = (0..self.x.len())
            .map(|j| if self.is_free[j] { lower[j] + self.x[j] * self.scale } else { self.fixed_value[j] });
        let mut y: Vec<f64> = self.y.iter().map(|y| y * self.cost_scale).collect();
        // A row that fixed a column is worth what the column is then worth elsewhere.
        for &(row, column, entry) in self.single.iter().rev() {
            y[row] = 0.0;
            y[row] = (self.program.cost[column] - self.program.dot(column, &y)) / entry;
        }
        (x.collect(), y)
    }
}
