//! The rules a Chinese park is judged by, each term with value, threshold, margin, evidence and verdict.
//!
//! Pure functions of a year's accounts and of what the user states. Thresholds stand in
//! `scenarios/catalogue/park_rules.toml`, each with its source and grade.

mod catalogue;
mod direct;
mod points;
mod roofs;
mod rule;
mod scope;
mod tenants;
mod zero_carbon;

pub use catalogue::{ParkRules, ParkSystem, ParkTarget, PointLimit, SizeClass, park_rules, provinces};
pub use direct::{DirectTerms, green_direct_rules, green_direct_shares};
pub use points::{RoofPlant, distributed_pv_rules};
pub use roofs::{Roof, county_roof_rules};
pub use rule::{Change, Rule, Sense, Text};
pub use scope::{Factory, factory_rules, intensity_rules};
pub use tenants::{Allocation, TenantYear, allocate};
pub use zero_carbon::{Indicators, ZeroCarbonAccount, zero_carbon_park_rules};
