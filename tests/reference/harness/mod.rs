//! Finds case files, reads them, compares columns and keeps the account of it.

mod report;
mod table;

use std::path::{Path, PathBuf};
use std::{env, fs};

pub use table::Table;

/// Folder of this crate's own reference values.
const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference");

/// What was compared in one column of one case.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub struct Row {
    suite: String,
    case: String,
    column: String,
    compared: usize,
    worst_error: f64,
    tolerances_used: f64,
}

/// A pair passes if its difference is within `abs`, or within `rel` of the expected value.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    #[serde(default)]
    abs: f64,
    #[serde(default)]
    rel: f64,
}

/// One suite under test: `open`, then `compare` column by column, then `finish`.
pub struct Suite {
    name: String,
    folder: PathBuf,
    rows: Vec<Row>,
    failures: Vec<String>,
}

impl Suite {
    /// The suite's folder, from `ZEROPARK_REFERENCE` where that is set.
    pub fn open(name: &str) -> Self {
        let root = env::var_os("ZEROPARK_REFERENCE").map_or_else(|| PathBuf::from(HOME), PathBuf::from);
        Self { name: name.into(), folder: root.join(name), rows: Vec::new(), failures: Vec::new() }
    }

    /// Case files whose name starts and ends like this, with and without `.gz`, in order of name.
    pub fn files(&self, start: &str, end: &str) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut files: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| {
                let name = file_name(path);
                let plain = name.strip_suffix(".gz").unwrap_or(&name);
                path.is_file() && plain.starts_with(start) && plain.ends_with(end)
            })
            .collect();
        files.sort();
        files
    }

    /// A file of the suite by name, read as JSON.
    pub fn json(&self, path: &Path) -> serde_json::Value {
        serde_json::from_str(&table::read_text(path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// A file beside the cases: its path in the folder under test.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Compares pairs of (zeropark's value, expected value) under the tolerance
    /// `[<suite>.<tolerance>]`. A value that is not finite fails.
    pub fn compare(
        &mut self,
        case: &str,
        column: &str,
        tolerance: &str,
        pairs: impl IntoIterator<Item = (f64, f64)>,
    ) {
        let Tolerance { abs, rel } = self.tolerance(tolerance);
        let (mut compared, mut worst_error, mut used, mut worst) = (0, 0.0f64, 0.0f64, None);
        for (index, (ours, expected)) in pairs.into_iter().enumerate() {
            let error = (ours - expected).abs();
            let allowed = abs.max(rel * expected.abs());
            let share = match () {
                () if error == 0.0 => 0.0,
                () if error.is_nan() || allowed == 0.0 => f64::INFINITY,
                () => error / allowed,
            };
            compared += 1;
            worst_error = if error.is_nan() { f64::INFINITY } else { worst_error.max(error) };
            if share > used {
                (used, worst) = (share, Some((index, ours, expected)));
            }
        }
        if used > 1.0 {
            let (index, ours, expected) = worst.unwrap_or((0, f64::NAN, f64::NAN));
            self.failures.push(format!(
                "{case} {column}: {ours} instead of {expected} at pair {index} ({used:.3} of the tolerance)"
            ));
        }
        self.rows.push(Row {
            suite: self.name.clone(),
            case: case.into(),
            column: column.into(),
            compared,
            worst_error,
            tolerances_used: used,
        });
    }

    /// Requires a statement that is not a number, such as a status; counts as one comparison.
    pub fn require(&mut self, case: &str, column: &str, holds: bool, message: &str) {
        if !holds {
            self.failures.push(format!("{case} {column}: {message}"));
        }
        self.rows.push(Row {
            suite: self.name.clone(),
            case: case.into(),
            column: column.into(),
            compared: 1,
            worst_error: if holds { 0.0 } else { f64::INFINITY },
            tolerances_used: if holds { 0.0 } else { f64::INFINITY },
        });
    }

    /// Writes the report and fails on any excess, or if there was nothing to compare.
    pub fn finish(mut self) {
        report::add(std::mem::take(&mut self.rows), &self.name, &self.folder, |rows| {
            let compared: usize = rows.iter().map(|row| row.compared).sum();
            assert!(compared > 0, "suite {} has no case in {}", self.name, self.folder.display());
        });
        assert!(self.failures.is_empty(), "{}:\n  {}", self.name, self.failures.join("\n  "));
    }

    fn tolerance(&self, name: &str) -> Tolerance {
        tolerances()
            .get(&self.name)
            .and_then(|suite| suite.get(name))
            .cloned()
            .unwrap_or_else(|| panic!("tolerances.toml lacks [{}.{name}]", self.name))
            .try_into()
            .unwrap_or_else(|error| panic!("tolerances.toml [{}.{name}]: {error}", self.name))
    }
}

impl Drop for Suite {
    /// A suite that panics half-way still reports what it compared.
    fn drop(&mut self) {
        if !self.rows.is_empty() {
            report::add(std::mem::take(&mut self.rows), &self.name, &self.folder, |_| ());
        }
    }
}

/// Folders of this crate's reference values that hold cases, plus those under test.
pub fn suite_folders() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(HOME)
        .expect("tests/reference is readable")
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir() && entry.file_name() != "harness")
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Whether `tolerances.toml` has a table for a suite.
pub fn has_tolerances(suite: &str) -> bool {
    tolerances().contains_key(suite)
}

/// File name as text.
pub fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Name of a case: the file's name without its extensions.
pub fn case_name(path: &Path) -> String {
    file_name(path).split('.').next().unwrap_or_default().to_owned()
}

fn tolerances() -> toml::Table {
    toml::from_str(include_str!("../tolerances.toml")).expect("tolerances.toml is TOML")
}
