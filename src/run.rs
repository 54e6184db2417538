//! A run from scenario to output folder: build, simulate, write.

use crate::charging::ChargerDay;
use crate::lang::Lang;
use crate::metrics::{MeasurePath, change};
use crate::output::bills::{self, BilledPark, ByBand};
use crate::output::chargers;
use crate::output::folder::{FolderError, MANIFEST, OutputFolder, check_place};
use crate::output::manifest::Manifest;
use crate::output::summary::{self, Cases};
use crate::output::table::{Column, write_csv, write_parquet};
use crate::output::years::{ParkCases, YearCases, main_metrics};
use crate::park::case::Case;
use crate::park::project::Park;
use crate::park::simulate::{CaseYear, ParkResult, Results, SimulationError, simulate};
use crate::park::{BuildOptions, Project, Sizes, Titles, build};
use crate::policies::{self, PolicyYear};
use crate::problem::{Problem, Problems};
use crate::report::data::{BandYear, Localised, ParkData, PolicyCost, ReportData, Series, YearData};
use crate::report::theme::Theme;
use crate::report::{self, Look, ReportError};
use crate::scenario::Scenario;
use rayon::prelude::*;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Format of series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// Comma-separated text.
    #[default]
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// What a run writes and where.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Output folder; none: `output/<scenario name>`.
    pub out: Option<PathBuf>,
    /// Language of the report.
    pub lang: Lang,
    /// Seed of random sessions.
    pub seed: u64,
    /// Format of series.
    pub format: Format,
    /// Whether figures and report are drawn.
    pub plots: bool,
    /// Whether series are written.
    pub series: bool,
    /// Whether the baseline's series are written too.
    pub baseline_series: bool,
    /// Whether every policy is simulated beside the scenario's own.
    pub compare_policies: bool,
    /// First day (0-based) of the week that figures show.
    pub week: Option<usize>,
    /// How figures are meant to be read.
    pub theme: Theme,
}

/// Why a run ended without result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The input is wrong.
    #[error("{0}")]
    Input(Problems),
    /// The simulation cannot be finished.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// The folder cannot be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The report cannot be drawn.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The user interrupted the run.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

/// A finished run.
#[derive(Debug)]
pub struct Finished {
    /// Where it stands.
    pub folder: PathBuf,
    /// The document of `summary.json`, as text.
    pub summary_json: String,
    /// Its results.
    pub results: Results,
    /// The model.
    pub project: Project,
    /// Every policy's year, where asked for.
    pub policies: Vec<PolicyYear>,
    /// Warnings of input and run.
    pub warnings: Vec<Problem>,
}

/// Set by Ctrl-C: work in progress ends and leaves nothing half-written.
pub static INTERRUPTED: AtomicBool = AtomicBool::new(false);

fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Parks beyond this many keep no series in memory for figures.
const MOST_PARKS_WITH_SERIES: usize = 24;

/// Simulates a scenario and writes its output folder.
///
/// # Errors
/// If the input is wrong, limits cannot be met, or the folder cannot be written; an earlier
/// result then stays as it was.
pub fn run(scenario: &Scenario, options: &RunOptions) -> Result<Finished, RunError> {
    run_telling(scenario, options, &|_, _, _| {})
}

