//! Fuel, steam and processes of a park: what is burnt, what retrofits save, what turns electric.

use super::project::Series;
use crate::metrics::Burnt;

/// Fuel, steam or a process, and the share the design moves to electricity.
#[derive(Debug, Clone, PartialEq)]
pub struct FuelUse {
    /// Name.
    pub name: String,
    /// The fuel, an entry of the catalogue.
    pub fuel: String,
    /// What the baseline burns in a year.
    pub burnt: Burnt,
    /// Its power over the year, kW; none: the same in every hour.
    pub shape_kw: Option<Series>,
    /// Share that retrofits save in the design.
    pub saved_share: f64,
    /// Share of the rest moved to electricity.
    pub electrified_share: f64,
    /// Heat per electricity, or COP.
    pub electric_efficiency: f64,
    /// Investment per kW of highest electric power.
    pub capex_per_kw: f64,
    /// Price of the fuel per GJ; none: its cost is not counted.
    pub price_per_gj: Option<f64>,
}

impl FuelUse {
    /// Electricity that replaces the electrified share, kWh a year.
    pub fn electric_kwh(&self) -> f64 {
        let heat_gj = self.burnt.energy_gj * (1.0 - self.saved_share) * self.electrified_share;
        // 1 GJ = 277.7… kWh
        heat_gj / self.electric_efficiency / 0.0036
    }

    /// Highest electric power of the electrified share, kW: the mean where the heat is even.
    pub fn electric_kw(&self) -> f64 {
        let peak_over_mean = self.shape_kw.as_ref().map_or(1.0, |shape| {
            let (sum, most) = shape.iter().fold((0.0, 0.0_f64), |(sum, most), kw| (sum + kw, most.max(*kw)));
            if sum > 0.0 { most * shape.len() as f64 / sum } else { 1.0 }
        });
        self.electric_kwh() / 8760.0 * peak_over_mean
    }

    /// What is burnt, in the design or before it.
    pub fn left(&self, design: bool) -> Burnt {
        let share = if design { (1.0 - self.saved_share) * (1.0 - self.electrified_share) } else { 1.0 };
        Burnt { energy_gj: self.burnt.energy_gj * share, co2_t: self.burnt.co2_t * share }
    }
}
