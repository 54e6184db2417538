//! The walk over the written tree: checks it against the attribute table and fills defaults.
//!
//! Every problem of the file is collected; nothing stops at the first one.

use super::attributes::SERIES;
use super::nearest::nearest;
use super::raw::{Raw, RawValue, Spot};
use super::spec::{Attribute, Kind, TableSpec, unit_of};
use super::table::{Entry, Table, Value, join};
use crate::problem::Problem;
use std::collections::BTreeMap;

/// Decodes a table of the file, collecting problems.
///
/// The result holds every value that passed; it is whole only if no problem is an error.
pub fn decode(spec: &'static TableSpec, raw: &Raw, path: &str, problems: &mut Vec<Problem>) -> Table {
    let mut entries = BTreeMap::new();
    for written in raw.entries() {
        let Some(attribute) = spec.attribute(&written.key) else {
            problems.push(unknown_key(spec, &written.key, &written.spot, path));
            continue;
        };
        if let Some(value) = check(attribute, &written.value, path, problems) {
            entries.insert(attribute.key, Entry { value, spot: Some(written.value.spot.clone()) });
        } else {
            // Wrong values count as given, so that they are not reported as missing too.
            entries.remove(attribute.key);
        }
    }
    for attribute in spec.attributes() {
        if raw.get(attribute.key).is_some() {
            continue;
        }
        if attribute.required {
            let mut problem = Problem::error("missing-key", format!("`{}` is missing", attribute.key))
                .hint(format!("add `{} = …`: {}", attribute.key, attribute.doc));
            problem.place = raw.spot.place(&join(path, attribute.key));
            problems.push(problem);
        } else if let Some(value) = default_of(attribute) {
            entries.insert(attribute.key, Entry { value, spot: None });
        }
    }
    Table { spec, path: path.to_owned(), spot: raw.spot.clone(), entries }
}

/// The checked default of an attribute, where it has one.
pub(super) fn default_of(attribute: &'static Attribute) -> Option<Value> {
    if attribute.default.is_empty() {
        return None;
    }
    let (tree, mut problems) =
        super::raw::parse("default", &format!("{} = {}", attribute.key, attribute.default));
    let value = tree.get(attribute.key).and_then(|raw| check(attribute, raw, "", &mut problems));
    debug_assert!(problems.is_empty(), "default of {}: {problems:?}", attribute.key);
    value
}

fn unknown_key(spec: &'static TableSpec, key: &str, spot: &Spot, path: &str) -> Problem {
    let mut problem = Problem::error("unknown-key", format!("`{key}` is not a key of a {} table", spec.name));
    problem.place = spot.place(&join(path, key));
    match nearest(key, spec.attributes().map(|attribute| attribute.key)) {
        Some(known) => problem.hint(format!("did you mean `{known}`?")),
        None => {
            let keys: Vec<&str> = spec.attributes().map(|attribute| attribute.key).take(12).collect();
            problem.hint(format!("known keys begin with {}", keys.join(", ")))
        }
    }
}

/// One problem about a value.
fn wrong(raw: &Raw, path: &str, kind: &'static str, message: String) -> Problem {
    Problem { place: raw.spot.place(path), ..Problem::error(kind, message) }
}

fn wrong_type(raw: &Raw, path: &str, expected: &str) -> Problem {
    wrong(raw, path, "wrong-type", format!("{} found, expected {expected}", raw.value.describe()))
}

