//! Metals in a traction pack and what comes back of them; investment of a bay.

use crate::catalogue::{Sourced, parse};
use serde::Deserialize;
use std::sync::LazyLock;

const FILE: &str = include_str!("../../../scenarios/catalogue/inspection.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    bay: Bay,
    recovery: Recovery,
    cathode: Vec<Cathode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bay {
    capex_per_kw: Sourced,
    opex_per_kw_year: Sourced,
    life_years: Sourced,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recovery {
    nickel: Sourced,
    cobalt: Sourced,
    manganese: Sourced,
    lithium: Sourced,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cathode {
    id: String,
    nickel_kg_per_kwh: Sourced,
    cobalt_kg_per_kwh: Sourced,
    manganese_kg_per_kwh: Sourced,
    lithium_kg_per_kwh: Sourced,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| parse("inspection.toml", FILE));

/// Metals that come back, kg.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Recovered {
    /// Nickel.
    pub nickel_kg: f64,
    /// Cobalt.
    pub cobalt_kg: f64,
    /// Manganese.
    pub manganese_kg: f64,
    /// Lithium.
    pub lithium_kg: f64,
}

impl Recovered {
    /// From packs of a cathode with so much nameplate energy when new, kWh.
    ///
    /// # Panics
    /// If the cathode is not of the catalogue.
    pub fn of(cathode: &str, pack_kwh: f64) -> Self {
        let Some(held) = CATALOGUE.cathode.iter().find(|row| row.id == cathode) else {
            panic!("{cathode} is no cathode of the catalogue")
        };
        let share = &CATALOGUE.recovery;
        let of = |held: &Sourced, share: &Sourced| pack_kwh * held.value * share.value;
        Self {
            nickel_kg: of(&held.nickel_kg_per_kwh, &share.nickel),
            cobalt_kg: of(&held.cobalt_kg_per_kwh, &share.cobalt),
            manganese_kg: of(&held.manganese_kg_per_kwh, &share.manganese),
            lithium_kg: of(&held.lithium_kg_per_kwh, &share.lithium),
        }
    }
}

/// Names of the cathodes.
pub fn cathode_names() -> impl Iterator<Item = &'static str> {
    CATALOGUE.cathode.iter().map(|row| row.id.as_str())
}

/// Investment per kW of a bay, its operation per kW and year, and its life, years.
pub fn bay_costs() -> [f64; 3] {
    let bay = &CATALOGUE.bay;
    [bay.capex_per_kw.value, bay.opex_per_kw_year.value, bay.life_years.value]
}
