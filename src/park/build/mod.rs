//! From a checked scenario to the model: catalogue entries looked up, files read, profiles made.
//!
//! Everything that can be wrong with the input is found here and reported in one go.

mod charging;
mod context;
mod economics;
mod ferries;
mod fuel;
mod generation;
#[cfg(test)]
mod generation_tests;
mod green;
mod grid;
mod inspection;
mod judged;
mod load;
mod retrofit;
mod series;
mod shiftable;
mod storage;
mod tariff;
mod wind;
mod years;

pub use context::Context;
pub use years::Ahead;

use super::project::{Park, Project, Title};
use crate::problem::{Problem, Problems};
use crate::scenario::{Scenario, Table};
use rayon::prelude::*;

/// Options of a run that are no part of the scenario.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuildOptions {
    /// Seed of random sessions.
    pub seed: u64,
}

/// Builds the model of a scenario.
///
/// # Errors
/// All problems of the scenario and the files it names.
pub fn build(scenario: &Scenario, options: BuildOptions) -> Result<Project, Problems> {
    let mut problems = Vec::new();
    let plan = years::plan(scenario, &mut problems);
    let first = of_year(scenario, options, Ahead::FIRST);
    if problems.iter().any(Problem::is_error) || first.is_err() {
        problems.extend(first.err().map_or_else(Vec::new, |found| found.0));
        return Err(Problems(problems));
    }
    let mut project = first?;
    project.warnings.append(&mut problems);
    years::later(scenario, options, &mut project, &plan)?;
    Ok(project)
}

/// Builds the model of a scenario's first year alone.
///
/// # Errors
/// As [`build`].
pub fn build_first_year(scenario: &Scenario, options: BuildOptions) -> Result<Project, Problems> {
    of_year(scenario, options, Ahead::FIRST)
}

fn of_year(scenario: &Scenario, options: BuildOptions, ahead: Ahead) -> Result<Project, Problems> {
    let context = Context::new(scenario, options, ahead)?;
    let built: Vec<(Park, Vec<Problem>)> =
        scenario.root.tables("park").par_iter().map(|table| park(&context, table)).collect();
    let mut warnings = scenario.warnings.clone();
    warnings.extend(context.warnings.iter().cloned());
    let mut parks = Vec::with_capacity(built.len());
    for (park, problems) in built {
        parks.push(park);
        warnings.extend(problems);
    }
    let terms = scenario.root.table("economics").map(|table| economics::terms(table, &mut warnings));
    let carbon = green::terms(scenario.root.table("carbon"), &mut warnings);
    if warnings.iter().any(Problem::is_error) {
        return Err(Problems(warnings));
    }
    let economics = scenario.root.table("economics");
    Ok(Project {
        name: scenario.name().to_owned(),
        title: title(&scenario.root, "title", scenario.name()),
        description: title(&scenario.root, "description", ""),
        axis: context.axis,
        calendar: context.calendar.clone(),
        weather: context.weather.clone(),
        parks,
        economics: terms,
        carbon,
        currency: economics.and_then(|table| table.text("currency")).unwrap_or("CNY").to_owned(),
        warnings,
        data_quality: context.data_quality(),
        years: Vec::new(),
        facts: context.into_facts(),
    })
}

/// A localised key, or a text for both languages.
pub(super) fn title(table: &Table, key: &str, otherwise: &str) -> Title {
    let (en, zh) = table.localised(key).unwrap_or((otherwise, otherwise));
    Title { en: en.to_owned(), zh: zh.to_owned() }
}

/// One park; a part that is wrong is left out and its problems are returned.
fn park(context: &Context<'_>, table: &Table) -> (Park, Vec<Problem>) {
    let mut problems = Vec::new();
    let year = context.axis.year;
    let mut fuels = fuel::fuels(context, table, &mut problems);
    let retrofits = retrofit::retrofits(table, year, &mut problems);
    crate::park::retrofit::settle(&retrofits, &mut fuels);
    in_order(table, &mut problems);
    let generators = generation::generators(context, table, &mut problems);
    let storages = storage::storages(context, table, &mut problems);
    let fleets = charging::fleets(context, table, &mut problems);
    let bays = inspection::bays(context, table, &fleets, &storages, &mut problems);
    let loads = load::loads(context, table, &mut problems);
    let shiftable = shiftable::shiftables(context, table, &mut problems);
    let options = grid::options(context, table);
    let mut park = Park {
        name: table.name().to_owned(),
        title: title(table, "title", table.name()),
        judged: judged::judged(table, &loads, &mut problems),
        loads,
        shiftable,
        storages,
        fleets,
        bays,
        electrified: fuel::electrified(context, &fuels),
        fuels,
        retrofits,
        green: green::green(table, &generators, context.axis.year),
        generators,
        grid: grid::grid(context, table, &mut problems),
        policy: grid::operation(table, &options),
        options,
        forecasts: grid::forecasts(context, table, &mut problems),
    };
    park.generators.retain(|plant| plant.service.covers(year));
    park.storages.retain(|unit| unit.service.covers(year));
    park.fleets.retain(|fleet| fleet.service.covers(year));
    park.bays.retain(|bays| bays.service.covers(year));
    if !problems.iter().any(Problem::is_error) {
        grid::check_operation(&park, table, &mut problems);
    }
    (park, problems)
}

/// Reports devices that would go before they come.
fn in_order(park: &Table, problems: &mut Vec<Problem>) {
    for table in ["pv", "wind", "storage", "charging", "retrofit"].iter().flat_map(|kind| park.tables(kind)) {
        let (from, until) = (table.number("in_service_year"), table.number("retire_year"));
        if let (Some(from), Some(until)) = (from, until)
            && from >= until
        {
            let message = format!("{} is retired in {until} and comes into service in {from}", table.name());
            problems.push(
                table
                    .error("retire_year", "retired-before-service", message)
                    .hint(format!("write a year after {from}, or leave `retire_year` out")),
            );
        }
    }
}
