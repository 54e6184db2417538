//! `[carbon]` and `[park.green]` as plain terms.

use crate::metrics::carbon::{Exports, TceMethod, annex_factor};
use crate::park::project::{CarbonTerms, Green};
use crate::scenario::Table;

/// Equal value of grid power where the scenario gives none, kgce/kWh (assumed: about today's mean coal
/// use of power supply).
const EQUAL_KGCE_PER_KWH: f64 = 0.30;
/// Cap on exports of a green direct connection; provinces set it, generally 20 %.
const EXPORT_CAP: f64 = 0.20;

/// The terms of `[carbon]`, or their defaults.
pub fn terms(table: Option<&Table>) -> CarbonTerms {
    let number = |key: &str| table.and_then(|table| table.number(key));
    let text = |key: &str| table.and_then(|table| table.text(key));
    CarbonTerms {
        price_per_t: number("price_per_t").unwrap_or(0.0),
        residual_kg_per_kwh: number("residual_kg_per_kwh"),
        park_rule_kg_per_kwh: number("park_rule_kg_per_kwh").unwrap_or_else(annex_factor),
        exports: if text("exports") == Some("gross") { Exports::Gross } else { Exports::Net },
        tce: if text("tce") == Some("equal") { TceMethod::Equal } else { TceMethod::Equivalent },
        equal_kgce_per_kwh: number("equal_kgce_per_kwh").unwrap_or(EQUAL_KGCE_PER_KWH),
    }
}

/// The terms of `[park.green]` in a year, or none of it.
pub fn green(table: Option<&Table>, year: i32) -> Green {
    let number = |key: &str| table.and_then(|table| table.number(key));
    let given = |key: &str| table.filter(|table| table.given(key));
    Green {
        trade_kwh: number("trade_mwh").unwrap_or(0.0) * 1000.0,
        trade_premium_per_kwh: number("trade_premium_per_kwh").unwrap_or(0.0),
        certificates_kwh: number("certificates_mwh").unwrap_or(0.0) * 1000.0,
        certificate_price_per_kwh: number("certificate_price_per_mwh").unwrap_or(0.0) / 1000.0,
        direct_eligible: given("direct_eligible").map(|table| table.flag("direct_eligible")),
        // 30 %, and 35 % from 2030 on.
        direct_consumption_share: number("direct_consumption_share").unwrap_or(if year >= 2030 {
            0.35
        } else {
            0.30
        }),
        direct_export_cap: number("direct_export_cap").unwrap_or(EXPORT_CAP),
    }
}