/// Checks one value against its attribute; pushes what is wrong and returns none then.
fn check(attribute: &'static Attribute, raw: &Raw, path: &str, problems: &mut Vec<Problem>) -> Option<Value> {
    let key = attribute.key;
    let path = &join(path, key);
    match (&attribute.kind, &raw.value) {
        (Kind::Number(_), _) => number(attribute, raw, path, problems).map(Value::Number),
        (Kind::Integer(_), _) => {
            let value = number(attribute, raw, path, problems)?;
            if value.fract() != 0.0 {
                let problem = wrong(raw, path, "not-whole", format!("{value} is not a whole number"));
                problems.push(problem.hint(format!("write {}", value.round())));
                return None;
            }
            Some(Value::Number(value))
        }
        (Kind::OneOf(known), RawValue::Number(value)) => {
            let found = known.iter().any(|known| f64::from(*known) == *value);
            if !found {
                let message = format!("{value} found, expected {}", expected(key, &attribute.kind));
                let near = known.iter().min_by(|a, b| {
                    let distance = |known: u32| (f64::from(known) - value).abs();
                    distance(**a).total_cmp(&distance(**b))
                });
                let hint = near.map(|near| format!("{near} is nearest")).unwrap_or_default();
                problems.push(wrong(raw, path, "unknown-choice", message).hint(hint));
            }
            found.then_some(Value::Number(*value))
        }
        (Kind::Bool, RawValue::Bool(value)) => Some(Value::Bool(*value)),
        (Kind::Text | Kind::Path, RawValue::Text(text)) => Some(Value::Text(text.clone())),
        (Kind::Name, RawValue::Text(text)) => {
            problems.extend(check_name(text, raw, path));
            Some(Value::Text(text.clone()))
        }
        (Kind::Choice(choices), RawValue::Text(text)) => {
            choice(choices, text, raw, path, problems).map(|text| Value::Text(text.to_owned()))
        }
        (Kind::Localised, RawValue::Text(text)) => {
            Some(Value::Localised { en: text.clone(), zh: text.clone() })
        }
        (Kind::Localised, RawValue::Map(_)) => {
            let table = decode(&super::attributes::LOCALISED, raw, path, problems);
            let (en, zh) = (table.text("en"), table.text("zh"));
            let either = en.or(zh).unwrap_or_default();
            Some(Value::Localised {
                en: en.unwrap_or(either).to_owned(),
                zh: zh.unwrap_or(either).to_owned(),
            })
        }
        (Kind::NumberOrSeries(_) | Kind::NameNumberOrSeries(_), RawValue::Map(_)) => {
            Some(Value::Series(Box::new(decode(&SERIES, raw, path, problems))))
        }
        (Kind::NumberOrSeries(_) | Kind::NameNumberOrSeries(_), RawValue::Number(_)) => {
            number(attribute, raw, path, problems).map(Value::Number)
        }
        (Kind::NameNumberOrSeries(_) | Kind::NameOrTable(_), RawValue::Text(text)) => {
            Some(Value::Text(text.clone()))
        }
        (Kind::Numbers(_, count), RawValue::List(items)) => {
            let values: Vec<Option<f64>> =
                items.iter().map(|item| number(attribute, item, path, problems)).collect();
            let values: Option<Vec<f64>> = values.into_iter().collect();
            if *count != 0 && items.len() != *count {
                problems.push(wrong(
                    raw,
                    path,
                    "wrong-count",
                    format!("{} values found, expected {count}", items.len()),
                ));
                return None;
            }
            values.map(Value::Numbers)
        }
        (Kind::TextOrTexts, RawValue::Text(text)) => Some(Value::Texts(vec![text.clone()])),
        (Kind::Texts | Kind::TextOrTexts, RawValue::List(items)) => {
            let texts = items.iter().map(|item| match &item.value {
                RawValue::Text(text) => Some(text.clone()),
                _ => {
                    problems.push(wrong_type(item, path, "a text in quotes"));
                    None
                }
            });
            let texts: Vec<Option<String>> = texts.collect();
            texts.into_iter().collect::<Option<Vec<String>>>().map(Value::Texts)
        }
        (Kind::Any, _) => Some(Value::Any(raw.clone())),
        (Kind::Table(spec) | Kind::NameOrTable(spec), RawValue::Map(_)) => {
            Some(Value::Table(Box::new(decode(spec, raw, path, problems))))
        }
        (Kind::Tables(spec), RawValue::List(items))
            if items.iter().all(|i| matches!(i.value, RawValue::Map(_))) =>
        {
            Some(Value::Tables(list(spec, items, path, problems)))
        }
        (kind, _) => {
            let mut problem = wrong_type(raw, path, &expected(key, kind));
            if let (Kind::Tables(_), RawValue::Map(_)) = (kind, &raw.value) {
                problem = problem.hint(format!("write it with double brackets: `[[…{key}]]`"));
            }
            if let (Kind::Bool, RawValue::Text(text)) = (kind, &raw.value) {
                let yes = ["true", "yes", "1", "是"].contains(&text.to_lowercase().as_str());
                problem = problem.hint(format!("write {yes} without quotes"));
            }
            problems.push(problem);
            None
        }
    }
}

/// What a kind takes, in words.
pub(super) fn expected(key: &str, kind: &Kind) -> String {
    let unit = unit_of(key);
    let of_unit = match unit.strip_prefix('/') {
        Some(per) => format!(" (money per {per})"),
        None if unit.is_empty() => String::new(),
        None => format!(" in {unit}"),
    };
    match kind {
        Kind::Number(range) => format!("a number{of_unit}, {}", range.describe()),
        Kind::Integer(range) => format!("a whole number, {}", range.describe()),
        Kind::OneOf(known) => {
            format!("one of {}", known.iter().map(u32::to_string).collect::<Vec<_>>().join(", "))
        }
        Kind::Bool => "true or false".to_owned(),
        Kind::Text => "a text in quotes".to_owned(),
        Kind::Name => "a name in quotes".to_owned(),
        Kind::Path => "a file path in quotes".to_owned(),
        Kind::Choice(choices) => format!("one of {}", quoted(choices)),
        Kind::Localised => "a text, or { en = \"…\", zh = \"…\" }".to_owned(),
        Kind::NumberOrSeries(_) => {
            format!("a number{of_unit}, or {{ series = \"file.csv\", column = \"…\" }}")
        }
        Kind::NameNumberOrSeries(_) => {
            format!("a catalogue name, a number{of_unit}, or {{ series = \"file.csv\", column = \"…\" }}")
        }
        Kind::Numbers(_, 0) => "a list of numbers".to_owned(),
        Kind::Numbers(_, count) => format!("a list of {count} numbers"),
        Kind::Texts => "a list of texts".to_owned(),
        Kind::TextOrTexts => "a text, or a list of texts".to_owned(),
        Kind::Any => "any value".to_owned(),
        Kind::Table(_) => "a table".to_owned(),
        Kind::Tables(_) => "a list of tables".to_owned(),
        Kind::NameOrTable(_) => "a catalogue name or a table".to_owned(),
    }
}

