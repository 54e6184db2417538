//! `[[park.shiftable]]`.

use super::common::{GROWTH, NAME};
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// A load whose time of day is free.
pub static SHIFTABLE: TableSpec = TableSpec {
    name: "shiftable",
    doc: "A load that takes a fixed energy every day within a window of hours and may be interrupted: pumps, cooling with a store, a mill. The baseline runs it from the window's start on; the design runs it in the window's cheapest hours, and a foreseen year when the whole park is cheapest. It stands in the load of both.",
    attributes: &[
        NAME,
        &[
            Attribute::number("daily_kwh", Range::NOT_NEGATIVE, "energy of every day's window").required(),
            Attribute::number("power_kw", Range::POSITIVE, "highest power").required(),
            Attribute::number(
                "from_hour",
                Range::between(0.0, 24.0),
                "hour of the day at which the window opens, standard time",
            )
            .default("0", ""),
            Attribute::number(
                "until_hour",
                Range::between(0.0, 24.0),
                "hour at which it closes; at or before `from_hour`: on the next day",
            )
            .default("24", ""),
            Attribute::new(
                "shifted",
                Kind::Bool,
                "whether the design moves it; false: it runs from the window's start on",
            )
            .default("true", ""),
        ],
        GROWTH,
    ],
    id: "name",
};
