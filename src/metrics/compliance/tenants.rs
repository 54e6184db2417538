//! Hourly green power of a park shared out among its users, as 发改办能源〔2026〕688 asks of direct
//! connections with several users.
//!
//! What own plants and direct lines bring in a step, itself or from storage, is shared out in that step
//! alone. The rest of the park (charging, losses, loads of no tenant) is one more user, so that the
//! shares of a step add up to what there was.

use serde::Serialize;

/// How green power is shared out.
#[derive(Debug, Clone, PartialEq)]
pub enum Allocation {
    /// By what each user draws in the step.
    ByUse,
    /// By contract: to each user its share of what there is, as far as it draws that much; what is left
    /// goes to those who still draw, by what they still draw.
    ByContract(Vec<f64>),
}

/// Green power of each user in each step, in the unit of the series.
///
/// `uses` are the users' draws. They add up to at least `green` in each step; where they do not, what
/// nobody draws is left out.
///
/// # Panics
/// If the series differ in length, or contracts and users in number.
pub fn allocate(green: &[f64], uses: &[&[f64]], how: &Allocation) -> Vec<Vec<f64>> {
    assert!(uses.iter().all(|series| series.len() == green.len()), "one value per step");
    let mut shared = vec![vec![0.0; green.len()]; uses.len()];
    for (step, &there) in green.iter().enumerate() {
        let mut left = there;
        if let Allocation::ByContract(shares) = how {
            assert_eq!(shares.len(), uses.len(), "one share per user");
            for ((series, draws), share) in shared.iter_mut().zip(uses).zip(shares) {
                series[step] = (there * share).min(draws[step].max(0.0));
                left -= series[step];
            }
        }
        let open = |series: &[f64], draws: &[f64]| (draws[step] - series[step]).max(0.0);
        let wanted: f64 = shared.iter().zip(uses).map(|(series, draws)| open(series, draws)).sum();
        let factor = if wanted > 0.0 { (left / wanted).clamp(0.0, 1.0) } else { 0.0 };
        for (series, draws) in shared.iter_mut().zip(uses) {
            series[step] += open(series, draws) * factor;
        }
    }
    shared
}

/// A tenant's year.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TenantYear {
    /// Name; `common` for what belongs to no tenant.
    pub name: String,
    /// What it draws, kWh.
    pub used_kwh: f64,
    /// Green power it was allotted, step by step, kWh.
    pub green_kwh: f64,
    /// Green over drawn.
    pub green_share: Option<f64>,
    /// Fuel, heat and process that are its own, t.
    pub scope1_t: f64,
    /// Its part of the park's market-based tonnes, by what it draws beyond its green power, t.
    pub market_based_t: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: of 60 green, users that draw 30 and 90 get 15 and 45. With contracts for half each, the
    /// first gets its 30, the second 30; with three quarters and a quarter, 30 (all it draws) and 15, and
    /// the 15 left go to the second.
    #[test]
    fn shares_follow_use_or_contract() {
        let (green, uses): ([f64; 1], [&[f64]; 2]) = ([60.0], [&[30.0], &[90.0]]);
        let of = |how: &Allocation| {
            let shared = allocate(&green, &uses, how);
            [shared[0][0], shared[1][0]]
        };
        assert_eq!(of(&Allocation::ByUse), [15.0, 45.0]);
        assert_eq!(of(&Allocation::ByContract(vec![0.5, 0.5])), [30.0, 30.0]);
        assert_eq!(of(&Allocation::ByContract(vec![0.75, 0.25])), [30.0, 30.0]);
        assert_eq!(of(&Allocation::ByContract(vec![0.25, 0.25])), [15.0 + 30.0 / 6.0, 15.0 + 150.0 / 6.0]);
        assert_eq!(allocate(&[200.0], &uses, &Allocation::ByUse), [vec![30.0], vec![90.0]]);
    }

    proptest::proptest! {
        /// Nobody gets more than it draws, and what is shared out is what there was.
        #[test]
        fn the_shares_of_a_step_add_up(
            draws in proptest::collection::vec(0.0..100.0_f64, 1..5),
            fill in 0.0..=1.0_f64,
            weights in proptest::collection::vec(0.0..1.0_f64, 5),
        ) {
            let there = draws.iter().sum::<f64>() * fill;
            let series: Vec<[f64; 1]> = draws.iter().map(|draw| [*draw]).collect();
            let uses: Vec<&[f64]> = series.iter().map(|draw| draw.as_slice()).collect();
            let total: f64 = weights[..draws.len()].iter().sum::<f64>().max(1e-9);
            let contracts = weights[..draws.len()].iter().map(|weight| weight / total).collect();
            for how in [Allocation::ByUse, Allocation::ByContract(contracts)] {
                let shared = allocate(&[there], &uses, &how);
                let sum: f64 = shared.iter().map(|series| series[0]).sum();
                proptest::prop_assert!((sum - there).abs() <= 1e-9 * there.max(1.0), "{how:?}: {sum} of {there}");
                for (series, draw) in shared.iter().zip(&draws) {
                    proptest::prop_assert!(series[0] >= 0.0 && series[0] <= draw * (1.0 + 1e-12) + 1e-12);
                }
            }
        }
    }
}
