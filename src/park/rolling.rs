//! Rolling control of several storages and managed fleets: a linear program every interval, the plant
//! itself in between.
//!
//! Arrivals and departures of managed fleets are known to the plan as their operators announce them;
//! load and generation are forecast. Energy in store at the horizon is worth the mean price, and so is
//! charging that is done before it has to be.

use super::case::CaseSeries;
use super::forecast::UNSERVED_COST;
use super::foresight::{charges, prices, reservoir};
use super::outlook::Outlook;
use super::project::{Forecast, Park, Storage};
use super::target::Targets;
use crate::dispatch::lp::{Past, Schedule, System, solve_within};
use crate::dispatch::optimum::{DemandCharge, Reservoir, Site, Terminal};
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
    let mut targets = Targets::new(&charges, forecast.peak_margin, inputs.step_h);
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
    let mut reserves = vec![0.0; storages.len()];
    let mut window_kw = 0.0;
    // Load as it was with the fleets' charging, and all storages as one: what a target is learned from.
    let mut drawn_kw: Vec<f64> = series.demand_kw.iter().map(|kw| kw + standby_kw).collect();
    let available_kw: Vec<f64> =
        series.pv_kw.iter().zip(&series.wind_kw).map(|(pv, wind)| pv + wind).collect();
    let together = together(&wholes);
    for now in (0..steps).step_by(interval) {
        let until = (now + horizon).min(steps);
        let measured = Site {
            step_hours: inputs.step_h,
            load_kw: &drawn_kw,
            available_kw: &available_kw,
            import_price_per_kwh: &buy,
            export_price_per_kwh: &sell,
            import_limit_kw: inputs.limits.import_kw,
            export_limit_kw: inputs.limits.export_kw,
            unserved_cost_per_kwh: Some(unserved_cost),
            curtailment_cost_per_kwh: 0.0,
            demand: &[],
        };
        targets.learn(now, interval, &measured, &together);
        outlook.see(now, until, standby_kw, &mut seen_load, &mut seen_available);
        let demand: Vec<DemandCharge<'_>> = charges.iter().map(|charge| charge.seen_in(now..until)).collect();
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
                load_kw: &seen_load,
                available_kw: &seen_available,
                import_price_per_kwh: &buy[now..until],
                export_price_per_kwh: &sell[now..until],
                demand: &demand,
                ..measured
            },
            metering_steps: metering,
            stores: &stores,
            fleets: &fleets,
            sessions: &[],
            past: Past {
                peaks_kw: &targets.held_kw,
                delivered_value_per_kwh: if until < steps { mean } else { 0.0 },
            },
        };
        let plan = plan(&system, mean);
        for t in now..(now + interval).min(steps) {
            let seen_kw = seen_load[t - now] - seen_available[t - now];
            let net_kw = series.demand_kw[t] + standby_kw - series.pv_kw[t] - series.wind_kw[t];
            for (reserve, (whole, store)) in reserves.iter_mut().zip(wholes.iter().zip(&plant.stores)) {
                let left_kwh = (store.stored_kwh - whole.energy_min_kwh).max(0.0);
                let left_kw = left_kwh * whole.discharge_efficiency / inputs.step_h;
                *reserve = left_kw.min(whole.discharge_limit_kw);
            }
            let hold = |planned_kw: f64| targets.hold_kw(t, planned_kw);
            decide(plan.as_ref(), t - now, [seen_kw, net_kw], hold, &reserves, &mut current);
            drawn_kw[t] += current[storages.len()..].iter().sum::<f64>();
            for (power_kw, storage) in current.iter_mut().zip(storages) {
                *power_kw += storage.parameters.standby_kw;
            }
            // What would be sold below nothing is thrown away.
            let after_kw = net_kw - standby_kw + current.iter().sum::<f64>();
            curtail[t] = if sell[t] < 0.0 { (-after_kw).clamp(0.0, available_kw[t]) } else { 0.0 };
            set_points.iter_mut().zip(&current).for_each(|(series, kw)| series[t] = *kw);
            let now = Now { set_points_kw: &current, curtail_kw: curtail[t] };
            let supply =
                Supply { demand_kw: series.demand_kw[t], pv_kw: series.pv_kw[t], wind_kw: series.wind_kw[t] };
            window_kw += plant.step(&now, (), t, supply).import_kw / metering as f64;
            if (t + 1) % metering == 0 {
                targets.meter(t, window_kw);
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

/// Storages as one, for a plan of what they could have done together.
fn together(stores: &[Reservoir]) -> Reservoir {
    let sum = |of: fn(&Reservoir) -> f64| stores.iter().map(of).sum::<f64>();
    let held = sum(|store| store.energy_max_kwh).max(1e-9);
    let mean = |of: fn(&Reservoir) -> f64| {
        let weighed = stores.iter().map(|store| of(store) * store.energy_max_kwh).sum::<f64>() / held;
        if weighed > 0.0 { weighed } else { 1.0 }
    };
    Reservoir {
        charge_limit_kw: sum(|store| store.charge_limit_kw),
        discharge_limit_kw: sum(|store| store.discharge_limit_kw),
        charge_efficiency: mean(|store| store.charge_efficiency),
        discharge_efficiency: mean(|store| store.discharge_efficiency),
        retention_per_step: mean(|store| store.retention_per_step),
        energy_min_kwh: sum(|store| store.energy_min_kwh),
        energy_max_kwh: sum(|store| store.energy_max_kwh),
        energy_start_kwh: sum(|store| store.energy_start_kwh),
        ..Reservoir::none()
    }
}

/// The powers of a step before standby: as planned, but a discharge meant for the park's own use follows its
/// deficit and a charge meant from surplus follows the surplus, and where more is drawn than was
/// forecast, charging gives way before it raises the import above the plan's and above what `hold` makes
/// of it, and storages give what they have (`reserves`, kW each) to stay there. `[seen, net]` are kW:
/// the net power before storages and fleets as it was forecast and as it is.
fn decide(
    plan: Option<&Schedule>,
    at: usize,
    [seen_kw, net_kw]: [f64; 2],
    hold: impl Fn(f64) -> f64,
    reserves: &[f64],
    powers: &mut [f64],
) {
    let storages = reserves.len();
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
    let held_kw = hold(after_kw);
    let excess_kw = net_kw + powers.iter().sum::<f64>() - after_kw.max(held_kw);
    if flexible_kw > tiny && excess_kw > 0.0 {
        let left = 1.0 - (excess_kw / flexible_kw).min(1.0);
        powers.iter_mut().filter(|kw| **kw > 0.0).for_each(|kw| *kw *= left);
    }
    let over_kw = net_kw + powers.iter().sum::<f64>() - held_kw;
    let spare = |power: f64, reserve: f64| (reserve + power).max(0.0);
    let most_kw: f64 = powers.iter().zip(reserves).map(|(&kw, &reserve)| spare(kw, reserve)).sum();
    if over_kw > 0.0 && most_kw > tiny {
        let share = (over_kw / most_kw).min(1.0);
        powers.iter_mut().zip(reserves).for_each(|(kw, &reserve)| *kw -= share * spare(*kw, reserve));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(storage_kw: [f64; 2], seen: f64, net: f64, held: f64, reserves: [f64; 2]) -> [f64; 2] {
        let plan = Schedule { storage_kw: storage_kw.map(|kw| vec![kw]).to_vec(), ..Schedule::default() };
        let mut powers = [0.0; 2];
        let learned = reserves != [0.0; 2];
        let hold = |planned: f64| if learned { held } else { held.max(planned) };
        decide(Some(&plan), 0, [seen, net], hold, &reserves, &mut powers);
        powers
    }

    /// By hand: 30 kW of discharge were to serve 40 kW; 15 kW are there, so each gives a half. A charge of
    /// 20 kW from a surplus of 20 finds 5: a quarter. Energy bought is bought as planned, up to the peak that
    /// the month is held to: 90 kW and 20 kW of charging are 10 above 100; 120 kW leave no room.
    #[test]
    fn storages_follow_the_meter_where_the_plan_meant_to() {
        let none = [0.0; 2];
        assert_eq!(decided([-20.0, -10.0], 40.0, 15.0, 0.0, none), [-10.0, -5.0]);
        assert_eq!(decided([8.0, 12.0], -20.0, -5.0, 0.0, none), [2.0, 3.0]);
        assert_eq!(decided([8.0, 12.0], 5.0, 90.0, f64::INFINITY, none), [8.0, 12.0]);
        assert_eq!(decided([8.0, 12.0], 5.0, 90.0, 100.0, none), [4.0, 6.0]);
        assert_eq!(decided([8.0, 12.0], 5.0, 120.0, 100.0, none), [0.0, 0.0]);
        assert_eq!(decided([8.0, 12.0], 90.0, 90.0, 0.0, none), [8.0, 12.0]);
        assert_eq!(decided([-20.0, -10.0], 40.0, 90.0, 0.0, none), [-20.0, -10.0]);
    }

    /// By hand: 130 kW against 100 that the month is held to. Of 40 and 20 kW in reserve each gives a half;
    /// beside a planned discharge of 10 kW the 20 kW missing come from 30 and 20 left; reserves of 15 kW
    /// in all give what they have.
    #[test]
    fn storages_hold_the_months_import_with_what_they_have() {
        let reserves = [40.0, 20.0];
        assert_eq!(decided([0.0, 0.0], 130.0, 130.0, 100.0, reserves), [-20.0, -10.0]);
        assert_eq!(decided([-10.0, 0.0], 110.0, 130.0, 100.0, reserves), [-22.0, -8.0]);
        assert_eq!(decided([0.0, 0.0], 100.0, 130.0, 100.0, [10.0, 5.0]), [-10.0, -5.0]);
        // A planned charge is part of what can give way: 60 and 20 kW for 30.
        assert_eq!(decided([20.0, 0.0], 120.0, 110.0, 100.0, reserves), [-2.5, -7.5]);
    }
}
