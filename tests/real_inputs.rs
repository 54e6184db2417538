//! Real files through the whole program: prices of a power exchange, a bad plant, a file's own albedo.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

fn shared(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A park in a folder of its own: site, park and the files it reads.
fn park(year: i32, zone: &str, step_minutes: u32, park: &str, files: &[&str]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let text = format!(
        "schema = 1\nname = \"real\"\n[time]\nyear = {year}\nstep_minutes = {step_minutes}\n[site]\n\
         latitude_deg = 48.9\nlongitude_deg = 9.2\ntimezone = \"{zone}\"\n{park}"
    );
    std::fs::write(folder.path().join("park.toml"), text).expect("writes");
    std::fs::write(folder.path().join("load.csv"), "load_kw\n".to_owned() + &"100\n".repeat(8760))
        .expect("writes");
    for file in files {
        let from = shared(file);
        std::fs::copy(&from, folder.path().join(from.file_name().expect("a name"))).expect("copies");
    }
    folder
}

/// Runs a command of the program; returns its exit code, stdout and stderr.
fn zeropark(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .args(arguments)
        .output()
        .expect("starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn summary(folder: &TempDir) -> Value {
    let (code, json, said) = zeropark(folder, &["run", "park.toml", "--json", "-q", "--no-plots"]);
    assert_eq!(code, Some(0), "{said}");
    serde_json::from_str(&json).expect("is JSON")
}

fn energy_charge(folder: &TempDir) -> f64 {
    summary(folder)["parks"][0]["configured"]["bill"]["energy_charge"].as_f64().expect("a number")
}

fn day_ahead(column: &str) -> TempDir {
    let grid = format!(
        "[[park]]\nname = \"p\"\n[[park.load]]\nseries = \"load.csv\"\n[park.grid.tariff]\nimport_price_per_kwh = \
         {{ series = \"smard-day-ahead-2018.csv.gz\", time = \"Date+Time of day\", timezone = \
         \"Europe/Berlin\", column = \"{column}\", unit = \"per_mwh\" }}\n"
    );
    park(2018, "Europe/Berlin", 60, &grid, &["tests/data/series/smard-day-ahead-2018.csv.gz"])
}

/// By Python: the French prices of 2018 sum to 439 738.73 EUR/MWh hours (wall clock, the skipped
/// and the doubled hour included), so 100 kW around the clock cost 43 973.873 EUR.
#[test]
fn a_year_of_exchange_prices_is_billed() {
    let charge = energy_charge(&day_ahead("France[€/MWh]"));
    assert!((charge - 43_973.873).abs() < 1e-6, "{charge}");
}

/// The German-Luxembourg zone begins in October 2018; before that its cells hold `-`.
#[test]
fn exchange_prices_with_gaps_are_refused_with_their_rows() {
    let (code, _, said) = zeropark(&day_ahead("Germany/Luxembourg[€/MWh]"), &["check", "park.toml"]);
    assert_eq!(code, Some(2));
    for words in [
        "smard-day-ahead-2018.csv.gz:2: park.p.grid.tariff.import_price_per_kwh",
        "6551 of 8760 values are missing",
        "hint:",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

/// Bands that begin and end inside the hour, by hand: 2.75 h a day at 0.9, 21.25 h at 0.5, 100 kW.
#[test]
fn bands_of_a_scenario_cost_the_same_at_every_step() {
    let grid = r#"[[park]]
name = "p"
[[park.load]]
series = "load.csv"
[park.grid.tariff]
import_price_per_kwh = 0.5
[[park.grid.tariff.band]]
name = "morning"
price_per_kwh = 0.9
hours = "08:30-11:15"
"#;
    for step_minutes in [60, 30, 15, 10, 5] {
        let charge = energy_charge(&park(2025, "Asia/Shanghai", step_minutes, grid, &[]));
        let expected = 365.0 * 100.0 * (2.75 * 0.9 + 21.25 * 0.5);
        assert!((charge - expected).abs() < 1e-9 * expected, "{step_minutes}: {charge}");
    }
}

/// Station 3 of the State Grid is bad on purpose: its power does not follow its own irradiance.
#[test]
fn a_bad_plant_is_called_bad_by_check() {
    let pv = |number: u32| {
        format!(
            "[[park]]\nname = \"p\"\n[[park.load]]\nseries = \"load.csv\"\n[[park.pv]]\nseries = \
             \"state-grid-station-{number}-2019.csv.gz\"\ntime = \"Time(year-month-day h:m:s)\"\ncolumn = \
             \"Power (MW)\"\nunit = \"mw\"\ncapacity_kw = 50000\n"
        )
    };
    let check = |number: u32, file: &str| {
        let folder = park(2019, "Asia/Shanghai", 15, &pv(number), &[file]);
        let (code, out, said) = zeropark(&folder, &["check", "park.toml"]);
        assert_eq!(code, Some(0), "{said}");
        out + &said
    };
    let bad = check(3, "tests/data/series/state-grid-station-3-2019.csv.gz");
    println!("{bad}");
    assert!(bad.contains("17265") && bad.contains("correlation"), "{bad}");
    let sound = check(1, "scenarios/data/state-grid-station-1-2019.csv.gz");
    assert!(!sound.contains("correlation"), "{sound}");
}

/// The NSRDB file of Brisbane carries a ground reflectance of its own; a scenario that says nothing
/// takes the file's mean, one that says something is obeyed.
#[test]
fn the_weather_files_albedo_is_used_unless_the_scenario_has_one() {
    let text = std::fs::read_to_string(shared("scenarios/brisbane.toml")).expect("reads");
    let yield_kwh = |line: &str| {
        let folder = TempDir::new().expect("a folder");
        std::fs::create_dir(folder.path().join("weather")).expect("makes");
        let weather = "weather/brisbane-nsrdb.csv.gz";
        std::fs::copy(shared("scenarios").join(weather), folder.path().join(weather)).expect("copies");
        let site = format!("[site]\n{line}\n");
        std::fs::write(folder.path().join("park.toml"), text.replacen("[site]\n", &site, 1)).expect("writes");
        summary(&folder)["parks"][0]["configured"]["energy"]["pv_available_kwh"].as_f64().expect("a number")
    };
    let mean = ALBEDO_OF_BRISBANE;
    let (silent, same, brighter) =
        (yield_kwh(""), yield_kwh(&format!("albedo = {mean}")), yield_kwh("albedo = 0.3"));
    assert!((silent / same - 1.0).abs() < 1e-9, "{silent} {same}");
    assert!(brighter > silent * 1.0005, "{brighter} {silent}");
}

/// Mean of the column `Surface Albedo` over its 8760 rows, by awk.
const ALBEDO_OF_BRISBANE: f64 = 0.134849315068487;
