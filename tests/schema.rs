//! The JSON Schema as an editor uses it: it accepts every shipped scenario and refuses every wrong
//! one that types alone can refuse.
//!
//! The validator below knows the words that the schema uses and fails on any other.

#[allow(dead_code, reason = "only the edits of the scenario are needed here")]
#[path = "support/wrong.rs"]
mod wrong;

use serde_json::Value;
use std::path::Path;
use zeropark::scenario::attributes::{SCENARIO, STUDY};
use zeropark::scenario::schema::schema;

/// What is wrong with a value, as `path: what`; empty if the schema accepts it.
fn validate(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let Value::Object(rules) = schema else { panic!("{path}: the schema is no object") };
    let mut say = |what: String| found.push(format!("{path}: {what}"));
    let number = value.as_f64();
    for (word, rule) in rules {
        match word.as_str() {
            "type" => {
                let fits = match rule.as_str() {
                    Some("object") => value.is_object(),
                    Some("array") => value.is_array(),
                    Some("string") => value.is_string(),
                    Some("boolean") => value.is_boolean(),
                    Some("number") => value.is_number(),
                    Some("integer") => number.is_some_and(|number| number.fract() == 0.0),
                    other => panic!("{path}: unknown type {other:?}"),
                };
                if !fits {
                    say(format!("is no {rule}"));
                }
            }
            "enum" => {
                let same = |known: &Value| known == value || (number.is_some() && known.as_f64() == number);
                if !rule.as_array().is_some_and(|known| known.iter().any(same)) {
                    say(format!("is none of {rule}"));
                }
            }
            "minimum" if number < rule.as_f64() => say(format!("is below {rule}")),
            "exclusiveMinimum" if number <= rule.as_f64() => say(format!("is not above {rule}")),
            "maximum" if number > rule.as_f64() => say(format!("is above {rule}")),
            "minItems" | "maxItems" => {
                let (count, limit) = (value.as_array().map_or(0, Vec::len) as u64, rule.as_u64());
                if (word == "minItems" && Some(count) < limit) || (word == "maxItems" && Some(count) > limit)
                {
                    say(format!("has {count} items, {word} is {rule}"));
                }
            }
            "pattern" => {
                let legal = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-');
                assert!(rule.as_str().is_some_and(|rule| rule.starts_with("^[\\p{L}\\p{N} _-]*")), "{rule}");
                let text = value.as_str().unwrap_or_default();
                if text.trim().is_empty() || !text.chars().all(legal) {
                    say(format!("does not match {rule}"));
                }
            }
            "not" => {
                if rule.get("const") == Some(value) {
                    say(format!("is {value}"));
                }
            }
            "anyOf" => {
                let fits = |choice: &Value| {
                    let mut inner = Vec::new();
                    validate(choice, value, path, &mut inner);
                    inner.is_empty()
                };
                if !rule.as_array().is_some_and(|choices| choices.iter().any(fits)) {
                    say("fits none of its choices".to_owned());
                }
            }
            "required" => {
                for key in rule.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if value.is_object() && value.get(key).is_none() {
                        say(format!("lacks {key}"));
                    }
                }
            }
            "items"
            | "properties"
            | "additionalProperties"
            | "description"
            | "default"
            | "title"
            | "$schema"
            | "minimum"
            | "exclusiveMinimum"
            | "maximum" => {}
            other => panic!("{path}: the validator does not know `{other}`"),
        }
    }
    below(rules, value, path, found);
}

/// What is wrong with the values inside a table or list.
fn below(rules: &serde_json::Map<String, Value>, value: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(rule) = rules.get("items") {
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            validate(rule, item, &format!("{path}[{index}]"), found);
        }
    }
    let Some(known) = rules.get("properties") else { return };
    for (key, value) in value.as_object().into_iter().flatten() {
        match known.get(key) {
            Some(rule) => validate(rule, value, &format!("{path}.{key}"), found),
            None => found.push(format!("{path}: {key} is unknown")),
        }
    }
}

/// A TOML text as JSON; numbers that JSON lacks become null.
fn json(text: &str) -> Option<Value> {
    let table: toml::Table = text.parse().ok()?;
    serde_json::to_value(table).ok()
}

fn problems(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    match json(text) {
        Some(value) => validate(&schema(&SCENARIO), &value, "", &mut found),
        None => found.push("is no TOML".to_owned()),
    }
    found
}

#[test]
fn the_schema_accepts_every_shipped_scenario() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("lists").flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).expect("reads");
            if text.contains("schema = 1") {
                assert_eq!(problems(&text), Vec::<String>::new(), "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 6, "{seen}");
    assert_eq!(problems(&wrong::read("tests/data/wrong/park.toml")), Vec::<String>::new());
}

/// Kinds of problems that lie in the types: keys, kinds of value, ranges, choices, names.
const OF_TYPES: [&str; 11] = [
    "toml-syntax",
    "unknown-key",
    "missing-key",
    "wrong-type",
    "out-of-range",
    "not-whole",
    "not-finite",
    "unknown-choice",
    "bad-name",
    "reserved-name",
    "wrong-count",
];

/// Answers that need more than types: what one key asks of another, what a catalogue holds, and the few numbers that a rule
/// knows.
const BEYOND_TYPES: [&str; 14] = [
    "a fraction of a charger",
    "an archetype without its size",
    "a fleet without its size",
    "wind without turbine",
    "an initial SOC outside its bounds",
    "a series per kW of a plant without size",
    "half a month",
    "a contract without its price",
    "a ratchet of no charge",
    "single-capacity pricing without its load factor",
    "a capacity charge of no transformer",
    "a discount without transformer",
    "a metering window of 7 minutes",
    "a power factor standard that the rule does not know",
];

#[test]
fn the_schema_refuses_what_types_alone_can_refuse() {
    let (mut refused, mut accepted) = (0, Vec::new());
    for case in wrong::table() {
        let by_types = OF_TYPES.contains(&case.kind.as_str())
            && case.at.starts_with("park.toml")
            && !BEYOND_TYPES.contains(&case.name.as_str());
        let found = problems(&wrong::park_of(&case));
        if by_types && found.is_empty() {
            accepted.push(case.name);
        } else if by_types {
            refused += 1;
        } else {
            assert_eq!(found, Vec::<String>::new(), "{}: nothing is wrong with its types", case.name);
        }
    }
    assert!(accepted.is_empty(), "accepted: {accepted:?}");
    assert!(refused >= 40, "{refused}");
}

#[test]
fn the_schema_of_studies_is_one_the_validator_understands() {
    let study = r#"{"scenario": "a.toml", "vary": [{"key": "park.a.pv.pv.capacity_kw", "values": [1, 2]}]}"#;
    let mut found = Vec::new();
    validate(&schema(&STUDY), &serde_json::from_str(study).expect("is JSON"), "", &mut found);
    assert_eq!(found, Vec::<String>::new());
}
