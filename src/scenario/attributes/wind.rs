//! `[[park.wind]]`.

use super::common::{COSTS, EXISTING, NAME, SERIES_OPTIONS, SERIES_PATH, TITLE};
use crate::scenario::spec::{Attribute, Kind, Range, TableSpec};

/// Wind turbines.
pub static WIND: TableSpec = TableSpec {
    name: "wind",
    doc: "Wind turbines of one type; or a measured series.",
    attributes: &[
        NAME,
        TITLE,
        &[
            Attribute::new("turbine", Kind::Text, "turbine from the catalogue"),
            Attribute::new(
                "power_curve",
                Kind::Path,
                "CSV with wind_speed_m_s and power_kw, instead of a catalogue turbine",
            ),
            Attribute::number(
                "rotor_diameter_m",
                Range::between(1.0, 300.0),
                "the file of `power_curve` holds power coefficients (column cp) of a rotor of this diameter",
            ),
            Attribute::new(
                "count",
                Kind::Number(Range::NOT_NEGATIVE),
                "number of turbines; a study may vary it continuously",
            )
            .default("1", ""),
            Attribute::number(
                "capacity_kw",
                Range::NOT_NEGATIVE,
                "installed power; absent: count × rated power. Scales a per_kw series",
            ),
            Attribute::number(
                "hub_height_m",
                Range::between(5.0, 300.0),
                "hub height; absent: the catalogue's, 100 m for a curve of a file",
            ),
            Attribute::number(
                "mean_wind_speed_m_s",
                Range::between(0.5, 20.0),
                "rescales the weather's wind at hub height to this annual mean",
            ),
            Attribute::number(
                "shear_exponent",
                Range::between(0.0, 0.6),
                "power-law exponent of the wind profile",
            )
            .default("0.14", "one-seventh power law"),
            Attribute::number(
                "roughness_m",
                Range::between(0.00001, 5.0),
                "roughness length of a logarithmic wind profile, instead of `shear_exponent`",
            ),
            Attribute::new(
                "density",
                Kind::Choice(&["site-curve", "iec", "linear", "none"]),
                "how air density acts on the power curve",
            )
            .default("\"site-curve\"", "Svenningsen (2010), as windpowerlib"),
            Attribute::number(
                "cut_out_m_s",
                Range::between(10.0, 60.0),
                "wind speed at the hub above which it stops; absent: the curve's end",
            ),
            Attribute::number(
                "restart_m_s",
                Range::between(5.0, 60.0),
                "wind speed at the hub below which it restarts after a storm; absent: 3 m/s below the stop",
            ),
            Attribute::number("losses", Range::between(0.0, 0.9), "wake, electrical and availability losses")
                .default("0.10", "assumed"),
            Attribute::new(
                "efficiency_curve",
                Kind::Path,
                "CSV with wind_speed_m_s and efficiency: share of the power that the farm keeps at a wind speed of the hub, besides `losses`",
            ),
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
