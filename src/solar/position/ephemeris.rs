//! Apparent geocentric place of the sun: the slow part of the Solar Position Algorithm.
//!
//! Everything here changes over days, not over minutes, so a year needs it only every second day
//! ([`super::path`] interpolates). Instants are evaluated in blocks: the sums over periodic terms
//! run over all instants of a block at once.
//!
//! # Source
//! Reda & Andreas, *Solar Position Algorithm for Solar Radiation Applications*, NREL/TP-560-34302
//! (2004, revised 2008), sections 3.2 to 3.8 and appendix A.1.

use std::f64::consts::TAU;

use multiversion::multiversion;

use super::terms::{LATITUDE, LONGITUDE, NUTATION, RADIUS, Term};
use super::trig::{cos_turns, sin_cos_turns};

/// The sun as seen from the centre of the Earth at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geocentric {
    /// Apparent right ascension, rad, 0..2π.
    pub right_ascension_rad: f64,
    /// Apparent declination, rad.
    pub declination_rad: f64,
    /// Distance from Earth to sun, AU.
    pub distance_au: f64,
    /// Apparent minus mean sidereal time (the equation of the equinoxes), rad.
    pub equinoxes_rad: f64,
    /// Apparent minus mean solar time, minutes, within ±20.
    pub equation_of_time_min: f64,
}

/// Days since J2000.0 (1 January 2000 12:00) of a Unix time.
pub fn days_since_j2000(unix_s: f64) -> f64 {
    unix_s / 86_400.0 - 10_957.5
}

/// Mean sidereal time at Greenwich, turns (not reduced), from days of universal time since J2000.0.
/// Equation 28.
pub fn mean_sidereal_turns(days: f64) -> f64 {
    let t = days / 36_525.0;
    let slow_deg = 280.460_618_37 + t * t * (0.000_387_933 - t / 38_710_000.0);
    // 360.98564736629 ° per day, split so that whole turns drop out without rounding.
    days.fract() + (slow_deg + 0.985_647_366_29 * days) / 360.0
}

/// The sun's apparent place at instants given in days of *terrestrial* time since J2000.0.
pub fn geocentric(days_tt: &[f64]) -> Vec<Geocentric> {
    let centuries: Vec<f64> = days_tt.iter().map(|days| days / 36_525.0).collect();
    let millennia: Vec<f64> = centuries.iter().map(|t| t / 10.0).collect();
    let longitude = power_series(&LONGITUDE, &millennia);
    let latitude = power_series(&LATITUDE, &millennia);
    let radius = power_series(&RADIUS, &millennia);
    let (nutation_longitude, nutation_obliquity) = nutation(&centuries);
    (0..days_tt.len())
        .map(|i| {
            place(
                millennia[i],
                longitude[i],
                latitude[i],
                radius[i],
                nutation_longitude[i],
                nutation_obliquity[i],
            )
        })
        .collect()
}

/// Equations 13 to 30 and A1 for one instant; angles in radians.
fn place(
    millennia: f64,
    longitude: f64,
    latitude: f64,
    distance_au: f64,
    nutation_longitude: f64,
    nutation_obliquity: f64,
) -> Geocentric {
    let obliquity = mean_obliquity_rad(millennia) + nutation_obliquity;
    let aberration = -(20.489_8f64 / 3600.0).to_radians() / distance_au;
    let apparent = longitude + std::f64::consts::PI + nutation_longitude + aberration;
    let beta = -latitude;
    let (sin_lambda, cos_lambda) = apparent.sin_cos();
    let (sin_eps, cos_eps) = obliquity.sin_cos();
    let right_ascension_rad = (sin_lambda * cos_eps - beta.tan() * sin_eps).atan2(cos_lambda).rem_euclid(TAU);
    let declination_rad = (beta.sin() * cos_eps + beta.cos() * sin_eps * sin_lambda).asin();
    let equinoxes_rad = nutation_longitude * cos_eps;
    let t = millennia;
    let mean_longitude_deg = 280.466_456_7
        + t * (360_007.698_277_9
            + t * (0.030_320_28 + t * (1.0 / 49_931.0 - t * (1.0 / 15_300.0 + t / 2_000_000.0))));
    let minutes =
        4.0 * (mean_longitude_deg - 0.005_718_3 + (equinoxes_rad - right_ascension_rad).to_degrees());
    // The equation of time lies within ±20 minutes; whole days (1440 minutes) are an artefact.
    let equation_of_time_min = minutes - 1440.0 * (minutes / 1440.0).round();
    Geocentric { right_ascension_rad, declination_rad, distance_au, equinoxes_rad, equation_of_time_min }
}

