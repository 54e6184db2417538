//! Key paths: `park.<park>.<kind>.<device>.<key>`, as studies, overrides and park tables use them.
//!
//! A path is resolved against the written tree and the attribute table, so that it names
//! exactly what the file could say. `*` stands for every item of a list.

use super::attributes::LOCALISED;
use super::decode::item_name;
use super::nearest::nearest;
use super::raw::{Raw, RawEntry, RawValue};
use super::spec::{Attribute, Kind, TableSpec};
use crate::problem::Problem;

/// One step of an [`Address`].
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(&'static str),
    Item(usize),
}

/// A resolved key path: one value of the tree.
#[derive(Debug, Clone)]
pub struct Address {
    steps: Vec<Step>,
    /// The key path with names in place of `*`.
    pub path: String,
    /// The attribute it names.
    pub attribute: &'static Attribute,
}

/// Resolves a key path below a table; several addresses where it holds `*`.
///
/// # Errors
/// A problem without place that names the first part that does not exist and the nearest that does.
pub fn resolve(spec: &'static TableSpec, raw: &Raw, path: &str) -> Result<Vec<Address>, Problem> {
    let parts: Vec<&str> = path.split('.').collect();
    let mut found = Vec::new();
    walk(spec, raw, &parts, path, &mut Vec::new(), &mut Vec::new(), &mut found)?;
    Ok(found)
}

fn walk(
    spec: &'static TableSpec,
    raw: &Raw,
    parts: &[&str],
    whole: &str,
    steps: &mut Vec<Step>,
    names: &mut Vec<String>,
    found: &mut Vec<Address>,
) -> Result<(), Problem> {
    let Some((part, rest)) = parts.split_first() else {
        return Err(Problem::error("incomplete-key-path", format!("`{whole}` names a table, not a value"))
            .hint(format!("add one of its keys: {}", keys(spec))));
    };
    let Some(attribute) = spec.attribute(part) else {
        let problem = Problem::error(
            "unknown-key-path",
            format!("`{whole}`: `{part}` is not a key of a {} table", spec.name),
        );
        return Err(match nearest(part, spec.attributes().map(|a| a.key)) {
            Some(known) => problem.hint(format!("did you mean `{known}`?")),
            None => problem.hint(format!("known keys: {}", keys(spec))),
        });
    };
    steps.push(Step::Key(attribute.key));
    names.push(attribute.key.to_owned());
    let result = match attribute.kind {
        Kind::Table(inner) | Kind::NameOrTable(inner) if !rest.is_empty() => match raw.get(part) {
            Some(table) if matches!(table.value, RawValue::Map(_)) => {
                walk(inner, table, rest, whole, steps, names, found)
            }
            _ => Err(Problem::error(
                "unknown-key-path",
                format!("`{whole}`: the scenario has no `{part}` table here"),
            )
            .hint(format!("write `{part}` as a table in the scenario first"))),
        },
        Kind::Localised if !rest.is_empty() => match raw.get(part) {
            Some(text) if !matches!(text.value, RawValue::Map(_)) => {
                Err(Problem::error("unknown-key-path", format!("`{whole}`: `{part}` is one text here"))
                    .hint(format!("write `{part} = {{ en = \"…\", zh = \"…\" }}` in the scenario first")))
            }
            texts => walk(&LOCALISED, texts.unwrap_or(raw), rest, whole, steps, names, found),
        },
        Kind::Tables(inner) => items(inner, raw.get(part), rest, whole, steps, names, found),
        Kind::Table(_) => walk(spec, raw, &[], whole, steps, names, found),
        _ if rest.is_empty() => {
            found.push(Address { steps: steps.clone(), path: names.join("."), attribute });
            Ok(())
        }
        _ => Err(Problem::error(
            "unknown-key-path",
            format!("`{whole}`: `{part}` is a value, nothing lies below it"),
        )),
    };
    steps.pop();
    names.pop();
    result
}