/// [`run`], telling how far a comparison of policies has come.
///
/// # Errors
/// As [`run`].
pub fn run_telling(
    scenario: &Scenario,
    options: &RunOptions,
    tell: policies::Telling<'_>,
) -> Result<Finished, RunError> {
    let started = Instant::now();
    let place = options.out.clone().unwrap_or_else(|| Path::new("output").join(scenario.name()));
    check_place(&place)?;
    let project = build(scenario, BuildOptions { seed: options.seed }).map_err(RunError::Input)?;
    let folder = OutputFolder::begin(&place)?;
    let stamps: Vec<String> = (0..project.axis.steps()).map(|step| project.axis.stamp(step)).collect();
    let few = project.parks.len() <= MOST_PARKS_WITH_SERIES;
    let kept: Mutex<Vec<Option<Series>>> = Mutex::new(vec![None; project.parks.len()]);
    let bands: Mutex<Vec<[Option<ByBand>; 2]>> = Mutex::new(vec![[None, None]; project.parks.len()]);
    let sink = |year: &CaseYear<'_>| -> Result<(), String> {
        if let Some(by_band) = by_band(year) {
            let mut bands = bands.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            bands[year.index][usize::from(year.case == Case::Configured)] = Some(by_band);
        }
        if year.case == Case::Baseline && !options.baseline_series {
            return Ok(());
        }
        let series = columns(year);
        if options.series {
            write_series(&folder, year, options.format, &stamps, &series)?;
        }
        if options.plots && few && year.case == Case::Configured {
            let mut kept = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            kept[year.index] = Some(Series { columns: series });
        }
        Ok(())
    };
    let mut results = simulate(&project, &sink, &interrupted)?;
    crate::park::advise(&project, &mut results, &interrupted)?;
    let mut warnings = project.warnings.clone();
    warnings.extend(results.warnings.iter().cloned());
    let all = cases(&results.all);
    let parks = results.parks.iter().map(|park| (park.name.as_str(), cases(park)));
    let years = year_cases(&project, &results);
    let (summary_json, table) = summary::write(&project.name, &project.currency, parks, &all, &years);
    folder.write("summary.json", summary_json.as_bytes())?;
    if !years.is_empty() {
        folder.write("years.csv", crate::output::years::csv(&years).as_bytes())?;
    }
    folder.write("summary.csv", table.as_bytes())?;
    let (measures, measures_of_all) = crate::park::measures(&project, &results, &interrupted)?;
    let paths = project.parks.iter().map(|park| park.name.as_str()).zip(&measures);
    let table = crate::output::measures::measures(paths.chain([("all", &measures_of_all)]));
    folder.write("measures.csv", table.as_bytes())?;
    let bands = bands.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    write_bills(&folder, &project, &results, &bands)?;
    let chargers = write_chargers(&folder, &project, few)?;
    let mut project = project;
    let mut policies = Vec::new();
    if options.compare_policies {
        let compared = policies::compare_telling(&mut project, &interrupted, tell)?;
        warnings.extend(compared.left_out);
        policies = compared.years;
        folder.write("policies.csv", policies::csv(&policies).as_bytes())?;
    }
    let echo = String::from_utf8_lossy(&scenario.source).into_owned();
    let wall_time_s = started.elapsed().as_secs_f64();
    let assumptions = crate::park::assumptions(scenario);
    let titles = crate::park::titles(scenario);
    let localised =
        |title: &crate::park::project::Title| Localised { en: title.en.clone(), zh: title.zh.clone() };
    if options.plots {
        let kept = kept.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        let of_park = |index: usize| {
            years
                .iter()
                .map(|year| YearData { year: year.year, cases: year.parks[index].cases.clone() })
                .collect()
        };
        let built = project.parks.iter().zip(&results.parks).zip(&bands).zip(chargers);
        let parks = built.zip(kept).zip(measures).enumerate().map(
            |(index, (((((park, result), bands), chargers), series), measures))| ParkData {
                years: of_park(index),
                sizes: Sizes::of(park),
                titles: titles[index].clone(),
                chargers,
                bands: bands[1].as_ref().map_or_else(Vec::new, |bands| band_years(park, bands)),
                ..park_data(&result.name, localised(&park.title), &cases(result), series, measures)
            },
        );
        let report = ReportData {
            name: project.name.clone(),
            title: localised(&project.title),
            description: localised(&project.description),
            currency: project.currency.clone(),
            axis: project.axis,
            parks: parks.collect(),
            all: ParkData {
                years: years
                    .iter()
                    .map(|year| YearData { year: year.year, cases: year.all.clone() })
                    .collect(),
                ..park_data(
                    "all",
                    Localised { en: "All parks".to_owned(), zh: "全部园区".to_owned() },
                    &all,
                    None,
                    measures_of_all,
                )
            },
            policies: policies.iter().map(policy_cost).collect(),
            advice: results.advice.iter().map(localised).collect(),
            warnings: Localised::told_once(&warnings),
            assumptions: assumptions.clone(),
            echo: echo.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let look = Look { lang: options.lang, week: options.week, theme: options.theme };
        report::write(&folder, &report, look)?;
    }
    let manifest = Manifest {
        zeropark: env!("CARGO_PKG_VERSION"),
        kind: "run",
        scenario: project.name.clone(),
        title: localised(&project.title),
        description: localised(&project.description),
        axis: project.axis,
        seed: options.seed,
        threads: rayon::current_num_threads(),
        wall_time_s,
        inputs: scenario.files.inputs(),
        parks: project.parks.iter().map(|park| localised(&park.title)).collect(),
        sizes: project.parks.iter().map(Sizes::of).collect(),
        titles,
        warnings: warnings.clone(),
        understood: crate::park::facts(&project),
        data_quality: project.data_quality.clone(),
        assumptions,
        advice: results.advice.iter().map(localised).collect(),
        input_echo: echo,
    };
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    folder.write(MANIFEST, text.as_bytes())?;
    if interrupted() {
        return Err(RunError::Interrupted);
    }
    folder.finish()?;
    Ok(Finished { folder: place, summary_json, results, project, policies, warnings })
}

