//! `manifest.json`: what a run was made of, so that it can be made again.

use crate::park::project::{DataQuality, Fact};
use crate::park::{Sizes, Titles};
use crate::problem::{Place, Problem};
use crate::report::data::{Assumption, Localised};
use crate::scenario::InputFile;
use crate::time::Axis;
use serde::{Deserialize, Serialize};

/// The manifest of a run. It is the one file that differs between runs of the same input.
#[derive(Debug, Clone, Serialize)]
pub struct Manifest {
    /// Version of the program; also the mark by which a folder is known as a run's.
    pub zeropark: &'static str,
    /// What kind of folder this is: `run`, `sweep`, `optimize`.
    pub kind: &'static str,
    /// Name of the scenario.
    pub scenario: String,
    /// Title for readers.
    pub title: Localised,
    /// What the scenario asks.
    pub description: Localised,
    /// The year's axis.
    pub axis: Axis,
    /// Seed of random sessions.
    pub seed: u64,
    /// Worker threads.
    pub threads: usize,
    /// Wall time until the results stood, seconds.
    pub wall_time_s: f64,
    /// Files that were read, with their hashes.
    pub inputs: Vec<InputFile>,
    /// Titles of the parks, in their order.
    pub parks: Vec<Localised>,
    /// What stands in each park in the design.
    pub sizes: Vec<Sizes>,
    /// What readers call the devices of each park, by `kind.name`.
    pub titles: Vec<Titles>,
    /// What was odd but did not stop the run.
    pub warnings: Vec<Problem>,
    /// What was understood of the input: sizes, annual sums, clock shifts, factors.
    pub understood: Vec<Fact>,
    /// Defects of weather and series: kinds, counts, rows, and how many values were filled.
    pub data_quality: Vec<DataQuality>,
    /// What the results rest on.
    pub assumptions: Vec<Assumption>,
    /// What the rules say of the design, and the smallest change that would pass.
    pub advice: Vec<Localised>,
    /// The scenario as written.
    pub input_echo: String,
}

/// What a report needs from the manifest of a finished run.
#[derive(Debug, Clone, Deserialize)]
pub struct ManifestOfRun {
    /// Version of the program that made the run.
    pub zeropark: String,
    /// What kind of folder it is.
    pub kind: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Title for readers.
    pub title: Localised,
    /// What the scenario asks.
    pub description: Localised,
    /// The year's axis.
    pub axis: Axis,
    /// Titles of the parks.
    pub parks: Vec<Localised>,
    /// What stands in each park in the design.
    #[serde(default)]
    pub sizes: Vec<Sizes>,
    /// What readers call the devices of each park.
    #[serde(default)]
    pub titles: Vec<Titles>,
    /// Warnings of the run.
    pub warnings: Vec<WarningOfRun>,
    /// What the results rest on.
    pub assumptions: Vec<Assumption>,
    /// What the rules say of the design.
    #[serde(default)]
    pub advice: Vec<Localised>,
    /// The scenario as written.
    pub input_echo: String,
}

/// A warning as the manifest keeps it.
#[derive(Debug, Clone, Deserialize)]
pub struct WarningOfRun {
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub message: String,
    /// The nearest fix.
    pub hint: Option<String>,
    /// What it says in Chinese.
    pub message_zh: Option<String>,
    /// The fix in Chinese.
    pub hint_zh: Option<String>,
}

impl From<WarningOfRun> for Problem {
    fn from(warning: WarningOfRun) -> Self {
        let WarningOfRun { place, message, hint, message_zh, hint_zh } = warning;
        let said = (message.clone(), message);
        Self { place, hint, message_zh, hint_zh, ..Self::warning("warning-of-run", said) }
    }
}
