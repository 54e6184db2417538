//! The shape of a year of sessions: when they arrive and what they want, for comparing drawn with real ones.

/// Shares of the sessions by hour of arrival and by energy.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Sessions.
    pub sessions: usize,
    /// Share arriving in each hour of the day (standard time).
    pub arrivals: [f64; 24],
    /// Width of an energy bin, kWh.
    pub bin_kwh: f64,
    /// Share of sessions in each energy bin; the last bin takes all above.
    pub energies: Vec<f64>,
    /// Mean energy, kWh in the vehicle.
    pub mean_kwh: f64,
    /// Mean stay, h.
    pub mean_stay_h: f64,
}

impl Shape {
    /// The shape of sessions given as (arrival h, departure h, energy kWh).
    pub fn of(sessions: impl IntoIterator<Item = (f64, f64, f64)>, bin_kwh: f64, bins: usize) -> Self {
        let mut shape = Self {
            sessions: 0,
            arrivals: [0.0; 24],
            bin_kwh,
            energies: vec![0.0; bins.max(1)],
            mean_kwh: 0.0,
            mean_stay_h: 0.0,
        };
        let last = shape.energies.len() - 1;
        for (arrive_h, depart_h, energy_kwh) in sessions {
            shape.sessions += 1;
            shape.arrivals[(arrive_h.rem_euclid(24.0) as usize).min(23)] += 1.0;
            shape.energies[((energy_kwh / bin_kwh) as usize).min(last)] += 1.0;
            shape.mean_kwh += energy_kwh;
            shape.mean_stay_h += depart_h - arrive_h;
        }
        let count = shape.sessions.max(1) as f64;
        shape.arrivals.iter_mut().chain(&mut shape.energies).for_each(|share| *share /= count);
        shape.mean_kwh /= count;
        shape.mean_stay_h /= count;
        shape
    }

    /// Distance to another shape's arrivals: the share of sessions that would have to come in another
    /// hour (total variation, 0 to 1).
    pub fn arrival_distance(&self, other: &Self) -> f64 {
        self.arrivals.iter().zip(&other.arrivals).map(|(a, b)| (a - b).abs()).sum::<f64>() / 2.0
    }
}

/// Kolmogorov–Smirnov statistic of two samples: the largest distance of their cumulative shares, 0 to 1.
///
/// # Panics
/// If a sample is empty.
pub fn kolmogorov_smirnov(one: &[f64], other: &[f64]) -> f64 {
    assert!(!one.is_empty() && !other.is_empty(), "samples");
    let sorted = |sample: &[f64]| {
        let mut sample = sample.to_vec();
        sample.sort_by(f64::total_cmp);
        sample
    };
    let (one, other) = (sorted(one), sorted(other));
    let below =
        |sample: &[f64], value: f64| sample.partition_point(|&x| x <= value) as f64 / sample.len() as f64;
    one.iter().chain(&other).map(|&x| (below(&one, x) - below(&other, x)).abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: after 2 two thirds of the one and none of the other, after 3 all and a quarter: 3/4. A sample is at
    /// no distance from itself, and apart from one wholly above it by 1.
    #[test]
    fn the_distance_of_two_samples_is_that_of_their_cumulative_shares() {
        let distance = kolmogorov_smirnov(&[1.0, 3.0, 2.0], &[3.0, 4.0, 5.0, 6.0]);
        assert!((distance - 0.75).abs() < 1e-12, "{distance}");
        assert_eq!(kolmogorov_smirnov(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(kolmogorov_smirnov(&[1.0, 2.0], &[3.0]), 1.0);
    }
}
