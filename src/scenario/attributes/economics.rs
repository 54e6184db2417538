//! `[economics]`.

use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// Money.
pub static ECONOMICS: TableSpec = TableSpec {
    name: "economics",
    doc: "Currency, discount rate and project life.",
    attributes: &[&[
        Attribute::new("currency", Kind::Text, "currency of all prices").default("\"CNY\"", ""),
        Attribute::number("discount_rate", Range::between(0.0, 1.0), "real discount rate")
            .default("0.08", "commonly quoted hurdle in China, not verified"),
        Attribute::new("lifetime_years", Kind::Integer(Range::between(1.0, 60.0)), "project life")
            .default("25", "usual PV life"),
    ]],
    id: "",
};
