//! What there is to say about a weather file that does not stop a run.

use super::prepare::{Site, Weather};
use super::quality::Finding;
use super::{Column, WeatherFile};
use crate::problem::Problem;
use crate::time::Axis;

/// Columns that were derived or assumed.
pub fn warn_of_assumed(file: &WeatherFile, weather: &Weather, warnings: &mut Vec<Problem>) {
    for name in &weather.assumed {
        let how = match *name {
            "dni_w_per_m2" | "dhi_w_per_m2" | "ghi_w_per_m2"
                if file.column(Column::Ghi).is_some() || file.column(Column::Dni).is_some() =>
            {
                ("it is derived from the other radiation columns", "由其他辐射列推算")
            }
            "temperature_c" => ("15 °C is assumed", "取 15 °C"),
            "wind_speed_m_s" => ("1 m/s is assumed", "取 1 m/s"),
            "pressure_pa" => ("the standard atmosphere is assumed", "取标准大气压"),
            _ => ("0 is assumed", "取 0"),
        };
        let message = (format!("the file has no {name}: {}", how.0), format!("文件缺少 {name}：{}", how.1));
        warnings.push(Problem::warning("missing-weather-column", message).in_file(&file.file));
    }
}

/// Defects of the data, counted.
pub fn warn_of_findings(
    file: &WeatherFile,
    findings: &[Finding],
    repaired: &[(String, usize)],
    warnings: &mut Vec<Problem>,
) {
    for finding in findings {
        let filled = repaired.iter().any(|(column, _)| *column == finding.column);
        let told = finding.told(finding.kind.is_missing() && filled);
        let mut problem = Problem::warning("data-quality", told).in_file(&file.file);
        if !finding.column.is_empty() {
            problem = problem.in_column(&finding.column);
        }
        if let Some(row) = finding.rows.first() {
            problem = problem.at_line(*row as usize);
        }
        warnings.push(problem);
    }
}

/// A leap day too many or too few.
pub fn warn_of_calendar(file: &WeatherFile, axis: &Axis, warnings: &mut Vec<Problem>) {
    let message = match (file.days, axis.days()) {
        (365, 366) => (
            "the weather has no 29 February: 28 February is repeated",
            "气象数据无 2 月 29 日：重复 2 月 28 日",
        ),
        (366, 365) => ("the weather's 29 February is dropped", "略去气象数据的 2 月 29 日"),
        _ => return,
    };
    warnings.push(Problem::warning("leap-day", message).in_file(&file.file));
}

/// A file from far away.
pub fn warn_of_distance(file: &WeatherFile, distance_km: Option<f64>, warnings: &mut Vec<Problem>) {
    if let Some(km) = distance_km.filter(|km| *km > 150.0) {
        let (latitude, longitude) =
            (file.latitude_deg.unwrap_or(f64::NAN), file.longitude_deg.unwrap_or(f64::NAN));
        let message = (
            format!("the weather is from {km:.0} km away ({})", file.place),
            format!("气象数据来自 {km:.0} km 以外（{}）", file.place),
        );
        let hint = (
            format!(
                "if the park stands there, set site.latitude_deg = {latitude} and site.longitude_deg = {longitude}; else use a nearer file"
            ),
            format!(
                "园区若位于该处，设 site.latitude_deg = {latitude}、site.longitude_deg = {longitude}；否则请换用更近的文件"
            ),
        );
        warnings.push(Problem::warning("far-weather", message).in_file(&file.file).hint(hint));
    }
}

/// Great-circle distance, km, on a sphere of 6371 km.
pub fn distance_km((latitude, longitude): (f64, f64), site: &Site) -> f64 {
    let (a, b) = (latitude.to_radians(), site.latitude_deg.to_radians());
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let h = half(a - b) + a.cos() * b.cos() * half((longitude - site.longitude_deg).to_radians());
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
}
