//! Tariffs of the catalogue: Fujian by voltage and vintage, and the periods of other grids.

use super::demand::DemandCharge;
use super::hours::HourRange;
use super::model::{Band, BandPrice, Regime, Tariff};
use super::rule::{Days, Months, Rule};
use crate::catalogue::{Grade, Sourced, parse};
use crate::problem::Problem;
use serde::Deserialize;
use std::sync::OnceLock;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// A tariff of the catalogue with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Name that a scenario writes.
    pub name: &'static str,
    /// Title in both languages.
    pub title: &'static Title,
    /// Province or grid.
    pub area: &'static str,
    /// Voltage class; `None` where only periods are known.
    pub voltage: Option<&'static str>,
    /// Document that sets its periods and prices.
    pub document: &'static str,
    /// Vintage of the prices, or year of the document where only periods are known.
    pub date: &'static str,
    /// Where periods and multiples were read.
    pub source: &'static str,
    /// Weakest grade of its numbers.
    pub grade: Grade,
    /// What a user should know.
    pub note: &'static str,
    /// Energy price of transmission and distribution per kWh, for single-capacity pricing.
    pub transmission_price_per_kwh: Option<f64>,
    /// Every number with its key, grade and source.
    pub numbers: Vec<(String, Sourced)>,
    /// The tariff; where prices are unknown it does not compile and says what to give.
    pub tariff: Tariff,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodsFile {
    grid: Vec<GridRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GridRow {
    name: String,
    title: Title,
    area: String,
    document: String,
    date: String,
    grade: Grade,
    source: String,
    note: String,
    band: Vec<BandRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BandRow {
    name: String,
    multiplier: Option<Sourced<OneOrMonths>>,
    rules: Vec<RuleRow>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum OneOrMonths {
    One(f64),
    Months([f64; 12]),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    hours: Vec<String>,
    #[serde(default)]
    months: Vec<u32>,
    #[serde(default)]
    days: Vec<String>,
    #[serde(default)]
    min_holiday_days: u32,
    #[serde(default)]
    precedence: i32,
    daily_max_from_c: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PricesFile {
    tariff: Vec<PriceRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceRow {
    name: String,
    title: Title,
    periods: String,
    area: String,
    voltage: String,
    document: String,
    date: String,
    regime: Regime,
    note: String,
    purchase_price_per_kwh: Sourced,
    fixed_price_per_kwh: Sourced,
    transmission_price_per_kwh: Option<Sourced>,
    surcharge_per_kwh: Sourced,
    export_price_per_kwh: Sourced,
    demand_charge_per_kw_month: Option<Sourced>,
    capacity_charge_per_kva_month: Option<Sourced>,
}

fn files() -> &'static (PricesFile, PeriodsFile) {
    static FILES: OnceLock<(PricesFile, PeriodsFile)> = OnceLock::new();
    FILES.get_or_init(|| {
        (
            parse("tariffs", include_str!("../../scenarios/catalogue/tariffs.toml")),
            parse("tariffs-periods", include_str!("../../scenarios/catalogue/tariffs-periods.toml")),
        )
    })
}

/// Names of all entries, those with prices first.
pub fn names() -> impl Iterator<Item = &'static str> {
    let (prices, periods) = files();
    let priced = prices.tariff.iter().map(|row| row.name.as_str());
    priced.chain(periods.grid.iter().map(|row| row.name.as_str()))
}

/// The entry of a name.
///
/// # Panics
/// If the embedded catalogue breaks its own form: a test builds every entry.
pub fn entry(name: &str) -> Option<Entry> {
    let (prices, periods) = files();
    let grid = |name: &str| periods.grid.iter().find(|row| row.name == name);
    if let Some(row) = prices.tariff.iter().find(|row| row.name == name) {
        let grid = grid(&row.periods).unwrap_or_else(|| panic!("{name}: no periods {}", row.periods));
        return Some(priced(row, grid));
    }
    grid(name).map(periods_only)
}

fn priced(row: &'static PriceRow, grid: &'static GridRow) -> Entry {
    let mut entry = periods_only(grid);
    let optional = [
        ("demand_charge_per_kw_month", &row.demand_charge_per_kw_month),
        ("capacity_charge_per_kva_month", &row.capacity_charge_per_kva_month),
        ("transmission_price_per_kwh", &row.transmission_price_per_kwh),
    ];
    let given = [
        ("purchase_price_per_kwh", &row.purchase_price_per_kwh),
        ("fixed_price_per_kwh", &row.fixed_price_per_kwh),
        ("surcharge_per_kwh", &row.surcharge_per_kwh),
        ("export_price_per_kwh", &row.export_price_per_kwh),
    ];
    let optional = optional.iter().filter_map(|(key, number)| number.as_ref().map(|number| (*key, number)));
    for (key, number) in given.into_iter().chain(optional) {
        entry.grade = weaker(entry.grade, number.grade);
        entry.numbers.push((key.to_owned(), number.clone()));
    }
    let value = |number: &Option<Sourced>| number.as_ref().map(|number| number.value);
    let tariff = Tariff {
        name: row.name.clone(),
        regime: row.regime,
        purchase_price_per_kwh: Some(row.purchase_price_per_kwh.value.into()),
        fixed_price_per_kwh: row.fixed_price_per_kwh.value.into(),
        surcharge_per_kwh: row.surcharge_per_kwh.value,
        export_price_per_kwh: row.export_price_per_kwh.value.into(),
        demand: value(&row.demand_charge_per_kw_month).map(DemandCharge::flat).into_iter().collect(),
        capacity_charge_per_kva_month: value(&row.capacity_charge_per_kva_month).unwrap_or(0.0),
        ..entry.tariff
    };
    Entry {
        name: &row.name,
        title: &row.title,
        area: &row.area,
        voltage: Some(&row.voltage),
        document: &row.document,
        date: &row.date,
        note: &row.note,
        transmission_price_per_kwh: value(&row.transmission_price_per_kwh),
        tariff,
        ..entry
    }
}

fn periods_only(row: &'static GridRow) -> Entry {
    let mut grade = row.grade;
    let mut numbers = Vec::new();
    let bands = row
        .band
        .iter()
        .map(|band| {
            let price = match &band.multiplier {
                None => BandPrice::Unknown,
                Some(multiplier) => {
                    grade = weaker(grade, multiplier.grade);
                    let (value, months) = match multiplier.value {
                        OneOrMonths::One(value) => (value, [value; 12]),
                        OneOrMonths::Months(months) => (months[0], months),
                    };
                    numbers.push((
                        format!("band.{}.multiplier", band.name),
                        Sourced { value, grade: multiplier.grade, source: multiplier.source.clone() },
                    ));
                    BandPrice::Multiplier(months)
                }
            };
            Band {
                name: band.name.clone(),
                price,
                export_price_per_kwh: None,
                rules: band.rules.iter().map(|rule| rule.build(&row.name)).collect(),
            }
        })
        .collect();
    let tariff = Tariff { name: row.name.clone(), import_price_per_kwh: None, bands, ..Tariff::flat(0.0) };
    Entry {
        name: &row.name,
        title: &row.title,
        area: &row.area,
        voltage: None,
        document: &row.document,
        date: &row.date,
        source: &row.source,
        grade,
        note: &row.note,
        transmission_price_per_kwh: None,
        numbers,
        tariff,
    }
}

impl RuleRow {
    fn build(&self, entry: &str) -> Rule {
        let broken = |problem: Problem| -> ! { panic!("embedded tariff {entry}: {problem}") };
        Rule {
            hours: self
                .hours
                .iter()
                .map(|text| HourRange::parse(text).unwrap_or_else(|p| broken(p)))
                .collect(),
            months: Months::of(&self.months).unwrap_or_else(|problem| broken(problem)),
            days: Days::of(&self.days).unwrap_or_else(|problem| broken(problem)),
            precedence: self.precedence,
            min_holiday_days: self.min_holiday_days,
            daily_max_from_c: self.daily_max_from_c,
        }
    }
}

/// The weaker of two grades.
fn weaker(a: Grade, b: Grade) -> Grade {
    let rank = |grade| match grade {
        Grade::Sourced | Grade::Given => 0,
        Grade::Derived => 1,
        Grade::Quoted => 2,
        Grade::Assumed => 3,
    };
    if rank(a) >= rank(b) { a } else { b }
}
