//! Rolling control: a year run by plans that see only a forecast of load and generation.
//!
//! Every interval the next hours are planned at their optimum from the energy then in store. Prices
//! are known; load, PV and wind are forecast from what was measured before. The month's peak so far
//! is a cap in each plan: import above it costs the demand charge, so a peak once paid is used and
//! a new one is avoided where the forecast sees it. Within a step the meter corrects the plan: a
//! discharge meant for the park's own use follows its deficit, a charge meant from surplus follows
//! the surplus.

use super::case::CaseSeries;
use super::foresight::{charges, prices, reservoir};
use super::project::{Forecast, ForecastSource, Park, Storage};
use crate::dispatch::optimum::{DemandCharge, Plan, Planner, Site, Terminal, UNMETERED};
use crate::dispatch::{Ledger, Steering, YearInputs, YearResult, run_year};

/// Cost of load beyond the import limit in a plan where the scenario gives none, money per kWh:
/// above any price, so that plans keep the limit where they can.
const UNSERVED_COST: f64 = 1e4;

/// What is measured, and what is thought of it.
struct View<'a> {
    measured_kw: &'a [f64],
    source: ForecastSource,
    steps_per_day: usize,
}

impl View<'_> {
    /// The forecast made before step `now` for step `t ≥ now`; only measurements before `now`.
    fn at(&self, now: usize, t: usize) -> f64 {
        let back = |period: usize| {
            let periods = (t - now) / period + 1;
            t.checked_sub(periods * period)
        };
        let found = match self.source {
            ForecastSource::Perfect => Some(t),
            ForecastSource::Persistence => back(self.steps_per_day),
            ForecastSource::LastWeek => back(7 * self.steps_per_day).or_else(|| back(self.steps_per_day)),
        };
        // On the first day the last measurement stands for all hours.
        match found.or(now.checked_sub(1)) {
            Some(known) => self.measured_kw[known],
            None => 0.0,
        }
    }
}

