//! What stands in the light: rows in front of each other, and the horizon.

use super::{Light, SunPath};
use crate::problem::Problem;

/// Parallel rows of a ground array on level ground, long against their width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rows {
    /// Collector width along the slope over row pitch.
    pub ground_cover: f64,
}

/// The terrain's outline seen from the array.
#[derive(Debug, Clone, PartialEq)]
pub struct Horizon {
    /// Azimuths from north, clockwise, deg, increasing within 0..360.
    pub azimuth_deg: Vec<f64>,
    /// Elevation of the outline at each azimuth, deg, 0..90.
    pub elevation_deg: Vec<f64>,
}

/// Share of a row's width in the shadow of its neighbour.
///
/// # Arguments
/// * `across_rad` - angle of the sun's projection across the rows from the vertical, rad, positive
///   towards the side the row faces
/// * `tilt_rad` - tilt of the row towards that side
/// * `ground_cover` - collector width over pitch
///
/// Rays across the rows at this angle meet a pitch of `cos ψ` and a collector of
/// `g cos(ψ - β)`: what the collector has too much is in shadow.
#[inline(always)]
pub(super) fn shaded_share(across_rad: f64, tilt_rad: f64, ground_cover: f64) -> f64 {
    let collector = ground_cover * (across_rad - tilt_rad).cos();
    if collector <= 0.0 {
        return 0.0;
    }
    (1.0 - across_rad.cos().max(0.0) / collector).clamp(0.0, 1.0)
}

impl Rows {
    /// Share of the beam that reaches a fixed row in each step, shape `[steps]`.
    ///
    /// A shaded share of the width loses the same share of the beam and of the circumsolar light:
    /// right for modules lying along the row; strings that stand up lose more.
    pub(super) fn lit_share(&self, path: &SunPath, tilt_deg: f64, azimuth_deg: f64) -> Vec<f64> {
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        let tilt = tilt_deg.to_radians();
        (0..path.len())
            .map(|step| {
                let across = (path.east[step] * sin + path.north[step] * cos).atan2(path.up[step]);
                1.0 - shaded_share(across, tilt, self.ground_cover)
            })
            .collect()
    }

    /// Share of the sky dome's light that a row still sees past the row in front, averaged over its
    /// width: the visible dome of a tilted strip under a mask of angle `α` is `(1 + cos(β + α)) / 2`.
    ///
    /// # Source
    /// View factor of a strip between two angles (crossed strings); averaging as in Passias &
    /// Källbäck (1984), Solar Cells 11, 281-291.
    pub(super) fn dome_share(&self, tilt_deg: f64) -> f64 {
        const POINTS: usize = 50;
        let tilt = tilt_deg.to_radians();
        let (sin, cos) = tilt.sin_cos();
        let mean: f64 = (0..POINTS)
            .map(|k| {
                // Distance along the slope from this point up to the height of the front row's edge.
                let rest = 1.0 - (k as f64 + 0.5) / POINTS as f64;
                let mask = (self.ground_cover * rest * sin).atan2(1.0 - self.ground_cover * rest * cos);
                1.0 + (tilt + mask).cos()
            })
            .sum::<f64>()
            / POINTS as f64;
        mean / (1.0 + cos)
    }

    /// Everything that is wrong, with keys relative to the array.
    pub fn check(&self) -> Vec<Problem> {
        if (0.01..=1.0).contains(&self.ground_cover) {
            return Vec::new();
        }
        let message = format!("{} is outside 0.01 to 1", self.ground_cover);
        let problem = Problem::error("out-of-range", message).at_key("ground_cover");
        vec![problem.hint("collector width over row pitch, usually 0.3 to 0.6")]
    }
}

impl Horizon {
    /// An outline given at equal steps of azimuth, from north, clockwise.
    pub fn equal_steps(elevation_deg: &[f64]) -> Self {
        let step = 360.0 / elevation_deg.len() as f64;
        let azimuth_deg = (0..elevation_deg.len()).map(|k| k as f64 * step).collect();
        Self { azimuth_deg, elevation_deg: elevation_deg.to_vec() }
    }

    /// Elevation of the outline at an azimuth, deg: straight between points, around the compass.
    pub fn elevation_at(&self, azimuth_deg: f64) -> f64 {
        let n = self.azimuth_deg.len();
        if n == 0 {
            return 0.0;
        }
        let azimuth = azimuth_deg.rem_euclid(360.0);
        let next = self.azimuth_deg.partition_point(|known| *known <= azimuth);
        let (low, high) = ((next + n - 1) % n, next % n);
        let span = (self.azimuth_deg[high] - self.azimuth_deg[low]).rem_euclid(360.0);
        let from = (azimuth - self.azimuth_deg[low]).rem_euclid(360.0);
        let share = if span > 0.0 { from / span } else { 0.0 };
        self.elevation_deg[low] + share * (self.elevation_deg[high] - self.elevation_deg[low])
    }

    /// 1 where the sun stands above the outline, 0 where it is hidden, shape `[steps]`.
    pub(super) fn open(&self, path: &SunPath) -> Vec<f64> {
        (0..path.len())
            .map(|step| {
                let above = 90.0 - path.apparent_zenith_deg[step] > self.elevation_at(path.azimuth_deg[step]);
                f64::from(u8::from(above))
            })
            .collect()
    }

