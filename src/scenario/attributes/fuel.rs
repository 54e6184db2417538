//! `[[park.fuel]]`.

use super::common::{GROWTH, NAME, SERIES_OPTIONS, SERIES_PATH};
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// Fuel, steam or process emissions.
pub static FUEL: TableSpec = TableSpec {
    name: "fuel",
    doc: "Fuel, steam or process emissions, and the share that is electrified.",
    attributes: &[
        NAME,
        &[
            Attribute::new("fuel", Kind::Text, "fuel from the catalogue").required(),
            Attribute::number("annual_gj", Range::NOT_NEGATIVE, "annual use as energy"),
            Attribute::number("annual_t", Range::NOT_NEGATIVE, "annual process emissions, for process-co2"),
            Attribute::number(
                "electrified_share",
                Range::SHARE,
                "share moved to electricity in the configured case",
            )
            .default("0.0", ""),
            Attribute::number(
                "electric_efficiency",
                Range::between(0.05, 10.0),
                "heat per electricity, or a heat pump's COP",
            )
            .default("1.0", ""),
            Attribute::number(
                "electrified_capex_per_kw",
                Range::NOT_NEGATIVE,
                "investment per kW of electric power",
            )
            .default("0.0", ""),
            Attribute::number(
                "price_per_gj",
                Range::NOT_NEGATIVE,
                "price of the fuel; absent: what fuel costs and saves is not counted",
            ),
        ],
        GROWTH,
        SERIES_PATH,
        SERIES_OPTIONS,
    ],
    id: "name",
};
