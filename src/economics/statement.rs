//! The yearly statement of a project: depreciation, loan, VAT, surtax, income tax, and the cash
//! flow of the project and of its owners.

use super::loan::{Loan, LoanKind, LoanYear};
use super::plus;

/// Taxes of a project.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Taxes {
    /// Income tax.
    pub income_rate: f64,
    /// First years with revenue that are free of income tax.
    pub free_years: usize,
    /// Years after them at half the rate.
    pub half_years: usize,
    /// Years after a loss in which it may be set off.
    pub loss_carry_years: usize,
    /// VAT within revenue, investment and replacements; they are given with it.
    pub vat_rate: f64,
    /// VAT within operation and maintenance.
    pub opex_vat_rate: f64,
    /// Surcharges on the VAT paid (urban construction, education).
    pub surtax_rate: f64,
}

/// How the investment of year 0 is financed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Debt {
    /// Lent share of the investment.
    pub share: f64,
    /// Interest per year.
    pub rate: f64,
    /// Years of repayment.
    pub years: usize,
    /// How it is repaid.
    pub kind: LoanKind,
}

/// Something that is bought and written off in a straight line.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Asset {
    /// Investment, VAT included.
    pub capex: f64,
    /// Year of the cash flow in which it is paid; written off from the next year on.
    pub year: usize,
    /// Years over which it is written off; 0 is not at all.
    pub depreciation_years: f64,
    /// Share that is not written off.
    pub residual_share: f64,
}

/// One year of operation, VAT included; costs are positive.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Operation {
    /// What is saved or earned.
    pub revenue: f64,
    /// Operation and maintenance.
    pub opex: f64,
    /// Replacements and augmentation; expensed in their year.
    pub replacement: f64,
    /// What is left at the end; untaxed.
    pub salvage: f64,
}

/// One year of the statement. Costs are positive, cash flows are positive when received.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StatementYear {
    /// Year, 0 is the investment.
    pub year: usize,
    /// Investment.
    pub capex: f64,
    /// As in [`Operation`].
    pub revenue: f64,
    /// As in [`Operation`].
    pub opex: f64,
    /// As in [`Operation`].
    pub replacement: f64,
    /// As in [`Operation`].
    pub salvage: f64,
    /// Written off.
    pub depreciation: f64,
    /// Interest.
    pub interest: f64,
    /// Principal paid back.
    pub principal: f64,
    /// Owed at the year's end.
    pub loan_balance: f64,
    /// VAT paid: output less input and credit, not below 0.
    pub vat: f64,
    /// Input VAT not yet set off at the year's end.
    pub vat_credit: f64,
    /// Surcharges on VAT.
    pub surtax: f64,
    /// Profit before income tax.
    pub pretax_profit: f64,
    /// Losses of earlier years set off.
    pub loss_used: f64,
    /// Profit that is taxed.
    pub taxable: f64,
    /// Rate it is taxed at.
    pub tax_rate: f64,
    /// Income tax.
    pub tax: f64,
    /// Cash flow of the project before all taxes.
    pub pretax_cash_flow: f64,
    /// Cash flow of the project after taxes, before debt.
    pub project_cash_flow: f64,
    /// Cash flow of the owners: after debt service.
    pub equity_cash_flow: f64,
}

/// The statement of all years, from year 0 on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Statement {
    /// The years.
    pub years: Vec<StatementYear>,
}

impl Statement {
    /// A column of the statement.
    pub fn column(&self, get: fn(&StatementYear) -> f64) -> Vec<f64> {
        self.years.iter().map(get).collect()
    }

    /// Debt service cover: project cash flow over interest and principal, in each year with service.
    pub fn debt_service_cover(&self) -> Vec<f64> {
        let service = |year: &StatementYear| year.interest + year.principal;
        let years = self.years.iter().filter(|year| service(year) > 0.0);
        years.map(|year| year.project_cash_flow / service(year)).collect()
    }
}

/// VAT within an amount.
fn vat_within(amount: f64, rate: f64) -> f64 {
    amount * rate / (1.0 + rate)
}

