//! Carbon embodied in devices, over the life of a project.

use crate::catalogue::Sourced;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Embodied carbon of devices.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbodiedFactors {
    /// PV, kg per kW (DC).
    pub pv_kg_per_kw: Sourced,
    /// Wind turbines, kg per kW.
    pub wind_kg_per_kw: Sourced,
    /// Storage by chemistry, kg per kWh nameplate.
    pub storage_kg_per_kwh: BTreeMap<String, Sourced>,
}

impl EmbodiedFactors {
    /// Embodied carbon of a chemistry, kg/kWh; LFP's where the chemistry is not listed.
    pub fn storage(&self, chemistry: &str) -> f64 {
        let found = self.storage_kg_per_kwh.get(chemistry).or_else(|| self.storage_kg_per_kwh.get("lfp"));
        found.map_or(0.0, |factor| factor.value)
    }
}

/// The catalogue's factors.
pub fn embodied_factors() -> &'static EmbodiedFactors {
    static FACTORS: OnceLock<EmbodiedFactors> = OnceLock::new();
    FACTORS.get_or_init(|| {
        crate::catalogue::parse("embodied", include_str!("../../../scenarios/catalogue/embodied.toml"))
    })
}

/// Embodied carbon over a project of `project_years`, t: the device and each replacement within the
/// project. A replacement in the project's last year or later is not made.
pub fn embodied_t(kg: f64, life_years: f64, project_years: f64) -> f64 {
    let units = (project_years / life_years - 1e-9).ceil().max(1.0);
    kg * units / 1000.0
}

/// Years until the tonnes avoided in a year have paid the embodied carbon of the first devices back;
/// none where nothing is avoided.
pub fn carbon_payback_years(embodied_t: f64, avoided_t_per_year: f64) -> Option<f64> {
    (avoided_t_per_year > 0.0 && embodied_t > 0.0).then(|| embodied_t / avoided_t_per_year)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 900 kg/kW against 1,050 kWh at 0.4211 kg/kWh: 2.04 years.
    #[test]
    fn a_pv_roof_in_fujian_pays_its_carbon_back_in_two_years() {
        let avoided_t = 1050.0 * 0.4211 / 1000.0;
        let years = carbon_payback_years(embodied_factors().pv_kg_per_kw.value / 1000.0, avoided_t);
        assert!(years.is_some_and(|years| (years - 2.0355).abs() < 1e-4));
        assert_eq!(carbon_payback_years(1.0, 0.0), None);
    }

    /// A storage of 12 years stands three times in 25 years, one of 12.5 twice, PV of 25 once.
    #[test]
    fn replacements_within_the_project_are_counted() {
        assert_eq!(embodied_t(1000.0, 12.0, 25.0), 3.0);
        assert_eq!(embodied_t(1000.0, 12.5, 25.0), 2.0);
        assert_eq!(embodied_t(1000.0, 25.0, 25.0), 1.0);
        assert_eq!(embodied_t(1000.0, 30.0, 25.0), 1.0);
    }
}
