//! Every number of a catalogue entry with its evidence, for the reports that list what a result rests on.

use super::{Grade, parse};
use toml::{Table, Value};

/// A number of the catalogue, as a report lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Key path below the catalogue, such as `chemistries.lfp.soc_min`.
    pub key: String,
    /// The value as text; long lists by their length.
    pub value: String,
    /// How well it is known.
    pub grade: Grade,
    /// Where it comes from.
    pub source: String,
}

/// The catalogue files whose entries a scenario names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// Load shapes.
    Archetypes,
    /// Charger classes.
    Chargers,
    /// Storage chemistries.
    Chemistries,
    /// Costs of devices.
    Costs,
    /// Carbon embodied in devices.
    Embodied,
    /// Fleets of vehicles and ships.
    Fleets,
    /// Fuels, steam and process emissions.
    Fuels,
    /// Carbon of the grid.
    GridFactors,
    /// Hotelling power of ships.
    Ships,
    /// Tariffs.
    Tariffs,
    /// Time-of-use periods of tariffs.
    TariffPeriods,
    /// Wind turbines.
    Turbines,
}

impl File {
    const fn name_and_text(self) -> (&'static str, &'static str) {
        macro_rules! file {
            ($name:literal) => {
                ($name, include_str!(concat!("../../scenarios/catalogue/", $name, ".toml")))
            };
        }
        match self {
            Self::Archetypes => file!("archetypes"),
            Self::Chargers => file!("chargers"),
            Self::Chemistries => file!("chemistries"),
            Self::Costs => file!("costs"),
            Self::Embodied => file!("embodied"),
            Self::Fleets => file!("fleets"),
            Self::Fuels => file!("fuels"),
            Self::GridFactors => file!("grid_factors"),
            Self::Ships => file!("ships"),
            Self::Tariffs => file!("tariffs"),
            Self::TariffPeriods => file!("tariffs-periods"),
            Self::Turbines => file!("turbines"),
        }
    }
}

/// The numbers of one entry of a catalogue file with their evidence; none where there is no such entry.
pub fn evidence(file: File, entry: &str) -> Vec<Evidence> {
    let (name, text) = file.name_and_text();
    let tree: Table = parse(name, text);
    let mut found = Vec::new();
    if let Some(value) = find(&tree, entry) {
        collect(value, &format!("{name}.{entry}"), &mut found);
    }
    found
}

/// The text that an entry gives under a key, such as the periods of a tariff.
pub fn word(file: File, entry: &str, key: &str) -> Option<String> {
    let (name, text) = file.name_and_text();
    let tree: Table = parse(name, text);
    find(&tree, entry)?.get(key)?.as_str().map(str::to_owned)
}

/// An entry: a table of that name at the top or one level below, or the item of a list that names itself so.
fn find<'a>(tree: &'a Table, entry: &str) -> Option<&'a Value> {
    let named = |item: &&Value| ["id", "name", "type"].iter().any(|key| word_of(item, key) == Some(entry));
    tree.get(entry).or_else(|| {
        tree.values().find_map(|value| match value {
            Value::Array(items) => items.iter().find(named),
            Value::Table(table) => table.get(entry),
            _ => None,
        })
    })
}

fn word_of<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn collect(value: &Value, path: &str, found: &mut Vec<Evidence>) {
    match value {
        Value::Table(table) => {
            let evidence = (word_of(value, "grade"), word_of(value, "source"));
            if let (Some(grade), Some(source)) = evidence {
                // A table with a grade but no one value is a shape: hours, months, periods.
                let value = table.get("value").map_or_else(String::new, shown);
                found.push(Evidence {
                    key: path.to_owned(),
                    value,
                    grade: grade_of(grade),
                    source: source.to_owned(),
                });
            }
            for (key, inner) in table {
                collect(inner, &joined(path, key), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let name = word_of(item, "name").map_or_else(|| (index + 1).to_string(), str::to_owned);
                collect(item, &joined(path, &name), found);
            }
        }
        _ => {}
    }
}

/// A path one step further; `numbers` only groups and is left out.
fn joined(path: &str, key: &str) -> String {
    if key == "numbers" { path.to_owned() } else { format!("{path}.{key}") }
}

fn grade_of(word: &str) -> Grade {
    match word {
        "sourced" => Grade::Sourced,
        "derived" => Grade::Derived,
        "quoted" => Grade::Quoted,
        _ => Grade::Assumed,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(items) if items.len() <= 12 && items.iter().all(|item| !item.is_array()) => {
            items.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => format!("[{}]", items.len()),
        Value::String(text) => text.clone(),
        other => other.to_string().trim_end_matches(".0").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Read off `scenarios/catalogue/chemistries.toml`, `chargers.toml`, `grid_factors.toml`.
    #[test]
    fn an_entry_lists_its_numbers_with_grade_and_source() {
        let lfp = evidence(File::Chemistries, "lfp");
        let soc = lfp.iter().find(|number| number.key == "chemistries.lfp.soc_min").expect("stands there");
        assert_eq!((soc.value.as_str(), soc.grade), ("0.05", Grade::Quoted));
        assert_eq!(soc.source, "Depth of discharge 0.90 to 0.95");
        let charger = evidence(File::Chargers, "ac-7kw");
        assert!(charger.iter().any(|number| number.key == "chargers.ac-7kw.power_kw" && number.value == "7"));
        let grid = evidence(File::GridFactors, "fujian-2023");
        assert_eq!(grid.len(), 1);
        assert!(!grid[0].value.is_empty());
        assert!(evidence(File::Fuels, "plutonium").is_empty());
    }

    #[test]
    fn a_tariff_names_its_periods() {
        let periods = word(File::Tariffs, "fujian-2025-110kv", "periods").expect("stands there");
        assert!(!evidence(File::TariffPeriods, &periods).is_empty());
    }
}
