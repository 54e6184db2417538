//! Whole parks of the catalogue that a scenario starts from: `preset = "…"` in a `[[park]]`.
//!
//! What the scenario says wins, key by key; devices are the same where their names are.

use super::attributes::PARK;
use super::decode::item_name;
use super::nearest::nearest;
use super::raw::{Raw, RawEntry, RawValue, Spot, parse};
use super::spec::Kind;
use crate::problem::Problem;
use std::sync::LazyLock;

const FILE: &str = include_str!("../../scenarios/catalogue/presets.toml");

static PRESETS: LazyLock<Vec<Raw>> = LazyLock::new(|| {
    let (tree, problems) = parse("presets.toml", FILE);
    assert!(problems.is_empty(), "embedded catalogue presets.toml is broken: {problems:?}");
    match tree.get("park").map(|parks| parks.value.clone()) {
        Some(RawValue::List(parks)) => parks,
        _ => panic!("embedded catalogue presets.toml holds no park"),
    }
});

/// Names of the presets.
pub fn preset_names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().filter_map(|park| park.text("name"))
}

/// Fills the parks of a scenario that name a preset with what they do not say themselves.
pub fn expand_presets(raw: &mut Raw, problems: &mut Vec<Problem>) {
    let RawValue::Map(entries) = &mut raw.value else { return };
    let Some(parks) = entries.iter_mut().find(|entry| entry.key == "park") else { return };
    let RawValue::List(parks) = &mut parks.value.value else { return };
    for park in parks {
        let Some(named) = park.get("preset") else { continue };
        let (spot, RawValue::Text(name)) = (named.spot.clone(), named.value.clone()) else { continue };
        match PRESETS.iter().find(|preset| preset.text("name") == Some(&name)) {
            Some(preset) => fill(park, preset, &spot),
            None => {
                let problem = Problem::error("unknown-preset", format!("\"{name}\" is not in the catalogue"));
                let mut problem = match nearest(&name, preset_names()) {
                    Some(near) => problem.hint(format!("did you mean \"{near}\"?")),
                    None => problem.hint(format!("known: {}", preset_names().collect::<Vec<_>>().join(", "))),
                };
                problem.place = spot.place("park.preset");
                problems.push(problem);
            }
        }
    }
}

/// Adds what a park lacks of its preset; the added values stand where the preset is named.
fn fill(park: &mut Raw, preset: &Raw, spot: &Spot) {
    for entry in preset.entries().iter().filter(|entry| entry.key != "name") {
        let given = moved(&entry.value, spot);
        let kind = PARK.attribute(&entry.key).map(|attribute| attribute.kind);
        let value = match (park.get(&entry.key).cloned(), kind) {
            (None, _) => given,
            (Some(own), Some(Kind::Tables(spec))) => {
                let (RawValue::List(own), RawValue::List(given)) = (own.value, given.value) else { continue };
                let name = |place: usize, item: &Raw| item_name(spec, item, place);
                let mut items: Vec<Raw> = Vec::new();
                for (place, mut item) in given.into_iter().enumerate() {
                    let same = own.iter().enumerate().find(|(at, own)| name(*at, own) == name(place, &item));
                    if let Some((_, own)) = same {
                        own.entries().iter().for_each(|entry| item.set(&entry.key, entry.value.clone()));
                        item.spot = own.spot.clone();
                    }
                    items.push(item);
                }
                let known: Vec<String> = items.iter().enumerate().map(|(at, item)| name(at, item)).collect();
                let new = own.into_iter().enumerate().filter(|(at, item)| !known.contains(&name(*at, item)));
                items.extend(new.map(|(_, item)| item));
                Raw { spot: spot.clone(), value: RawValue::List(items) }
            }
            (Some(mut own), _) => {
                for inner in given
                    .entries()
                    .iter()
                    .filter(|inner| own.get(&inner.key).is_none())
                    .cloned()
                    .collect::<Vec<_>>()
                {
                    own.set(&inner.key, inner.value);
                }
                own
            }
        };
        park.set(&entry.key, value);
    }
}

/// A value of the preset, standing where the scenario names it.
fn moved(raw: &Raw, spot: &Spot) -> Raw {
    let value = match &raw.value {
        RawValue::List(items) => RawValue::List(items.iter().map(|item| moved(item, spot)).collect()),
        RawValue::Map(entries) => {
            let entry = |entry: &RawEntry| RawEntry {
                key: entry.key.clone(),
                spot: spot.clone(),
                value: moved(&entry.value, spot),
            };
            RawValue::Map(entries.iter().map(entry).collect())
        }
        plain => plain.clone(),
    };
    Raw { spot: spot.clone(), value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> (Raw, Vec<Problem>) {
        let (mut tree, mut problems) = parse("s.toml", text);
        expand_presets(&mut tree, &mut problems);
        let parks = tree.get("park").map(|parks| parks.value.clone());
        let Some(RawValue::List(parks)) = parks else { panic!("parks") };
        (parks[0].clone(), problems)
    }

    fn items(park: &Raw, key: &str) -> Vec<Raw> {
        match park.get(key).map(|list| list.value.clone()) {
            Some(RawValue::List(items)) => items,
            other => panic!("{key}: {other:?}"),
        }
    }

    #[test]
    fn what_the_scenario_says_wins_key_by_key() {
        let (park, problems) = expanded(
            "[[park]]\nname = \"a\"\npreset = \"inspection-station-24\"\n[[park.charging]]\nname = \"public\"\nvehicles = 800\n[[park.pv]]\nname = \"roof\"\ncapacity_kw = 30\n",
        );
        assert_eq!(problems, []);
        assert_eq!(park.text("name"), Some("a"));
        let charging = items(&park, "charging");
        assert_eq!(charging.len(), 1);
        assert_eq!(charging[0].get("vehicles").map(|v| v.value.clone()), Some(RawValue::Number(800.0)));
        assert_eq!(charging[0].text("fleet"), Some("public-fast"));
        let names: Vec<_> = items(&park, "pv").iter().map(|pv| pv.text("name").map(str::to_owned)).collect();
        assert_eq!(names, [Some("canopy".to_owned()), Some("roof".to_owned())]);
        // What the preset adds stands where it is named: line 3.
        assert_eq!(items(&park, "inspection")[0].spot.line, 3);
        // The published station: 24 guns of the 300 kW cabinet, 82 kWp.
        let RawValue::List(guns) = charging[0].get("chargers").map(|g| g.value.clone()).expect("guns") else {
            panic!("a list")
        };
        assert_eq!((guns[0].text("class"), guns.len()), (Some("cabinet-300kw-4"), 1));
        assert_eq!(guns[0].get("count").map(|v| v.value.clone()), Some(RawValue::Number(24.0)));
    }

    #[test]
    fn filling_twice_changes_nothing_and_an_unknown_preset_is_told() {
        let (once, _) = expanded("[[park]]\npreset = \"inspection-station-24\"\n");
        let mut twice = once.clone();
        fill(&mut twice, &PRESETS[0], &once.get("preset").expect("named").spot.clone());
        assert_eq!(once, twice);
        let (_, problems) = expanded("[[park]]\npreset = \"inspection-station-25\"\n");
        assert_eq!((problems[0].kind, problems[0].place.line), ("unknown-preset", Some(2)));
    }
}
