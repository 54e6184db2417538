//! The foreseen year of any park: several storages, managed fleets and any prices, planned by the
//! linear program and replayed through the plant.
//!
//! One storage without managed charging goes to the storage planner, which is faster. What a plan
//! sees of the bill is the same for both.

use super::foresight::{capacity_cost, reservoir};
use super::project::{Park, Storage};
use crate::dispatch::lp::{Past, Schedule, System, solve};
use crate::dispatch::optimum::{Infeasible, Reservoir, Site};
use crate::dispatch::{Ledger, Planned, Steering, YearInputs, YearResult, run_year};
use crate::tariff::Basis;

/// Relative gap at which a plan is taken.
const TOLERANCE: f64 = 1e-7;

/// Plans a year with everything that can be moved and replays it through the plant; the site's load
/// holds the storages' standby.
///
/// # Errors
/// The limit that no schedule can keep.
pub(super) fn run(
    park: &Park,
    storages: &[&Storage],
    site: Site<'_>,
    inputs: &YearInputs<'_>,
    ageing_cost: bool,
    ledger: &mut Ledger,
) -> Result<YearResult, Infeasible> {
    let stores: Vec<Reservoir> =
        storages.iter().map(|storage| reservoir(storage, inputs.step_h, ageing_cost)).collect();
    let system = System {
        site,
        metering_steps: inputs.layout.metering_steps,
        stores: &stores,
        fleets: inputs.fleets,
        sessions: &[],
        past: Past::default(),
    };
    let plan = best(park, &system)?;
    let mut set_points = plan.storage_kw.clone();
    for (set_points, storage) in set_points.iter_mut().zip(storages) {
        set_points.iter_mut().for_each(|kw| *kw += storage.parameters.standby_kw);
    }
    set_points.extend(plan.fleet_kw.iter().cloned());
    let replay = crate::dispatch::Plan { set_points_kw: &set_points, curtail_kw: &plan.curtail_kw };
    let mut year = run_year(inputs, Steering::Plan(replay), ledger);
    let values = mean_values(&stores, &plan.marginal_value_per_kwh, site.steps());
    let mean = values.iter().sum::<f64>() / site.steps() as f64;
    let wear: Vec<f64> = stores.iter().map(|store| store.throughput_cost_per_kwh).collect();
    if !storages.is_empty() {
        ledger.marginal_value_per_kwh = values;
    }
    year.planned = Some(Planned {
        cost: plan.objective,
        lower_bound: plan.lower_bound,
        mean_marginal_value_per_kwh: mean,
        ageing_cost_per_kwh: wear.iter().sum::<f64>() / wear.len().max(1) as f64,
    });
    Ok(year)
}

/// Value of a kWh in store in each step: the mean of the storages by the energy they can hold.
fn mean_values(stores: &[Reservoir], values: &[Vec<f64>], steps: usize) -> Vec<f64> {
    let held: Vec<f64> = stores.iter().map(|store| store.energy_max_kwh - store.energy_min_kwh).collect();
    let total: f64 = held.iter().sum();
    let mut mean = vec![0.0; steps];
    for (values, held) in values.iter().zip(&held) {
        let share = if total > 0.0 { held / total } else { 1.0 / stores.len() as f64 };
        mean.iter_mut().zip(values).for_each(|(mean, value)| *mean += share * value);
    }
    mean
}

/// The cheapest plan; where the tariff takes the cheaper of two bases, the better of both years.
pub(super) fn best(park: &Park, system: &System<'_>) -> Result<Schedule, Infeasible> {
    let plan = solve(system, TOLERANCE)?;
    let tariff = &park.grid.tariff.tariff;
    if tariff.basis != Basis::Cheaper || system.site.demand.is_empty() {
        return Ok(plan);
    }
    let mut other = solve(&System { site: Site { demand: &[], ..system.site }, ..*system }, TOLERANCE)?;
    let capacity = capacity_cost(&park.grid.tariff);
    other.objective += capacity;
    other.lower_bound += capacity;
    let bound = plan.lower_bound.min(other.lower_bound);
    let mut best = if other.objective < plan.objective { other } else { plan };
    best.lower_bound = bound;
    Ok(best)
}
