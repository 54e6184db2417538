//! `[carbon]`.

use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// Carbon price, and factors and switches of the ledgers.
pub static CARBON: TableSpec = TableSpec {
    name: "carbon",
    doc: "Carbon price, which multiplies market-based tonnes; factors and switches of the ledgers.",
    attributes: &[&[
        Attribute::number("price_per_t", Range::NOT_NEGATIVE, "carbon price").default("0.0", ""),
        Attribute::number(
            "residual_kg_per_kwh",
            Range::between(0.0, 2.0),
            "market-based factor of purchases without contract; absent: the grid's own factor",
        ),
        Attribute::number(
            "park_rule_kg_per_kwh",
            Range::between(0.0, 2.0),
            "factor of grid power that is not green in the zero-carbon park rule",
        )
        .default("0.8325", "发改环资〔2025〕910 annex 4, as quoted by those who cite it"),
        Attribute::new("exports", Kind::Choice(&["net", "gross"]), "whether that rule subtracts exports")
            .default("\"net\"", "one full-text reading of annex 4; others give no credit"),
        Attribute::new(
            "tce",
            Kind::Choice(&["equivalent", "equal"]),
            "electricity in standard coal: 0.1229 kgce/kWh, or grid power by the coal that makes it",
        )
        .default("\"equivalent\"", "GB/T 2589 for end use; the annex's choice is not confirmed"),
        Attribute::number(
            "equal_kgce_per_kwh",
            Range::between(0.1, 0.6),
            "equal value of grid power in kgce/kWh",
        )
        .default("0.3", "assumed: about today's coal use of power supply"),
        Attribute::new(
            "compare",
            Kind::Texts,
            "catalogue factors whose location-based tonnes are told beside; absent: those of region and country in the year of the parks' own",
        ),
        Attribute::new(
            "province",
            Kind::Text,
            "province whose indicator system judges the parks besides the national one, such as \"hunan\"",
        ),
    ]],
    id: "",
};
