//! What stands in a park in the design, in sizes.

use super::project::{GeneratorKind, Park};

/// Installed sizes of a park's design.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Sizes {
    /// PV, DC kW.
    pub pv_kw: f64,
    /// Wind, kW.
    pub wind_kw: f64,
    /// Storage, AC kW.
    pub storage_kw: f64,
    /// Storage, nameplate kWh.
    pub storage_kwh: f64,
    /// Charging points.
    pub guns: usize,
}

impl Sizes {
    /// The sizes of a park.
    pub fn of(park: &Park) -> Self {
        let generation = |kind: GeneratorKind| {
            park.generators.iter().filter(|unit| unit.kind == kind).map(|unit| unit.capacity_kw).sum()
        };
        // Fleets that share chargers have them in the first of them only.
        let mut pools: Vec<&str> = Vec::new();
        let mut guns = 0;
        for fleet in &park.fleets {
            let pool = fleet.year.pool.as_str();
            if !pools.contains(&pool) {
                pools.push(pool);
                guns += fleet.year.classes.iter().map(|class| class.guns).sum::<usize>();
            }
        }
        Self {
            pv_kw: generation(GeneratorKind::Pv),
            wind_kw: generation(GeneratorKind::Wind),
            storage_kw: park.storages.iter().map(|unit| unit.device.power_kw).sum(),
            storage_kwh: park.storages.iter().map(|unit| unit.energy_kwh).sum(),
            guns,
        }
    }
}
