//! Every metric of the project's money, recomputed from the printed rows and series by code of its own.

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// 300 kW in every hour, 60 kW of PV that never exceeds it, a storage that shifts, a boiler half electric, a retrofit.
const SCENARIO: &str = r#"
schema = 1
name = "money"
[time]
year = 2025
calendar = "none"
[site]
latitude_deg = 26.0
longitude_deg = 119.0
timezone = "+08:00"
[[park]]
name = "p"
[[park.load]]
name = "plant"
series = "load.csv"
[[park.pv]]
name = "roof"
series = "flat.csv"
per_kw = true
capacity_kw = 60
degradation_per_year = 0.01
capex_per_kw = 12000
opex_per_kw_year = 50
life_years = 10
replacement_capex_fraction = 0.4
STORAGE[[park.fuel]]
name = "boiler"
fuel = "natural-gas"
annual_gj = 7200
price_per_gj = 90
electrified_share = 0.5
electric_efficiency = 2.5
electrified_capex_per_kw = 1000
[[park.retrofit]]
name = "drives"
load = "plant"
saving_fraction = 0.1
capex = 90000
opex_per_year = 1500
life_years = 14
replacement_capex_fraction = 0.8
[park.grid]
carbon = 0.5
[park.grid.tariff]
import_price_per_kwh = 0.6
[[park.grid.tariff.band]]
name = "peak"
price_per_kwh = 1.1
hours = ["16:00-20:00"]
[[park.grid.tariff.band]]
name = "valley"
price_per_kwh = 0.3
hours = ["00:00-08:00"]
[park.dispatch]
policy = "time-of-use"
grid_charge_up_to_kw = 400
[carbon]
price_per_t = 65
[economics]
discount_rate = 0.08
lifetime_years = 25
price_growth_per_year = 0.01
opex_growth_per_year = 0.02
tax_free_years = 1
half_tax_years = 3
loss_carry_years = 4
debt_share = 0.6
loan_rate = 0.05
loan_years = 12
loan_kind = "KIND"
host_share = 0.2
storage_host_shares = [0.1, 0.3]
storage_host_step_years = 4
"#;

const STORAGE: &str = r#"[[park.storage]]
name = "cells"
power_kw = 50
energy_kwh = 100
ageing = "none"
capex_per_kwh = 900
opex_per_kw_year = 0
opex_per_kwh_year = 12
life_years = 12
replacement_capex_fraction = 0.6
"#;

fn run(folder: &Path, storage: &str, kind: &str) -> Value {
    let text = SCENARIO.replace("STORAGE", storage).replace("KIND", kind);
    std::fs::write(folder.join("s.toml"), text).expect("writes");
    std::fs::write(folder.join("load.csv"), "load_kw\n".to_owned() + &"300\n".repeat(8760)).expect("writes");
    std::fs::write(folder.join("flat.csv"), "kw\n".to_owned() + &"1\n".repeat(8760)).expect("writes");
    let done = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder)
        .args(["run", "s.toml", "-q", "--no-plots", "--json", "-o", "out"])
        .output()
        .expect("runs");
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("json")
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn near(what: &str, ours: f64, expected: f64) {
    assert!(
        (ours - expected).abs() <= 1e-7 * expected.abs().max(1.0),
        "{what}: {ours} instead of {expected}"
    );
}

fn value_at(rate: f64, flows: &[f64]) -> f64 {
    flows.iter().enumerate().map(|(year, flow)| flow / (1.0 + rate).powi(year as i32)).sum()
}

/// The rate between −50 and 1,000 % at which flows of one change of sign are worth nothing.
fn rate(flows: &[f64]) -> f64 {
    let (mut low, mut high) = (-0.5, 10.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if value_at(middle, flows) > 0.0 { low = middle } else { high = middle }
    }
    low
}

/// When a sum that begins below zero first crosses it.
fn back(flows: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (year, flow) in flows.iter().enumerate() {
        if year > 0 && sum + flow >= 0.0 {
            return year as f64 - 1.0 + (-sum) / flow;
        }
        sum += flow;
    }
    panic!("never back")
}

