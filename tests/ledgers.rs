//! Carbon ledgers and park rules from a scenario file, with values worked out by hand.

use serde_json::Value;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

/// Summary of a park with a load of 100 kW in every hour of 2025 and these tables; `end` stands after
/// the park.
fn summary(park: &str, end: &str) -> (Value, String) {
    let folder = TempDir::new().expect("a folder");
    let text = format!(
        "schema = 1\nname = \"steady\"\n[time]\nyear = 2025\n[site]\nlatitude_deg = 26.1\nlongitude_deg = 119.3\n\
         timezone = \"Asia/Shanghai\"\n[[park]]\nname = \"p\"\n[[park.load]]\nseries = \"load.csv\"\n{park}\n\
         [park.grid]\ncarbon = 0.5\n[park.grid.tariff]\nimport_price_per_kwh = 0.6\n{end}"
    );
    fs::write(folder.path().join("s.toml"), text).expect("writes");
    fs::write(folder.path().join("load.csv"), "load_kw\n".to_owned() + &"100\n".repeat(8760))
        .expect("writes");
    let run = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .args(["run", "s.toml", "--json", "--no-plots", "--no-series", "-o", "out"])
        .output()
        .expect("starts");
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    (serde_json::from_slice(&run.stdout).unwrap_or_else(|error| panic!("{error}: {said}")), said)
}

fn close(value: &Value, expected: f64) {
    let ours = value.as_f64().unwrap_or_else(|| panic!("{value} instead of {expected}"));
    assert!((ours - expected).abs() <= 1e-9 * expected.abs().max(1e-9), "{ours} instead of {expected}");
}

/// 30 kW of PV in every hour.
const PV: &str = "[[park.pv]]\nseries = \"load.csv\"\nper_kw = true\ncapacity_kw = 0.3\n";
const GREEN: &str = "[park.green]\ntrade_mwh = 100\ntrade_premium_per_kwh = 0.02\ncertificates_mwh = 50\ncertificate_price_per_mwh = 10\n";
const TERMS: &str =
    "[carbon]\nprice_per_t = 50\nresidual_kg_per_kwh = 0.6\n[economics]\ndiscount_rate = 0.08\n";

/// By hand, 876 MWh used, 262.8 own, 613.2 bought, 150 of them green: 613.2 × 0.5 t by location,
/// 463.2 × 0.6 by market, 463.2 × 0.8325 by the park rule over 876 × 0.1229 tce; the flat 100 MWh of
/// traded power match 100 / 876 of the use besides the own 0.3; 2,500 are paid for green supply.
#[test]
fn every_ledger_has_its_own_account_of_the_same_year() {
    let (summary, _) = summary(&format!("{PV}{GREEN}"), TERMS);
    for of in [&summary["parks"][0]["configured"], &summary["all"]["configured"]] {
        let carbon = &of["carbon"];
        close(&carbon["location_based_t"], 306.6);
        close(&carbon["market_based_t"], 277.92);
        close(&carbon["park_rule_t"], 463.2 * 0.8325);
        close(&carbon["energy_tce"], 107.6604);
        close(&carbon["cfe_score"], 0.3 + 100.0 / 876.0);
        // 900 kg/kW of 0.3 kW that last as long as the project.
        close(&carbon["embodied_t"], 0.27);
        close(&carbon["avoided_t"], 131.4);
        let rule = &of["zero_carbon_park"];
        close(&rule["intensity_t_per_tce"], 463.2 * 0.8325 / 107.6604);
        close(&rule["clean_energy_share"], 412.8 / 876.0);
        close(&rule["direct_supply_share"], 0.3);
        assert!(rule["threshold"].is_null() && rule["pass"].is_null(), "far below 200,000 tce");
        close(&of["bill"]["green_supply_cost"], 2_500.0);
        let annual = of["economics"]["annual_total"].as_f64().expect("a number");
        close(&of["economics"]["annual_total_with_carbon"], annual + 50.0 * 277.92);
        let before = summary["all"]["baseline"]["economics"]["annual_total"].as_f64().expect("a number");
        close(&carbon["abatement_cost_per_t"], (annual - before) / (131.4 - 0.27 / 25.0));
    }
}

/// Certificates sold: the own 262.8 MWh count as bought without contract, (876 − 150) × 0.6 and
/// × 0.8325, and match no hour.
#[test]
fn energy_whose_certificates_are_sold_is_not_green() {
    let (summary, _) = summary(&format!("{PV}certificates_kept = false\n{GREEN}"), TERMS);
    let of = &summary["all"]["configured"];
    close(&of["carbon"]["market_based_t"], 726.0 * 0.6);
    close(&of["carbon"]["park_rule_t"], 726.0 * 0.8325);
    close(&of["carbon"]["cfe_score"], 100.0 / 876.0);
    close(&of["zero_carbon_park"]["direct_supply_share"], 0.0);
    close(&of["carbon"]["location_based_t"], 306.6);
}

/// Without green power and without a residual factor the ledgers of purchased power agree.
#[test]
fn ledgers_agree_without_green_power() {
    let (summary, _) = summary("", "");
    let carbon = &summary["all"]["configured"]["carbon"];
    close(&carbon["location_based_t"], 438.0);
    close(&carbon["market_based_t"], 438.0);
}

/// More certificates than purchases: nothing below zero, and a warning with what is left over,
/// 700 − 613.2 MWh.
#[test]
fn unused_certificates_are_a_warning_and_a_number() {
    let (summary, said) = summary(&format!("{PV}[park.green]\ncertificates_mwh = 700\n"), TERMS);
    close(&summary["all"]["configured"]["carbon"]["market_based_t"], 0.0);
    assert!(
        said.contains("87 MWh of green power and certificates are more than what is purchased"),
        "{said}"
    );
}

/// A direct line of 40 kW, all used: 40 % of consumption. Judged only where it may be one.
#[test]
fn a_direct_line_is_judged_where_it_is_eligible() {
    let line = PV.replace("0.3", "0.4") + "connection = \"direct-line\"\n";
    let judge = |green: &str| {
        summary(&format!("{line}{green}"), TERMS).0["parks"][0]["configured"]["green_direct"].clone()
    };
    let eligible = judge("[park.green]\ndirect_eligible = true\n");
    close(&eligible["self_use_share"], 1.0);
    close(&eligible["consumption_share"], 0.4);
    close(&eligible["export_share"], 0.0);
    assert_eq!(eligible["pass"], true);
    assert_eq!(
        judge("[park.green]\ndirect_eligible = true\ndirect_consumption_share = 0.5\n")["pass"],
        false
    );
    assert!(judge("")["pass"].is_null());
    assert!(
        summary(PV, TERMS).0["parks"][0]["configured"]["green_direct"].is_null(),
        "a roof is no direct line"
    );
}

/// By hand: 1,000 GJ of natural gas at 56.1 kg/GJ are 56.1 t and 34.122 tce beside 107.6604 tce.
#[test]
fn fuel_stands_in_scope_1_and_in_the_park_rule() {
    let (summary, _) =
        summary("[[park.fuel]]\nname = \"boiler\"\nfuel = \"natural-gas\"\nannual_gj = 1000\n", TERMS);
    let of = &summary["all"]["configured"];
    close(&of["carbon"]["scope1_t"], 56.1);
    let tce = 876.0 * 0.1229 + 1000.0 / 29.307_6;
    let ours = of["carbon"]["energy_tce"].as_f64().expect("a number");
    assert!((ours - tce).abs() < 1e-3, "{ours} {tce}");
    close(&of["carbon"]["park_rule_t"], 56.1 + 876.0 * 0.8325);
}
