//! A finished output folder read back, so that its report can be drawn again.

use super::chargers;
use super::manifest::ManifestOfRun;
use super::summary::Cases;
use crate::metrics::{Measure, MeasurePath, MeasureStep, MeasureSums};
use crate::problem::{Problem, Problems};
use crate::report::data::{BandYear, Localised, ParkData, PolicyCost, ReportData, Series, YearData};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// What a folder gives back.
#[derive(Debug)]
pub struct Restored {
    /// What the report is drawn from.
    pub report: ReportData,
    /// What the folder does not hold, and what that leaves out.
    pub missing: Vec<Problem>,
}

/// Reads the folder of a finished run.
///
/// # Errors
/// If it is no run's folder, or its summary or manifest cannot be read.
pub fn restore(folder: &Path) -> Result<Restored, Problems> {
    let manifest: Value = document(folder, "manifest.json")?;
    let summary: Value = document(folder, "summary.json")?;
    if manifest["kind"] != "run" {
        let kind = manifest["kind"].as_str().unwrap_or("unknown");
        let message =
            format!("`{}` is the folder of another kind of work ({kind}), not of a run", folder.display());
        return Err(Problem::error("not-a-run", message)
            .hint("name the output folder of `zeropark run`")
            .into());
    }
    let manifest: ManifestOfRun = serde_json::from_value(manifest)
        .map_err(|error| broken(folder, "manifest.json", &error.to_string()))?;
    let mut missing = Vec::new();
    let mut measures = measures(folder, &mut missing)?;
    let mut bands = bands(folder)?;
    let used = table(folder, "chargers.csv")?;
    let mut chargers = chargers::restored(used.as_deref().unwrap_or_default());
    let parks = summary["parks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut restored = Vec::with_capacity(parks.len());
    for (index, park) in parks.iter().enumerate() {
        let name = park["name"].as_str().unwrap_or_default();
        let title = manifest.parks.get(index).cloned().unwrap_or_else(|| Localised::both(name));
        let series = series(folder, name, manifest.axis.steps(), &mut missing)?;
        restored.push(ParkData {
            years: years(&summary, |year| &year["parks"][index]),
            sizes: manifest.sizes.get(index).copied().unwrap_or_default(),
            titles: manifest.titles.get(index).cloned().unwrap_or_default(),
            bands: bands.remove(name).unwrap_or_default(),
            chargers: chargers.remove(name).unwrap_or_default(),
            ..park_data(name, title, park, series, measures.remove(name).unwrap_or_default())
        });
    }
    let charges =
        |park: &ParkData| park.configured["charging"].as_array().is_some_and(|fleets| !fleets.is_empty());
    if used.is_none() && restored.iter().any(charges) {
        missing.push(
            Problem::warning(
                "no-guns",
                (
                    "the folder holds no chargers.csv; the figures of guns in use and of waiting are left out",
                    "文件夹中没有 chargers.csv，略去充电枪占用与排队图",
                ),
            )
            .hint(("run the scenario again to have it", "重新运行情景即可生成")),
        );
    }
    let all_title = Localised { en: "All parks".to_owned(), zh: "全部园区".to_owned() };
    let all = ParkData {
        years: years(&summary, |year| &year["all"]),
        ..park_data("all", all_title, &summary["all"], None, measures.remove("all").unwrap_or_default())
    };
    let warnings: Vec<Problem> = manifest.warnings.into_iter().map(Problem::from).collect();
    let report = ReportData {
        name: manifest.scenario,
        title: manifest.title,
        description: manifest.description,
        currency: summary["currency"].as_str().unwrap_or_default().to_owned(),
        axis: manifest.axis,
        parks: restored,
        all,
        advice: manifest.advice,
        policies: policies(folder)?,
        warnings: Localised::told_once(&warnings),
        assumptions: manifest.assumptions,
        echo: manifest.input_echo,
        version: manifest.zeropark,
    };
    Ok(Restored { report, missing: once(missing) })
}

/// Problems of several files that say the same are told once.
fn once(problems: Vec<Problem>) -> Vec<Problem> {
    let mut kept: Vec<Problem> = Vec::new();
    for problem in problems {
        if !kept.iter().any(|known| known.kind == problem.kind) {
            kept.push(problem);
        }
    }
    kept
}

fn broken(folder: &Path, name: &str, error: &str) -> Problem {
    Problem::error("unreadable-result", format!("`{}` cannot be read: {error}", folder.join(name).display()))
        .hint("name the output folder of a finished run, or run the scenario again")
}

fn document(folder: &Path, name: &str) -> Result<Value, Problem> {
    let text = std::fs::read_to_string(folder.join(name))
        .map_err(|error| broken(folder, name, &error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| broken(folder, name, &error.to_string()))
}

fn park_data(
    name: &str,
    title: Localised,
    cases: &Value,
    series: Option<Series>,
    measures: MeasurePath,
) -> ParkData {
    ParkData {
        name: name.to_owned(),
        title,
        baseline: cases["baseline"].clone(),
        configured: cases["configured"].clone(),
        change: cases["change"].clone(),
        series,
        measures,
        ..ParkData::default()
    }
}

/// The cases of every simulated year of a park, or of all.
fn years<'a>(summary: &'a Value, park: impl Fn(&'a Value) -> &'a Value) -> Vec<YearData> {
    let of = |entry: &'a Value| {
        let cases = Cases::deserialize(park(entry)).ok()?;
        Some(YearData { year: entry["year"].as_i64()? as i32, cases })
    };
    summary["years"].as_array().into_iter().flatten().filter_map(of).collect()
}

/// A table of the folder as rows of cells by column name; none where the file is not there.
fn table(folder: &Path, name: &str) -> Result<Option<Vec<BTreeMap<String, String>>>, Problem> {
    let Ok(text) = std::fs::read_to_string(folder.join(name)) else { return Ok(None) };
    let fail = |error: csv::Error| broken(folder, name, &error.to_string());
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let rows = reader.deserialize().collect::<Result<Vec<BTreeMap<String, String>>, csv::Error>>();
    rows.map(Some).map_err(fail)
}

/// The design's energy charges by band, per park, from `bill_bands.csv`.
fn bands(folder: &Path) -> Result<BTreeMap<String, Vec<BandYear>>, Problem> {
    let mut parks: BTreeMap<String, Vec<BandYear>> = BTreeMap::new();
    let rows = table(folder, "bill_bands.csv")?.unwrap_or_default();
    for row in rows.iter().filter(|row| row["case"] == "configured" && !row["import_kwh"].is_empty()) {
        let month = row["month"].parse::<usize>().unwrap_or(0);
        let bands = parks.entry(row["park"].clone()).or_default();
        if !bands.iter().any(|band| band.name == row["band"]) {
            bands.push(BandYear { name: row["band"].clone(), ..BandYear::default() });
        }
        if let (Some(band), 1..=12) = (bands.iter_mut().find(|band| band.name == row["band"]), month) {
            band.kwh[month - 1] = row["import_kwh"].parse().unwrap_or(0.0);
            band.money[month - 1] = row["energy_charge"].parse().unwrap_or(0.0);
        }
    }
    Ok(parks)
}

/// Every policy's year, from `policies.csv`.
fn policies(folder: &Path) -> Result<Vec<PolicyCost>, Problem> {
    let of = |row: &BTreeMap<String, String>| {
        let number = |name: &str| row.get(name).and_then(|cell| cell.parse().ok());
        Some(PolicyCost {
            policy: row.get("policy")?.clone(),
            bill: number("bill")?,
            peak_import_kw: number("peak_import_kw")?,
            location_based_t: number("location_based_t"),
            full_cycles: number("full_cycles"),
            ageing_cost: number("ageing_cost")?,
            end_state_value: number("end_state_value")?,
            cost: number("cost")?,
            captured: number("captured"),
        })
    };
    Ok(table(folder, "policies.csv")?.unwrap_or_default().iter().filter_map(of).collect())
}

/// The configured year of a park, from CSV or Parquet; none where it was not written.
fn series(
    folder: &Path,
    park: &str,
    steps: usize,
    missing: &mut Vec<Problem>,
) -> Result<Option<Series>, Problem> {
    let stem = format!("series_{}", park.replace(' ', "_"));
    let (csv, parquet) = (format!("{stem}.csv"), format!("{stem}.parquet"));
    let (name, read) = if folder.join(&csv).exists() {
        let read = std::fs::read_to_string(folder.join(&csv)).map_err(|error| error.to_string());
        (csv, read.and_then(|text| from_csv(&text)))
    } else if folder.join(&parquet).exists() {
        let read = from_parquet(&folder.join(&parquet));
        (parquet, read)
    } else {
        missing.push(
            Problem::warning(
                "no-series",
                (
                    "the folder holds no series; figures of the year's course are left out",
                    "文件夹中没有时间序列，略去全年过程类图表",
                ),
            )
            .hint((
                "run the scenario again without --no-series to have them",
                "不带 --no-series 重新运行情景即可生成",
            )),
        );
        return Ok(None);
    };
    let columns = read.map_err(|error| broken(folder, &name, &error))?;
    match columns.iter().find(|(_, values)| values.len() != steps) {
        Some((_, values)) => {
            let message = format!("{} rows found, the year has {steps} steps", values.len());
            Err(broken(folder, &name, &message))
        }
        None => Ok(Some(Series { columns })),
    }
}

type Columns = Vec<(String, Vec<f64>)>;

/// The number columns of a series; the first is the time.
fn from_csv(text: &str) -> Result<Columns, String> {
    let mut lines = text.lines();
    let header = lines.next().ok_or("it is empty")?;
    let mut columns: Columns = header.split(',').skip(1).map(|name| (name.to_owned(), Vec::new())).collect();
    for (row, line) in lines.enumerate() {
        let mut cells = line.split(',').skip(1);
        for (name, values) in &mut columns {
            let cell = cells.next().ok_or_else(|| format!("row {} is short", row + 2))?;
            let value = cell
                .parse()
                .map_err(|_| format!("row {}, column `{name}`: \"{cell}\" is no number", row + 2))?;
            values.push(value);
        }
    }
    Ok(columns)
}

fn from_parquet(path: &Path) -> Result<Columns, String> {
    use parquet::column::reader::ColumnReader;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let fail = |error: parquet::errors::ParquetError| error.to_string();
    let file = File::open(path).map_err(|error| error.to_string())?;
    let reader = SerializedFileReader::new(file).map_err(fail)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let names: Vec<String> = schema.columns().iter().map(|column| column.name().to_owned()).collect();
    let mut columns: Columns = names.iter().skip(1).map(|name| (name.clone(), Vec::new())).collect();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(fail)?;
        let rows = group.metadata().num_rows() as usize;
        for (index, (_, values)) in columns.iter_mut().enumerate() {
            if let ColumnReader::DoubleColumnReader(mut column) =
                group.get_column_reader(index + 1).map_err(fail)?
            {
                column.read_records(rows, None, None, values).map_err(fail)?;
            }
        }
    }
    Ok(columns)
}

