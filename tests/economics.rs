//! Claims about the project's money, from a run's summary recomputed by arithmetic of its own.

use std::path::Path;
use std::process::Command;

/// A park whose storage does not age and whose year is easily recomputed.
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
archetype = "copper-smelter"
annual_mwh = 8760
[[park.fuel]]
name = "boiler"
fuel = "natural-gas"
annual_gj = 36000
price_per_gj = 100
electrified_share = 0.5
electric_efficiency = 2.5
electrified_capex_per_kw = 1000
[park.grid]
carbon = 0.5
tariff = "fujian-2025-110kv"
[economics]
discount_rate = 0.08
lifetime_years = 25
"#;

fn run(folder: &Path, scenario: &str) -> (i32, serde_json::Value, String) {
    let file = folder.join("s.toml");
    std::fs::write(&file, scenario).expect("is writable");
    let out = folder.join("out");
    let done = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .args(["run", "-q", "--no-plots", "--json", "-o"])
        .args([&out, &file])
        .output()
        .expect("runs");
    let json = serde_json::from_slice(&done.stdout).unwrap_or_default();
    (done.status.code().unwrap_or(-1), json, String::from_utf8_lossy(&done.stderr).into_owned())
}

fn economics(json: &serde_json::Value) -> &serde_json::Value {
    &json["parks"][0]["configured"]["economics"]
}

fn number(value: &serde_json::Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn near(ours: f64, expected: f64) {
    assert!((ours - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{ours} instead of {expected}");
}

/// By hand: half of 36,000 GJ by a heat pump of 2.5: 7,200 GJ = 2,000,000 kWh a year, which the bill
/// grows by; gas saved is 18,000 · 100 = 1,800,000. Mean power 2,000,000 / 8,760 = 228.3105 kW at
/// 1,000: 228,310.50 of investment, bought again after 20 of 25 years with 15 of 20 years left.
#[test]
fn electrified_heat_pays_for_power_and_saves_its_fuel() {
    let folder = tempfile::tempdir().expect("a folder");
    let untaxed = SCENARIO.to_owned() + "income_tax_rate = 0\nvat_rate = 0\nopex_vat_rate = 0\n";
    let (_, json, _) = run(folder.path(), &untaxed);
    let found = economics(&json);
    let rows = found["cash_flow"].as_array().expect("rows");
    assert_eq!(rows.len(), 26);
    let capex = 2_000_000.0 / 8.76;
    near(number(&rows[0], "net"), -capex);
    let change = &json["parks"][0]["change"];
    near(number(&change["energy"], "grid_import_kwh"), 2_000_000.0);
    let saved = 1_800_000.0 - number(&change["bill"], "total");
    near(number(&rows[1], "bill_saving"), -number(&change["bill"], "total"));
    near(number(&rows[1], "fuel_saving"), 1_800_000.0);
    near(number(&rows[1], "net"), saved);
    near(number(&rows[20], "net"), saved - capex);
    near(number(&rows[25], "residual"), capex * 0.75);
    let expected: f64 =
        (1..=25).map(|year| saved / 1.08f64.powi(year)).sum::<f64>() - capex - capex / 1.08f64.powi(20)
            + 0.75 * capex / 1.08f64.powi(25);
    near(number(found, "npv"), expected);
    near(number(found, "payback_years"), capex / saved);
}

/// Parts add up to net, net to the metrics, and the value at the rate of return is zero.
#[test]
fn the_rows_of_the_cash_flow_add_up_to_the_metrics() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, json, _) = run(
        folder.path(),
        &(SCENARIO.to_owned() + "debt_share = 0.7\ntax_free_years = 3\nhalf_tax_years = 3\n"),
    );
    let found = economics(&json);
    let mut net = Vec::new();
    for row in found["cash_flow"].as_array().expect("rows") {
        let parts = row
            .as_object()
            .expect("a row")
            .iter()
            .filter(|(key, _)| !["year", "net"].contains(&key.as_str()));
        let sum: f64 = parts.map(|(_, value)| value.as_f64().expect("a number")).sum();
        assert!((sum - number(row, "net")).abs() < 1e-6);
        net.push(number(row, "net"));
    }
    let value =
        |rate: f64| net.iter().enumerate().map(|(t, flow)| flow / (1.0 + rate).powi(t as i32)).sum::<f64>();
    near(value(0.08), number(found, "npv"));
    assert!(value(number(found, "irr")).abs() < 1e-4);
    assert!(number(found, "dscr_min") > 1.0);
    assert!(number(found, "equity_irr") > number(found, "irr"));
}

/// Without the switch nothing is bought and nothing changes: every flow is zero, every rate would do.
#[test]
fn electrifying_nothing_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, json, _) =
        run(folder.path(), &SCENARIO.replace("electrified_share = 0.5", "electrified_share = 0.0"));
    let found = economics(&json);
    near(number(found, "npv"), 0.0);
    assert_eq!(found["irr_status"], "every-rate");
    assert!(found["irr"].is_null());
    near(number(&json["parks"][0]["change"]["economics"], "annual_total"), 0.0);
}

