//! Keys that several tables share.

use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// Text in both languages.
pub static LOCALISED: TableSpec = TableSpec {
    name: "text",
    doc: "A text in English and Chinese.",
    attributes: &[&[
        Attribute::new("en", Kind::Text, "English text"),
        Attribute::new("zh", Kind::Text, "Chinese text"),
    ]],
    id: "",
};

/// How to read a column of a file as a series of the year.
pub static SERIES: TableSpec = TableSpec {
    name: "series",
    doc: "A value that varies over the year, read from a column of a CSV or xlsx file.",
    attributes: &[SERIES_FILE, SERIES_OPTIONS],
    id: "",
};

const SERIES_FILE: &[Attribute] =
    &[Attribute::new("series", Kind::Path, "CSV (also .gz) or xlsx file with the values").required()];

/// The file of a device that takes its series directly.
pub const SERIES_PATH: &[Attribute] = &[Attribute::new(
    "series",
    Kind::Path,
    "CSV (also .gz) or xlsx file with measured values, instead of a model",
)];

/// Options beside a series.
pub const SERIES_OPTIONS: &[Attribute] = &[
    Attribute::new("column", Kind::Text, "name of the value column; absent: the only value column"),
    Attribute::new(
        "unit",
        Kind::Choice(&[
            "kw",
            "w",
            "mw",
            "kwh",
            "mwh",
            "wh",
            "per_kwh",
            "per_mwh",
            "kg_per_kwh",
            "g_per_kwh",
            "kg_per_mwh",
        ]),
        "unit of the column; energies are per row; absent for a price or a carbon factor: per kWh",
    )
    .default("\"kw\"", ""),
    Attribute::new(
        "time",
        Kind::Text,
        "name of the time column; absent: row i is the i-th interval of the year",
    ),
    Attribute::new(
        "label",
        Kind::Choice(&["start", "end"]),
        "whether stamps mark the start or the end of the interval",
    )
    .default("\"start\"", ""),
    Attribute::new("timezone", Kind::Text, "IANA name or offset of the stamps; absent: site standard time"),
    Attribute::new("sheet", Kind::Text, "sheet of an xlsx file; absent: the first"),
    Attribute::new("repair", Kind::Choice(&["none", "interpolate", "clear-sky"]), "how gaps are filled")
        .default("\"none\"", ""),
    Attribute::number("max_gap_hours", Range::NOT_NEGATIVE, "longest gap that is repaired")
        .default("3", "assumed"),
];

/// Costs every device takes; the catalogue gives defaults with their sources.
pub const COSTS: &[Attribute] = &[
    Attribute::number("capex_per_kw", Range::NOT_NEGATIVE, "investment per kW of rated power"),
    Attribute::number(
        "opex_per_kw_year",
        Range::NOT_NEGATIVE,
        "fixed operation and maintenance per kW and year",
    ),
    Attribute::number("life_years", Range::POSITIVE, "years until replacement"),
    Attribute::number(
        "replacement_capex_fraction",
        Range::SHARE,
        "cost of a replacement as a share of the investment",
    ),
];

/// Whether a device stands already.
pub const EXISTING: &[Attribute] = &[
    Attribute::new("existing", Kind::Bool, "already there: also in the baseline, its investment is sunk")
        .default("false", ""),
    IN_SERVICE_YEAR,
    RETIRE_YEAR,
];

/// Growth of a quantity over the years of `[years]`.
pub const GROWTH: &[Attribute] = &[Attribute::number(
    "growth_per_year",
    Range::between(-0.5, 0.5),
    "growth over time.year in the later years of [years], compound",
)
.default("0.0", "")];

/// When a device comes.
pub const IN_SERVICE_YEAR: Attribute = Attribute::new(
    "in_service_year",
    Kind::Integer(Range::between(1950.0, 2200.0)),
    "first calendar year in service: in an earlier simulated year the device does not stand; absent: always there",
);

/// When a device goes.
pub const RETIRE_YEAR: Attribute = Attribute::new(
    "retire_year",
    Kind::Integer(Range::between(1950.0, 2200.0)),
    "first calendar year in which the device no longer stands; absent: never",
);

/// The device's name.
pub const NAME: &[Attribute] = &[Attribute::new(
    "name",
    Kind::Name,
    "name, unique among its kind in the park; default: the kind, then kind-2, …",
)];

/// What reports call a device.
pub const TITLE: &[Attribute] =
    &[Attribute::new("title", Kind::Localised, "what readers of reports call it; absent: its name")];