/// A device: investment, running cost, life, share of a replacement.
struct Device(f64, f64, f64, f64);

impl Device {
    /// Purchases after the first by year, and what is left after 25 years.
    fn later(&self) -> (Vec<(usize, f64)>, f64) {
        let Self(capex, _, life, share) = *self;
        let count = (25.0 / life - 1e-9).floor() as usize;
        let bought: Vec<(usize, f64)> =
            (1..=count).map(|n| ((n as f64 * life).ceil() as usize, capex * share)).collect();
        let worth = if count == 0 { capex } else { capex * share };
        let served = 25.0 - count as f64 * life;
        (bought, worth * (1.0 - served / life))
    }
}

/// What the printed column of the series says, kW.
fn column(folder: &Path, name: &str) -> Vec<f64> {
    let mut reader = csv::Reader::from_path(folder.join("out/series_p.csv")).expect("opens");
    let at = reader.headers().expect("a header").iter().position(|header| header == name).expect("a column");
    reader.records().map(|row| row.expect("a row")[at].parse().expect("a number")).collect()
}

/// Taxes as a clerk would reckon them: VAT, surcharges and income tax of each year, by the rows and the interest.
fn taxes(
    revenue: &[f64],
    opex: &[f64],
    replacement: &[f64],
    devices: &[Device],
    interest: &[f64],
) -> Vec<[f64; 3]> {
    let capex: f64 = devices.iter().map(|device| device.0).sum();
    let mut credit = capex - capex / 1.13;
    let mut losses = [0.0; 26];
    let mut found = Vec::new();
    for year in 1..=25 {
        let index = year - 1;
        let mut vat = revenue[index] * 0.13 / 1.13;
        vat -= opex[index] * 0.06 / 1.06 + replacement[index] * 0.13 / 1.13;
        let paid = if vat > credit { vat - credit } else { 0.0 };
        credit = if vat > credit { 0.0 } else { credit - vat };
        let surtax = 0.12 * paid;
        let mut profit =
            revenue[index] / 1.13 - opex[index] / 1.06 - replacement[index] / 1.13 - interest[index] - surtax;
        for Device(capex, _, life, _) in devices {
            let years = life.min(20.0);
            if (year as f64) <= years {
                profit -= capex / 1.13 * 0.95 / years;
            }
        }
        let mut taxed = profit;
        if profit < 0.0 {
            losses[year] = -profit;
        } else {
            for loss in &mut losses[year.saturating_sub(4)..year] {
                let used = loss.min(taxed);
                *loss -= used;
                taxed -= used;
            }
        }
        let share = [0.0, 0.125, 0.125, 0.125].get(index).copied().unwrap_or(0.25);
        found.push([paid, surtax, share * taxed.max(0.0)]);
    }
    found
}

