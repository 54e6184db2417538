//! When a device is bought again within a project, and what is left of it at the end.

/// A purchase of a device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Purchase {
    /// When, years from the start; 0 is the investment.
    pub after_years: f64,
    /// Cost as a share of the investment.
    pub share: f64,
}

impl Purchase {
    /// The year of the cash flow it is paid in: the one it falls into.
    pub fn year(&self) -> usize {
        (self.after_years - 1e-9).ceil().max(0.0) as usize
    }
}

/// The purchases of a device in service from `start` (years from the project's start) to `end`: the
/// first, and a replacement whenever a life has passed, but none at the very end.
pub fn purchases(start: f64, end: f64, life_years: f64, replacement_share: f64) -> Vec<Purchase> {
    let mut bought = vec![Purchase { after_years: start, share: 1.0 }];
    let mut count = 1.0;
    while life_years > 0.0 && start + count * life_years < end - 1e-6 {
        bought.push(Purchase { after_years: start + count * life_years, share: replacement_share });
        count += 1.0;
    }
    bought
}

/// What is left at the end of a project, as a share of the investment: the last purchase in
/// proportion to the life it has left.
pub fn residual_value(bought: &[Purchase], end: f64, life_years: f64) -> f64 {
    let Some(last) = bought.last().filter(|last| last.after_years < end && life_years > 0.0) else {
        return 0.0;
    };
    last.share * (1.0 - (end - last.after_years) / life_years).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: a storage of 12 years in a project of 25 is bought at 0, 12 and 24; the last has
    /// 11 of 12 years left: 0.6 · 11/12 = 0.55 of the investment.
    #[test]
    fn what_outlives_the_project_is_worth_what_is_left_of_it() {
        let bought = purchases(0.0, 25.0, 12.0, 0.6);
        assert_eq!(bought.iter().map(Purchase::year).collect::<Vec<_>>(), [0, 12, 24]);
        assert!((residual_value(&bought, 25.0, 12.0) - 0.55).abs() < 1e-12);
        // 30 years of PV in 25: a sixth is left.
        assert!((residual_value(&purchases(0.0, 25.0, 30.0, 1.0), 25.0, 30.0) - 1.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_bought_at_the_very_end_and_nothing_is_left_of_a_life_that_ends_then() {
        let bought = purchases(0.0, 24.0, 12.0, 0.6);
        assert_eq!(bought.len(), 2);
        assert_eq!(residual_value(&bought, 24.0, 12.0), 0.0);
    }

    /// A life of 11.3 years ends in the twelfth year of the cash flow.
    #[test]
    fn a_replacement_is_paid_in_the_year_it_falls_into() {
        assert_eq!(purchases(0.0, 20.0, 11.3, 1.0)[1].year(), 12);
        assert_eq!(purchases(3.0, 20.0, 10.0, 1.0).iter().map(Purchase::year).collect::<Vec<_>>(), [3, 13]);
    }
}
