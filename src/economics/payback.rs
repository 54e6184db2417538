//! When an investment is back.

/// First time at which the cumulated flow is back at zero after having been negative, years, linear
/// within the year; 0 where it never is negative, none where it never comes back.
pub fn payback_years(flows: &[f64]) -> Option<f64> {
    let mut sum: f64 = 0.0;
    let mut was_negative = false;
    for (year, flow) in flows.iter().enumerate() {
        let before = sum;
        sum += flow;
        if sum < 0.0 {
            was_negative = true;
        } else if was_negative {
            // The year began below zero: it lacked −before of this year's flow.
            return Some(year as f64 - 1.0 - before / flow);
        }
    }
    (!was_negative).then_some(0.0)
}

/// [`payback_years`] of the discounted flow.
pub fn discounted_payback_years(rate: f64, flows: &[f64]) -> Option<f64> {
    let discounted: Vec<f64> =
        flows.iter().enumerate().map(|(year, flow)| flow / (1.0 + rate).powi(year as i32)).collect();
    payback_years(&discounted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: −100, then 40 a year: after two years −20, half of the third year: 2.5.
    #[test]
    fn the_year_of_return_is_shared_out() {
        assert_eq!(payback_years(&[-100.0, 40.0, 40.0, 40.0]), Some(2.5));
        assert_eq!(payback_years(&[-100.0, 40.0]), None);
        assert_eq!(payback_years(&[5.0, 1.0]), Some(0.0));
        // Exactly at the end of a year.
        assert_eq!(payback_years(&[-80.0, 40.0, 40.0, 40.0]), Some(2.0));
    }

    /// By hand: at 10 % 60 and 60 are worth 54.5455 and 49.5868: 1 + 45.4545 / 49.5868 = 1.91667.
    #[test]
    fn discounting_makes_it_later() {
        let years = discounted_payback_years(0.1, &[-100.0, 60.0, 60.0]).expect("comes back");
        assert!((years - 1.916_666_7).abs() < 1e-6, "{years}");
    }
}
