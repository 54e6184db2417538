//! The rules a Chinese park is judged by, each term with value, threshold, margin, evidence and verdict.
//!
//! Pure functions of a year's accounts and of what the user states. Thresholds stand in
//! `scenarios/catalogue/park_rules.toml`, each with its source and grade.

mod catalogue;
mod direct;
mod rule;
mod zero_carbon;

pub use catalogue::{ParkRules, ParkSystem, ParkTarget, PointLimit, SizeClass, park_rules, provinces};
pub use direct::{DirectTerms, green_direct_rules, green_direct_shares};
pub use rule::{Change, Rule, Sense, Text};
pub use zero_carbon::{Indicators, ZeroCarbonAccount, zero_carbon_park_rules};
