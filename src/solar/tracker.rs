//! Single-axis trackers on horizontal axes, with backtracking.

use nalgebra::Vector3;

use super::SunPath;
use crate::problem::Problem;

/// A single-axis tracker on a horizontal axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tracker {
    /// Direction of the axis, from north, clockwise, deg; 180 (or 0) for the usual north-south axis.
    pub axis_azimuth_deg: f64,
    /// Largest rotation to either side, deg, up to 90.
    pub max_angle_deg: f64,
    /// Collector width over row pitch.
    pub ground_cover: f64,
    /// Turns back when rows would shade each other.
    pub backtracking: bool,
}

impl Tracker {
    /// The usual plant: north-south axes, ±60°, ground cover 0.35, backtracking.
    pub const NORTH_SOUTH: Self =
        Self { axis_azimuth_deg: 180.0, max_angle_deg: 60.0, ground_cover: 0.35, backtracking: true };

    /// Horizontal unit vector to the right of the axis, towards which a positive rotation faces.
    pub(super) fn right(&self) -> Vector3<f64> {
        let (sin, cos) = self.axis_azimuth_deg.to_radians().sin_cos();
        Vector3::new(cos, -sin, 0.0)
    }

    /// Rotation of the row about its axis, rad, positive to the right; flat when the sun is down.
    ///
    /// The ideal angle faces the sun's projection on the plane across the rows. Where rows would
    /// shade each other, `cos ω > ...` has no solution and the row turns back until the shadow's
    /// edge just touches its neighbour.
    ///
    /// # Source
    /// Anderson & Mikofski, *Slope-Aware Backtracking for Single-Axis Trackers*, NREL/TP-5K00-76626
    /// (2020), on level ground.
    pub fn rotation_rad(&self, sun: &Vector3<f64>) -> f64 {
        if sun.z <= 0.0 {
            return 0.0;
        }
        let ideal = sun.dot(&self.right()).atan2(sun.z);
        let reach = ideal.cos().abs() / self.ground_cover;
        let turned =
            if self.backtracking && reach < 1.0 { ideal - ideal.signum() * reach.acos() } else { ideal };
        let limit = self.max_angle_deg.to_radians();
        turned.clamp(-limit, limit)
    }

    /// Normal of the row in each step, and share of the row's width in its neighbour's shadow.
    pub(super) fn year(&self, path: &SunPath) -> (Vec<Vector3<f64>>, Vec<f64>) {
        let right = self.right();
        (0..path.len())
            .map(|step| {
                let sun = path.direction(step);
                let rotation = self.rotation_rad(&sun);
                let normal = right * rotation.sin() + Vector3::z() * rotation.cos();
                let across = sun.dot(&right).atan2(sun.z);
                (normal, super::shading::shaded_share(across, rotation, self.ground_cover))
            })
            .unzip()
    }

    /// Everything that is wrong, with keys relative to the tracker.
    pub fn check(&self) -> Vec<Problem> {
        let rows = [
            ("axis_azimuth_deg", self.axis_azimuth_deg, 0.0, 360.0, "180 for a north-south axis"),
            ("max_angle_deg", self.max_angle_deg, 0.0, 90.0, "usually 45 to 60"),
            ("ground_cover", self.ground_cover, 0.01, 1.0, "collector width over pitch, usually 0.3 to 0.5"),
        ];
        let wrong = rows.into_iter().filter(|(_, value, low, high, _)| !(low..=high).contains(&value));
        wrong
            .map(|(key, value, low, high, hint)| {
                let message = format!("{value} is outside {low} to {high}");
                Problem::error("out-of-range", message).at_key(key).hint(hint)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sun(zenith_deg: f64, azimuth_deg: f64) -> Vector3<f64> {
        let (sin_z, cos_z) = zenith_deg.to_radians().sin_cos();
        let (sin_a, cos_a) = azimuth_deg.to_radians().sin_cos();
        Vector3::new(sin_z * sin_a, sin_z * cos_a, cos_z)
    }

    /// Reference: pvlib 0.16.1 `tracking.singleaxis(zenith, azimuth, axis_slope=0,
    /// axis_azimuth=180, max_angle=60, backtrack, gcr=0.35)`, `tracker_theta`, printed digits.
    #[test]
    fn rotations_match_pvlib() {
        for (zenith, azimuth, plain, backtracked) in TRACKER_CASES {
            for (backtracking, expected) in [(false, plain), (true, backtracked)] {
                let tracker = Tracker { backtracking, ..Tracker::NORTH_SOUTH };
                let ours = tracker.rotation_rad(&sun(zenith, azimuth)).to_degrees();
                assert!((ours - expected).abs() < 1e-6, "{zenith} {azimuth}: {ours} not {expected}");
            }
        }
    }

    #[rustfmt::skip]
    const TRACKER_CASES: [(f64, f64, f64, f64); 6] = [
        (30.0, 120.0, -26.565051177077986, -26.565051177077986),
        (70.0, 100.0, -60.0, -60.0),
        (80.0, 95.0, -60.0, -19.828717449255805),
        (85.0, 268.0, 60.0, 9.425195151941722),
        (60.0, 250.0, 58.43329603385902, 58.43329603385902),
        (40.0, 180.0, 0.0, 0.0),
    ];

    /// Turning back means no shade at all; without it low sun shades the rows.
    #[test]
    fn backtracking_rows_do_not_shade_each_other() {
        for (zenith, azimuth, _, _) in TRACKER_CASES {
            let sun = sun(zenith, azimuth);
            for backtracking in [true, false] {
                let tracker = Tracker { backtracking, max_angle_deg: 90.0, ..Tracker::NORTH_SOUTH };
                let across = sun.dot(&tracker.right()).atan2(sun.z);
                let share = super::super::shading::shaded_share(across, tracker.rotation_rad(&sun), 0.35);
                let low = across.cos() < 0.35;
                assert_eq!(share > 1e-9, low && !backtracking, "{zenith} {azimuth} {share}");
            }
        }
    }
}
