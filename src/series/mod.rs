//! Series: measured data from CSV and xlsx files, brought onto the time axis.
//!
//! [`read`] finds the value column, tells the time of each row, converts the unit, counts what is
//! wrong with the data, repairs it as asked, and averages or holds the values to the step.
//!
//! Forms: one row per interval with a time column; one row per interval of the whole year without
//! one (8760 or 8784 times a whole number of rows); the grid company's wide form with one row per
//! day and 24, 48, 96 or 288 columns. A measured year other than the simulated one is mapped by
//! date, and the run says so.

mod place;
mod quality;
mod read;
mod sheet;
pub mod stamp;
mod survey;
pub mod text;

#[cfg(test)]
mod tests;

pub use read::{Options, SeriesFile, read};

/// Unit of a series' column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Unit {
    /// Power in kW.
    #[default]
    Kw,
    /// Power in W.
    W,
    /// Power in MW.
    Mw,
    /// Energy per row in kWh.
    Kwh,
    /// Energy per row in Wh.
    Wh,
    /// Energy per row in MWh.
    Mwh,
    /// As it is: a price per kWh, kg per kWh, a share.
    AsIs,
    /// Per MWh instead of per kWh.
    PerMwh,
    /// Grams instead of kilograms.
    Grams,
}

impl Unit {
    /// The unit of an option's text: `kw`, `w`, `mw`, `kwh`, `wh`, `mwh`, `per_kwh`, `per_mwh`,
    /// `kg_per_kwh`, `g_per_kwh`, `kg_per_mwh`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "kw" => Self::Kw,
            "w" => Self::W,
            "mw" => Self::Mw,
            "kwh" => Self::Kwh,
            "wh" => Self::Wh,
            "mwh" => Self::Mwh,
            "per_kwh" | "kg_per_kwh" => Self::AsIs,
            "per_mwh" | "kg_per_mwh" => Self::PerMwh,
            "g_per_kwh" => Self::Grams,
            _ => return None,
        })
    }

    /// Factor from a row's value to kW (or to the value per kWh), rows being `interval_h` long.
    pub fn factor(self, interval_h: f64) -> f64 {
        match self {
            Self::Kw | Self::AsIs => 1.0,
            Self::W | Self::PerMwh | Self::Grams => 1e-3,
            Self::Mw => 1e3,
            Self::Kwh => 1.0 / interval_h,
            Self::Wh => 1e-3 / interval_h,
            Self::Mwh => 1e3 / interval_h,
        }
    }
}
