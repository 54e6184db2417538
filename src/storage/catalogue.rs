//! The chemistries of `scenarios/catalogue/chemistries.toml` and what surrounds their cells.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::{Sourced, parse};

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// A chemistry of the catalogue. Money is CNY before tax, 2025.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chemistry {
    /// Name for people.
    pub title: Title,
    /// AC to cells at half the rated power, without auxiliaries.
    pub charge_efficiency: Sourced,
    /// Cells to AC at half the rated power, without auxiliaries.
    pub discharge_efficiency: Sourced,
    /// Share of the stored energy lost per day.
    pub self_discharge_per_day: Sourced,
    /// Lowest state of charge.
    pub soc_min: Sourced,
    /// Highest state of charge.
    pub soc_max: Sourced,
    /// Highest power over nameplate energy that is usual, 1/h.
    pub max_c_rate: Sourced,
    /// Coldest cells that may work, °C.
    pub temperature_min_c: Sourced,
    /// Warmest cells that may work, °C.
    pub temperature_max_c: Sourced,
    /// Capacity at purchase over capacity of the new cell; nameplate energy is that at purchase.
    pub soh_at_purchase: Sourced,
    /// Capacity over capacity of the new cell at which a unit is retired.
    pub end_of_life_soh: Sourced,
    /// Investment, CNY per kWh of nameplate energy.
    pub capex_per_kwh: Sourced,
    /// Fixed operation and maintenance, CNY per kWh and year.
    pub opex_per_kwh_year: Sourced,
    /// Years until replacement.
    pub life_years: Sourced,
    /// Cost of a replacement as a share of the investment.
    pub replacement_capex_fraction: Sourced,
    /// Emissions of making it, kgCO2e per kWh of nameplate energy.
    pub embodied_kg_per_kwh: Sourced,
    /// How it ages.
    pub ageing: AgeingLaw,
}

/// How a chemistry ages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "model", rename_all = "kebab-case")]
pub enum AgeingLaw {
    /// The LFP cell of Naumann et al., see `storage::ageing`.
    NaumannLfp,
    /// Throughput and shelf life, see `storage::ageing`; indicative.
    Generic(Box<GenericLaw>),
}

/// Numbers of the generic law of a chemistry.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenericLaw {
    /// Cycles of the quoted depth until 80 % of the capacity is left.
    pub cycle_life: Sourced,
    /// Depth of the quoted cycles, share of nameplate energy.
    pub cycle_life_depth: Sourced,
    /// Cycles to end of life fall with depth to this power.
    pub depth_exponent: Sourced,
    /// Years at rest at 25 °C and half charge until 80 % of the capacity is left.
    pub shelf_life_years: Sourced,
    /// Activation energy of the squared loss at rest, J/mol.
    pub activation_energy_j_per_mol: Sourced,
    /// Rate of the squared loss at rest of a full store relative to a half full one.
    pub charge_stress: Sourced,
    /// Growth of the resistance per loss of capacity.
    pub resistance_per_loss: Sourced,
}

/// What surrounds the cells. Shares are of the rated AC power, "per kWh" is of nameplate energy.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Constant draw of the converter.
    pub standby_share: Sourced,
    /// Converter loss proportional to the power, share of it.
    pub linear_loss: Sourced,
    /// Converter loss with the square of the power: share of the rated power at rated power.
    pub quadratic_loss: Sourced,
    /// Constant draw of auxiliaries without cooling.
    pub auxiliary_share: Sourced,
    /// Share of the conversion loss at half power that grows with the cells' resistance.
    pub ohmic_share: Sourced,
    /// Heat capacity of the cells, kWh/K per kWh.
    pub heat_capacity_kwh_per_k_kwh: Sourced,
    /// Heat conductance of the walls, kW/K per kWh.
    pub conductance_kw_per_k_kwh: Sourced,
    /// Cells are cooled above this temperature, °C.
    pub cooling_above_c: Sourced,
    /// Cells are heated below this temperature, °C.
    pub heating_below_c: Sourced,
    /// Heat moved per electricity.
    pub cooling_cop: Sourced,
    /// Installed cooling, kW of heat per kWh.
    pub cooling_kw_thermal_per_kwh: Sourced,
    /// Temperature of the cells where there is no weather, °C.
    pub cell_temperature_c: Sourced,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    system: System,
    chemistry: BTreeMap<String, Chemistry>,
}

static FILE: LazyLock<File> =
    LazyLock::new(|| parse("chemistries.toml", include_str!("../../scenarios/catalogue/chemistries.toml")));

/// The chemistry of this name, if the catalogue has it.
pub fn chemistry(name: &str) -> Option<&'static Chemistry> {
    FILE.chemistry.get(name)
}

/// The catalogue's name of a chemistry.
pub fn chemistry_name(of: &'static Chemistry) -> &'static str {
    let same = |name: &&str| chemistry(name).is_some_and(|known| std::ptr::eq(known, of));
    chemistry_names().find(same).unwrap_or_default()
}

/// Names of all chemistries, in alphabetical order.
pub fn chemistry_names() -> impl Iterator<Item = &'static str> {
    FILE.chemistry.keys().map(String::as_str)
}

/// What surrounds the cells of any chemistry.
pub fn system() -> &'static System {
    &FILE.system
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_has_the_six_chemistries_of_the_scenario_format() {
        let names: Vec<_> = chemistry_names().collect();
        assert_eq!(names, ["condensed", "lfp", "nmc", "second-life-lfp", "sodium-ion", "solid-state"]);
    }

    /// Round trips that planners expect: 0.85 to 0.90 for LFP, 0.82 to 0.86 for sodium-ion.
    #[test]
    fn round_trips_lie_where_data_sheets_have_them() {
        for (name, low, high) in [("lfp", 0.85, 0.90), ("sodium-ion", 0.82, 0.86)] {
            let c = chemistry(name).expect("in the catalogue");
            let round_trip = c.charge_efficiency.value * c.discharge_efficiency.value;
            assert!((low..=high).contains(&round_trip), "{name} {round_trip}");
        }
    }

    #[test]
    fn every_chemistry_makes_a_sound_storage() {
        for name in chemistry_names() {
            let c = chemistry(name).expect("in the catalogue");
            let storage = crate::storage::Storage::new(c, 0.25, 1.0);
            assert_eq!(storage.check(), [], "{name}");
            assert!(c.end_of_life_soh.value < c.soh_at_purchase.value, "{name}");
            assert!(c.temperature_min_c.value < c.temperature_max_c.value, "{name}");
        }
    }
}