/// The statement of a project; `operation` holds the years 1, 2, ….
///
/// - VAT: `max(0, output − input − credit)`; the input of investments, replacements and operation is
///   credited and carried forward without limit; what is left at the end is lost.
/// - Profit is without VAT: revenue − opex − depreciation − interest − replacements − surtax.
/// - Losses are carried forward `loss_carry_years`, oldest first.
/// - The tax-free years begin with the first year of revenue.
/// - The loan is drawn on the investment of year 0; later investments are the owners' own. Income
///   tax is after interest in both views.
pub fn statement(operation: &[Operation], assets: &[Asset], taxes: &Taxes, debt: &Debt) -> Statement {
    let invested = |year: usize| -> f64 {
        assets.iter().filter(|asset| asset.year == year).map(|asset| asset.capex).sum()
    };
    let first_capex = invested(0);
    let loan =
        Loan { principal: debt.share * first_capex, rate: debt.rate, years: debt.years, kind: debt.kind };
    let loan_years = loan.schedule();
    let borrowed = if debt.years > 0 { loan.principal } else { 0.0 };
    let mut vat_credit = vat_within(first_capex, taxes.vat_rate);
    let mut years = vec![StatementYear {
        capex: first_capex,
        loan_balance: borrowed,
        vat_credit,
        pretax_cash_flow: plus(-first_capex),
        project_cash_flow: plus(-first_capex),
        equity_cash_flow: plus(borrowed - first_capex),
        ..StatementYear::default()
    }];
    let first_revenue = 1 + operation.iter().position(|year| year.revenue > 0.0).unwrap_or(operation.len());
    let mut losses: Vec<(usize, f64)> = Vec::new();
    for (year, flow) in (1..).zip(operation) {
        let capex = invested(year);
        let LoanYear { interest, principal, balance } =
            loan_years.get(year - 1).filter(|_| borrowed != 0.0).copied().unwrap_or_default();
        let output = vat_within(flow.revenue, taxes.vat_rate);
        let opex_vat = vat_within(flow.opex, taxes.opex_vat_rate);
        let replacement_vat = vat_within(flow.replacement, taxes.vat_rate);
        let due = output - opex_vat - replacement_vat - vat_within(capex, taxes.vat_rate) - vat_credit;
        let vat = due.max(0.0);
        vat_credit = (-due).max(0.0);
        let surtax = vat * taxes.surtax_rate;
        let depreciation = assets.iter().map(|asset| written_off(asset, year, taxes.vat_rate)).sum::<f64>();
        let pretax_profit = (flow.revenue - output)
            - (flow.opex - opex_vat)
            - (flow.replacement - replacement_vat)
            - depreciation
            - interest
            - surtax;
        losses.retain(|(made, _)| year <= made + taxes.loss_carry_years);
        let loss_used = set_off(&mut losses, year, pretax_profit);
        let taxable = (pretax_profit - loss_used).max(0.0);
        let tax_rate = rate_of(year, first_revenue, taxes);
        let tax = taxable * tax_rate;
        let pretax_cash_flow = flow.revenue - flow.opex - flow.replacement - capex + flow.salvage;
        let project_cash_flow = pretax_cash_flow - vat - surtax - tax;
        years.push(StatementYear {
            year,
            capex,
            revenue: flow.revenue,
            opex: flow.opex,
            replacement: flow.replacement,
            salvage: flow.salvage,
            depreciation,
            interest,
            principal,
            loan_balance: balance,
            vat,
            vat_credit,
            surtax,
            pretax_profit,
            loss_used,
            taxable,
            tax_rate,
            tax,
            pretax_cash_flow,
            project_cash_flow,
            equity_cash_flow: project_cash_flow - interest - principal,
        });
    }
    Statement { years }
}

/// What an asset loses in a year, without VAT; the last year may be a part of one.
fn written_off(asset: &Asset, year: usize, vat_rate: f64) -> f64 {
    if year <= asset.year || asset.depreciation_years <= 0.0 {
        return 0.0;
    }
    let part = (asset.depreciation_years - (year - asset.year - 1) as f64).clamp(0.0, 1.0);
    asset.capex / (1.0 + vat_rate) * (1.0 - asset.residual_share) / asset.depreciation_years * part
}

/// Sets a profit off against losses, oldest first; a loss is put on the list.
fn set_off(losses: &mut Vec<(usize, f64)>, year: usize, profit: f64) -> f64 {
    if profit < 0.0 {
        losses.push((year, -profit));
        return 0.0;
    }
    let mut left = profit;
    for (_, loss) in losses.iter_mut() {
        let used = loss.min(left);
        *loss -= used;
        left -= used;
    }
    losses.retain(|(_, loss)| *loss > 0.0);
    profit - left
}

