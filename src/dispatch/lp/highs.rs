//! A second opinion on the general park by HiGHS, where the feature `highs` is built.
//!
//! The rows and columns are those of zeropark's own solver; everything after them is HiGHS's: the
//! simplex or interior point method, and for what one meter can do its branch and cut over a binary
//! per pair of which one must be zero.

use super::branch::pairs;
use super::model::{Meter, Model};
use super::program::Program;
use super::{Relaxation, System};
use highs::{Col, HighsModelStatus, RowProblem, Sense};

/// Feasibility tolerance asked of HiGHS.
const NEAR: f64 = 1e-9;

/// The plain linear program by HiGHS: what [`super::relaxation`] finds.
#[must_use]
pub fn relaxation(system: &System<'_>) -> Relaxation {
    let model = Model::new(system, Meter::Relaxed);
    let (problem, _) = plain(&model.program);
    match solve(problem, 0.0) {
        (HighsModelStatus::Optimal, cost) => Relaxation::Optimal(cost),
        (HighsModelStatus::Unbounded, _) => Relaxation::Unbounded,
        (HighsModelStatus::UnboundedOrInfeasible, _) => {
            // Without costs only feasibility is left to tell.
            let mut free = model.program;
            free.cost.fill(0.0);
            match solve(plain(&free).0, 0.0).0 {
                HighsModelStatus::Optimal => Relaxation::Unbounded,
                _ => Relaxation::Infeasible,
            }
        }
        _ => Relaxation::Infeasible,
    }
}

/// The cost of the cheapest schedule that one meter and storages that do not charge while they
/// discharge can keep, to a relative `gap`, by HiGHS; none where there is no schedule.
#[must_use]
pub fn optimum(system: &System<'_>, gap: f64) -> Option<f64> {
    let model = Model::new(system, Meter::OneWay);
    let (mut problem, columns) = plain(&model.program);
    for pair in pairs(system, &model) {
        let side = problem.add_integer_column(0.0, 0..=1);
        let [first, second] = pair.columns.map(|column| columns[column]);
        problem.add_row(..=0.0, [(first, 1.0), (side, -pair.most[0])]);
        problem.add_row(..=pair.most[1], [(second, 1.0), (side, pair.most[1])]);
    }
    match solve(problem, gap) {
        (HighsModelStatus::Optimal, cost) => Some(cost),
        _ => None,
    }
}

/// A program as HiGHS takes it, with its columns.
fn plain(program: &Program) -> (RowProblem, Vec<Col>) {
    let mut problem = RowProblem::new();
    let columns: Vec<Col> = (0..program.columns())
        .map(|column| problem.add_column(program.cost[column], program.lower[column]..=program.upper[column]))
        .collect();
    let mut rows: Vec<Vec<(Col, f64)>> = vec![Vec::new(); program.rows()];
    for (column, &of) in columns.iter().enumerate() {
        for (row, value) in program.entries(column) {
            rows[row].push((of, value));
        }
    }
    for (row, &rhs) in rows.into_iter().zip(&program.rhs) {
        problem.add_row(rhs..=rhs, row);
    }
    (problem, columns)
}

fn solve(problem: RowProblem, gap: f64) -> (HighsModelStatus, f64) {
    let mut model = problem.optimise(Sense::Minimise);
    model.make_quiet();
    model.set_option("threads", 1);
    model.set_option("primal_feasibility_tolerance", NEAR);
    model.set_option("dual_feasibility_tolerance", NEAR);
    model.set_option("mip_feasibility_tolerance", NEAR);
    model.set_option("mip_rel_gap", gap);
    let solved = model.solve();
    (solved.status(), solved.objective_value())
}
