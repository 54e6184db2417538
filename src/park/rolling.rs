//! Rolling control of several storages and managed fleets: a linear program every interval, the plant
//! itself in between.
//!
//! Arrivals and departures of managed fleets are known to the plan as their operators announce them;
//! load and generation are forecast. Energy in store at the horizon is worth the mean price, and so is
//! charging that is done before it has to be.

use super::case::CaseSeries;
use super::forecast::UNSERVED_COST;
use super::foresight::{Charge, charges, prices, reservoir};
use super::outlook::Outlook;
use super::project::{Forecast, Park, Storage};
use crate::dispatch::lp::{Past, Schedule, System, solve_within};
use crate::dispatch::optimum::{DemandCharge, Reservoir, Site, Terminal, UNMETERED};
use crate::dispatch::{
    Controller, Fleet, FleetLimits, Fleets, Ledger, Moves, Num, Plant, Segment, Steering, Stores, Supply,
    YearInputs, YearResult, run_year,
};
use crate::storage::{Detailed, Store};

/// Relative gap at which a plan is taken.
const TOLERANCE: f64 = 1e-6;
/// Programs that one plan may take where it would pay to buy and sell at once.
const MOST_PROGRAMS: usize = 8;

/// The set-points of one step.
struct Now<'a> {
    set_points_kw: &'a [f64],
    curtail_kw: f64,
}

impl<N: Num> Controller<N> for Now<'_> {
    const CURTAILS: bool = true;
    type Mode = ();

    fn mode(&self, _segment: &Segment) {}

    fn drive<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        &self,
        _mode: (),
        step: usize,
        net_kw: N,
        renewable_kw: N,
        plant: &mut Plant<N, S, F, LIMITED>,
    ) -> Moves<N> {
        let set_point = |unit: usize| N::splat(self.set_points_kw[unit]);
        plant.follow(step, net_kw, renewable_kw, set_point, N::splat(self.curtail_kw))
    }
}

/// The limits of a fleet from `now` on, counted from what it has.
struct FleetWindow {
    latest_kwh: Vec<f64>,
    earliest_kwh: Vec<f64>,
}

impl FleetWindow {
    fn of(limits: &FleetLimits<'_>, delivered_kwh: f64, now: usize, until: usize) -> Self {
        let from = |bound: &[f64], least: f64| -> Vec<f64> {
            bound[now..until].iter().map(|kwh| (kwh - delivered_kwh).max(least)).collect()
        };
        Self {
            latest_kwh: from(limits.latest_kwh, -delivered_kwh),
            earliest_kwh: from(limits.earliest_kwh, 0.0),
        }
    }

    fn limits<'a>(&'a self, of: &FleetLimits<'a>, now: usize, until: usize) -> FleetLimits<'a> {
        FleetLimits {
            charge_max_kw: &of.charge_max_kw[now..until],
            latest_kwh: &self.latest_kwh,
            earliest_kwh: &self.earliest_kwh,
            preferred_kwh: &self.latest_kwh,
            discharge_max_kw: &of.discharge_max_kw[now..until],
            ..*of
        }
    }
}

