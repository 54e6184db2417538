//! Electric loads: archetypes and measured series.

use super::Context;
use crate::park::project::Series;
use crate::problem::Problem;
use crate::scenario::Table;
use crate::scenario::nearest::nearest;

/// The loads of a park; what is wrong is left out and reported.
pub fn loads(context: &Context<'_>, park: &Table, problems: &mut Vec<Problem>) -> Vec<(String, Series)> {
    let mut loads = Vec::new();
    for table in park.tables("load") {
        match load(context, table, problems) {
            Ok(series) => {
                let grown = context.ahead.grown(table.number("growth_per_year"));
                let series = if grown == 1.0 { series } else { series.iter().map(|kw| kw * grown).collect() };
                loads.push((table.name().to_owned(), series));
            }
            Err(found) => problems.extend(found),
        }
    }
    loads
}

fn load(context: &Context<'_>, table: &Table, warnings: &mut Vec<Problem>) -> Result<Series, Vec<Problem>> {
    if table.given("series") {
        let measured = super::series::series(context, table, Some(0.0), warnings)?;
        return Ok(rescaled(context, table, measured, warnings));
    }
    archetype(context, table).map_err(|problem| vec![problem])
}

/// A measured load, brought to `annual_mwh` where that is given.
fn rescaled(context: &Context<'_>, table: &Table, measured: Series, warnings: &mut Vec<Problem>) -> Series {
    let found_mwh = measured.iter().sum::<f64>() * context.axis.step_h() / 1000.0;
    let Some(wanted_mwh) = table.number("annual_mwh").filter(|_| found_mwh > 0.0) else { return measured };
    let factor = wanted_mwh / found_mwh;
    let message = (
        format!("the series of {found_mwh:.1} MWh is rescaled by {factor:.4} to {wanted_mwh} MWh"),
        format!("{found_mwh:.1} MWh 的序列乘以 {factor:.4}，调整为 {wanted_mwh} MWh"),
    );
    warnings.push(table.warning("annual_mwh", "series-rescaled", message));
    measured.iter().map(|power| power * factor).collect()
}

fn archetype(context: &Context<'_>, table: &Table) -> Result<Series, Problem> {
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
    crate::load::archetype_kw(archetype, annual_mwh * 1000.0, &context.calendar).map(Series::from).map_err(
        |problem| {
            let problem = Problem { place: table.place("archetype"), ..problem };
            match nearest(archetype, crate::load::names()) {
                Some(known) => problem.hint(format!("did you mean \"{known}\"?")),
                None => problem,
            }
        },
    )
}
