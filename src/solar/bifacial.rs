//! Light on the rear of bifacial modules, by one view factor each of ground and sky.

use crate::problem::Problem;

/// Bifacial modules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bifacial {
    /// Efficiency of the rear over that of the front, usually 0.65 to 0.9.
    pub bifaciality: f64,
    /// Rear light lost to structure and unevenness, fraction; about 0.1.
    pub rear_loss: f64,
}

impl Bifacial {
    /// What the rear adds to the front's light, W/m².
    ///
    /// The rear of a plane of tilt β sees the ground under `(1 + cos β) / 2` and the sky under
    /// `(1 - cos β) / 2`; rows shadow the share of the ground that they cover. A first-order model:
    /// real gains are within about a quarter of it, less for low mounting and dense rows.
    ///
    /// # Source
    /// View factors of a tilted plane (Liu & Jordan 1963) turned over; ground shadow as in the
    /// infinite-shed idea of Marion et al., *A Practical Irradiance Model for Bifacial PV Modules*,
    /// NREL/CP-5J00-67847 (2017), without its ground segments.
    #[inline(always)]
    pub fn gain_w_per_m2(&self, ghi: f64, dhi: f64, albedo: f64, cos_tilt: f64, ground_cover: f64) -> f64 {
        let ground = albedo * ghi * (1.0 - ground_cover).max(0.0) * 0.5 * (1.0 + cos_tilt);
        let sky = dhi * 0.5 * (1.0 - cos_tilt);
        self.bifaciality * (1.0 - self.rear_loss) * (ground + sky)
    }

    /// Everything that is wrong, with keys relative to the array.
    pub fn check(&self) -> Vec<Problem> {
        let rows = [
            ("bifaciality", self.bifaciality, "usually 0.65 to 0.9"),
            ("rear_loss", self.rear_loss, "usually 0.1"),
        ];
        let wrong = rows.into_iter().filter(|(_, value, _)| !(0.0..=1.0).contains(value));
        wrong
            .map(|(key, value, hint)| {
                Problem::error("out-of-range", format!("{value} is outside 0 to 1")).at_key(key).hint(hint)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: flat over bright sand, 1000 × 0.4 × 0.8 × 0.9 = 288 W/m²; half covered, 144.
    #[test]
    fn a_flat_rear_sees_the_ground_alone() {
        let module = Bifacial { bifaciality: 0.8, rear_loss: 0.1 };
        assert!((module.gain_w_per_m2(1000.0, 100.0, 0.4, 1.0, 0.0) - 288.0).abs() < 1e-9);
        assert!((module.gain_w_per_m2(1000.0, 100.0, 0.4, 1.0, 0.5) - 144.0).abs() < 1e-9);
    }
}
