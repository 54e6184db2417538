//! Tests of reading scenarios: what is understood, and what is said about wrong ones.

use super::*;
use crate::problem::Problem;

const MINIMAL: &str = r#"
schema = 1
name = "t"
[time]
year = 2025
[site]
latitude_deg = 26.66
longitude_deg = 119.55
timezone = "Asia/Shanghai"
[[park]]
name = "p"
"#;

fn read(text: &str) -> Result<Scenario, crate::problem::Problems> {
    let (raw, problems) = raw::parse("t.toml", text);
    Scenario::from_raw(raw, std::sync::Arc::new(Files::embedded()), problems)
}

fn problems(text: &str) -> Vec<Problem> {
    read(text).expect_err("is wrong").0
}

#[test]
fn the_home_case_reads_without_a_problem() {
    let home = Scenario::home().unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(home.root.tables("park").len(), 12);
    assert!(home.warnings.is_empty());
}

#[test]
fn defaults_fill_what_is_not_written() {
    let scenario = read(&format!("{MINIMAL}[[park.pv]]\ncapacity_kw = 5\n")).expect("reads");
    let pv = &scenario.root.tables("park")[0].tables("pv")[0];
    assert_eq!(pv.name(), "pv");
    assert_eq!(pv.number("losses"), Some(0.14));
    assert!(!pv.given("losses"));
    assert_eq!(pv.path, "park.p.pv.pv");
}

#[test]
fn all_problems_of_a_file_are_reported_at_once() {
    let text = format!(
        "{MINIMAL}[[park.pv]]\ncapacity_kw = -5\ntilt = 10\n[[park.storage]]\npower_kw = \"big\"\nenergy_kwh = 10\nsoc_min = 20\n"
    );
    let found = problems(&text);
    let kinds: Vec<_> = found.iter().map(|p| (p.kind, p.place.line)).collect();
    assert_eq!(
        kinds,
        [
            ("out-of-range", Some(13)),
            ("unknown-key", Some(14)),
            ("wrong-type", Some(16)),
            ("out-of-range", Some(18)),
        ]
    );
    assert_eq!(found[1].hint.as_deref(), Some("did you mean `tilt_deg`?"));
    assert_eq!(found[3].hint.as_deref(), Some("shares are fractions of 1: write 0.2 for 20 %"));
}

#[test]
fn a_bad_cell_of_a_park_table_names_row_and_column() {
    let text = include_str!("../../scenarios/jiaocheng.toml")
        .replace("template = \"station\"", "template = \"stations\"");
    let found = problems(&text);
    assert_eq!(found[0].kind, "unknown-template");
    assert_eq!(found[0].place.key.as_deref(), Some("parks.template"));
}

#[test]
fn an_override_passes_the_same_checks() {
    let home = Scenario::home().expect("reads");
    let spot = load::option_spot("--set");
    let key = "park.lithium.storage.station.energy_kwh";
    let changed = home.with(&[(key, raw::RawValue::Number(5.0))], &spot).expect("is allowed");
    let park = changed.root.tables("park").iter().find(|p| p.name() == "lithium").expect("stands");
    assert_eq!(park.tables("storage")[0].number("energy_kwh"), Some(5.0));
    let refused = home.with(&[(key, raw::RawValue::Number(-5.0))], &spot).expect_err("is refused");
    assert_eq!(refused.0[0].kind, "out-of-range");
}
