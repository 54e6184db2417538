//! The JSON Schema (draft 2020-12) of the scenario file, written from the attribute table.

use super::spec::{Attribute, Kind, Range, TableSpec, unit_of};
use serde_json::{Map, Value, json};

/// The schema of a table and everything below it.
pub fn schema(spec: &'static TableSpec) -> Value {
    let mut root = table(spec);
    if let Value::Object(object) = &mut root {
        object.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        object.insert("title".to_owned(), json!(format!("zeropark {}", spec.name)));
    }
    root
}

fn table(spec: &'static TableSpec) -> Value {
    let properties: Map<String, Value> =
        spec.attributes().map(|attribute| (attribute.key.to_owned(), property(attribute))).collect();
    let required: Vec<&str> =
        spec.attributes().filter(|attribute| attribute.required).map(|attribute| attribute.key).collect();
    json!({
        "type": "object",
        "description": spec.doc,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(attribute: &'static Attribute) -> Value {
    let mut value = of_kind(&attribute.kind);
    if let Value::Object(object) = &mut value {
        let unit = unit_of(attribute.key);
        let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
        let source =
            if attribute.source.is_empty() { String::new() } else { format!(" [{}]", attribute.source) };
        object.insert("description".to_owned(), json!(format!("{}{unit}{source}", attribute.doc)));
        if let Some(default) = super::decode::default_of(attribute).and_then(|default| plain(&default)) {
            object.insert("default".to_owned(), default);
        }
    }
    value
}

fn plain(value: &super::table::Value) -> Option<Value> {
    use super::table::Value as Checked;
    match value {
        Checked::Number(number) => Some(json!(number)),
        Checked::Bool(flag) => Some(json!(flag)),
        Checked::Text(text) => Some(json!(text)),
        Checked::Numbers(numbers) => Some(json!(numbers)),
        Checked::Texts(texts) => Some(json!(texts)),
        _ => None,
    }
}

fn of_kind(kind: &Kind) -> Value {
    let series = || table(&super::attributes::SERIES);
    match kind {
        Kind::Number(range) => number("number", range),
        Kind::Integer(range) => number("integer", range),
        Kind::OneOf(known) => json!({"enum": known}),
        Kind::Bool => json!({"type": "boolean"}),
        Kind::Text | Kind::Path => json!({"type": "string"}),
        Kind::Name => {
            json!({"type": "string", "pattern": "^[\\p{L}\\p{N} _-]*[\\p{L}\\p{N}_-][\\p{L}\\p{N} _-]*$", "not": {"const": "all"}})
        }
        Kind::Choice(choices) => json!({"enum": choices}),
        Kind::Localised => json!({"anyOf": [{"type": "string"}, table(&super::attributes::LOCALISED)]}),
        Kind::NumberOrSeries(range) => json!({"anyOf": [number("number", range), series()]}),
        Kind::NameNumberOrSeries(range) => {
            json!({"anyOf": [{"type": "string"}, number("number", range), series()]})
        }
        Kind::Numbers(range, count) => {
            let mut list = json!({"type": "array", "items": number("number", range)});
            if let (Value::Object(object), true) = (&mut list, *count > 0) {
                object.insert("minItems".to_owned(), json!(count));
                object.insert("maxItems".to_owned(), json!(count));
            }
            list
        }
        Kind::Texts => json!({"type": "array", "items": {"type": "string"}}),
        Kind::TextOrTexts => {
            json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
        }
        Kind::Any => json!({}),
        Kind::Table(spec) => table(spec),
        Kind::Tables(spec) => json!({"type": "array", "items": table(spec)}),
        Kind::NameOrTable(spec) => json!({"anyOf": [{"type": "string"}, table(spec)]}),
    }
}

fn number(kind: &str, range: &Range) -> Value {
    let mut object = Map::new();
    object.insert("type".to_owned(), json!(kind));
    if range.min.is_finite() {
        let key = if range.above_min { "exclusiveMinimum" } else { "minimum" };
        object.insert(key.to_owned(), json!(range.min));
    }
    if range.max.is_finite() {
        object.insert("maximum".to_owned(), json!(range.max));
    }
    Value::Object(object)
}
