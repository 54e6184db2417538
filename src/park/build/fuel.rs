//! Fuel, steam and process emissions, and the heat that the design serves with electricity.

use super::Context;
use crate::metrics::{Burnt, fuel, fuel_names};
use crate::park::project::{FuelUse, Series};
use crate::problem::Problem;
use crate::scenario::Table;
use crate::scenario::nearest::nearest;

/// The fuels of a park; what is wrong is left out and reported.
pub fn fuels(context: &Context<'_>, park: &Table, problems: &mut Vec<Problem>) -> Vec<FuelUse> {
    let mut fuels = Vec::new();
    for table in park.tables("fuel") {
        match fuel_use(context, table, problems) {
            Ok(found) => fuels.push(found),
            Err(found) => problems.extend(found),
        }
    }
    fuels
}

fn fuel_use(
    context: &Context<'_>,
    table: &Table,
    warnings: &mut Vec<Problem>,
) -> Result<FuelUse, Vec<Problem>> {
    let name = table.required_text("fuel");
    let Some(known) = fuel(name) else {
        let problem =
            table.error("fuel", "unknown-fuel", format!("\"{name}\" is not a fuel of the catalogue"));
        return Err(vec![match nearest(name, fuel_names()) {
            Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
            None => problem.hint(format!("known: {}", fuel_names().collect::<Vec<_>>().join(", "))),
        }]);
    };
    let shape_kw = match table.given("series") {
        true => Some(super::series::series(context, table, Some(0.0), warnings)?),
        false => None,
    };
    // A kWh of the series is 0.0036 GJ; `annual_gj` beside it rescales it.
    let measured_gj = shape_kw.as_ref().map(|kw| kw.iter().sum::<f64>() * context.axis.step_h() * 0.0036);
    let burnt = match (table.number("annual_gj").or(measured_gj), table.number("annual_t")) {
        (Some(gj), None) => Burnt::of(known, gj),
        (None, Some(tonnes)) => Burnt { energy_gj: 0.0, co2_t: tonnes },
        (Some(gj), Some(tonnes)) => Burnt { energy_gj: gj, co2_t: tonnes },
        (None, None) => {
            return Err(vec![
                table
                    .error("", "missing-key", "neither `annual_gj` nor `annual_t` nor `series` is given")
                    .hint("add `annual_gj = …`, or `annual_t = …` for process emissions"),
            ]);
        }
    };
    let grown = context.ahead.grown(table.number("growth_per_year"));
    let burnt = Burnt { energy_gj: burnt.energy_gj * grown, co2_t: burnt.co2_t * grown };
    Ok(FuelUse {
        name: table.name().to_owned(),
        fuel: name.to_owned(),
        burnt,
        shape_kw,
        saved_share: 0.0,
        electrified_share: table.required_number("electrified_share"),
        electric_efficiency: table.required_number("electric_efficiency"),
        price_per_gj: table.number("price_per_gj"),
        capex_per_kw: table.required_number("electrified_capex_per_kw"),
    })
}

/// The electric load of what is electrified, kW: as the heat's series runs, else the same in every hour.
pub fn electrified(context: &Context<'_>, fuels: &[FuelUse]) -> Vec<Series> {
    let hours = context.axis.steps() as f64 * context.axis.step_h();
    let load = |fuel: &FuelUse| -> Series {
        let mean_kw = fuel.electric_kwh() / hours;
        let steps = context.axis.steps();
        let of_shape = |shape: &Series| -> Option<Series> {
            let mean = shape.iter().sum::<f64>() / steps as f64;
            (mean > 0.0).then(|| shape.iter().map(|kw| kw / mean * mean_kw).collect())
        };
        fuel.shape_kw.as_ref().and_then(of_shape).unwrap_or_else(|| vec![mean_kw; steps].into())
    };
    fuels.iter().filter(|fuel| fuel.electrified_share > 0.0).map(load).collect()
}
