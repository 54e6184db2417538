//! What a farm keeps of its turbines' power, over wind speed.

use crate::problem::Problem;

/// Farm efficiency over the wind speed at the hub: straight lines between points, the first and last
/// value beyond them. Wakes take most at low wind and nothing once all turbines run at rated power.
///
/// # Source
/// The form of windpowerlib's wind efficiency curves (Knorr 2016 and others).
#[derive(Debug, Clone, PartialEq)]
pub struct FarmEfficiency {
    speed_m_s: Vec<f64>,
    share: Vec<f64>,
}

impl FarmEfficiency {
    /// An efficiency from its points.
    ///
    /// # Errors
    /// Every defect of the table, rows counted from 1 at the header: no points, speeds that do not
    /// increase, shares outside 0 to 1.
    pub fn new(speed_m_s: &[f64], share: &[f64]) -> Result<Self, Vec<Problem>> {
        if speed_m_s.is_empty() || speed_m_s.len() != share.len() {
            let message = format!("{} speeds and {} efficiencies are no curve", speed_m_s.len(), share.len());
            return Err(vec![Problem::error("curve", message)]);
        }
        let mut problems = Vec::new();
        for (row, (speed, share)) in speed_m_s.iter().zip(share).enumerate() {
            let before = if row == 0 { -1e-9 } else { speed_m_s[row - 1] };
            if !(*speed > before && *speed < 100.0) {
                let message = format!("{speed} m/s is not above the row before and below 100 m/s");
                let problem = Problem::error("not-monotonic", message).in_column("wind_speed_m_s");
                problems.push(problem.at_line(row + 2).hint("sort the rows by wind speed, one row for each"));
            }
            if !(0.0..=1.0).contains(share) {
                let problem = Problem::error("out-of-range", format!("{share} is outside 0 to 1"));
                problems.push(problem.in_column("efficiency").at_line(row + 2).hint("write 0.9 for 90 %"));
            }
        }
        if problems.is_empty() {
            return Ok(Self { speed_m_s: speed_m_s.to_vec(), share: share.to_vec() });
        }
        Err(problems)
    }

    /// Share of the power that is kept at a wind speed.
    pub fn at(&self, speed_m_s: f64) -> f64 {
        let above = self.speed_m_s.partition_point(|known| *known <= speed_m_s);
        let last = self.share.len() - 1;
        if above == 0 || above > last {
            return self.share[above.min(last)];
        }
        let (low, high) = (self.speed_m_s[above - 1], self.speed_m_s[above]);
        let (from, to) = (self.share[above - 1], self.share[above]);
        from + (to - from) * (speed_m_s - low) / (high - low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: half way between 0.8 and 1.0; the ends hold beyond.
    #[test]
    fn an_efficiency_is_straight_between_points_and_holds_beyond() {
        let curve = FarmEfficiency::new(&[4.0, 8.0, 12.0], &[0.9, 0.8, 1.0]).expect("is sound");
        for (speed, share) in [(0.0, 0.9), (4.0, 0.9), (6.0, 0.85), (10.0, 0.9), (12.0, 1.0), (30.0, 1.0)] {
            assert!((curve.at(speed) - share).abs() < 1e-12, "{speed}");
        }
        let problems = FarmEfficiency::new(&[4.0, 3.0], &[0.9, 90.0]).expect_err("two rows are wrong");
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[1].place.line, Some(3));
    }
}
