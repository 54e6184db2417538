//! Energy of the year: Sankey and monthly balance.

use super::Context;
use crate::lang::Lang;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Line, YAxis, stacked_bars};
use crate::report::heatmap::month_name;
use crate::report::sankey::{Stream, draw};
use crate::report::theme::{Flow, comparable, energy_scale};
use crate::report::words::energy;

/// Flows into the bus: message, series column, metric, colour.
pub const SUPPLY: [(&str, &str, Flow); 6] = [
    ("flow.pv", "pv_kw", Flow::Pv),
    ("flow.wind", "wind_kw", Flow::Wind),
    ("flow.discharge", "storage_discharge_kw", Flow::Discharge),
    ("flow.v2g", "v2g_kw", Flow::V2g),
    ("flow.import", "grid_import_kw", Flow::Import),
    ("flow.unserved", "unserved_kw", Flow::Unserved),
];

/// Flows out of the bus.
pub const USE: [(&str, &str, Flow); 5] = [
    ("flow.load", "load_kw", Flow::Load),
    ("flow.charging", "charging_kw", Flow::Charging),
    ("flow.charge", "storage_charge_kw", Flow::Charge),
    ("flow.export", "grid_export_kw", Flow::Export),
    ("flow.curtailed", "curtailed_kw", Flow::Curtailed),
];

/// The metric that sums a series column.
fn metric_of(column: &str) -> &str {
    match column {
        "pv_kw" => "pv_available_kwh",
        "wind_kw" => "wind_available_kwh",
        "storage_discharge_kw" => "storage_discharge_kwh",
        "storage_charge_kw" => "storage_charge_kwh",
        "v2g_kw" => "v2g_kwh",
        "grid_import_kw" => "grid_import_kwh",
        "grid_export_kw" => "grid_export_kwh",
        "load_kw" => "load_kwh",
        "charging_kw" => "charging_kwh",
        "curtailed_kw" => "curtailed_kwh",
        _ => "unserved_kwh",
    }
}

pub fn sankey(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let size = |column: &str| context.park.metric("energy", metric_of(column)).unwrap_or(0.0);
    let total: f64 = USE.iter().map(|(_, column, _)| size(column)).sum();
    if total <= 0.0 {
        return Ok(None);
    }
    // In English one unit, in which the smaller flows can be read beside the largest; in Chinese each flow in
    // the unit that its size has: 9.00 亿 beside 1,097 万.
    let scale = energy_scale(total / 10.0, context.lang);
    let largest = SUPPLY.iter().chain(&USE).map(|(_, column, _)| size(column)).fold(0.0, f64::max);
    let amount = |kwh: f64| match context.lang {
        Lang::En => format!("{} {}", comparable(kwh / scale.factor, largest / scale.factor), scale.unit),
        Lang::Zh => energy(Some(kwh), context.lang),
    };
    let streams = |flows: &[(&str, &str, Flow)]| -> Vec<Stream> {
        let stream = |(key, column, flow): &(&str, &str, Flow)| Stream {
            label: format!("{} {}", context.t(key), amount(size(column))),
            value: size(column),
            colour: flow.colour(),
        };
        flows.iter().map(stream).collect()
    };
    let (sources, uses) = (streams(&SUPPLY), streams(&USE));
    let svg = sheet(HEIGHT, &context.title("figure.sankey"), &[], |area| {
        draw(area, &sources, &uses, context.t("figure.sankey.bus"))
    })?;
    let rows = SUPPLY.iter().map(|f| (f, "in")).chain(USE.iter().map(|f| (f, "out")));
    let rows =
        rows.map(|((_, column, _), side)| (format!("{side}:{}", metric_of(column)), vec![size(column)]));
    let caption = context.t("figure.sankey.caption");
    Ok(Some(Figure::new("sankey", caption, svg, csv(&["flow", "kwh"], rows))))
}

pub fn monthly_balance(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let Some(series) = &context.park.series else { return Ok(None) };
    let axis = &context.report.axis;
    let starts = axis.month_starts();
    let monthly = |column: &str| -> Vec<f64> {
        let values = series.or_zero(column, axis.steps());
        (0..12).map(|m| values[starts[m]..starts[m + 1]].iter().sum::<f64>() * axis.step_h()).collect()
    };
    let largest = USE.iter().map(|(_, column, _)| monthly(column).iter().sum::<f64>()).sum::<f64>() / 12.0;
    let scale = energy_scale(largest, context.lang);
    let mut rows = vec![Vec::new(); 12];
    let mut header = vec!["month".to_owned()];
    let mut legend = Vec::new();
    let mut lines = |flows: &[(&str, &str, Flow)]| -> Vec<Line> {
        let mut lines = Vec::new();
        for (key, column, flow) in flows {
            let kwh = monthly(column);
            header.push(column.replace("_kw", "_kwh"));
            for (row, value) in rows.iter_mut().zip(&kwh) {
                row.push(*value);
            }
            if kwh.iter().sum::<f64>() > largest * 1e-6 {
                legend.push(Legend::new(context.t(key), flow.colour()));
                lines.push(Line::new(&column.replace("_kw", "_kwh"), flow.colour(), kwh));
            }
        }
        lines
    };
    let (up, down) = (lines(&SUPPLY), lines(&USE));
    let categories: Vec<String> = (0..12).map(|m| month_name(m, context.lang)).collect();
    let svg = sheet(HEIGHT, &context.title("figure.monthly"), &legend, |area| {
        stacked_bars(area, &categories, &up, &down, &[], &YAxis::new(scale.unit, scale.factor))
    })?;
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let rows = rows.into_iter().enumerate().map(|(m, row)| ((m + 1).to_string(), row));
    let caption = context.t("figure.monthly.caption");
    Ok(Some(Figure::new("monthly-balance", caption, svg, csv(&header, rows))))
}
