//! Baseline and configured year of every park, in parallel, and their metrics.
//!
//! Parks are simulated independently and collected in their order; sums are made serially, so
//! results do not depend on the number of threads. A park's ledger is handed to the caller as soon
//! as it stands and its memory is used again.

use super::case::{Case, CaseSeries};
use super::factors::{factors_of_all, factors_of_park};
use super::finance::{FirstYear, flows, losses};
use super::measure::{CaseMetrics, Measured, measure};
use super::project::{Park, Project, Title};
use super::rules::{advice, rules_of_all, rules_of_park};
use super::tenants::tenant_years;
use super::variants::{representative, variants};
use super::years::{LaterYear, YearOfPark, later_years};
use crate::dispatch::optimum::Infeasible;
use crate::dispatch::{Column, Ledger, Num, YearResult};
use crate::metrics::Metrics;
use crate::problem::Problem;
use rayon::prelude::*;

/// A simulated case: sums, series, and the ledger while it lasts.
pub struct CaseYear<'a> {
    /// The park.
    pub park: &'a Park,
    /// Its place among the parks.
    pub index: usize,
    /// Which case.
    pub case: Case,
    /// Series of loads and generation.
    pub series: &'a CaseSeries,
    /// Flows of every step.
    pub ledger: &'a Ledger,
    /// Length of a step, h.
    pub step_h: f64,
}

/// Baseline and design of one park.
#[derive(Debug, Clone)]
pub struct ParkResult {
    /// Name.
    pub name: String,
    /// Metrics of the baseline.
    pub baseline: Metrics,
    /// Metrics of the design.
    pub configured: Metrics,
}

/// Results of a run.
#[derive(Debug, Clone)]
pub struct Results {
    /// The parks, in their order.
    pub parks: Vec<ParkResult>,
    /// All parks together.
    pub all: ParkResult,
    /// Later years, in ascending order.
    pub years: Vec<YearResults>,
    /// What was odd.
    pub warnings: Vec<Problem>,
    /// What the rules say of the design, and the smallest change that would pass.
    pub advice: Vec<Title>,
}

/// Results of a later year.
#[derive(Debug, Clone)]
pub struct YearResults {
    /// Calendar year.
    pub year: i32,
    /// The parks, in their order.
    pub parks: Vec<ParkResult>,
    /// All parks together.
    pub all: ParkResult,
}

/// Why a run cannot be finished.
#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    /// Load stays without power and the scenario does not allow that.
    #[error(
        "{park}: the import limit of {limit_kw} kW cannot serve the load: it binds first at {first}, for {steps} steps, by up to {relief_kw:.0} kW (hint: raise park.{park}.grid.import_limit_kw to {enough_kw:.0}, or give unserved_cost_per_kwh)"
    )]
    Unserved {
        /// The park.
        park: String,
        /// The limit, kW.
        limit_kw: f64,
        /// The first step it binds.
        first: String,
        /// How many steps.
        steps: usize,
        /// The largest gap, kW.
        relief_kw: f64,
        /// The limit that would do, kW.
        enough_kw: f64,
    },
    /// No plan keeps a limit.
    #[error(
        "{key} cannot be kept by any schedule: it binds first at {first}; {relief:.3} kW or kWh more would do"
    )]
    NoPlan {
        /// Key of the binding limit.
        key: String,
        /// The first step it binds.
        first: String,
        /// The smallest change that helps, in the limit's unit.
        relief: f64,
    },
    /// A later year cannot be finished.
    #[error("in {year}: {error}")]
    InYear {
        /// The calendar year.
        year: i32,
        /// Why.
        error: Box<SimulationError>,
    },
    /// The caller could not keep what was simulated.
    #[error("{0}")]
    Sink(String),
    /// The user interrupted the run.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

/// One park's outcome: metrics, hourly import for the coincident peak, warnings.
struct Outcome {
    baseline: Measured,
    configured: Measured,
    import_kw: [Column; 2],
    later: Vec<YearOfPark>,
    warnings: Vec<Problem>,
}

