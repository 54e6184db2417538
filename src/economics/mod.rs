//! Money over a project's life: cash flows, rates of return, loans, taxes, levelised costs.
//!
//! Everything here is plain numbers in and out; no currency, no files.
//!
//! # Conventions
//! - A cash flow is a list by year: year 0 is the investment and is not discounted, year `t` stands
//!   at the end of the `t`-th year of operation and is divided by `(1 + r)^t`.
//! - Rates and prices are real unless every number given is nominal.
//! - Costs handed in are positive; flows handed out are positive when received.

mod annuity;
mod catalogue;
mod irr;
mod levelised;
mod lifetime;
mod loan;
mod payback;
mod split;
mod statement;

pub use annuity::{annuity_value, capital_recovery_factor};
pub use catalogue::{DeviceCosts, GeneratorCosts, LifeCosts, SizeCurve, device_costs};
pub use irr::{Irr, irr, modified_irr, npv};
pub use levelised::{Levelised, levelised};
pub use lifetime::{Purchase, purchases, residual_value};
pub use loan::{Loan, LoanKind, LoanYear};
pub use payback::{discounted_payback_years, payback_years};
pub use split::{host_shares, without_host};
pub use statement::{Asset, Debt, Operation, Statement, StatementYear, Taxes, statement};

/// Zero where a number is the negative zero, which no table should print.
fn plus(value: f64) -> f64 {
    value + 0.0
}
