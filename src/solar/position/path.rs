//! The sun over a year on a time axis.

use std::f64::consts::TAU;

use multiversion::multiversion;
use nalgebra::Vector3;

use super::{
    Frame, Observer, Seen, days_since_j2000, delta_t_s, geocentric, mean_sidereal_turns, parallax_rad,
};
use crate::time::Axis;

/// Days between instants at which the slow terms are evaluated.
const NODE_DAYS: usize = 2;
/// Points of the interpolating polynomial.
const POINTS: usize = 6;

/// The sun's path over a year: one entry per step, taken at the *middle* of the step.
///
/// Weather files hold means over a step, so the sun that belongs to them stands, to first order,
/// where it is at half time. In the steps of sunrise and sunset the middle may be below the
/// horizon although the step has light: the models then treat what there is as diffuse light from
/// the ground and (isotropic) sky, and beam is zero beyond 87° where it is derived from the
/// global; at 60-minute steps this is below 0.1 % of a year's light (see `docs/validation.md`).
#[derive(Debug, Clone, PartialEq)]
pub struct SunPath {
    /// The axis this path belongs to.
    pub axis: Axis,
    /// Whose path it is.
    pub observer: Observer,
    /// Topocentric zenith angle without refraction, deg, shape `[steps]`.
    pub zenith_deg: Vec<f64>,
    /// Zenith angle with refraction, deg, shape `[steps]`.
    pub apparent_zenith_deg: Vec<f64>,
    /// Azimuth from north, clockwise, deg in 0..360, shape `[steps]`.
    pub azimuth_deg: Vec<f64>,
    /// East component of the unit vector to the apparent sun, shape `[steps]`.
    pub east: Vec<f64>,
    /// North component, shape `[steps]`.
    pub north: Vec<f64>,
    /// Upward component: cosine of the apparent zenith angle, shape `[steps]`.
    pub up: Vec<f64>,
    /// Extraterrestrial irradiance normal to the sun by UTC day, W/m², shape `[steps]`.
    pub extraterrestrial_w_per_m2: Vec<f64>,
}

impl SunPath {
    /// The sun over the axis' year.
    ///
    /// # Arguments
    /// * `shift_minutes` - added to the middle of each step; for weather whose stamps are known to
    ///   be off (an EPW whose values close with the sun at the start of the hour has -30 at 60
    ///   minutes). 0 for sound data.
    pub fn new(observer: &Observer, axis: &Axis, shift_minutes: f64) -> Self {
        let first_unix_s = first_unix_s(axis, shift_minutes);
        let steps = axis.steps();
        let mut path = Self {
            axis: *axis,
            observer: *observer,
            zenith_deg: vec![0.0; steps],
            apparent_zenith_deg: vec![0.0; steps],
            azimuth_deg: vec![0.0; steps],
            east: vec![0.0; steps],
            north: vec![0.0; steps],
            up: vec![0.0; steps],
            extraterrestrial_w_per_m2: extraterrestrial(axis, first_unix_s, 1),
        };
        let nodes = Nodes::new(axis, first_unix_s);
        fill(&mut path, &nodes, &observer.frame(), observer.longitude_deg / 360.0);
        path
    }

    /// The zenith angle of [`Self::new`] alone, deg, shape `[steps]`.
    pub fn zenith_angles_deg(observer: &Observer, axis: &Axis, shift_minutes: f64) -> Vec<f64> {
        let nodes = Nodes::new(axis, first_unix_s(axis, shift_minutes));
        let mut zenith_deg = vec![0.0; axis.steps()];
        fill_zenith(&mut zenith_deg, &nodes, &observer.frame(), observer.longitude_deg / 360.0);
        zenith_deg
    }

    /// The extraterrestrial irradiance of [`Self::new`] at every `every`-th step, W/m².
    ///
    /// # Panics
    /// If `every` is 0.
    pub fn extraterrestrial_every(axis: &Axis, shift_minutes: f64, every: usize) -> Vec<f64> {
        extraterrestrial(axis, first_unix_s(axis, shift_minutes), every)
    }

    /// Steps of the path.
    pub fn len(&self) -> usize {
        self.up.len()
    }

    /// Whether the path has no step.
    pub fn is_empty(&self) -> bool {
        self.up.is_empty()
    }

    /// Unit vector to the apparent sun in a step: east, north, up.
    pub fn direction(&self, step: usize) -> Vector3<f64> {
        Vector3::new(self.east[step], self.north[step], self.up[step])
    }
}

/// Unix time of the middle of the first step, s.
fn first_unix_s(axis: &Axis, shift_minutes: f64) -> f64 {
    let start_unix_s = unix_s_of_year(axis.year) - f64::from(axis.utc_offset_minutes) * 60.0;
    start_unix_s + (f64::from(axis.step_minutes) / 2.0 + shift_minutes) * 60.0
}

