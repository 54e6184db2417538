//! A new user with an own EPW, an own 96-point load file as Excel in China saves it, and typos in the
//! scenario gets to a right result by the messages alone: each step below does what a message said.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Runs the program; returns its exit code, stdout and stderr.
fn zeropark(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Replaces a text of the scenario, which has to stand there.
fn edit(folder: &Path, from: &str, to: &str) {
    let file = folder.join("park.toml");
    let text = std::fs::read_to_string(&file).expect("reads");
    assert!(text.contains(from), "{from}");
    std::fs::write(file, text.replacen(from, to, 1)).expect("writes");
}

/// Quarter-hours of 2024 in kW, one row a day, in GBK: 日期,00:15,…,24:00. The cell of 9 April
/// 01:15 is empty. Returns the energy with that cell bridged on a straight line, kWh.
fn own_load(file: &Path) -> f64 {
    let power =
        |day: usize, part: usize| 800 + (day % 7) * 20 + if (32..72).contains(&part) { 400 } else { part };
    let mut bytes = b"\xc8\xd5\xc6\xda".to_vec();
    let mut text = String::new();
    for part in 1..=96 {
        let _ = write!(text, ",{:02}:{:02}", part / 4, part % 4 * 15);
    }
    let axis = zeropark::time::Axis { year: 2024, step_minutes: 60, utc_offset_minutes: 480 };
    let mut kwh = 0.0;
    for day in 0..366 {
        let (month, date) = axis.month_and_day(day);
        let _ = write!(text, "\n2024/{}/{}", month + 1, date + 1);
        for part in 0..96 {
            // 9 April is day 99, its fifth interval ends at 01:15; its neighbours are 1 kW apart.
            kwh += power(day, part) as f64 / 4.0;
            text += &if (day, part) == (99, 4) { ",".to_owned() } else { format!(",{}", power(day, part)) };
        }
    }
    bytes.extend(text.into_bytes());
    std::fs::write(file, bytes).expect("writes");
    kwh
}

#[test]
fn a_new_user_gets_to_a_right_result_by_the_messages_alone() {
    let base = tempfile::tempdir().expect("a folder");
    let (code, said, _) = zeropark(base.path(), &["new", "park"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("run it: zeropark run park/park.toml"), "{said}");
    let folder = &base.path().join("park");
    let epw = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/weather/beijing-tmyx.epw.gz");
    std::fs::copy(epw, folder.join("Beijing.epw.gz")).expect("copies");
    let energy_kwh = own_load(&folder.join("负荷2024.csv"));

    // Three slips, told in one go, each with its spot and its mend.
    edit(folder, "weather/fuzhou.epw.gz", "Bejing.epw.gz");
    edit(folder, "archetype = \"vehicle-plant\"\nannual_mwh = 20000", "series = \"负荷.csv\"");
    edit(folder, "tilt_deg", "titl_deg");
    let (code, _, said) = zeropark(folder, &["run", "park.toml"]);
    assert_eq!(code, Some(2));
    for words in [
        "park.toml:12:11: site.weather: the file `Bejing.epw.gz` does not exist (hint: did you mean `Beijing.epw.gz`?)",
        "park.works.load.load.series: the file `负荷.csv` does not exist (hint: files there: 负荷2024.csv)",
        "park.works.pv.pv.titl_deg: `titl_deg` is not a key of a pv table (hint: did you mean `tilt_deg`?)",
        "3 problems found; nothing was written",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    edit(folder, "Bejing", "Beijing");
    edit(folder, "负荷.csv", "负荷2024.csv");
    edit(folder, "titl_deg", "tilt_deg");

    // The hole in the data: row and column of the sheet, and the key that fills it.
    let (code, _, said) = zeropark(folder, &["run", "park.toml"]);
    assert_eq!(code, Some(2));
    let words = "负荷2024.csv:101: park.works.load.load.series: column `01:15`: 1 of 35136 values are missing or \
                 impossible: 1 missing value (row 101) (hint: mend the file, or set repair = \"interpolate\"";
    assert!(said.contains(words), "{said}");
    edit(folder, "负荷2024.csv\"", "负荷2024.csv\"\nrepair = \"interpolate\"");

    // It runs, and says what does not fit together.
    let (code, _, said) = zeropark(folder, &["check", "park.toml"]);
    assert_eq!(code, Some(0), "{said}");
    for words in [
        "if the park stands there, set site.latitude_deg = 40.08 and site.longitude_deg = 116.585",
        "set time.year = 2024 to keep them together",
        "set `step_minutes = 15` in [time]",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    edit(folder, "26.66", "40.08");
    edit(folder, "119.55", "116.585");
    edit(folder, "year = 2025", "year = 2024\nstep_minutes = 15");

    let (code, json, said) = zeropark(folder, &["run", "park.toml", "--json", "--no-plots"]);
    assert_eq!(code, Some(0), "{said}");
    let left: Vec<&str> = said.lines().collect();
    assert_eq!(left.len(), 4, "the clock of the EPW, the leap day, the filled cell, cold modules: {said}");
    let summary: serde_json::Value = serde_json::from_str(&json).expect("is JSON");
    let load_kwh = summary["parks"][0]["configured"]["energy"]["load_kwh"].as_f64().expect("a number");
    assert!((load_kwh - energy_kwh).abs() < 1e-6, "{load_kwh} {energy_kwh}");
    let manifest = std::fs::read_to_string(folder.join("output/my-park/manifest.json")).expect("reads");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("is JSON");
    let quality = manifest["data_quality"].as_array().expect("a list");
    let load = quality.iter().find(|data| data["key"] == "park.works.load.load.series").expect("stands");
    assert_eq!((&load["repaired"], &load["findings"][0]["rows"]), (&1.into(), &serde_json::json!([101])));
}
