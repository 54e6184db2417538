//! Factors and switches of the ledgers.

use super::park_rule::Exports;
use serde::Serialize;

/// How electricity counts in standard coal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TceMethod {
    /// Equivalent value (当量值): 0.1229 kgce/kWh for every kWh.
    #[default]
    Equivalent,
    /// Equal value (等价值): grid power by the coal that makes it; own renewable power stays at 0.1229.
    Equal,
}

/// Factors of the annual ledgers, kg of CO2 per kWh, and the switches of the park rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LedgerFactors {
    /// National average.
    pub national: Option<f64>,
    /// Regional grid.
    pub regional: Option<f64>,
    /// Province.
    pub provincial: Option<f64>,
    /// What uncovered purchases carry in the market-based ledger; none: the grid's own factor.
    pub residual: Option<f64>,
    /// Non-green grid power in the park rule.
    pub park_rule: f64,
    /// Whether the park rule subtracts exports.
    pub exports: Exports,
    /// How electricity counts in standard coal.
    pub tce: TceMethod,
    /// Equal value of grid power, kgce/kWh.
    pub equal_kgce_per_kwh: f64,
}
