//! Weather: readers, checks, sub-hourly interpolation.
//!
//! [`read`] turns the bytes of a file into a [`WeatherFile`]: columns on a regular grid of the
//! year in the file's own clock, missing values as NaN, each with the row it came from.
//! [`prepare`] maps that onto the time axis of a run: gaps are judged and repaired as asked, the
//! radiation's clock is found from the closure of its columns, leap days are added or dropped,
//! values are brought to the step following the sun's path, and rescaled where asked.
//!
//! Conventions: W/m², °C, m/s, Pa; values are means over an interval that starts at its stamp.
//! Left out: rain, snow, cloud and illuminance columns.

mod closure;
mod epw;
mod fill;
mod grid;
mod nsrdb;
mod plain;
mod prepare;
mod pvgis;
mod quality;
mod read;
mod refine;
mod tmy3;
mod warn;

#[cfg(test)]
mod tests;

pub use closure::Closure;
pub use prepare::{Options, Repair, Site, Understood, Weather, prepare};
pub use quality::{Finding, FindingKind, describe_missing, describe_rows, is_sentinel};
pub use read::read;

/// The kinds of weather file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// EnergyPlus weather, hour-ending, local standard time.
    Epw,
    /// NREL TMY3, hour-ending, local standard time.
    Tmy3,
    /// NSRDB CSV, UTC or local standard time, stamps at or inside the interval.
    Nsrdb,
    /// PVGIS CSV, UTC.
    PvgisCsv,
    /// PVGIS JSON, UTC.
    PvgisJson,
    /// CSV with named columns.
    Plain,
}

/// The columns that a weather file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Global horizontal irradiance, W/m².
    Ghi,
    /// Direct normal irradiance, W/m².
    Dni,
    /// Diffuse horizontal irradiance, W/m².
    Dhi,
    /// Dry-bulb air temperature, °C.
    Temperature,
    /// Wind speed, m/s.
    Wind,
    /// Air pressure, Pa.
    Pressure,
    /// Dew point, °C.
    DewPoint,
    /// Relative humidity, fraction of 1.
    Humidity,
    /// Ground reflectance, fraction of 1.
    Albedo,
}

impl Column {
    /// Every column, in the order of their discriminants.
    pub const ALL: [Self; 9] = [
        Self::Ghi,
        Self::Dni,
        Self::Dhi,
        Self::Temperature,
        Self::Wind,
        Self::Pressure,
        Self::DewPoint,
        Self::Humidity,
        Self::Albedo,
    ];

    /// Name with unit, as a plain CSV file writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ghi => "ghi_w_per_m2",
            Self::Dni => "dni_w_per_m2",
            Self::Dhi => "dhi_w_per_m2",
            Self::Temperature => "temperature_c",
            Self::Wind => "wind_speed_m_s",
            Self::Pressure => "pressure_pa",
            Self::DewPoint => "dew_point_c",
            Self::Humidity => "relative_humidity",
            Self::Albedo => "albedo",
        }
    }

    /// Physically possible values, both ends included.
    pub const fn possible(self) -> (f64, f64) {
        match self {
            // Thermopiles read a few W/m² below zero at night; above the solar constant only
            // clouds' edges reach, for minutes.
            Self::Ghi | Self::Dhi => (-15.0, 1600.0),
            Self::Dni => (-15.0, 1400.0),
            // The records on Earth are -89.2 and 56.7 °C (WMO).
            Self::Temperature => (-90.0, 60.0),
            Self::Wind => (0.0, 80.0),
            // The top of Everest, and above the record at sea level (1084 hPa).
            Self::Pressure => (30_000.0, 110_000.0),
            Self::DewPoint => (-100.0, 40.0),
            Self::Humidity => (0.0, 1.2),
            Self::Albedo => (0.0, 1.0),
        }
    }

    /// Whether it is one of the three radiation columns.
    pub const fn is_radiation(self) -> bool {
        matches!(self, Self::Ghi | Self::Dni | Self::Dhi)
    }
}

/// A weather file as read: a year on a regular grid in the file's clock.
#[derive(Debug, Clone)]
pub struct WeatherFile {
    /// File as the user named it.
    pub file: String,
    /// Kind of file.
    pub format: Format,
    /// Name of the place, where the file gives one.
    pub place: String,
    /// Latitude, deg north, where the file gives it.
    pub latitude_deg: Option<f64>,
    /// Longitude, deg east, where the file gives it.
    pub longitude_deg: Option<f64>,
    /// Elevation, m, where the file gives it.
    pub elevation_m: Option<f64>,
    /// Clock of the stamps against UTC, minutes; none: the site's standard time.
    pub utc_offset_minutes: Option<i32>,
    /// Length of an interval, minutes.
    pub interval_minutes: u32,
    /// 365, or 366 if the file has 29 February.
    pub days: usize,
    /// The year, if all rows are of one.
    pub year: Option<i32>,
    /// Height of the wind above ground, m, by the format's rule or the file.
    pub wind_height_m: f64,
    /// Where the radiation stands against the middle of its interval by the format's rule,
    /// minutes: the sun of a row is that of the middle plus this.
    pub nominal_shift_minutes: f64,
    /// Table row of each slot; 0 where the file has none.
    pub rows: Vec<u32>,
    /// What is wrong with the data, counted.
    pub findings: Vec<Finding>,
    columns: [Option<Vec<f64>>; 9],
}

impl WeatherFile {
    /// A column in its unit, one value per slot, missing as NaN.
    pub fn column(&self, column: Column) -> Option<&[f64]> {
        self.columns[column as usize].as_deref()
    }

    /// Slots of the year.
    pub fn slots(&self) -> usize {
        self.days * 1440 / self.interval_minutes as usize
    }

    /// Start of a slot in the file's clock, as `03-31 02:00`.
    pub fn slot_time(&self, slot: usize) -> String {
        let year = if self.days == 366 { 2024 } else { 2023 };
        let axis = crate::time::Axis { year, step_minutes: self.interval_minutes, utc_offset_minutes: 0 };
        axis.stamp(slot)[5..16].replace('T', " ")
    }

    /// Annual sum of a radiation column, kWh/m²; missing values count as zero.
    pub fn annual_kwh_per_m2(&self, column: Column) -> Option<f64> {
        let hours = f64::from(self.interval_minutes) / 60.0;
        let sum = |values: &[f64]| values.iter().filter(|value| !value.is_nan()).sum::<f64>();
        self.column(column).map(|values| sum(values) * hours / 1000.0)
    }
}
