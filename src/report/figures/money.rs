//! Money: the step from baseline to design, the cash flow.

use super::Context;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet, text};
use crate::report::charts::{Line, Step, YAxis, stacked_bars, waterfall as draw_waterfall};
use crate::report::theme::{BETTER, Flow, INK};
use plotters::style::text_anchor::{HPos, Pos, VPos};

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
    let y = context.money(before.abs().max(after.abs()));
    steps_figure(context, "waterfall-money", "figure.waterfall.money", &steps, &y, "money").map(Some)
}

/// A waterfall figure from its steps: message, value, total.
pub fn steps_figure(
    context: &Context<'_>,
    id: &str,
    key: &str,
    steps: &[(&str, f64, bool)],
    y: &YAxis,
    column: &str,
) -> Result<Figure, DrawError> {
    let most = steps.iter().map(|(_, value, _)| value.abs()).fold(0.0, f64::max);
    let drawn: Vec<Step> = steps
        .iter()
        .filter(|(_, value, total)| *total || value.abs() > most * 1e-6)
        .map(|(label, value, total)| Step {
            label: context.t(label).to_owned(),
            value: *value,
            total: *total,
        })
        .collect();
    let drawing = sheet(HEIGHT, &context.title(key), &[], |area| draw_waterfall(area, &drawn, column, y))?;
    let rows = steps.iter().map(|(label, value, _)| ((*label).to_owned(), vec![*value]));
    let caption = context.t(&format!("{key}.caption"));
    Ok(Figure::new(id, caption, drawing, csv(&["step", column], rows)))
}

pub fn cash_flow(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let Some(years) = context.park.configured["economics"]["cash_flow"].as_array() else { return Ok(None) };
    let net: Vec<f64> = years.iter().map(|year| year["net"].as_f64().unwrap_or(0.0)).collect();
    let sums: Vec<f64> = net
        .iter()
        .scan(0.0, |sum, value| {
            *sum += value;
            Some(*sum)
        })
        .collect();
    let most = net.iter().chain(&sums).map(|v| v.abs()).fold(0.0, f64::max);
    if most <= 0.0 {
        return Ok(None);
    }
    let part = |sign: f64| net.iter().map(|v| (v * sign).max(0.0)).collect::<Vec<f64>>();
    let (up, down) = ([Line::new("net", NET, part(1.0))], [Line::new("net", NET, part(-1.0))]);
    let course = [Line::new("running_sum", BETTER, sums.clone())];
    let legend = [Legend::new(context.t("cash.net"), NET), Legend::line(context.t("cash.sum"), BETTER)];
    // Every fifth year is named.
    let label = |year: usize| if year.is_multiple_of(5) { year.to_string() } else { String::new() };
    let categories: Vec<String> = (0..net.len()).map(label).collect();
    let y = context.money(most);
    let drawing = sheet(HEIGHT, &context.title("figure.cash"), &legend, |area| {
        stacked_bars(area, &categories, &up, &down, &course, &y)?;
        let (width, height) = area.dim_in_pixel();
        let style = text(16, INK).pos(Pos::new(HPos::Center, VPos::Top));
        area.draw_text(context.t("figure.cash.year"), &style, (width as i32 / 2, height as i32 - 22))?;
        Ok(())
    })?;
    let rows = net.iter().zip(&sums).enumerate().map(|(y, (n, s))| (y.to_string(), vec![*n, *s]));
    let data = csv(&["year", "net", "running_sum"], rows);
    Ok(Some(Figure::new("cash-flow", context.t("figure.cash.caption"), drawing, data)))
}

const NET: plotters::style::RGBColor = Flow::Money.colour();
