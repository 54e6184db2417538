//! Loads whose time of day is free: when they run.
//!
//! Unmoved they run from their window's start on. A design moves them: as a time switch would, into the
//! cheapest hours of each window; in a foreseen year to where the whole park, with its storages, managed
//! fleets and demand charges, is cheapest. Either way they are load like any other afterwards.

use super::case::{Case, CaseSeries};
use super::foresight::{Charge, charges, prices, reservoir};
use super::general;
use super::project::{Operation, Park};
use crate::dispatch::FleetLimits;
use crate::dispatch::lp::{Past, Session, System};
use crate::dispatch::optimum::{DemandCharge, Infeasible, Reservoir, Site};
use crate::time::Axis;

/// A load that takes an energy within each of its windows.
#[derive(Debug, Clone, PartialEq)]
pub struct Shiftable {
    /// Name.
    pub name: String,
    /// Its windows, which may overlap those of other loads.
    pub windows: Vec<Session>,
    /// Whether the design moves it.
    pub shifted: bool,
}

impl Shiftable {
    /// Adds its power from each window's start on, kW.
    pub fn run_at_once(&self, step_h: f64, load_kw: &mut [f64]) {
        self.windows.iter().for_each(|window| fill(window, window.arrive..window.depart, step_h, load_kw));
    }

    /// Adds its power in each window's cheapest steps, the earliest of equal ones first, kW.
    pub fn run_when_cheap(&self, price_per_kwh: &[f64], step_h: f64, load_kw: &mut [f64]) {
        let mut order = Vec::new();
        for window in &self.windows {
            order.clear();
            order.extend(window.arrive..window.depart);
            order.sort_by(|&a, &b| price_per_kwh[a].total_cmp(&price_per_kwh[b]).then(a.cmp(&b)));
            fill(window, order.iter().copied(), step_h, load_kw);
        }
    }
}

/// Takes a window's energy in the given order of its steps.
fn fill(window: &Session, order: impl Iterator<Item = usize>, step_h: f64, load_kw: &mut [f64]) {
    let mut left_kwh = window.energy_kwh;
    for step in order {
        let power_kw = (left_kwh / step_h).min(window.power_max_kw);
        if power_kw <= 0.0 {
            break;
        }
        load_kw[step] += power_kw;
        left_kwh -= power_kw * step_h;
    }
}

/// Adds the shiftable loads of a case to its load, as they run without a plan.
pub(super) fn add(park: &Park, case: Case, step_h: f64, load_kw: &mut [f64]) {
    for load in &park.shiftable {
        if load.shifted && case == Case::Configured {
            load.run_when_cheap(&park.grid.tariff.import_price_per_kwh, step_h, load_kw);
        } else {
            load.run_at_once(step_h, load_kw);
        }
    }
}

/// Moves the shiftable loads of a foreseen year to where the whole park is cheapest, in `series`. Returns
/// what no schedule of the park costs less than; none where nothing is foreseen or moved.
///
/// # Errors
/// The limit that no schedule can keep.
pub(super) fn place(
    park: &Park,
    case: Case,
    axis: &Axis,
    series: &mut CaseSeries,
) -> Result<Option<f64>, Infeasible> {
    let Operation::Foresight { ageing_cost } = park.policy else { return Ok(None) };
    let moved = || park.shiftable.iter().filter(|load| load.shifted);
    if case == Case::Baseline || moved().next().is_none() {
        return Ok(None);
    }
    let step_h = axis.step_h();
    let mut cheap_kw = vec![0.0; axis.steps()];
    moved()
        .for_each(|load| load.run_when_cheap(&park.grid.tariff.import_price_per_kwh, step_h, &mut cheap_kw));
    let sessions: Vec<Session> = moved().flat_map(|load| load.windows.iter().copied()).collect();
    let standby_kw: f64 = park.storages_of(case).map(|storage| storage.parameters.standby_kw).sum();
    let others_kw: Vec<f64> = series
        .demand_kw
        .iter()
        .zip(&cheap_kw)
        .map(|(all, moved)| (all - moved + standby_kw).max(0.0))
        .collect();
    let available: Vec<f64> = series.pv_kw.iter().zip(&series.wind_kw).map(|(pv, wind)| pv + wind).collect();
    let (buy, sell) = prices(park);
    let charges = charges(&park.grid.tariff, park.grid.transformer_loss);
    let demand: Vec<DemandCharge<'_>> = charges.iter().map(Charge::seen).collect();
    let stores: Vec<Reservoir> =
        park.storages_of(case).map(|storage| reservoir(storage, step_h, ageing_cost)).collect();
    let fleets: Vec<FleetLimits<'_>> = park
        .managed_of(case)
        .filter_map(|fleet| fleet.limits.as_ref())
        .map(|limits| limits.as_limits())
        .collect();
    let system = System {
        site: Site {
            step_hours: step_h,
            load_kw: &others_kw,
            available_kw: &available,
            import_price_per_kwh: &buy,
            export_price_per_kwh: &sell,
            import_limit_kw: park.grid.import_limit_kw,
            export_limit_kw: park.grid.export_limit_kw,
            unserved_cost_per_kwh: park.grid.unserved_cost_per_kwh,
            curtailment_cost_per_kwh: 0.0,
            demand: &demand,
        },
        metering_steps: park.grid.tariff.layout.metering_steps,
        stores: &stores,
        fleets: &fleets,
        sessions: &sessions,
        past: Past::default(),
    };
    let plan = general::best(park, &system)?;
    let mut placed_kw = vec![0.0; axis.steps()];
    for (window, power_kw) in sessions.iter().zip(&plan.session_kw) {
        placed_kw[window.arrive..window.depart].iter_mut().zip(power_kw).for_each(|(sum, kw)| *sum += kw);
    }
    for (load, (placed, cheap)) in series.load_kw.to_mut().iter_mut().zip(placed_kw.iter().zip(&cheap_kw)) {
        *load += placed - cheap;
    }
    for (demand, (placed, cheap)) in series.demand_kw.to_mut().iter_mut().zip(placed_kw.iter().zip(&cheap_kw))
    {
        *demand += placed - cheap;
    }
    Ok(Some(plan.lower_bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 50 kWh at up to 20 kW from the second to the sixth hour. At once: 20, 20, 10. By price the
    /// two hours at 0.3 come first, the earlier of the two at 0.5 takes the rest.
    #[test]
    fn a_window_is_filled_at_once_or_by_price() {
        let window = Session { arrive: 1, depart: 6, energy_kwh: 50.0, power_max_kw: 20.0 };
        let load = Shiftable { name: "pumps".into(), windows: vec![window], shifted: true };
        let mut kw = [0.0; 7];
        load.run_at_once(1.0, &mut kw);
        assert_eq!(kw, [0.0, 20.0, 20.0, 10.0, 0.0, 0.0, 0.0]);
        let mut kw = [0.0; 7];
        load.run_when_cheap(&[0.1, 0.5, 0.9, 0.3, 0.3, 0.5, 0.1], 1.0, &mut kw);
        assert_eq!(kw, [0.0, 10.0, 0.0, 20.0, 20.0, 0.0, 0.0]);
    }
}
