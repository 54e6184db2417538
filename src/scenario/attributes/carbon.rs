//! `[carbon]`.

use crate::scenario::spec::{Attribute, Range, TableSpec};

/// Carbon price and rules.
pub static CARBON: TableSpec = TableSpec {
    name: "carbon",
    doc: "Carbon price; it multiplies market-based tonnes.",
    attributes: &[
        &[Attribute::number("price_per_t", Range::NOT_NEGATIVE, "carbon price").default("0.0", "")],
    ],
    id: "",
};
