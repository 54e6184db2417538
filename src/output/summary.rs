//! `summary.json` and `summary.csv`: the metrics of every park and of all together.

use super::number;
use super::years::YearCases;
use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::Value;
use std::cell::RefCell;

/// Baseline, configured and change of one park.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
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

/// Texts of `summary.json` and `summary.csv`.
///
/// Parks are taken one by one and let go once they are written: a thousand parks with all their
/// metrics need the memory of the texts, not of the trees.
pub fn write<'a>(
    scenario: &str,
    currency: &str,
    parks: impl Iterator<Item = (&'a str, Cases)>,
    all: &Cases,
    years: &[YearCases],
) -> (String, String) {
    let table = RefCell::new(Table::default());
    let document = Document {
        scenario,
        currency,
        parks: Parks { parks: RefCell::new(parks), table: &table },
        all: All { cases: all, table: &table },
        years,
    };
    let mut json = serde_json::to_string_pretty(&document).unwrap_or_default();
    json.push('\n');
    (json, table.into_inner().text("park,case"))
}

#[derive(serde::Serialize)]
#[serde(bound = "")]
struct Document<'a, 'p, I: Iterator<Item = (&'p str, Cases)>> {
    scenario: &'a str,
    currency: &'a str,
    parks: Parks<'a, I>,
    all: All<'a>,
    years: &'a [YearCases],
}

/// The parks, each made as it is written.
struct Parks<'a, I> {
    parks: RefCell<I>,
    table: &'a RefCell<Table>,
}

impl<'p, I: Iterator<Item = (&'p str, Cases)>> Serialize for Parks<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for (name, cases) in &mut *self.parks.borrow_mut() {
            self.table.borrow_mut().add(name, &cases);
            list.serialize_element(&Named { name, cases: &cases })?;
        }
        list.end()
    }
}

/// All parks together, written last.
struct All<'a> {
    cases: &'a Cases,
    table: &'a RefCell<Table>,
}

impl Serialize for All<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.table.borrow_mut().add("all", self.cases);
        self.cases.serialize(serializer)
    }
}

#[derive(serde::Serialize)]
struct Named<'a> {
    name: &'a str,
    #[serde(flatten)]
    cases: &'a Cases,
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
#[derive(Debug, Default)]
pub(super) struct Table {
    columns: Vec<String>,
    rows: Vec<(String, Vec<Value>)>,
}

impl Table {
    pub(super) fn add(&mut self, head: &str, cases: &Cases) {
        for (case, metrics) in cases.named() {
            let mut row = vec![Value::Null; self.columns.len()];
            for (key, value) in scalars(metrics) {
                // Cases mostly have the same columns in the same order; a new one goes to the end.
                let at = self.columns.iter().position(|column| *column == key).unwrap_or_else(|| {
                    self.columns.push(key);
                    row.push(Value::Null);
                    self.columns.len() - 1
                });
                row[at] = value.clone();
            }
            self.rows.push((format!("{head},{case}"), row));
        }
    }

    pub(super) fn text(&self, head: &str) -> String {
        let mut text = String::from(head);
        for column in &self.columns {
            text.push(',');
            text.push_str(column);
        }
        text.push('\n');
        for (head, row) in &self.rows {
            text.push_str(head);
            for at in 0..self.columns.len() {
                text.push(',');
                push(&mut text, row.get(at).unwrap_or(&Value::Null));
            }
            text.push('\n');
        }
        text
    }
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
    use serde_json::json;

    #[test]
    fn the_table_has_a_row_per_park_and_case_and_null_is_empty() {
        let cases = |value: f64| Cases {
            baseline: json!({"energy": {"load_kwh": value, "full_cycles": null}, "economics": null}),
            configured: json!({"energy": {"load_kwh": value, "full_cycles": 2.5}, "economics": null}),
            change: json!({"energy": {"load_kwh": 0.0, "full_cycles": null}, "economics": null}),
        };
        let (_, table) = write("s", "CNY", [("a", cases(10.0))].into_iter(), &cases(10.0), &[]);
        assert_eq!(
            table,
            "park,case,energy.load_kwh,energy.full_cycles\na,baseline,10,\na,configured,10,2.5\na,change,0,\n\
             all,baseline,10,\nall,configured,10,2.5\nall,change,0,\n"
        );
    }
}
