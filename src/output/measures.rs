//! `measures.csv`: the step from baseline to design, measure by measure.

use super::number;
use crate::metrics::{MeasurePath, MeasureStep};

/// A row per park and step in their order, and a row `total` with design − baseline, which the steps add
/// up to. `park` is `all` for the sum.
pub fn measures<'a>(paths: impl Iterator<Item = (&'a str, &'a MeasurePath)>) -> String {
    let mut text = String::from(
        "park,order,measure,capex,bill_change,annual_total_change,location_based_change_t,scope1_change_t,\
         market_based_change_t,park_rule_change_t,avoided_t,cost_per_t\n",
    );
    for (park, path) in paths.filter(|(_, path)| !path.steps.is_empty()) {
        let total = MeasureStep { measures: Vec::new(), change: path.whole };
        for (order, step) in path.steps.iter().chain([&total]).enumerate() {
            let name = if step.measures.is_empty() { "total".to_owned() } else { step.name() };
            text.push_str(&format!("{},{},{name}", super::table::quoted(park), order + 1));
            let change = &step.change;
            for value in [
                change.capex,
                change.bill,
                change.annual_total,
                change.location_based_t,
                change.scope1_t,
                change.market_based_t,
                change.park_rule_t,
                step.avoided_t(),
                step.cost_per_t(),
            ] {
                text.push(',');
                if let Some(value) = value {
                    number::push(&mut text, value);
                }
            }
            text.push('\n');
        }
    }
    text
}
