//! `[economics]` as plain terms.

use crate::economics::{Debt, LoanKind, Taxes};
use crate::park::project::EconomicTerms;
use crate::problem::Problem;
use crate::scenario::Table;

/// The terms of a scenario; what does not fit together is reported.
pub fn terms(table: &Table, problems: &mut Vec<Problem>) -> EconomicTerms {
    let number = |key: &str| table.required_number(key);
    let lifetime_years = number("lifetime_years") as usize;
    let loan_years = number("loan_years") as usize;
    let debt_share = number("debt_share");
    if debt_share > 0.0 && loan_years > lifetime_years {
        let message = format!("a loan of {loan_years} years in a project of {lifetime_years} is not repaid");
        problems.push(
            table
                .error("loan_years", "loan-longer-than-life", message)
                .hint(format!("write loan_years = {lifetime_years} or less, or a longer lifetime_years")),
        );
    }
    let storage_host_shares = table.numbers("storage_host_shares").unwrap_or(&[]).to_vec();
    EconomicTerms {
        discount_rate: number("discount_rate"),
        lifetime_years,
        taxes: Taxes {
            income_rate: number("income_tax_rate"),
            free_years: number("tax_free_years") as usize,
            half_years: number("half_tax_years") as usize,
            loss_carry_years: number("loss_carry_years") as usize,
            vat_rate: number("vat_rate"),
            opex_vat_rate: number("opex_vat_rate"),
            surtax_rate: number("surtax_rate"),
        },
        debt: Debt {
            share: debt_share,
            rate: number("loan_rate"),
            years: if debt_share > 0.0 { loan_years } else { 0 },
            kind: match table.text("loan_kind") {
                Some("equal-principal") => LoanKind::EqualPrincipal,
                _ => LoanKind::Annuity,
            },
        },
        depreciation_years: number("depreciation_years"),
        depreciation_residual: number("depreciation_residual"),
        price_growth: number("price_growth_per_year"),
        opex_growth: number("opex_growth_per_year"),
        degradation: table.flag("degradation"),
        host_share: table.number("host_share").or((!storage_host_shares.is_empty()).then_some(0.0)),
        storage_host_shares,
        storage_host_step_years: number("storage_host_step_years") as usize,
    }
}
