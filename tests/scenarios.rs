//! The shipped scenarios run as they stand, and give what their comments promise.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// Runs a scenario and returns its summary.
fn run(scenario: &Path) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .arg("run")
        .arg(scenario)
        .args(["--json", "-q", "--no-plots"])
        .output()
        .expect("starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    warnings_speak_both_languages(&folder.path().join("output"));
    let summary: Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    for park in summary["parks"].as_array().expect("a list").iter().chain([&summary["all"]]) {
        for case in ["baseline", "configured"] {
            let energy = &park[case]["energy"];
            let residual = energy["balance_residual_kwh"].as_f64().expect("a number");
            let load = energy["load_kwh"].as_f64().expect("a number");
            assert!(residual.abs() <= 1e-9 * load, "{} {case}: {residual}", park["name"]);
        }
    }
    summary
}

/// Every warning of the runs in a folder, and its hint, stands in the manifest in English and in Chinese.
fn warnings_speak_both_languages(output: &Path) {
    let chinese = |text: &Value| {
        text.as_str().is_some_and(|text| text.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)))
    };
    for run in std::fs::read_dir(output).expect("lists").flatten() {
        let text = std::fs::read_to_string(run.path().join("manifest.json")).expect("reads");
        let manifest: Value = serde_json::from_str(&text).expect("is JSON");
        for warning in manifest["warnings"].as_array().expect("a list") {
            assert!(warning["message"].is_string() && chinese(&warning["message_zh"]), "{warning}");
            assert!(warning["hint"].is_null() || chinese(&warning["hint_zh"]), "{warning}");
        }
    }
}

fn configured(summary: &Value, key: &str) -> f64 {
    summary["parks"][0]["configured"]["energy"][key].as_f64().expect("a number")
}

#[test]
fn every_shipped_scenario_runs() {
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(shipped("")).expect("lists").flatten() {
        let path = entry.path();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "toml") && text.contains("schema = 1") {
            run(&path);
            assert!(text.starts_with('#'), "{} says what it teaches", path.display());
            seen.push(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
        }
    }
    for name in ["jiaocheng", "starter", "urumqi", "measured", "brisbane", "many-parks", "growing-park"] {
        assert!(seen.contains(&format!("{name}.toml")), "{name}: {seen:?}");
    }
}

#[test]
fn the_starter_is_short_and_runs_where_it_is_written() {
    assert!(zeropark::scenario::starter::STARTER.lines().count() < 40);
    let folder = tempfile::tempdir().expect("a folder");
    zeropark::scenario::starter::write(&folder.path().join("new")).expect("writes");
    run(&folder.path().join("new/park.toml"));
}

/// The station of the State Grid gave 340,840.32 MW quarter-hours in 2019 (sum of the raw column by
/// Python), that is 85,210.08 MWh; the mill's load is scaled to 120,000 MWh.
#[test]
fn the_measured_park_has_the_energies_of_its_files() {
    let summary = run(&shipped("measured.toml"));
    assert!((configured(&summary, "pv_available_kwh") - 85_210_080.0).abs() < 100.0);
    assert!((configured(&summary, "load_kwh") - 120_000_000.0).abs() < 1.0);
}

/// 30 turbines a year in a northern wind: more wind than sun, at quarter-hours.
#[test]
fn the_northern_park_lives_on_wind() {
    let summary = run(&shipped("urumqi.toml"));
    let (wind, sun) = (configured(&summary, "wind_available_kwh"), configured(&summary, "pv_available_kwh"));
    assert!(wind > 3.0 * sun, "{wind} {sun}");
}

/// South of the equator an array facing north (0 degrees) gives more than one facing south.
#[test]
fn the_southern_park_faces_north() {
    let text = std::fs::read_to_string(shipped("brisbane.toml")).expect("reads");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("weather")).expect("makes");
    let weather = "weather/brisbane-nsrdb.csv.gz";
    std::fs::copy(shipped(weather), folder.path().join(weather)).expect("copies");
    let turned: Vec<f64> = ["0", "180"]
        .iter()
        .map(|azimuth| {
            let line = text.lines().find(|line| line.starts_with("azimuth_deg")).expect("is given");
            let path = folder.path().join("turned.toml");
            std::fs::write(&path, text.replace(line, &format!("azimuth_deg = {azimuth}"))).expect("writes");
            configured(&run(&path), "pv_available_kwh")
        })
        .collect();
    assert!(turned[0] > 1.05 * turned[1], "{turned:?}");
}

