//! Annual capital.

/// Capital recovery factor: what a unit of investment costs per year over its life,
/// `r (1 + r)^n / ((1 + r)^n − 1)`, and `1/n` without interest.
pub fn capital_recovery_factor(rate: f64, years: f64) -> f64 {
    if rate == 0.0 {
        return 1.0 / years;
    }
    let growth = (1.0 + rate).powf(years);
    rate * growth / (growth - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: at 8 % over 25 years 0.08 · 6.848475 / 5.848475 = 0.0936788.
    #[test]
    fn the_factor_is_that_of_the_annuity_formula() {
        assert!((capital_recovery_factor(0.08, 25.0) - 0.093_678_8).abs() < 1e-7);
        assert_eq!(capital_recovery_factor(0.0, 20.0), 0.05);
    }
}
