//! A study file: the scenario, the keys that vary, how designs are drawn, what is kept.

use super::contradiction::contradiction;
use super::expression::{Condition, Expression};
use super::results::{Column, Kind, Setting};
use super::sample::{Axis, Method, Position, Sampler};
use super::sobol::MAX_DIMENSIONS;
use crate::problem::{Problem, Problems};
use crate::scenario::attributes::{SCENARIO, STUDY};
use crate::scenario::keypath::{self, Address};
use crate::scenario::load::{cell_value, option_spot};
use crate::scenario::raw::{Raw, RawValue};
use crate::scenario::{Scenario, Table, Value, decode, files};
use std::path::Path;

/// Designs beyond this many need to be asked for.
pub const MANY_DESIGNS: u64 = 2_000_000;

/// A key that varies.
#[derive(Debug, Clone)]
pub struct Vary {
    /// Key path as written.
    pub key: String,
    /// What it names; several where the path holds `*`.
    pub addresses: Vec<Address>,
    /// Listed values; empty for a key between two bounds.
    values: Vec<RawValue>,
}

/// A key that follows from others.
#[derive(Debug, Clone)]
pub struct Derived {
    /// Key path as written.
    pub key: String,
    /// What it names.
    pub addresses: Vec<Address>,
    from: Expression,
}

/// A study that was read and checked.
#[derive(Debug)]
pub struct Study {
    /// Name: the file's stem.
    pub name: String,
    /// The scenario it varies.
    pub scenario: Scenario,
    /// Keys that vary.
    pub vary: Vec<Vary>,
    /// Keys that follow.
    pub derived: Vec<Derived>,
    /// What designs have to meet.
    pub conditions: Vec<Condition>,
    /// Metrics to keep as `<park or all>.<group>.<key>`; none: every scalar of `all`.
    pub metrics: Option<Vec<String>>,
    /// What reports show as best: at most two metrics to be minimised, `-` before one to be maximised.
    pub objectives: Option<Vec<String>>,
    /// Rows of a list of designs.
    list: Option<Vec<Vec<RawValue>>>,
    sampler: Sampler,
    /// SHA-256 of everything that decides the rows.
    pub fingerprint: String,
}

/// One design: its settings in the order of the study's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Values of varied, then derived keys; NaN where a derived one has no number.
    pub values: Vec<RawValue>,
    /// The first condition it misses.
    pub excluded: Option<usize>,
}

impl Design {
    /// The settings for the table.
    pub fn settings(&self) -> Vec<Setting> {
        let setting = |value: &RawValue| match value {
            RawValue::Number(value) => Setting::Number(*value),
            RawValue::Bool(flag) => Setting::Flag(*flag),
            RawValue::Text(text) | RawValue::Date(text) => Setting::Text(text.clone()),
            RawValue::List(_) | RawValue::Map(_) => Setting::Text(value.describe()),
        };
        self.values.iter().map(setting).collect()
    }
}

