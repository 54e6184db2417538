//! `[[park.pv]]`.

use super::common::{COSTS, EXISTING, NAME, SERIES_OPTIONS, SERIES_PATH, TITLE};
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// One of several planes of an array.
static PLANE: TableSpec = TableSpec {
    name: "plane",
    doc: "One of several planes of an array; they share one inverter.",
    attributes: &[&[
        Attribute::number("share", Range::SHARE, "share of the array's DC power; the shares add up to 1")
            .required(),
        Attribute::number("tilt_deg", Range::between(0.0, 90.0), "tilt of the plane from horizontal")
            .required(),
        Attribute::number(
            "azimuth_deg",
            Range::between(0.0, 360.0),
            "direction the plane faces, from north, clockwise",
        )
        .required(),
    ]],
    id: "",
};

/// How the array stands and what stands in its light.
const MOUNT: &[Attribute] = &[
    Attribute::new("plane", Kind::Tables(&PLANE), "several planes instead of `tilt_deg` and `azimuth_deg`"),
    Attribute::new("mount", Kind::Choice(&["fixed", "tracker"]), "fixed, or turning about horizontal axes")
        .default("\"fixed\"", ""),
    Attribute::number(
        "ground_cover",
        Range::between(0.01, 1.0),
        "collector width over row pitch; absent: no rows that shade each other (trackers: 0.35)",
    ),
    Attribute::number(
        "axis_azimuth_deg",
        Range::between(0.0, 360.0),
        "direction of a tracker's axis, from north, clockwise",
    )
    .default("180", "north-south axes"),
    Attribute::number("max_angle_deg", Range::between(0.0, 90.0), "largest rotation of a tracker")
        .default("60", "usual"),
    Attribute::new("backtracking", Kind::Bool, "trackers turn back when rows would shade each other")
        .default("true", "usual"),
    Attribute::new(
        "horizon_deg",
        Kind::Numbers(Range::between(0.0, 89.0), 0),
        "elevation of the horizon at equal steps of azimuth, from north, clockwise",
    ),
    Attribute::number(
        "bifaciality",
        Range::SHARE,
        "rear efficiency over front efficiency; absent: one-sided modules",
    ),
    Attribute::number(
        "rear_loss",
        Range::SHARE,
        "light lost on the rear to structure and unevenness; goes with `bifaciality`",
    )
    .default("0.1", "assumed"),
];

/// What the modules and the inverter lose.
const DETAIL: &[Attribute] = &[
    Attribute::number("inverter_efficiency", Range::between(0.5, 1.0), "inverter efficiency at rated power")
        .default("0.96", "PVWatts v5 manual"),
    Attribute::new(
        "soiling_by_month",
        Kind::Numbers(Range::between(0.0, 0.99), 12),
        "soiling loss of each month, besides `losses`",
    ),
    Attribute::number("availability", Range::SHARE, "share of the time in service, besides `losses`")
        .default("1.0", ""),
    Attribute::number("degradation_per_year", Range::between(0.0, 0.2), "loss of DC power per year of age")
        .default("0.005", "Jordan & Kurtz (2013), median of about 2,000 rates"),
    Attribute::number("age_years", Range::between(0.0, 100.0), "age in the simulated year").default("0", ""),
    Attribute::number(
        "temperature_coefficient_per_c",
        Range::between(-0.02, 0.0),
        "change of DC power with cell temperature",
    )
    .default("-0.0037", "PVWatts version 8, standard module"),
    Attribute::new(
        "cell_temperature",
        Kind::Choice(&["faiman", "sapm-open-rack", "sapm-close-roof", "pvsyst-free", "pvsyst-insulated"]),
        "model of the cell temperature",
    )
    .default("\"faiman\"", "Faiman (2008), open rack"),
    Attribute::new(
        "sky_model",
        Kind::Choice(&["perez", "hay-davies", "isotropic"]),
        "model of the diffuse sky",
    )
    .default("\"perez\"", "Perez et al. (1990)"),
    Attribute::new("incidence", Kind::Choice(&["physical", "ashrae", "none"]), "loss of beam at the glass")
        .default("\"physical\"", "De Soto et al. (2006)"),
    Attribute::number(
        "incidence_b",
        Range::between(0.0, 0.5),
        "b of `incidence = \"ashrae\"`: loss 1 - b (1/cos - 1) of the beam",
    )
    .default("0.05", "ASHRAE 93, usual value"),
    Attribute::new(
        "module",
        Kind::Text,
        "module of the CEC library, computed with its single-diode model instead of `temperature_coefficient_per_c`",
    ),
    Attribute::new(
        "module_library",
        Kind::Path,
        "full CEC module library as CSV (.gz is read); absent: the modules that are built in",
    ),
    Attribute::new(
        "inverter",
        Kind::Text,
        "inverter of the CEC library, as many as `dc_ac_ratio` asks for, instead of `inverter_efficiency`",
    ),
    Attribute::new(
        "inverter_library",
        Kind::Path,
        "full CEC inverter library as CSV (.gz is read); absent: the inverters that are built in",
    ),
    Attribute::new(
        "clipping_inside_step",
        Kind::Bool,
        "corrects the inverter's clipping for light that varies inside a step; meant for hourly steps",
    )
    .default("false", ""),
];

/// A PV array.
pub static PV: TableSpec = TableSpec {
    name: "pv",
    doc: "A PV array: a plane or several, their modules and inverter; or a measured series.",
    attributes: &[
        NAME,
        TITLE,
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
            .default("180", "towards the equator: 0 on the southern hemisphere"),
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
            Attribute::new(
                "certificates_kept",
                Kind::Bool,
                "the park keeps its green certificates; sold, the energy is not green in its ledgers",
            )
            .default("true", ""),
            Attribute::new(
                "connection_points",
                Kind::Integer(Range::between(1.0, 1000.0)),
                "connection points that a roof plant is spread over: rules limit the power of each",
            )
            .default("1", ""),
            Attribute::number(
                "connection_kv",
                Range::POSITIVE,
                "voltage of those points; absent: that of the park's connection",
            ),
            Attribute::new("weather", Kind::Path, "own weather file of a direct-line plant"),
            Attribute::number("line_loss", Range::between(0.0, 0.5), "loss of a direct line")
                .default("0.0", ""),
            Attribute::number("wheeling_per_kwh", Range::NOT_NEGATIVE, "wheeling fee of a direct line")
                .default("0.0", ""),
        ],
        MOUNT,
        DETAIL,
        SERIES_PATH,
        SERIES_OPTIONS,
        EXISTING,
        COSTS,
    ],
    id: "name",
};
