//! A decoded table: checked values, each with its spot, defaults filled in.

use super::raw::{Raw, Spot};
use super::spec::TableSpec;
use crate::problem::{Place, Problem};
use std::collections::BTreeMap;

/// A checked table of the scenario.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its description.
    pub spec: &'static TableSpec,
    /// Its key path, such as `park.lithium.storage.station`; empty for the file itself.
    pub path: String,
    /// Where it begins.
    pub spot: Spot,
    pub(super) entries: BTreeMap<&'static str, Entry>,
}

/// One checked value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// Where it was written; none for a default.
    pub spot: Option<Spot>,
}

/// A checked value.
#[derive(Debug, Clone)]
pub enum Value {
    /// A number inside its range.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// A text, a choice, a name or a path.
    Text(String),
    /// Numbers inside their range.
    Numbers(Vec<f64>),
    /// Texts.
    Texts(Vec<String>),
    /// Text in English and Chinese.
    Localised {
        /// English.
        en: String,
        /// Chinese.
        zh: String,
    },
    /// A series reference: a table of the series options.
    Series(Box<Table>),
    /// A table.
    Table(Box<Table>),
    /// A list of tables.
    Tables(Vec<Table>),
    /// As written, unchecked.
    Any(Raw),
}

impl Table {
    /// Whether the key was written in the file (a default does not count).
    pub fn given(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|entry| entry.spot.is_some())
    }

    /// The value of a key, given or default.
    pub fn value(&self, key: &str) -> Option<&Value> {
        debug_assert!(self.spec.attribute(key).is_some(), "{}: no attribute {key}", self.spec.name);
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// A number, given or default.
    pub fn number(&self, key: &str) -> Option<f64> {
        match self.value(key) {
            Some(Value::Number(value)) => Some(*value),
            _ => None,
        }
    }

    /// A number that the attribute table requires or gives a default for.
    ///
    /// # Panics
    /// If it does neither.
    pub fn required_number(&self, key: &str) -> f64 {
        self.number(key).unwrap_or_else(|| panic!("{}.{key} has no value and no default", self.spec.name))
    }

    /// A truth value; false where it is neither given nor defaulted.
    pub fn flag(&self, key: &str) -> bool {
        matches!(self.value(key), Some(Value::Bool(true)))
    }

    /// A text, choice, name or path.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.value(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A text that the attribute table requires or gives a default for.
    ///
    /// # Panics
    /// If it does neither.
    pub fn required_text(&self, key: &str) -> &str {
        self.text(key).unwrap_or_else(|| panic!("{}.{key} has no value and no default", self.spec.name))
    }

    /// A list of numbers.
    pub fn numbers(&self, key: &str) -> Option<&[f64]> {
        match self.value(key) {
            Some(Value::Numbers(values)) => Some(values),
            _ => None,
        }
    }

    /// A list of texts.
    pub fn texts(&self, key: &str) -> Option<&[String]> {
        match self.value(key) {
            Some(Value::Texts(values)) => Some(values),
            _ => None,
        }
    }

    /// A text in both languages, English first.
    pub fn localised(&self, key: &str) -> Option<(&str, &str)> {
        match self.value(key) {
            Some(Value::Localised { en, zh }) => Some((en, zh)),
            _ => None,
        }
    }

    /// The series reference of a key.
    pub fn series(&self, key: &str) -> Option<&Table> {
        match self.value(key) {
            Some(Value::Series(table)) => Some(table),
            _ => None,
        }
    }

    /// A sub-table, where it was written.
    pub fn table(&self, key: &str) -> Option<&Table> {
        match self.value(key) {
            Some(Value::Table(table)) => Some(table),
            _ => None,
        }
    }

    /// The items of a list of tables.
    pub fn tables(&self, key: &str) -> &[Table] {
        match self.value(key) {
            Some(Value::Tables(tables)) => tables,
            _ => &[],
        }
    }

    /// The device's name.
    pub fn name(&self) -> &str {
        self.text(self.spec.id).unwrap_or(self.spec.name)
    }

    /// The key path of a key of this table.
    pub fn key_path(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// The place of a key: where it was written, or where its table begins.
    pub fn place(&self, key: &str) -> Place {
        let written = self.entries.get(key).and_then(|entry| entry.spot.as_ref());
        written.unwrap_or(&self.spot).place(&self.key_path(key))
    }

    /// The spot of a key: where it was written, or where its table begins.
    pub fn place_spot(&self, key: &str) -> Spot {
        let written = self.entries.get(key).and_then(|entry| entry.spot.clone());
        written.unwrap_or_else(|| self.spot.clone())
    }

    /// An error about a key of this table.
    pub fn error(&self, key: &str, kind: &'static str, message: impl Into<String>) -> Problem {
        Problem { place: self.place(key), ..Problem::error(kind, message) }
    }

    /// A warning about a key of this table, in English and Chinese.
    pub fn warning(
        &self,
        key: &str,
        kind: &'static str,
        message: (impl Into<String>, impl Into<String>),
    ) -> Problem {
        Problem { place: self.place(key), ..Problem::warning(kind, message) }
    }

    /// Places a device's own problem, whose key is relative to the device.
    pub fn adopt(&self, problem: Problem) -> Problem {
        let key = problem.place.key.clone().unwrap_or_default();
        let root = key.split('.').next().unwrap_or_default();
        let written = self.entries.get(root).and_then(|entry| entry.spot.as_ref());
        Problem { place: written.unwrap_or(&self.spot).place(&join(&self.path, &key)), ..problem }
    }
}

/// Joins a path and a key with a dot.
pub(super) fn join(path: &str, key: &str) -> String {
    match (path.is_empty(), key.is_empty()) {
        (true, _) => key.to_owned(),
        (_, true) => path.to_owned(),
        _ => format!("{path}.{key}"),
    }
}