impl Study {
    /// Reads a study and the scenario it names; `seed` draws samples.
    ///
    /// # Errors
    /// All problems of the study, or those of its scenario.
    pub fn read(path: &Path, seed: u64) -> Result<Self, Problems> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Problem::error("unreadable-file", format!("the study cannot be read: {error}")).in_file(&shown)
        })?;
        let (raw, mut problems) = crate::scenario::raw::parse(&shown, text.trim_start_matches('\u{feff}'));
        let root = decode::decode(&STUDY, &raw, "", &mut problems);
        let folder = path.parent().unwrap_or(Path::new(""));
        if problems.iter().any(Problem::is_error) {
            return Err(Problems(problems));
        }
        let scenario = Scenario::read(&folder.join(root.required_text("scenario")))?;
        let mut reader = Reader { root: &root, scenario: &scenario, problems };
        let (vary, axes, list) = match root.table("sample").and_then(|sample| sample.text("file")) {
            Some(file) => reader.listed(&folder.join(file)),
            None => reader.varied(),
        };
        let derived = reader.derived();
        let conditions = reader.conditions();
        let sampler = reader.sampler(axes, list.as_ref().map(Vec::len), seed);
        reader.known_keys(&vary, &derived, &conditions);
        let problems = reader.problems;
        let Some(sampler) = sampler.filter(|_| !problems.iter().any(Problem::is_error)) else {
            return Err(Problems(problems));
        };
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let metrics = root.texts("metrics").map(|names| names.iter().map(|name| full_name(name)).collect());
        let mut study = Self {
            name,
            scenario,
            vary,
            derived,
            conditions,
            metrics,
            objectives: root.texts("objectives").map(<[String]>::to_vec),
            list,
            sampler,
            fingerprint: String::new(),
        };
        let listed = format!("{:?}", study.list);
        let decides = [
            env!("CARGO_PKG_VERSION"),
            &text,
            &listed,
            &format!("{:?} seed {seed}", study.scenario.raw.value),
        ];
        study.fingerprint = files::hash(decides.join("\n").as_bytes());
        match contradiction(&study, &root) {
            Some(problem) => Err(Problems(vec![problem.in_file(&shown)])),
            None => Ok(study),
        }
    }

    /// Designs of the study.
    pub fn designs(&self) -> u64 {
        self.sampler.count()
    }

    /// Varied keys, then derived ones: the order of a design's values.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let vary = self.vary.iter().map(|vary| vary.key.as_str());
        vary.chain(self.derived.iter().map(|derived| derived.key.as_str()))
    }

    /// Columns of varied and derived keys.
    pub fn columns(&self) -> Vec<Column> {
        let vary = self.vary.iter().enumerate().map(|(k, vary)| {
            let all = |test: fn(&RawValue) -> bool| {
                let mut values: Box<dyn Iterator<Item = &RawValue>> = match &self.list {
                    Some(rows) => Box::new(rows.iter().map(move |row| &row[k])),
                    None => Box::new(vary.values.iter()),
                };
                values.all(test)
            };
            let kind = if all(|value| matches!(value, RawValue::Number(_))) {
                Kind::Number
            } else if all(|value| matches!(value, RawValue::Bool(_))) {
                Kind::Flag
            } else {
                Kind::Text
            };
            Column { name: vary.key.clone(), kind }
        });
        let derived = self.derived.iter().map(|d| Column { name: d.key.clone(), kind: Kind::Number });
        vary.chain(derived).collect()
    }

    /// A design by its number.
    pub fn design(&self, number: u64) -> Design {
        let values: Vec<RawValue> = match &self.list {
            Some(rows) => rows[number as usize].clone(),
            None => self
                .sampler
                .design(number)
                .into_iter()
                .zip(&self.vary)
                .map(|(position, vary)| match position {
                    Position::Index(index) => vary.values[index].clone(),
                    Position::Value(value) => RawValue::Number(value),
                })
                .collect(),
        };
        self.design_of(values)
    }

    /// The design with these values of the varied keys; derived ones follow.
    pub fn design_of(&self, mut values: Vec<RawValue>) -> Design {
        for derived in &self.derived {
            let value = derived.from.value(&|key| self.number_of(key, &values));
            values.push(RawValue::Number(value.filter(|value| value.is_finite()).unwrap_or(f64::NAN)));
        }
        let misses = |c: &Condition| c.holds(&|key| self.number_of(key, &values)) != Some(true);
        let excluded = self.conditions.iter().position(misses);
        Design { values, excluded }
    }

    /// The value of a key in a design: varied, derived, or as the scenario has it.
    fn number_of(&self, key: &str, values: &[RawValue]) -> Option<f64> {
        let names = self.vary.iter().map(|v| &v.key).chain(self.derived.iter().map(|d| &d.key));
        match names.zip(values).find(|(name, _)| *name == key) {
            Some((_, RawValue::Number(value))) => Some(*value),
            Some(_) => None,
            None => scenario_number(&self.scenario, key),
        }
    }
}

/// `economics.annual_total` is of all parks; `park.a.carbon.x` of one.
pub(super) fn full_name(name: &str) -> String {
    match name.strip_prefix("park.") {
        Some(rest) => rest.to_owned(),
        None if name.starts_with("all.") => name.to_owned(),
        None => format!("all.{name}"),
    }
}

/// The number a key path has in the scenario, written or by default.
fn scenario_number(scenario: &Scenario, path: &str) -> Option<f64> {
    let mut table = &scenario.root;
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return table.number(part);
        }
        table.spec.attribute(part)?;
        table = match table.value(part)? {
            Value::Table(inner) => inner,
            Value::Tables(items) => {
                let name = parts.next()?;
                items.iter().find(|item| item.path.rsplit('.').next() == Some(name))?
            }
            _ => return None,
        };
    }
    None
}

/// Reads the parts of a study and gathers what is wrong.
struct Reader<'a> {
    root: &'a Table,
    scenario: &'a Scenario,
    problems: Vec<Problem>,
}

type Varied = (Vec<Vary>, Vec<Axis>, Option<Vec<Vec<RawValue>>>);

