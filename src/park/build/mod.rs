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
mod load;
mod series;
mod storage;
mod tariff;
mod wind;

pub use context::Context;

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
    let context = Context::new(scenario, options)?;
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
        facts: context.into_facts(),
    })
}

/// A localised key, or a text for both languages.
fn title(table: &Table, key: &str, otherwise: &str) -> Title {
    let (en, zh) = table.localised(key).unwrap_or((otherwise, otherwise));
    Title { en: en.to_owned(), zh: zh.to_owned() }
}

/// One park; a part that is wrong is left out and its problems are returned.
fn park(context: &Context<'_>, table: &Table) -> (Park, Vec<Problem>) {
    let mut problems = Vec::new();
    let fuels = fuel::fuels(table, &mut problems);
    let generators = generation::generators(context, table, &mut problems);
    let mut park = Park {
        name: table.name().to_owned(),
        title: title(table, "title", table.name()),
        loads: load::loads(context, table, &mut problems),
        storages: storage::storages(context, table, &mut problems),
        fleets: charging::fleets(context, table, &mut problems),
        electrified: fuel::electrified(context, &fuels),
        fuels,
        green: green::green(table, &generators, context.axis.year),
        generators,
        indicators: green::indicators(table.table("indicators")),
        grid: grid::grid(context, table, &mut problems),
        policy: grid::operation(table),
    };
    let year = context.axis.year;
    park.generators.retain(|plant| plant.service.covers(year));
    park.storages.retain(|unit| unit.service.covers(year));
    park.fleets.retain(|fleet| fleet.service.covers(year));
    if !problems.iter().any(Problem::is_error) {
        grid::check_operation(&park, table, &mut problems);
    }
    (park, problems)
}
