//! What the rules ask of a park that its simulation does not need: sizes, roofs, connection, tenants.

use crate::metrics::compliance::{Indicators, Roof};

/// What the scenario states of a park for the rules.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judged {
    /// Guiding indicators, passed through.
    pub indicators: Indicators,
    /// Annual value added, money.
    pub value_added: Option<f64>,
    /// Area, ha.
    pub area_ha: Option<f64>,
    /// Annual product output.
    pub product_output: Option<f64>,
    /// Its unit in words.
    pub product_unit: String,
    /// The sector of a park that is one factory.
    pub sector: Option<String>,
    /// Roofs by kind of building.
    pub roofs: Vec<Roof>,
    /// PV on the park's roofs: name, connection points, voltage in kV.
    pub roof_pv: Vec<(String, f64, Option<f64>)>,
    /// Whether the province's spot market runs; none: not said.
    pub spot_market: Option<bool>,
    /// Users that share the park's green power.
    pub tenants: Vec<Tenant>,
}

/// A user of the park: some of its loads and fuels.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenant {
    /// Name.
    pub name: String,
    /// Its loads, by their place among the park's.
    pub loads: Vec<usize>,
    /// Its fuels, by name.
    pub fuels: Vec<String>,
    /// Its contracted share of the green power; none: by use.
    pub green_share: Option<f64>,
    /// Its sector.
    pub sector: Option<String>,
}
