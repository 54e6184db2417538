//! From a solution of the program to a schedule that one meter can run.
//!
//! The energies of the solution are kept; each unit gets the one power that leads from one to the
//! next, so nothing charges and discharges at once; the meter then buys or sells the rest.

use super::model::{Model, NONE, UnitColumns, final_range_kwh};
use super::{Schedule, System};
use crate::dispatch::optimum::{Reservoir, Terminal, UNMETERED};

/// How far limits may be missed by rounding, kW.
const NEAR_KW: f64 = 1e-6;

/// Turns columns into a schedule with its cost; none where the meter cannot pass what is left.
pub(super) fn settle(system: &System<'_>, model: &Model, x: &[f64]) -> Option<Schedule> {
    let site = &system.site;
    let (steps, hours) = (site.steps(), site.step_hours);
    let mut schedule = Schedule::default();
    let mut net: Vec<f64> = (0..steps).map(|t| site.load_kw[t] - site.available_kw[t]).collect();
    let mut cost = 0.0;
    for (store, columns) in system.stores.iter().zip(&model.stores) {
        let (mut power_kw, mut energy_kwh) = (vec![0.0; steps], vec![0.0; steps]);
        let mut before = store.energy_start_kwh;
        for t in 0..steps {
            let (low, high) = if t + 1 == steps {
                final_range_kwh(store)
            } else {
                (store.energy_min_kwh, store.energy_max_kwh)
            };
            let kept = before * store.retention_per_step;
            let up = kept + store.charge_limit_kw * store.charge_efficiency * hours;
            let down = kept - store.discharge_limit_kw / store.discharge_efficiency * hours;
            let after = x[columns.energy[t]].max(low).min(high).max(down).min(up);
            let change = after - kept;
            let power = if change >= 0.0 {
                change / (store.charge_efficiency * hours)
            } else {
                change * store.discharge_efficiency / hours
            };
            cost += store.throughput_cost_per_kwh * hours * (-power).max(0.0);
            net[t] += power;
            (power_kw[t], energy_kwh[t], before) = (power, after, after);
        }
        if let Terminal::Valued(value) = store.terminal {
            cost -= value * before;
        }
        schedule.storage_kw.push(power_kw);
        schedule.energy_kwh.push(energy_kwh);
    }
    for (fleet, columns) in system.fleets.iter().zip(&model.fleets) {
        let (mut power_kw, mut before) = (vec![0.0; steps], 0.0);
        for t in 0..steps {
            let active = columns.balance[t] != NONE;
            if !active {
                continue;
            }
            let energy = x[columns.energy[t]].min(fleet.earliest_kwh[t]);
            let change: f64 = energy - before;
            let back_kw = fleet.discharge_max_kw.get(t).copied().unwrap_or(0.0);
            power_kw[t] = if change >= 0.0 {
                (change / hours).min(fleet.charge_max_kw[t])
            } else {
                (change * fleet.discharge_efficiency / hours).max(-back_kw)
            };
            let scale = if power_kw[t] >= 0.0 { 1.0 } else { 1.0 / fleet.discharge_efficiency };
            before += power_kw[t] * scale * hours;
            net[t] += power_kw[t];
            cost += fleet.discharge_cost_per_kwh * hours * (-power_kw[t]).max(0.0);
        }
        cost -= system.past.delivered_value_per_kwh * before;
        schedule.fleet_kw.push(power_kw);
    }
    for (session, columns) in system.sessions.iter().zip(&model.sessions) {
        let power_kw: Vec<f64> = columns.iter().map(|&column| x[column]).collect();
        let found = power_kw.iter().sum::<f64>() * hours;
        let scale = if found > 0.0 { session.energy_kwh / found } else { 0.0 };
        let power_kw: Vec<f64> = power_kw.iter().map(|kw| kw * scale).collect();
        for (net, kw) in net[session.arrive.min(steps)..].iter_mut().zip(&power_kw) {
            *net += kw;
        }
        schedule.session_kw.push(power_kw);
    }
    let planned = |columns: &[usize], t: usize| if columns[t] == NONE { 0.0 } else { x[columns[t]].max(0.0) };
    for (t, &net) in net.iter().enumerate() {
        let (buy, sell) = (site.import_price_per_kwh[t], site.export_price_per_kwh[t]);
        let thrown = site.curtailment_cost_per_kwh;
        let unserved = planned(&model.unserved, t).min(site.load_kw[t]);
        // What the plan throws away although it buys pays only at prices below nothing.
        let mut curtail = planned(&model.curtail, t).min(site.available_kw[t]);
        let mut grid = net + curtail - unserved;
        if buy + thrown >= 0.0 && grid > 0.0 {
            let used = curtail.min(grid);
            (curtail, grid) = (curtail - used, grid - used);
        }
        let (mut import, mut export) = (grid.max(0.0), (-grid).max(0.0));
        if export > 0.0 || import == 0.0 {
            let surplus = export + curtail;
            let wanted =
                if sell + thrown >= 0.0 { surplus } else { (surplus - site.available_kw[t]).max(0.0) };
            export = wanted.min(site.export_limit_kw);
            curtail = surplus - export;
            if curtail > site.available_kw[t] + NEAR_KW {
                return None;
            }
            curtail = curtail.min(site.available_kw[t]);
        }
        let mut unserved = unserved;
        let excess = (import - site.import_limit_kw).max(0.0);
        if excess > 0.0 {
            import -= excess;
            unserved += excess;
        }
        let unserved_cost = match site.unserved_cost_per_kwh {
            Some(cost) => cost,
            None if unserved <= NEAR_KW => 0.0,
            None => return None,
        };
        cost += hours * (buy * import - sell * export + thrown * curtail + unserved_cost * unserved);
        schedule.import_kw.push(import);
        schedule.export_kw.push(export);
        schedule.curtail_kw.push(curtail);
        schedule.unserved_kw.push(unserved);
    }
    schedule.objective = cost + demand_cost(system, &schedule.import_kw);
    Some(schedule)
}

/// Demand charges of an import.
pub(super) fn demand_cost(system: &System<'_>, import_kw: &[f64]) -> f64 {
    let window = system.metering_steps;
    let mut cost = 0.0;
    for (at, charge) in system.site.demand.iter().enumerate() {
        let periods = charge.price_per_kw.len();
        let mut peaks: Vec<f64> = (0..periods).map(|period| system.past.peak_kw(at, period)).collect();
        for (w, steps) in import_kw.chunks(window).enumerate() {
            let period = charge.period_of_step[w * window];
            if period != UNMETERED {
                let peak = &mut peaks[period as usize];
                *peak = peak.max(steps.iter().sum::<f64>() / window as f64);
            }
        }
        cost += peaks.iter().zip(charge.price_per_kw).map(|(kw, price)| kw * price).sum::<f64>();
    }
    cost
}

/// Value of a kWh in each storage at the end of each step: what it is worth in the next.
pub(super) fn marginal_values(system: &System<'_>, stores: &[UnitColumns], y: &[f64]) -> Vec<Vec<f64>> {
    let of = |(store, columns): (&Reservoir, &UnitColumns)| {
        let rows = &columns.balance;
        let last = rows.last().map(|&row| -y[row]);
        rows.iter().skip(1).map(|&row| -store.retention_per_step * y[row]).chain(last).collect()
    };
    system.stores.iter().zip(stores).map(of).collect()
}
