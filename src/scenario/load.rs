//! From a scenario file to a checked tree: reading, parks from a table, cross checks.

use super::attributes::{PARK, SCENARIO};
use super::decode::decode;
use super::files::Files;
use super::keypath;
use super::raw::{Raw, RawValue, Spot};
use super::spec::Kind;
use super::table::{Table, Value};
use crate::problem::{Place, Problem, Problems};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A scenario that was read and checked against the attribute table.
#[derive(Debug)]
pub struct Scenario {
    /// The checked tree.
    pub root: Table,
    /// The tree as written, parks of a table included; overrides are set here.
    pub raw: Raw,
    /// The file as written.
    pub source: Arc<[u8]>,
    /// Its files.
    pub files: Arc<Files>,
    /// Warnings so far.
    pub warnings: Vec<Problem>,
}

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// All problems of the file.
    pub fn read(path: &Path) -> Result<Self, Problems> {
        let base = path.parent().map_or_else(|| Path::new("").to_owned(), Path::to_owned);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self::of(Arc::new(Files::folder(&base)), &name, &path.display().to_string())
    }

    /// The built-in home case.
    ///
    /// # Errors
    /// Never, as its tests show; the type is that of [`Scenario::read`].
    pub fn home() -> Result<Self, Problems> {
        Self::of(Arc::new(Files::embedded()), "jiaocheng.toml", "jiaocheng.toml")
    }

    fn of(files: Arc<Files>, name: &str, shown: &str) -> Result<Self, Problems> {
        let bytes = files.read(name)?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            Problem::error("not-utf8", "the file is not UTF-8 text")
                .in_file(shown)
                .at_line(line)
                .hint("save it as UTF-8")
        })?;
        let (raw, problems) = super::raw::parse(shown, text.trim_start_matches('\u{feff}'));
        Self::from_raw(raw, files, problems).map(|scenario| Self { source: bytes.clone(), ..scenario })
    }

    /// A scenario from a written tree, as after an override.
    ///
    /// # Errors
    /// All problems of the tree, those found before included.
    pub fn from_raw(mut raw: Raw, files: Arc<Files>, mut problems: Vec<Problem>) -> Result<Self, Problems> {
        super::presets::expand_presets(&mut raw, &mut problems);
        if raw.get("parks").is_some() {
            expand_parks(&mut raw, &files, &mut problems);
        }
        let broken = !problems.is_empty();
        let mut found = Vec::new();
        let root = decode(&SCENARIO, &raw, "", &mut found);
        // After a syntax error keys of the broken line count as missing: say only what is certain.
        found.retain(|problem| !(broken && problem.kind == "missing-key"));
        problems.extend(found);
        cross_checks(&root, &mut problems);
        if problems.iter().any(Problem::is_error) {
            // Files are read only once the scenario is sound; a missing one is told now, with the rest.
            missing_files(&root, &files, &mut problems);
            problems.sort_by_key(|problem| {
                (problem.place.file.clone(), problem.place.line, problem.place.column)
            });
            return Err(Problems(problems));
        }
        Ok(Self { root, raw, source: Arc::from([]), files, warnings: problems })
    }

    /// The same scenario with values overridden by key path; all checks run again.
    ///
    /// # Errors
    /// An unknown path, or the problems of the changed tree.
    pub fn with(&self, overrides: &[(&str, RawValue)], spot: &Spot) -> Result<Self, Problems> {
        let mut raw = self.raw.clone();
        for (path, value) in overrides {
            for address in keypath::resolve(&SCENARIO, &raw, path)? {
                keypath::set(&mut raw, &address, value.clone(), spot);
            }
        }
        if let RawValue::Map(entries) = &mut raw.value {
            entries.retain(|entry| entry.key != "parks"); // expanded already
        }
        Self::from_raw(raw, self.files.clone(), Vec::new())
            .map(|scenario| Self { source: self.source.clone(), ..scenario })
    }

    /// The day of the year (0-based) of `MM-DD` in the scenario's year.
    ///
    /// # Errors
    /// A problem if it is no such day.
    pub fn day_of_year(&self, text: &str) -> Result<usize, Problem> {
        let year = self.root.table("time").map_or(2025, |time| time.required_number("year") as i32);
        day_of_year(year, text)
    }

    /// The scenario's name.
    pub fn name(&self) -> &str {
        self.root.required_text("name")
    }
}