/// Parks that are simulated before their series are summed and let go: a bound on memory.
const BATCH: usize = 64;

/// Simulates every park; `sink` sees each case's year while its ledger stands.
///
/// # Errors
/// If a limit cannot be met, the sink fails, or `stop` says so.
pub fn simulate(
    project: &Project,
    sink: &(dyn Fn(&CaseYear<'_>) -> Result<(), String> + Sync),
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Results, SimulationError> {
    let window = metering(project);
    let mut sums = [(); 2].map(|()| vec![0.0; project.axis.steps() / window]);
    let mut later_sums: Vec<[Vec<f64>; 2]> = project
        .years
        .iter()
        .map(|later| [(); 2].map(|()| vec![0.0; later.project.axis.steps() / window]))
        .collect();
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(project.parks.len());
    let mut warnings = Vec::new();
    for (batch, parks) in project.parks.chunks(BATCH).enumerate() {
        let done: Result<Vec<Outcome>, SimulationError> = parks
            .par_iter()
            .enumerate()
            .map_init(Ledger::default, |ledger, (index, park)| {
                if stop() {
                    return Err(SimulationError::Interrupted);
                }
                one(project, batch * BATCH + index, park, ledger, sink)
            })
            .collect();
        for mut outcome in done? {
            warnings.append(&mut outcome.warnings);
            for (sum, import) in sums.iter_mut().zip(&mut outcome.import_kw) {
                add_windows(sum, &std::mem::take(import), window);
            }
            for (sums, year) in later_sums.iter_mut().zip(&mut outcome.later) {
                warnings.append(&mut year.warnings);
                for (sum, import) in sums.iter_mut().zip(&mut year.import_kw) {
                    add_windows(sum, &std::mem::take(import), window);
                }
            }
            outcomes.push(outcome);
        }
    }
    let case = |get: fn(&Outcome) -> &Measured| outcomes.iter().map(get).collect::<Vec<_>>();
    let peak = |case: usize| sums[case].iter().copied().fold(0.0, f64::max);
    let baseline = super::measure::all(project, &case(|o| &o.baseline), peak(0), None);
    let mut configured = super::measure::all(project, &case(|o| &o.configured), peak(1), Some(&baseline));
    configured.metrics.rules = rules_of_all(project, &configured);
    configured.metrics.carbon_factors =
        factors_of_all(outcomes.iter().map(|outcome| &outcome.configured.metrics));
    let parks = project.parks.iter().zip(&outcomes).map(|(park, outcome)| ParkResult {
        name: park.name.clone(),
        baseline: outcome.baseline.metrics.clone(),
        configured: Metrics {
            rules: rules_of_park(project, park, &outcome.configured),
            ..outcome.configured.metrics.clone()
        },
    });
    let years = project.years.iter().enumerate().map(|(index, later)| {
        let parks: Vec<&YearOfPark> = outcomes.iter().map(|outcome| &outcome.later[index]).collect();
        year_results(later, &parks, &later_sums[index])
    });
    Ok(Results {
        advice: advice(&configured.metrics.rules),
        parks: parks.collect(),
        years: years.collect(),
        all: ParkResult {
            name: "all".to_owned(),
            baseline: baseline.metrics,
            configured: configured.metrics,
        },
        warnings,
    })
}

/// A later year of all parks.
fn year_results(later: &LaterYear, parks: &[&YearOfPark], sums: &[Vec<f64>; 2]) -> YearResults {
    let peak = |case: usize| sums[case].iter().copied().fold(0.0, f64::max);
    let of = |get: fn(&YearOfPark) -> &Measured| parks.iter().map(|park| get(park)).collect::<Vec<_>>();
    let project = &later.project;
    let baseline = super::measure::all(project, &of(|park| &park.baseline), peak(0), None);
    let configured = super::measure::all(project, &of(|park| &park.configured), peak(1), Some(&baseline));
    let result = |name: &str, baseline: &Measured, configured: &Measured| ParkResult {
        name: name.to_owned(),
        baseline: baseline.metrics.clone(),
        configured: configured.metrics.clone(),
    };
    YearResults {
        year: later.year,
        parks: parks.iter().map(|year| result(&year.park.name, &year.baseline, &year.configured)).collect(),
        all: result("all", &baseline, &configured),
    }
}

/// Steps of a metering window.
pub(super) fn metering(project: &Project) -> usize {
    project.parks.first().map_or(1, |park| park.grid.tariff.layout.metering_steps)
}

/// Adds a park's import, averaged over metering windows, to the sum of all, kW.
fn add_windows(sum: &mut [f64], import_kw: &[f64], window: usize) {
    if window == 1 {
        return sum.iter_mut().zip(import_kw).for_each(|(sum, kw)| *sum += kw);
    }
    for (sum, steps) in sum.iter_mut().zip(import_kw.chunks_exact(window)) {
        *sum += steps.iter().sum::<f64>() / window as f64;
    }
}

/// Highest average over windows of the sum of several series.
pub(super) fn highest_sum(series: &[&[f64]], window: usize) -> f64 {
    let windows = series.first().map_or(0, |series| series.len() / window);
    let (mut highest, mut sums) = (0.0, [0.0; 512]);
    for first in (0..windows).step_by(sums.len()) {
        let sums = &mut sums[..(windows - first).min(512)];
        sums.fill(0.0);
        for series in series {
            let steps = &series[first * window..(first + sums.len()) * window];
            match window {
                1 => sums.iter_mut().zip(steps).for_each(|(sum, kw)| *sum += kw),
                _ => {
                    let windows = sums.iter_mut().zip(steps.chunks_exact(window));
                    windows.for_each(|(sum, steps)| *sum += steps.iter().sum::<f64>());
                }
            }
        }
        highest = sums.iter().fold(highest, |highest, &sum| Num::max(sum, highest));
    }
    highest / window as f64
}

fn one(
    project: &Project,
    index: usize,
    park: &Park,
    ledger: &mut Ledger,
    sink: &(dyn Fn(&CaseYear<'_>) -> Result<(), String> + Sync),
) -> Result<Outcome, SimulationError> {
    let mut warnings = Vec::new();
    let mut run = |case: Case, ledger: &mut Ledger| -> Result<(YearResult, CaseSeries), SimulationError> {
        let (year, series) = case_year(project, park, case, ledger)?;
        match case {
            Case::Configured => check_served(project, park, ledger)?,
            Case::Baseline => warnings.extend(exceedance(park, &year)),
        }
        let step_h = project.axis.step_h();
        sink(&CaseYear { park, index, case, series: &series, ledger, step_h })
            .map_err(SimulationError::Sink)?;
        Ok((year, series))
    };
    let (year, series) = run(Case::Baseline, ledger)?;
    let baseline = measure(
        &CaseMetrics { project, park, case: Case::Baseline, year: &year, series: &series, ledger },
        None,
    );
    let before = ledger.import_kw.clone();
    let (year, series) = run(Case::Configured, ledger)?;
    let mut configured = measure(
        &CaseMetrics { project, park, case: Case::Configured, year: &year, series: &series, ledger },
        Some(&baseline),
    );
    let case = CaseMetrics { project, park, case: Case::Configured, year: &year, series: &series, ledger };
    let carbon = configured.metrics.carbon;
    configured.metrics.tenants = tenant_years(&case, carbon.and_then(|carbon| carbon.market_based_t));
    configured.metrics.carbon_factors = factors_of_park(project, park, &configured.metrics);
    let import_kw = [before, ledger.import_kw.clone()];
    let later = money(project, park, &(year, series), &baseline, &mut configured, ledger)?;
    warnings.extend(configured.warnings.iter().cloned());
    Ok(Outcome { baseline, configured, import_kw, later, warnings })
}

/// Tells the cash flow of the project between a park's two cases, and simulates the later years it
/// rests on. The ledger holds the configured year and is used up.
///
/// # Errors
/// If a later year meets no plan within its limits.
pub(super) fn money(
    project: &Project,
    park: &Park,
    (year, series): &(YearResult, CaseSeries),
    baseline: &Measured,
    configured: &mut Measured,
    ledger: &mut Ledger,
) -> Result<Vec<YearOfPark>, SimulationError> {
    let case = CaseMetrics { project, park, case: Case::Configured, year, series, ledger };
    let known = project.economics.as_ref().and_then(|_| representative(&case, baseline, configured));
    let later = later_years(project, park, &configured.assessed, ledger)?;
    let (Some(terms), Some(mut known)) = (&project.economics, known) else { return Ok(later) };
    let lost = losses(park, terms, &configured.assessed);
    variants(project, park, terms, &lost, baseline, ledger, &mut known);
    let first = FirstYear { year: project.axis.year, money: &known, losses: &lost };
    let found = flows(park, terms, &first, &configured.assessed, &later);
    if let Some(economics) = &mut configured.metrics.economics {
        found.fill(terms, economics);
    }
    configured.flows = Some(found);
    Ok(later)
}

/// The year of a park's case, its steps in the ledger.
pub(super) fn case_year(
    project: &Project,
    park: &Park,
    case: Case,
    ledger: &mut Ledger,
) -> Result<(YearResult, CaseSeries), SimulationError> {
    let axis = &project.axis;
    let mut series = park.series_of(case, axis);
    let run = |series: &mut CaseSeries, ledger: &mut Ledger| {
        let bound = super::shiftable::place(park, case, axis, series)?;
        let mut year = park.run(case, axis, series, ledger)?;
        if let (Some(bound), Some(planned)) = (bound, year.planned.as_mut()) {
            planned.lower_bound = planned.lower_bound.min(bound);
        }
        Ok(year)
    };
    let year = run(&mut series, ledger).map_err(|problem: Infeasible| {
        let storage = park.storages.first().map_or("", |storage| &storage.name);
        SimulationError::NoPlan {
            key: format!("park.{}.{}", park.name, super::foresight::key_of(problem.limit, storage)),
            first: axis.stamp(problem.first_step.min(axis.steps() - 1)),
            relief: problem.relief,
        }
    })?;
    Ok((year, series))
}

/// Load without power is an error unless the scenario prices it.
pub(super) fn check_served(project: &Project, park: &Park, ledger: &Ledger) -> Result<(), SimulationError> {
    if park.grid.unserved_cost_per_kwh.is_some() || ledger.unserved_kw.is_nothing() {
        return Ok(());
    }
    let short: Vec<usize> =
        (0..ledger.unserved_kw.len()).filter(|step| ledger.unserved_kw[*step] > 1e-6).collect();
    let Some(first) = short.first() else { return Ok(()) };
    let relief_kw = short.iter().map(|step| ledger.unserved_kw[*step]).fold(0.0, f64::max);
    Err(SimulationError::Unserved {
        park: park.name.clone(),
        limit_kw: park.grid.import_limit_kw,
        first: project.axis.stamp(*first),
        steps: short.len(),
        relief_kw,
        enough_kw: (park.grid.import_limit_kw + relief_kw).ceil(),
    })
}

/// The baseline does not enforce its import limit; an exceedance is said with its size.
fn exceedance(park: &Park, year: &YearResult) -> Option<Problem> {
    let peak = year.meter.highest_kw();
    (peak > park.grid.import_limit_kw).then(|| {
        let above = peak - park.grid.import_limit_kw;
        let message = (
            format!(
                "the baseline's import reaches {peak:.0} kW, {above:.0} kW above the limit, which is not enforced there"
            ),
            format!("基准购电功率达 {peak:.0} kW，超出上限 {above:.0} kW；基准不强制执行该上限"),
        );
        Problem::warning("baseline-exceeds-limit", message)
        .at_key(format!("park.{}.grid.import_limit_kw", park.name))
    })
}