/// Every simulated year, the first included; none where there is no later one.
fn year_cases(project: &Project, results: &Results) -> Vec<YearCases> {
    if results.years.is_empty() {
        return Vec::new();
    }
    let of = |park: &ParkResult| main_metrics(&cases(park));
    let year = |year: i32, parks: &[ParkResult], all: &ParkResult| YearCases {
        year,
        parks: parks.iter().map(|park| ParkCases { name: park.name.clone(), cases: of(park) }).collect(),
        all: of(all),
    };
    let first = year(project.axis.year, &results.parks, &results.all);
    let later = results.years.iter().map(|found| year(found.year, &found.parks, &found.all));
    std::iter::once(first).chain(later).collect()
}

/// A case's energy and money by month and band; none without a bill.
fn by_band(year: &CaseYear<'_>) -> Option<ByBand> {
    let grid = &year.park.grid;
    grid.billed
        .then(|| grid.tariff.by_band(&year.ledger.import_kw, &year.ledger.export_kw, grid.transformer_loss))
}

/// Writes the bills by month and by month and band; nothing where no park has a bill.
fn write_bills(
    folder: &OutputFolder,
    project: &Project,
    results: &Results,
    bands: &[[Option<ByBand>; 2]],
) -> Result<(), FolderError> {
    let parks = project.parks.iter().zip(&results.parks).zip(bands);
    let billed: Vec<BilledPark<'_>> = parks
        .flat_map(|((park, result), bands)| {
            let cases = [("baseline", &result.baseline), ("configured", &result.configured)];
            cases.into_iter().zip(bands).filter_map(|((case, metrics), bands)| {
                Some(BilledPark {
                    park: &park.name,
                    case,
                    tariff: &park.grid.tariff,
                    bill: metrics.bill.as_ref()?,
                    bands: bands.as_ref()?,
                })
            })
        })
        .collect();
    if billed.is_empty() {
        return Ok(());
    }
    folder.write("bill_months.csv", bills::months(&billed).as_bytes())?;
    folder.write("bill_bands.csv", bills::bands(&billed).as_bytes())
}

/// The day of every park's chargers, which is written too where the parks are few; nothing where no park has any
/// whose sessions are known.
fn write_chargers(
    folder: &OutputFolder,
    project: &Project,
    few: bool,
) -> Result<Vec<ChargerDay>, FolderError> {
    if !few {
        return Ok(vec![ChargerDay::default(); project.parks.len()]);
    }
    let axis = &project.axis;
    let day = |park: &Park| ChargerDay::of(&park.pools(axis), axis);
    let days: Vec<ChargerDay> = project.parks.par_iter().map(day).collect();
    let names = project.parks.iter().map(|park| park.name.as_str());
    let table = chargers::chargers(names.zip(&days), axis);
    if !table.is_empty() {
        folder.write("chargers.csv", table.as_bytes())?;
    }
    Ok(days)
}

fn cases(park: &ParkResult) -> Cases {
    let value = |metrics| serde_json::to_value(metrics).unwrap_or_default();
    let (baseline, configured) = (value(&park.baseline), value(&park.configured));
    let change = change(&baseline, &configured);
    Cases { baseline, configured, change }
}

fn park_data(
    name: &str,
    title: Localised,
    cases: &Cases,
    series: Option<Series>,
    measures: MeasurePath,
) -> ParkData {
    ParkData {
        name: name.to_owned(),
        title,
        baseline: cases.baseline.clone(),
        configured: cases.configured.clone(),
        change: cases.change.clone(),
        series,
        measures,
        years: Vec::new(),
        sizes: Sizes::default(),
        titles: Titles::default(),
        bands: Vec::new(),
        chargers: ChargerDay::default(),
    }
}

