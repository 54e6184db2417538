//! Rolling control: a year run by plans that see only a forecast of load and generation.
//!
//! Every interval the next hours are planned at their optimum from the energy then in store. Prices
//! are known; load, PV and wind are forecast from what was measured before. The month's peak so far
//! is a cap in each plan, or what the weeks before say that the month will need (see
//! [`super::target`]): import above it costs the demand charge, so a peak once paid is used and
//! a new one is avoided where the forecast sees it. Within a step the meter corrects the plan: a
//! discharge meant for the park's own use follows its deficit, a charge meant from surplus follows
//! the surplus, and where more is drawn than was forecast, charging gives way and storage gives what
//! it has before the meter passes the cap.

use super::case::{Case, CaseSeries};
use super::foresight::{charges, prices, reservoir};
use super::outlook::Outlook;
use super::project::{Forecast, Park, Storage};
use super::target::Targets;
use crate::dispatch::optimum::{DemandCharge, Plan, Planner, Reservoir, Site, Terminal};
use crate::dispatch::{Ledger, Steering, YearInputs, YearResult, run_year};

/// Cost of load beyond the import limit in a plan where the scenario gives none, money per kWh:
/// above any price, so that plans keep the limit where they can.
pub(super) const UNSERVED_COST: f64 = 1e4;

/// Runs the year of a case under a forecast and replays it through the plant: by the storage planner
/// where there is one storage and nothing else to move, else by linear programs.
pub fn run(
    park: &Park,
    case: Case,
    series: &CaseSeries,
    inputs: &YearInputs<'_>,
    forecast: Forecast,
    ledger: &mut Ledger,
) -> YearResult {
    let storages: Vec<&Storage> = park.storages_of(case).collect();
    let outlook = Outlook::new(park, series, forecast, inputs.step_h);
    match storages.as_slice() {
        [storage] if inputs.fleets.is_empty() => {
            one(park, storage, series, inputs, (forecast, &outlook), ledger)
        }
        _ => super::rolling::run(park, &storages, series, inputs, (forecast, &outlook), ledger),
    }
}

