//! Carbon: the step from baseline to design, and the ledgers side by side.

use super::Context;
use super::money::figure;
use crate::report::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use crate::report::charts::{Line, stacked_bars};
use crate::report::theme::{Flow, tonnes_scale};

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
    let unit = format!("{} CO2", scale.unit);
    figure(context, "waterfall-carbon", "figure.waterfall.carbon", &steps, scale.factor, &unit, "t").map(Some)
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
    // Two bars per ledger: baseline, then design; an empty category keeps ledgers apart.
    let (mut labels, mut before, mut after) = (Vec::new(), Vec::new(), Vec::new());
    for key in &present {
        let name = context.t(&format!("ledger.{key}"));
        labels.extend([name.to_owned(), String::new()]);
        before.extend([value(&context.park.baseline, key).unwrap_or(0.0) / scale.factor, 0.0]);
        after.extend([0.0, value(&context.park.configured, key).unwrap_or(0.0) / scale.factor]);
    }
    let lines = [
        Line {
            label: context.t("waterfall.baseline").to_owned(),
            colour: Flow::Import.colour(),
            values: before,
        },
        Line {
            label: context.t("waterfall.configured").to_owned(),
            colour: Flow::Discharge.colour(),
            values: after,
        },
    ];
    let legend: Vec<Legend> = lines.iter().map(|line| Legend::new(&line.label, line.colour)).collect();
    let unit = format!("{} CO2", scale.unit);
    let svg = sheet(HEIGHT, &context.title("figure.ledgers"), &legend, |area| {
        stacked_bars(area, &labels, &lines, &[], &unit)
    })?;
    let rows = present.iter().map(|key| {
        let cases = [&context.park.baseline, &context.park.configured];
        ((*key).to_owned(), cases.iter().map(|case| value(case, key).unwrap_or(0.0)).collect())
    });
    Ok(Some(Figure {
        id: "carbon-ledgers".to_owned(),
        caption: context.t("figure.ledgers.caption").to_owned(),
        svg,
        csv: csv(&["ledger", "baseline_t", "configured_t"], rows),
    }))
}
