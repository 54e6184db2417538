//! Storage: how much it held how long, how deep it was cycled, how its health goes over the years.

use super::Context;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Course, Line, XAxis, YAxis, areas_and_lines, stacked_bars};
use crate::report::theme::{Flow, line_shade, shade};
use plotters::style::RGBColor;

/// Classes of both histograms.
const BINS: usize = 10;

fn classes() -> Vec<String> {
    (0..BINS).map(|b| format!("{}–{} %", b * 10, b * 10 + 10)).collect()
}

pub fn energy_histogram(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let Some(values) = context.park.series.as_ref().and_then(|series| series.column("storage_energy_kwh"))
    else {
        return Ok(None);
    };
    let most = values.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return Ok(None);
    }
    let mut hours = vec![0.0; BINS];
    for value in values {
        let bin = ((value / most * BINS as f64) as usize).min(BINS - 1);
        hours[bin] += context.report.axis.step_h();
    }
    let labels = classes();
    let line = Line::new("hours", Flow::Discharge.colour(), hours.clone());
    let y = YAxis::new(context.t("figure.soc.unit"), 1.0);
    let drawing = sheet(HEIGHT, &context.title("figure.soc"), &[], |area| {
        stacked_bars(area, &labels, &[line], &[], &[], &y)
    })?;
    let rows = labels.iter().cloned().zip(hours.iter().map(|h| vec![*h]));
    let data = csv(&["share_of_highest", "hours"], rows);
    Ok(Some(Figure::new("stored-energy-histogram", context.t("figure.soc.caption"), drawing, data)))
}

/// The numbers of a list of each storage of the design, with its name; storages without it are left out.
fn lists(context: &Context<'_>, key: &str) -> Vec<(String, Vec<f64>)> {
    let units = context.park.configured["storage"].as_array();
    units
        .into_iter()
        .flatten()
        .filter_map(|unit| {
            let values: Vec<f64> =
                unit[key].as_array()?.iter().filter_map(serde_json::Value::as_f64).collect();
            (!values.is_empty()).then(|| (unit["name"].as_str().unwrap_or_default().to_owned(), values))
        })
        .collect()
}

fn legend(context: &Context<'_>, units: &[Line], entry: fn(&str, RGBColor) -> Legend) -> Vec<Legend> {
    let title = |name| context.park.device("storage", name, context.lang);
    units.iter().map(|line| entry(title(&line.column), line.colour)).collect()
}

fn lines(units: Vec<(String, Vec<f64>)>, shade: fn(Flow, usize) -> RGBColor) -> Vec<Line> {
    let coloured = units.into_iter().enumerate();
    coloured.map(|(i, (name, values))| Line::new(&name, shade(Flow::Discharge, i), values)).collect()
}

/// Cycles of the year by their depth, counted by rainflow.
pub fn depth_histogram(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let units = lines(lists(context, "cycles_by_depth"), shade);
    if units.iter().flat_map(|line| &line.values).all(|count| *count <= 0.0) {
        return Ok(None);
    }
    let labels = classes();
    let y = YAxis::new(context.t("figure.depth.unit"), 1.0);
    let drawing =
        sheet(HEIGHT, &context.title("figure.depth"), &legend(context, &units, Legend::new), |area| {
            stacked_bars(area, &labels, &units, &[], &[], &y)
        })?;
    let header: Vec<&str> =
        std::iter::once("depth").chain(units.iter().map(|line| line.column.as_str())).collect();
    let rows = labels
        .iter()
        .enumerate()
        .map(|(bin, label)| (label.clone(), units.iter().map(|line| line.values[bin]).collect()));
    let title = |name: &str| context.park.device("storage", name, context.lang).to_owned();
    let called = units.iter().map(|unit| (unit.column.clone(), title(&unit.column)));
    let caption = context.t("figure.depth.caption");
    Ok(Some(Figure::new("cycle-depth-histogram", caption, drawing, csv(&header, rows)).calling(called)))
}

/// State of health at the start of each year of the project, with what is bought in between.
pub fn health(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let units = lines(lists(context, "soh_by_year"), line_shade);
    let Some(years) = units.iter().map(|line| line.values.len()).max().filter(|years| *years > 1) else {
        return Ok(None);
    };
    let ticks: Vec<(f64, String)> = (0..years).step_by(5).map(|y| (y as f64, y.to_string())).collect();
    let desc = context.t("figure.health.axis");
    let x = XAxis { ticks: &ticks, desc, from: 0.0, step: 1.0 };
    let y = YAxis::new(context.t("figure.health.unit"), 0.01);
    let drawing =
        sheet(HEIGHT, &context.title("figure.health"), &legend(context, &units, Legend::line), |area| {
            areas_and_lines(area, &x, &[], &units, Course::Steps, &y)
        })?;
    let header: Vec<&str> =
        std::iter::once("year").chain(units.iter().map(|line| line.column.as_str())).collect();
    let rows = (0..years).map(|year| {
        let of = |line: &Line| line.values.get(year).copied().unwrap_or(f64::NAN);
        (year.to_string(), units.iter().map(of).collect())
    });
    Ok(Some(Figure::new("state-of-health", context.t("figure.health.caption"), drawing, csv(&header, rows))))
}
