//! The home case in steps of 60, 30, 15, 10 and 5 minutes: the same sessions, the same energies.

use serde_json::Value;
use std::process::Command;

/// Runs the home case at a step and returns its summary.
fn home(folder: &std::path::Path, step_minutes: u32) -> Value {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let text = std::fs::read_to_string(sources.join("jiaocheng.toml")).expect("reads");
    let changed: String = text
        .lines()
        .map(|line| match line.starts_with("step_minutes") {
            true => format!("step_minutes = {step_minutes}\n"),
            false => format!("{line}\n"),
        })
        .collect();
    assert_eq!(changed.matches("step_minutes = ").count(), 1);
    let file = folder.join("home.toml");
    std::fs::write(&file, changed).expect("writes");
    std::fs::create_dir_all(folder.join("weather")).expect("makes");
    for name in ["jiaocheng-stations.csv", "weather/fuzhou.epw.gz"] {
        std::fs::copy(sources.join(name), folder.join(name)).expect("copies");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder)
        .args(["run", "home.toml", "--json", "-q", "--no-plots", "--no-series", "-o", "out"])
        .output()
        .expect("starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("is JSON")
}

/// Parks with their cases, and all of them together.
fn cases(summary: &Value) -> Vec<(String, &Value)> {
    let parks = summary["parks"].as_array().expect("a list").iter();
    let named = parks.map(|park| (park["name"].as_str().expect("a name").to_owned(), park));
    named.chain([("all".to_owned(), &summary["all"])]).collect()
}

/// Nothing of the year's energy may hang on the step: shapes of loads, the sun's path, sessions
/// and tariffs are defined below the hour. What is left (0.4 % at most) is storage and limits that
/// act on shorter peaks. Demand peaks do differ, and grow as windows shorten.
#[test]
fn annual_flows_agree_within_one_percent_of_the_demand_at_every_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let hourly = home(folder.path(), 60);
    let mut compared = 0;
    for step_minutes in [30, 15, 10, 5] {
        let fine = home(folder.path(), step_minutes);
        for ((name, coarse), (_, fine)) in cases(&hourly).into_iter().zip(cases(&fine)) {
            for case in ["baseline", "configured"] {
                let (coarse, fine) = (&coarse[case]["energy"], &fine[case]["energy"]);
                let value = |energy: &Value, key: &str| energy[key].as_f64().unwrap_or(0.0);
                let demand = value(coarse, "load_kwh") + value(coarse, "charging_kwh");
                for key in coarse.as_object().expect("a table").keys().filter(|key| key.ends_with("_kwh")) {
                    let gap = (value(fine, key) - value(coarse, key)).abs() / demand;
                    assert!(gap < 0.01, "{name} {case} {key} at {step_minutes} min: {gap}");
                    compared += 1;
                }
                // The same loads, to rounding: an archetype is one curve, whatever the step.
                let load = value(fine, "load_kwh") / value(coarse, "load_kwh") - 1.0;
                assert!(load.abs() < 1e-9, "{name} {case}: {load}");
            }
            let sessions = |park: &Value| {
                let fleets = park["configured"]["charging"].as_array().cloned().unwrap_or_default();
                let of = |fleet: &Value| (fleet["sessions"].clone(), fleet["lost_sessions"].clone());
                fleets.iter().map(of).collect::<Vec<_>>()
            };
            assert_eq!(sessions(coarse), sessions(fine), "{name}: the sessions are the same");
        }
        let peak = |summary: &Value| summary["all"]["configured"]["energy"]["peak_import_kw"].as_f64();
        assert!(peak(&fine) > peak(&hourly), "shorter windows see higher peaks");
    }
    assert!(compared > 1000, "{compared}");
}