/// The design's energy charges by band.
fn band_years(park: &crate::park::project::Park, bands: &ByBand) -> Vec<BandYear> {
    let names = park.grid.tariff.band_names.iter().enumerate();
    names
        .map(|(place, name)| BandYear {
            name: name.clone(),
            kwh: std::array::from_fn(|month| bands[month][place].import_kwh),
            money: std::array::from_fn(|month| bands[month][place].energy_charge),
        })
        .collect()
}

fn policy_cost(year: &PolicyYear) -> PolicyCost {
    PolicyCost {
        policy: year.policy.to_owned(),
        bill: year.bill,
        peak_import_kw: year.peak_import_kw,
        location_based_t: year.location_based_t,
        full_cycles: year.full_cycles,
        ageing_cost: year.ageing_cost,
        end_state_value: year.end_state_value,
        cost: year.cost,
        captured: year.captured,
    }
}

/// The columns of a case's year, in the order of the format.
pub fn columns(year: &CaseYear<'_>) -> Vec<(String, Vec<f64>)> {
    let (ledger, series, grid) = (year.ledger, year.series, &year.park.grid);
    let charging = series
        .demand_kw
        .iter()
        .zip(&series.load_kw)
        .zip(&ledger.vehicles_kw)
        .map(|((demand, load), vehicles)| (demand - load).max(0.0) + vehicles)
        .collect();
    let carbon =
        grid.carbon_kg_per_kwh.as_deref().map_or_else(|| vec![0.0; ledger.import_kw.len()], <[f64]>::to_vec);
    let mut columns: Vec<(String, Vec<f64>)> = [
        ("load_kw", series.load_kw.to_vec()),
        ("charging_kw", charging),
        ("v2g_kw", ledger.v2g_kw.to_vec()),
        ("pv_kw", series.pv_kw.to_vec()),
        ("wind_kw", series.wind_kw.to_vec()),
        ("storage_charge_kw", ledger.charge_kw.to_vec()),
        ("storage_discharge_kw", ledger.discharge_kw.to_vec()),
        ("storage_energy_kwh", ledger.energy_kwh.to_vec()),
        ("grid_import_kw", ledger.import_kw.to_vec()),
        ("grid_export_kw", ledger.export_kw.to_vec()),
        ("curtailed_kw", ledger.curtailed_kw.to_vec()),
        ("curtailed_pv_kw", ledger.curtailed_pv_kw.to_vec()),
        ("curtailed_wind_kw", ledger.curtailed_wind_kw.to_vec()),
        ("unserved_kw", ledger.unserved_kw.to_vec()),
        ("import_price_per_kwh", grid.tariff.import_price_per_kwh.clone()),
        ("export_price_per_kwh", grid.tariff.export_price_per_kwh.clone()),
        ("grid_carbon_kg_per_kwh", carbon),
    ]
    .map(|(name, values)| (name.to_owned(), values))
    .to_vec();
    if !ledger.marginal_value_per_kwh.is_empty() {
        columns.push(("storage_marginal_value_per_kwh".to_owned(), ledger.marginal_value_per_kwh.clone()));
    }
    if ledger.storages.len() > 1 {
        for (storage, unit) in year.park.storages_of(year.case).zip(&ledger.storages) {
            let name = &storage.name;
            columns.push((format!("storage.{name}.charge_kw"), unit.charge_kw.to_vec()));
            columns.push((format!("storage.{name}.discharge_kw"), unit.discharge_kw.to_vec()));
            columns.push((format!("storage.{name}.energy_kwh"), unit.energy_kwh.to_vec()));
        }
    }
    columns.extend(crate::park::tenant_columns(year));
    columns
}

fn write_series(
    folder: &OutputFolder,
    year: &CaseYear<'_>,
    format: Format,
    stamps: &[String],
    series: &[(String, Vec<f64>)],
) -> Result<(), String> {
    let columns: Vec<Column<'_>> =
        series.iter().map(|(name, values)| Column { name: name.clone(), values }).collect();
    let name = year.park.name.replace(' ', "_");
    let suffix = if year.case == Case::Baseline { "_baseline" } else { "" };
    let extension = if format == Format::Csv { "csv" } else { "parquet" };
    let path = folder.path().join(format!("series_{name}{suffix}.{extension}"));
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(&path)?);
        match format {
            Format::Csv => write_csv(&mut file, "time", stamps, &columns)?,
            Format::Parquet => write_parquet(&mut file, "time", stamps, &columns)?,
        }
        file.flush()
    };
    let lost = "what stood there before is as it was";
    write().map_err(|error| format!("{} cannot be written: {error}; {lost}", path.display()))
}
