//! The year step by step: a week's dispatch, heat maps, load duration, stored energy.

use super::Context;
use super::energy::SUPPLY;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Line, XAxis, areas_and_lines, stacked_bars};
use crate::report::heatmap;
use crate::report::theme::{Flow, power_scale};

fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

pub fn dispatch_week(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let Some(series) = &context.park.series else { return Ok(None) };
    let axis = &context.report.axis;
    let steps = axis.steps();
    let import = series.or_zero("grid_import_kw", steps);
    let week = 7 * axis.steps_per_day();
    let peak = import.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(i, _)| i);
    let last = axis.days() - 7;
    let first_day = context.week.unwrap_or_else(|| (peak / axis.steps_per_day()).saturating_sub(3)).min(last);
    let from = first_day * axis.steps_per_day();
    let part = |column: &str| series.or_zero(column, steps)[from..from + week].to_vec();
    let demand: Vec<f64> = part("load_kw").iter().zip(part("charging_kw")).map(|(a, b)| a + b).collect();
    let columns: Vec<Vec<f64>> = SUPPLY.iter().map(|(_, column, _)| part(column)).collect();
    let most = columns.iter().map(|c| highest(c)).fold(highest(&demand), f64::max);
    let scale = power_scale(most);
    let mut legend = Vec::new();
    let mut areas = Vec::new();
    for ((key, _, flow), values) in SUPPLY.iter().zip(&columns) {
        if highest(values) > most * 1e-6 {
            legend.push(Legend::new(context.t(key), flow.colour()));
            areas.push(Line {
                label: context.t(key).to_owned(),
                colour: flow.colour(),
                values: values.iter().map(|v| v / scale.factor).collect(),
            });
        }
    }
    legend.push(Legend::new(context.t("flow.demand"), Flow::Load.colour()));
    let line = Line {
        label: context.t("flow.demand").to_owned(),
        colour: Flow::Load.colour(),
        values: demand.iter().map(|v| v / scale.factor).collect(),
    };
    let ticks: Vec<(f64, String)> = (0..7)
        .map(|day| {
            let (month, day_of_month) = axis.month_and_day(first_day + day);
            let at = (day as f64 + 0.5) * axis.steps_per_day() as f64;
            (at, format!("{}-{:02}", month + 1, day_of_month + 1))
        })
        .collect();
    let svg = sheet(HEIGHT, &context.title("figure.week"), &legend, |area| {
        areas_and_lines(area, &XAxis { ticks: &ticks, desc: "" }, &areas, &[line], scale.unit)
    })?;
    let header: Vec<&str> =
        ["time", "demand_kw"].into_iter().chain(SUPPLY.iter().map(|(_, column, _)| *column)).collect();
    let rows = (0..week).map(|i| {
        let values = std::iter::once(demand[i]).chain(columns.iter().map(|c| c[i])).collect();
        (axis.stamp(from + i), values)
    });
    Ok(Some(Figure {
        id: "dispatch-week".to_owned(),
        caption: context.t("figure.week.caption").to_owned(),
        svg,
        csv: csv(&header, rows),
    }))
}

fn heat(
    context: &Context<'_>,
    id: &str,
    key: &str,
    column: &str,
    energy: bool,
) -> Result<Option<Figure>, DrawError> {
    let Some(values) = context.park.series.as_ref().and_then(|series| series.column(column)) else {
        return Ok(None);
    };
    let most = highest(values);
    if most <= 0.0 {
        return Ok(None);
    }
    let scale = power_scale(most);
    let unit = match (energy, scale.factor > 1.0) {
        (true, true) => "MWh",
        (true, false) => "kWh",
        _ => scale.unit,
    };
    let scaled: Vec<f64> = values.iter().map(|v| v / scale.factor).collect();
    let caption = context.t("figure.heat.caption");
    heatmap::figure(id, &context.title(key), caption, unit, &context.report.axis, &scaled, context.lang)
        .map(Some)
}

pub fn heat_load(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    heat(context, "heatmap-load", "figure.heat.load", "load_kw", false)
}

pub fn heat_pv(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    heat(context, "heatmap-pv", "figure.heat.pv", "pv_kw", false)
}

pub fn heat_import(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    heat(context, "heatmap-import", "figure.heat.import", "grid_import_kw", false)
}

pub fn heat_soc(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    heat(context, "heatmap-stored-energy", "figure.heat.soc", "storage_energy_kwh", true)
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
    let scale = power_scale(highest(&demand).max(highest(&import)));
    // A curve of 8760 points or more is drawn by about 600.
    let stride = (steps / 600).max(1);
    let thin =
        |values: &[f64]| -> Vec<f64> { values.iter().step_by(stride).map(|v| v / scale.factor).collect() };
    let lines: Vec<Line> = [("flow.demand", Flow::Load, &demand), ("flow.import", Flow::Export, &import)]
        .into_iter()
        .map(|(key, flow, values)| Line {
            label: context.t(key).to_owned(),
            colour: flow.colour(),
            values: thin(values),
        })
        .collect();
    let legend: Vec<Legend> = lines.iter().map(|line| Legend::new(&line.label, line.colour)).collect();
    let hours_per_point = stride as f64 * axis.step_h();
    let ticks: Vec<(f64, String)> =
        (0..=8).map(|k| (f64::from(k) * 1000.0 / hours_per_point, (k * 1000).to_string())).collect();
    let desc = context.t("figure.duration.axis");
    let svg = sheet(HEIGHT, &context.title("figure.duration"), &legend, |area| {
        areas_and_lines(area, &XAxis { ticks: &ticks, desc }, &[], &lines, scale.unit)
    })?;
    let rows =
        (0..steps).map(|i| (((i as f64 + 1.0) * axis.step_h()).to_string(), vec![demand[i], import[i]]));
    Ok(Some(Figure {
        id: "load-duration".to_owned(),
        caption: context.t("figure.duration.caption").to_owned(),
        svg,
        csv: csv(&["hours", "demand_kw", "grid_import_kw"], rows),
    }))
}

pub fn soc_histogram(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let Some(values) = context.park.series.as_ref().and_then(|series| series.column("storage_energy_kwh"))
    else {
        return Ok(None);
    };
    let most = highest(values);
    if most <= 0.0 {
        return Ok(None);
    }
    const BINS: usize = 10;
    let mut hours = vec![0.0; BINS];
    for value in values {
        let bin = ((value / most * BINS as f64) as usize).min(BINS - 1);
        hours[bin] += context.report.axis.step_h();
    }
    let labels: Vec<String> = (0..BINS).map(|b| format!("{}–{} %", b * 10, b * 10 + 10)).collect();
    let line = Line {
        label: context.t("figure.soc").to_owned(),
        colour: Flow::Discharge.colour(),
        values: hours.clone(),
    };
    let svg = sheet(HEIGHT, &context.title("figure.soc"), &[], |area| {
        stacked_bars(area, &labels, &[line], &[], context.t("figure.soc.unit"))
    })?;
    let rows = labels.iter().cloned().zip(hours.iter().map(|h| vec![*h]));
    Ok(Some(Figure {
        id: "stored-energy-histogram".to_owned(),
        caption: context.t("figure.soc.caption").to_owned(),
        svg,
        csv: csv(&["share_of_highest", "hours"], rows),
    }))
}
