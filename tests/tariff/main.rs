//! Tariffs as a scenario writes them: from the file to the bill, with values worked out by hand.

use std::fs;
use std::path::Path;
use tempfile::TempDir;
use zeropark::metrics::Bill;
use zeropark::park::{BuildOptions, Project, build, simulate::simulate};
use zeropark::problem::Problems;
use zeropark::scenario::Scenario;

mod days;
mod evidence;
mod power;
mod prices;

/// A park with a load of 100 kW in every hour of 2025 and this grid.
fn bill(grid: &str) -> Result<Bill, Problems> {
    Ok(Year::default().simulate(grid)?.1)
}

/// What stands around a grid: the year, its steps, the load in each hour, and files beside the scenario.
struct Year<'a> {
    year: i32,
    step_minutes: usize,
    load_kw: &'a dyn Fn(usize) -> f64,
    weather: &'a str,
    files: &'a [(&'a str, String)],
}

impl Default for Year<'_> {
    fn default() -> Self {
        Self { year: 2025, step_minutes: 60, load_kw: &|_| 100.0, weather: "", files: &[] }
    }
}

impl Year<'_> {
    /// Writes the park with this grid.
    fn write(&self, folder: &Path, grid: &str) {
        let weather = self.weather;
        let (year, step_minutes) = (self.year, self.step_minutes);
        let text = format!(
            r#"schema = 1
name = "steady"
[time]
year = {year}
step_minutes = {step_minutes}
[site]
latitude_deg = 26.1
longitude_deg = 119.3
timezone = "Asia/Shanghai"
{weather}
[[park]]
name = "p"
[[park.load]]
series = "load.csv"
{grid}
"#
        );
        fs::write(folder.join("s.toml"), text).expect("writes");
        let days = if self.year % 4 == 0 { 366 } else { 365 };
        fs::write(folder.join("load.csv"), hourly("load_kw", days, self.load_kw)).expect("writes");
        for (name, text) in self.files {
            fs::write(folder.join(name), text).expect("writes");
        }
    }

    /// The project and the bill of its configured case.
    fn simulate(&self, grid: &str) -> Result<(Project, Bill), Problems> {
        let folder = TempDir::new().expect("a folder");
        self.write(folder.path(), grid);
        let scenario = Scenario::read(&folder.path().join("s.toml"))?;
        let project = build(&scenario, BuildOptions { seed: 1 })?;
        let results = simulate(&project, &|_| Ok(()), &|| false).expect("runs");
        let bill = results.parks[0].configured.bill.clone().expect("has a bill");
        Ok((project, bill))
    }
}

/// A column of hourly values.
fn hourly(name: &str, days: usize, value: &dyn Fn(usize) -> f64) -> String {
    let rows: String = (0..days * 24).map(|hour| format!("{}\n", value(hour))).collect();
    format!("{name}\n{rows}")
}

fn close(ours: f64, expected: f64) {
    assert!((ours - expected).abs() <= 1e-9 * expected.abs(), "{ours} instead of {expected}");
}

/// By hand: 100 kW × 8760 h × 0.6 and 12 months × (100 kW × 40 + 50).
#[test]
fn one_price_a_demand_charge_and_a_fixed_charge_are_billed() {
    let bill = bill(
        "[park.grid.tariff]\nimport_price_per_kwh = 0.6\ndemand_charge_per_kw_month = 40\n\
         fixed_charge_per_month = 50\n",
    )
    .expect("is sound");
    close(bill.parts.energy_charge, 525_600.0);
    close(bill.parts.demand_charge, 48_000.0);
    close(bill.parts.fixed_charge, 600.0);
    close(bill.parts.total, 574_200.0);
}

/// By hand: peak 10:00-12:00 in July to September, 92 days × 2 h × 100 kW at 0.2 + 0.4 × 1.5 = 0.8,
/// every other hour at 0.2 + 0.4 × 1 = 0.6; 0.03 of funds on all 876,000 kWh.
#[test]
fn bands_multiply_the_purchase_part_and_the_higher_precedence_wins() {
    let bill = bill(
        r#"[park.grid.tariff]
purchase_price_per_kwh = 0.4
fixed_price_per_kwh = 0.2
surcharge_per_kwh = 0.03
[[park.grid.tariff.band]]
name = "flat"
multiplier = 1.0
[[park.grid.tariff.band]]
name = "peak"
multiplier = 1.5
hours = ["10:00-12:00"]
months = [7, 8, 9]
precedence = 1
"#,
    )
    .expect("is sound");
    close(bill.parts.energy_charge, 18_400.0 * 0.8 + 857_600.0 * 0.6);
    close(bill.parts.surcharges, 26_280.0);
    close(bill.monthly[6].kwh_by_band["peak"], 6_200.0);
}

