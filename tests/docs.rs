//! The TOML examples of `docs/inputs.md`, `docs/charging.md`, `docs/physics.md` and `docs/tariff.md` are sound: each is put into a small scenario and checked.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Tables that an example may leave to the frame around it.
const FRAME: [(&str, &str); 3] = [
    ("[time]", "[time]\nyear = 2025\n"),
    (
        "[site]",
        "[site]\nlatitude_deg = 26.66\nlongitude_deg = 119.55\ntimezone = \"Asia/Shanghai\"\nweather = \"weather.csv\"\n",
    ),
    (
        "[[park]]",
        "[[park]]\nname = \"works\"\n[[park.load]]\nname = \"offices\"\narchetype = \"office\"\nannual_mwh = 100\n",
    ),
];

fn examples() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let pages = ["inputs.md", "charging.md", "physics.md", "tariff.md"]
        .map(|page| std::fs::read_to_string(folder.join(page)).expect("reads"));
    let text = pages.concat();
    let blocks = text.split("```toml\n").skip(1);
    blocks.filter_map(|block| block.split("```").next()).map(str::to_owned).collect()
}

/// The example between the parts that it leaves out. Tables of a park come last: TOML hangs them on
/// the park before.
fn scenario(example: &str) -> String {
    let (own, park): (Vec<&str>, Vec<&str>) = example
        .split("\n\n")
        .partition(|part| !part.trim_start().trim_start_matches('[').starts_with("park."));
    let missing = FRAME.iter().filter(|(head, _)| !example.lines().any(|line| line == *head));
    let frame: String = missing.map(|(_, text)| *text).collect();
    let before = own.join("\n\n");
    format!("schema = 1\nname = \"example\"\n{before}\n{frame}{}\n", park.join("\n\n"))
}

/// A table with a row per hour of 2025: what `row` makes of the stamp's date and clock and the hour.
fn hours(header: &str, row: impl Fn(&str, &str, usize) -> String) -> String {
    let axis = zeropark::time::Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 0 };
    let mut text = format!("{header}\n");
    for hour in 0..8760 {
        let stamp = axis.stamp(hour);
        let _ = writeln!(text, "{}", row(&stamp[..10], &stamp[11..16], hour));
    }
    text
}

fn write_files(folder: &Path) {
    let sun = |hour: usize| (1.0 - ((hour % 24) as f64 - 12.0).abs() / 6.0).max(0.0);
    let day = |hour: usize| (hour % 24) as f64;
    let texts = [
        ("load.csv", hours("load_kw", |_, _, hour| format!("{}", 500.0 + day(hour)))),
        // The hour that ends at the stamp: the first row's is 01:00, the last one's 00:00 of the next day.
        (
            "meter.csv",
            hours("date,clock,energy", |date, _, hour| {
                format!("{date},{:02}:00,{}", hour % 24 + 1, day(hour))
            }),
        ),
        ("utc.csv", hours("time,kw", |date, clock, hour| format!("{date}T{clock}:00,{}", 300.0 + day(hour)))),
        ("pv.csv", hours("Power (MW)", |_, _, hour| format!("{:.3}", 2.5 * sun(hour)))),
        ("wind.csv", hours("share", |_, _, hour| format!("{:.3}", 0.3 + 0.01 * day(hour)))),
        ("depot.csv", hours("kw", |_, _, hour| format!("{}", 20.0 + day(hour)))),
        ("carbon.csv", hours("time,g", |date, clock, hour| format!("{date} {clock},{}", 400.0 + day(hour)))),
        (
            "weather.csv",
            hours("time,ghi_w_per_m2,temperature_c,wind_speed_m_s", |date, clock, hour| {
                format!("{date} {clock},{:.0},{},{}", 600.0 * sun(hour), 15.0 + day(hour) / 3.0, 3 + hour % 5)
            }),
        ),
        ("sessions.csv", "arrival,departure,energy_kwh\n2025-03-03 08:00,2025-03-03 17:00,20\n".to_owned()),
        (
            "ferry.csv",
            "time,route\n07:00,North_South\n07:30,South_North\n08:30,North_South\n09:00,South_North\n"
                .to_owned(),
        ),
        ("parks.csv", "name,load.offices.annual_mwh\nnorth,120\nsouth,\n".to_owned()),
    ];
    for (name, text) in texts {
        std::fs::write(folder.join(name), text).expect("writes");
    }
    let mut wide = String::from("日期");
    (1..=96).for_each(|part| wide += &format!(",{:02}:{:02}", part / 4, part % 4 * 15));
    let axis = zeropark::time::Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 0 };
    for day in 0..365 {
        wide += &format!("\n{}", &axis.stamp(day * 24)[..10]);
        // One cell is missing: the example asks for its repair.
        (0..96).for_each(|part| {
            wide += &if (day, part) == (40, 7) { ",".to_owned() } else { format!(",{}", 400 + part) }
        });
    }
    std::fs::write(folder.join("load-96.csv"), wide).expect("writes");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("负荷").expect("is legal");
    sheet.write_string(0, 0, "时间").and_then(|sheet| sheet.write_string(0, 1, "有功功率")).expect("fits");
    let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for hour in 0..8760_u32 {
        // Serial 45658 is 1 January 2025.
        let serial = 45658.0 + f64::from(hour) / 24.0;
        sheet.write_number_with_format(hour + 1, 0, serial, &format).expect("fits");
        sheet.write_number(hour + 1, 1, f64::from(300 + hour % 24)).expect("fits");
    }
    book.save(folder.join("load.xlsx")).expect("writes");
}

#[test]
fn every_example_of_the_pages_is_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    write_files(folder.path());
    let examples = examples();
    assert!(examples.len() >= 10, "{}", examples.len());
    for example in &examples {
        let text = scenario(example);
        let file = folder.path().join("example.toml");
        std::fs::write(&file, &text).expect("writes");
        let output =
            Command::new(env!("CARGO_BIN_EXE_zeropark")).arg("check").arg(&file).output().expect("starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{text}\n{said}");
    }
}

/// Every option of a series stands in an example.
#[test]
fn every_option_of_a_series_is_shown() {
    let shown = examples().concat();
    for attribute in zeropark::scenario::attributes::SERIES.attributes() {
        let key = attribute.key;
        assert!(shown.contains(&format!("{key} = ")), "{key}");
    }
}

/// The page is written by `zeropark schema --markdown > docs/scenario-reference.md`: what it lists exists.
#[test]
fn the_reference_page_lists_no_key_that_is_gone() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario-reference.md");
    let text = std::fs::read_to_string(path).expect("reads");
    let now = zeropark::scenario::reference::markdown(&zeropark::scenario::attributes::SCENARIO);
    let keys = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let gone: Vec<&str> = keys.filter(|key| !now.contains(&format!("| `{key}` |"))).collect();
    assert!(gone.is_empty(), "write the page again: {gone:?}");
}
