//! Clipping inside the step.
//!
//! The mean of an hour may lie below an inverter's limit while half of the hour lies above it; an
//! hourly run then misses that loss. Here the DC power inside a step is taken as uniform over
//! `mean ± h`: the light's trend, a quarter of the difference between the neighbouring steps, plus its
//! unrest, the distance of the step from the straight line between them. Then the energy above a
//! limit `L` within `mean ± h` is `(mean + h - L)² / 4h`, against `max(0, mean - L)` of the plain step.
//!
//! Assumed, not fitted: a uniform spread, and that the unrest inside a step equals that between steps.
//! Shown against 5-minute steps below, on a clear day and on five measured days at Golden with limits of
//! 0.5 to 0.8 of the peak: plain hours overstate the yield by up to 1.2 %, corrected ones are within 0.2 %.

/// DC energy that a step loses to the limit beyond what its mean says, kW per kW, shape `[steps]`.
pub(super) fn above_limit(dc: &[f64], limit: f64) -> Vec<f64> {
    let at = |step: usize| dc.get(step).copied();
    (0..dc.len())
        .map(|step| {
            let mean = dc[step];
            let before = step.checked_sub(1).and_then(at).unwrap_or(mean);
            let after = at(step + 1).unwrap_or(mean);
            let trend = (after - before).abs() / 4.0;
            let unrest = (mean - 0.5 * (before + after)).abs();
            // Power cannot be negative: the spread ends at zero below.
            let half = (trend + unrest).min(mean);
            if half <= 0.0 || (mean - limit).abs() >= half {
                return 0.0;
            }
            (mean + half - limit).powi(2) / (4.0 * half) - (mean - limit).max(0.0)
        })
        .collect()
}

/// Takes the losses off AC power, converted at the efficiency of the limit; never below zero.
pub(super) fn take(ac: &mut [f64], lost_dc: &[f64], efficiency: f64) {
    for (power, lost) in ac.iter_mut().zip(lost_dc) {
        *power = (*power - lost * efficiency).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: a ramp 0.4, 0.6, 0.8 is spread over 0.5 to 0.7; above 0.6 lies a triangle of mean
    /// 0.1² / 2 / 0.2 = 0.025.
    #[test]
    fn a_ramp_loses_the_triangle_above_the_limit() {
        let lost = above_limit(&[0.4, 0.6, 0.8], 0.6);
        assert!((lost[1] - 0.025).abs() < 1e-12);
        assert_eq!(above_limit(&[0.4, 0.6, 0.8], 0.71)[1], 0.0);
        assert_eq!(above_limit(&[0.9, 0.9, 0.9], 0.6), [0.0; 3]);
        let mut ac = [0.6];
        take(&mut ac, &[0.025], 0.96);
        assert!((ac[0] - 0.576).abs() < 1e-12);
    }

    /// Loss of hourly clipping against 5-minute clipping, before and after the correction.
    fn gaps(fine: &[f64], limit: f64) -> (f64, f64) {
        let clipped: f64 = fine.iter().map(|power| power.min(limit)).sum::<f64>() / 12.0;
        let hours: Vec<f64> = fine.chunks(12).map(|hour| hour.iter().sum::<f64>() / 12.0).collect();
        let plain: f64 = hours.iter().map(|power| power.min(limit)).sum();
        let corrected = plain - above_limit(&hours, limit).iter().sum::<f64>();
        (plain / clipped - 1.0, corrected / clipped - 1.0)
    }

    #[test]
    fn clear_days_lose_what_five_minutes_show() {
        let day: Vec<f64> = (0..288)
            .map(|step| (std::f64::consts::PI * (f64::from(step) / 144.0 - 0.53)).sin().max(0.0))
            .collect();
        for limit in [0.5, 0.6, 0.7, 0.8] {
            let (plain, corrected) = gaps(&day, limit);
            assert!(plain > 0.0 && corrected.abs() < 0.002, "{limit}: {plain} {corrected}");
        }
    }

    /// Measured irradiance in a plane, see `tests/data/clipping/README.md`.
    #[test]
    fn measured_days_lose_what_five_minutes_show() {
        let text = include_str!("../../tests/data/clipping/rmis_poa_5min.csv");
        let light: Vec<f64> =
            text.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse().unwrap()).collect();
        let top = light.iter().copied().fold(0.0, f64::max);
        for share in [0.5, 0.6, 0.7, 0.8] {
            let (plain, corrected) = gaps(&light, share * top);
            assert!(plain > 0.003 && corrected.abs() < 0.002, "{share}: {plain} {corrected}");
        }
    }
}
