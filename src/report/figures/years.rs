//! Later calendar years, where they are simulated: cost and carbon of baseline and design.

use super::Context;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Line, YAxis, grouped_bars};
use crate::report::theme::{BASELINE, TOTAL, tonnes_scale};

/// A metric of every simulated year, baseline beside design.
fn by_year(
    context: &Context<'_>,
    (id, key): (&str, &str),
    (group, metric): (&str, &str),
    y: impl Fn(f64) -> YAxis,
) -> Result<Option<Figure>, DrawError> {
    let years = &context.park.years;
    let of = |case: &serde_json::Value| case[group][metric].as_f64().unwrap_or(f64::NAN);
    let before: Vec<f64> = years.iter().map(|year| of(&year.cases.baseline)).collect();
    let after: Vec<f64> = years.iter().map(|year| of(&year.cases.configured)).collect();
    let most =
        before.iter().chain(&after).filter(|v| v.is_finite()).fold(0.0, |most: f64, v| most.max(v.abs()));
    if years.len() < 2 || most <= 0.0 {
        return Ok(None);
    }
    let labels: Vec<String> = years.iter().map(|year| year.year.to_string()).collect();
    let rows: Vec<(String, Vec<f64>)> = labels
        .iter()
        .zip(before.iter().zip(&after))
        .map(|(label, (before, after))| (label.clone(), vec![*before, *after]))
        .collect();
    let lines = [Line::new("baseline", BASELINE, before), Line::new("configured", TOTAL, after)];
    let legend = [
        Legend::new(context.t("waterfall.baseline"), BASELINE),
        Legend::new(context.t("waterfall.configured"), TOTAL),
    ];
    let drawing =
        sheet(HEIGHT, &context.title(key), &legend, |area| grouped_bars(area, &labels, &lines, &y(most)))?;
    let data = csv(&["year", "baseline", "configured"], rows.into_iter());
    Ok(Some(Figure::new(id, context.t("figure.years.caption"), drawing, data)))
}

pub fn cost(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let money = |most| context.money(most);
    by_year(context, ("years-cost", "figure.years.cost"), ("economics", "annual_total"), money)
}

pub fn carbon(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let tonnes = |most| {
        let scale = tonnes_scale(most, context.lang);
        YAxis::new(format!("{} CO2", scale.unit), scale.factor)
    };
    by_year(context, ("years-carbon", "figure.years.carbon"), ("carbon", "location_based_t"), tonnes)
}
