//! The terms of the rules that a park is judged by, each against its threshold.

use super::Context;
use crate::report::canvas::{DrawError, Figure, csv, sheet};
use crate::report::charts::{GAUGE_ROW, Gauge, gauges as draw_gauges};
use crate::report::theme::{grouped, rounded};
use serde_json::Value;

/// A value or threshold in its unit.
fn words(value: f64, unit: &str) -> String {
    match unit {
        "share" => format!("{} %", grouped(100.0 * value, 1)),
        "" => rounded(value),
        unit => format!("{} {unit}", rounded(value)),
    }
}

pub fn gauges(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let rules = context.park.configured["rules"].as_array();
    let known = |rule: &&Value| rule["value"].is_number() && rule["threshold"].is_number();
    let rules: Vec<&Value> = rules.into_iter().flatten().filter(known).collect();
    if rules.is_empty() {
        return Ok(None);
    }
    let number = |rule: &Value, key: &str| rule[key].as_f64().unwrap_or(f64::NAN);
    let text = |rule: &Value, key: &str| rule[key].as_str().unwrap_or_default().to_owned();
    let drawn: Vec<Gauge> = rules
        .iter()
        .map(|rule| {
            let unit = text(rule, "unit");
            let pass = rule["pass"].as_bool();
            let verdict = context.t(match pass {
                Some(true) => "figure.rules.met",
                Some(false) => "figure.rules.missed",
                None => "figure.rules.unjudged",
            });
            let margin = match unit.as_str() {
                "share" => {
                    let points = grouped(100.0 * number(rule, "margin"), 1);
                    context.t("figure.rules.points").replace("{}", &points)
                }
                unit => words(number(rule, "margin"), unit),
            };
            let more_passes = rule["sense"] == "at-least";
            let bound = context.t(if more_passes { "figure.rules.least" } else { "figure.rules.most" });
            Gauge {
                label: rule["title"][context.lang.pick("en", "zh")].as_str().unwrap_or_default().to_owned(),
                value: number(rule, "value"),
                threshold: number(rule, "threshold"),
                more_passes,
                pass,
                words: [
                    format!("{} {verdict}", words(number(rule, "value"), &unit)),
                    bound.replace("{}", &words(number(rule, "threshold"), &unit)),
                    context.t("figure.rules.margin").replace("{}", &margin),
                ],
            }
        })
        .collect();
    let height = (drawn.len() as i32 * GAUGE_ROW + 74) as u32;
    let drawing = sheet(height, &context.title("figure.rules"), &[], |area| draw_gauges(area, &drawn))?;
    let term =
        |rule: &Value| format!("{}.{} ({})", text(rule, "rule"), text(rule, "term"), text(rule, "unit"));
    let called: Vec<_> =
        rules.iter().zip(&drawn).map(|(rule, gauge)| (term(rule), gauge.label.clone())).collect();
    let rows = rules.iter().map(|rule| {
        let pass = rule["pass"].as_bool().map_or(f64::NAN, f64::from);
        let numbers = ["value", "threshold", "margin"].map(|key| number(rule, key));
        (term(rule), numbers.into_iter().chain([pass]).collect())
    });
    let data = csv(&["term", "value", "threshold", "margin", "pass"], rows);
    Ok(Some(Figure::new("rule-gauges", context.t("figure.rules.caption"), drawing, data).calling(called)))
}
