//! What a report is drawn from: the results as they stand in an output folder.
//!
//! A fresh run fills this from memory, `report DIR` from `summary.json`, `manifest.json` and the
//! series; both draw the same pages.

use crate::charging::ChargerDay;
use crate::lang::Lang;
use crate::metrics::MeasurePath;
use crate::output::summary::Cases;
use crate::park::{Sizes, Titles};
use crate::problem::{Problem, alike, told_of};
use crate::time::Axis;
use serde_json::Value;

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Localised {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Localised {
    /// The same text in both languages.
    pub fn both(text: &str) -> Self {
        Self { en: text.to_owned(), zh: text.to_owned() }
    }

    /// The text of a language.
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.zh)
    }

    /// Problems as readers are told them, those that say the same of several places once.
    pub fn told_once(problems: &[Problem]) -> Vec<Self> {
        let told = |(problem, places)| Self {
            en: told_of(problem, places, Lang::En),
            zh: told_of(problem, places, Lang::Zh),
        };
        alike(problems).into_iter().map(told).collect()
    }
}

/// A number the results rest on, with its evidence.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Assumption {
    /// Key path in the scenario.
    pub key: String,
    /// Its value as text.
    pub value: String,
    /// Where it comes from.
    pub source: String,
    /// Its grade: given, sourced, derived, quoted, assumed.
    pub grade: String,
    /// How many parks or devices share it.
    #[serde(default = "once")]
    pub count: usize,
}

fn once() -> usize {
    1
}

/// The series of a park, one value per step and column.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// Columns by name.
    pub columns: Vec<(String, Vec<f64>)>,
}

impl Series {
    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        self.columns.iter().find(|(column, _)| column == name).map(|(_, values)| values.as_slice())
    }

    /// A column by name, zeros where the park has none.
    pub fn or_zero(&self, name: &str, steps: usize) -> Vec<f64> {
        self.column(name).map_or_else(|| vec![0.0; steps], <[f64]>::to_vec)
    }
}

/// One park, or `all`.
#[derive(Debug, Clone, Default)]
pub struct ParkData {
    /// Name; `all` for the sum.
    pub name: String,
    /// Title for readers.
    pub title: Localised,
    /// Metrics of the baseline.
    pub baseline: Value,
    /// Metrics of the design.
    pub configured: Value,
    /// Configured − baseline.
    pub change: Value,
    /// The configured year, where it was kept.
    pub series: Option<Series>,
    /// The way from baseline to design, measure by measure.
    pub measures: MeasurePath,
    /// Every simulated year, the first included; empty where there is but one.
    pub years: Vec<YearData>,
    /// What stands there in the design.
    pub sizes: Sizes,
    /// What readers call its devices.
    pub titles: Titles,
    /// The design's energy charges by band of the tariff.
    pub bands: Vec<BandYear>,
    /// Its chargers over the hours of a day.
    pub chargers: ChargerDay,
}

/// The main metrics of a calendar year.
#[derive(Debug, Clone)]
pub struct YearData {
    /// Calendar year.
    pub year: i32,
    /// Its cases.
    pub cases: Cases,
}

/// A band of a tariff over the year.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BandYear {
    /// Its name.
    pub name: String,
    /// Import of each month at the meter, kWh.
    pub kwh: [f64; 12],
    /// What it costs without surcharges, money.
    pub money: [f64; 12],
}

/// The year of a policy, all parks together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicyCost {
    /// The policy.
    pub policy: String,
    /// The bill, money.
    pub bill: f64,
    /// Coincident peak import, kW.
    pub peak_import_kw: f64,
    /// Location-based tonnes; none without a carbon factor.
    pub location_based_t: Option<f64>,
    /// Full cycles of all storages; none without storage.
    pub full_cycles: Option<f64>,
    /// Wear of the storages, money.
    pub ageing_cost: f64,
    /// Value of what the storages hold more at the end than at the start, money.
    pub end_state_value: f64,
    /// Bill less the value of the end state, money.
    pub cost: f64,
    /// Share of the achievable saving it captures, where that is known.
    pub captured: Option<f64>,
}

impl ParkData {
    /// What readers call a device of a kind; its name where it has no title.
    pub fn device<'a>(&'a self, kind: &str, name: &'a str, lang: Lang) -> &'a str {
        self.titles.get(&format!("{kind}.{name}")).map_or(name, |title| title.pick(lang))
    }

    /// A scalar metric of the design.
    pub fn metric(&self, group: &str, key: &str) -> Option<f64> {
        self.configured[group][key].as_f64()
    }

    /// A scalar metric of the baseline.
    pub fn baseline_metric(&self, group: &str, key: &str) -> Option<f64> {
        self.baseline[group][key].as_f64()
    }
}

/// Everything a report shows.
#[derive(Debug, Clone)]
pub struct ReportData {
    /// Name of the scenario.
    pub name: String,
    /// Title for readers.
    pub title: Localised,
    /// What the scenario asks.
    pub description: Localised,
    /// Currency of all money.
    pub currency: String,
    /// The year's axis.
    pub axis: Axis,
    /// The parks.
    pub parks: Vec<ParkData>,
    /// Their sum.
    pub all: ParkData,
    /// What the rules say of the design, and the smallest change that would pass.
    pub advice: Vec<Localised>,
    /// Every policy's year, where they were compared.
    pub policies: Vec<PolicyCost>,
    /// Warnings of the run, those that say the same of several places once.
    pub warnings: Vec<Localised>,
    /// What the results rest on.
    pub assumptions: Vec<Assumption>,
    /// The scenario as written.
    pub echo: String,
    /// Version of the program.
    pub version: String,
}
