//! Fuel that electric transport stands for.

use super::class::{Fleet, Owner, Replaces};

/// A displaced fuel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fuel {
    /// Petrol.
    Petrol,
    /// Road diesel.
    Diesel,
    /// Marine diesel.
    MarineDiesel,
}

impl Fuel {
    /// Net calorific value, GJ/t: GB/T 2589-2020, table A.1 (petrol 43,124 kJ/kg, diesel 42,705 kJ/kg).
    pub const fn gj_per_t(self) -> f64 {
        match self {
            Self::Petrol => 43.124,
            Self::Diesel | Self::MarineDiesel => 42.705,
        }
    }

    /// Density, kg/l: middle of GB 17930 petrol (0.720 to 0.775) and GB 19147 diesel (0.810 to 0.845), rounded.
    pub const fn kg_per_l(self) -> f64 {
        match self {
            Self::Petrol => 0.745,
            Self::Diesel | Self::MarineDiesel => 0.835,
        }
    }
}

/// Fuel that the energy delivered in a year stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FuelDisplaced {
    /// Which fuel.
    pub fuel: Fuel,
    /// Volume, l.
    pub litres: f64,
    /// Mass, kg.
    pub mass_kg: f64,
    /// Net calorific energy, GJ.
    pub energy_gj: f64,
    /// Whose fuel it was.
    pub owner: Owner,
}

/// The fuel the same transport would burn: the distance that `delivered_kwh` drives, times the fuel per
/// distance; for ships, fuel per kWh of battery or shore energy. `None` where nothing burns.
pub fn fuel_displaced(fleet: &Fleet, delivered_kwh: f64) -> Option<FuelDisplaced> {
    let class = &fleet.class;
    let km =
        if class.consumption_kwh_per_km > 0.0 { delivered_kwh / class.consumption_kwh_per_km } else { 0.0 };
    let (fuel, mass_kg) = match fleet.replaces {
        Replaces::Petrol => (Fuel::Petrol, km * class.petrol_l_per_km * Fuel::Petrol.kg_per_l()),
        Replaces::Diesel => (Fuel::Diesel, km * class.diesel_l_per_km * Fuel::Diesel.kg_per_l()),
        Replaces::MarineDiesel => (Fuel::MarineDiesel, delivered_kwh * class.marine_diesel_kg_per_kwh),
        Replaces::Electric | Replaces::None => return None,
    };
    Some(FuelDisplaced {
        fuel,
        litres: mass_kg / fuel.kg_per_l(),
        mass_kg,
        energy_gj: mass_kg / 1000.0 * fuel.gj_per_t(),
        owner: fleet.owner,
    })
}