/// Runs the year of a case under a forecast and replays it through the plant.
pub(super) fn run(
    park: &Park,
    storages: &[&Storage],
    series: &CaseSeries,
    inputs: &YearInputs<'_>,
    (forecast, outlook): (Forecast, &Outlook<'_>),
    ledger: &mut Ledger,
) -> YearResult {
    let (buy, sell) = prices(park);
    let steps = buy.len();
    let metering = inputs.layout.metering_steps;
    let whole = |steps: usize| steps.div_ceil(metering) * metering;
    let interval = whole(outlook.steps_of(forecast.interval_hours));
    let horizon = whole(outlook.steps_of(forecast.horizon_hours)).max(interval);
    let standby_kw: f64 = storages.iter().map(|storage| storage.parameters.standby_kw).sum();
    let charges = charges(&park.grid.tariff, park.grid.transformer_loss);
    let mut peaks_kw: Vec<Vec<f64>> =
        charges.iter().map(|charge| vec![0.0; charge.price_per_kw.len()]).collect();
    let unserved_cost = park.grid.unserved_cost_per_kwh.unwrap_or(UNSERVED_COST);
    let wholes: Vec<Reservoir> =
        storages.iter().map(|storage| reservoir(storage, inputs.step_h, forecast.ageing_cost)).collect();
    let ones = vec![1.0; steps];
    let stores: Vec<_> = inputs
        .storages
        .iter()
        .map(|unit| {
            let losses = Detailed::new(&unit.parameters, inputs.step_h, unit.derating.unwrap_or(&ones));
            Store::new(&unit.parameters, losses)
        })
        .collect();
    let fleets: Vec<Fleet<'_, f64>> =
        inputs.fleets.iter().map(|&fleet| Fleet::new(fleet, inputs.step_h)).collect();
    let mut plant: Plant<f64, _, _, true> = Plant { stores, fleets, limits: inputs.limits };
    let units = storages.len() + inputs.fleets.len();
    let mut set_points = vec![vec![0.0; steps]; units];
    let mut curtail = vec![0.0; steps];
    let (mut seen_load, mut seen_available, mut current) = (Vec::new(), Vec::new(), vec![0.0; units]);
    let mut window_kw = 0.0;
    for now in (0..steps).step_by(interval) {
        let until = (now + horizon).min(steps);
        outlook.see(now, until, standby_kw, &mut seen_load, &mut seen_available);
        let demand: Vec<DemandCharge<'_>> = charges
            .iter()
            .map(|charge| DemandCharge {
                price_per_kw: &charge.price_per_kw,
                period_of_step: &charge.period_of_step[now..until],
            })
            .collect();
        let mean = buy[now..until].iter().sum::<f64>() / (until - now) as f64;
        let stores: Vec<Reservoir> = wholes
            .iter()
            .zip(&plant.stores)
            .map(|(whole, store)| {
                let energy_start_kwh = store.stored_kwh.clamp(whole.energy_min_kwh, whole.energy_max_kwh);
                let worth = Terminal::Valued(mean * whole.discharge_efficiency);
                let ends = until == steps && whole.terminal != Terminal::Free;
                let terminal = if ends { Terminal::AtLeast(whole.energy_start_kwh) } else { worth };
                Reservoir { energy_start_kwh, terminal, ..*whole }
            })
            .collect();
        let windows: Vec<FleetWindow> = inputs
            .fleets
            .iter()
            .zip(&plant.fleets)
            .map(|(limits, fleet)| FleetWindow::of(limits, fleet.delivered_kwh(), now, until))
            .collect();
        let fleets: Vec<FleetLimits<'_>> =
            windows.iter().zip(inputs.fleets).map(|(window, of)| window.limits(of, now, until)).collect();
        let system = System {
            site: Site {
                step_hours: inputs.step_h,
                load_kw: &seen_load,
                available_kw: &seen_available,
                import_price_per_kwh: &buy[now..until],
                export_price_per_kwh: &sell[now..until],
                import_limit_kw: inputs.limits.import_kw,
                export_limit_kw: inputs.limits.export_kw,
                unserved_cost_per_kwh: Some(unserved_cost),
                curtailment_cost_per_kwh: 0.0,
                demand: &demand,
            },
            metering_steps: metering,
            stores: &stores,
            fleets: &fleets,
            sessions: &[],
            past: Past {
                peaks_kw: &peaks_kw,
                delivered_value_per_kwh: if until < steps { mean } else { 0.0 },
            },
        };
        let plan = plan(&system, mean);
        for t in now..(now + interval).min(steps) {
            let seen_kw = seen_load[t - now] - seen_available[t - now];
            let net_kw = series.demand_kw[t] + standby_kw - series.pv_kw[t] - series.wind_kw[t];
            let cap_kw = paid_kw(&charges, &peaks_kw, t);
            decide(plan.as_ref(), t - now, [seen_kw, net_kw, cap_kw], storages.len(), &mut current);
            for (power_kw, storage) in current.iter_mut().zip(storages) {
                *power_kw += storage.parameters.standby_kw;
            }
            // What would be sold below nothing is thrown away.
            let after_kw = net_kw - standby_kw + current.iter().sum::<f64>();
            let available_kw = series.pv_kw[t] + series.wind_kw[t];
            curtail[t] = if sell[t] < 0.0 { (-after_kw).clamp(0.0, available_kw) } else { 0.0 };
            set_points.iter_mut().zip(&current).for_each(|(series, kw)| series[t] = *kw);
            let now = Now { set_points_kw: &current, curtail_kw: curtail[t] };
            let supply =
                Supply { demand_kw: series.demand_kw[t], pv_kw: series.pv_kw[t], wind_kw: series.wind_kw[t] };
            window_kw += plant.step(&now, (), t, supply).import_kw / metering as f64;
            if (t + 1) % metering == 0 {
                for (charge, peaks) in charges.iter().zip(&mut peaks_kw) {
                    let period = charge.period_of_step[t];
                    if period != UNMETERED {
                        let peak = &mut peaks[period as usize];
                        *peak = peak.max(window_kw);
                    }
                }
                window_kw = 0.0;
            }
        }
    }
    let replay = crate::dispatch::Plan { set_points_kw: &set_points, curtail_kw: &curtail };
    run_year(inputs, Steering::Plan(replay), ledger)
}

/// A plan of the hours ahead; where the end state is out of reach the energy left is worth the mean
/// price. None where no plan keeps the limits: the plant then does what cannot wait.
fn plan(system: &System<'_>, mean: f64) -> Option<Schedule> {
    solve_within(system, TOLERANCE, MOST_PROGRAMS).or_else(|| {
        let worth = |store: &Reservoir| Reservoir {
            terminal: Terminal::Valued(mean * store.discharge_efficiency),
            ..*store
        };
        let stores: Vec<Reservoir> = system.stores.iter().map(worth).collect();
        solve_within(&System { stores: &stores, ..*system }, TOLERANCE, MOST_PROGRAMS)
    })
}

/// The powers of a step before standby: as planned, but a discharge meant for the park's own use follows its
/// deficit and a charge meant from surplus follows the surplus, and where more is drawn than was
/// forecast, charging gives way before it raises the import above the plan's and above `paid`, the peak
/// that is paid already. `[seen, net, paid]` are kW; the first two the net power before storages
/// and fleets as it was forecast and as it is.
fn decide(
    plan: Option<&Schedule>,
    at: usize,
    [seen_kw, net_kw, paid_kw]: [f64; 3],
    storages: usize,
    powers: &mut [f64],
) {
    powers.fill(0.0);
    let Some(plan) = plan else { return };
    let planned = plan.storage_kw.iter().chain(&plan.fleet_kw);
    powers.iter_mut().zip(planned).for_each(|(power, planned)| *power = planned[at]);
    let (stores, fleets) = powers.split_at_mut(storages);
    let fleets_kw: f64 = fleets.iter().sum();
    let charge_kw: f64 = stores.iter().map(|kw| kw.max(0.0)).sum();
    let discharge_kw: f64 = stores.iter().map(|kw| (-kw).max(0.0)).sum();
    let after_kw = seen_kw + fleets_kw + charge_kw - discharge_kw;
    let (own_kw, tiny) = (net_kw + fleets_kw, 1e-9);
    let share = if discharge_kw > tiny && charge_kw <= tiny && after_kw >= -1e-6 {
        (own_kw.max(0.0) / discharge_kw).min(1.0)
    } else if charge_kw > tiny && discharge_kw <= tiny && after_kw <= 1e-6 {
        ((-own_kw).max(0.0) / charge_kw).min(1.0)
    } else {
        1.0
    };
    stores.iter_mut().for_each(|kw| *kw *= share);
    let flexible_kw: f64 = powers.iter().map(|kw| kw.max(0.0)).sum();
    let excess_kw = net_kw + powers.iter().sum::<f64>() - after_kw.max(paid_kw);
    if flexible_kw > tiny && excess_kw > 0.0 {
        let left = 1.0 - (excess_kw / flexible_kw).min(1.0);
        powers.iter_mut().filter(|kw| **kw > 0.0).for_each(|kw| *kw *= left);
    }
}

/// Import up to which a step raises no peak, kW: the lowest peak so far of the charges that meter it.
pub(super) fn paid_kw(charges: &[Charge], peaks_kw: &[Vec<f64>], step: usize) -> f64 {
    let metered = charges.iter().zip(peaks_kw).filter_map(|(charge, peaks)| {
        let period = charge.period_of_step[step];
        (period != UNMETERED).then(|| peaks[period as usize])
    });
    metered.fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(storage_kw: [f64; 2], seen: f64, net: f64, paid: f64) -> [f64; 2] {
        let plan = Schedule { storage_kw: storage_kw.map(|kw| vec![kw]).to_vec(), ..Schedule::default() };
        let mut powers = [0.0; 2];
        decide(Some(&plan), 0, [seen, net, paid], 2, &mut powers);
        powers
    }

    /// By hand: 30 kW of discharge were to serve 40 kW; 15 kW are there, so each gives a half. A charge of
    /// 20 kW from a surplus of 20 finds 5: a quarter. Energy bought is bought as planned, up to the peak that
    /// is paid: 90 kW and 20 kW of charging are 10 above 100; 120 kW leave no room.
    #[test]
    fn storages_follow_the_meter_where_the_plan_meant_to() {
        assert_eq!(decided([-20.0, -10.0], 40.0, 15.0, 0.0), [-10.0, -5.0]);
        assert_eq!(decided([8.0, 12.0], -20.0, -5.0, 0.0), [2.0, 3.0]);
        assert_eq!(decided([8.0, 12.0], 5.0, 90.0, f64::INFINITY), [8.0, 12.0]);
        assert_eq!(decided([8.0, 12.0], 5.0, 90.0, 100.0), [4.0, 6.0]);
        assert_eq!(decided([8.0, 12.0], 5.0, 120.0, 100.0), [0.0, 0.0]);
        assert_eq!(decided([8.0, 12.0], 90.0, 90.0, 0.0), [8.0, 12.0]);
        assert_eq!(decided([-20.0, -10.0], 40.0, 90.0, 0.0), [-20.0, -10.0]);
    }
}
