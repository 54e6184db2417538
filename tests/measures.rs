//! The step from baseline to design, measure by measure, with values worked out by hand.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

/// `measures.csv` of a park with a load of 100 kW in every hour of 2025 and these tables, by park and measure.
fn measures(park: &str) -> Vec<BTreeMap<String, String>> {
    let folder = TempDir::new().expect("a folder");
    let text = format!(
        "schema = 1\nname = \"steady\"\n[time]\nyear = 2025\n[site]\nlatitude_deg = 26.1\nlongitude_deg = 119.3\n\
         timezone = \"Asia/Shanghai\"\n{park}\n[economics]\ndiscount_rate = 0.0\n"
    );
    fs::write(folder.path().join("s.toml"), text).expect("writes");
    fs::write(folder.path().join("load.csv"), "load_kw\n".to_owned() + &"100\n".repeat(8760))
        .expect("writes");
    fs::write(folder.path().join("flat.csv"), "kw\n".to_owned() + &"1\n".repeat(8760)).expect("writes");
    let run = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .args(["run", "s.toml", "-q", "--no-plots", "--no-series", "-o", "out"])
        .output()
        .expect("starts");
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let mut reader = csv::Reader::from_path(folder.path().join("out/measures.csv")).expect("opens");
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let row = |row: Result<csv::StringRecord, _>| {
        let row: csv::StringRecord = row.expect("a row");
        header.iter().cloned().zip(row.iter().map(str::to_owned)).collect()
    };
    reader.records().map(row).collect()
}

fn park(tables: &str, grid: &str) -> String {
    format!(
        "[[park]]\nname = \"p\"\n[[park.load]]\nseries = \"load.csv\"\n{tables}[park.grid]\ncarbon = \
         0.5\n{grid}[park.grid.tariff]\nimport_price_per_kwh = 0.6\nexport_price_per_kwh = 0.2\n"
    )
}

const PV: &str = "[[park.pv]]\nname = \"roof\"\nseries = \"flat.csv\"\nper_kw = true\ncapacity_kw = 30\ncapex_per_kw = \
                  3000\nopex_per_kw_year = 40\nlife_years = 20\n";
const WIND: &str = "[[park.wind]]\nname = \"mill\"\nseries = \"flat.csv\"\nper_kw = true\ncapacity_kw = 90\ncapex_per_kw = \
                    5000\nopex_per_kw_year = 0\nlife_years = 20\n";
const GREEN: &str = "[park.green]\ntrade_mwh = 100\ntrade_premium_per_kwh = 0.02\n";

fn value(row: &BTreeMap<String, String>, key: &str) -> f64 {
    row[key].parse().unwrap_or_else(|_| panic!("{key}: {:?}", row[key]))
}

