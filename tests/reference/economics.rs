//! Cash flows, annuities, levelised costs, and taxed projects against numpy-financial, exact
//! decimals and SAM.

use serde_json::Value;
use zeropark::economics::{
    Asset, Debt, Irr, Loan, LoanKind, Operation, Statement, StatementYear, Taxes, annuity_value,
    capital_recovery_factor, discounted_payback_years, irr, levelised, modified_irr, npv, payback_years,
    statement,
};

use crate::harness::Suite;

#[test]
fn money_over_a_projects_life_matches_independent_arithmetic() {
    let mut suite = Suite::open("economics");
    for file in suite.files("cash_flow_metrics", ".json") {
        for case in list(&suite.json(&file)) {
            cash_flow(&mut suite, case);
        }
    }
    for file in suite.files("annuity", ".json") {
        for case in list(&suite.json(&file)) {
            annuity(&mut suite, case);
        }
    }
    for file in suite.files("lcoe", ".json") {
        for (index, case) in list(&suite.json(&file)).iter().enumerate() {
            lcoe(&mut suite, &format!("lcoe {index}"), case);
        }
    }
    for file in suite.files("project_tax", ".json") {
        for case in list(&suite.json(&file)) {
            project(&mut suite, case);
        }
    }
    for file in suite.files("cashloan", ".json") {
        let case = suite.json(&file);
        cashloan(&mut suite, &case);
    }
    suite.finish();
}

