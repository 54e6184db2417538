//! Carbon ledgers of electricity: location-based, market-based, by the hour, the park rule, embodied.
//!
//! Every ledger looks at the same year in its own way; they are never added to each other. Pure
//! functions of sums and of series in kWh per step; factors are kg of CO2 per kWh, results tonnes
//! unless the name says kg.

mod embodied;
mod factors;
mod matching;
mod park_rule;
mod scope2;
mod used;

pub use embodied::{EmbodiedFactors, carbon_payback_years, embodied_factors, embodied_t};
pub use factors::{LedgerFactors, TceMethod};
pub use matching::{MatchSeries, Matching, matched_own, matching};
pub use park_rule::{Exports, ParkRule, ParkRuleTerms, annex_factor};
pub use scope2::{Market, location_based_kg, market_based};
pub use used::FactorUse;
