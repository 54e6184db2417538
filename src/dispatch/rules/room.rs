//! How full the grid may make storages so that the surplus of the next day finds room.
//!
//! The surplus of the coming 24 hours is taken as it will be, as a good forecast of the day ahead would
//! tell; discharging in dear hours on the way makes room for it. Managed charging is left out.

use super::days::{Class, classes};
use crate::dispatch::YearInputs;

/// Share of the usable energy up to which the grid may fill storages in each step.
pub(super) fn ceiling_share(inputs: &YearInputs<'_>) -> Vec<f64> {
    let steps = inputs.demand_kw.len();
    let day = (24.0 / inputs.step_h).round() as usize;
    let classes = classes(inputs.series.import_price_per_kwh, steps, day);
    let sum = |of: fn(&crate::storage::EnergyParameters<f64>) -> f64| {
        inputs.storages.iter().map(|unit| of(&unit.parameters)).sum::<f64>()
    };
    let usable_kwh = sum(|p| p.max_kwh - p.min_kwh);
    let (charge_kw, discharge_kw) = (sum(|p| p.charge_limit_kw), sum(|p| p.discharge_limit_kw));
    let mean =
        |of: fn(&crate::storage::EnergyParameters<f64>) -> f64| sum(of) / inputs.storages.len().max(1) as f64;
    let stored_kwh = mean(|p| p.charge_efficiency) * inputs.step_h;
    let taken_kwh = inputs.step_h / mean(|p| p.discharge_efficiency);
    let at = |series: &[f64], step: usize| series.get(step).copied().unwrap_or(0.0);
    // What each step would put into the cells, or take out of them in a dear hour.
    let change_kwh: Vec<f64> = (0..steps)
        .map(|step| {
            let surplus_kw = at(inputs.pv_kw, step) + at(inputs.wind_kw, step) - inputs.demand_kw[step];
            if surplus_kw > 0.0 {
                surplus_kw.min(charge_kw) * stored_kwh
            } else if classes[step] == Class::High {
                -(-surplus_kw).min(discharge_kw) * taken_kwh
            } else {
                0.0
            }
        })
        .collect();
    (0..steps)
        .map(|step| {
            let (mut sum, mut most) = (0.0f64, 0.0f64);
            for change in &change_kwh[(step + 1).min(steps)..(step + 1 + day).min(steps)] {
                sum += change;
                most = most.max(sum);
            }
            if usable_kwh > 0.0 { (1.0 - most / usable_kwh).max(0.0) } else { 1.0 }
        })
        .collect()
}
