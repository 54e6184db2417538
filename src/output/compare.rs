//! Finished runs side by side: one row per metric, one column per run.

use super::number::cell;
use super::summary::scalars;
use crate::problem::{Problem, Problems};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Metrics that are shown unless all are asked for.
pub const HEADLINES: [&str; 22] = [
    "energy.load_kwh",
    "energy.charging_kwh",
    "energy.pv_available_kwh",
    "energy.wind_available_kwh",
    "energy.curtailed_kwh",
    "energy.grid_import_kwh",
    "energy.grid_export_kwh",
    "energy.peak_import_kw",
    "energy.self_consumption",
    "energy.self_sufficiency",
    "energy.full_cycles",
    "bill.total",
    "economics.capex",
    "economics.annual_total",
    "economics.npv",
    "economics.irr",
    "economics.payback_years",
    "carbon.location_based_t",
    "carbon.market_based_t",
    "carbon.scope1_t",
    "carbon.avoided_t",
    "carbon.cfe_score",
];

/// Runs side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Name of each run: its folder's.
    pub runs: Vec<String>,
    /// Currency of each run.
    pub currencies: Vec<String>,
    /// Metrics of the configured case of all parks together, per run.
    pub configured: Vec<Value>,
    /// Park (or `all`), metric, value per run; none where it does not apply.
    pub rows: Vec<(String, String, Vec<Option<f64>>)>,
}

/// Reads finished output folders and lays their configured cases side by side.
///
/// With `every`, all scalars of all parks; else the headlines of `all`.
///
/// # Errors
/// A folder without a readable `summary.json`.
pub fn compare(folders: &[PathBuf], every: bool) -> Result<Comparison, Problems> {
    let mut summaries = Vec::new();
    let mut problems = Vec::new();
    for folder in folders {
        match summary(folder) {
            Ok(summary) => summaries.push(summary),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let name = |folder: &PathBuf| {
        folder
            .file_name()
            .map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
    };
    let mut comparison = Comparison {
        runs: folders.iter().map(name).collect(),
        currencies: summaries.iter().map(|s| s["currency"].as_str().unwrap_or("").to_owned()).collect(),
        configured: summaries.iter().map(|s| s["all"]["configured"].clone()).collect(),
        rows: Vec::new(),
    };
    for (run, summary) in summaries.iter().enumerate() {
        let parks = summary["parks"].as_array().map(Vec::as_slice).unwrap_or_default();
        let named = parks.iter().filter(|_| every).map(|park| (park["name"].as_str().unwrap_or(""), park));
        for (park, case) in named.chain([("all", &summary["all"])]) {
            for (metric, value) in scalars(&case["configured"]) {
                if every || HEADLINES.contains(&metric.as_str()) {
                    comparison.set(park, &metric, run, value.as_f64());
                }
            }
        }
    }
    comparison.rows.retain(|(_, _, values)| values.iter().any(Option::is_some));
    Ok(comparison)
}

impl Comparison {
    fn set(&mut self, park: &str, metric: &str, run: usize, value: Option<f64>) {
        let known = self.rows.iter().position(|(p, m, _)| p == park && m == metric);
        let row = known.unwrap_or_else(|| {
            self.rows.push((park.to_owned(), metric.to_owned(), vec![None; self.runs.len()]));
            self.rows.len() - 1
        });
        self.rows[row].2[run] = value;
    }

    /// `park,metric,<run>…`.
    pub fn csv(&self) -> String {
        let mut text = format!("park,metric,{}\n", self.runs.join(","));
        for (park, metric, values) in &self.rows {
            let cells: Vec<String> = values.iter().map(|value| cell(*value)).collect();
            text.push_str(&format!("{park},{metric},{}\n", cells.join(",")));
        }
        text
    }

    /// The share by which a run's value differs from the first run's.
    pub fn change(values: &[Option<f64>], run: usize) -> Option<f64> {
        let (first, value) = (values[0]?, values[run]?);
        (first != 0.0).then(|| value / first - 1.0)
    }
}

fn summary(folder: &Path) -> Result<Value, Problem> {
    let path = folder.join("summary.json");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Problem::error("no-summary", format!("`{}` cannot be read: {error}", path.display()))
            .hint("give output folders of finished runs")
    })?;
    let bad = |what: String| Problem::error("bad-summary", what).in_file(&path.display().to_string());
    let value: Value = serde_json::from_str(&text).map_err(|error| bad(format!("is no JSON: {error}")))?;
    if value["all"]["configured"].is_object() { Ok(value) } else { Err(bad("holds no metrics".to_owned())) }
}
