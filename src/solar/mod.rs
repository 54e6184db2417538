//! Solar: from weather to AC power per kW of array.

pub mod position;

pub use position::{Observer, SunPath, SunPosition};

/// Extraterrestrial irradiance normal to the sun, W/m², on a day of the year (1 to 366).
///
/// # Source
/// Spencer (1971) as quoted by Iqbal, *An Introduction to Solar Radiation* (1983), with a solar
/// constant of 1366.1 W/m² (ASTM E490); within 0.1 % of the true distance of the sun.
pub fn extraterrestrial_w_per_m2(day_of_year: f64) -> f64 {
    1366.1 * distance_factor(day_of_year)
}

/// Inverse square of the sun's distance in AU by Spencer's series.
pub(crate) fn distance_factor(day_of_year: f64) -> f64 {
    let angle = std::f64::consts::TAU * (day_of_year - 1.0) / 365.0;
    let (sin, cos) = angle.sin_cos();
    let (sin2, cos2) = (2.0 * angle).sin_cos();
    1.00011 + 0.034221 * cos + 0.00128 * sin + 0.000719 * cos2 + 0.000077 * sin2
}