/// The day (0-based) of `MM-DD` in a year.
///
/// # Errors
/// A problem if it is no such day.
pub fn day_of_year(year: i32, text: &str) -> Result<usize, Problem> {
    let wrong = || {
        Problem::error("bad-date", format!("\"{text}\" is not a day of {year}"))
            .hint("write 07-14 for 14 July")
    };
    let (month, day) = text.split_once('-').ok_or_else(wrong)?;
    let (month, day): (usize, usize) = month.parse().ok().zip(day.parse().ok()).ok_or_else(wrong)?;
    if !(1..=12).contains(&month) || !(1..=crate::time::days_in_month(year, month)).contains(&day) {
        return Err(wrong());
    }
    Ok((1..month).map(|m| crate::time::days_in_month(year, m)).sum::<usize>() + day - 1)
}

/// Tells every file that is named and cannot be read.
fn missing_files(table: &Table, files: &Files, problems: &mut Vec<Problem>) {
    for attribute in table.spec.attributes() {
        let below: &[Table] = match table.value(attribute.key) {
            Some(Value::Table(inner) | Value::Series(inner)) => std::slice::from_ref(&**inner),
            Some(Value::Tables(tables)) => tables,
            Some(Value::Text(path)) if matches!(attribute.kind, Kind::Path) => {
                let known = |place: &Place| problems.iter().any(|problem| problem.place == *place);
                if let Err(problem) = files.read(path) {
                    let place = table.place(attribute.key);
                    if !known(&place) {
                        problems.push(Problem { place, ..problem });
                    }
                }
                continue;
            }
            _ => continue,
        };
        below.iter().for_each(|inner| missing_files(inner, files, problems));
    }
}

/// Checks that no single attribute can make.
fn cross_checks(root: &Table, problems: &mut Vec<Problem>) {
    let mut files: BTreeMap<String, &str> = BTreeMap::new();
    for park in root.tables("park") {
        let name = park.name();
        let file = name.replace(' ', "_").to_lowercase();
        if let Some(other) = files.insert(file, name)
            && other != name
        {
            problems.push(
                park.error(
                    "name",
                    "name-collision",
                    format!("`{name}` and `{other}` would write the same file"),
                )
                .hint("rename one of the parks"),
            );
        }
    }
    let table_is_wrong = root.given("parks") && problems.iter().any(Problem::is_error);
    if root.given("park") && root.tables("park").is_empty() && !table_is_wrong {
        problems.push(root.error("park", "no-park", "there is no park").hint("add a [[park]] table"));
    }
}

/// Adds one park per row of the park table, each a changed copy of the template.
fn expand_parks(raw: &mut Raw, files: &Files, problems: &mut Vec<Problem>) {
    let Some(table) = raw.get("parks").cloned() else { return };
    let (Some(file), Some(template_name)) = (table.text("file"), table.text("template")) else { return };
    let keep = matches!(table.get("keep_template").map(|keep| &keep.value), Some(RawValue::Bool(true)));
    let Some(RawValue::List(parks)) = raw.get("park").map(|park| park.value.clone()) else { return };
    let Some(template) = parks.iter().find(|park| park.text("name") == Some(template_name)) else {
        let spot = table.get("template").map_or(&table.spot, |template| &template.spot);
        let known: Vec<&str> = parks.iter().filter_map(|park| park.text("name")).collect();
        let mut problem =
            Problem::error("unknown-template", format!("there is no park named `{template_name}`"))
                .hint(format!("parks of this file: {}", known.join(", ")));
        problem.place = spot.place("parks.template");
        problems.push(problem);
        return;
    };
    let bytes = match files.read(file) {
        Ok(bytes) => bytes,
        Err(mut problem) => {
            let spot = table.get("file").map_or(&table.spot, |file| &file.spot);
            problem.place = spot.place("parks.file");
            problems.push(problem);
            return;
        }
    };
    let mut all: Vec<Raw> =
        parks.iter().filter(|park| keep || park.text("name") != Some(template_name)).cloned().collect();
    all.extend(park_rows(&bytes, &files.shown(file), template, problems));
    raw.set("park", Raw { spot: table.spot.clone(), value: RawValue::List(all) });
}

