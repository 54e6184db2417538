//! `[[park.retrofit]]`.

use super::common::{IN_SERVICE_YEAR, NAME, RETIRE_YEAR};
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// An efficiency retrofit, or equipment renewed.
pub static RETROFIT: TableSpec = TableSpec {
    name: "retrofit",
    doc: "An efficiency retrofit, or equipment renewed: a share of a load or of a fuel that the design saves, and what it costs.",
    attributes: &[
        NAME,
        &[
            Attribute::new("load", Kind::Text, "the load of this park that it saves on"),
            Attribute::new("fuel", Kind::Text, "or the fuel of this park, by the name of its table"),
            Attribute::number(
                "saving_fraction",
                Range::SHARE,
                "share saved of what the load or fuel uses; of a fuel before any of it is electrified",
            )
            .required(),
            Attribute::number("capex", Range::NOT_NEGATIVE, "investment, money").default("0.0", ""),
            Attribute::number(
                "opex_per_year",
                Range::NOT_NEGATIVE,
                "operation and maintenance beyond that of the old equipment, money",
            )
            .default("0.0", ""),
            Attribute::number("life_years", Range::POSITIVE, "years until replacement"),
            Attribute::number(
                "replacement_capex_fraction",
                Range::SHARE,
                "cost of a replacement as a share of the investment",
            ),
            IN_SERVICE_YEAR,
            RETIRE_YEAR,
        ],
    ],
    id: "name",
};