    /// Share of the isotropic dome's light on a horizontal plane that passes above the outline,
    /// `1 - mean sin²(elevation)`; used for every tilt.
    pub(super) fn dome_share(&self) -> f64 {
        let hidden: f64 = (0..360).map(|a| self.elevation_at(f64::from(a)).to_radians().sin().powi(2)).sum();
        1.0 - hidden / 360.0
    }

    /// Everything that is wrong, with keys relative to the array.
    pub fn check(&self) -> Vec<Problem> {
        let error = |message: String| Problem::error("horizon", message).at_key("horizon");
        let mut problems = Vec::new();
        if self.azimuth_deg.len() != self.elevation_deg.len() {
            let (azimuths, elevations) = (self.azimuth_deg.len(), self.elevation_deg.len());
            problems
                .push(error(format!("{azimuths} azimuths and {elevations} elevations: pairs are expected")));
        }
        if !self.azimuth_deg.is_sorted_by(|a, b| a < b)
            || self.azimuth_deg.iter().any(|azimuth| !(0.0..360.0).contains(azimuth))
        {
            problems
                .push(error("azimuths must increase within 0 to 360 deg".into()).hint("north is 0, east 90"));
        }
        if self.elevation_deg.iter().any(|elevation| !(0.0..90.0).contains(elevation)) {
            problems.push(error("elevations must lie within 0 to 90 deg".into()));
        }
        problems
    }
}

impl Light {
    /// The same sky with a share of beam and disc, step by step, and of the dome.
    pub(super) fn dimmed(&self, beam_share: &[f64], dome_share: f64) -> Self {
        let times =
            |values: &[f64]| values.iter().zip(beam_share).map(|(value, share)| value * share).collect();
        Self {
            dni_w_per_m2: times(&self.dni_w_per_m2),
            circumsolar_w_per_m2: times(&self.circumsolar_w_per_m2),
            isotropic_w_per_m2: self.isotropic_w_per_m2.iter().map(|dome| dome * dome_share).collect(),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, vertical rows one pitch apart and as high as half the pitch (g = 0.5, β = 90°): with
    /// the sun 45° up in front the shadow of height 0.5 ends 0.5 away: nothing is shaded; 20° up it
    /// covers the row up to 0.5 - tan 20° = 0.136, which is 27.2 % of it.
    #[test]
    fn the_shadow_of_a_wall_ends_where_geometry_says() {
        let share = |elevation: f64| shaded_share((90.0 - elevation).to_radians(), 90f64.to_radians(), 0.5);
        assert_eq!(share(45.0), 0.0);
        assert!((share(20.0) - (0.5 - 20f64.to_radians().tan()) / 0.5).abs() < 1e-12);
    }

    /// Reference: pvlib 0.16.1 `shading.shaded_fraction1d(zenith, 180, axis_azimuth=90,
    /// shaded_row_rotation=20, collector_width=1, pitch=1/gcr)`, sun in the south.
    #[test]
    fn shaded_shares_match_pvlib() {
        for (zenith, ground_cover, expected) in SHADE_CASES {
            let ours = shaded_share(f64::to_radians(zenith), 20f64.to_radians(), ground_cover);
            assert!((ours - expected).abs() < 1e-9, "{zenith} {ground_cover}: {ours} not {expected}");
        }
    }

    #[rustfmt::skip]
    const SHADE_CASES: [(f64, f64, f64); 4] = [
        (70.0, 0.4, 0.0),
        (70.0, 0.6, 0.11318518960340629),
        (80.0, 0.5, 0.30540728933227845),
        (85.0, 0.3, 0.3125731450988648),
    ];

    #[test]
    fn rows_far_apart_see_the_whole_sky() {
        assert!((Rows { ground_cover: 1e-6 }.dome_share(30.0) - 1.0).abs() < 1e-6);
        let (loose, dense) = (Rows { ground_cover: 0.3 }, Rows { ground_cover: 0.7 });
        assert!(dense.dome_share(30.0) < loose.dome_share(30.0) && loose.dome_share(30.0) < 1.0);
        assert!((dense.dome_share(0.0) - 1.0).abs() < 1e-12);
    }

    /// By hand: half way between 10° in the east and 30° in the west is 20° in the south, and in the
    /// north as well; a ring of 30° hides sin² 30° = a quarter of the dome.
    #[test]
    fn a_horizon_is_straight_between_its_points_around_the_compass() {
        let horizon = Horizon { azimuth_deg: vec![90.0, 270.0], elevation_deg: vec![10.0, 30.0] };
        for (azimuth, elevation) in [(90.0, 10.0), (180.0, 20.0), (0.0, 20.0), (359.0, 20.0 + 10.0 / 90.0)] {
            assert!((horizon.elevation_at(azimuth) - elevation).abs() < 1e-12, "{azimuth}");
        }
        let ring = Horizon { azimuth_deg: vec![0.0], elevation_deg: vec![30.0] };
        assert!((ring.dome_share() - 0.75).abs() < 1e-12);
        let wrong = Horizon { azimuth_deg: vec![90.0, 80.0], elevation_deg: vec![95.0] };
        assert_eq!(wrong.check().len(), 3);
    }
}
