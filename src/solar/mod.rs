//! Solar: from weather to AC power per kW of array.
//!
//! ```text
//! SunPath ─▶ Light (beam, dome, disc, band) ─▶ PlaneYear (effective light, cell temperature) ─▶ AC per kW
//!  place      weather, sky model                plane, horizon, rows, glass                      losses, inverter
//! ```
//!
//! [`ac_per_kw`] does all of it; a park caches the second and third stage. Irradiance is W/m²,
//! temperature °C, power kW per kW of DC capacity at standard test conditions. Series are step
//! averages; the sun is taken at the middle of each step ([`SunPath`]).

mod array;
mod bifacial;
pub mod clipping;
mod decompose;
mod dirint_table;
mod incidence;
mod inverter;
pub mod library;
mod module;
mod plane;
pub mod position;
mod range;
mod shading;
mod sky;
mod temperature;
mod tracker;

pub use array::{PvArray, ac_from_planes, ac_per_kw, plane_years};
pub use bifacial::Bifacial;
pub use decompose::{Decomposition, decompose, diffuse_by_closure};
pub use incidence::Incidence;
pub use inverter::{CecInverter, Inverter};
pub use module::Module;
pub use plane::{Plane, PlaneYear, incidence_cosine};
pub use position::{Observer, SunPath, SunPosition};
pub use range::{Fitted, RATED_CELL_C, RATED_CELL_SOURCE, cells_beyond, split_beyond};
pub use shading::{Horizon, Rows};
pub use sky::{Light, Sky, SkyModel};
pub use temperature::CellTemperature;
pub use tracker::Tracker;

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

/// Relative optical air mass of an apparent zenith angle (deg) up to 90°, with its cosine.
///
/// # Source
/// Kasten & Young (1989), Applied Optics 28, 4735-4738.
#[inline(always)]
pub fn relative_air_mass(apparent_zenith_deg: f64, cos_apparent_zenith: f64) -> f64 {
    1.0 / (cos_apparent_zenith + 0.50572 * (96.07995 - apparent_zenith_deg).powf(-1.6364))
}

/// Relative optical air mass of a true zenith angle (deg) up to 90°, as DISC was fitted with.
///
/// # Source
/// Kasten (1966), Archiv für Meteorologie, Geophysik und Bioklimatologie B 14, 206-223.
pub fn relative_air_mass_kasten_1966(zenith_deg: f64) -> f64 {
    1.0 / (zenith_deg.to_radians().cos() + 0.15 * (93.885 - zenith_deg).powf(-1.253))
}

#[cfg(test)]
mod tests;
