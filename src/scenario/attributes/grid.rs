//! `[park.grid]`.

use super::tariff::TARIFF;
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
        Attribute::new(
            "carbon_free_share",
            Kind::NumberOrSeries(Range::SHARE),
            "carbon-free share of grid power, a number or a series, for the hourly score; absent: not counted",
        ),
        Attribute::number(
            "transformer_loss",
            Range::between(0.0, 0.2),
            "meter on the high side: bill and peaks after this loss",
        )
        .default("0.0", ""),
        Attribute::number(
            "connection_kv",
            Range::POSITIVE,
            "voltage of the connection: rules on direct lines and roof PV follow it",
        ),
        Attribute::new(
            "spot_market",
            Kind::Bool,
            "whether the province's spot market runs: where it does not, rules let no surplus out; absent: not said",
        ),
    ]],
    id: "",
};
