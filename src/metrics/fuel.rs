//! Fuels: emission factors of the catalogue, energy in standard coal.

use crate::catalogue::Sourced;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Energy of a tonne of standard coal equivalent, GJ (GB/T 2589: 29,307.6 kJ/kg, rounded as in use).
pub const GJ_PER_TCE: f64 = 29.307;

/// Standard coal per kWh of electricity at equivalent value (当量值), kgce/kWh.
pub const KGCE_PER_KWH: f64 = 0.1229;

/// A fuel of the catalogue.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fuel {
    /// Names in English and Chinese.
    pub title: BTreeMap<String, String>,
    /// Tonnes of CO2 per GJ.
    pub t_per_gj: Sourced,
}

fn catalogue() -> &'static BTreeMap<String, Fuel> {
    static FUELS: OnceLock<BTreeMap<String, Fuel>> = OnceLock::new();
    FUELS.get_or_init(|| {
        crate::catalogue::parse("fuels", include_str!("../../scenarios/catalogue/fuels.toml"))
    })
}

/// A fuel by its name in a scenario.
pub fn fuel(name: &str) -> Option<&'static Fuel> {
    catalogue().get(name)
}

/// Names of all fuels.
pub fn fuel_names() -> impl Iterator<Item = &'static str> {
    catalogue().keys().map(String::as_str)
}

/// What is burnt in a year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Burnt {
    /// Energy, GJ.
    pub energy_gj: f64,
    /// Emissions, t of CO2.
    pub co2_t: f64,
}

impl Burnt {
    /// A quantity of a fuel.
    pub fn of(fuel: &Fuel, energy_gj: f64) -> Self {
        Self { energy_gj, co2_t: energy_gj * fuel.t_per_gj.value }
    }

    /// The sum of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { energy_gj: self.energy_gj + other.energy_gj, co2_t: self.co2_t + other.co2_t }
    }
}

/// Energy of a case in tonnes of standard coal at equivalent value: electricity used, and fuel.
pub fn energy_tce(electricity_kwh: f64, burnt: Burnt) -> f64 {
    electricity_kwh * KGCE_PER_KWH / 1000.0 + burnt.energy_gj / GJ_PER_TCE
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1,553,000 GJ of natural gas at 56.1 kg/GJ are 87,123.3 t; with 900 GWh of
    /// electricity they are 1,553,000 / 29.307 + 900,000,000 · 0.1229 / 1000 = 52,990.75 + 110,610 tce.
    #[test]
    fn fuel_and_electricity_add_up_in_standard_coal() {
        let gas = fuel("natural-gas").expect("is known");
        let burnt = Burnt::of(gas, 1_553_000.0);
        assert!((burnt.co2_t - 87_123.3).abs() < 1e-6);
        assert!((energy_tce(9.0e8, burnt) - 163_600.75).abs() < 0.01);
    }
}
