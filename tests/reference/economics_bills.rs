//! Bills of whole years against own arithmetic confirmed by SAM's utility rates: the tariff laid
//! over the year, the meter of the year loop, the bill.

use serde_json::Value;
use zeropark::dispatch::Band as RuleBand;
use zeropark::dispatch::{AccountSeries, GridLimits, Ledger, Steering, YearInputs, YearResult, run_year};
use zeropark::tariff::{
    Band, BandPrice, BillExtras, CompiledTariff, Days, DemandCharge, HourRange, Months, Rule, Tariff,
};
use zeropark::time::{Axis, Calendar, Zone};

use crate::harness::{Suite, Table, case_name};

#[test]
fn bills_match_own_arithmetic_and_sam() {
    let mut suite = Suite::open("economics");
    for file in suite.files("bill_", ".json") {
        let case = case_name(&file);
        let json = suite.json(&file);
        let series = suite.files(&format!("{case}."), ".csv");
        let table = Table::read(series.first().unwrap_or_else(|| panic!("{case} has no series")));
        compare(&mut suite, &case, &json, &table);
    }
    suite.finish();
}

fn number(json: &Value, key: &str) -> f64 {
    json[key].as_f64().unwrap_or_else(|| panic!("{key} is no number"))
}

/// Rules of a period: its hours in each month, on weekdays and at weekends.
fn rules(json: &Value, period: usize) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (key, days) in
        [("period_by_month_hour_weekday", "workday"), ("period_by_month_hour_weekend", "weekend")]
    {
        for month in 0..12 {
            let hours: Vec<HourRange> = (0..24)
                .filter(|hour| json[key][month][hour].as_u64() == Some(period as u64 + 1))
                .map(|hour| HourRange { start_minute: hour as u16 * 60, end_minute: hour as u16 * 60 + 60 })
                .collect();
            if !hours.is_empty() {
                let months = Months::of(&[month as u32 + 1]).expect("is a month");
                rules.push(Rule {
                    months,
                    days: Days::of(&[days]).expect("is a word"),
                    ..Rule::hours(&hours)
                });
            }
        }
    }
    rules
}

fn tariff(json: &Value) -> Tariff {
    let prices = json["prices_per_kwh"].as_array().expect("prices");
    let price = |value: &Value| value.as_f64().expect("a price");
    let bands = prices.iter().enumerate().map(|(period, value)| Band {
        name: format!("period {}", period + 1),
        price: BandPrice::PerKwh(price(value).into()),
        export_price_per_kwh: None,
        rules: rules(json, period),
    });
    let mut demand = vec![DemandCharge::flat(number(json, "flat_demand_price_per_kw_month"))];
    for (period, value) in json["tou_demand_price_per_kw_month"].as_array().into_iter().flatten().enumerate()
    {
        demand.push(DemandCharge { rules: rules(json, period), ..DemandCharge::flat(price(value)) });
    }
    Tariff {
        import_price_per_kwh: None,
        bands: bands.filter(|band| !band.rules.is_empty()).collect(),
        export_price_per_kwh: number(json, "sell_price_per_kwh").into(),
        demand,
        fixed_charge_per_month: number(json, "fixed_charge_per_month"),
        ..Tariff::flat(0.0)
    }
}

fn simulate(compiled: &CompiledTariff, load_kw: &[f64], pv_kw: &[f64]) -> YearResult {
    let inputs = YearInputs {
        step_h: compiled.axis.step_h(),
        segments: &compiled.segments,
        layout: compiled.layout,
        demand_kw: load_kw,
        pv_kw,
        wind_kw: &[],
        storages: &[],
        fleets: &[],
        limits: GridLimits { import_kw: f64::INFINITY, export_kw: f64::INFINITY },
        series: AccountSeries::default(),
    };
    run_year(&inputs, Steering::Rule(&[RuleBand::new(0.0, 0.0)]), &mut Ledger::default())
}

fn compare(suite: &mut Suite, case: &str, json: &Value, table: &Table) {
    let axis = Axis { year: 2001, step_minutes: 60, utc_offset_minutes: 0 };
    let calendar = Calendar::new(axis, &Zone::parse("+00:00").expect("an offset"), false).0;
    let compiled = tariff(json).compile(&axis, &calendar, None).unwrap_or_else(|p| panic!("{case}: {p:?}"));
    let period = table.numbers("period");
    suite.compare(
        case,
        "period",
        "exact",
        (0..8760).map(|step| (f64::from(compiled.band[step]) + 1.0, period[step])),
    );
    let year = simulate(&compiled, &table.numbers("load_kw"), &table.numbers("pv_kw"));
    let bill = compiled.bill(&year.meter, &BillExtras::none(2001));
    let monthly = compiled.monthly(&bill, &year.meter, 0.0);
    let months = json["months"].as_array().expect("months");
    let mut column = |name: &str, ours: &dyn Fn(usize) -> f64, expected: &dyn Fn(&Value) -> f64| {
        let pairs = months.iter().enumerate().map(|(month, row)| (ours(month), expected(row)));
        suite.compare(case, name, "bill", pairs.collect::<Vec<_>>());
    };
    let demand = |row: &Value| number(row, "flat_demand_charge") + number(row, "tou_demand_charge");
    column("import_kwh", &|m| monthly[m].kwh_by_band.iter().sum(), &|row| number(row, "import_kwh"));
    column("energy_charge", &|m| bill.months[m].energy_charge, &|row| number(row, "energy_charge"));
    column("export_credit", &|m| bill.months[m].export_revenue, &|row| number(row, "export_credit"));
    column("peak_kw", &|m| bill.peak_kw[m], &|row| number(row, "peak_kw"));
    column("demand_charge", &|m| bill.months[m].demand_charge, &demand);
    column("fixed_charge", &|m| bill.months[m].fixed_charge, &|row| number(row, "fixed_charge"));
    column("bill", &|m| bill.months[m].total(), &|row| number(row, "bill"));
    suite.compare(case, "annual_bill", "bill", [(bill.total, number(json, "annual_bill"))]);
    let sam = number(json, "sam_utilityrate5_annual_bill");
    suite.compare(case, "sam_annual_bill", "sam_bill", [(bill.total, sam)]);
}
