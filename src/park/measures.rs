//! The step from baseline to design split into its measures.
//!
//! The park is simulated with the first measure, then with the first two, and so on; the last state
//! is the design itself, so that the steps add up to the whole. What a measure brings depends on
//! those before it: the order is that of [`Measure::ALL`] and is told with the numbers.

use super::case::Case;
use super::measure::{Sums, measure_sums};
use super::project::{GeneratorKind, Park, Project};
use super::simulate::{Results, SimulationError, case_year};
use super::usage::Usage;
use crate::dispatch::Ledger;
use crate::metrics::{Measure, MeasurePath, MeasureStep, MeasureSums};
use crate::park::measure::CaseMetrics;
use rayon::prelude::*;

/// Load that a state leaves without power before it is joined with the next one, kWh a year.
const UNSERVED_KWH: f64 = 1e-3;

/// The way of every park, in their order, and of all together.
///
/// # Errors
/// If `stop` says so.
pub fn measures(
    project: &Project,
    results: &Results,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<(Vec<MeasurePath>, MeasurePath), SimulationError> {
    let parks: Result<Vec<MeasurePath>, SimulationError> = project
        .parks
        .par_iter()
        .zip(&results.parks)
        .map_init(Ledger::default, |ledger, (park, result)| {
            if stop() {
                return Err(SimulationError::Interrupted);
            }
            let (before, after) = (MeasureSums::of(&result.baseline), MeasureSums::of(&result.configured));
            Ok(path(project, park, before, after, ledger))
        })
        .collect();
    let parks = parks?;
    let all = MeasurePath::sum(parks.iter());
    Ok((parks, all))
}

fn path(
    project: &Project,
    park: &Park,
    before: MeasureSums,
    after: MeasureSums,
    ledger: &mut Ledger,
) -> MeasurePath {
    let found: Vec<Measure> = Measure::ALL.into_iter().filter(|measure| stands(park, *measure)).collect();
    let (mut state, mut waiting, mut steps) = (before, Vec::new(), Vec::new());
    for (index, measure) in found.iter().enumerate() {
        waiting.push(*measure);
        let later = &found[index + 1..];
        let next = if later.is_empty() { Some(after) } else { sums(project, park, later, ledger) };
        if let Some(next) = next {
            let change = next.since(&state);
            steps.push(MeasureStep { measures: std::mem::take(&mut waiting), change });
            state = next;
        }
    }
    MeasurePath { steps, whole: after.since(&before) }
}

/// The design without some measures; none where its limits cannot be kept or load stays without power
/// that nothing prices.
fn sums(project: &Project, park: &Park, without: &[Measure], ledger: &mut Ledger) -> Option<MeasureSums> {
    let mut park = park.clone();
    without.iter().for_each(|measure| undo(&mut park, *measure));
    let case = Case::Configured;
    let (year, series) = case_year(project, &park, case, ledger).ok()?;
    let usage = Usage::of(&CaseMetrics { project, park: &park, case, year: &year, series: &series, ledger });
    let metrics =
        measure_sums(&Sums { project, park: &park, case, year: &year, usage: &usage }, None).metrics;
    let short = metrics.energy.is_some_and(|energy| energy.unserved_kwh > UNSERVED_KWH);
    (!short || park.grid.unserved_cost_per_kwh.is_some()).then(|| MeasureSums::of(&metrics))
}

/// Whether the design has a measure that its baseline lacks.
fn stands(park: &Park, measure: Measure) -> bool {
    let plant = |kind| {
        park.generators.iter().any(|plant| plant.kind == kind && !plant.existing && plant.capacity_kw > 0.0)
    };
    let limits = || park.fleets.iter().filter_map(|fleet| fleet.limits.as_ref());
    match measure {
        Measure::ElectricTransport => {
            park.fleets.iter().any(|fleet| !fleet.in_baseline) || park.bays.iter().any(|bays| !bays.existing)
        }
        Measure::Retrofit => !park.retrofits.is_empty(),
        Measure::ElectricHeat => park.fuels.iter().any(|fuel| fuel.electrified_share > 0.0),
        Measure::Pv => plant(GeneratorKind::Pv),
        Measure::Wind => plant(GeneratorKind::Wind),
        Measure::Storage => park.storages.iter().any(|unit| !unit.existing),
        Measure::ShiftedLoad => park.shiftable.iter().any(|load| load.shifted),
        Measure::ManagedCharging => limits().next().is_some(),
        Measure::V2g => limits().any(|limits| limits.as_limits().gives_back()),
        Measure::GreenSupply => park.green.trade_kwh + park.green.certificates_kwh > 0.0,
    }
}

/// Takes a measure out of a design.
fn undo(park: &mut Park, measure: Measure) {
    let no_plant =
        |park: &mut Park, kind| park.generators.retain(|plant| plant.existing || plant.kind != kind);
    match measure {
        // The fuel of a fleet that is not electric yet is the baseline's: this measure is the first.
        Measure::ElectricTransport => {
            park.fleets.retain(|fleet| fleet.in_baseline);
            park.bays.retain(|bays| bays.existing);
        }
        // Electric heat is taken out before: its size hangs on what is saved.
        Measure::Retrofit => {
            park.retrofits.clear();
            super::retrofit::settle(&[], &mut park.fuels);
        }
        Measure::ElectricHeat => {
            park.electrified.clear();
            park.fuels.iter_mut().for_each(|fuel| fuel.electrified_share = 0.0);
        }
        Measure::Pv => no_plant(park, GeneratorKind::Pv),
        Measure::Wind => no_plant(park, GeneratorKind::Wind),
        Measure::Storage => park.storages.retain(|unit| unit.existing),
        Measure::ShiftedLoad => park.shiftable.iter_mut().for_each(|load| load.shifted = false),
        Measure::ManagedCharging => park.fleets.iter_mut().for_each(|fleet| fleet.limits = None),
        Measure::V2g => {
            for fleet in &mut park.fleets {
                if let Some(limits) = &mut fleet.limits {
                    *limits = std::sync::Arc::new(limits.one_way());
                }
            }
        }
        Measure::GreenSupply => {
            (park.green.trade_kwh, park.green.certificates_kwh) = (0.0, 0.0);
        }
    }
}
