//! The table of wrong inputs (`tests/data/wrong/cases.toml`): its cases and their files.

use serde::Deserialize;
use std::fmt::Write as _;
use std::path::Path;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

/// One wrong input and the answer to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What is wrong.
    pub name: String,
    /// Texts of `park.toml` and what stands there instead.
    #[serde(default)]
    pub edit: Vec<[String; 2]>,
    /// Text added at the end of `park.toml`.
    #[serde(default)]
    pub append: String,
    /// A data file whose lines are edited: `[line, from, to]`; line 0 is every line.
    #[serde(default)]
    pub file: String,
    #[serde(default)]
    pub lines: Vec<(usize, String, String)>,
    /// Lines of the data file that are kept, from 1.
    pub keep: Option<[usize; 2]>,
    /// Bytes of the data file instead of its text, as hexadecimal.
    pub bytes: Option<String>,
    /// Text of the data file instead of its own.
    pub text: Option<String>,
    /// Kind of the answer.
    pub kind: String,
    /// `file:line:column` as shown; parts that are not there are left out.
    pub at: String,
    /// Name of the table's column.
    #[serde(default)]
    pub column: String,
    /// Key path.
    #[serde(default)]
    pub key: String,
    /// Words of the message.
    pub says: String,
    /// Words of the hint; empty where there is none.
    #[serde(default)]
    pub hint: String,
}

/// A file of the sources.
pub fn read(path: &str) -> String {
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
pub fn sound(file: &str) -> Vec<u8> {
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

/// The data file after the edits of a case.
pub fn edited(case: &Case) -> Vec<u8> {
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

/// The scenario after the edits of a case.
pub fn park_of(case: &Case) -> String {
    let mut park = read("tests/data/wrong/park.toml");
    for [from, to] in &case.edit {
        assert!(park.contains(from.as_str()), "{}: park.toml has no {from:?}", case.name);
        park = park.replacen(from.as_str(), to, 1);
    }
    park + &case.append
}

/// All cases.
pub fn table() -> Vec<Case> {
    let table: Table = toml::from_str(&read("tests/data/wrong/cases.toml")).expect("is a table of cases");
    table.case
}
