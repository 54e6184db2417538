//! Wrong inputs: `tests/data/wrong/cases.toml` is a table of edits to a sound scenario and its files,
//! each with the kind, the position and the words of the answer.

use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use zeropark::park::{BuildOptions, build};
use zeropark::problem::Problem;
use zeropark::scenario::Scenario;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

/// One wrong input and the answer to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What is wrong.
    name: String,
    /// Texts of `park.toml` and what stands there instead.
    #[serde(default)]
    edit: Vec<[String; 2]>,
    /// Text added at the end of `park.toml`.
    #[serde(default)]
    append: String,
    /// A data file whose lines are edited: `[line, from, to]`; line 0 is every line.
    #[serde(default)]
    file: String,
    #[serde(default)]
    lines: Vec<(usize, String, String)>,
    /// Lines of the data file that are kept, from 1.
    keep: Option<[usize; 2]>,
    /// Bytes of the data file instead of its text, as hexadecimal.
    bytes: Option<String>,
    /// Text of the data file instead of its own.
    text: Option<String>,
    /// Kind of the answer.
    kind: String,
    /// `file:line:column` as shown; parts that are not there are left out.
    at: String,
    /// Name of the table's column.
    #[serde(default)]
    column: String,
    /// Key path.
    #[serde(default)]
    key: String,
    /// Words of the message.
    says: String,
    /// Words of the hint; empty where there is none.
    #[serde(default)]
    hint: String,
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(path).expect("ships with the sources")
}

/// Hours of 2025 as `2025-01-01 00:00`, one row each, with what `row` says of the hour.
fn hours(header: &str, row: impl Fn(usize) -> String) -> String {
    let axis = zeropark::time::Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 0 };
    let mut text = format!("{header}\n");
    for hour in 0..8760 {
        let stamp = axis.stamp(hour);
        let _ = writeln!(text, "{} {},{}", &stamp[..10], &stamp[11..16], row(hour));
    }
    text
}

/// The sound files beside `park.toml`.
fn sound(file: &str) -> Vec<u8> {
    let day = |hour: usize| 1.0 - ((hour % 24) as f64 - 12.0).abs() / 6.0;
    let text = match file {
        "load.csv" => hours("时间,有功功率", |hour| (800 + hour % 24).to_string()),
        "weather.csv" => hours("time,ghi_w_per_m2,temperature_c,wind_speed_m_s", |hour| {
            let (sun, air) = ((day(hour).max(0.0) * 600.0).round(), 15 + hour % 24 / 3);
            format!("{sun},{air},{}", 3 + hour % 7)
        }),
        "wide.csv" => {
            let mut text = String::from("日期");
            (1..=96).for_each(|part| text += &format!(",{:02}:{:02}", part * 15 / 60, part * 15 % 60));
            let axis = zeropark::time::Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 0 };
            for day in 0..365 {
                text += &format!("\n{}", &axis.stamp(day * 24)[..10]);
                (0..96).for_each(|part| text += &format!(",{}", 500 + part));
            }
            text + "\n"
        }
        "parks.csv" => {
            "name,load.办公.annual_mwh,storage.station.energy_kwh\n甲,900,100\n乙,800,\n".to_owned()
        }
        "sessions.csv" => "arrival,departure,energy_kwh\n2025-03-01 08:00,2025-03-01 17:00,20\n".to_owned(),
        "curve.csv" => "wind_speed_m_s,power_kw\n0,0\n3,0\n8,500\n12,2000\n25,2000\n".to_owned(),
        "weather.epw" => {
            let packed =
                std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/weather/fuzhou.epw.gz"));
            let packed = packed.expect("ships with the sources");
            let mut text = Vec::new();
            let mut reader = flate2::read::GzDecoder::new(packed.as_slice());
            std::io::Read::read_to_end(&mut reader, &mut text).expect("is sound");
            return text;
        }
        "brisbane.csv" | "greensboro.csv" => {
            let path = if file == "brisbane.csv" {
                "scenarios/weather/brisbane-nsrdb.csv.gz"
            } else {
                "tests/data/weather/greensboro-tmy3.csv.gz"
            };
            let packed = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
                .expect("ships with the sources");
            let mut text = Vec::new();
            let mut reader = flate2::read::GzDecoder::new(packed.as_slice());
            std::io::Read::read_to_end(&mut reader, &mut text).expect("is sound");
            return text;
        }
        _ => String::new(),
    };
    text.into_bytes()
}

fn hexadecimal(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte =
        |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("is ASCII"), 16).expect("is hex");
    digits.chunks(2).map(byte).collect()
}

