//! What a result rests on: every number of the scenario and of the catalogue entries it names, each
//! with its source and how well it is known.
//!
//! A number of the file is as good as the comment on its line: `# A: two hours` is assumed,
//! `# S: 2,316 mu` sourced (D derived, Q quoted); the letter may also stand in brackets in the
//! comment. Without a letter the number is `given`. Defaults and catalogue numbers have their own.
//! Parks and devices that share a number share a row.

use crate::catalogue::evidence::{Evidence, File, evidence, word};
use crate::output::number::cell;
use crate::report::data::Assumption;
use crate::scenario::raw::Spot;
use crate::scenario::spec::{Attribute, unit_of};
use crate::scenario::{Scenario, Table, Value};

/// Every number with its evidence, in the order of the file, the catalogue's after it.
pub fn assumptions(scenario: &Scenario) -> Vec<Assumption> {
    let mut list = List {
        source: String::from_utf8_lossy(&scenario.source).into_owned(),
        file: scenario.raw.spot.file.to_string(),
        rows: Vec::new(),
        catalogue: Vec::new(),
    };
    list.walk(&scenario.root);
    let List { mut rows, catalogue, .. } = list;
    rows.extend(catalogue);
    for row in &mut rows {
        if row.count > 1 {
            row.key = pattern(&row.key);
        }
    }
    rows
}

struct List {
    /// The scenario's text.
    source: String,
    /// Its name in spots.
    file: String,
    rows: Vec<Assumption>,
    catalogue: Vec<Assumption>,
}

impl List {
    fn walk(&mut self, table: &Table) {
        for attribute in table.spec.attributes() {
            let Some(value) = table.value(attribute.key) else { continue };
            self.value(table, attribute, value);
            match value {
                Value::Table(inner) => self.walk(inner),
                Value::Tables(tables) => tables.iter().for_each(|inner| self.walk(inner)),
                _ => {}
            }
        }
        self.catalogue_of(table);
    }

    fn value(&mut self, table: &Table, attribute: &'static Attribute, value: &Value) {
        let key = attribute.key;
        let unit = unit_of(key);
        let with_unit = |text: String| if unit.is_empty() { text } else { format!("{text} {unit}") };
        let text = match value {
            Value::Number(number) => with_unit(cell(Some(*number))),
            Value::Numbers(numbers) => {
                with_unit(numbers.iter().map(|number| cell(Some(*number))).collect::<Vec<_>>().join(", "))
            }
            Value::Series(series) => {
                let column = series.text("column").map_or_else(String::new, |column| format!(" [{column}]"));
                format!("{}{column}", series.text("series").unwrap_or_default())
            }
            Value::Text(path) if ["series", "weather", "sessions", "timetable"].contains(&key) => {
                path.clone()
            }
            _ => return,
        };
        let (grade, source) = if table.given(key) {
            self.written(&table.place_spot(key))
        } else if attribute.source.is_empty() {
            return; // a default that leaves something out rather than assuming it
        } else {
            (default_grade(attribute.source), attribute.source.to_owned())
        };
        let row =
            Assumption { key: table.key_path(key), value: text, source, grade: grade.to_owned(), count: 1 };
        add(&mut self.rows, row);
    }

    /// Grade and source of a number that was written: its line's comment, or its table.
    fn written(&self, spot: &Spot) -> (&'static str, String) {
        if spot.column_name.is_some() || *spot.file != *self.file {
            return ("given", spot.file.to_string());
        }
        let mut lines = self.source.lines().skip(spot.line.saturating_sub(1));
        let Some((mut text, column)) = lines.next().and_then(comment) else {
            return ("given", String::new());
        };
        // A comment goes on in the lines below that hold nothing else and stand as far in.
        for line in lines {
            match comment(line) {
                Some((more, at)) if at >= column && line.trim_start().starts_with('#') => {
                    text.push(' ');
                    text.push_str(&more);
                }
                _ => break,
            }
        }
        graded(&text)
    }

    /// The catalogue entries that a table names, less what the table states itself.
    fn catalogue_of(&mut self, table: &Table) {
        let spec = table.spec;
        let text = |key: &str| spec.attribute(key).and_then(|_| table.text(key));
        let named = [
            ("archetype", File::Archetypes),
            ("class", File::Chargers),
            ("chemistry", File::Chemistries),
            ("fleet", File::Fleets),
            ("fuel", File::Fuels),
            ("carbon", File::GridFactors),
            ("ship_type", File::Ships),
            ("tariff", File::Tariffs),
            ("turbine", File::Turbines),
        ];
        for (key, file) in named {
            let Some(entry) = text(key) else { continue };
            self.entry(table, evidence(file, entry));
            if file == File::Tariffs {
                let periods = word(file, entry, "periods");
                self.entry(table, periods.map_or_else(Vec::new, |name| evidence(File::TariffPeriods, &name)));
            }
        }
        match spec.name {
            "pv" | "wind" => {
                self.entry(table, evidence(File::Costs, spec.name));
                self.entry(table, evidence(File::Embodied, &format!("{}_kg_per_kw", spec.name)));
            }
            "storage" => {
                if !table.given("capex_per_kwh") {
                    self.entry(table, evidence(File::Costs, "storage"));
                }
                self.entry(table, evidence(File::Chemistries, "system"));
            }
            "fuel" if table.number("electrified_share").is_some_and(|share| share > 0.0) => {
                self.entry(table, evidence(File::Costs, "electrified"));
            }
            _ => {}
        }
    }

