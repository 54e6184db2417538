//! Carbon: the step from baseline to design, and the ledgers side by side.

use super::Context;
use super::money::steps_figure;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Line, YAxis, grouped_bars};
use crate::report::theme::{BASELINE, TOTAL, tonnes_scale};

pub fn waterfall(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    let park = context.park;
    let (Some(before), Some(after)) =
        (park.baseline_metric("carbon", "location_based_t"), park.metric("carbon", "location_based_t"))
    else {
        return Ok(None);
    };
    let fuel_before = park.baseline_metric("carbon", "scope1_t").unwrap_or(0.0);
    let fuel_after = park.metric("carbon", "scope1_t").unwrap_or(0.0);
    let total = before + fuel_before;
    if total <= 0.0 {
        return Ok(None);
    }
    let scale = tonnes_scale(total, context.lang);
    let steps = [
        ("waterfall.baseline", total, true),
        ("waterfall.electricity", after - before, false),
        ("waterfall.fuel", fuel_after - fuel_before, false),
        ("waterfall.configured", after + fuel_after, true),
    ];
    let y = YAxis::new(format!("{} CO2", scale.unit), scale.factor);
    steps_figure(context, "waterfall-carbon", "figure.waterfall.carbon", &steps, &y, "t").map(Some)
}

pub fn ledgers(context: &Context<'_>) -> Result<Option<Figure>, DrawError> {
    const KEYS: [&str; 4] = ["location_based_t", "market_based_t", "park_rule_t", "scope1_t"];
    let value = |case: &serde_json::Value, key: &str| case["carbon"][key].as_f64();
    let present: Vec<&str> =
        KEYS.into_iter().filter(|key| value(&context.park.configured, key).is_some()).collect();
    let most = present.iter().filter_map(|key| value(&context.park.baseline, key)).fold(0.0, f64::max);
    if present.is_empty() || most <= 0.0 {
        return Ok(None);
    }
    let scale = tonnes_scale(most, context.lang);
    let values = |case: &serde_json::Value| -> Vec<f64> {
        present.iter().map(|key| value(case, key).unwrap_or(f64::NAN)).collect()
    };
    let cases = [&context.park.baseline, &context.park.configured].map(values);
    let [before, after] = cases.clone();
    let lines = [Line::new("baseline_t", BASELINE, before), Line::new("configured_t", TOTAL, after)];
    let names = ["waterfall.baseline", "waterfall.configured"];
    let labels: Vec<String> =
        present.iter().map(|key| context.t(&format!("ledger.{key}")).to_owned()).collect();
    let legend: Vec<Legend> =
        names.iter().zip(&lines).map(|(name, line)| Legend::new(context.t(name), line.colour)).collect();
    let y = YAxis::new(format!("{} CO2", scale.unit), scale.factor);
    let svg = sheet(HEIGHT, &context.title("figure.ledgers"), &legend, |area| {
        grouped_bars(area, &labels, &lines, &y)
    })?;
    let rows = present
        .iter()
        .enumerate()
        .map(|(i, key)| ((*key).to_owned(), cases.iter().map(|case| case[i]).collect()));
    let caption = context.t("figure.ledgers.caption");
    let data = csv(&["ledger", "baseline_t", "configured_t"], rows);
    Ok(Some(Figure::new("carbon-ledgers", caption, svg, data)))
}
