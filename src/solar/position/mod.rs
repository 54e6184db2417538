//! Where the sun stands: the NREL Solar Position Algorithm (SPA) at a fraction of its cost.
//!
//! [`position`] evaluates one instant in full. [`SunPath`] evaluates a year: the slow terms (the
//! sun's apparent place among the stars, 195 + 63 periodic terms) every second day, interpolated
//! with six points, then hour angle, parallax, horizon coordinates and refraction at every step.
//! Both use the same formulas; the interpolation moves the sun by less than 5e-6° (tested).
//!
//! Conventions: latitude north, longitude east, azimuth from north clockwise, zenith from the
//! vertical; horizon vectors are (east, north, up). Valid from about 1900 to 2100 (the algorithm
//! itself reaches much further; the table of ΔT does not).

mod ephemeris;
mod events;
mod path;
mod terms;
mod trig;

pub use ephemeris::{Geocentric, days_since_j2000, geocentric, mean_sidereal_turns};
pub use events::{SunEvents, sun_events};
pub use path::SunPath;
pub(crate) use trig::sin_cos_turns;

use nalgebra::Vector3;

use std::f64::consts::TAU;

/// Elevation of the sun's centre at sunrise without an atmosphere, deg: the sun's radius and the
/// refraction at the horizon, below which SPA applies no refraction.
const HORIZON_DEG: f64 = -(0.266_67 + 0.566_7);

/// Who looks at the sun, and through which air.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observer {
    /// Latitude, deg, north positive, -90..90.
    pub latitude_deg: f64,
    /// Longitude, deg, east positive, -180..180.
    pub longitude_deg: f64,
    /// Elevation above sea level, m.
    pub elevation_m: f64,
    /// Mean air pressure over the year for refraction, hPa.
    pub pressure_hpa: f64,
    /// Mean air temperature over the year for refraction, °C.
    pub temperature_c: f64,
}

impl Observer {
    /// An observer under the standard atmosphere at 12 °C.
    pub fn new(latitude_deg: f64, longitude_deg: f64, elevation_m: f64) -> Self {
        let pressure_hpa = standard_pressure_pa(elevation_m) / 100.0;
        Self { latitude_deg, longitude_deg, elevation_m, pressure_hpa, temperature_c: 12.0 }
    }

    /// The observer's trigonometry, fixed over the year.
    fn frame(&self) -> Frame {
        let latitude = self.latitude_deg.to_radians();
        let (sin_latitude, cos_latitude) = latitude.sin_cos();
        // Equations 34 to 36: reduced latitude on the ellipsoid, in equatorial Earth radii.
        let reduced = (0.996_647_19 * latitude.tan()).atan();
        let height = self.elevation_m / 6_378_140.0;
        Frame {
            sin_latitude,
            cos_latitude,
            from_axis: reduced.cos() + height * cos_latitude,
            from_equator: 0.996_647_19 * reduced.sin() + height * sin_latitude,
            refraction: (self.pressure_hpa / 1010.0) * (283.0 / (273.0 + self.temperature_c)),
        }
    }
}

/// Pressure of the standard atmosphere, Pa, at an elevation in m (below 11 km).
///
/// # Source
/// International Standard Atmosphere: 6.5 K per km from 288.15 K and 1013.25 hPa.
pub fn standard_pressure_pa(elevation_m: f64) -> f64 {
    101_325.0 * (1.0 - 0.0065 * elevation_m / 288.15).max(0.1).powf(5.255_88)
}

/// Terrestrial minus universal time, s, in a calendar year (fraction allowed).
///
/// Observed values of the IERS at 1 January every five years, linear between them; later years
/// hold a slow growth. An error of 5 s moves the sun by less than 1e-4°.
pub fn delta_t_s(year: f64) -> f64 {
    const FIRST: f64 = 1970.0;
    const OBSERVED: [f64; 12] =
        [40.18, 45.48, 50.54, 54.34, 56.86, 60.79, 63.83, 64.69, 66.07, 67.64, 69.36, 69.14];
    let position = ((year - FIRST) / 5.0).max(0.0);
    let index = (position as usize).min(OBSERVED.len() - 1);
    let Some(next) = OBSERVED.get(index + 1) else {
        return OBSERVED[index] + 0.3 * (position - index as f64) * 5.0;
    };
    OBSERVED[index] + (next - OBSERVED[index]) * (position - index as f64)
}

/// The sun at one instant, seen by an observer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SunPosition {
    /// Topocentric zenith angle without refraction, deg.
    pub zenith_deg: f64,
    /// Zenith angle with refraction, deg.
    pub apparent_zenith_deg: f64,
    /// Azimuth from north, clockwise, deg, 0..360.
    pub azimuth_deg: f64,
    /// Unit vector to the apparent sun: east, north, up.
    pub direction: Vector3<f64>,
    /// The sun as seen from the centre of the Earth.
    pub geocentric: Geocentric,
}