/// Mean obliquity of the ecliptic, rad; equation 24 (Laskar 1986), `u` in ten millennia.
fn mean_obliquity_rad(millennia: f64) -> f64 {
    const ARCSECONDS: [f64; 11] =
        [84_381.448, -4680.93, -1.55, 1999.25, -51.38, -249.67, -39.05, 7.12, 27.87, 5.79, 2.45];
    let u = millennia / 10.0;
    (ARCSECONDS.iter().rev().fold(0.0, |sum, term| sum * u + term) / 3600.0).to_radians()
}

/// `Σ_k t^k Σ A cos(B + C t)` in units of 1 (the tables are in 1e-8); equations 9 to 12.
#[allow(unsafe_code)] // the macro calls the version that the processor was found to support
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx"))]
fn power_series(series: &[&[Term]], millennia: &[f64]) -> Vec<f64> {
    let mut total = vec![0.0; millennia.len()];
    let mut sum = vec![0.0; millennia.len()];
    for terms in series.iter().rev() {
        sum.fill(0.0);
        for &(a, b, c) in *terms {
            let (phase, rate) = (b / TAU, c / TAU);
            for (sum, t) in sum.iter_mut().zip(millennia) {
                *sum += a * cos_turns(phase + rate * t);
            }
        }
        for ((total, sum), t) in total.iter_mut().zip(&sum).zip(millennia) {
            *total = *total * t + sum;
        }
    }
    for value in &mut total {
        *value *= 1e-8;
    }
    total
}

/// Nutation in longitude and in obliquity, rad; equations 15 to 23, `t` in Julian centuries.
#[allow(unsafe_code)] // as above
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx"))]
fn nutation(centuries: &[f64]) -> (Vec<f64>, Vec<f64>) {
    // Fundamental arguments in degrees: D, M, M', F, Omega as cubic polynomials.
    const ARGUMENTS: [[f64; 4]; 5] = [
        [297.850_36, 445_267.111_480, -0.001_914_2, 1.0 / 189_474.0],
        [357.527_72, 35_999.050_340, -0.000_160_3, -1.0 / 300_000.0],
        [134.962_98, 477_198.867_398, 0.008_697_2, 1.0 / 56_250.0],
        [93.271_91, 483_202.017_538, -0.003_682_5, 1.0 / 327_270.0],
        [125.044_52, -1_934.136_261, 0.002_070_8, 1.0 / 450_000.0],
    ];
    /// 1e-4 arcsecond in radians.
    const UNIT: f64 = std::f64::consts::PI / (180.0 * 36_000_000.0);
    let mut longitude = vec![0.0; centuries.len()];
    let mut obliquity = vec![0.0; centuries.len()];
    for (multiples, [a, b, c, d]) in NUTATION {
        // The term's own argument is again a cubic in t.
        let mut cubic = [0.0; 4];
        for (argument, multiple) in ARGUMENTS.iter().zip(multiples) {
            for (sum, coefficient) in cubic.iter_mut().zip(argument) {
                *sum += multiple * coefficient / 360.0;
            }
        }
        for ((longitude, obliquity), t) in longitude.iter_mut().zip(&mut obliquity).zip(centuries) {
            let turns = cubic[0] + t * (cubic[1] + t * (cubic[2] + t * cubic[3]));
            let (sin, cos) = sin_cos_turns(turns);
            *longitude += (a + b * t) * sin * UNIT;
            *obliquity += (c + d * t) * cos * UNIT;
        }
    }
    (longitude, obliquity)
}
