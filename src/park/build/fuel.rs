//! Fuel, steam and process emissions, and the heat that the design serves with electricity.

use super::Context;
use crate::metrics::{Burnt, fuel, fuel_names};
use crate::park::project::{FuelUse, Series};
use crate::problem::Problem;
use crate::scenario::Table;
use crate::scenario::nearest::nearest;

/// The fuels of a park; what is wrong is left out and reported.
pub fn fuels(park: &Table, problems: &mut Vec<Problem>) -> Vec<FuelUse> {
    let mut fuels = Vec::new();
    for table in park.tables("fuel") {
        match fuel_use(table) {
            Ok(found) => fuels.push(found),
            Err(problem) => problems.push(problem),
        }
    }
    fuels
}

fn fuel_use(table: &Table) -> Result<FuelUse, Problem> {
    let name = table.required_text("fuel");
    let Some(known) = fuel(name) else {
        let problem =
            table.error("fuel", "unknown-fuel", format!("\"{name}\" is not a fuel of the catalogue"));
        return Err(match nearest(name, fuel_names()) {
            Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
            None => problem.hint(format!("known: {}", fuel_names().collect::<Vec<_>>().join(", "))),
        });
    };
    let burnt = match (table.number("annual_gj"), table.number("annual_t")) {
        (Some(gj), None) => Burnt::of(known, gj),
        (None, Some(tonnes)) => Burnt { energy_gj: 0.0, co2_t: tonnes },
        (Some(gj), Some(tonnes)) => Burnt { energy_gj: gj, co2_t: tonnes },
        (None, None) => {
            return Err(table
                .error("", "missing-key", "neither `annual_gj` nor `annual_t` is given")
                .hint("add `annual_gj = …`, or `annual_t = …` for process emissions"));
        }
    };
    Ok(FuelUse {
        name: table.name().to_owned(),
        burnt,
        electrified_share: table.required_number("electrified_share"),
        electric_efficiency: table.required_number("electric_efficiency"),
        price_per_gj: table.number("price_per_gj"),
        capex_per_kw: table.required_number("electrified_capex_per_kw"),
    })
}

/// The electric load of what is electrified, spread evenly over the year as the heat is, kW.
pub fn electrified(context: &Context<'_>, fuels: &[FuelUse]) -> Vec<Series> {
    let hours = context.axis.steps() as f64 * context.axis.step_h();
    fuels
        .iter()
        .filter(|fuel| fuel.electrified_share > 0.0)
        .map(|fuel| vec![fuel.electric_kwh() / hours; context.axis.steps()].into())
        .collect()
}
