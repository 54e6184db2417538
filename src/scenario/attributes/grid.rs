//! `[park.grid]` and its inline tariff.

use super::common::NAME;
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// The park's connection.
pub static GRID: TableSpec = TableSpec {
    name: "grid",
    doc: "The park's one connection: limits, tariff, grid carbon.",
    attributes: &[&[
        Attribute::number("import_limit_kw", Range::NOT_NEGATIVE, "largest import; absent: no limit"),
        Attribute::number("export_limit_kw", Range::NOT_NEGATIVE, "largest export; absent: no limit"),
        Attribute::number(
            "unserved_cost_per_kwh",
            Range::NOT_NEGATIVE,
            "lets a run miss load at this cost instead of failing",
        ),
        Attribute::new(
            "tariff",
            Kind::NameOrTable(&TARIFF),
            "tariff of the catalogue, or an inline table; absent: no bill",
        ),
        Attribute::new(
            "carbon",
            Kind::NameNumberOrSeries(Range::between(0.0, 2.0)),
            "grid carbon: catalogue name, kg/kWh, or a series; absent: no carbon",
        ),
        Attribute::number(
            "transformer_loss",
            Range::between(0.0, 0.2),
            "meter on the high side: bill and peaks after this loss",
        )
        .default("0.0", ""),
    ]],
    id: "",
};

/// An inline tariff.
pub static TARIFF: TableSpec = TableSpec {
    name: "tariff",
    doc: "A tariff written out in the scenario.",
    attributes: &[&[
        Attribute::new(
            "import_price_per_kwh",
            Kind::NumberOrSeries(Range::ANY),
            "price of energy outside all bands",
        ),
        Attribute::new(
            "export_price_per_kwh",
            Kind::NumberOrSeries(Range::ANY),
            "price paid for exported energy",
        )
        .default("0.0", ""),
        Attribute::number(
            "demand_charge_per_kw_month",
            Range::NOT_NEGATIVE,
            "charge on the month's highest metering window",
        )
        .default("0.0", ""),
        Attribute::number(
            "capacity_charge_per_kva_month",
            Range::NOT_NEGATIVE,
            "charge on transformer capacity",
        )
        .default("0.0", ""),
        Attribute::number("transformer_kva", Range::NOT_NEGATIVE, "transformer capacity"),
        Attribute::new("basis", Kind::Choice(&["demand", "capacity", "cheaper"]), "which of the two is paid")
            .default("\"demand\"", ""),
        Attribute::new(
            "metering_window_minutes",
            Kind::Integer(Range::between(5.0, 60.0)),
            "averaging window of demand",
        )
        .default("15", "Chinese demand metering"),
        Attribute::number("fixed_charge_per_month", Range::NOT_NEGATIVE, "fixed charge").default("0.0", ""),
        Attribute::new("band", Kind::Tables(&BAND), "time-of-use bands"),
    ]],
    id: "",
};

static BAND: TableSpec = TableSpec {
    name: "band",
    doc: "A time-of-use band.",
    attributes: &[
        NAME,
        &[
            Attribute::number("price_per_kwh", Range::ANY, "price of energy in the band"),
            Attribute::new(
                "hours",
                Kind::TextOrTexts,
                "ranges such as \"10:00-12:00\", end-exclusive, wall-clock; absent: all day",
            ),
            Attribute::new(
                "months",
                Kind::Numbers(Range::between(1.0, 12.0), 0),
                "months 1 to 12; absent: all",
            ),
            Attribute::new("days", Kind::TextOrTexts, "all, workday, weekend or holiday")
                .default("\"all\"", ""),
        ],
    ],
    id: "name",
};