/// Runs the year of a case with one storage under a forecast and replays it through the plant.
pub fn run(
    park: &Park,
    storage: &Storage,
    series: &CaseSeries,
    inputs: &YearInputs<'_>,
    forecast: Forecast,
    ledger: &mut Ledger,
) -> YearResult {
    let (buy, sell) = prices(park);
    let steps = buy.len();
    let per_hour = 1.0 / inputs.step_h;
    let steps_of = |hours: f64| ((hours * per_hour).round() as usize).max(1);
    let (horizon, interval) = (steps_of(forecast.horizon_hours), steps_of(forecast.interval_hours));
    let standby_kw = storage.parameters.standby_kw;
    let load: Vec<f64> = series.demand_kw.iter().map(|kw| kw + standby_kw).collect();
    let available: Vec<f64> = series.pv_kw.iter().zip(&series.wind_kw).map(|(pv, wind)| pv + wind).collect();
    let view = |measured_kw| View { measured_kw, source: forecast.source, steps_per_day: steps_of(24.0) };
    let (load_view, available_view) = (view(&load), view(&available));
    let charges = charges(&park.grid.tariff, park.grid.transformer_loss);
    let mut caps_kw: Vec<Vec<f64>> =
        charges.iter().map(|charge| vec![0.0; charge.price_per_kw.len()]).collect();
    let mut store = reservoir(storage, inputs.step_h, forecast.ageing_cost);
    let end = store.terminal;
    let start_kwh = store.energy_start_kwh;
    let (mut planner, mut plan) = (Planner::default(), Plan::default());
    let (mut seen_load, mut seen_available) = (Vec::new(), Vec::new());
    let (mut set_points, mut curtail) = (vec![0.0; steps], vec![0.0; steps]);
    for now in (0..steps).step_by(interval) {
        let until = (now + horizon.max(interval)).min(steps);
        seen_load.clear();
        seen_load.extend((now..until).map(|t| load_view.at(now, t)));
        seen_available.clear();
        seen_available.extend((now..until).map(|t| available_view.at(now, t)));
        let demand: Vec<DemandCharge<'_>> = charges
            .iter()
            .map(|charge| DemandCharge {
                price_per_kw: &charge.price_per_kw,
                period_of_step: &charge.period_of_step[now..until],
            })
            .collect();
        let site = Site {
            step_hours: inputs.step_h,
            load_kw: &seen_load,
            available_kw: &seen_available,
            import_price_per_kwh: &buy[now..until],
            export_price_per_kwh: &sell[now..until],
            import_limit_kw: inputs.limits.import_kw,
            export_limit_kw: inputs.limits.export_kw,
            unserved_cost_per_kwh: Some(park.grid.unserved_cost_per_kwh.unwrap_or(UNSERVED_COST)),
            curtailment_cost_per_kwh: 0.0,
            demand: &demand,
        };
        // What is left at the horizon is worth the mean price it will save.
        let mean = buy[now..until].iter().sum::<f64>() / (until - now) as f64;
        let worth = Terminal::Valued(mean * store.discharge_efficiency);
        store.terminal =
            if until == steps && end != Terminal::Free { Terminal::AtLeast(start_kwh) } else { worth };
        if planner.capped(site, store, &caps_kw, &mut plan).is_err() {
            store.terminal = worth;
            if planner.capped(site, store, &caps_kw, &mut plan).is_err() {
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
            let kept_kwh = store.energy_start_kwh * store.retention_per_step;
            let room_kw = (store.energy_max_kwh - kept_kwh) / (store.charge_efficiency * inputs.step_h);
            let left_kw = (kept_kwh - store.energy_min_kwh) * store.discharge_efficiency / inputs.step_h;
            let most_kw = room_kw.max(0.0).min((inputs.limits.import_kw - net_kw).max(0.0));
            power_kw = power_kw.clamp(-left_kw.max(0.0), most_kw);
            let stored =
                power_kw.max(0.0) * store.charge_efficiency + power_kw.min(0.0) / store.discharge_efficiency;
            store.energy_start_kwh = kept_kwh + stored * inputs.step_h;
            set_points[t] = power_kw + standby_kw;
            // What is paid for being taken off is not generated: surplus that would cost, and what
            // the plan gives up for import that earns, as far as the meter takes it.
            let surplus_kw = if sell[t] < 0.0 { (-net_kw - power_kw).max(0.0) } else { 0.0 };
            let given_up_kw = plan.curtailed_kw.get(t - now).copied().unwrap_or(0.0);
            let room_kw = (inputs.limits.import_kw - net_kw - power_kw).max(0.0);
            let given_up_kw = if buy[t] < 0.0 { given_up_kw.min(room_kw) } else { 0.0 };
            curtail[t] = surplus_kw.max(given_up_kw).min(available[t]);
            let import_kw = (net_kw + power_kw + curtail[t]).clamp(0.0, inputs.limits.import_kw);
            for (charge, caps) in charges.iter().zip(&mut caps_kw) {
                let period = charge.period_of_step[t];
                if period != UNMETERED {
                    let cap = &mut caps[period as usize];
                    *cap = cap.max(import_kw);
                }
            }
        }
    }
    let replay = crate::dispatch::Plan { set_points_kw: &[set_points], curtail_kw: &curtail };
    run_year(inputs, Steering::Plan(replay), ledger)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, days of 2 steps: before step 5, step 6 was last measured as step 4, step 5 as 3.
    #[test]
    fn a_forecast_uses_only_what_was_measured() {
        let measured: Vec<f64> = (0..40).map(f64::from).collect();
        let view = |source| View { measured_kw: &measured, source, steps_per_day: 2 };
        let persistence = view(ForecastSource::Persistence);
        assert_eq!([5, 6, 7].map(|t| persistence.at(5, t)), [3.0, 4.0, 3.0]);
        assert_eq!((persistence.at(1, 1), persistence.at(0, 1)), (0.0, 0.0));
        let week = view(ForecastSource::LastWeek);
        assert_eq!((week.at(20, 20), week.at(20, 35), week.at(5, 5)), (6.0, 7.0, 3.0));
        for now in 1..30 {
            assert!(
                (now..now + 9).all(|t| week.at(now, t) < now as f64 && persistence.at(now, t) < now as f64)
            );
        }
    }
}