/// A column of the statement.
type Column = fn(&StatementYear) -> f64;

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn count(value: &Value, key: &str) -> usize {
    number(value, key) as usize
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn numbers(value: &Value, key: &str) -> Vec<f64> {
    list(&value[key]).iter().map(|item| item.as_f64().expect("a number")).collect()
}

/// Compares a value that may be none.
fn optional(
    suite: &mut Suite,
    case: &str,
    column: &str,
    tolerance: &str,
    ours: Option<f64>,
    expected: &Value,
) {
    suite.require(case, column, ours.is_some() == expected.is_number(), &format!("{ours:?} or {expected}"));
    suite.compare(case, column, tolerance, ours.zip(expected.as_f64()));
}

fn cash_flow(suite: &mut Suite, case: &Value) {
    let name = text(case, "name");
    let flows = numbers(case, "cash_flows");
    for (rate, expected) in case["npv"].as_object().expect("rates") {
        let rate = rate.parse().expect("a rate");
        suite.compare(name, "npv", "npv", [(npv(rate, &flows), expected.as_f64().expect("a number"))]);
    }
    let found = irr(&flows);
    match case["all_real_irr"].as_array() {
        None => suite.require(name, "irr", found == Irr::Every, "every rate would do"),
        Some(rates) => {
            let rates: Vec<f64> = rates.iter().filter_map(Value::as_f64).collect();
            suite.require(
                name,
                "irr",
                found.roots().len() == rates.len(),
                &format!("{found:?} or {rates:?}"),
            );
            suite.require(name, "irr", found.unique().is_some() == (rates.len() == 1), "one rate only");
            suite.compare(name, "irr", "irr", found.roots().iter().copied().zip(rates));
        }
    }
    let modified = modified_irr(&flows, 0.08, 0.05);
    optional(suite, name, "mirr", "irr", modified, &case["mirr_finance_8_reinvest_5"]);
    optional(suite, name, "payback", "payback", payback_years(&flows), &case["simple_payback_years"]);
    let discounted = discounted_payback_years(0.08, &flows);
    optional(suite, name, "discounted_payback", "payback", discounted, &case["discounted_payback_years_8"]);
}

fn annuity(suite: &mut Suite, case: &Value) {
    let (rate, years) = (number(case, "rate"), count(case, "years"));
    let name = format!("annuity {rate} {years}");
    let loan = Loan { principal: 1.0, rate, years, kind: LoanKind::Annuity }.schedule();
    let interest: f64 = loan.iter().map(|year| year.interest).sum();
    for (column, ours) in [
        ("crf", capital_recovery_factor(rate, years as f64)),
        ("pv_annuity_factor", annuity_value(rate, years as f64)),
        ("loan_interest_year1", loan[0].interest),
        ("loan_principal_year1", loan[0].principal),
        ("total_interest_per_unit", interest),
    ] {
        suite.compare(&name, column, "annuity", [(ours, number(case, column))]);
    }
}

/// The sum of the README: costs and energy by year.
fn lcoe(suite: &mut Suite, name: &str, case: &Value) {
    let years = count(case, "years");
    let grown = |first: f64, growth: f64, year: usize| first * (1.0 + growth).powi(year as i32 - 1);
    let (mut costs, mut energy) = (vec![number(case, "capex")], vec![0.0]);
    for year in 1..=years {
        let replacement = case["replacements"][year.to_string()].as_f64().unwrap_or(0.0);
        let salvage = if year == years { number(case, "salvage_end") } else { 0.0 };
        costs.push(
            grown(number(case, "opex_year1"), number(case, "opex_escalation"), year) + replacement - salvage,
        );
        energy.push(grown(number(case, "energy_year1_kwh"), -number(case, "degradation_per_year"), year));
    }
    let found = levelised(number(case, "discount_rate"), &costs, &energy);
    suite.compare(name, "pv_cost", "lcoe", [(found.cost, number(case, "pv_cost"))]);
    suite.compare(name, "pv_energy_kwh", "lcoe", [(found.energy_kwh, number(case, "pv_energy_kwh"))]);
    let per_kwh = found.per_kwh().expect("there is energy");
    suite.compare(name, "lcoe_per_kwh", "lcoe", [(per_kwh, number(case, "lcoe_per_kwh"))]);
}

/// The project of a case, by the engine.
fn built(inputs: &Value) -> Statement {
    let years = count(inputs, "years");
    let grown = |key: &str, growth: &str, year: usize| {
        number(inputs, key) * (1.0 + number(inputs, growth)).powi(year as i32 - 1)
    };
    let operation: Vec<Operation> = (1..=years)
        .map(|year| Operation {
            revenue: grown("revenue_year1", "revenue_growth", year),
            opex: grown("opex_year1", "opex_growth", year),
            replacement: inputs["replacements"][year.to_string()].as_f64().unwrap_or(0.0),
            salvage: if year == years { number(inputs, "salvage_end") } else { 0.0 },
        })
        .collect();
    let asset = Asset {
        capex: number(inputs, "capex"),
        year: 0,
        depreciation_years: number(inputs, "depreciation_years"),
        residual_share: number(inputs, "residual_share"),
    };
    let taxes = Taxes {
        income_rate: number(inputs, "tax_rate"),
        free_years: count(inputs, "tax_free_years"),
        half_years: count(inputs, "half_tax_years"),
        loss_carry_years: count(inputs, "loss_carry_years"),
        ..Taxes::default()
    };
    let debt = Debt {
        share: number(inputs, "debt_share"),
        rate: number(inputs, "loan_rate"),
        years: count(inputs, "loan_years"),
        kind: match text(inputs, "loan_kind") {
            "equal_principal" => LoanKind::EqualPrincipal,
            _ => LoanKind::Annuity,
        },
    };
    statement(&operation, &[asset], &taxes, &debt)
}

fn project(suite: &mut Suite, case: &Value) {
    let name = text(case, "name");
    let found = built(&case["inputs"]);
    let rows = list(&case["rows"]);
    suite.require(name, "rows", found.years.len() == rows.len() + 1, "a row for every year");
    let columns: &[(&str, Column)] = &[
        ("revenue", |year| year.revenue),
        ("opex", |year| year.opex),
        ("replacement", |year| year.replacement),
        ("depreciation", |year| year.depreciation),
        ("interest", |year| year.interest),
        ("principal", |year| year.principal),
        ("loan_balance", |year| year.loan_balance),
        ("pretax_profit", |year| year.pretax_profit),
        ("loss_used", |year| year.loss_used),
        ("taxable", |year| year.taxable),
        ("tax_rate", |year| year.tax_rate),
        ("tax", |year| year.tax),
        ("salvage", |year| year.salvage),
        ("project_cash_flow", |year| year.project_cash_flow),
        ("equity_cash_flow", |year| year.equity_cash_flow),
    ];
    for (column, get) in columns {
        let pairs = found.years[1..].iter().zip(rows).map(|(year, row)| (get(year), number(row, column)));
        suite.compare(name, column, "table", pairs);
    }
    let rate = number(&case["inputs"], "discount_rate");
    for (view, flows) in [
        ("pretax_project", found.column(|year| year.pretax_cash_flow)),
        ("project", found.column(|year| year.project_cash_flow)),
        ("equity", found.column(|year| year.equity_cash_flow)),
    ] {
        let expected = &case[view];
        suite.compare(name, &format!("{view} npv"), "npv", [(npv(rate, &flows), number(expected, "npv"))]);
        optional(suite, name, &format!("{view} irr"), "irr", irr(&flows).unique(), &expected["irr"]);
        let back = payback_years(&flows);
        optional(suite, name, &format!("{view} payback"), "payback", back, &expected["payback"]);
        if let Some(expected) = expected.get("discounted_payback") {
            let back = discounted_payback_years(rate, &flows);
            optional(suite, name, &format!("{view} discounted payback"), "payback", back, expected);
        }
    }
}

fn cashloan(suite: &mut Suite, case: &Value) {
    let inputs = &case["inputs"];
    let rate = number(inputs, "rate");
    let (capex, opex) = (number(inputs, "capex"), number(inputs, "opex"));
    let year = Operation { revenue: number(inputs, "savings"), opex, ..Operation::default() };
    let years = vec![year; count(inputs, "years")];
    let asset = Asset { capex, ..Asset::default() };
    let found = statement(&years, &[asset], &Taxes::default(), &Debt::default());
    let flows = found.column(|year| year.project_cash_flow);
    let costs = found.column(|year| year.capex + year.opex);
    let mut energy = vec![number(inputs, "energy_kwh"); years.len() + 1];
    energy[0] = 0.0;
    let lcoe = levelised(rate, &costs, &energy).per_kwh().expect("there is energy");
    for (source, lcoe_key, tolerance) in [("sam", "lcoe_real_per_kwh", "sam"), ("own", "lcoe", "lcoe")] {
        let expected = &case[source];
        suite.compare(source, "npv", tolerance, [(npv(rate, &flows), number(expected, "npv"))]);
        suite.compare(source, "lcoe", tolerance, [(lcoe, number(expected, lcoe_key))]);
        let back = [
            ("payback", payback_years(&flows)),
            ("discounted_payback", discounted_payback_years(rate, &flows)),
        ];
        for (column, ours) in back {
            optional(suite, source, column, "payback", ours, &expected[column]);
        }
    }
}
