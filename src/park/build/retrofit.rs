//! Efficiency retrofits: what they save on, and their costs.

use crate::economics::device_costs;
use crate::park::project::{Costs, Service};
use crate::park::retrofit::{Retrofit, Target};
use crate::problem::Problem;
use crate::scenario::Table;
use crate::scenario::nearest::nearest;

/// The retrofits of a park that stand in a year; what is wrong is left out and reported.
pub fn retrofits(park: &Table, year: i32, problems: &mut Vec<Problem>) -> Vec<Retrofit> {
    let mut found = Vec::new();
    for table in park.tables("retrofit") {
        match retrofit(park, table) {
            Ok(retrofit) => found.push(retrofit),
            Err(problem) => problems.push(problem),
        }
    }
    found.retain(|retrofit| retrofit.service.covers(year));
    found
}

fn retrofit(park: &Table, table: &Table) -> Result<Retrofit, Problem> {
    let known = &device_costs().measure;
    let target = match (table.text("load"), table.text("fuel")) {
        (Some(name), None) => Target::Load(place(park, table, "load", name)?),
        (None, Some(name)) => Target::Fuel(place(park, table, "fuel", name)?),
        (Some(_), Some(_)) => {
            let message = "the retrofit names both a `load` and a `fuel`";
            return Err(table.error("fuel", "two-sources", message).hint("write one retrofit for each"));
        }
        (None, None) => {
            let message = "the retrofit names neither a `load` nor a `fuel`";
            return Err(table.error("", "no-source", message).hint("add `load = \"…\"` or `fuel = \"…\"`"));
        }
    };
    Ok(Retrofit {
        name: table.name().to_owned(),
        target,
        saving_fraction: table.required_number("saving_fraction"),
        service: Service::of(table),
        costs: Costs {
            capex: table.required_number("capex"),
            opex_per_year: table.required_number("opex_per_year"),
            life_years: table.number("life_years").unwrap_or(known.life_years.value),
            replacement_fraction: table
                .number("replacement_capex_fraction")
                .unwrap_or(known.replacement_capex_fraction.value),
        },
    })
}

/// Place of a load or fuel among those of the park.
fn place(park: &Table, table: &Table, kind: &'static str, name: &str) -> Result<usize, Problem> {
    let names = || park.tables(kind).iter().map(Table::name);
    names().position(|known| known == name).ok_or_else(|| {
        let problem = table.error(kind, "unknown-target", format!("the park has no {kind} named \"{name}\""));
        match nearest(name, names()) {
            Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
            None => problem.hint(match names().collect::<Vec<_>>().join(", ") {
                none if none.is_empty() => format!("add a [[park.{kind}]] table"),
                known => format!("known: {known}"),
            }),
        }
    })
}
