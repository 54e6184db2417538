//! A weather file as it stands: rows with their clock, before anything is changed.

use crate::problem::{Problem, Problems};
use flate2::read::MultiGzDecoder;
use std::io::Read;

/// One hour (or finer interval) of a weather file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Row in the file, from 1, for messages.
    pub row: usize,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
    /// Start of the interval, minutes after local standard midnight.
    pub minute: u16,
    /// Global horizontal irradiance, W/m².
    pub ghi_w_per_m2: f64,
    /// Direct normal irradiance, W/m².
    pub dni_w_per_m2: f64,
    /// Diffuse horizontal irradiance, W/m².
    pub dhi_w_per_m2: f64,
    /// Dry-bulb temperature, °C.
    pub temperature_c: f64,
    /// Dew point, °C; NaN where the file has none.
    pub dew_point_c: f64,
    /// Station pressure, Pa; NaN where the file has none.
    pub pressure_pa: f64,
    /// Wind speed, m/s.
    pub wind_speed_m_s: f64,
}

/// A weather file that was read.
#[derive(Debug, Clone)]
pub struct WeatherFile {
    /// Format in words, such as `EPW`.
    pub format: &'static str,
    /// Place as the file names it.
    pub place: String,
    /// Latitude, degrees north; none where the file does not say.
    pub latitude_deg: Option<f64>,
    /// Longitude, degrees east.
    pub longitude_deg: Option<f64>,
    /// Elevation, m.
    pub elevation_m: Option<f64>,
    /// Offset of its clock from UTC, minutes.
    pub utc_offset_minutes: Option<i32>,
    /// Length of an interval, minutes.
    pub interval_minutes: u32,
    /// Height of the wind measurement, m.
    pub wind_height_m: f64,
    /// Rows in the order of the year.
    pub rows: Vec<Row>,
    /// What was odd but not wrong.
    pub warnings: Vec<Problem>,
}

/// Reads a weather file; gzip is unpacked, the format is told by the name and the first line.
///
/// # Errors
/// All problems of the file, with row and column.
pub fn read(bytes: &[u8], name: &str) -> Result<WeatherFile, Problems> {
    let text = text_of(bytes, name)?;
    if text.starts_with("LOCATION,") {
        return super::epw::read(&text, name);
    }
    Err(Problem::error("unknown-weather-format", "this is not a weather file that can be read")
        .in_file(name)
        .at_line(1)
        .hint("EPW files begin with LOCATION")
        .into())
}

/// The text of a file: gzip unpacked, UTF-8 or Latin-1.
fn text_of(bytes: &[u8], name: &str) -> Result<String, Problem> {
    // A year of 5-minute rows is below 20 MB; more is not weather.
    const LIMIT: u64 = 200_000_000;
    let mut plain = Vec::new();
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(bytes).take(LIMIT).read_to_end(&mut plain).map_err(|error| {
            Problem::error("bad-gzip", format!("the compressed file cannot be unpacked: {error}"))
                .in_file(name)
        })?;
        &plain
    } else {
        bytes
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    })
}