fn check(kind: &str) {
    let folder = TempDir::new().expect("a folder");
    let without = run(folder.path(), "", kind);
    let json = run(folder.path(), STORAGE, kind);
    let park = &json["parks"][0];
    let found = &park["configured"]["economics"];
    let bill = |json: &Value, case: &str| number(&json["parks"][0][case]["bill"], "total");
    // The year's prices: 8 h at 0.3, 4 h at 1.1, 12 h at 0.6; a kW in every hour costs them all.
    let per_kw = 365.0 * (8.0 * 0.3 + 4.0 * 1.1 + 12.0 * 0.6);
    // 400,000 kWh of heat-pump power in every hour alike.
    let heat_kw = 7200.0 * 0.5 / 2.5 / 0.0036 / 8760.0;
    near("bill without storage", bill(&without, "configured"), (270.0 - 60.0 + heat_kw) * per_kw);
    near("bill before", bill(&json, "baseline"), 300.0 * per_kw);
    let by_storage = bill(&without, "configured") - bill(&json, "configured");
    assert!(by_storage > 1000.0);
    let devices = [
        Device(60.0 * 12_000.0, 3_000.0, 10.0, 0.4),
        Device(90_000.0, 1_200.0, 12.0, 0.6),
        Device(1_000.0 * heat_kw, 0.0, 20.0, 1.0),
        Device(90_000.0, 1_500.0, 14.0, 0.8),
    ];
    let capex: f64 = devices.iter().map(|device| device.0).sum();
    near("capex", number(found, "capex"), capex);
    let running: f64 = devices.iter().map(|device| device.1).sum();
    near("opex_annual", number(found, "opex_annual"), running + 3600.0 * 90.0);
    let annuity = |years: f64| 0.08 / (1.0 - 1.08f64.powf(-years));
    let capital: f64 = devices.iter().map(|Device(capex, _, life, _)| capex * annuity(*life)).sum();
    let annual = bill(&json, "configured") + running + 3600.0 * 90.0 + capital;
    near("annual_total", number(found, "annual_total"), annual);
    let market_t = number(&park["configured"]["carbon"], "market_based_t");
    near("with carbon", number(found, "annual_total_with_carbon"), annual + 65.0 * market_t);
    let carbon = &park["configured"]["carbon"];
    let tonnes =
        number(carbon, "avoided_t") + number(carbon, "avoided_fuel_t") - number(carbon, "embodied_annual_t");
    let before = 300.0 * per_kw + 7200.0 * 90.0;
    near("abatement", number(carbon, "abatement_cost_per_t"), (annual - before) / tonnes);

    // The rows, part by part.
    let prices: Vec<f64> = (0..25).map(|year| 1.01f64.powi(year)).collect();
    // PV is renewed after ten and twenty years and then new.
    let left: Vec<f64> = (0..25).map(|year| 1.0 - 0.01 * f64::from(year % 10)).collect();
    let saving: Vec<f64> = (0..25)
        .map(|year| ((30.0 - heat_kw + 60.0 * left[year]) * per_kw + by_storage) * prices[year])
        .collect();
    let fuel: Vec<f64> = prices.iter().map(|price| 3600.0 * 90.0 * price).collect();
    let opex: Vec<f64> = (0..25).map(|year| running * 1.02f64.powi(year)).collect();
    let mut replacement = vec![0.0; 25];
    let mut residual = 0.0;
    for device in &devices {
        let (bought, rest) = device.later();
        bought.into_iter().for_each(|(year, cost)| replacement[year - 1] += cost);
        residual += rest;
    }
    let lent = 0.6 * capex;
    let (mut owed, mut interest, mut service) = (lent, vec![0.0; 25], vec![0.0; 25]);
    for year in 0..12 {
        interest[year] = 0.05 * owed;
        let principal = match kind {
            "annuity" => lent * 0.05 / (1.0 - 1.05f64.powi(-12)) - interest[year],
            _ => lent / 12.0,
        };
        owed -= principal;
        service[year] = interest[year] + principal;
    }
    let revenue: Vec<f64> = saving.iter().zip(&fuel).map(|(a, b)| a + b).collect();
    let taxed = taxes(&revenue, &opex, &replacement, &devices, &interest);
    let rows = found["cash_flow"].as_array().expect("rows");
    let mut net = vec![-capex];
    for year in 0..25 {
        let row = &rows[year + 1];
        let [vat, surtax, tax] = taxed[year];
        let rest = if year == 24 { residual } else { 0.0 };
        for (part, expected) in [
            ("bill_saving", saving[year]),
            ("fuel_saving", fuel[year]),
            ("opex", -opex[year]),
            ("replacement", -replacement[year]),
            ("residual", rest),
            ("vat", -vat),
            ("surtax", -surtax),
            ("tax", -tax),
        ] {
            near(&format!("{part} of year {}", year + 1), number(row, part), expected);
        }
        net.push(revenue[year] - opex[year] - replacement[year] + rest - vat - surtax - tax);
        near("net", number(row, "net"), net[year + 1]);
    }
    near("net of year 0", number(&rows[0], "net"), -capex);

    // What follows from them.
    near("npv", number(found, "npv"), value_at(0.08, &net));
    near("irr", number(found, "irr"), rate(&net));
    assert_eq!(found["irr_status"], "unique");
    near("payback", number(found, "payback_years"), back(&net));
    let discounted: Vec<f64> =
        net.iter().enumerate().map(|(y, flow)| flow / 1.08f64.powi(y as i32)).collect();
    near("discounted payback", number(found, "discounted_payback_years"), back(&discounted));
    let gross: Vec<f64> = net
        .iter()
        .enumerate()
        .map(|(y, flow)| flow + if y > 0 { taxed[y - 1].iter().sum() } else { 0.0 })
        .collect();
    near("npv before tax", number(found, "npv_before_tax"), value_at(0.08, &gross));
    near("irr before tax", number(found, "irr_before_tax"), rate(&gross));
    let owners: Vec<f64> = net
        .iter()
        .enumerate()
        .map(|(y, flow)| if y > 0 { flow - service[y - 1] } else { flow + lent })
        .collect();
    near("equity npv", number(found, "equity_npv"), value_at(0.08, &owners));
    near("equity irr", number(found, "equity_irr"), rate(&owners));
    let cover = (0..12).map(|year| net[year + 1] / service[year]).fold(f64::INFINITY, f64::min);
    near("dscr", number(found, "dscr_min"), cover);

    // The contract: a fifth of all but what storage saves, of which a tenth for four years and then three.
    let host: Vec<f64> = (0..25)
        .map(|year| {
            let stored = by_storage * prices[year];
            0.2 * (revenue[year] - stored) + if year < 4 { 0.1 } else { 0.3 } * stored
        })
        .collect();
    let kept: Vec<f64> = revenue.iter().zip(&host).map(|(all, host)| all - host).collect();
    let of_investor = taxes(&kept, &opex, &replacement, &devices, &interest);
    let investor: Vec<f64> = (0..26)
        .map(|year| match year {
            0 => -capex,
            year => {
                let rest = if year == 25 { residual } else { 0.0 };
                let taxes: f64 = of_investor[year - 1].iter().sum();
                kept[year - 1] - opex[year - 1] - replacement[year - 1] + rest - taxes
            }
        })
        .collect();
    near("investor npv", number(found, "investor_npv"), value_at(0.08, &investor));
    near("investor irr", number(found, "investor_irr"), rate(&investor));
    let host: Vec<f64> = std::iter::once(0.0).chain(host).collect();
    near("host npv", number(found, "host_npv"), value_at(0.08, &host));

    // Levelised costs: of the PV, and of the storage with the energy it charges.
    let life_cost = |Device(capex, running, life, share): &Device, fed: f64| {
        let mut costs = vec![*capex];
        costs.extend((0..25).map(|y| running * 1.02f64.powi(y as i32) + fed * prices[y]));
        let (bought, rest) = Device(*capex, *running, *life, *share).later();
        bought.into_iter().for_each(|(year, cost)| costs[year] += cost);
        costs[25] -= rest;
        value_at(0.08, &costs)
    };
    let energy = |kwh: &dyn Fn(usize) -> f64| -> f64 {
        (1..=25).map(|year| kwh(year - 1) / 1.08f64.powi(year as i32)).sum()
    };
    let generated = energy(&|year| 60.0 * 8760.0 * left[year]);
    near("lcoe", number(found, "lcoe_per_kwh"), life_cost(&devices[0], 0.0) / generated);
    let price = column(folder.path(), "import_price_per_kwh");
    let charge = column(folder.path(), "storage_charge_kw");
    let fed: f64 = charge.iter().zip(&price).map(|(kw, price)| kw * price).sum();
    let given: f64 = column(folder.path(), "storage_discharge_kw").iter().sum();
    assert!(given > 20_000.0);
    near("lcos", number(found, "lcos_per_kwh"), life_cost(&devices[1], fed) / energy(&|_| given));
}

#[test]
fn every_metric_follows_from_the_rows_with_an_annuity() {
    check("annuity");
}

#[test]
fn every_metric_follows_from_the_rows_with_equal_principal() {
    check("equal-principal");
}
