//! The storage units of a case: cycles, state of health, life.

use super::measure::CaseMetrics;
use crate::metrics::StorageUnit;
use crate::problem::Problem;
use crate::storage::ageing::by_depth;
use crate::storage::{Assessment, YearOfUse, assess, augment_plan};

/// Project life where the scenario has no economics: only the replacements hang on it, and they are
/// then not shown.
const YEARS_WITHOUT_ECONOMICS: usize = 25;

/// Metrics of each storage of a case; where its ageing model is asked beyond its range, a warning.
pub fn storage_units(
    case: &CaseMetrics<'_>,
    warnings: &mut Vec<Problem>,
) -> (Vec<StorageUnit>, Vec<Option<Assessment>>) {
    let project_years = case.project.economics.as_ref().map(|economics| economics.lifetime_years);
    let sums = case.year.storages.iter().zip(&case.ledger.storages);
    case.park
        .storages_of(case.case)
        .zip(sums)
        .map(|(storage, (sums, columns))| {
            let used = YearOfUse {
                charge_kw: &columns.charge_kw,
                discharge_kw: &columns.discharge_kw,
                energy_kwh: &columns.energy_kwh,
                initial_kwh: sums.initial_kwh,
                step_h: case.project.axis.step_h(),
                air_c: case.project.weather.as_ref().map(|weather| &*weather.temperature_c),
            };
            let years = project_years.unwrap_or(YEARS_WITHOUT_ECONOMICS);
            let assessed = assess(&storage.device, &used, years as u32);
            let full_cycles =
                if storage.energy_kwh > 0.0 { sums.cell_discharge_kwh / storage.energy_kwh } else { 0.0 };
            let mut unit = StorageUnit { name: storage.name.clone(), full_cycles, ..StorageUnit::default() };
            if storage.energy_kwh > 0.0 {
                // A unit as new has the capacity of its nameplate.
                let as_new = storage.device.health.capacity == 1.0;
                let counted =
                    assessed.as_ref().filter(|_| as_new).map(|assessed| assessed.year.cycles_by_depth);
                let stored = || std::iter::once(sums.initial_kwh).chain(columns.energy_kwh.iter().copied());
                let counts =
                    counted.unwrap_or_else(|| by_depth(stored().map(|kwh| kwh / storage.energy_kwh)));
                unit.cycles_by_depth = counts.to_vec();
            }
            if let Some((auxiliary_kw, conditioning_kw)) = storage.draw_kw() {
                let hours = case.project.axis.steps() as f64 * case.project.axis.step_h();
                unit.auxiliary_kwh = Some(auxiliary_kw * hours);
                unit.conditioning_kwh = Some(conditioning_kw * hours);
            }
            if let Some(assessed) = &assessed {
                let key = format!("park.{}.storage.{}", case.park.name, storage.name);
                warnings.extend(assessed.year.warnings.iter().cloned().map(|warning| warning.at_key(&key)));
                unit.soh_end_of_year = Some(assessed.life.end_of_year.capacity);
                unit.years_to_end_of_life = assessed.life.years_to_end_of_life;
                if let Some(years) = project_years {
                    let plan = augment_plan(&storage.device, assessed, years as u32, storage.augment_below);
                    unit.soh_by_year = plan.lost_by_year.iter().map(|lost| 1.0 - lost).collect();
                }
                unit.replacements = project_years.map(|_| f64::from(assessed.life.replacements));
            }
            (unit, assessed)
        })
        .unzip()
}