/// By hand: declared 50 kW, floor 0.4 × 200 kVA = 80 kW, overrun above 84 kW at twice the price:
/// 80 + 2 × 16 = 112 kW at 10 a month; a window of its own adds 100 kW × 5 in January.
#[test]
fn contract_demand_and_demand_windows_come_from_the_file() {
    let bill = bill(
        r#"[park.grid.tariff]
import_price_per_kwh = 0.5
demand_charge_per_kw_month = 10
contract_demand_kw = 50
transformer_kva = 200
[[park.grid.tariff.demand]]
name = "winter evening"
price_per_kw_month = 5
hours = "18:00-20:00"
months = [1]
"#,
    )
    .expect("is sound");
    close(bill.parts.demand_charge, 12.0 * 1_120.0 + 500.0);
}

/// The base keeps its hours; only the price of one band is another.
#[test]
fn a_catalogue_tariff_is_changed_band_by_band() {
    let grid = |tariff: &str| bill(&format!("[park.grid]\n{tariff}")).expect("is sound");
    let before = grid("tariff = \"fujian-2025-10kv\"\n");
    let after = grid(
        "[park.grid.tariff]\nbase = \"fujian-2025-10kv\"\n[[park.grid.tariff.band]]\nname = \"valley\"\n\
         price_per_kwh = 0.0\n",
    );
    // 2920 h × 100 kW at the published valley price of 0.348612 less funds of 0.02766875.
    let valley = 292_000.0 * (0.348612 - 0.02766875);
    let saved = before.parts.energy_charge - after.parts.energy_charge;
    assert!((saved - valley).abs() < 292_000.0 * 1e-6, "{saved} instead of {valley}");
}

/// An hour claimed twice, one left out, a price below nothing: each with its place and a hint.
#[test]
fn wrong_tariffs_are_answered_at_their_line() {
    let band = |name: &str, hours: &str| {
        format!("[[park.grid.tariff.band]]\nname = \"{name}\"\nprice_per_kwh = 0.5\nhours = \"{hours}\"\n")
    };
    let wrong = |grid: String, kind: &str, key: &str| {
        let problems = bill(&grid).expect_err("is refused").0;
        let problem = problems.iter().find(|problem| problem.kind == kind);
        let problem = problem.unwrap_or_else(|| panic!("no {kind} in {problems:#?}"));
        assert_eq!(problem.place.key.as_deref(), Some(key));
        assert!(problem.place.line.is_some() && problem.hint.is_some(), "{problem:?}");
    };
    wrong(
        band("day", "08:00-20:00") + &band("night", "19:00-08:00"),
        "overlapping-bands",
        "park.p.grid.tariff.band.night.hours",
    );
    wrong(band("day", "08:00-20:00"), "uncovered-hours", "park.p.grid.tariff.band");
    wrong(
        "[park.grid.tariff]\nimport_price_per_kwh = 0.5\ncontract_kw = 50\ncontract_price_per_kwh = 0.4\n"
            .to_owned(),
        "two-prices",
        "park.p.grid.tariff.import_price_per_kwh",
    );
    wrong(
        "[park.grid.tariff]\nimport_price_per_kwh = 0.5\ndemand_charge_per_kw_month = -40\n".to_owned(),
        "out-of-range",
        "park.p.grid.tariff.demand_charge_per_kw_month",
    );
}

/// By hand: a line of 300 kW into a load of 100 kW without export brings 100 kW; the fee of 0.1 is
/// paid for 8760 h × 100 kW, not for what is curtailed.
#[test]
fn wheeling_is_paid_for_what_is_used() {
    let grid = "[[park.pv]]\nseries = \"load.csv\"\nper_kw = true\ncapacity_kw = 3\nconnection = \
                \"direct-line\"\nwheeling_per_kwh = 0.1\n[park.grid]\nexport_limit_kw = \
                0\n[park.grid.tariff]\nimport_price_per_kwh = 0.6\n";
    let bill = bill(grid).expect("is sound");
    assert_eq!(bill.parts.energy_charge, 0.0);
    close(bill.parts.wheeling_charge, 87_600.0);
}
