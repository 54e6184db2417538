//! Costs of the catalogue, with their dependence on size.

use crate::catalogue::Sourced;
use serde::Deserialize;
use std::sync::OnceLock;

/// How the price per unit of size falls with size.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SizeCurve {
    /// Size at which the factor is 1, kW or kWh.
    pub reference_size: Sourced,
    /// Exponent of size over reference.
    pub size_exponent: Sourced,
    /// Lowest factor.
    pub size_factor_min: Sourced,
    /// Highest factor.
    pub size_factor_max: Sourced,
}

impl SizeCurve {
    /// Factor on the price per kW (or kWh) of a device of a size.
    pub fn factor(&self, size: f64) -> f64 {
        let free = (size / self.reference_size.value).powf(self.size_exponent.value);
        free.clamp(self.size_factor_min.value, self.size_factor_max.value)
    }
}

/// Life and replacement of a device.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeCosts {
    /// Years until replacement.
    pub life_years: Sourced,
    /// Cost of a replacement as a share of the investment.
    pub replacement_capex_fraction: Sourced,
}

/// Costs of a kind of generator, CNY with VAT.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct GeneratorCosts {
    /// Investment per kW at the reference size.
    pub capex_per_kw: Sourced,
    /// Operation and maintenance per kW and year.
    pub opex_per_kw_year: Sourced,
    /// Years until replacement.
    pub life_years: Sourced,
    /// Cost of a replacement as a share of the investment.
    pub replacement_capex_fraction: Sourced,
    /// How the investment falls with size.
    #[serde(flatten)]
    pub curve: SizeCurve,
}

impl GeneratorCosts {
    /// Investment per kW of a plant of a size.
    pub fn capex_per_kw_at(&self, size_kw: f64) -> f64 {
        self.capex_per_kw.value * self.curve.factor(size_kw)
    }
}

/// The catalogue of costs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceCosts {
    /// PV.
    pub pv: GeneratorCosts,
    /// Wind.
    pub wind: GeneratorCosts,
    /// Size curve of storage, over its chemistry's price.
    pub storage: SizeCurve,
    /// Electric heat in place of a fuel.
    pub electrified: LifeCosts,
    /// Efficiency measures.
    pub measure: LifeCosts,
}

/// Costs where the scenario does not say.
pub fn device_costs() -> &'static DeviceCosts {
    static COSTS: OnceLock<DeviceCosts> = OnceLock::new();
    COSTS.get_or_init(|| {
        crate::catalogue::parse("costs", include_str!("../../scenarios/catalogue/costs.toml"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 82 kW is (0.0082)^−0.05 = 1.2714 of the price, held at 1.2: 3,480 CNY/kW; 100 MW is
    /// 10^−0.05 = 0.8913, held at 0.9; 1 MW is 10^0.05 = 1.12202.
    #[test]
    fn the_price_per_kw_falls_with_size_between_its_bounds() {
        let pv = &device_costs().pv;
        assert!((pv.capex_per_kw_at(82.0) - 3480.0).abs() < 1e-9);
        assert!((pv.capex_per_kw_at(100_000.0) - 2610.0).abs() < 1e-9);
        assert!((pv.capex_per_kw_at(1000.0) - 2900.0 * 1.122_018_454).abs() < 1e-5);
        assert_eq!(pv.capex_per_kw_at(10_000.0), 2900.0);
        assert!(pv.capex_per_kw_at(0.0).is_finite());
    }
}
