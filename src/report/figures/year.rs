//! The year step by step: a week's dispatch, load duration.

use super::Context;
use super::energy::SUPPLY;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Course, Line, XAxis, YAxis, areas_and_lines};
use crate::report::heatmap::day_name;
use crate::report::theme::{Flow, grouped, power_scale};
use crate::time::Axis;

/// Points of a duration curve: as many as a page can show.
const CURVE_POINTS: usize = 400;

fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// First day (0-based) of the week around the highest import; the first of the year without import.
pub fn week_of_highest(axis: &Axis, import_kw: Option<&[f64]>) -> usize {
    let peak = import_kw.and_then(|values| values.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)));
    let day = peak.map_or(0, |(step, _)| step / axis.steps_per_day());
    day.saturating_sub(3).min(axis.days() - 7)
}

/// A week's supply as stacked areas with the demand as a line; a week that would run over the end of the
/// year is the last seven days.
pub fn dispatch_week(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let Some(series) = &context.park.series else { return Ok(None) };
    let axis = &context.report.axis;
    let steps = axis.steps();
    let import = series.or_zero("grid_import_kw", steps);
    let week = 7 * axis.steps_per_day();
    let first_day = context.week.unwrap_or_else(|| week_of_highest(axis, Some(&import))).min(axis.days() - 7);
    let from = first_day * axis.steps_per_day();
    let part = |column: &str| series.or_zero(column, steps)[from..from + week].to_vec();
    let demand: Vec<f64> = part("load_kw").iter().zip(part("charging_kw")).map(|(a, b)| a + b).collect();
    let columns: Vec<Vec<f64>> = SUPPLY.iter().map(|(_, column, _)| part(column)).collect();
    let most = columns.iter().map(|c| highest(c)).fold(highest(&demand), f64::max);
    if most <= 0.0 {
        return Ok(None);
    }
    let scale = power_scale(most);
    let mut legend = Vec::new();
    let mut areas = Vec::new();
    for ((key, column, flow), values) in SUPPLY.iter().zip(&columns) {
        if highest(values) > most * 1e-6 {
            legend.push(Legend::new(context.t(key), flow.colour()));
            areas.push(Line::new(column, flow.colour(), values.clone()));
        }
    }
    legend.push(Legend::line(context.t("flow.demand"), Flow::Load.colour()));
    let line = Line::new("demand_kw", Flow::Load.colour(), demand.clone());
    let ticks: Vec<(f64, String)> =
        (0..7).map(|day| (24.0 * day as f64 + 12.0, day_name(axis, first_day + day, context.lang))).collect();
    let (first, last) = (&ticks[0].1, &ticks[6].1);
    let dates = context.t("figure.week.dates").replacen("{}", first, 1).replacen("{}", last, 1);
    let title = context.titled(&dates.replacen("{}", &axis.year.to_string(), 1));
    let x = XAxis { ticks: &ticks, desc: "", from: 0.0, step: axis.step_h() };
    let y = YAxis::new(scale.unit, scale.factor);
    let drawing =
        sheet(HEIGHT, &title, &legend, |area| areas_and_lines(area, &x, &areas, &[line], Course::Steps, &y))?;
    let header: Vec<&str> =
        ["time", "demand_kw"].into_iter().chain(SUPPLY.iter().map(|(_, column, _)| *column)).collect();
    let rows = (0..week).map(|i| {
        let values = std::iter::once(demand[i]).chain(columns.iter().map(|c| c[i])).collect();
        (axis.stamp(from + i), values)
    });
    Ok(Some(Figure::new("dispatch-week", context.t("figure.week.caption"), drawing, csv(&header, rows))))
}

pub fn load_duration(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let Some(series) = &context.park.series else { return Ok(None) };
    let axis = &context.report.axis;
    let steps = axis.steps();
    let sorted = |mut values: Vec<f64>| {
        values.sort_by(|a, b| b.total_cmp(a));
        values
    };
    let load = series.or_zero("load_kw", steps);
    let charging = series.or_zero("charging_kw", steps);
    let demand = sorted(load.iter().zip(&charging).map(|(a, b)| a + b).collect());
    let import = sorted(series.or_zero("grid_import_kw", steps));
    let most = highest(&demand).max(highest(&import));
    if most <= 0.0 {
        return Ok(None);
    }
    let scale = power_scale(most);
    // The curve is drawn by some of its points, the highest and the lowest among them.
    let points = CURVE_POINTS.min(steps);
    let place = |point: usize| point * (steps - 1) / (points - 1);
    let thin = |values: &[f64]| -> Vec<f64> { (0..points).map(|point| values[place(point)]).collect() };
    let demand = Line::new("demand_kw", Flow::Load.colour(), thin(&demand));
    let import = Line::new("grid_import_kw", Flow::Import.colour(), thin(&import));
    let legend = [
        Legend::line(context.t("figure.duration.without"), demand.colour),
        Legend::new(context.t("figure.duration.with"), import.colour),
    ];
    let rows: Vec<(String, Vec<f64>)> = (0..points)
        .map(|point| {
            let hours = place(point) as f64 * axis.step_h();
            (hours.to_string(), vec![demand.values[point], import.values[point]])
        })
        .collect();
    let hours = steps as f64 * axis.step_h();
    let ticks: Vec<(f64, String)> =
        (0..=8).map(|k| (f64::from(k) * 1000.0, grouped(f64::from(k) * 1000.0, 0))).collect();
    let desc = context.t("figure.duration.axis");
    let x = XAxis { ticks: &ticks, desc, from: 0.0, step: hours / (points - 1) as f64 };
    let y = YAxis::new(scale.unit, scale.factor);
    let drawing = sheet(HEIGHT, &context.title("figure.duration"), &legend, |area| {
        areas_and_lines(area, &x, &[import], &[demand], Course::Points, &y)
    })?;
    let data = csv(&["hours", "demand_kw", "grid_import_kw"], rows.into_iter());
    Ok(Some(Figure::new("load-duration", context.t("figure.duration.caption"), drawing, data)))
}
