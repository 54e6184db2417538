//! The same year with aged PV, with worn storage, without storage: what later years of a cash flow
//! are drawn between.

use super::case::Case;
use super::finance::{Losses, Representative};
use super::measure::{CaseMetrics, Measured, bill, fuel_cost};
use super::project::{EconomicTerms, GeneratorKind, Park, Project};
use super::simulate::case_year;
use super::usage::Usage;
use crate::dispatch::{Ledger, Num, total, total_by};
use crate::storage::Health;

/// What the simulated year says; none where there is no bill.
pub fn representative(
    case: &CaseMetrics<'_>,
    baseline: &Measured,
    configured: &Measured,
) -> Option<Representative> {
    let CaseMetrics { project, park, ledger, .. } = *case;
    let billed = |measured: &Measured| measured.metrics.bill.as_ref().map(|bill| bill.parts.total);
    let bill_saving = billed(baseline)? - billed(configured)?;
    let energy = configured.metrics.energy?;
    let step_h = project.axis.step_h();
    let kept =
        |curtailed: f64, available: f64| if available > 0.0 { 1.0 - curtailed / available } else { 0.0 };
    let kept = [
        kept(energy.curtailed_pv_kwh, energy.pv_available_kwh),
        kept(energy.curtailed_wind_kwh, energy.wind_available_kwh),
    ];
    let mut generated_kwh = [0.0; 2];
    for plant in park.generators.iter().filter(|plant| !plant.existing) {
        let at = usize::from(plant.kind == GeneratorKind::Wind);
        generated_kwh[at] += plant.capacity_kw * plant.kwh_per_kw_step() * step_h * kept[at];
    }
    let (mut discharged_kwh, mut charging_cost) = (0.0, 0.0);
    let tariff = &park.grid.tariff;
    for (_, columns) in park.storages.iter().zip(&ledger.storages).filter(|(unit, _)| !unit.existing) {
        discharged_kwh += total(&columns.discharge_kw) * step_h;
        let (charge_kw, import_kw) = (&*columns.charge_kw, &*ledger.import_kw);
        let (bought, sold) = (&*tariff.import_price_per_kwh, &*tariff.export_price_per_kwh);
        // Energy from the grid costs its price; surplus costs what its export would have earned.
        let cost = |step: usize| charge_kw[step] * import_kw[step].select_gt(0.0, bought[step], sold[step]);
        charging_cost += total_by(charge_kw.len(), cost) * step_h;
    }
    Some(Representative {
        bill_saving,
        bill_saving_aged_pv: bill_saving,
        bill_saving_aged_storage: bill_saving,
        bill_saving_without_storage: bill_saving,
        fuel_saving: fuel_cost(park, Case::Baseline) - fuel_cost(park, Case::Configured),
        wear_cost: super::measure::wear_cost(park, Case::Configured, case.year),
        generated_kwh,
        discharged_kwh,
        charging_cost,
    })
}

/// Simulates the configured year again with what ages at its oldest. The ledger is used up. Where an
/// aged park finds no plan within its limits, the saving of the first year stands.
pub fn variants(
    project: &Project,
    park: &Park,
    terms: &EconomicTerms,
    losses: &Losses,
    baseline: &Measured,
    ledger: &mut Ledger,
    known: &mut Representative,
) {
    let before = baseline.metrics.bill.as_ref().map_or(0.0, |bill| bill.parts.total);
    let mut saving = |park: &Park| {
        let (year, series) = case_year(project, park, Case::Configured, ledger).ok()?;
        let case =
            CaseMetrics { project, park, case: Case::Configured, year: &year, series: &series, ledger };
        Some(before - bill(project, park, Case::Configured, &year, &Usage::of(&case)).parts.total)
    };
    let most = |lost: &Vec<f64>| lost.iter().copied().fold(0.0, f64::max);
    if losses.generators.iter().any(|lost| most(lost) > 0.0) {
        let mut aged = park.clone();
        for (plant, lost) in aged.generators.iter_mut().zip(&losses.generators) {
            plant.capacity_kw *= 1.0 - most(lost);
        }
        known.bill_saving_aged_pv = saving(&aged).unwrap_or(known.bill_saving_aged_pv);
    }
    if losses.storages.iter().any(|lost| most(lost) > 0.0) {
        let mut aged = park.clone();
        for (unit, lost) in aged.storages.iter_mut().zip(&losses.storages) {
            let standby_kw = unit.parameters.standby_kw;
            let health = unit.device.health;
            let capacity = health.capacity * (1.0 - most(lost));
            unit.parameters = unit.device.energy(Health { capacity, ..health });
            unit.parameters.standby_kw = standby_kw;
        }
        known.bill_saving_aged_storage = saving(&aged).unwrap_or(known.bill_saving_aged_storage);
    }
    if !terms.storage_host_shares.is_empty() && park.storages.iter().any(|unit| !unit.existing) {
        let mut without = park.clone();
        without.storages.retain(|unit| unit.existing);
        known.bill_saving_without_storage = saving(&without).unwrap_or(known.bill_saving_without_storage);
    }
}