/// The year of one storage.
fn one(
    park: &Park,
    storage: &Storage,
    series: &CaseSeries,
    inputs: &YearInputs<'_>,
    (forecast, outlook): (Forecast, &Outlook<'_>),
    ledger: &mut Ledger,
) -> YearResult {
    let (buy, sell) = prices(park);
    let steps = buy.len();
    let (horizon, interval) =
        (outlook.steps_of(forecast.horizon_hours), outlook.steps_of(forecast.interval_hours));
    let standby_kw = storage.parameters.standby_kw;
    let load: Vec<f64> = series.demand_kw.iter().map(|kw| kw + standby_kw).collect();
    let available: Vec<f64> = series.pv_kw.iter().zip(&series.wind_kw).map(|(pv, wind)| pv + wind).collect();
    let charges = charges(&park.grid.tariff, park.grid.transformer_loss);
    let mut targets = Targets::new(&charges, forecast.peak_margin, inputs.step_h);
    let mut store = reservoir(storage, inputs.step_h, forecast.ageing_cost);
    let end = store.terminal;
    let start_kwh = store.energy_start_kwh;
    let mut stored_kwh = start_kwh;
    let unserved_cost = Some(park.grid.unserved_cost_per_kwh.unwrap_or(UNSERVED_COST));
    let measured = Site {
        step_hours: inputs.step_h,
        load_kw: &load,
        available_kw: &available,
        import_price_per_kwh: &buy,
        export_price_per_kwh: &sell,
        import_limit_kw: inputs.limits.import_kw,
        export_limit_kw: inputs.limits.export_kw,
        unserved_cost_per_kwh: unserved_cost,
        curtailment_cost_per_kwh: 0.0,
        demand: &[],
    };
    let whole = Reservoir { energy_start_kwh: start_kwh, ..store };
    let (mut planner, mut plan) = (Planner::default(), Plan::default());
    let (mut seen_load, mut seen_available) = (Vec::new(), Vec::new());
    let (mut set_points, mut curtail) = (vec![0.0; steps], vec![0.0; steps]);
    for now in (0..steps).step_by(interval) {
        let until = (now + horizon.max(interval)).min(steps);
        targets.learn(now, interval, &measured, &whole);
        outlook.see(now, until, standby_kw, &mut seen_load, &mut seen_available);
        let demand: Vec<DemandCharge<'_>> = charges.iter().map(|charge| charge.seen_in(now..until)).collect();
        let site = Site {
            load_kw: &seen_load,
            available_kw: &seen_available,
            import_price_per_kwh: &buy[now..until],
            export_price_per_kwh: &sell[now..until],
            demand: &demand,
            ..measured
        };
        // Self-discharge may carry the store below the least that a plan keeps.
        store.energy_start_kwh = stored_kwh.clamp(store.energy_min_kwh, store.energy_max_kwh);
        // What is left at the horizon is worth the mean price it will save.
        let mean = buy[now..until].iter().sum::<f64>() / (until - now) as f64;
        let worth = Terminal::Valued(mean * store.discharge_efficiency);
        store.terminal =
            if until == steps && end != Terminal::Free { Terminal::AtLeast(start_kwh) } else { worth };
        if planner.capped(site, store, &targets.held_kw, &mut plan).is_err() {
            store.terminal = worth;
            if planner.capped(site, store, &targets.held_kw, &mut plan).is_err() {
                plan.storage_setpoint_kw.clear();
                plan.curtailed_kw.clear();
            }
        }
        for t in now..(now + interval).min(steps) {
            let planned_kw = plan.storage_setpoint_kw.get(t - now).copied().unwrap_or(0.0);
            let seen_kw = seen_load[t - now] - seen_available[t - now] + planned_kw;
            let net_kw = load[t] - available[t];
            let mut power_kw = planned_kw;
            if planned_kw < 0.0 && seen_kw >= -1e-9 {
                power_kw = planned_kw.max(-net_kw.max(0.0));
            } else if planned_kw > 0.0 && seen_kw <= 1e-9 {
                power_kw = planned_kw.min((-net_kw).max(0.0));
            }
            let held_kw = targets.hold_kw(t, seen_kw);
            if power_kw > 0.0 {
                // More is drawn than was forecast: charging gives way before it raises a peak.
                power_kw = power_kw.min((seen_kw.max(held_kw) - net_kw).max(0.0));
            }
            power_kw = power_kw.min(held_kw - net_kw).max(-store.discharge_limit_kw);
            let kept_kwh = stored_kwh * store.retention_per_step;
            let room_kw = (store.energy_max_kwh - kept_kwh) / (store.charge_efficiency * inputs.step_h);
            let left_kw = (kept_kwh - store.energy_min_kwh) * store.discharge_efficiency / inputs.step_h;
            let most_kw = room_kw.max(0.0).min((inputs.limits.import_kw - net_kw).max(0.0));
            power_kw = power_kw.clamp(-left_kw.max(0.0), most_kw);
            let stored =
                power_kw.max(0.0) * store.charge_efficiency + power_kw.min(0.0) / store.discharge_efficiency;
            stored_kwh = kept_kwh + stored * inputs.step_h;
            set_points[t] = power_kw + standby_kw;
            // What is paid for being taken off is not generated: surplus that would cost, and what
            // the plan gives up for import that earns, as far as the meter takes it.
            let surplus_kw = if sell[t] < 0.0 { (-net_kw - power_kw).max(0.0) } else { 0.0 };
            let given_up_kw = plan.curtailed_kw.get(t - now).copied().unwrap_or(0.0);
            let room_kw = (inputs.limits.import_kw - net_kw - power_kw).max(0.0);
            let given_up_kw = if buy[t] < 0.0 { given_up_kw.min(room_kw) } else { 0.0 };
            curtail[t] = surplus_kw.max(given_up_kw).min(available[t]);
            let import_kw = (net_kw + power_kw + curtail[t]).clamp(0.0, inputs.limits.import_kw);
            targets.meter(t, import_kw);
        }
    }
    let replay = crate::dispatch::Plan { set_points_kw: &[set_points], curtail_kw: &curtail };
    run_year(inputs, Steering::Plan(replay), ledger)
}