#[test]
fn a_contract_shares_the_saving_between_investor_and_host() {
    let folder = tempfile::tempdir().expect("a folder");
    let taxes = "income_tax_rate = 0\nvat_rate = 0\nopex_vat_rate = 0\n";
    let (_, json, _) = run(folder.path(), &format!("{SCENARIO}{taxes}host_share = 0.2\n"));
    let found = economics(&json);
    // Without taxes the two shares are the whole.
    near(number(found, "investor_npv") + number(found, "host_npv"), number(found, "npv"));
    let saved = 1_800_000.0 - number(&json["parks"][0]["change"]["bill"], "total");
    let saved: f64 = (1..=25).map(|year| saved / 1.08f64.powi(year)).sum();
    near(number(found, "host_npv"), 0.2 * saved);
}

#[test]
fn what_does_not_fit_is_refused_with_its_place_and_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    for (lines, words) in [
        ("debt_share = 0.7\nloan_years = 30\n", ["loan_years", "lifetime_years"]),
        ("debt_share = 1.2\n", ["debt_share", "0 to 1"]),
        ("vat_rate = 13\n", ["vat_rate", "0 to 0.5"]),
        ("host_share = 20\n", ["host_share", "0 to 1"]),
    ] {
        let (code, _, messages) = run(folder.path(), &format!("{SCENARIO}{lines}"));
        assert_eq!(code, 2, "{lines}: {messages}");
        assert!(words.iter().all(|word| messages.contains(word)), "{lines}: {messages}");
    }
}

/// A retrofit that saves nothing and costs nothing changes nothing.
#[test]
fn a_retrofit_of_nothing_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let nothing = "[[park.retrofit]]\nname = \"idle\"\nload = \"plant\"\nsaving_fraction = 0.0\n[park.grid]";
    let (code, json, messages) =
        run(folder.path(), &SCENARIO.replace("electrified_share = 0.5", "").replace("[park.grid]", nothing));
    assert_eq!(code, 0, "{messages}");
    near(number(&json["parks"][0]["change"]["economics"], "annual_total"), 0.0);
    near(number(&json["parks"][0]["change"]["energy"], "load_kwh"), 0.0);
    assert_eq!(economics(&json)["irr_status"], "every-rate");
}

