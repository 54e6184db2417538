//! `[[park.pv]]`.

use super::common::{COSTS, EXISTING, NAME, SERIES_OPTIONS, SERIES_PATH};
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// A PV array.
pub static PV: TableSpec = TableSpec {
    name: "pv",
    doc: "A PV array: a plane or several, their modules and inverter; or a measured series.",
    attributes: &[
        NAME,
        &[
            Attribute::number("capacity_kw", Range::NOT_NEGATIVE, "DC power at standard test conditions")
                .required(),
            Attribute::number("tilt_deg", Range::between(0.0, 90.0), "tilt of the plane from horizontal")
                .default("10", "assumed: flat industrial roofs"),
            Attribute::number(
                "azimuth_deg",
                Range::between(0.0, 360.0),
                "direction the plane faces, from north, clockwise",
            )
            .default("180", ""),
            Attribute::number("dc_ac_ratio", Range::between(0.5, 3.0), "DC power over inverter AC power")
                .default("1.2", "usual design value"),
            Attribute::number(
                "losses",
                Range::between(0.0, 0.9),
                "all losses not given separately, except inverter and clipping",
            )
            .default("0.14", "PVWatts v5 manual, total of its default losses"),
            Attribute::new("per_kw", Kind::Bool, "the series is kW per kW of capacity_kw")
                .default("false", ""),
            Attribute::new(
                "connection",
                Kind::Choice(&["on-site", "direct-line"]),
                "on the park's bus, or by a dedicated line",
            )
            .default("\"on-site\"", ""),
            Attribute::new("weather", Kind::Path, "own weather file of a direct-line plant"),
            Attribute::number("line_loss", Range::between(0.0, 0.5), "loss of a direct line")
                .default("0.0", ""),
            Attribute::number("wheeling_per_kwh", Range::NOT_NEGATIVE, "wheeling fee of a direct line")
                .default("0.0", ""),
        ],
        SERIES_PATH,
        SERIES_OPTIONS,
        EXISTING,
        COSTS,
    ],
    id: "name",
};