fn close(ours: f64, expected: f64) {
    assert!((ours - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{ours} instead of {expected}");
}

/// By hand, without interest. PV: 30 kW of 100 for 90,000, saves 262,800 kWh at 0.6 and half a kilogram each,
/// costs 90,000 / 20 + 1,200. Wind: 90 kW, of which 70 are used and 20 exported at 0.2, so 613,200 kWh saved
/// and 175,200 sold, for 450,000 / 20. Green power: 100 MWh at 0.02 are bought, and counted by the park rule
/// alone — of nothing: after wind no import is left to cover.
#[test]
fn each_measure_brings_what_it_adds_to_those_before_it() {
    let rows = measures(&park(&format!("{PV}{WIND}{GREEN}"), ""));
    let names: Vec<&str> = rows.iter().map(|row| row["measure"].as_str()).collect();
    assert_eq!(names, ["pv", "wind", "green-supply", "total"].repeat(2));
    for rows in rows.chunks(4) {
        let [pv, wind, green, total] = rows else { panic!("four rows") };
        close(value(pv, "capex"), 90_000.0);
        close(value(pv, "bill_change"), -262_800.0 * 0.6);
        close(value(pv, "annual_total_change"), -157_680.0 + 4_500.0 + 1_200.0);
        close(value(pv, "location_based_change_t"), -131.4);
        close(value(pv, "park_rule_change_t"), -262.8 * 0.8325);
        close(value(pv, "avoided_t"), 131.4);
        close(value(pv, "cost_per_t"), -151_980.0 / 131.4);
        close(value(wind, "bill_change"), -613_200.0 * 0.6 - 175_200.0 * 0.2);
        close(value(wind, "annual_total_change"), -367_920.0 - 35_040.0 + 22_500.0);
        close(value(wind, "avoided_t"), 306.6);
        close(value(green, "bill_change"), 2_000.0);
        close(value(green, "location_based_change_t"), 0.0);
        assert!(green["cost_per_t"].is_empty(), "nothing is avoided by location");
        for key in
            ["capex", "bill_change", "annual_total_change", "location_based_change_t", "park_rule_change_t"]
        {
            close([pv, wind, green].iter().map(|row| value(row, key)).sum(), value(total, key));
        }
        close(value(total, "capex"), 540_000.0);
    }
}

/// By hand: half of 3,600 GJ of gas go to electric heat at an efficiency of 1 — 500,000 kWh more at 0.6 and
/// 0.5 kg/kWh, and half of its 55.539 kg/GJ × 3,600 less; the measure stands before PV, whose effect it makes larger.
#[test]
fn electric_heat_trades_fuel_for_electricity() {
    let fuel = "[[park.fuel]]\nname = \"boiler\"\nfuel = \"natural-gas\"\nannual_gj = 3600\nelectrified_share = \
                0.5\nelectric_efficiency = 1.0\nelectrified_capex_per_kw = 0\n";
    let rows = measures(&park(&format!("{fuel}{}", PV.replace("= 30\n", "= 130\n")), ""));
    let (heat, pv) = (&rows[0], &rows[1]);
    assert_eq!((heat["measure"].as_str(), pv["measure"].as_str()), ("electric-heat", "pv"));
    close(value(heat, "location_based_change_t"), 250.0);
    let burnt = -value(heat, "scope1_change_t");
    assert!((burnt - 1_800.0 * 55.539 / 1000.0).abs() < 2.0, "{burnt} t of gas");
    close(value(heat, "avoided_t"), burnt - 250.0);
    assert!(heat["cost_per_t"].is_empty(), "more carbon, not less");
    // 130 kW meet 100 kW of load and 30 of the 57.1 kW of heat: all is used.
    close(value(pv, "location_based_change_t"), -130.0 * 8_760.0 * 0.5 / 1000.0);
}

/// An import limit of 80 kW cannot serve the load before wind stands: PV and wind are told as one step.
#[test]
fn a_measure_that_cannot_stand_alone_is_told_with_the_next() {
    let small = PV.replace("= 30\n", "= 10\n");
    let rows = measures(&park(&format!("{small}{WIND}"), "import_limit_kw = 80\n"));
    assert_eq!(rows[0]["measure"], "pv+wind");
    assert_eq!(rows.len(), 4, "one step and the total, of the park and of all");
}

/// Nothing changes: no rows. What stands already is no measure.
#[test]
fn what_stands_already_is_no_measure() {
    let existing = PV.replace("capacity_kw", "existing = true\ncapacity_kw");
    assert!(measures(&park(&existing, "")).is_empty());
    let rows = measures(&park(&format!("{existing}{WIND}"), ""));
    assert_eq!(rows[0]["measure"], "wind");
    // 30 kW of the load are served already: 70 of the 90 kW are used.
    close(value(&rows[0], "avoided_t"), 306.6);
}

/// Steps of two parks add up by measure.
#[test]
fn the_parks_add_up() {
    let second = park(WIND, "").replace("\"p\"", "\"q\"");
    let rows = measures(&format!("{}{second}", park(PV, "")));
    let of = |park: &str| rows.iter().filter(|row| row["park"] == park).collect::<Vec<_>>();
    let all = of("all");
    assert_eq!(all.iter().map(|row| row["measure"].as_str()).collect::<Vec<_>>(), ["pv", "wind", "total"]);
    close(value(all[0], "capex"), 90_000.0);
    // Of the 90 kW none is too much where no PV stands: 90 × 8760 h × 0.5 kg.
    close(value(all[1], "avoided_t"), 394.2);
    close(value(all[2], "avoided_t"), 131.4 + 394.2);
}

/// By hand, without interest: a fifth of 100 kW saved for 50,000 over ten years and 500 a year: 175,200 kWh
/// less at 0.6 and half a kilogram each. Of 3,600 GJ of gas a quarter is saved for 20,000 over 15 years; of the
/// rest half goes to electric heat at 1: 1,350 GJ = 375,000 kWh, and as many GJ are not burnt.
#[test]
fn a_retrofit_saves_before_what_is_left_is_electrified() {
    let tables = "[[park.retrofit]]\nname = \"drives\"\nload = \"load\"\nsaving_fraction = 0.2\ncapex = \
                  50000\nopex_per_year = 500\nlife_years = 10\n[[park.fuel]]\nname = \"boiler\"\nfuel = \
                  \"natural-gas\"\nannual_gj = 3600\nelectrified_share = 0.5\nelectric_efficiency = \
                  1.0\n[[park.retrofit]]\nname = \"heat recovery\"\nfuel = \"boiler\"\nsaving_fraction = \
                  0.25\ncapex = 20000\n";
    let rows = measures(&park(tables, ""));
    let names: Vec<&str> = rows.iter().map(|row| row["measure"].as_str()).collect();
    assert_eq!(names, ["retrofit", "electric-heat", "total"].repeat(2));
    let [retrofit, heat, total] = &rows[..3] else { panic!("three rows") };
    close(value(retrofit, "capex"), 70_000.0);
    close(value(retrofit, "bill_change"), -175_200.0 * 0.6);
    close(value(retrofit, "annual_total_change"), -105_120.0 + 5_000.0 + 500.0 + 20_000.0 / 15.0);
    close(value(retrofit, "location_based_change_t"), -87.6);
    close(value(retrofit, "scope1_change_t"), -900.0 * 0.0561);
    close(value(retrofit, "avoided_t"), 87.6 + 50.49);
    close(value(heat, "bill_change"), 375_000.0 * 0.6);
    close(value(heat, "location_based_change_t"), 187.5);
    close(value(heat, "scope1_change_t"), -1_350.0 * 0.0561);
    close(value(total, "scope1_change_t"), -2_250.0 * 0.0561);
    // By the park rule: the same gas, and 199,800 kWh more at 0.8325.
    close(value(total, "park_rule_change_t"), -2_250.0 * 0.0561 + 199.8 * 0.8325);
}

/// Two retrofits of one load save one after the other: 0.8 × 0.5 of it is left.
#[test]
fn retrofits_of_one_load_save_one_after_the_other() {
    let retrofit = |name: &str, share: f64| {
        format!("[[park.retrofit]]\nname = \"{name}\"\nload = \"load\"\nsaving_fraction = {share}\n")
    };
    let rows = measures(&park(&format!("{}{}", retrofit("a", 0.2), retrofit("b", 0.5)), ""));
    close(value(&rows[0], "location_based_change_t"), -0.6 * 876.0 * 0.5);
}

/// Every kind of measure at once, vehicles that feed back included: whatever each brings, the steps are the
/// whole, and the whole is what the summary says of the two cases.
#[test]
fn whatever_the_measures_their_sum_is_the_whole() {
    let fleets = "[[park.charging]]\nname = \"cars\"\nfleet = \"commuter-car\"\nvehicles = 40\nchargers = [ { class \
                  = \"ac-7kw-v2g\", count = 20 } ]\nstrategy = \"v2g\"\n[[park.charging]]\nname = \"buses\"\nfleet = \
                  \"bus\"\nvehicles = 2\nchargers = [ { class = \"dc-120kw\", count = 2 } ]\nstrategy = \
                  \"managed\"\nreplaces = \"diesel\"\nowner = \"park\"\n";
    let rest = "[[park.storage]]\nname = \"cells\"\npower_kw = 50\nenergy_kwh = 100\n[[park.fuel]]\nname = \
                \"boiler\"\nfuel = \"natural-gas\"\nannual_gj = 360\nelectrified_share = 0.5\n[[park.retrofit]]\nname = \
                \"drives\"\nload = \"load\"\nsaving_fraction = 0.1\ncapex = 9000\n";
    let tables = format!("{PV}{WIND}{rest}{fleets}{GREEN}");
    let text = park(&tables, "").replace(
        "import_price_per_kwh = 0.6\n",
        "import_price_per_kwh = 0.6\n[[park.grid.tariff.band]]\nname = \"peak\"\nprice_per_kwh = 1.0\nhours = \
         [\"13:00-16:00\"]\n",
    );
    let text =
        text.replace("export_price_per_kwh = 0.2\n", "") + "[park.dispatch]\npolicy = \"time-of-use\"\n";
    let rows = measures(&text);
    let own: Vec<_> = rows.iter().filter(|row| row["park"] == "p").collect();
    let names: Vec<&str> = own.iter().map(|row| row["measure"].as_str()).collect();
    let all = [
        "electric-transport",
        "retrofit",
        "electric-heat",
        "pv",
        "wind",
        "storage",
        "managed-charging",
        "v2g",
        "green-supply",
        "total",
    ];
    assert_eq!(names, all);
    let (total, steps) = own.split_last().expect("rows");
    for key in [
        "capex",
        "bill_change",
        "annual_total_change",
        "location_based_change_t",
        "market_based_change_t",
        "scope1_change_t",
        "park_rule_change_t",
    ] {
        let sum: f64 = steps.iter().map(|row| value(row, key)).sum();
        let size: f64 = steps.iter().map(|row| value(row, key).abs()).sum();
        assert!((sum - value(total, key)).abs() <= 1e-9 * size.max(1.0), "{key}: {sum}");
    }
    assert!(value(own[7], "bill_change") < 0.0, "what vehicles feed back at the peak saves money");
}