/// By hand: 20 kW around the clock are 175,200 kWh at the bus; of an AC charger of 7 kW what its
/// efficiency leaves is in the vehicles. The fleet is there in the baseline too, and no strategy moves it.
#[test]
fn measured_charging_is_a_load_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "schema = 1\nname = \"c\"\n[time]\nyear = 2025\n[site]\nlatitude_deg = 26.66\nlongitude_deg = 119.55\n\
                timezone = \"Asia/Shanghai\"\n[[park]]\nname = \"p\"\n[[park.load]]\narchetype = \"office\"\n\
                annual_mwh = 100\n[[park.charging]]\nname = \"depot\"\nseries = \"kw.csv\"\nunit = \"w\"\n";
    std::fs::write(folder.path().join("kw.csv"), format!("power\n{}", "20000\n".repeat(8760)))
        .expect("writes");
    let path = folder.path().join("c.toml");
    std::fs::write(&path, text).expect("writes");
    let summary = run(&path);
    for case in ["baseline", "configured"] {
        let case = &summary["parks"][0][case];
        let energy = case["energy"]["charging_kwh"].as_f64().expect("a number");
        assert!((energy - 175_200.0).abs() < 1e-6, "{energy}");
        let depot = &case["charging"][0];
        assert_eq!((&depot["sessions"], &depot["peak_kw"]), (&Value::Null, &serde_json::json!(20.0)));
        let delivered = depot["delivered_kwh"].as_f64().expect("a number");
        assert!((0.8 * energy..0.95 * energy).contains(&delivered), "{delivered}");
    }
    std::fs::write(&path, format!("{text}strategy = \"managed\"\n")).expect("writes");
    let output =
        Command::new(env!("CARGO_BIN_EXE_zeropark")).arg("check").arg(&path).output().expect("starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("park.p.charging.depot.strategy: a measured series cannot be moved"), "{said}");
}

/// What rescales the weather is said, in `check` and in the manifest. By hand: the wind of the file
/// is 3.1015 m/s on average (see the weather tests), so that 6.203 m/s is twice as much; the radiation
/// is 1430.172 kWh/m², so that 715.086 is half.
#[test]
fn rescaled_weather_is_visible_in_check_and_manifest() {
    let folder = tempfile::tempdir().expect("a folder");
    zeropark::scenario::starter::write(&folder.path().join("new")).expect("writes");
    let path = folder.path().join("new/park.toml");
    let text = std::fs::read_to_string(&path).expect("reads").replacen(
        "[[park]]",
        "ghi_annual_kwh_per_m2 = 715.086\nmean_wind_speed_m_s = 6.20296803653\n[[park]]",
        1,
    );
    let wind = "[[park.wind]]\nturbine = \"generic-5mw\"\nmean_wind_speed_m_s = 7.5\n";
    std::fs::write(&path, text.replacen("[park.grid]", &format!("{wind}[park.grid]"), 1)).expect("writes");
    let zeropark = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zeropark"));
        let output = command.current_dir(folder.path()).args(arguments).arg(&path).output().expect("starts");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let said = zeropark(&["check"]);
    zeropark(&["run", "-q", "--no-plots", "--no-series", "-o", "out"]);
    let manifest = std::fs::read_to_string(folder.path().join("out/manifest.json")).expect("reads");
    for words in [
        "radiation rescaled by 0.5000",
        "wind rescaled by 2.0000",
        "wind at the hub rescaled by",
        "applied -30 min",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
        assert!(manifest.contains(words), "{words}");
    }
}

/// The highest memory of a run of a thousand parks, each with its own size, orientation and load, as
/// the system counts it (`VmHWM`), read until the run ends.
#[test]
#[cfg(target_os = "linux")]
fn a_thousand_parks_need_less_than_300_mb() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table =
        "name,load.works.annual_mwh,pv.roofs.capacity_kw,pv.roofs.tilt_deg,pv.roofs.azimuth_deg\n".to_owned();
    for park in 0..1000 {
        let (load, size, tilt, azimuth) = (1000 + park, 500 + park, park * 7 % 40, 90 + park * 11 % 180);
        table += &format!("park {park:04},{load},{size},{tilt},{azimuth}\n");
    }
    std::fs::write(folder.path().join("many-parks.csv"), table).expect("writes");
    std::fs::create_dir(folder.path().join("weather")).expect("makes");
    std::fs::copy(shipped("weather/fuzhou.epw.gz"), folder.path().join("weather/fuzhou.epw.gz"))
        .expect("copies");
    let text = std::fs::read_to_string(shipped("many-parks.toml")).expect("reads");
    std::fs::write(folder.path().join("many.toml"), text + "\n[economics]\n").expect("writes");
    let mut child = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .args(["run", "many.toml", "-q", "--no-plots", "--no-series", "--threads", "2"])
        .spawn()
        .expect("starts");
    let status = format!("/proc/{}/status", child.id());
    let mut highest_kb = 0;
    while child.try_wait().expect("is ours").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let size = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        highest_kb = size.unwrap_or(0).max(highest_kb);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert_eq!(child.wait().expect("ends").code(), Some(0));
    assert!((50_000..300_000).contains(&highest_kb), "{highest_kb} kB");
}
