//! Wall clocks and calendars as a user sees them: summer time, leap years, unknown holidays.

use std::path::Path;
use std::process::{Command, Output};

fn park(year: u32, timezone: &str) -> String {
    format!(
        r#"schema = 1
name = "clock"
[time]
year = {year}
[site]
latitude_deg = 48.1
longitude_deg = 11.6
timezone = "{timezone}"
[[park]]
name = "works"
[[park.load]]
archetype = "vehicle-plant"
annual_mwh = 1000
[park.grid]
tariff = "fujian-2025-10kv"
"#
    )
}

fn zeropark(folder: &Path, text: &str, arguments: &[&str]) -> Output {
    std::fs::write(folder.join("clock.toml"), text).expect("writes");
    Command::new(env!("CARGO_BIN_EXE_zeropark")).current_dir(folder).args(arguments).output().expect("starts")
}

/// A column of the year's series, with the stamps.
fn series(year: u32, timezone: &str, column: &str) -> Vec<(String, f64)> {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["run", "clock.toml", "-q", "--no-plots", "-o", "out"];
    let output = zeropark(folder.path(), &park(year, timezone), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(folder.path().join("out/series_works.csv")).expect("reads");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let at = lines.next().and_then(|head| head.iter().position(|name| *name == column)).expect("has it");
    lines.map(|row| (row[0].to_owned(), row[at].parse().expect("a number"))).collect()
}

fn day<'a>(series: &'a [(String, f64)], date: &str) -> Vec<(&'a str, f64)> {
    let own = series.iter().filter(|(stamp, _)| stamp.starts_with(date));
    own.map(|(stamp, value)| (&stamp[11..], *value)).collect()
}

/// Stamps keep standard time; in summer 09:00 on the wall is 08:00 of them. The bands of March and
/// April are the same, so the day's prices move by one hour on 30 March 2025 (EU summer time).
#[test]
fn tariff_hours_follow_the_wall_clock_through_summer_time() {
    let prices = series(2025, "Europe/Berlin", "import_price_per_kwh");
    let (winter, summer) = (day(&prices, "2025-03-26"), day(&prices, "2025-04-02"));
    assert_eq!((winter.len(), summer.len()), (24, 24));
    assert_eq!(winter[9].0, "09:00:00+01:00");
    assert_eq!(summer[9].0, "09:00:00+01:00");
    for hour in 1..24 {
        assert_eq!(winter[hour].1, summer[hour - 1].1, "wall clock {hour}:00");
    }
    assert!(winter.iter().any(|(_, price)| *price != winter[0].1), "the tariff has bands");
    // The day of the change has 23 hours on the wall, and 24 in the year: each has a price.
    assert_eq!(day(&prices, "2025-03-30").len(), 24);
    assert_eq!(prices.len(), 8760);
}

/// The plant's shift begins by the wall clock: the same two Wednesdays, loads moved by one hour
/// (seasons and energies apart, so shapes are compared by where they are highest).
#[test]
fn load_archetypes_follow_the_wall_clock() {
    let load = series(2025, "Europe/Berlin", "load_kw");
    let steepest = |date: &str| {
        let day = day(&load, date);
        let rise = |hour: &usize| day[*hour].1 - day[*hour - 1].1;
        (1..12).max_by(|a, b| rise(a).total_cmp(&rise(b))).expect("a day")
    };
    assert_eq!(steepest("2025-03-26"), steepest("2025-04-02") + 1);
}

#[test]
fn a_fixed_offset_knows_no_summer_time() {
    let prices = series(2025, "+01:00", "import_price_per_kwh");
    let values = |date: &str| day(&prices, date).into_iter().map(|(_, price)| price).collect::<Vec<_>>();
    assert_eq!(values("2025-03-26"), values("2025-04-02"));
}

#[test]
fn a_leap_year_has_its_day() {
    let load = series(2024, "Asia/Shanghai", "load_kw");
    assert_eq!(load.len(), 8784);
    assert_eq!(day(&load, "2024-02-29").len(), 24);
}

#[test]
fn a_year_whose_holidays_are_unknown_is_said_so() {
    let folder = tempfile::tempdir().expect("a folder");
    for (year, known) in [(2025, true), (2030, false)] {
        let output = zeropark(folder.path(), &park(year, "Asia/Shanghai"), &["check", "clock.toml"]);
        assert_eq!(output.status.code(), Some(0));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let message = format!(
            "clock.toml:4:8: warning: time.year: the public holidays of {year} are not announced yet"
        );
        assert_eq!(said.contains(&message), !known, "{said}");
    }
}

/// EU summer time of 2025: 30 March 02:00 to 26 October 03:00 wall clock, 210 days of 24 hours.
#[test]
fn check_says_which_clock_a_site_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = zeropark(folder.path(), &park(2025, "Europe/Berlin"), &["check", "clock.toml"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("8760 steps of 60 min in UTC+01:00, summer time for 5,040 h;"), "{said}");
    // China's holidays at a site in Europe are used only where they are asked for, or it is said.
    let warned = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(warned.contains("set time.calendar = \"none\""), "{warned}");
}
