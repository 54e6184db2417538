//! Scenarios: the file format, its defaults, validation and messages.
//!
//! One attribute table ([`spec`], [`attributes`]) drives everything: [`raw`] reads the file
//! with the spot of every value, [`decode`] checks it and fills defaults, [`schema`] writes
//! the JSON Schema, [`keypath`] resolves the paths of studies and park tables.

pub mod attributes;
pub mod decode;
pub mod files;
pub mod keypath;
pub mod load;
pub mod nearest;
mod presets;
pub mod raw;
pub mod reference;
pub mod schema;
pub mod spec;
pub mod starter;
pub mod table;

pub use files::{Files, InputFile};
pub use load::Scenario;
pub use table::{Table, Value};

#[cfg(test)]
mod tests;
