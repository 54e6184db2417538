//! Money: the bill by month, the step from baseline to design, the cash flow.

use super::Context;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Line, Step, XAxis, areas_and_lines, stacked_bars, waterfall as draw_waterfall};
use crate::report::heatmap::month_name;
use crate::report::theme::{BETTER, Flow, money_scale};
use plotters::style::RGBColor;

/// Parts of a bill with their colours: costs first, then revenues.
const PARTS: [(&str, RGBColor); 10] = [
    ("energy_charge", RGBColor(0, 114, 178)),
    ("demand_charge", RGBColor(213, 94, 0)),
    ("capacity_charge", RGBColor(230, 159, 0)),
    ("fixed_charge", RGBColor(140, 140, 150)),
    ("surcharges", RGBColor(204, 121, 167)),
    ("power_factor_adjustment", RGBColor(110, 84, 60)),
    ("green_supply_cost", RGBColor(0, 158, 115)),
    ("wheeling_charge", RGBColor(86, 180, 233)),
    ("export_revenue", RGBColor(127, 206, 185)),
    ("charging_revenue", RGBColor(180, 150, 200)),
];

/// The unit of money on an axis: `million CNY`, `万 CNY`.
fn money_unit(context: &Context<'_>, prefix: &str) -> String {
    format!("{prefix} {}", context.report.currency).trim().to_owned()
}

pub fn bill_monthly(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let Some(months) = context.park.configured["bill"]["monthly"].as_array() else { return Ok(None) };
    let part = |month: &serde_json::Value, key: &str| month[key].as_f64().unwrap_or(0.0);
    let most = months
        .iter()
        .map(|m| PARTS.iter().map(|(key, _)| part(m, key).abs()).sum::<f64>())
        .fold(0.0, f64::max);
    if most <= 0.0 || months.len() != 12 {
        return Ok(None);
    }
    let scale = money_scale(most, context.lang);
    let (mut up, mut down, mut legend) = (Vec::new(), Vec::new(), Vec::new());
    for (key, colour) in PARTS {
        let revenue = key.ends_with("_revenue");
        let values: Vec<f64> = months.iter().map(|m| part(m, key) / scale.factor).collect();
        if values.iter().all(|v| v.abs() < 1e-9) {
            continue;
        }
        let label = context.t(&format!("bill.{key}")).to_owned();
        legend.push(Legend::new(&label, colour));
        // A power-factor reward is negative and stands below zero like a revenue.
        let (costs, gains): (Vec<f64>, Vec<f64>) =
            values.iter().map(|v| if revenue { (0.0, *v) } else { (v.max(0.0), (-v).max(0.0)) }).unzip();
        up.push(Line { label: label.clone(), colour, values: costs });
        down.push(Line { label, colour, values: gains });
    }
    let categories: Vec<String> = (0..12).map(|m| month_name(m, context.lang)).collect();
    let unit = money_unit(context, scale.unit);
    let svg = sheet(HEIGHT, &context.title("figure.bill"), &legend, |area| {
        stacked_bars(area, &categories, &up, &down, &unit)
    })?;
    let header: Vec<&str> = std::iter::once("month").chain(PARTS.iter().map(|(key, _)| *key)).collect();
    let rows = months
        .iter()
        .enumerate()
        .map(|(m, month)| ((m + 1).to_string(), PARTS.iter().map(|(key, _)| part(month, key)).collect()));
    Ok(Some(Figure {
        id: "bill-monthly".to_owned(),
        caption: context.t("figure.bill.caption").to_owned(),
        svg,
        csv: csv(&header, rows),
    }))
}