impl Reader<'_> {
    fn varied(&mut self) -> Varied {
        let (mut vary, mut axes) = (Vec::new(), Vec::new());
        for table in self.root.tables("vary") {
            let key = table.required_text("key").to_owned();
            let addresses = self.addresses(table, "key", &key);
            if vary.iter().any(|other: &Vary| other.key == key) {
                let message = format!("`{key}` varies twice");
                self.problems.push(table.error("key", "doubled-key", message).hint("keep one of the two"));
            }
            let (values, axis) = self.values(table);
            axes.extend(axis);
            vary.push(Vary { key, addresses, values });
        }
        (vary, axes, None)
    }

    fn addresses(&mut self, table: &Table, at: &str, key: &str) -> Vec<Address> {
        keypath::resolve(&SCENARIO, &self.scenario.raw, key).unwrap_or_else(|mut problem| {
            problem.place = table.place(at);
            self.problems.push(problem);
            Vec::new()
        })
    }

    fn values(&mut self, table: &Table) -> (Vec<RawValue>, Option<Axis>) {
        let bounds = table.number("min").zip(table.number("max"));
        let (values, axis) = match (table.value("values"), table.table("range"), bounds) {
            (Some(Value::Any(Raw { value: RawValue::List(items), .. })), None, None) => {
                let values: Vec<RawValue> = items.iter().map(|item| item.value.clone()).collect();
                let axis = Axis::Listed(values.len());
                (values, axis)
            }
            (None, Some(range), None) => {
                let [from, to, step] = ["from", "to", "step"].map(|key| range.required_number(key));
                let count = if to >= from { ((to - from) / step * (1.0 + 1e-12)).floor() + 1.0 } else { 0.0 };
                if count > 1e7 {
                    let message = format!("{count} values are too many");
                    self.problems
                        .push(range.error("step", "too-many-values", message).hint("widen the step"));
                    return (Vec::new(), None);
                }
                let values = (0..count as usize).map(|i| RawValue::Number(from + i as f64 * step));
                (values.collect(), Axis::Listed(count as usize))
            }
            (None, None, Some((min, max))) if min <= max => (Vec::new(), Axis::Between { min, max }),
            (None, None, Some((min, max))) => {
                let message = format!("min {min} is above max {max}");
                self.problems.push(table.error("min", "crossed-bounds", message).hint("swap the two"));
                return (Vec::new(), None);
            }
            _ => {
                let message = "a varied key takes `values`, `range`, or `min` and `max`";
                self.problems.push(table.error("", "no-values", message).hint("values = [0, 60000, 120000]"));
                return (Vec::new(), None);
            }
        };
        if axis == Axis::Listed(0) {
            let message = "the key has no values, so there are no designs";
            self.problems.push(table.error("", "empty-grid", message).hint("list at least one value"));
            return (Vec::new(), None);
        }
        if values.iter().any(|value| matches!(value, RawValue::Number(x) if !x.is_finite())) {
            let message = "one of the values is not a finite number";
            self.problems.push(table.error("values", "not-finite", message).hint("leave it out"));
            return (Vec::new(), None);
        }
        (values, Some(axis))
    }

    /// Designs of a CSV file: the header holds key paths.
    fn listed(&mut self, path: &Path) -> Varied {
        let shown = path.display().to_string();
        let mut fail = |kind, message: String, row: Option<usize>| {
            let problem = Problem::error(kind, message).in_file(&shown);
            self.problems.push(row.map_or(problem.clone(), |row| problem.at_line(row)));
        };
        let mut reader = match csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_path(path) {
            Ok(reader) => reader,
            Err(error) => {
                fail("unreadable-file", format!("the list of designs cannot be read: {error}"), None);
                return (Vec::new(), Vec::new(), None);
            }
        };
        let header: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect(),
            Err(error) => {
                fail("bad-csv", error.to_string(), Some(1));
                return (Vec::new(), Vec::new(), None);
            }
        };
        let (mut vary, mut found) = (Vec::new(), Vec::new());
        for (field, key) in header.into_iter().enumerate() {
            let addresses = keypath::resolve(&SCENARIO, &self.scenario.raw, &key).unwrap_or_else(|problem| {
                found.push(problem.in_file(&shown).at_line(1).at_column(field + 1));
                Vec::new()
            });
            vary.push(Vary { key, addresses, values: Vec::new() });
        }
        let mut rows = Vec::new();
        for (index, record) in reader.records().enumerate() {
            let problem = |text: String| Problem::error("bad-csv", text).in_file(&shown).at_line(index + 2);
            match record {
                Ok(record) if record.len() == vary.len() => {
                    let value = |(cell, vary): (&str, &Vary)| match vary.addresses.first() {
                        Some(address) => cell_value(cell, address),
                        None => RawValue::Text(cell.to_owned()),
                    };
                    rows.push(record.iter().zip(&vary).map(value).collect());
                }
                Ok(record) => {
                    let message = format!("{} cells found, the header has {}", record.len(), vary.len());
                    found.push(problem(message));
                }
                Err(error) => found.push(problem(error.to_string())),
            }
        }
        if rows.is_empty() && found.is_empty() {
            found.push(Problem::error("empty-grid", "the list holds no design").in_file(&shown));
        }
        self.problems.extend(found);
        (vary, Vec::new(), Some(rows))
    }

    fn derived(&mut self) -> Vec<Derived> {
        let mut derived = Vec::new();
        for table in self.root.tables("derive") {
            let key = table.required_text("key").to_owned();
            let addresses = self.addresses(table, "key", &key);
            match Expression::parse(table.required_text("from")) {
                Ok(from) => derived.push(Derived { key, addresses, from }),
                Err(message) => self.problems.push(table.error("from", "bad-expression", message)),
            }
        }
        derived
    }

    fn conditions(&mut self) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for text in self.root.texts("conditions").unwrap_or_default() {
            match Condition::parse(text) {
                Ok(condition) => conditions.push(condition),
                Err(message) => {
                    let message = format!("`{text}`: {message}");
                    self.problems.push(self.root.error("conditions", "bad-condition", message));
                }
            }
        }
        conditions
    }

    /// Every key of an expression has a number: varied, derived before it, or in the scenario.
    fn known_keys(&mut self, vary: &[Vary], derived: &[Derived], conditions: &[Condition]) {
        let known = |key: &str, before: usize| {
            vary.iter().any(|v| v.key == key)
                || derived[..before].iter().any(|d| d.key == key)
                || scenario_number(self.scenario, key).is_some()
        };
        let mut unknown: Vec<(&str, &str)> = Vec::new();
        for (before, d) in derived.iter().enumerate() {
            unknown.extend(
                d.from.keys().into_iter().filter(|key| !known(key, before)).map(|key| ("derive", key)),
            );
        }
        for condition in conditions {
            let keys = condition.keys().into_iter().filter(|key| !known(key, derived.len()));
            unknown.extend(keys.map(|key| ("conditions", key)));
        }
        let problems = unknown.into_iter().map(|(at, key)| {
            let message = format!("`{key}` has no number: it neither varies nor stands in the scenario");
            let problem = self.root.error(at, "unknown-key-path", message);
            match crate::scenario::nearest::nearest(key, vary.iter().map(|v| v.key.as_str())) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => {
                    problem.hint("a minus between keys needs spaces; a path with spaces stands in backticks")
                }
            }
        });
        let problems: Vec<Problem> = problems.collect();
        self.problems.extend(problems);
    }

    fn sampler(&mut self, axes: Vec<Axis>, listed: Option<usize>, seed: u64) -> Option<Sampler> {
        if let Some(rows) = listed {
            return Sampler::new(vec![Axis::Listed(rows.max(1))], Method::Grid);
        }
        let sample = self.root.table("sample");
        let method = sample.and_then(|sample| sample.text("method")).unwrap_or("grid").to_owned();
        let table = sample.unwrap_or(self.root);
        if axes.is_empty() && self.problems.is_empty() {
            let problem =
                self.root.error("vary", "empty-grid", "nothing varies").hint("add a [[vary]] table");
            self.problems.push(problem);
            return None;
        }
        let count = sample.and_then(|sample| sample.number("count")).map(|count| count as u64);
        if method == "grid" {
            let bounded = axes.iter().any(|axis| matches!(axis, Axis::Between { .. }));
            let sampler = (!bounded).then(|| Sampler::new(axes, Method::Grid)).flatten();
            if sampler.is_none() {
                let problem = if bounded {
                    table
                        .error("", "grid-without-values", "a grid needs listed values, not min and max")
                        .hint("use range = { from, to, step }, or [sample] method = \"sobol\"")
                } else {
                    table.error("", "too-many-designs", "the grid has more designs than can be counted")
                };
                self.problems.push(problem);
            }
            return sampler;
        }
        if method == "list" {
            let problem =
                table.error("file", "missing-key", "method \"list\" needs `file`, a CSV of designs");
            self.problems.push(problem);
            return None;
        }
        let Some(count) = count else {
            let message = format!("method \"{method}\" needs `count`, the number of designs");
            self.problems.push(table.error("count", "missing-key", message).hint("count = 1024"));
            return None;
        };
        if method == "sobol" && axes.len() > MAX_DIMENSIONS {
            let message = format!("{} keys vary, Sobol numbers exist for {MAX_DIMENSIONS}", axes.len());
            self.problems.push(table.error("method", "too-many-keys", message).hint("use latin-hypercube"));
            return None;
        }
        let method = if method == "sobol" {
            Method::Sobol { count, seed }
        } else {
            Method::LatinHypercube { count, seed }
        };
        Sampler::new(axes, method)
    }
}

/// The spot of values that a study sets.
pub fn study_spot() -> crate::scenario::raw::Spot {
    option_spot("(study)")
}
