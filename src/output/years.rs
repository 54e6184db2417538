//! `years.csv`, and `years` of `summary.json`: the main metrics of every simulated calendar year.

use super::summary::{Cases, Table};
use serde_json::{Map, Value};

/// The metrics that are told of each year; the others are of the project's whole life, or of a device.
const KEYS: [(&str, &[&str]); 6] = [
    (
        "energy",
        &[
            "load_kwh",
            "charging_kwh",
            "v2g_kwh",
            "pv_available_kwh",
            "wind_available_kwh",
            "renewable_used_kwh",
            "renewable_export_kwh",
            "curtailed_kwh",
            "grid_import_kwh",
            "grid_export_kwh",
            "storage_discharge_kwh",
            "unserved_kwh",
            "peak_import_kw",
            "self_consumption",
            "self_sufficiency",
        ],
    ),
    ("bill", &["total"]),
    ("economics", &["capex", "opex_annual", "annual_total", "annual_total_with_carbon"]),
    (
        "carbon",
        &[
            "location_based_t",
            "market_based_t",
            "park_rule_t",
            "scope1_t",
            "avoided_t",
            "avoided_fuel_t",
            "avoided_fuel_outside_t",
            "energy_tce",
        ],
    ),
    (
        "zero_carbon_park",
        &["intensity_t_per_tce", "threshold", "clean_energy_share", "direct_supply_share", "pass"],
    ),
    ("green_direct", &["self_use_share", "consumption_share", "export_share", "curtailment_share", "pass"]),
];

/// One year of every park and of all.
#[derive(Debug, Clone, serde::Serialize)]
pub struct YearCases {
    /// Calendar year.
    pub year: i32,
    /// The parks, in their order.
    pub parks: Vec<ParkCases>,
    /// All parks together.
    pub all: Cases,
}

/// One year of a park.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ParkCases {
    /// Its name.
    pub name: String,
    /// Its cases.
    #[serde(flatten)]
    pub cases: Cases,
}

/// The main metrics of a year's cases.
pub fn main_metrics(cases: &Cases) -> Cases {
    let of = |metrics: &Value| -> Value {
        let group = |keys: &[&str], group: &Value| match group {
            Value::Object(known) => {
                let known = |key: &&str| ((*key).to_owned(), known.get(*key).cloned().unwrap_or_default());
                Value::Object(keys.iter().map(known).collect::<Map<_, _>>())
            }
            _ => Value::Null,
        };
        KEYS.iter().map(|(name, keys)| ((*name).to_owned(), group(keys, &metrics[*name]))).collect()
    };
    Cases { baseline: of(&cases.baseline), configured: of(&cases.configured), change: of(&cases.change) }
}

/// `years.csv`: a row per year, park and case, `all` last in each year.
pub fn csv(years: &[YearCases]) -> String {
    let mut table = Table::default();
    for year in years {
        let parks = year.parks.iter().map(|park| (park.name.as_str(), &park.cases));
        for (name, cases) in parks.chain([("all", &year.all)]) {
            table.add(&format!("{},{}", year.year, super::table::quoted(name)), cases);
        }
    }
    table.text("year,park,case")
}