fn edited(case: &Case) -> Vec<u8> {
    if let Some(bytes) = &case.bytes {
        return hexadecimal(bytes);
    }
    if let Some(text) = &case.text {
        return text.clone().into_bytes();
    }
    let sound = String::from_utf8_lossy(&sound(&case.file)).into_owned();
    let mut lines: Vec<String> = sound.lines().map(str::to_owned).collect();
    for (line, from, to) in &case.lines {
        let all = 1..=lines.len();
        let range = if *line == 0 { all } else { *line..=*line };
        for at in range {
            assert!(*line == 0 || lines[at - 1].contains(from.as_str()), "{}: {}", case.name, lines[at - 1]);
            lines[at - 1] = lines[at - 1].replacen(from.as_str(), to, 1);
        }
    }
    if let Some([first, last]) = case.keep {
        lines = lines[first - 1..last.min(lines.len())].to_vec();
    }
    (lines.join("\n") + "\n").into_bytes()
}

fn answer(case: &Case, folder: &Path) -> Vec<Problem> {
    let mut park = read("tests/data/wrong/park.toml");
    for [from, to] in &case.edit {
        assert!(park.contains(from.as_str()), "{}: park.toml has no {from:?}", case.name);
        park = park.replacen(from.as_str(), to, 1);
    }
    park += &case.append;
    for file in ["load.csv", "weather.csv", case.file.as_str()] {
        if !file.is_empty() {
            let bytes = if file == case.file { edited(case) } else { sound(file) };
            std::fs::write(folder.join(file), bytes).expect("writes");
        }
    }
    for word in
        park.split('"').filter(|word| ["parks.csv", "wide.csv", "sessions.csv", "curve.csv"].contains(word))
    {
        if word != case.file {
            std::fs::write(folder.join(word), sound(word)).expect("writes");
        }
    }
    let bytes = if case.file == "park.toml" { edited(case) } else { park.into_bytes() };
    let path = folder.join("park.toml");
    std::fs::write(&path, bytes).expect("writes");
    let built =
        Scenario::read(&path).and_then(|scenario| build(&scenario, BuildOptions { seed: 1 }).map(drop));
    match built {
        Ok(()) => Vec::new(),
        Err(problems) => problems.0.into_iter().filter(Problem::is_error).collect(),
    }
}

/// `file:line:column`, as far as they are known.
fn position(problem: &Problem, folder: &Path) -> String {
    let place = &problem.place;
    let folder = format!("{}/", folder.display());
    let mut text = place.file.as_deref().unwrap_or_default().replace(&folder, "");
    for number in [place.line, place.column].into_iter().flatten() {
        text += &format!(":{number}");
    }
    text
}

fn table() -> Vec<Case> {
    let table: Table = toml::from_str(&read("tests/data/wrong/cases.toml")).expect("is a table of cases");
    table.case
}

#[test]
fn the_scenario_that_the_cases_edit_is_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let none: Case = toml::from_str("name = ''\nkind = ''\nat = ''\nsays = ''").expect("is a case");
    assert_eq!(answer(&none, folder.path()), []);
}

#[test]
fn every_wrong_input_is_answered_with_kind_position_and_hint() {
    let mut wrong = String::new();
    for case in table() {
        let folder = tempfile::tempdir().expect("a folder");
        let found = answer(&case, folder.path());
        let [problem] = found.as_slice() else {
            let _ = writeln!(wrong, "{}: one error expected, found {}", case.name, found.len());
            for problem in &found {
                let _ = writeln!(wrong, "    {} {problem}", problem.kind);
            }
            continue;
        };
        let hint = problem.hint.as_deref().unwrap_or_default();
        let right = problem.kind == case.kind
            && position(problem, folder.path()) == case.at
            && problem.place.column_name.as_deref().unwrap_or_default() == case.column
            && problem.place.key.as_deref().unwrap_or_default() == case.key
            && problem.message.replace(&format!("{}/", folder.path().display()), "").contains(&case.says)
            && (hint.contains(&case.hint) && hint.is_empty() == case.hint.is_empty());
        if !right {
            let _ = writeln!(
                wrong,
                "# {}\nkind = {:?}\nat = {:?}\ncolumn = {:?}\nkey = {:?}\nsays = {:?}\nhint = {:?}\n",
                case.name,
                problem.kind,
                position(problem, folder.path()),
                problem.place.column_name.as_deref().unwrap_or_default(),
                problem.place.key.as_deref().unwrap_or_default(),
                problem.message.replace(&format!("{}/", folder.path().display()), ""),
                hint
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_table_holds_at_least_sixty_cases_and_forty_kinds() {
    let cases = table();
    let kinds: BTreeSet<&str> = cases.iter().map(|case| case.kind.as_str()).collect();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "two cases have one name");
    assert!(cases.len() >= 60, "{}", cases.len());
    assert!(kinds.len() >= 40, "{}", kinds.len());
}
