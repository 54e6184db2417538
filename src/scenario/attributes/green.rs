//! `[park.green]`.

use crate::scenario::spec::{Attribute, Range, TableSpec};

/// Contractual green supply from outside.
pub static GREEN: TableSpec = TableSpec {
    name: "green",
    doc: "Contractual green supply from outside: no flow, only accounts.",
    attributes: &[&[
        Attribute::number("trade_mwh", Range::NOT_NEGATIVE, "annual traded green power").default("0.0", ""),
        Attribute::number("trade_premium_per_kwh", Range::NOT_NEGATIVE, "premium of traded green power")
            .default("0.0", ""),
        Attribute::number("certificates_mwh", Range::NOT_NEGATIVE, "annual green certificates")
            .default("0.0", ""),
        Attribute::number("certificate_price_per_mwh", Range::NOT_NEGATIVE, "price of a certificate")
            .default(
                "7.0",
                "2025-vintage certificates traded at about 6.9 to 7.8 CNY in August 2025 (press)",
            ),
    ]],
    id: "",
};
