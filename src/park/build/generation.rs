//! PV arrays and wind turbines: parameters from the scenario, profiles per kW.

use super::{Context, wind};
use crate::park::project::{Costs, Generator, GeneratorKind};
use crate::problem::Problem;
use crate::scenario::Table;
use crate::solar::{Plane, PvArray};

/// The generators of a park; what is wrong is left out and reported.
pub fn generators(context: &Context<'_>, park: &Table, problems: &mut Vec<Problem>) -> Vec<Generator> {
    let mut generators = Vec::new();
    for table in park.tables("pv") {
        match pv(context, table) {
            Ok(generator) => generators.push(generator),
            Err(found) => problems.extend(found),
        }
    }
    for table in park.tables("wind") {
        match wind::turbines(context, table) {
            Ok(generator) => generators.push(generator),
            Err(found) => problems.extend(found),
        }
    }
    generators
}

fn pv(context: &Context<'_>, table: &Table) -> Result<Generator, Vec<Problem>> {
    let array = PvArray {
        planes: vec![Plane::fixed(table.required_number("tilt_deg"), table.required_number("azimuth_deg"))],
        dc_ac_ratio: table.required_number("dc_ac_ratio"),
        losses: table.required_number("losses"),
        ..PvArray::default()
    };
    let problems: Vec<Problem> = array.check().into_iter().map(|problem| table.adopt(problem)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let sky = context.sky(table).map_err(|problem| vec![problem])?;
    let per_kw = context.shared(format!("pv {array:?}"), || sky.ac_per_kw(&array));
    let capacity_kw = table.required_number("capacity_kw");
    Ok(Generator {
        name: table.name().to_owned(),
        kind: GeneratorKind::Pv,
        capacity_kw,
        per_kw,
        direct_line: table.text("connection") == Some("direct-line"),
        wheeling_per_kwh: table.required_number("wheeling_per_kwh"),
        existing: table.flag("existing"),
        costs: costs(table, capacity_kw, Costs { life_years: 25.0, ..Costs::default() }),
    })
}

/// Costs of a device from its table, with defaults per kW.
pub fn costs(table: &Table, capacity_kw: f64, defaults: Costs) -> Costs {
    let per_kw = |key: &str, otherwise: f64| table.number(key).unwrap_or(otherwise);
    let sunk = if table.flag("existing") { 0.0 } else { 1.0 };
    Costs {
        capex: per_kw("capex_per_kw", defaults.capex) * capacity_kw * sunk,
        opex_per_year: per_kw("opex_per_kw_year", defaults.opex_per_year) * capacity_kw,
        life_years: per_kw("life_years", defaults.life_years),
        replacement_fraction: per_kw("replacement_capex_fraction", defaults.replacement_fraction),
    }
}