/// The measures of every park and of `all`, from `measures.csv`.
fn measures(folder: &Path, missing: &mut Vec<Problem>) -> Result<BTreeMap<String, MeasurePath>, Problem> {
    const NAME: &str = "measures.csv";
    let Ok(text) = std::fs::read_to_string(folder.join(NAME)) else {
        missing.push(Problem::warning(
            "no-measures",
            (
                "the folder holds no measures.csv; the measures and the abatement curve are left out",
                "文件夹中没有 measures.csv，略去措施表与减排成本曲线",
            ),
        ));
        return Ok(BTreeMap::new());
    };
    let fail = |error: String| broken(folder, NAME, &error);
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let header: Vec<String> =
        reader.headers().map_err(|error| fail(error.to_string()))?.iter().map(str::to_owned).collect();
    let mut paths: BTreeMap<String, MeasurePath> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| fail(error.to_string()))?;
        let cell = |name: &str| {
            header.iter().position(|column| column == name).and_then(|at| record.get(at)).unwrap_or_default()
        };
        let number = |name: &str| cell(name).parse::<f64>().ok();
        let change = MeasureSums {
            capex: number("capex"),
            bill: number("bill_change"),
            annual_total: number("annual_total_change"),
            location_based_t: number("location_based_change_t"),
            scope1_t: number("scope1_change_t"),
            market_based_t: number("market_based_change_t"),
            park_rule_t: number("park_rule_change_t"),
        };
        let path = paths.entry(cell("park").to_owned()).or_default();
        if cell("measure") == "total" {
            path.whole = change;
            continue;
        }
        let measure = |name: &str| {
            let known = Measure::ALL.into_iter().find(|measure| measure.name() == name);
            known.ok_or_else(|| fail(format!("\"{name}\" is no measure")))
        };
        let measures = cell("measure").split('+').map(measure).collect::<Result<Vec<Measure>, Problem>>()?;
        path.steps.push(MeasureStep { measures, change });
    }
    Ok(paths)
}
