//! Measured series of a scenario: read once per file and options, told in `check`.

use super::Context;
use crate::park::project::{DataQuality, Fact, Series};
use crate::problem::{Place, Problem, Problems};
use crate::scenario::Table;
use crate::series::{self, Options, SeriesFile, Unit};
use crate::time::Zone;
use crate::weather::Repair;
use std::sync::Arc;

/// The series that a table names with `series` and the options beside it.
///
/// Powers (`minimum` 0) are in kW unless `unit` says otherwise; other quantities are taken as they
/// are. Warnings go to `warnings`, what was understood to the context's facts.
///
/// # Errors
/// All problems of the file, each with the key that names it.
pub fn series(
    context: &Context<'_>,
    table: &Table,
    minimum: Option<f64>,
    warnings: &mut Vec<Problem>,
) -> Result<Series, Vec<Problem>> {
    let mut options = options(table, minimum)?;
    // The night is that of the site; a plant on a direct line has its own.
    let on_site = table.spec.name == "pv" && table.text("connection") != Some("direct-line");
    options.sun_of = on_site.then_some(context.observer);
    let path = table.required_text("series");
    let key = table.key_path("series");
    let keyed = |problem: Problem| match problem.place {
        Place { key: None, .. } => problem.at_key(key.clone()),
        Place { key: Some(ref own), .. } => {
            let path = table.key_path(own);
            problem.at_key(path)
        }
    };
    let bytes = context
        .scenario
        .files
        .read(path)
        .map_err(|problem| vec![Problem { place: table.place("series"), ..problem }])?;
    let shown = context.scenario.files.shown(path);
    let found = context
        .series_file(format!("{path} {options:?}"), || series::read(&bytes, &shown, &context.axis, &options))
        .map_err(|problems| problems.0.into_iter().map(keyed).collect::<Vec<Problem>>())?;
    warnings.extend(found.warnings.iter().cloned().map(keyed));
    let text = format!("{path}: {}", found.describe(&context.axis, options.unit));
    context.found(DataQuality {
        key: key.clone(),
        file: shown,
        rows: found.rows,
        findings: found.findings.clone(),
        repaired: found.repaired,
    });
    context.understood(Fact { key, text });
    Ok(found.values.clone().into())
}

fn options(table: &Table, minimum: Option<f64>) -> Result<Options, Vec<Problem>> {
    let timezone = match table.text("timezone") {
        None => None,
        Some(name) => Some(
            Zone::parse(name)
                .map_err(|problem| vec![Problem { place: table.place("timezone"), ..problem }])?,
        ),
    };
    let unit = match (table.given("unit"), minimum) {
        (false, None) => Unit::AsIs,
        _ => table.text("unit").and_then(Unit::parse).unwrap_or_default(),
    };
    Ok(Options {
        column: table.text("column").map(str::to_owned),
        unit,
        time: table.text("time").map(str::to_owned),
        label_end: table.text("label") == Some("end"),
        timezone,
        sheet: table.text("sheet").map(str::to_owned),
        repair: match table.text("repair") {
            Some("interpolate") => Repair::Interpolate,
            Some("clear-sky") => Repair::ClearSky,
            _ => Repair::None,
        },
        max_gap_hours: table.number("max_gap_hours").unwrap_or(3.0),
        minimum,
        sun_of: None,
    })
}

/// A file that was read, or its problems.
pub type ReadSeries = Result<Arc<SeriesFile>, Problems>;
