//! `summary.json` and `summary.csv`: the metrics of every park and of all together.

use super::number;
use serde_json::{Map, Value, json};

/// Baseline, configured and change of one park.
#[derive(Debug, Clone)]
pub struct Cases {
    /// Metrics of the baseline.
    pub baseline: Value,
    /// Metrics of the design.
    pub configured: Value,
    /// Configured − baseline.
    pub change: Value,
}

impl Cases {
    fn named(&self) -> [(&'static str, &Value); 3] {
        [("baseline", &self.baseline), ("configured", &self.configured), ("change", &self.change)]
    }
}

/// The document of `summary.json`.
pub fn document(scenario: &str, currency: &str, parks: &[(String, Cases)], all: &Cases) -> Value {
    let cases = |cases: &Cases| -> Map<String, Value> {
        cases.named().into_iter().map(|(case, metrics)| (case.to_owned(), metrics.clone())).collect()
    };
    let parks: Vec<Value> = parks
        .iter()
        .map(|(name, park)| {
            let mut object = Map::new();
            object.insert("name".to_owned(), json!(name));
            object.extend(cases(park));
            Value::Object(object)
        })
        .collect();
    json!({"scenario": scenario, "currency": currency, "parks": parks, "all": cases(all)})
}

/// The scalars of a case as `group.key`, in order; arrays and their items are left out.
pub fn scalars(metrics: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (group, keys) in metrics.as_object().into_iter().flatten() {
        for (key, value) in keys.as_object().into_iter().flatten() {
            if !value.is_array() && !value.is_object() {
                found.push((format!("{group}.{key}"), value));
            }
        }
    }
    found
}

/// The table of `summary.csv`: one row per park and case. Columns are those that any case has.
pub fn table(parks: &[(String, Cases)], all: &Cases) -> String {
    let every: Vec<(&str, &Cases)> =
        parks.iter().map(|(name, cases)| (name.as_str(), cases)).chain([("all", all)]).collect();
    let mut columns: Vec<String> = Vec::new();
    for (_, cases) in &every {
        for (_, metrics) in cases.named() {
            for (key, _) in scalars(metrics) {
                if !columns.contains(&key) {
                    columns.push(key);
                }
            }
        }
    }
    let mut text = String::from("park,case");
    for column in &columns {
        text.push(',');
        text.push_str(column);
    }
    text.push('\n');
    for (name, cases) in &every {
        for (case, metrics) in cases.named() {
            text.push_str(name);
            text.push(',');
            text.push_str(case);
            for column in &columns {
                text.push(',');
                let (group, key) = column.split_once('.').unwrap_or((column, ""));
                push(&mut text, &metrics[group][key]);
            }
            text.push('\n');
        }
    }
    text
}

fn push(text: &mut String, value: &Value) {
    match value {
        Value::Number(number) => number::push(text, number.as_f64().unwrap_or(0.0)),
        Value::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Value::String(word) => text.push_str(word),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_row_per_park_and_case_and_null_is_empty() {
        let cases = |value: f64| Cases {
            baseline: json!({"energy": {"load_kwh": value, "full_cycles": null}, "economics": null}),
            configured: json!({"energy": {"load_kwh": value, "full_cycles": 2.5}, "economics": null}),
            change: json!({"energy": {"load_kwh": 0.0, "full_cycles": null}, "economics": null}),
        };
        let table = table(&[("a".to_owned(), cases(10.0))], &cases(10.0));
        assert_eq!(
            table,
            "park,case,energy.load_kwh,energy.full_cycles\na,baseline,10,\na,configured,10,2.5\na,change,0,\n\
             all,baseline,10,\nall,configured,10,2.5\nall,change,0,\n"
        );
    }
}