/// By hand: heat of 1,000 kW in every second hour is 4,380,000 kWh = 15,768 GJ of gas a year, 884.5848 t. Half of
/// it electric at an efficiency of 2 are 1,095,000 kWh, in the same hours: 250 kW at most, at 1,000 each.
#[test]
fn heat_given_as_a_series_is_electrified_in_its_hours() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("heat.csv"), "heat_kw\n".to_owned() + &"1000\n0\n".repeat(4380))
        .expect("writes");
    let text = SCENARIO
        .replace("annual_gj = 36000", "series = \"heat.csv\"")
        .replace("electric_efficiency = 2.5", "electric_efficiency = 2.0");
    let (code, json, messages) = run(folder.path(), &text);
    assert_eq!(code, 0, "{messages}");
    let change = &json["parks"][0]["change"];
    near(number(&json["parks"][0]["baseline"]["carbon"], "scope1_t"), 15_768.0 * 0.0561);
    near(number(&change["carbon"], "scope1_t"), -0.5 * 15_768.0 * 0.0561);
    near(number(&change["energy"], "load_kwh"), 1_095_000.0);
    near(number(&change["energy"], "peak_import_kw"), 250.0);
    near(number(&change["economics"], "capex"), 250_000.0);
    near(number(&economics(&json)["cash_flow"][1], "fuel_saving"), 788_400.0);
}

#[test]
fn a_retrofit_of_what_is_not_there_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for (table, words) in [
        ("load = \"plnt\"\nsaving_fraction = 0.1", ["plnt", "did you mean \"plant\"?"]),
        ("fuel = \"boilers\"\nsaving_fraction = 0.1", ["boilers", "did you mean \"boiler\"?"]),
        ("load = \"plant\"\nfuel = \"boiler\"\nsaving_fraction = 0.1", ["both", "one retrofit for each"]),
        ("saving_fraction = 0.1", ["neither", "load"]),
        ("load = \"plant\"\nsaving_fraction = 20", ["saving_fraction", "0 to 1"]),
        ("load = \"plant\"", ["saving_fraction", "missing"]),
        (
            "load = \"plant\"\nsaving_fraction = 0.1\nin_service_year = 2030\nretire_year = 2030",
            ["retire_year", "after 2030"],
        ),
    ] {
        let text = SCENARIO.replace("[park.grid]", &format!("[[park.retrofit]]\n{table}\n[park.grid]"));
        let (code, _, messages) = run(folder.path(), &text);
        assert_eq!(code, 2, "{table}: {messages}");
        assert!(words.iter().all(|word| messages.contains(word)), "{table}: {messages}");
    }
    let unknown = SCENARIO.replace("\"natural-gas\"", "\"natural-gass\"");
    let (code, _, messages) = run(folder.path(), &unknown);
    assert!(code == 2 && messages.contains("did you mean \"natural-gas\"?"), "{messages}");
}

/// By hand: 1,000 GJ of steam at 0.11 t are 110 t and 1,000 / 29.307 tce; 500 t of a process are no energy. A fifth of
/// the process is saved: 100 t. The boiler's half of 36,000 GJ at 0.0561 goes, for 2,000,000 kWh.
#[test]
fn steam_and_process_emissions_enter_the_ledgers() {
    let folder = tempfile::tempdir().expect("a folder");
    let tables = "[[park.fuel]]\nname = \"steam\"\nfuel = \"steam\"\nannual_gj = 1000\n[[park.fuel]]\nname = \
                  \"kiln\"\nfuel = \"process-co2\"\nannual_t = 500\n[[park.retrofit]]\nname = \"scrap\"\nfuel = \
                  \"kiln\"\nsaving_fraction = 0.2\ncapex = 100000\n[park.grid]";
    let (code, json, messages) = run(folder.path(), &SCENARIO.replace("[park.grid]", tables));
    assert_eq!(code, 0, "{messages}");
    let (before, change) = (&json["parks"][0]["baseline"]["carbon"], &json["parks"][0]["change"]);
    near(number(before, "scope1_t"), 36_000.0 * 0.0561 + 110.0 + 500.0);
    near(number(before, "energy_tce"), 8_760_000.0 * 0.0001229 + 37_000.0 / 29.307);
    near(number(&change["carbon"], "scope1_t"), -18_000.0 * 0.0561 - 100.0);
    near(number(&change["carbon"], "energy_tce"), 2_000_000.0 * 0.0001229 - 18_000.0 / 29.307);
    near(number(&change["economics"], "capex"), 100_000.0 + 2_000_000.0 / 8.76);
}
