//! Electric loads: archetypes and measured series.

use super::Context;
use crate::park::project::Series;
use crate::problem::Problem;
use crate::scenario::Table;

/// The loads of a park; what is wrong is left out and reported.
pub fn loads(context: &Context<'_>, park: &Table, problems: &mut Vec<Problem>) -> Vec<(String, Series)> {
    let mut loads = Vec::new();
    for table in park.tables("load") {
        match load(context, table) {
            Ok(series) => loads.push((table.name().to_owned(), series)),
            Err(problem) => problems.push(problem),
        }
    }
    loads
}

fn load(context: &Context<'_>, table: &Table) -> Result<Series, Problem> {
    let Some(archetype) = table.text("archetype") else {
        return Err(table
            .error("", "no-source", "the load has neither `archetype` nor `series`")
            .hint("give an archetype of the catalogue with annual_mwh, or a series"));
    };
    let Some(annual_mwh) = table.number("annual_mwh") else {
        return Err(table
            .error("archetype", "missing-key", "`annual_mwh` is missing: an archetype is scaled to it")
            .hint("add `annual_mwh = …`"));
    };
    crate::load::archetype_kw(archetype, annual_mwh * 1000.0, &context.calendar)
        .map(Series::from)
        .map_err(|problem| Problem { place: table.place("archetype"), ..problem })
}