fn park_rows(bytes: &[u8], shown: &str, template: &Raw, problems: &mut Vec<Problem>) -> Vec<Raw> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let file: Arc<str> = shown.into();
    let at = |row: usize, column: usize, name: &str| Spot {
        file: file.clone(),
        line: row,
        column,
        column_name: (!name.is_empty()).then(|| name.into()),
    };
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(error) => {
            problems
                .push(Problem::error("bad-csv", format!("the table cannot be read: {error}")).in_file(shown));
            return Vec::new();
        }
    };
    let Some(name_column) = header.iter().position(|column| column == "name") else {
        let problem =
            Problem::error("missing-column", "the park table has no column `name`").in_file(shown).at_line(1);
        problems.push(problem.hint(format!("its columns: {}", header.join(", "))));
        return Vec::new();
    };
    let mut addresses = Vec::new();
    for (index, column) in header.iter().enumerate() {
        if column == "name" {
            addresses.push(Vec::new());
            continue;
        }
        match keypath::resolve(&PARK, template, column) {
            Ok(found) => addresses.push(found),
            Err(mut problem) => {
                problem.place = at(1, index + 1, column).place("");
                problems.push(problem);
                addresses.push(Vec::new());
            }
        }
    }
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let row = index + 2;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(
                    Problem::error("bad-csv", format!("the row cannot be read: {error}"))
                        .in_file(shown)
                        .at_line(row),
                );
                continue;
            }
        };
        if record.len() != header.len() {
            problems.push(
                Problem::error(
                    "wrong-cell-count",
                    format!("{} cells found, the header has {}", record.len(), header.len()),
                )
                .in_file(shown)
                .at_line(row)
                .hint("put cells that hold a comma in quotes; an empty cell keeps the template's value"),
            );
            continue;
        }
        let mut park = template.clone();
        let row_spot = at(row, name_column + 1, "name");
        park.spot = row_spot.clone();
        park.set("name", Raw { spot: row_spot, value: RawValue::Text(record[name_column].to_owned()) });
        for ((column, cell), found) in record.iter().enumerate().zip(&addresses) {
            if column == name_column || cell.is_empty() {
                continue; // an empty cell keeps the template's value
            }
            for address in found {
                keypath::set(
                    &mut park,
                    address,
                    cell_value(cell, address),
                    &at(row, column + 1, &header[column]),
                );
            }
        }
        rows.push(park);
    }
    if rows.is_empty() && !problems.iter().any(Problem::is_error) {
        problems.push(
            Problem::error("no-rows", "the park table has no rows")
                .in_file(shown)
                .hint("write one row per park below the header"),
        );
    }
    rows
}

/// What a cell says, by the kind of attribute it is for.
pub fn cell_value(cell: &str, address: &keypath::Address) -> RawValue {
    match (&address.attribute.kind, cell) {
        (Kind::Bool, "true") => RawValue::Bool(true),
        (Kind::Bool, "false") => RawValue::Bool(false),
        (Kind::Text | Kind::Name | Kind::Path | Kind::Choice(_) | Kind::Localised, text) => {
            RawValue::Text(text.to_owned())
        }
        (_, text) => text.parse().map_or_else(|_| RawValue::Text(text.to_owned()), RawValue::Number),
    }
}

/// A spot for values that come from a command line or from code.
pub fn option_spot(name: &str) -> Spot {
    Spot { file: name.into(), line: 1, column: 1, column_name: None }
}