fn items(
    spec: &'static TableSpec,
    list: Option<&Raw>,
    parts: &[&str],
    whole: &str,
    steps: &mut Vec<Step>,
    names: &mut Vec<String>,
    found: &mut Vec<Address>,
) -> Result<(), Problem> {
    let items: &[Raw] = match list.map(|raw| &raw.value) {
        Some(RawValue::List(items)) => items,
        _ => &[],
    };
    let known: Vec<String> = items.iter().enumerate().map(|(i, item)| item_name(spec, item, i)).collect();
    let Some((part, rest)) = parts.split_first() else {
        return Err(Problem::error(
            "incomplete-key-path",
            format!("`{whole}` names a list of {} tables, not a value", spec.name),
        )
        .hint(format!("go on with one of {}", known.join(", "))));
    };
    if items.is_empty() || (*part != "*" && !known.iter().any(|name| name == part)) {
        let problem = Problem::error(
            "unknown-key-path",
            format!("`{whole}`: there is no {} named `{part}`", spec.name),
        );
        return Err(match nearest(part, known.iter().map(String::as_str)) {
            Some(name) => problem.hint(format!("did you mean `{name}`?")),
            None if known.is_empty() => problem.hint(format!("the scenario has no {} here", spec.name)),
            None => problem.hint(format!("known: {}", known.join(", "))),
        });
    }
    for (index, (item, name)) in items.iter().zip(&known).enumerate() {
        if *part == "*" || name == part {
            steps.push(Step::Item(index));
            names.push(name.clone());
            let result = walk(spec, item, rest, whole, steps, names, found);
            steps.pop();
            names.pop();
            result?;
        }
    }
    Ok(())
}

fn keys(spec: &TableSpec) -> String {
    spec.attributes().map(|attribute| attribute.key).collect::<Vec<_>>().join(", ")
}

/// Writes a value at an address of the tree it was resolved in.
pub fn set(raw: &mut Raw, address: &Address, value: RawValue, spot: &super::raw::Spot) {
    let mut at = raw;
    for step in &address.steps {
        match step {
            Step::Key(key) => {
                if at.get(key).is_none() {
                    let empty = Raw { spot: spot.clone(), value: RawValue::Map(Vec::new()) };
                    if let RawValue::Map(entries) = &mut at.value {
                        entries.push(RawEntry { key: (*key).to_owned(), spot: spot.clone(), value: empty });
                    }
                }
                let RawValue::Map(entries) = &mut at.value else { return };
                let Some(entry) = entries.iter_mut().find(|entry| entry.key == *key) else { return };
                at = &mut entry.value;
            }
            Step::Item(index) => {
                let RawValue::List(items) = &mut at.value else { return };
                let Some(item) = items.get_mut(*index) else { return };
                at = item;
            }
        }
    }
    *at = Raw { spot: spot.clone(), value };
}

#[cfg(test)]
mod tests {
    use super::super::attributes::SCENARIO;
    use super::super::raw::parse;
    use super::*;

    const TEXT: &str = r#"
[[park]]
name = "lithium"
[[park.storage]]
energy_kwh = 10
[[park.storage]]
energy_kwh = 20
[[park]]
name = "copper"
[[park.storage]]
name = "s"
energy_kwh = 30
"#;

    #[test]
    fn default_names_and_stars_resolve() {
        let (mut tree, _) = parse("t.toml", TEXT);
        let second =
            resolve(&SCENARIO, &tree, "park.lithium.storage.storage-2.energy_kwh").expect("resolves");
        assert_eq!(second.len(), 1);
        let spot = tree.spot.clone();
        set(&mut tree, &second[0], RawValue::Number(99.0), &spot);
        let all = resolve(&SCENARIO, &tree, "park.*.storage.*.energy_kwh").expect("resolves");
        let paths: Vec<&str> = all.iter().map(|a| a.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "park.lithium.storage.storage.energy_kwh",
                "park.lithium.storage.storage-2.energy_kwh",
                "park.copper.storage.s.energy_kwh"
            ]
        );
    }

    #[test]
    fn a_language_of_a_title_can_be_set() {
        let (mut tree, _) = parse("t.toml", TEXT);
        let spot = tree.spot.clone();
        for (language, text) in [("zh", "铜"), ("en", "Copper")] {
            let found =
                resolve(&SCENARIO, &tree, &format!("park.copper.title.{language}")).expect("resolves");
            set(&mut tree, &found[0], RawValue::Text(text.to_owned()), &spot);
        }
        let park = &resolve(&SCENARIO, &tree, "park.copper.title.zh").expect("resolves")[0];
        assert_eq!(park.path, "park.copper.title.zh");
        let (one_text, _) = parse("t.toml", "[[park]]\nname = \"a\"\ntitle = \"A\"\n");
        let problem = resolve(&SCENARIO, &one_text, "park.a.title.zh").expect_err("is one text");
        assert!(problem.hint.is_some_and(|hint| hint.contains("zh")));
    }

    #[test]
    fn the_nearest_name_is_suggested() {
        let (tree, _) = parse("t.toml", TEXT);
        let problem = resolve(&SCENARIO, &tree, "park.litium.storage.s.energy_kwh").expect_err("unknown");
        assert_eq!(problem.hint.as_deref(), Some("did you mean `lithium`?"));
        let problem = resolve(&SCENARIO, &tree, "park.copper.storage.s.energy").expect_err("unknown");
        assert_eq!(problem.hint.as_deref(), Some("did you mean `energy_kwh`?"));
    }
}