fn rate_of(year: usize, first_revenue: usize, taxes: &Taxes) -> f64 {
    match year.saturating_sub(first_revenue) {
        since if since < taxes.free_years => 0.0,
        since if since < taxes.free_years + taxes.half_years => 0.5 * taxes.income_rate,
        _ => taxes.income_rate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_DEBT: Debt = Debt { share: 0.0, rate: 0.0, years: 0, kind: LoanKind::Annuity };

    fn asset(capex: f64, depreciation_years: f64) -> Asset {
        Asset { capex, year: 0, depreciation_years, residual_share: 0.0 }
    }

    fn earning(revenue: f64, opex: f64) -> Operation {
        Operation { revenue, opex, ..Operation::default() }
    }

    /// By hand: 226 with 13 % VAT holds 26 of input. Revenue 113 holds 13 of output: the first two
    /// years use the credit of 26, the third pays 13, and 12 % surtax on it: 1.56.
    #[test]
    fn the_vat_of_the_investment_is_set_off_before_any_is_paid() {
        let taxes = Taxes { vat_rate: 0.13, surtax_rate: 0.12, ..Taxes::default() };
        let found = statement(&[earning(113.0, 0.0); 3], &[asset(226.0, 10.0)], &taxes, &NO_DEBT);
        let near = |ours: f64, expected: f64| assert!((ours - expected).abs() < 1e-9, "{ours} {expected}");
        near(found.years[0].vat_credit, 26.0);
        near(found.years[1].vat_credit, 13.0);
        near(found.years[2].vat, 0.0);
        near(found.years[3].vat, 13.0);
        near(found.years[3].surtax, 1.56);
        near(found.years[3].project_cash_flow, 113.0 - 14.56);
        // Written off without VAT: 200 over 10 years.
        near(found.years[3].depreciation, 20.0);
        near(found.years[3].pretax_profit, 100.0 - 20.0 - 1.56);
    }

    /// By hand: VAT of operation at 6 %: 106 holds 6, so of 13 output 7 are paid.
    #[test]
    fn the_vat_of_operation_has_its_own_rate() {
        let taxes = Taxes { vat_rate: 0.13, opex_vat_rate: 0.06, ..Taxes::default() };
        let found = statement(&[earning(113.0, 106.0)], &[], &taxes, &NO_DEBT);
        assert!((found.years[1].vat - 7.0).abs() < 1e-9);
        assert!(found.years[1].pretax_profit.abs() < 1e-9);
    }

    /// By hand: a loss of 50 in year 1 may be set off in years 2 and 3 only; year 2 earns 10, year 3
    /// earns 15, year 4 earns 40 and pays on all of it.
    #[test]
    fn losses_lapse_after_their_years() {
        let taxes = Taxes { income_rate: 0.25, loss_carry_years: 2, ..Taxes::default() };
        let flows = [earning(0.0, 50.0), earning(10.0, 0.0), earning(15.0, 0.0), earning(40.0, 0.0)];
        let found = statement(&flows, &[], &taxes, &NO_DEBT);
        assert_eq!(found.column(|year| year.loss_used), [0.0, 0.0, 10.0, 15.0, 0.0]);
        assert_eq!(found.column(|year| year.tax), [0.0, 0.0, 0.0, 0.0, 10.0]);
    }

    /// Three years free and three at half begin with the first year that earns.
    #[test]
    fn the_holiday_begins_with_the_first_revenue() {
        let taxes = Taxes { income_rate: 0.25, free_years: 3, half_years: 3, ..Taxes::default() };
        let mut flows = vec![earning(100.0, 0.0); 9];
        flows[0].revenue = 0.0;
        let found = statement(&flows, &[], &taxes, &NO_DEBT);
        let rates = found.column(|year| year.tax_rate);
        assert_eq!(rates[2..], [0.0, 0.0, 0.0, 0.125, 0.125, 0.125, 0.25, 0.25]);
    }

    /// By hand: 1,000, of which 700 lent at 10 % for one year: 770 of service against 900 of cash.
    #[test]
    fn debt_service_cover_is_cash_over_service() {
        let debt = Debt { share: 0.7, rate: 0.1, years: 1, kind: LoanKind::Annuity };
        let found = statement(&[earning(900.0, 0.0); 2], &[asset(1000.0, 0.0)], &Taxes::default(), &debt);
        assert!((found.debt_service_cover()[0] - 900.0 / 770.0).abs() < 1e-12);
        assert_eq!(found.debt_service_cover().len(), 1);
        assert!((found.years[0].equity_cash_flow + 300.0).abs() < 1e-9);
        assert!((found.years[1].equity_cash_flow - 130.0).abs() < 1e-9);
    }

    /// By hand: 100 over 2.5 years: 40, 40, 20, then nothing; one bought in year 2 begins in year 3.
    #[test]
    fn a_part_of_a_year_is_written_off_last() {
        let later = Asset { year: 2, ..asset(100.0, 2.5) };
        let found = statement(&[earning(0.0, 0.0); 6], &[asset(100.0, 2.5)], &Taxes::default(), &NO_DEBT);
        assert_eq!(found.column(|year| year.depreciation), [0.0, 40.0, 40.0, 20.0, 0.0, 0.0, 0.0]);
        let found = statement(&[earning(0.0, 0.0); 6], &[later], &Taxes::default(), &NO_DEBT);
        assert_eq!(found.column(|year| year.depreciation), [0.0, 0.0, 0.0, 40.0, 40.0, 20.0, 0.0]);
        assert_eq!(found.years[2].project_cash_flow, -100.0);
    }
}