pub fn waterfall(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let park = context.park;
    let (Some(before), Some(after)) =
        (park.baseline_metric("economics", "annual_total"), park.metric("economics", "annual_total"))
    else {
        return Ok(None);
    };
    let change = |group: &str, keys: &[&str]| -> f64 {
        keys.iter().map(|key| park.change[group][*key].as_f64().unwrap_or(0.0)).sum()
    };
    let energy = change("bill", &["energy_charge"]);
    let demand = change("bill", &["demand_charge", "capacity_charge"]);
    let revenue = -change("bill", &["export_revenue", "charging_revenue"]);
    let other = change("bill", &["total"]) - energy - demand - revenue;
    let opex = change("economics", &["opex_annual"]);
    let capital = (after - before) - change("bill", &["total"]) - opex;
    let scale = money_scale(before.abs().max(after.abs()), context.lang);
    let steps = [
        ("waterfall.baseline", before, true),
        ("waterfall.energy", energy, false),
        ("waterfall.demand", demand, false),
        ("waterfall.other", other, false),
        ("waterfall.revenue", revenue, false),
        ("waterfall.opex", opex, false),
        ("waterfall.capital", capital, false),
        ("waterfall.configured", after, true),
    ];
    figure(
        context,
        "waterfall-money",
        "figure.waterfall.money",
        &steps,
        scale.factor,
        &money_unit(context, scale.unit),
        "money",
    )
    .map(Some)
}

/// A waterfall figure from its steps: message, value, total.
pub fn figure(
    context: &Context<'_>,
    id: &str,
    key: &str,
    steps: &[(&str, f64, bool)],
    factor: f64,
    unit: &str,
    column: &str,
) -> Result<Figure, DrawError> {
    let drawn: Vec<Step> = steps
        .iter()
        .filter(|(_, value, total)| *total || value.abs() / factor > 1e-6)
        .map(|(label, value, total)| Step {
            label: context.t(label).to_owned(),
            value: value / factor,
            total: *total,
        })
        .collect();
    let svg = sheet(HEIGHT, &context.title(key), &[], |area| draw_waterfall(area, &drawn, unit))?;
    let rows = steps.iter().map(|(label, value, _)| ((*label).to_owned(), vec![*value]));
    Ok(Figure {
        id: id.to_owned(),
        caption: context.t(&format!("{key}.caption")).to_owned(),
        svg,
        csv: csv(&["step", column], rows),
    })
}

pub fn cash_flow(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let Some(years) = context.park.configured["economics"]["cash_flow"].as_array() else { return Ok(None) };
    let net: Vec<f64> = years.iter().map(|year| year["net"].as_f64().unwrap_or(0.0)).collect();
    let most = net.iter().map(|v| v.abs()).fold(0.0, f64::max);
    if most <= 0.0 {
        return Ok(None);
    }
    let sums: Vec<f64> = net
        .iter()
        .scan(0.0, |sum, value| {
            *sum += value;
            Some(*sum)
        })
        .collect();
    let scale = money_scale(sums.iter().map(|v| v.abs()).fold(most, f64::max), context.lang);
    let scaled = |values: &[f64]| values.iter().map(|v| v / scale.factor).collect::<Vec<f64>>();
    let lines = [
        Line { label: context.t("cash.net").to_owned(), colour: Flow::Money.colour(), values: scaled(&net) },
        Line { label: context.t("cash.sum").to_owned(), colour: BETTER, values: scaled(&sums) },
    ];
    let legend: Vec<Legend> = lines.iter().map(|line| Legend::new(&line.label, line.colour)).collect();
    let ticks: Vec<(f64, String)> =
        (0..net.len()).step_by(5).map(|y| (y as f64 + 0.5, y.to_string())).collect();
    let unit = money_unit(context, scale.unit);
    let svg = sheet(HEIGHT, &context.title("figure.cash"), &legend, |area| {
        areas_and_lines(area, &XAxis { ticks: &ticks, desc: "" }, &[], &lines, &unit)
    })?;
    let rows = net.iter().zip(&sums).enumerate().map(|(y, (n, s))| (y.to_string(), vec![*n, *s]));
    Ok(Some(Figure {
        id: "cash-flow".to_owned(),
        caption: context.t("figure.cash.caption").to_owned(),
        svg,
        csv: csv(&["year", "net", "running_sum"], rows),
    }))
}
