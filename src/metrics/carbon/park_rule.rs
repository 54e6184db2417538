//! The park's own accounting: 发改环资〔2025〕910, annex 4.
//!
//! `E = fuels + process + heat + (purchased − eligible green)⁺ × factor of fossil power`. Whether
//! exports reduce what was purchased is read differently by those who cite the annex: a switch.
//! Whether electricity is counted in standard coal at equivalent or equal value is not confirmed
//! either: a switch, and both are printed.

use super::factors::TceMethod;
use crate::metrics::fuel::{Burnt, GJ_PER_TCE, KGCE_PER_KWH};
use crate::metrics::grid_factor::grid_factor;
use serde::Serialize;

/// Whether exports reduce purchased power in the park rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exports {
    /// Subtracted from what was purchased.
    #[default]
    Net,
    /// Not credited.
    Gross,
}

/// The factor that annex 4 gives for non-green grid power, 0.8325 kg/kWh.
///
/// # Panics
/// Never: the catalogue holds it, and a test reads it.
pub fn annex_factor() -> f64 {
    match grid_factor("china-fossil-2022") {
        Some(factor) => factor.value,
        None => panic!("the catalogue holds the annex's factor"),
    }
}

/// What the park rule needs of a year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ParkRuleTerms {
    /// Fuel, heat and process of the park.
    pub burnt: Burnt,
    /// Electricity used in the park, losses included, kWh.
    pub used_kwh: f64,
    /// Purchased from the grid at the meter, kWh.
    pub purchased_kwh: f64,
    /// Exported at the meter, kWh.
    pub exported_kwh: f64,
    /// Own and direct-line renewable energy used in the park, certificates kept, kWh.
    pub own_green_kwh: f64,
    /// The same whose certificates were sold: as good as grid power, kWh.
    pub sold_green_kwh: f64,
    /// Traded green energy and certificates, kWh.
    pub bought_green_kwh: f64,
}

/// A park by the rule.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ParkRule {
    /// Grid power that counts as not green, kWh.
    pub non_green_kwh: f64,
    /// Emissions of it, t.
    pub electricity_t: f64,
    /// Fuel, heat and process, t.
    pub fuel_t: f64,
    /// Energy, tce.
    pub energy_tce: f64,
    /// Clean energy, tce.
    pub clean_tce: f64,
}

impl ParkRule {
    /// Accounts a year.
    pub fn of(
        terms: &ParkRuleTerms,
        factor_kg_per_kwh: f64,
        exports: Exports,
        tce: TceMethod,
        equal_kgce_per_kwh: f64,
    ) -> Self {
        let credit = if exports == Exports::Net { terms.exported_kwh } else { 0.0 };
        let purchased = (terms.purchased_kwh + terms.sold_green_kwh - credit).max(0.0);
        let covered = purchased.min(terms.bought_green_kwh);
        let non_green_kwh = purchased - covered;
        // Own renewable power stays at equivalent value; what else is used came from the grid.
        let own_kwh = terms.own_green_kwh.min(terms.used_kwh);
        let grid_kwh = terms.used_kwh - own_kwh;
        let grid_kgce = match tce {
            TceMethod::Equivalent => KGCE_PER_KWH,
            TceMethod::Equal => equal_kgce_per_kwh,
        };
        let electric_tce = (own_kwh * KGCE_PER_KWH + grid_kwh * grid_kgce) / 1000.0;
        let clean_tce = (own_kwh * KGCE_PER_KWH + covered.min(grid_kwh) * grid_kgce) / 1000.0;
        Self {
            non_green_kwh,
            electricity_t: non_green_kwh * factor_kg_per_kwh / 1000.0,
            fuel_t: terms.burnt.co2_t,
            energy_tce: electric_tce + terms.burnt.energy_gj / GJ_PER_TCE,
            clean_tce,
        }
    }

    /// Emissions, t.
    pub fn total_t(&self) -> f64 {
        self.electricity_t + self.fuel_t
    }

    /// Carbon per energy, t/tce; none without energy.
    pub fn intensity_t_per_tce(&self) -> Option<f64> {
        (self.energy_tce > 0.0).then(|| self.total_t() / self.energy_tce)
    }

    /// Clean share of the energy; none without energy.
    pub fn clean_share(&self) -> Option<f64> {
        (self.energy_tce > 0.0).then(|| self.clean_tce / self.energy_tce)
    }

    /// The sum of two parks: nothing is netted between them.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            non_green_kwh: self.non_green_kwh + other.non_green_kwh,
            electricity_t: self.electricity_t + other.electricity_t,
            fuel_t: self.fuel_t + other.fuel_t,
            energy_tce: self.energy_tce + other.energy_tce,
            clean_tce: self.clean_tce + other.clean_tce,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GWH: f64 = 1e6;

    fn all_electric(used: f64, green: f64) -> ParkRuleTerms {
        ParkRuleTerms {
            used_kwh: used,
            purchased_kwh: used,
            bought_green_kwh: green,
            ..ParkRuleTerms::default()
        }
    }

    /// The annex's factor over each value of electricity: 0.8325 / 0.1229 = 6.774 and
    /// 0.8325 / 0.300 = 2.775 t/tce; a non-green share of 2.95 % or 7.21 % gives 0.2.
    #[test]
    fn an_all_electric_park_of_grid_power_has_factor_over_value() {
        let rule = |green, tce| {
            ParkRule::of(&all_electric(100.0 * GWH, green), annex_factor(), Exports::Net, tce, 0.300)
        };
        let intensity = |green, tce| rule(green, tce).intensity_t_per_tce().expect("has energy");
        assert!((intensity(0.0, TceMethod::Equivalent) - 6.774).abs() < 5e-4);
        assert!((intensity(0.0, TceMethod::Equal) - 2.775).abs() < 5e-4);
        assert!((intensity(97.05 * GWH, TceMethod::Equivalent) - 0.2).abs() < 2e-4);
        assert!((intensity(92.79 * GWH, TceMethod::Equal) - 0.2).abs() < 2e-4);
        assert_eq!(rule(40.0 * GWH, TceMethod::Equivalent).clean_share(), Some(0.4));
    }

    /// By hand: 60 GWh bought, 20 exported, 10 of the own generation sold as certificates: net
    /// 50 GWh are not green, gross 70; 41,625 t and 58,275 t.
    #[test]
    fn exports_and_sold_certificates_move_what_is_not_green() {
        let terms = ParkRuleTerms {
            used_kwh: 80.0 * GWH,
            purchased_kwh: 60.0 * GWH,
            exported_kwh: 20.0 * GWH,
            own_green_kwh: 30.0 * GWH,
            sold_green_kwh: 10.0 * GWH,
            ..ParkRuleTerms::default()
        };
        let of = |exports| ParkRule::of(&terms, 0.8325, exports, TceMethod::Equivalent, 0.3);
        assert!((of(Exports::Net).total_t() - 41_625.0).abs() < 1e-6);
        assert!((of(Exports::Gross).total_t() - 58_275.0).abs() < 1e-6);
        assert!((of(Exports::Net).energy_tce - 9832.0).abs() < 1e-6);
        assert!((of(Exports::Net).clean_tce - 3687.0).abs() < 1e-6);
        let equal = ParkRule::of(&terms, 0.8325, Exports::Net, TceMethod::Equal, 0.3);
        assert!((equal.energy_tce - (3687.0 + 15_000.0)).abs() < 1e-6);
    }

    #[test]
    fn the_annex_factor_is_in_the_catalogue() {
        assert_eq!(annex_factor(), 0.8325);
    }
}
