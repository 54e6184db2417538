//! The factors that ledgers were made with, each with its year, source and grade.

use crate::catalogue::Grade;
use crate::metrics::grid_factor::{grid_factor, year_of};
use serde::Serialize;

/// A factor and what it is for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FactorUse {
    /// The ledger, such as `location-based`; `location-based-compared` for another factor on the same
    /// purchases.
    pub ledger: &'static str,
    /// What the factor is of: a catalogue name, a fuel, a device.
    pub factor: String,
    /// Its value; the mean of an hourly one.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// The year it is of; none where that is not known.
    pub year: Option<i32>,
    /// Where it comes from.
    pub source: String,
    /// How well it is known.
    pub grade: Grade,
    /// Tonnes that the same purchases have with it, for location-based factors.
    pub t: Option<f64>,
}

impl FactorUse {
    /// A factor of the grid by its catalogue name.
    pub fn grid(ledger: &'static str, name: &str) -> Option<Self> {
        let known = grid_factor(name)?;
        Some(Self {
            ledger,
            factor: name.to_owned(),
            value: known.value,
            unit: "kg/kWh",
            year: year_of(name),
            source: known.source.clone(),
            grade: known.grade,
            t: None,
        })
    }

    /// A factor that the scenario states.
    pub fn given(ledger: &'static str, factor: &str, value: f64, unit: &'static str) -> Self {
        Self {
            ledger,
            factor: factor.to_owned(),
            value,
            unit,
            year: None,
            source: "stated in the scenario".to_owned(),
            grade: Grade::Given,
            t: None,
        }
    }

    /// A factor of a catalogue.
    pub fn known(
        ledger: &'static str,
        factor: &str,
        known: &crate::catalogue::Sourced,
        unit: &'static str,
    ) -> Self {
        Self {
            value: known.value,
            source: known.source.clone(),
            grade: known.grade,
            ..Self::given(ledger, factor, 0.0, unit)
        }
    }
}