fn quoted(choices: &[&str]) -> String {
    choices.iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(", ")
}

/// A number of an attribute, or of its list.
fn number(attribute: &Attribute, raw: &Raw, path: &str, problems: &mut Vec<Problem>) -> Option<f64> {
    let key = attribute.key;
    let (Kind::Number(range)
    | Kind::Integer(range)
    | Kind::NumberOrSeries(range)
    | Kind::NameNumberOrSeries(range)
    | Kind::Numbers(range, _)) = attribute.kind
    else {
        return None;
    };
    let RawValue::Number(value) = raw.value else {
        let kind =
            if matches!(attribute.kind, Kind::Integer(_)) { attribute.kind } else { Kind::Number(range) };
        let mut problem = wrong_type(raw, path, &expected(key, &kind));
        if let RawValue::Text(text) = &raw.value {
            let text = text.trim();
            let percent = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
            if let Some(percent) = percent {
                problem = problem.hint(format!("write {} for {text}", percent / 100.0));
            } else if text.parse::<f64>().is_ok() {
                problem = problem.hint(format!("write {text} without quotes"));
            }
        }
        problems.push(problem);
        return None;
    };
    if range.contains(value) {
        return Some(value + 0.0); // -0.0 becomes 0.0
    }
    let unit = unit_of(key);
    let space = if unit.is_empty() { "" } else { " " };
    if !value.is_finite() {
        problems.push(wrong(raw, path, "not-finite", format!("{value} is not a finite number")));
        return None;
    }
    let mut problem = wrong(
        raw,
        path,
        "out-of-range",
        format!("{value}{space}{unit} is outside its range: {}{space}{unit}", range.describe()),
    );
    if range.max == 1.0 && range.min == 0.0 && (2.0..=100.0).contains(&value) {
        problem = problem.hint(format!("shares are fractions of 1: write {} for {value} %", value / 100.0));
    } else if range.min == 0.0 && value < 0.0 && range.contains(-value) {
        problem = problem.hint(format!("write {} without the minus sign", -value));
    }
    problems.push(problem);
    None
}

fn choice<'a>(
    choices: &[&'a str],
    text: &str,
    raw: &Raw,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Option<&'a str> {
    if let Some(known) = choices.iter().find(|choice| **choice == text) {
        return Some(known);
    }
    let problem =
        wrong(raw, path, "unknown-choice", format!("\"{text}\" found, expected one of {}", quoted(choices)));
    problems.push(match nearest(text, choices.iter().copied()) {
        Some(known) => problem.hint(format!("did you mean \"{known}\"?")),
        None => problem,
    });
    None
}

fn check_name(name: &str, raw: &Raw, path: &str) -> Option<Problem> {
    let bad = name.chars().find(|c| !(c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')));
    if let Some(bad) = bad {
        let message = format!("the name \"{name}\" contains {bad:?}");
        return Some(
            wrong(raw, path, "bad-name", message)
                .hint("names take letters of any script, digits, space, - and _"),
        );
    }
    if name.trim().is_empty() {
        return Some(
            wrong(raw, path, "bad-name", "the name is empty".to_owned())
                .hint("give it a name, or leave the key out"),
        );
    }
    (name == "all").then(|| {
        wrong(raw, path, "reserved-name", "the name `all` is reserved for the sum of all parks".to_owned())
            .hint("choose another name")
    })
}

/// The name of item `index` of a list: as written, else the kind, then `kind-2`, `kind-3`.
pub(super) fn item_name(spec: &TableSpec, raw: &Raw, index: usize) -> String {
    match raw.text(spec.id) {
        Some(name) => name.to_owned(),
        None if index == 0 => spec.name.to_owned(),
        None => format!("{}-{}", spec.name, index + 1),
    }
}

fn list(spec: &'static TableSpec, items: &[Raw], path: &str, problems: &mut Vec<Problem>) -> Vec<Table> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut tables = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let name = item_name(spec, item, index);
        let item_path = join(path, &name);
        if !spec.id.is_empty()
            && let Some(first) = names.insert(name.clone(), item.spot.line)
        {
            let at = item.get(spec.id).map_or(&item.spot, |raw| &raw.spot);
            let mut problem = Problem::error(
                "duplicate-name",
                format!("`{name}` is given twice among the {} tables (first at line {first})", spec.name),
            )
            .hint(format!("give each its own {}", spec.id));
            problem.place = at.place(&item_path);
            problems.push(problem);
        }
        let mut table = decode(spec, item, &item_path, problems);
        if let Some(id) = spec.attribute(spec.id) {
            table.entries.entry(id.key).or_insert(Entry { value: Value::Text(name), spot: None });
        }
        tables.push(table);
    }
    tables
}