/// Position of the sun at a Unix time by the full algorithm, with ΔT given.
///
/// # Source
/// Reda & Andreas, NREL/TP-560-34302, sections 3.1 to 3.14.
pub fn position(observer: &Observer, unix_s: f64, delta_t_s: f64) -> SunPosition {
    let days = days_since_j2000(unix_s);
    let geocentric = geocentric(&[days + delta_t_s / 86_400.0])[0];
    let hour_turns =
        mean_sidereal_turns(days) + (geocentric.equinoxes_rad - geocentric.right_ascension_rad) / TAU;
    let (sin_declination, cos_declination) = geocentric.declination_rad.sin_cos();
    let hour_turns = hour_turns + observer.longitude_deg / 360.0;
    let parallax = parallax_rad(geocentric.distance_au);
    let seen = observer.frame().look(hour_turns, sin_declination, cos_declination, parallax);
    SunPosition {
        zenith_deg: seen.zenith_rad.to_degrees(),
        apparent_zenith_deg: (seen.zenith_rad - seen.refraction_rad).to_degrees(),
        azimuth_deg: seen.azimuth_rad.to_degrees(),
        direction: Vector3::new(seen.east, seen.north, seen.up),
        geocentric,
    }
}

/// Equatorial horizontal parallax of the sun, rad; equation 33.
#[inline(always)]
fn parallax_rad(distance_au: f64) -> f64 {
    (8.794f64 / 3600.0).to_radians() / distance_au
}

/// What an observer's place contributes to every position.
#[derive(Debug, Clone, Copy)]
struct Frame {
    sin_latitude: f64,
    cos_latitude: f64,
    from_axis: f64,
    from_equator: f64,
    refraction: f64,
}

/// The sun over the horizon at one instant.
#[derive(Debug, Clone, Copy)]
struct Seen {
    zenith_rad: f64,
    refraction_rad: f64,
    azimuth_rad: f64,
    east: f64,
    north: f64,
    up: f64,
}

impl Frame {
    /// Horizon coordinates from the hour angle (turns, west positive) and the declination.
    ///
    /// Parallax is the difference of two vectors: sun minus observer, in units of the sun's
    /// distance; equations 38 to 45 are the same in angles.
    #[inline(always)]
    fn look(&self, hour_turns: f64, sin_declination: f64, cos_declination: f64, parallax: f64) -> Seen {
        let (sin_hour, cos_hour) = sin_cos_turns(hour_turns);
        let meridian = cos_declination * cos_hour - self.from_axis * parallax;
        let west = cos_declination * sin_hour;
        let pole = sin_declination - self.from_equator * parallax;
        let up = self.sin_latitude * pole + self.cos_latitude * meridian;
        let north = self.cos_latitude * pole - self.sin_latitude * meridian;
        let level = (west * west + north * north).sqrt();
        let zenith_rad = trig::atan2(level, up);
        let azimuth = trig::atan2(-west, north);
        let azimuth_rad = if azimuth < 0.0 { azimuth + TAU } else { azimuth };
        let refraction_rad = self.refraction_rad(zenith_rad);
        // Turn the vector towards the zenith by the refraction, a small angle.
        let r2 = refraction_rad * refraction_rad;
        let (sin_r, cos_r) = (refraction_rad * (1.0 - r2 / 6.0), 1.0 - r2 / 2.0 * (1.0 - r2 / 12.0));
        let inverse = 1.0 / (level * level + up * up).sqrt();
        let apparent_level = (level * cos_r - up * sin_r) * inverse;
        let stretch = apparent_level / level.max(1e-300);
        Seen {
            zenith_rad,
            refraction_rad,
            azimuth_rad,
            east: -west * stretch,
            north: north * stretch,
            up: (up * cos_r + level * sin_r) * inverse,
        }
    }

    /// Refraction, rad; equation 42, zero when the whole disc is below the horizon.
    #[inline(always)]
    fn refraction_rad(&self, zenith_rad: f64) -> f64 {
        let elevation_deg = 90.0 - zenith_rad.to_degrees();
        let visible = elevation_deg >= HORIZON_DEG;
        let elevation_deg = elevation_deg.max(HORIZON_DEG);
        let argument_deg = elevation_deg + 10.3 / (elevation_deg + 5.11);
        let (sin, cos) = sin_cos_turns(argument_deg / 360.0);
        let refraction_deg = self.refraction * 1.02 * cos / (60.0 * sin);
        if visible { refraction_deg.to_radians() } else { 0.0 }
    }
}
