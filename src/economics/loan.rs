//! Loans repaid over whole years.

use super::annuity::capital_recovery_factor;
use super::plus;

/// How a loan is repaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoanKind {
    /// The same payment every year.
    #[default]
    Annuity,
    /// The same principal every year, interest on what is left.
    EqualPrincipal,
}

/// A loan drawn at year 0 and repaid from year 1 on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loan {
    /// What is lent.
    pub principal: f64,
    /// Interest per year on the balance at the year's start.
    pub rate: f64,
    /// Years of repayment.
    pub years: usize,
    /// How it is repaid.
    pub kind: LoanKind,
}

/// One year of a loan.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LoanYear {
    /// Interest paid.
    pub interest: f64,
    /// Principal paid back.
    pub principal: f64,
    /// What is owed at the year's end.
    pub balance: f64,
}

impl Loan {
    /// The years of repayment, first to last; empty for a loan of no years.
    pub fn schedule(&self) -> Vec<LoanYear> {
        let payment = self.principal * capital_recovery_factor(self.rate, self.years as f64);
        let mut balance = self.principal;
        (1..=self.years)
            .map(|year| {
                let interest = balance * self.rate;
                let principal = match self.kind {
                    // What rounding leaves is paid with the last rate.
                    _ if year == self.years => balance,
                    LoanKind::Annuity => payment - interest,
                    LoanKind::EqualPrincipal => self.principal / self.years as f64,
                };
                balance -= principal;
                LoanYear { interest: plus(interest), principal: plus(principal), balance: plus(balance) }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1,000 at 10 % over two years: 1,000 · 0.1 · 1.21 / 0.21 = 576.190476 a year; interest
    /// 100, then 52.380952 on 523.809524.
    #[test]
    fn an_annuity_pays_the_same_every_year() {
        let loan = Loan { principal: 1000.0, rate: 0.1, years: 2, kind: LoanKind::Annuity };
        let years = loan.schedule();
        assert!((years[0].interest - 100.0).abs() < 1e-9 && (years[0].balance - 523.809_524).abs() < 1e-6);
        assert!((years[1].interest - 52.380_952).abs() < 1e-6);
        for year in &years {
            assert!((year.interest + year.principal - 576.190_476).abs() < 1e-6);
        }
        assert_eq!(years[1].balance, 0.0);
    }

    /// By hand: 300 over three years at 10 %: 100 a year and 30, 20, 10 interest.
    #[test]
    fn equal_principal_pays_less_interest_every_year() {
        let loan = Loan { principal: 300.0, rate: 0.1, years: 3, kind: LoanKind::EqualPrincipal };
        let interest: Vec<f64> = loan.schedule().iter().map(|year| year.interest).collect();
        for (ours, expected) in interest.iter().zip([30.0, 20.0, 10.0]) {
            assert!((ours - expected).abs() < 1e-12);
        }
        assert!(loan.schedule().iter().all(|year| (year.principal - 100.0).abs() < 1e-12));
    }
}
