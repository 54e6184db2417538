//! What a user of the command line sees: exit codes, files, bytes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MINIMAL: &str = r#"schema = 1
name = "small"
[time]
year = 2025
[site]
latitude_deg = 26.66
longitude_deg = 119.55
timezone = "Asia/Shanghai"
[[park]]
name = "works"
[[park.load]]
archetype = "office"
annual_mwh = 1000
[[park.storage]]
power_kw = 100
energy_kwh = 200
[park.grid]
tariff = "fujian-2025-10kv"
carbon = "fujian-2023"
[park.dispatch]
policy = "time-of-use"
[economics]
"#;

fn zeropark(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zeropark")).current_dir(folder).args(arguments).output().expect("starts")
}

fn scenario(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("small.toml");
    std::fs::write(&file, text).expect("writes");
    (folder, file)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_home_case_runs_without_arguments_and_balances_on_every_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = zeropark(folder.path(), &["--no-plots"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let place = folder.path().join("output/jiaocheng");
    let text = std::fs::read_to_string(place.join("series_port.csv")).expect("reads");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let column = |name: &str| header.iter().position(|column| *column == name).expect("stands");
    let supply =
        ["pv_kw", "wind_kw", "storage_discharge_kw", "v2g_kw", "grid_import_kw", "unserved_kw"].map(column);
    let uses = ["load_kw", "charging_kw", "storage_charge_kw", "grid_export_kw", "curtailed_kw"].map(column);
    let (import, export) = (column("grid_import_kw"), column("grid_export_kw"));
    let mut rows = 0;
    for line in lines {
        let row: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap_or(0.0)).collect();
        let sum = |columns: &[usize]| columns.iter().map(|column| row[*column]).sum::<f64>();
        let gap = (sum(&supply) - sum(&uses)).abs();
        assert!(gap < 1e-6f64.max(1e-12 * sum(&uses)), "row {rows}: {gap}");
        assert!(row[import] * row[export] == 0.0, "row {rows} imports and exports");
        assert!(supply.iter().chain(&uses).all(|column| row[*column] >= 0.0), "row {rows}");
        rows += 1;
    }
    assert_eq!(rows, 8760);
    assert_eq!(header[0], "time");
}

#[test]
fn the_same_bytes_come_out_for_one_and_for_many_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    for (threads, out) in [("1", "one"), ("3", "three")] {
        let output = zeropark(folder.path(), &["--threads", threads, "--out", out, "-q"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    let mut compared = 0;
    for entry in std::fs::read_dir(folder.path().join("one")).expect("lists").flatten() {
        let name = entry.file_name();
        if entry.path().is_file() && name != "manifest.json" {
            let other = std::fs::read(folder.path().join("three").join(&name)).expect("reads");
            assert!(std::fs::read(entry.path()).expect("reads") == other, "{name:?} differs");
            compared += 1;
        }
    }
    assert!(compared >= 15);
}

#[test]
fn json_prints_exactly_the_summary() {
    let (folder, _) = scenario(MINIMAL);
    let output = zeropark(folder.path(), &["run", "small.toml", "--json", "--no-plots", "-q"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let file = std::fs::read(folder.path().join("output/small/summary.json")).expect("reads");
    assert!(output.stdout == file);
    let summary: serde_json::Value = serde_json::from_slice(&file).expect("is JSON");
    let configured = &summary["parks"][0]["configured"];
    let load = configured["energy"]["load_kwh"].as_f64().expect("a number");
    assert!((load - 1.0e6).abs() < 1e-3);
    // Parts of the bill add up to its total.
    let bill = &configured["bill"];
    let part = |key: &str| bill[key].as_f64().expect("a number");
    let charges = [
        "energy_charge",
        "demand_charge",
        "capacity_charge",
        "fixed_charge",
        "surcharges",
        "power_factor_adjustment",
        "green_supply_cost",
        "wheeling_charge",
    ]
    .map(part)
    .iter()
    .sum::<f64>();
    let total = charges - part("export_revenue") - part("charging_revenue");
    assert!((total - part("total")).abs() < 1e-6);
    let months = bill["monthly"].as_array().expect("a list");
    let sum: f64 = months.iter().filter_map(|month| month["total"].as_f64()).sum();
    assert!((sum - part("total")).abs() < 1e-6);
}

#[test]
fn wrong_input_ends_with_2_names_the_spot_and_writes_nothing() {
    let text = MINIMAL
        .replace("power_kw = 100", "power_kw = \"big\"")
        .replace("archetype = \"office\"", "archetyp = \"office\"");
    let (folder, _) = scenario(&text);
    let output = zeropark(folder.path(), &["run", "small.toml"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("small.toml:12:1: park.works.load.load.archetyp"), "{said}");
    assert!(said.contains("did you mean `archetype`?"), "{said}");
    assert!(said.contains("small.toml:15:12: park.works.storage.storage.power_kw"), "{said}");
    assert!(!folder.path().join("output").exists());
}

#[test]
fn a_limit_that_cannot_be_met_ends_with_1_and_says_what_would_help() {
    let text = MINIMAL.replace("[park.grid]", "[park.grid]\nimport_limit_kw = 120");
    let (folder, _) = scenario(&text);
    let output = zeropark(folder.path(), &["run", "small.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("the import limit of 120 kW cannot serve the load"), "{said}");
    assert!(said.contains("raise park.works.grid.import_limit_kw to"), "{said}");
    assert!(!folder.path().join("output/small").exists());
    assert!(!folder.path().join("output/small.partial").exists());
}

#[test]
fn a_folder_of_somebody_else_is_never_replaced() {
    let (folder, _) = scenario(MINIMAL);
    let place = folder.path().join("thesis");
    std::fs::create_dir(&place).expect("makes");
    std::fs::write(place.join("chapter.txt"), "words").expect("writes");
    let output = zeropark(folder.path(), &["run", "small.toml", "--out", "thesis"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(place.join("chapter.txt")).expect("reads"), "words");
}

#[test]
fn check_says_what_was_understood_and_writes_nothing() {
    let (folder, _) = scenario(MINIMAL);
    let output = zeropark(folder.path(), &["check", "small.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("1,000 MWh a year"), "{said}");
    assert!(said.contains("valley 2,920 h"), "{said}");
    assert!(!folder.path().join("output").exists());
}

#[test]
fn a_thousand_parks_from_a_table_run() {
    let text = format!("{MINIMAL}[parks]\nfile = \"parks.csv\"\ntemplate = \"works\"\n");
    let (folder, _) = scenario(&text);
    let mut table = String::from("name,load.load.annual_mwh,storage.storage.energy_kwh\n");
    for index in 0..1000 {
        table.push_str(&format!("park {index},{},{}\n", 500 + index, 100 + index % 7 * 50));
    }
    std::fs::write(folder.path().join("parks.csv"), table).expect("writes");
    let output = zeropark(folder.path(), &["run", "small.toml", "--no-series", "--no-plots", "-q"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let summary = std::fs::read(folder.path().join("output/small/summary.json")).expect("reads");
    let summary: serde_json::Value = serde_json::from_slice(&summary).expect("is JSON");
    // 500 + … + 1499 MWh = 999,500 MWh.
    let load = summary["all"]["configured"]["energy"]["load_kwh"].as_f64().expect("a number");
    assert!((load - 999_500_000.0).abs() < 1.0);
}