/// Extraterrestrial irradiance at every so-manieth step, W/m²: constant over a UTC day.
fn extraterrestrial(axis: &Axis, first_unix_s: f64, every: usize) -> Vec<f64> {
    let first_day = (first_unix_s - unix_s_of_year(axis.year)) / 86_400.0;
    let step_days = f64::from(axis.step_minutes) * 60.0 / 86_400.0;
    let days = axis.days() as f64;
    let last_year = Axis { year: axis.year - 1, ..*axis }.days() as f64;
    let mut current = (f64::NAN, 0.0);
    let of_step = |step: usize| {
        let day = (first_day + step as f64 * step_days + 1e-9).floor();
        if day != current.0 {
            // The UTC day may lie in the year before or after.
            let in_year = match day {
                day if day < 0.0 => day + last_year,
                day if day >= days => day - days,
                day => day,
            };
            current = (day, crate::solar::extraterrestrial_w_per_m2(in_year + 1.0));
        }
        current.1
    };
    (0..axis.steps()).step_by(every).map(of_step).collect()
}

/// Unix time of 1 January 00:00 UTC of a year of the Gregorian calendar.
fn unix_s_of_year(year: i32) -> f64 {
    let before = i64::from(year) - 1;
    let days = before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    (days - 719_162) as f64 * 86_400.0
}

/// Slow quantities at the nodes, and the interpolation weights of the steps between two nodes.
struct Nodes {
    /// Hour angle at Greenwich minus whole days of universal time, turns, continuous.
    hour: Vec<f64>,
    sin_declination: Vec<f64>,
    cos_declination: Vec<f64>,
    parallax: Vec<f64>,
    /// Universal time of the first step since J2000.0, days.
    first_days: f64,
    steps_per_node: usize,
    step_days: f64,
    /// `weights[k][j]`: weight of the k-th of six nodes for the j-th step after the third.
    weights: [Vec<f64>; POINTS],
}

impl Nodes {
    fn new(axis: &Axis, first_unix_s: f64) -> Self {
        let first_days = days_since_j2000(first_unix_s);
        let count = axis.days().div_ceil(NODE_DAYS) + POINTS;
        let day = |node: usize| first_days + (node as f64 - 2.0) * NODE_DAYS as f64;
        let days: Vec<f64> = (0..count).map(day).collect();
        let delta_days = delta_t_s(f64::from(axis.year) + 0.5) / 86_400.0;
        let days_tt: Vec<f64> = days.iter().map(|days| days + delta_days).collect();
        let sun = geocentric(&days_tt);
        let mut hour: Vec<f64> = Vec::with_capacity(count);
        for (sun, days) in sun.iter().zip(&days) {
            let turns =
                mean_sidereal_turns(*days) + (sun.equinoxes_rad - sun.right_ascension_rad) / TAU - days;
            // Right ascension falls back by a turn once a year, and days.fract() by one each day.
            let last = hour.last().copied().unwrap_or(turns);
            hour.push(turns - (turns - last).round());
        }
        let steps_per_node = NODE_DAYS * axis.steps_per_day();
        let weights = std::array::from_fn(|k| {
            (0..steps_per_node).map(|j| weight(k, 2.0 + j as f64 / steps_per_node as f64)).collect()
        });
        Self {
            hour,
            sin_declination: sun.iter().map(|sun| sun.declination_rad.sin()).collect(),
            cos_declination: sun.iter().map(|sun| sun.declination_rad.cos()).collect(),
            parallax: sun.iter().map(|sun| parallax_rad(sun.distance_au)).collect(),
            first_days,
            steps_per_node,
            step_days: axis.step_h() / 24.0,
            weights,
        }
    }
}

/// Lagrange weight of point `k` of six at position `x`.
fn weight(k: usize, x: f64) -> f64 {
    (0..POINTS)
        .filter(|&other| other != k)
        .map(|other| (x - other as f64) / (k as f64 - other as f64))
        .product()
}

/// Steps between two nodes.
#[derive(Clone, Copy)]
struct Block {
    node: usize,
    start: usize,
    steps: usize,
}

impl Nodes {
    /// The year in blocks.
    fn blocks(&self, total: usize) -> impl Iterator<Item = Block> {
        let steps = self.steps_per_node;
        let of = move |(node, start)| Block { node, start, steps: steps.min(total - start) };
        (0..total).step_by(steps).enumerate().map(of)
    }

