//! The general park at its optimum: several storages, managed fleets, charging sessions, shiftable
//! load, limits and demand charges behind one meter, as a linear program.
//!
//! A storage is a reservoir; a managed fleet keeps its delivered energy between two curves; a
//! session takes an energy within its window (a shiftable load is a session whose window is the
//! time it may be shifted over). The program is solved by an interior point method whose time and
//! memory are linear in the number of steps. A linear program may buy and sell, or charge and
//! discharge, in one step: where prices make that pay, branching on the side of the meter and of
//! each unit ends with what one meter can do. Every answer comes with a bound that no schedule can
//! beat.

mod branch;
mod equations;
mod factor;
#[cfg(feature = "highs")]
pub mod highs;
mod interior;
mod model;
mod program;
mod relief;
mod settle;
#[cfg(test)]
mod tests;

use super::fleet::FleetLimits;
use super::optimum::{Infeasible, Reservoir, Site};
use interior::{Failure, Interior};
use model::{Meter, Model};

/// An energy that has to be taken within a window: a vehicle, or a load that may be shifted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Session {
    /// First step in which it may draw power.
    pub arrive: usize,
    /// First step in which it may not any more.
    pub depart: usize,
    /// Energy at the bus, kWh.
    pub energy_kwh: f64,
    /// Highest power at the bus, kW.
    pub power_max_kw: f64,
}

impl Session {
    /// Whether a step is within the window.
    #[must_use]
    pub fn covers(&self, step: usize) -> bool {
        (self.arrive..self.depart).contains(&step)
    }
}

/// A park behind its one meter with everything that can be moved.
#[derive(Debug, Clone, Copy)]
pub struct System<'a> {
    /// Load, generation, prices, limits and demand charges.
    pub site: Site<'a>,
    /// Steps whose mean import a demand charge meters.
    pub metering_steps: usize,
    /// Storages.
    pub stores: &'a [Reservoir],
    /// Managed charging fleets; their energy stays between its two curves at the end of every step.
    pub fleets: &'a [FleetLimits<'a>],
    /// Sessions and shiftable loads.
    pub sessions: &'a [Session],
    /// What was before the horizon and is after it.
    pub past: Past<'a>,
}

/// What a horizon that is a part of a year knows of the rest.
#[derive(Debug, Clone, Copy, Default)]
pub struct Past<'a> {
    /// Highest import of each demand charge's periods so far, kW: paid already, and free up to there;
    /// empty: none.
    pub peaks_kw: &'a [Vec<f64>],
    /// Value of a kWh delivered to a fleet before the horizon ends though it could wait, money: what
    /// charging costs later.
    pub delivered_value_per_kwh: f64,
}

impl Past<'_> {
    fn peak_kw(&self, charge: usize, period: usize) -> f64 {
        self.peaks_kw.get(charge).and_then(|peaks| peaks.get(period)).copied().unwrap_or(0.0)
    }
}

/// The cheapest schedule of a [`System`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schedule {
    /// AC power of each storage per step, kW: positive charges.
    pub storage_kw: Vec<Vec<f64>>,
    /// Stored energy of each storage at the end of each step, kWh.
    pub energy_kwh: Vec<Vec<f64>>,
    /// Power of each fleet per step, kW: positive charges.
    pub fleet_kw: Vec<Vec<f64>>,
    /// Power of each session in the steps of its window, kW.
    pub session_kw: Vec<Vec<f64>>,
    /// Import per step, kW.
    pub import_kw: Vec<f64>,
    /// Export per step, kW.
    pub export_kw: Vec<f64>,
    /// Generation thrown away per step, kW.
    pub curtail_kw: Vec<f64>,
    /// Load left without power per step, kW.
    pub unserved_kw: Vec<f64>,
    /// Value of one more kWh in each storage at the end of each step, money per kWh.
    pub marginal_value_per_kwh: Vec<Vec<f64>>,
    /// Cost of the schedule, money.
    pub objective: f64,
    /// No schedule costs less, money.
    pub lower_bound: f64,
    /// Linear programs solved.
    pub programs: usize,
}

impl Schedule {
    /// Cost above the bound, as a share of the cost.
    #[must_use]
    pub fn gap(&self) -> f64 {
        (self.objective - self.lower_bound).max(0.0) / self.objective.abs().max(1e-9)
    }
}

/// Steps up to which [`solve`] branches: two weeks of hours, a week of quarters.
pub const MOST_BRANCHED_STEPS: usize = 768;

/// Programs that branching may solve.
pub const MOST_PROGRAMS: usize = 4000;

/// The cheapest schedule. Horizons beyond [`MOST_BRANCHED_STEPS`] with prices at which it pays to
/// buy and sell at once are not branched: their schedule is what one meter can do, and its gap to
/// the bound is what it may lose.
///
/// # Errors
/// The limit that no schedule can keep.
pub fn solve(system: &System<'_>, tolerance: f64) -> Result<Schedule, Infeasible> {
    let most = if system.site.steps() > MOST_BRANCHED_STEPS { 8 } else { MOST_PROGRAMS };
    solve_within(system, tolerance, most).ok_or_else(|| relief::diagnose(system))
}

/// The cheapest schedule after at most so many programs; none where no schedule keeps the limits.
#[must_use]
pub fn solve_within(system: &System<'_>, tolerance: f64, programs: usize) -> Option<Schedule> {
    branch::solve(system, tolerance, programs)
}

/// What stands at the end of the plain linear program, in which a meter may buy and sell, and a
/// storage charge and discharge, in one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Relaxation {
    /// Its cost.
    Optimal(f64),
    /// No schedule keeps the limits.
    Infeasible,
    /// Buying and selling without end pays without end.
    Unbounded,
}

/// Solves the plain linear program: a bound, and what other tools call the optimum.
#[must_use]
pub fn relaxation(system: &System<'_>) -> Relaxation {
    let model = Model::new(system, Meter::Relaxed);
    let program = &model.program;
    match Interior::new(program).solve(program, &program.lower, &program.upper) {
        Ok(solution) => Relaxation::Optimal(solution.value),
        Err(Failure::Unbounded) => Relaxation::Unbounded,
        Err(Failure::Infeasible) => Relaxation::Infeasible,
    }
}
