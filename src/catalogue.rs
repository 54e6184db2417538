//! The catalogue's common form: every number carries its source and the grade of its evidence.
//!
//! Catalogue files live in `scenarios/catalogue/*.toml` and are embedded in the binary; each
//! device's folder has a `catalogue.rs` that reads its own file with [`parse`]. A number is
//! written `{ value = 0.95, grade = "assumed", source = "…" }`.

pub mod evidence;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// How well a number is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Found in a public source, named beside it.
    Sourced,
    /// Computed from sourced numbers, recipe beside it.
    Derived,
    /// Commonly quoted, not verified.
    Quoted,
    /// An assumption made for a scenario.
    Assumed,
    /// Stated by the scenario itself.
    Given,
}

impl std::fmt::Display for Grade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sourced => "sourced",
            Self::Derived => "derived",
            Self::Quoted => "quoted",
            Self::Assumed => "assumed",
            Self::Given => "given",
        })
    }
}

/// A value with its evidence.
#[derive(Debug, Clone, PartialEq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sourced<T = f64> {
    /// The value, in the unit its key names.
    pub value: T,
    /// How well it is known.
    pub grade: Grade,
    /// Where it comes from, in words a reader can follow.
    pub source: String,
}

/// Reads an embedded catalogue file.
///
/// # Panics
/// If the file does not parse: it is part of the program, and a test reads every one.
pub fn parse<T: DeserializeOwned>(name: &str, text: &str) -> T {
    match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => panic!("embedded catalogue {name} is broken: {error}"),
    }
}