    /// Interpolates and looks at every step of a block; `see` is told its place in the block.
    #[inline(always)]
    fn look(&self, frame: &Frame, longitude_turns: f64, block: Block, mut see: impl FnMut(usize, Seen)) {
        let Block { node, start, steps } = block;
        let six = |values: &[f64]| -> [f64; POINTS] { std::array::from_fn(|k| values[node + k]) };
        let hour = six(&self.hour);
        let sin_declination = six(&self.sin_declination);
        let cos_declination = six(&self.cos_declination);
        let parallax = self.parallax[node + 2];
        let first = self.first_days + start as f64 * self.step_days + longitude_turns;
        let weights: [&[f64]; POINTS] = std::array::from_fn(|k| &self.weights[k][..steps]);
        #[allow(clippy::needless_range_loop)] // six series are read side by side
        for j in 0..steps {
            let (mut turns, mut sine, mut cosine) = (0.0, 0.0, 0.0);
            for k in 0..POINTS {
                let weight = weights[k][j];
                turns += weight * hour[k];
                sine += weight * sin_declination[k];
                cosine += weight * cos_declination[k];
            }
            let turns = turns + (first + j as f64 * self.step_days);
            see(j, frame.look(turns, sine, cosine, parallax));
        }
    }
}

/// Every step of the year.
#[allow(unsafe_code)] // the macro calls the version that the processor was found to support
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx"))]
fn fill(path: &mut SunPath, nodes: &Nodes, frame: &Frame, longitude_turns: f64) {
    for block in nodes.blocks(path.up.len()) {
        let (range, n) = (block.start..block.start + block.steps, block.steps);
        let zenith = &mut path.zenith_deg[range.clone()][..n];
        let apparent = &mut path.apparent_zenith_deg[range.clone()][..n];
        let azimuth = &mut path.azimuth_deg[range.clone()][..n];
        let east = &mut path.east[range.clone()][..n];
        let north = &mut path.north[range.clone()][..n];
        let up = &mut path.up[range][..n];
        nodes.look(frame, longitude_turns, block, |j, seen| {
            zenith[j] = seen.zenith_rad.to_degrees();
            apparent[j] = (seen.zenith_rad - seen.refraction_rad).to_degrees();
            azimuth[j] = seen.azimuth_rad.to_degrees();
            east[j] = seen.east;
            north[j] = seen.north;
            up[j] = seen.up;
        });
    }
}

/// The zenith angle alone: a fraction of the work, and of the memory.
#[allow(unsafe_code)] // as above
#[multiversion(targets("x86_64+avx2+fma", "x86_64+avx"))]
fn fill_zenith(zenith_deg: &mut [f64], nodes: &Nodes, frame: &Frame, longitude_turns: f64) {
    for block in nodes.blocks(zenith_deg.len()) {
        let zenith = &mut zenith_deg[block.start..][..block.steps];
        nodes.look(frame, longitude_turns, block, |j, seen| zenith[j] = seen.zenith_rad.to_degrees());
    }
}

#[cfg(test)]
mod tests {
    use super::super::position;
    use super::*;

    /// The interpolation is against the full algorithm at every 17th step: a leap year and common
    /// ones, both hemispheres, both sides of the date line, near the poles.
    #[test]
    fn the_path_of_a_year_equals_the_full_algorithm() {
        for (latitude, longitude, year, offset, step_minutes) in [
            (26.66, 119.55, 2025, 480, 60),
            (-33.87, 151.21, 2024, 600, 30),
            (69.65, 18.96, 2023, 60, 15),
            (-18.0, -179.9, 2024, -720, 60),
            (52.0, 179.9, 2025, 720, 60),
            (89.9, 10.0, 2025, 0, 60),
            (-90.0, 0.0, 2025, 0, 60),
        ] {
            let axis = Axis { year, step_minutes, utc_offset_minutes: offset };
            let observer = Observer::new(latitude, longitude, 10.0);
            let path = SunPath::new(&observer, &axis, 0.0);
            assert_eq!(path.len(), axis.steps());
            let delta_t = delta_t_s(f64::from(year) + 0.5);
            for step in (0..path.len()).step_by(17) {
                let minutes = (step as f64 + 0.5) * f64::from(step_minutes) - f64::from(offset);
                let exact = position(&observer, unix_s_of_year(year) + minutes * 60.0, delta_t);
                assert!((path.zenith_deg[step] - exact.zenith_deg).abs() < 5e-6, "{latitude} {step}");
                let sphere = exact.zenith_deg.to_radians().sin();
                let turn = (path.azimuth_deg[step] - exact.azimuth_deg + 540.0).rem_euclid(360.0) - 180.0;
                assert!((turn * sphere).abs() < 5e-6, "{latitude} {step} {turn}");
                assert!((path.direction(step) - exact.direction).norm() < 1e-7);
                assert!((path.direction(step).norm() - 1.0).abs() < 1e-10);
            }
        }
    }

    /// 1 January 2001 00:00 UTC is 978307200 s, 2025 is 1735689600 s (POSIX time).
    #[test]
    fn years_start_at_their_unix_time() {
        assert_eq!(unix_s_of_year(1970), 0.0);
        assert_eq!(unix_s_of_year(2001), 978_307_200.0);
        assert_eq!(unix_s_of_year(2025), 1_735_689_600.0);
    }
}
