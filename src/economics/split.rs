//! Sharing what a project saves between the one who pays for it and the one it stands at.
//!
//! Under an energy-service contract (合同能源管理) an investor pays for the devices and keeps the
//! saving but for the host's share; a storage contract shares by years of operation, as in the
//! sequence 9:1, 8:2, 7:3.

use super::Operation;

/// The host's share in each year 1, 2, …: the steps in order, each for `years_per_step` years, the
/// last for all that follow.
pub fn host_shares(steps: &[f64], years_per_step: usize, years: usize) -> Vec<f64> {
    (0..years)
        .map(|year| {
            let step = year / years_per_step.max(1);
            steps.get(step).or(steps.last()).copied().unwrap_or(0.0)
        })
        .collect()
}

/// The investor's operation: revenue less what goes to the host.
pub fn without_host(operation: &[Operation], host: &[f64]) -> Vec<Operation> {
    operation
        .iter()
        .zip(host)
        .map(|(year, host)| Operation { revenue: year.revenue - host, ..*year })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 9:1 for two years, 8:2 for two, then 7:3.
    #[test]
    fn shares_follow_their_steps_and_stay_with_the_last() {
        assert_eq!(host_shares(&[0.1, 0.2, 0.3], 2, 7), [0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.3]);
        assert_eq!(host_shares(&[], 5, 2), [0.0, 0.0]);
    }

    #[test]
    fn what_the_host_gets_the_investor_does_not() {
        let year = Operation { revenue: 100.0, opex: 10.0, ..Operation::default() };
        assert_eq!(without_host(&[year], &[15.0]), [Operation { revenue: 85.0, ..year }]);
    }
}
