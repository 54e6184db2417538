//! `[park.green]`.

use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

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
        Attribute::new(
            "direct_eligible",
            Kind::Bool,
            "whether the direct line may count as green direct connection (mostly new load); absent: not judged",
        ),
        Attribute::number(
            "direct_consumption_share",
            Range::SHARE,
            "least share of consumption that the direct line has to bring; absent: 0.30, 0.35 if commissioned from 2030 on",
        ),
        Attribute::number(
            "direct_export_cap",
            Range::SHARE,
            "highest share of its generation that may be exported, as the province sets it; absent: 0.2 (generally quoted), 0 where `grid.spot_market` is false",
        ),
    ]],
    id: "",
};

/// Guiding indicators that a simulation does not know.
pub static INDICATORS: TableSpec = TableSpec {
    name: "indicators",
    doc: "Guiding indicators of the zero-carbon park rules that a simulation does not know: passed through.",
    attributes: &[&[
        Attribute::number("product_energy", Range::NOT_NEGATIVE, "energy per product, in any unit"),
        Attribute::number(
            "product_energy_limit",
            Range::NOT_NEGATIVE,
            "grade-2 limit of the product's energy, in the same unit",
        ),
        Attribute::number("solid_waste_share", Range::SHARE, "share of industrial solid waste that is used"),
        Attribute::number(
            "waste_heat_share",
            Range::SHARE,
            "share of waste heat, cold and pressure that is used",
        ),
        Attribute::number("water_reuse_share", Range::SHARE, "share of industrial water that is used again"),
    ]],
    id: "",
};
