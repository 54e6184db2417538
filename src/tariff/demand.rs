//! Charges on power: demand windows, ratchet, contract demand, discount.

use super::rule::Rule;
use crate::dispatch::Num;

/// A charge on the month's highest metering window within certain hours.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandCharge {
    /// Name, for messages and tables.
    pub name: String,
    /// Price per kW and month, by month.
    pub price_per_kw_month: [f64; 12],
    /// When demand is metered; empty: always.
    pub rules: Vec<Rule>,
    /// Billed demand is at least this share of the year's highest (0: no ratchet). The simulated
    /// year stands for a repeating one, so "the preceding eleven months" run over its turn.
    pub ratchet: f64,
}

impl DemandCharge {
    /// A charge metered at all hours, the same price in every month.
    pub fn flat(price_per_kw_month: f64) -> Self {
        Self {
            name: "demand".into(),
            price_per_kw_month: [price_per_kw_month; 12],
            rules: Vec::new(),
            ratchet: 0.0,
        }
    }

    /// Whether the charge is metered in a month (0 to 11) at all.
    pub(super) fn is_metered_in(&self, month: usize) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|rule| rule.months.contains(month))
    }
}

/// Demand by contract: the user declares a demand and pays it.
///
/// 发改办价格〔2016〕1583号: up to 105 % of the declared demand the declared demand is paid, what
/// exceeds 105 % costs double; the declaration is at least 40 % of the transformer capacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContractDemand {
    /// Declared demand, kW.
    pub contract_kw: f64,
    /// Least declaration as a share of the transformer capacity (0.4).
    pub floor_of_kva: f64,
    /// Share of the declaration above which the overrun begins (1.05).
    pub overrun_above: f64,
    /// Price of the overrun as a multiple of the demand price (2).
    pub overrun_factor: f64,
}

impl ContractDemand {
    /// The Chinese rule for a declared demand.
    pub const fn of(contract_kw: f64) -> Self {
        Self { contract_kw, floor_of_kva: 0.4, overrun_above: 1.05, overrun_factor: 2.0 }
    }

    /// Billed demand of a month's peak, kW.
    pub fn billed_kw<N: Num>(&self, peak_kw: N, transformer_kva: f64) -> N {
        let declared_kw = self.contract_kw.max(self.floor_of_kva * transformer_kva);
        let over_kw = (peak_kw - N::splat(declared_kw * self.overrun_above)).positive();
        N::splat(declared_kw) + over_kw * self.overrun_factor
    }
}

/// A lower demand price for users with a high load factor.
///
/// 发改价格〔2023〕526号: a two-part user on demand basis that uses 260 kWh or more per kVA of
/// contracted transformer capacity in a month pays 90 % of that month's demand price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemandDiscount {
    /// Factor on the demand price (0.9).
    pub factor: f64,
    /// Monthly use from which it holds, kWh per kVA (260).
    pub from_kwh_per_kva: f64,
}

impl DemandDiscount {
    /// The rule of 2023.
    pub const CHINA: Self = Self { factor: 0.9, from_kwh_per_kva: 260.0 };

    /// Factor on the demand price of a month.
    pub fn factor<N: Num>(&self, import_kwh: N, transformer_kva: f64) -> N {
        let threshold_kwh = N::splat(self.from_kwh_per_kva * transformer_kva);
        threshold_kwh.select_gt(import_kwh, N::ONE, N::splat(self.factor))
    }
}
