//! Thresholds of the rules, each with its source and grade.

use crate::catalogue::{Grade, Sourced};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The catalogue of rules.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParkRules {
    /// Zero-carbon park systems: `national` and provinces.
    pub zero_carbon_park: BTreeMap<String, ParkSystem>,
    /// The green direct connection.
    pub green_direct: DirectLimits,
    /// Power per connection point, by voltage, lowest first.
    pub distributed_pv: Vec<PointLimit>,
    /// Roof shares of a county by kind of building.
    pub county_roofs: BTreeMap<String, Sourced>,
    /// Year by which the factory guidance reaches a sector.
    pub factory_sectors: BTreeMap<String, i32>,
}

/// An indicator system for zero-carbon parks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParkSystem {
    /// Names in English and Chinese.
    pub title: BTreeMap<String, String>,
    /// Where it comes from.
    pub source: String,
    /// How well it is known.
    pub grade: Grade,
    /// Its targets, by year; one without year holds always.
    pub target: Vec<ParkTarget>,
}

/// Thresholds of a target year.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParkTarget {
    /// The year; none: always.
    pub year: Option<i32>,
    /// Thresholds of the core indicator by the park's energy, smallest class first.
    pub classes: Vec<SizeClass>,
    /// Least clean share of energy.
    pub clean_energy_share: f64,
    /// Least share of direct supply in electricity.
    pub direct_supply_share: Option<f64>,
    /// Least share of industrial solid waste that is used.
    pub solid_waste_share: f64,
    /// Least share of waste heat, cold and pressure that is used.
    pub waste_heat_share: f64,
    /// Least share of industrial water that is used again.
    pub water_reuse_share: f64,
}

/// A size class of parks.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeClass {
    /// Energy from which the class begins, tce a year.
    pub energy_from_tce: f64,
    /// Highest carbon per energy, t/tce.
    pub intensity_t_per_tce: f64,
}

/// Limits of the green direct connection.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectLimits {
    /// Least self-used share of what is available.
    pub self_use_share: Sourced,
    /// Least share of consumption.
    pub consumption_share: Sourced,
    /// The same for projects commissioned from 2030.
    pub consumption_share_from_2030: Sourced,
    /// Highest exported share of what is available, where the province says nothing.
    pub export_share: Sourced,
    /// The same where no spot market runs.
    pub no_spot_export_share: Sourced,
    /// Highest voltage of the connection, kV.
    pub connection_kv: Sourced,
}

/// Installed power per connection point.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointLimit {
    /// Highest voltage it is for, kV.
    pub up_to_kv: f64,
    /// Installed power, MW.
    pub mw_per_point: Sourced,
    /// Whether the plant has to be used in full, surplus only where a spot market runs.
    pub full_self_use: bool,
}

impl ParkSystem {
    /// The target that holds in a year: the latest that has begun, else the first.
    pub fn target(&self, year: i32) -> &ParkTarget {
        let begun = self.target.iter().rev().find(|target| target.year.is_none_or(|from| year >= from));
        begun.unwrap_or(&self.target[0])
    }
}

impl ParkTarget {
    /// The size class of a park; none below the smallest.
    pub fn class(&self, energy_tce: f64) -> Option<&SizeClass> {
        self.classes.iter().rev().find(|class| energy_tce >= class.energy_from_tce)
    }
}

/// The catalogue's rules.
pub fn park_rules() -> &'static ParkRules {
    static RULES: OnceLock<ParkRules> = OnceLock::new();
    RULES.get_or_init(|| {
        crate::catalogue::parse("park_rules", include_str!("../../../scenarios/catalogue/park_rules.toml"))
    })
}

/// Names of the indicator systems of provinces.
pub fn provinces() -> impl Iterator<Item = &'static str> {
    park_rules().zero_carbon_park.keys().map(String::as_str).filter(|name| *name != "national")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_park_is_judged_by_its_size_and_its_year() {
        let rules = park_rules();
        let of = |system: &str, year, tce| {
            rules.zero_carbon_park[system].target(year).class(tce).map(|class| class.intensity_t_per_tce)
        };
        assert_eq!(of("national", 2025, 199_999.0), None);
        assert_eq!(of("national", 2025, 200_000.0), Some(0.20));
        assert_eq!(of("national", 2040, 1e6), Some(0.30));
        let hunan = [2025, 2027, 2029, 2030, 2034, 2035, 2050].map(|year| of("hunan", year, 5e5));
        assert_eq!(hunan, [1.0, 1.0, 1.0, 0.7, 0.7, 0.3, 0.3].map(Some));
        assert_eq!([of("hunan", 2030, 2e6), of("hunan", 2030, 1e4)], [Some(0.8), None]);
        assert_eq!(provinces().collect::<Vec<_>>(), ["hunan"]);
        let kv: Vec<f64> = rules.distributed_pv.iter().map(|limit| limit.up_to_kv).collect();
        assert!(kv.is_sorted(), "{kv:?}");
    }
}