    fn entry(&mut self, table: &Table, numbers: Vec<Evidence>) {
        for number in numbers {
            let last = number.key.rsplit('.').next().unwrap_or_default();
            let stated = table.spec.attribute(last).is_some() && table.given(last);
            // A size curve scales the catalogue's price, not a stated one.
            let curve = last.starts_with("size_") || last == "reference_size";
            let priced = ["capex_per_kw", "capex_per_kwh"]
                .iter()
                .any(|key| table.spec.attribute(key).is_some() && table.given(key));
            if stated || (curve && priced) {
                continue;
            }
            let unit = unit_of(last);
            let value = if unit.is_empty() || number.value.is_empty() {
                number.value
            } else {
                format!("{} {unit}", number.value)
            };
            let key = format!("catalogue.{}", number.key);
            let row =
                Assumption { key, value, source: number.source, grade: number.grade.to_string(), count: 1 };
            add(&mut self.catalogue, row);
        }
    }
}

/// Adds a row, or counts it with the one that says the same of another park or device.
fn add(rows: &mut Vec<Assumption>, row: Assumption) {
    let same = |known: &&mut Assumption| {
        (&known.value, &known.grade, &known.source) == (&row.value, &row.grade, &row.source)
            && pattern(&known.key) == pattern(&row.key)
    };
    match rows.iter_mut().find(same) {
        Some(known) => known.count += 1,
        None => rows.push(row),
    }
}

/// A key path with park and device left open: `park.*.storage.*.life_years`.
fn pattern(key: &str) -> String {
    let parts: Vec<&str> = key.split('.').collect();
    if parts[0] != "park" {
        return key.to_owned();
    }
    let device = |kind: &str| ["load", "pv", "wind", "storage", "charging", "fuel"].contains(&kind);
    let open = |(index, part): (usize, &&str)| match index {
        1 => "*".to_owned(),
        3 if device(parts[2]) && parts.len() > 4 => "*".to_owned(),
        _ => (*part).to_owned(),
    };
    parts.iter().enumerate().map(open).collect::<Vec<_>>().join(".")
}

/// The comment of a line of TOML and the column of its `#`, which may not stand inside a text.
fn comment(line: &str) -> Option<(String, usize)> {
    let mut quote = None;
    let mut escaped = false;
    for (column, c) in line.chars().enumerate() {
        match (quote, c) {
            (None, '#') => {
                let text: String = line.chars().skip(column + 1).collect();
                return Some((text.trim().to_owned(), column));
            }
            (None, '"' | '\'') => quote = Some(c),
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(open), c) if open == c && !escaped => quote = None,
            _ => {}
        }
        escaped = false;
    }
    None
}

/// The letters of grades in comments.
const LETTERS: [(char, &str); 4] = [('S', "sourced"), ('D', "derived"), ('Q', "quoted"), ('A', "assumed")];

/// The grade that a comment states, and the rest of it.
fn graded(text: &str) -> (&'static str, String) {
    for (letter, grade) in LETTERS {
        if let Some(rest) = text.strip_prefix(letter)
            && (rest.is_empty() || rest.starts_with(':'))
        {
            return (grade, rest.trim_start_matches(':').trim().to_owned());
        }
    }
    let bracketed = LETTERS
        .iter()
        .filter_map(|(letter, grade)| Some((text.find(&format!("({letter})"))?, *grade)))
        .min_by_key(|(at, _)| *at);
    match bracketed {
        Some((_, grade)) => (grade, text.to_owned()),
        None => ("given", text.to_owned()),
    }
}

/// The grade of a default, by the words of its source.
fn default_grade(source: &str) -> &'static str {
    let begins = |words: &[&str]| words.iter().any(|word| source.starts_with(word));
    if begins(&["assumed"]) {
        "assumed"
    } else if begins(&["usual", "commonly quoted"]) {
        "quoted"
    } else {
        "sourced"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_grades_its_number() {
        assert_eq!(graded("A: two hours"), ("assumed", "two hours".to_owned()));
        assert_eq!(graded("A"), ("assumed", String::new()));
        assert_eq!(graded("Ningde (S)").0, "sourced");
        assert_eq!(graded("A cold year"), ("given", "A cold year".to_owned()));
        assert_eq!(comment("name = \"a # b\" # c"), Some(("c".to_owned(), 15)));
        assert_eq!(comment("name = \"a \\\" # b\""), None);
    }

    #[test]
    fn parks_that_share_a_number_share_a_row() {
        assert_eq!(pattern("park.lithium.storage.station.life_years"), "park.*.storage.*.life_years");
        assert_eq!(pattern("park.lithium.grid.import_limit_kw"), "park.*.grid.import_limit_kw");
        assert_eq!(pattern("economics.discount_rate"), "economics.discount_rate");
    }

    /// Read off `scenarios/jiaocheng.toml` and the attribute table.
    #[test]
    fn the_home_case_names_the_source_of_every_number() {
        let list = assumptions(&Scenario::home().expect("is sound"));
        let of = |key: &str| list.iter().find(|row| row.key == key).unwrap_or_else(|| panic!("no {key}"));
        let roofs = of("park.lithium.pv.roofs.capacity_kw");
        assert_eq!((roofs.value.as_str(), roofs.grade.as_str()), ("55000 kW", "assumed"));
        assert!(roofs.source.starts_with("55 ha of metal roofs") && roofs.source.ends_with("at 110 kV)"));
        assert_eq!(of("site.latitude_deg").grade, "sourced");
        assert_eq!(of("catalogue.chemistries.lfp.charge_efficiency").grade, "quoted");
        assert!(
            !list.iter().any(|row| row.key == "catalogue.costs.pv.capex_per_kw"),
            "the file states its own"
        );
        for row in &list {
            let known = ["given", "sourced", "derived", "quoted", "assumed"].contains(&row.grade.as_str());
            assert!(known, "{row:?}");
            let bare = row.source.is_empty() && ["sourced", "derived"].contains(&row.grade.as_str());
            assert!(!bare, "a grade without a source: {row:?}");
        }
    }
}
