//! Reading a weather file of any kind.

use super::{WeatherFile, epw, nsrdb, plain, pvgis, tmy3};
use crate::problem::{Problem, Problems};
use crate::series::text::decode_lenient;

/// Reads a weather file; its kind is told by its content, gzip is unpacked.
///
/// # Errors
/// All problems that make the file unusable, with rows and columns.
pub fn read(bytes: &[u8], file_name: &str) -> Result<WeatherFile, Problems> {
    let text = decode_lenient(bytes, file_name)?;
    let first = text.lines().next().unwrap_or("").trim_start();
    if first.is_empty() {
        return Err(Problem::error("empty-file", "the file is empty").in_file(file_name).into());
    }
    let second = text.lines().nth(1).unwrap_or("");
    if first.starts_with("LOCATION,") {
        epw::read(&text, file_name)
    } else if first.starts_with('{') {
        pvgis::read_json(&text, file_name)
    } else if first.starts_with("Latitude (decimal degrees)") {
        pvgis::read_csv(&text, file_name)
    } else if first.starts_with("Source,")
        || first.starts_with("SiteID,")
        || first.starts_with("Location ID,")
    {
        nsrdb::read(&text, file_name)
    } else if second.starts_with("Date (MM/DD/YYYY)") {
        tmy3::read(&text, file_name)
    } else if file_name.trim_end_matches(".gz").to_lowercase().ends_with(".epw") {
        Err(Problem::error("bad-epw", "an EPW file starts with `LOCATION,`")
            .in_file(file_name)
            .at_line(1)
            .hint("the eight header lines of the file must be there")
            .into())
    } else {
        plain::read(&text, file_name)
    }
}
