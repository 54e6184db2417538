//! Annuities.

/// Capital recovery factor: what a unit of investment costs per year over its life,
/// `r (1 + r)^n / ((1 + r)^n − 1)`, and `1/n` without interest. Payment stands at the year's end.
pub fn capital_recovery_factor(rate: f64, years: f64) -> f64 {
    if rate == 0.0 {
        return 1.0 / years;
    }
    // (1 + r)^n − 1 by expm1, exact also where r n is tiny.
    let growth = (years * rate.ln_1p()).exp_m1();
    rate * (growth + 1.0) / growth
}

/// Present value of a unit paid at the end of each of `years` years: the inverse of the capital
/// recovery factor.
pub fn annuity_value(rate: f64, years: f64) -> f64 {
    1.0 / capital_recovery_factor(rate, years)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: at 8 % over 25 years 0.08 · 6.848475 / 5.848475 = 0.0936788.
    #[test]
    fn the_factor_is_that_of_the_annuity_formula() {
        assert!((capital_recovery_factor(0.08, 25.0) - 0.093_678_8).abs() < 1e-7);
        assert_eq!(capital_recovery_factor(0.0, 20.0), 0.05);
        assert!((annuity_value(0.08, 25.0) - 10.674_776).abs() < 1e-6);
    }

    /// The limit of no interest is approached without a jump.
    #[test]
    fn a_tiny_rate_is_nearly_none() {
        assert!((capital_recovery_factor(1e-12, 20.0) - 0.05).abs() < 1e-12);
    }
}
