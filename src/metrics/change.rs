//! Configured − baseline, scalar by scalar.

use serde_json::{Map, Value};

/// The change of every scalar number; null where either is null or no number.
///
/// Lists have no change: they become empty lists where both cases have one, so that every group
/// and key of a case stands in its change too.
pub fn change(baseline: &Value, configured: &Value) -> Value {
    match (baseline, configured) {
        (Value::Object(before), Value::Object(after)) => {
            let keys = after.keys().chain(before.keys().filter(|key| !after.contains_key(*key)));
            let null = Value::Null;
            let pairs = keys.map(|key| {
                let pair = (before.get(key).unwrap_or(&null), after.get(key).unwrap_or(&null));
                (key.clone(), change(pair.0, pair.1))
            });
            Value::Object(pairs.collect::<Map<String, Value>>())
        }
        (Value::Number(before), Value::Number(after)) => {
            let (before, after) = (before.as_f64().unwrap_or(0.0), after.as_f64().unwrap_or(0.0));
            serde_json::json!(after - before + 0.0)
        }
        (Value::Array(_), Value::Array(_)) => Value::Array(Vec::new()),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_change_and_nulls_stay_null() {
        let before = json!({"energy": {"load_kwh": 5.0, "full_cycles": null}, "carbon": null});
        let after = json!({"energy": {"load_kwh": 7.0, "full_cycles": 2.0}, "carbon": {"t": 1.0}});
        assert_eq!(
            change(&before, &after),
            json!({"energy": {"load_kwh": 2.0, "full_cycles": null}, "carbon": null})
        );
    }
}
