//! Branch and bound on the side of the meter and of each unit.

use super::interior::{Interior, Solution};
use super::model::{Meter, Model, NONE, UnitColumns, pays_both_ways, reach_kw};
use super::settle::{marginal_values, settle};
use super::{Schedule, System};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Two columns of which one has to be zero, what having both may gain per kW, and the most of each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub columns: [usize; 2],
    gain: f64,
    pub most: [f64; 2],
}

/// A part of the schedules: columns held at zero.
struct Node {
    bound: f64,
    depth: usize,
    zero: Vec<usize>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Node {}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Node {
    /// The lowest bound first, then the deepest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(self.depth.cmp(&other.depth))
    }
}

pub(super) fn pairs(system: &System<'_>, model: &Model) -> Vec<Pair> {
    let site = &system.site;
    let mut pairs = Vec::new();
    for t in 0..site.steps() {
        if pays_both_ways(system, t) {
            let gain = site.export_price_per_kwh[t] - site.import_price_per_kwh[t];
            let (import, export) = reach_kw(system, t);
            pairs.push(Pair {
                columns: [model.import[t], model.export[t]],
                gain: gain * site.step_hours,
                most: [import, export],
            });
        }
        let price = site.import_price_per_kwh[t].abs().max(site.export_price_per_kwh[t].abs()).max(1e-6);
        let mut unit = |columns: &UnitColumns, kept: f64| {
            let (charge, discharge) = (columns.charge[t], columns.discharge[t]);
            if charge != NONE && discharge != NONE && kept < 1.0 {
                let upper = &model.program.upper;
                pairs.push(Pair {
                    columns: [charge, discharge],
                    gain: (1.0 - kept) * price * site.step_hours,
                    most: [upper[charge], upper[discharge]],
                });
            }
        };
        for (store, columns) in system.stores.iter().zip(&model.stores) {
            unit(columns, store.charge_efficiency * store.discharge_efficiency);
        }
        for (fleet, columns) in system.fleets.iter().zip(&model.fleets) {
            unit(columns, fleet.discharge_efficiency);
        }
    }
    pairs
}

/// The search in progress.
struct Search<'s> {
    system: &'s System<'s>,
    model: Model,
    solver: Interior,
    pairs: Vec<Pair>,
    upper: Vec<f64>,
    best: Option<Schedule>,
    programs: usize,
}

impl Search<'_> {
    fn solve(&mut self, zero: &[usize]) -> Option<Solution> {
        self.upper.copy_from_slice(&self.model.program.upper);
        for &column in zero {
            self.upper[column] = 0.0;
        }
        self.programs += 1;
        let program = &self.model.program;
        self.solver.solve(program, &program.lower, &self.upper).ok()
    }

    fn offer(&mut self, solution: &Solution) {
        let Some(mut found) = settle(self.system, &self.model, &solution.x) else { return };
        if self.best.as_ref().is_none_or(|best| found.objective < best.objective) {
            found.marginal_value_per_kwh = marginal_values(self.system, &self.model.stores, &solution.y);
            self.best = Some(found);
        }
    }

    /// What the best schedule costs, less what does not matter.
    fn cutoff(&self, tolerance: f64) -> f64 {
        self.best
            .as_ref()
            .map_or(f64::INFINITY, |best| best.objective - tolerance * best.objective.abs().max(1e-3))
    }

    /// The pair by which both sides gain most, and the side that has less.
    fn widest(&self, x: &[f64]) -> Option<(Pair, usize)> {
        let mut widest = None;
        let mut most = 0.0;
        for pair in &self.pairs {
            let [a, b] = pair.columns.map(|column| x[column]);
            let loss = a.min(b) * pair.gain;
            if loss > most && a.min(b) > 1e-7 {
                most = loss;
                let less = usize::from(b * pair.most[0] < a * pair.most[1]);
                widest = Some((*pair, less));
            }
        }
        widest
    }

    /// Sides as the best schedule has them, and the program within them.
    fn polish(&mut self) {
        for _ in 0..3 {
            let Some(best) = &self.best else { return };
            let before = best.objective;
            let mut zero = Vec::new();
            for t in 0..self.system.site.steps() {
                if pays_both_ways(self.system, t) {
                    let buys = best.import_kw[t] >= best.export_kw[t];
                    zero.push(if buys { self.model.export[t] } else { self.model.import[t] });
                }
            }
            let Some(solution) = self.solve(&zero) else { return };
            self.offer(&solution);
            let after = self.best.as_ref().map_or(before, |best| best.objective);
            if before - after <= 1e-9 * before.abs() {
                return;
            }
        }
    }
}

/// The cheapest schedule within `tolerance` of its bound, or the best after `most` programs; none
/// where no schedule keeps the limits.
pub(super) fn solve(system: &System<'_>, tolerance: f64, most: usize) -> Option<Schedule> {
    let model = Model::new(system, Meter::OneWay);
    let solver = Interior::new(&model.program);
    let pairs = pairs(system, &model);
    let upper = model.program.upper.clone();
    let mut search = Search { system, model, solver, pairs, upper, best: None, programs: 0 };
    let root = search.solve(&[])?;
    search.offer(&root);
    let mut open = BinaryHeap::new();
    // The lowest bound of parts that were left because they cannot be better by more than tolerance.
    let mut left = f64::INFINITY;
    let mut next = Some((Node { bound: root.bound, depth: 0, zero: Vec::new() }, root));
    if next.as_ref().is_some_and(|(node, _)| node.bound < search.cutoff(tolerance)) {
        search.polish();
    }
    loop {
        let (node, solution) = match next.take() {
            Some(found) => found,
            None => {
                let Some(node) = open.pop() else { break };
                let node: Node = node;
                if node.bound >= search.cutoff(tolerance) || search.programs >= most {
                    left = left.min(node.bound);
                    break;
                }
                let Some(solution) = search.solve(&node.zero) else { continue };
                (Node { bound: node.bound.max(solution.bound), ..node }, solution)
            }
        };
        search.offer(&solution);
        if node.bound >= search.cutoff(tolerance) {
            left = left.min(node.bound);
            continue;
        }
        let Some((pair, less)) = search.widest(&solution.x) else {
            left = left.min(node.bound);
            continue;
        };
        let child = |column: usize| {
            let mut zero = node.zero.clone();
            zero.push(column);
            Node { bound: node.bound, depth: node.depth + 1, zero }
        };
        open.push(child(pair.columns[1 - less]));
        let near = child(pair.columns[less]);
        if search.programs >= most {
            open.push(near);
        } else if let Some(solution) = search.solve(&near.zero) {
            next = Some((Node { bound: near.bound.max(solution.bound), ..near }, solution));
        }
    }
    for node in open {
        left = left.min(node.bound);
    }
    let programs = search.programs;
    let mut best = search.best?;
    best.lower_bound = left.min(best.objective);
    best.programs = programs;
    Some(best)
}
