//! `[carbon]` and `[park.green]` as plain terms.

use crate::metrics::carbon::{Exports, TceMethod, annex_factor};
use crate::metrics::compliance::{DirectTerms, provinces};
use crate::metrics::{grid_factor, grid_factor_names};
use crate::park::project::{CarbonTerms, Generator, Green};
use crate::problem::Problem;
use crate::scenario::Table;
use crate::scenario::nearest::nearest;

/// Equal value of grid power where the scenario gives none, kgce/kWh (assumed: about today's mean coal
/// use of power supply).
const EQUAL_KGCE_PER_KWH: f64 = 0.30;

/// The terms of `[carbon]`, or their defaults; a province that is not known is reported.
pub fn terms(table: Option<&Table>, problems: &mut Vec<Problem>) -> CarbonTerms {
    let number = |key: &str| table.and_then(|table| table.number(key));
    let text = |key: &str| table.and_then(|table| table.text(key));
    CarbonTerms {
        price_per_t: number("price_per_t").unwrap_or(0.0),
        residual_kg_per_kwh: number("residual_kg_per_kwh"),
        park_rule_kg_per_kwh: number("park_rule_kg_per_kwh").unwrap_or_else(annex_factor),
        exports: if text("exports") == Some("gross") { Exports::Gross } else { Exports::Net },
        tce: if text("tce") == Some("equal") { TceMethod::Equal } else { TceMethod::Equivalent },
        equal_kgce_per_kwh: number("equal_kgce_per_kwh").unwrap_or(EQUAL_KGCE_PER_KWH),
        province: table.and_then(|table| province(table, problems)),
        compare: table.and_then(|table| compare(table, problems)),
    }
}

/// The factors to compare with; one that is not known is reported.
fn compare(table: &Table, problems: &mut Vec<Problem>) -> Option<Vec<String>> {
    let names = table.texts("compare")?;
    for name in names.iter().filter(|name| grid_factor(name).is_none()) {
        let message = format!("\"{name}\" is not a grid factor of the catalogue");
        let problem = table.error("compare", "unknown-grid-factor", message);
        problems.push(match nearest(name, grid_factor_names()) {
            Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
            None => problem.hint("give factors such as \"china-2023\" and \"fujian-2023\""),
        });
    }
    Some(names.to_vec())
}

fn province(table: &Table, problems: &mut Vec<Problem>) -> Option<String> {
    let name = table.text("province")?;
    if provinces().any(|known| known == name) {
        return Some(name.to_owned());
    }
    let message = format!("\"{name}\" has no indicator system in the catalogue");
    let known = provinces().collect::<Vec<_>>().join(", ");
    problems.push(table.error("province", "unknown-province", message).hint(
        match nearest(name, provinces()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("known: {known}; leave `province` out to be judged by the national system alone"),
        },
    ));
    None
}

/// The terms of `[park.green]` in a year, or none of it, and how the direct line among the generators
/// is judged.
pub fn green(park: &Table, generators: &[Generator], year: i32) -> Green {
    let (table, grid) = (park.table("green"), park.table("grid"));
    let lines = generators.iter().filter(|plant| plant.direct_line);
    let commissioned = lines.filter_map(|plant| plant.service.from).max().unwrap_or(year);
    let number = |key: &str| table.and_then(|table| table.number(key));
    let given = |key: &str| table.filter(|table| table.given(key));
    Green {
        trade_kwh: number("trade_mwh").unwrap_or(0.0) * 1000.0,
        trade_premium_per_kwh: number("trade_premium_per_kwh").unwrap_or(0.0),
        certificates_kwh: number("certificates_mwh").unwrap_or(0.0) * 1000.0,
        certificate_price_per_kwh: number("certificate_price_per_mwh").unwrap_or(0.0) / 1000.0,
        direct: DirectTerms {
            eligible: given("direct_eligible").map(|table| table.flag("direct_eligible")),
            commissioned,
            consumption_share: number("direct_consumption_share"),
            export_cap: number("direct_export_cap"),
            spot_market: super::judged::spot_market(grid),
            connection_kv: grid.and_then(|grid| grid.number("connection_kv")),
        },
    }
}
