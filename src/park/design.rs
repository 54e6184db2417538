//! Designs of one project: parks changed in plain numbers, against a baseline simulated once.
//!
//! What a study varies most (capacities, storage sizes and efficiencies, limits) changes no
//! profile, so a design is a copy of the park with other numbers. Profiles are shared.

use super::case::{Case, CaseSeries};
use super::measure::{self, CaseMetrics, Measured, measure};
use super::project::{GeneratorKind, Park, Project, Storage};
use super::simulate::{self, SimulationError};
use crate::dispatch::{Column, Ledger, YearResult};
use crate::economics::device_costs;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::storage::LossModel;

/// A number of a park that can change without building it again.
#[derive(Debug, Clone, PartialEq)]
pub enum Knob {
    /// Capacity of a generator, in units of the capacity it was built with.
    Capacity {
        /// Its kind.
        kind: GeneratorKind,
        /// Its name.
        name: String,
    },
    /// A number of a storage.
    Storage {
        /// Its name.
        name: String,
        /// Which number.
        key: &'static str,
    },
    /// Import limit, kW.
    ImportLimit,
    /// Export limit, kW.
    ExportLimit,
}

/// Storage keys that are knobs.
pub const STORAGE_KNOBS: &[&str] =
    &["power_kw", "energy_kwh", "charge_efficiency", "discharge_efficiency", "soc_min", "soc_max"];

/// Sets a knob; `built` is the value the park was built with where it scales. False if the park
/// has no such device, or the device also stands in the baseline.
pub fn turn(park: &mut Park, knob: &Knob, value: f64, built: f64) -> bool {
    match knob {
        Knob::Capacity { kind, name } => {
            let found = park.generators.iter_mut().find(|g| g.kind == *kind && g.name == *name);
            let Some(generator) = found.filter(|generator| !generator.existing) else { return false };
            let factor = value / built;
            generator.capacity_kw *= factor;
            generator.costs.capex *= factor;
            if generator.catalogue_capex {
                let costs = match kind {
                    GeneratorKind::Pv => &device_costs().pv,
                    GeneratorKind::Wind => &device_costs().wind,
                };
                generator.costs.capex = costs.capex_per_kw_at(generator.capacity_kw) * generator.capacity_kw;
            }
            generator.costs.opex_per_year *= factor;
        }
        Knob::Storage { name, key } => {
            let found = park.storages.iter_mut().find(|storage| storage.name == *name);
            // Temperature derating follows from size and weather: such a unit is built again.
            let simple = |storage: &Storage| storage.device.losses == LossModel::Simple;
            let free = |storage: &&mut Storage| !storage.existing && simple(storage);
            let Some(storage) = found.filter(free) else { return false };
            let device = &mut storage.device;
            let target = match *key {
                "power_kw" => &mut device.power_kw,
                "energy_kwh" => &mut device.energy_kwh,
                "charge_efficiency" => &mut device.charge_efficiency,
                "discharge_efficiency" => &mut device.discharge_efficiency,
                "soc_min" => &mut device.soc_min,
                "soc_max" => &mut device.soc_max,
                _ => return false,
            };
            *target = value;
        }
        Knob::ImportLimit => park.grid.import_limit_kw = value,
        Knob::ExportLimit => park.grid.export_limit_kw = value,
    }
    true
}

/// Puts back in a copy of a park what knobs turn, and what [`settle`] makes of it.
pub fn reset(copy: &mut Park, park: &Park) {
    for (own, built) in copy.generators.iter_mut().zip(&park.generators) {
        own.capacity_kw = built.capacity_kw;
        own.costs = built.costs;
    }
    for (own, built) in copy.storages.iter_mut().zip(&park.storages) {
        own.device.clone_from(&built.device);
        own.energy_kwh = built.energy_kwh;
        own.parameters = built.parameters;
        own.costs = built.costs;
    }
    copy.grid.import_limit_kw = park.grid.import_limit_kw;
    copy.grid.export_limit_kw = park.grid.export_limit_kw;
}

/// Makes what follows from a storage's device follow again, after knobs were turned.
///
/// # Errors
/// What is wrong with the new numbers.
pub fn settle(park: &mut Park) -> Result<(), Vec<Problem>> {
    // Units with detailed losses carry conditioning and derating, and no knob turns them.
    for storage in park.storages.iter_mut().filter(|storage| storage.device.losses == LossModel::Simple) {
        let problems: Vec<Problem> = storage.device.check().into_iter().filter(Problem::is_error).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        storage.settle();
    }
    Ok(())
}

/// A case of one park as measured, with its import for the coincident peak.
#[derive(Debug, Clone)]
pub struct ParkYear {
    /// Its metrics.
    pub measured: Measured,
    /// Import of every step, kW.
    pub import_kw: Column,
}

/// A park's baseline; it has no cash flow.
///
/// # Errors
/// If no plan meets its limits.
pub fn baseline(
    project: &Project,
    park: &Park,
    detail: Detail,
    ledger: &mut Ledger,
) -> Result<ParkYear, SimulationError> {
    Ok(year(project, park, Case::Baseline, None, detail, ledger)?.0)
}

/// How much is asked of a design's year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What follows from its sums.
    Sums,
    /// Also what looks at every step: ageing of storage, the 24/7 score.
    Steps,
    /// Also the project's cash flow, which simulates aged years besides.
    Money,
}

/// A park's design.
///
/// # Errors
/// If no plan meets its limits, or load stays without power and nothing prices it.
pub fn configured(
    project: &Project,
    park: &Park,
    baseline: &ParkYear,
    detail: Detail,
    ledger: &mut Ledger,
) -> Result<ParkYear, SimulationError> {
    let baseline_of = Some(&baseline.measured);
    let (mut found, year) = year(project, park, Case::Configured, baseline_of, detail, ledger)?;
    simulate::check_served(project, park, ledger)?;
    if detail == Detail::Money {
        simulate::money(project, park, &year, &baseline.measured, &mut found.measured, ledger)?;
    }
    Ok(found)
}

fn year(
    project: &Project,
    park: &Park,
    case: Case,
    baseline: Option<&Measured>,
    detail: Detail,
    ledger: &mut Ledger,
) -> Result<(ParkYear, (YearResult, CaseSeries)), SimulationError> {
    let (year, series) = simulate::case_year(project, park, case, ledger)?;
    let seen = CaseMetrics { project, park, case, year: &year, series: &series, ledger };
    let measured = match detail {
        Detail::Sums => measure::without_steps(&seen, baseline),
        Detail::Steps | Detail::Money => measure(&seen, baseline),
    };
    Ok((ParkYear { measured, import_kw: ledger.import_kw.clone() }, (year, series)))
}

/// All parks of a case together.
pub fn all(project: &Project, parks: &[&ParkYear], baseline: Option<&Measured>) -> Measured {
    let window = simulate::metering(project);
    let imports: Vec<&[f64]> = parks.iter().map(|park| &*park.import_kw).collect();
    let peak_kw = simulate::highest_sum(&imports, window);
    let measured: Vec<&Measured> = parks.iter().map(|park| &park.measured).collect();
    measure::all(project, &measured, peak_kw, baseline)
}

/// Metrics with every group present, so that all keys are known.
pub fn every_metric() -> Metrics {
    Metrics {
        energy: Some(Default::default()),
        bill: Some(Default::default()),
        economics: Some(Default::default()),
        carbon: Some(Default::default()),
        green_direct: Some(Default::default()),
        zero_carbon_park: Some(Default::default()),
        intensity: Some(Default::default()),
        ..Metrics::default()
    }
}
