//! `[time]` and `[site]`.

use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// The simulated year.
pub static TIME: TableSpec = TableSpec {
    name: "time",
    doc: "The simulated year, its step and its calendar.",
    attributes: &[&[
        Attribute::new(
            "year",
            Kind::Integer(Range::between(1990.0, 2100.0)),
            "calendar year: fixes weekdays and holidays",
        )
        .required(),
        Attribute::new(
            "step_minutes",
            Kind::OneOf(&[60, 30, 15, 10, 5]),
            "length of a step: 60, 30, 15, 10 or 5",
        )
        .default("60", ""),
        Attribute::new(
            "calendar",
            Kind::Choice(&["china", "none"]),
            "public holidays and make-up workdays; none: weekdays and weekends only",
        )
        .default("\"china\"", ""),
    ]],
    id: "",
};

/// Where the parks are.
pub static SITE: TableSpec = TableSpec {
    name: "site",
    doc: "Where the parks are, and their weather.",
    attributes: &[&[
        Attribute::number("latitude_deg", Range::between(-90.0, 90.0), "latitude, north positive").required(),
        Attribute::number("longitude_deg", Range::between(-180.0, 180.0), "longitude, east positive")
            .required(),
        Attribute::number("elevation_m", Range::between(-500.0, 6000.0), "height above sea level")
            .default("0.0", ""),
        Attribute::new(
            "timezone",
            Kind::Text,
            "IANA name such as \"Asia/Shanghai\", or a fixed offset such as \"+08:00\"",
        )
        .required(),
        Attribute::new(
            "weather",
            Kind::Path,
            "EPW, TMY3, NSRDB CSV, PVGIS CSV or JSON, or a CSV with named columns; .gz is read",
        ),
        Attribute::number(
            "radiation_shift_minutes",
            Range::between(-180.0, 180.0),
            "clock shift of the radiation columns; absent: found from the closure of GHI, DHI and DNI",
        ),
        Attribute::number(
            "ghi_annual_kwh_per_m2",
            Range::between(200.0, 3000.0),
            "rescales the radiation to this annual sum",
        ),
        Attribute::number(
            "mean_wind_speed_m_s",
            Range::between(0.5, 20.0),
            "rescales the wind to this annual mean at the weather file's height",
        ),
        Attribute::number(
            "wind_height_m",
            Range::between(1.0, 300.0),
            "height of the weather file's wind; absent: as the file's format says, else 10 m",
        ),
        Attribute::new(
            "repair",
            Kind::Choice(&["none", "interpolate", "clear-sky"]),
            "how gaps and impossible values of the weather are filled",
        )
        .default("\"none\"", ""),
        Attribute::number("max_gap_hours", Range::NOT_NEGATIVE, "longest gap that is repaired")
            .default("6", "assumed"),
        Attribute::new(
            "decomposition",
            Kind::Choice(&["erbs", "disc", "dirint"]),
            "how the global radiation is split where the weather file has no beam and diffuse",
        )
        .default("\"erbs\"", "Erbs, Klein & Duffie (1982)"),
        Attribute::number(
            "albedo",
            Range::SHARE,
            "ground reflectance; absent: the mean of the weather file's, else 0.2, usual for grass and urban ground",
        ),
        Attribute::new(
            "albedo_by_month",
            Kind::Numbers(Range::SHARE, 12),
            "ground reflectance of each month, instead of `albedo`: snow, wet and dry seasons",
        ),
    ]],
    id: "",
};
