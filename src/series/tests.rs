//! Measured series against the real files: pinned sums, repaired gaps, refused columns.

use super::*;
use crate::time::{Axis, Zone};
use crate::weather::{FindingKind, Repair};

const HOURLY_2018: Axis = Axis { year: 2018, step_minutes: 60, utc_offset_minutes: 0 };

fn bytes(name: &str) -> Vec<u8> {
    let shipped = ["steel", "state-grid-station-1"].iter().any(|start| name.starts_with(start));
    let folder = if shipped { "scenarios/data" } else { "tests/data/series" };
    std::fs::read(format!("{}/{folder}/{name}", env!("CARGO_MANIFEST_DIR"))).expect("ships")
}

fn real(name: &str, axis: &Axis, options: &Options) -> SeriesFile {
    read(&bytes(name), name, axis, options).unwrap_or_else(|problems| panic!("{name}: {problems}"))
}

fn options(unit: Unit, time: Option<&str>, column: Option<&str>) -> Options {
    Options {
        unit,
        time: time.map(str::to_owned),
        column: column.map(str::to_owned),
        minimum: Some(0.0),
        ..Options::default()
    }
}

fn kinds(series: &SeriesFile) -> Vec<FindingKind> {
    series.findings.iter().map(|finding| finding.kind).collect()
}

/// 959 636.71 kWh is the sum of the raw column (Python). Each day's first interval stands at the
/// day's end in the file: row 97 is 1 January 00:00.
#[test]
fn the_steel_mill_keeps_its_energy_and_its_misplaced_midnights() {
    let axis = Axis { step_minutes: 15, utc_offset_minutes: 540, ..HOURLY_2018 };
    let steel =
        real("steel-gwangyang-2018.csv.gz", &axis, &options(Unit::Kwh, Some("date"), Some("Usage_kWh")));
    assert!((steel.annual_kwh(&axis) - 959_636.71).abs() < 1e-6);
    assert_eq!((steel.rows, steel.interval_minutes, steel.year), (35_040, 15, Some(2018)));
    // Midnight's 3.42 kWh and the next quarter's 3.17 kWh, as kW.
    assert!((steel.values[0] - 4.0 * 3.42).abs() < 1e-12 && (steel.values[1] - 4.0 * 3.17).abs() < 1e-12);
    let unordered =
        steel.findings.iter().find(|finding| finding.kind == FindingKind::Unordered).expect("is seen");
    assert_eq!((unordered.count, unordered.rows[0]), (365, 97));
    // Hourly means keep the energy.
    let hourly = real(
        "steel-gwangyang-2018.csv.gz",
        &Axis { step_minutes: 60, ..axis },
        &options(Unit::Kwh, Some("date"), Some("Usage_kWh")),
    );
    assert!((hourly.values.iter().sum::<f64>() - 959_636.71).abs() < 1e-6);
}

/// 8 008 186.8 kWh by Python. In UTC+8 the year begins with the file's last eight hours.
#[test]
fn a_building_in_utc_comes_to_the_clock_of_the_site() {
    let axis = Axis { utc_offset_minutes: 480, ..HOURLY_2018 };
    let utc = Options {
        timezone: Some(Zone::parse("UTC").expect("is known")),
        ..options(Unit::Kwh, Some("datetime"), None)
    };
    let building = real("cambridge-b2-2018.csv.gz", &axis, &utc);
    assert!((building.annual_kwh(&axis) - 8_008_186.8).abs() < 1e-5);
    let plain = real("cambridge-b2-2018.csv.gz", &HOURLY_2018, &options(Unit::Kwh, Some("datetime"), None));
    assert_eq!(building.values[8], plain.values[0]);
    assert_eq!(building.values[0], plain.values[8752]);
    assert_eq!(plain.values[0], 394.0);
}

/// Sums of the raw columns by Python, MW rows: 340 840.32 of station 1 in 2019, 676 658.98 of
/// station 2 in 2020, 181 591.22 of station 3 in 2019 without its negative nights.
#[test]
fn the_state_grid_stations_are_told_sound_from_bad() {
    let time = Some("Time(year-month-day h:m:s)");
    let power = options(Unit::Mw, time, Some("Power (MW)"));
    let axis = Axis { year: 2019, step_minutes: 15, utc_offset_minutes: 480 };
    let one = real("state-grid-station-1-2019.csv.gz", &axis, &power);
    assert!((one.annual_kwh(&axis) - 340_840.319_617 * 250.0).abs() < 1e-2);
    assert!(!one.warnings.iter().any(|problem| problem.kind == "bad-series"));
    // Its weather has 53 rows of -99, in the temperature column too.
    let neighbour = one.warnings.iter().find(|problem| problem.kind == "bad-neighbour").expect("is seen");
    assert!(neighbour.message.contains("53 of 35040"), "{}", neighbour.message);

    let leap = Axis { year: 2020, ..axis };
    let two = real("state-grid-station-2-2020.csv.gz", &leap, &power);
    assert!((two.annual_kwh(&leap) - 676_658.982_951 * 250.0).abs() < 1e-2);
    // 29 February 2020 is dropped in 2019, and the year is named.
    let common = real("state-grid-station-2-2020.csv.gz", &axis, &power);
    assert_eq!(common.values.len(), 35_040);
    for kind in ["leap-day", "series-year"] {
        assert!(common.warnings.iter().any(|problem| problem.kind == kind), "{kind}");
    }

    let three = real("state-grid-station-3-2019.csv.gz", &axis, &power);
    assert!((three.annual_kwh(&axis) - 181_591.216_531 * 250.0).abs() < 1e-2);
    let negative =
        three.findings.iter().find(|finding| finding.kind == FindingKind::SmallNegative).expect("is seen");
    assert_eq!(negative.count, 17_265);
    assert!(
        three
            .warnings
            .iter()
            .any(|problem| problem.kind == "bad-neighbour" && problem.message.contains("-327"))
    );
    assert!(three.warnings.iter().any(|problem| problem.kind == "bad-series"), "{:#?}", three.warnings);

    // The -99 of station 1's temperatures are stand-ins where they are read as a series.
    let temperature = Options { minimum: None, ..options(Unit::AsIs, time, Some("Air temperature  (°C)")) };
    let found = read(&bytes("state-grid-station-1-2019.csv.gz"), "one", &axis, &temperature);
    assert!(found.is_err_and(|problems| problems.0[0].kind == "series-gap"));
}

/// France: 439 738.73 EUR/MWh over 8760 hours by Python. The zone of Germany and Luxembourg
/// begins in October: 6551 of 8760 cells are `-`.
#[test]
fn day_ahead_prices_follow_the_wall_clock_and_their_gaps_are_counted() {
    let axis = Axis { utc_offset_minutes: 60, ..HOURLY_2018 };
    let berlin = Options {
        timezone: Some(Zone::parse("Europe/Berlin").expect("is known")),
        minimum: None,
        ..options(Unit::PerMwh, Some("Date+Time of day"), Some("France[€/MWh]"))
    };
    let france = real("smard-day-ahead-2018.csv.gz", &axis, &berlin);
    assert!((france.values.iter().sum::<f64>() - 439.738_73).abs() < 1e-9);
    // 25 March 03:00 summer time is the hour after 01:00: 02:00 of standard time.
    let march = axis.month_starts()[2] + 24 * 24;
    assert_eq!(kinds(&france), []);
    assert!(france.values[march..march + 24].iter().all(|price| *price > 0.0));

    let luxembourg = Options { column: Some("Germany/Luxembourg[€/MWh]".to_owned()), ..berlin };
    let problems =
        read(&bytes("smard-day-ahead-2018.csv.gz"), "p.csv", &axis, &luxembourg).expect_err("has gaps");
    assert!(problems.0[0].message.starts_with("6551 of 8760 values"), "{}", problems.0[0].message);
    assert_eq!(problems.0[0].place.line, Some(2));
    let repaired = Options { repair: Repair::Interpolate, max_gap_hours: 3.0, ..luxembourg };
    let problems =
        read(&bytes("smard-day-ahead-2018.csv.gz"), "p.csv", &axis, &repaired).expect_err("is long");
    assert_eq!(problems.0[0].kind, "gap-too-long");
}

/// Sums by Python: 1667.963 kg/kWh hours in 2019; 1 633 771.9 kg/MWh hours; shares of 1.
#[test]
fn carbon_and_shares_keep_their_sums() {
    let axis = Axis { year: 2019, ..HOURLY_2018 };
    let gb = real("gb-carbon-2019.csv.gz", &axis, &options(Unit::AsIs, Some("datetime"), None));
    assert!((gb.values.iter().sum::<f64>() - 1667.963).abs() < 1e-9);
    let cambium = real("cambium-westconnect-2025.csv.gz", &axis, &options(Unit::PerMwh, None, None));
    assert!((cambium.values.iter().sum::<f64>() - 1633.7719).abs() < 1e-9);
    let shares = real("houston-warehouse.csv.gz", &axis, &options(Unit::Kwh, None, None));
    assert!((shares.values.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    // 8760 rows in a leap year repeat 28 February and say so.
    let leap =
        real("houston-warehouse.csv.gz", &Axis { year: 2024, ..axis }, &options(Unit::Kwh, None, None));
    assert_eq!(leap.values.len(), 8784);
    assert_eq!(leap.values[58 * 24..59 * 24], leap.values[59 * 24..60 * 24]);
    assert!(leap.warnings.iter().any(|problem| problem.kind == "leap-day"));
}

fn wide(columns: usize, head: impl Fn(usize) -> String, mark: &str) -> String {
    let mut text = format!("日期{mark}{}\n", (1..=columns).map(head).collect::<Vec<_>>().join(mark));
    let axis = Axis { year: 2025, ..HOURLY_2018 };
    for day in 0..365 {
        let (month, date) = axis.month_and_day(day);
        let cells: Vec<String> = (0..columns).map(|k| (day * columns + k).to_string()).collect();
        text += &format!("2025-{:02}-{:02}{mark}{}\n", month + 1, date + 1, cells.join(mark));
    }
    text
}

#[test]
fn the_wide_form_of_the_grid_company_is_read() {
    let axis = Axis { year: 2025, step_minutes: 15, utc_offset_minutes: 480 };
    let clock =
        |k: usize| if k == 96 { "24:00".to_owned() } else { format!("{:02}:{:02}", k / 4, k % 4 * 15) };
    let quarter =
        read(wide(96, clock, ",").as_bytes(), "w.csv", &axis, &Options::default()).expect("is sound");
    assert_eq!(quarter.interval_minutes, 15);
    assert!(quarter.values.iter().enumerate().all(|(step, value)| *value == step as f64));
    // Hourly columns are held over finer steps; semicolons are read as well.
    let hourly = read(wide(24, |k| format!("{k}点"), ";").as_bytes(), "w.csv", &axis, &Options::default());
    let hourly = hourly.expect("is sound");
    assert!(hourly.values.iter().enumerate().all(|(step, value)| *value == (step / 4) as f64));
}

#[test]
fn workbooks_are_read_like_csv() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("说明").expect("is legal");
    let sheet = book.add_worksheet().set_name("负荷").expect("is legal");
    sheet.write_string(0, 0, "时间").expect("fits");
    sheet.write_string(0, 1, "有功功率").expect("fits");
    let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for hour in 0..8760_u32 {
        // Serial 45658 is 1 January 2025.
        sheet.write_number_with_format(hour + 1, 0, 45658.0 + f64::from(hour) / 24.0, &format).expect("fits");
        sheet.write_number(hour + 1, 1, f64::from(hour)).expect("fits");
    }
    let bytes = book.save_to_buffer().expect("is written");
    let axis = Axis { year: 2025, ..HOURLY_2018 };
    let mut wanted = options(Unit::Kw, Some("时间"), Some("有功功率"));
    wanted.sheet = Some("负荷".to_owned());
    let series = read(&bytes, "负荷.xlsx", &axis, &wanted).expect("is sound");
    assert!(series.values.iter().enumerate().all(|(step, value)| *value == step as f64));
    wanted.sheet = Some("Sheet1".to_owned());
    let problem = read(&bytes, "负荷.xlsx", &axis, &wanted).expect_err("has no such sheet").0[0].clone();
    assert_eq!((problem.kind, problem.hint.as_deref()), ("unknown-sheet", Some("sheets: 说明, 负荷")));
}

/// By hand: hours 0, 1, 2, … labelled at their end move back by one.
#[test]
fn labels_and_resolutions_are_minded() {
    let axis = Axis { year: 2025, ..HOURLY_2018 };
    let mut text = "time,kw\n".to_owned();
    for step in 0..17_520 {
        let (month, day) = axis.month_and_day(step / 48);
        text += &format!(
            "2025-{:02}-{:02} {:02}:{:02},{step}\n",
            month + 1,
            day + 1,
            step % 48 / 2,
            step % 2 * 30
        );
    }
    let start =
        read(text.as_bytes(), "s.csv", &axis, &options(Unit::Kw, Some("time"), None)).expect("is sound");
    assert_eq!((start.values[0], start.values[1]), (0.5, 2.5));
    let end = Options { label_end: true, ..options(Unit::Kw, Some("time"), None) };
    let end = read(text.as_bytes(), "s.csv", &axis, &end).expect("is sound");
    assert_eq!((end.values[0], end.values[1]), (1.5, 3.5));
    // Ten minutes: half-hours held, one step in three holds parts of one half-hour only.
    let fine = Axis { step_minutes: 10, ..axis };
    let fine =
        read(text.as_bytes(), "s.csv", &fine, &options(Unit::Kw, Some("time"), None)).expect("is sound");
    assert_eq!(fine.values[..7], [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0]);
    // Energy per row becomes power.
    let energy =
        read(text.as_bytes(), "s.csv", &axis, &options(Unit::Kwh, Some("time"), None)).expect("is sound");
    assert_eq!(energy.values[0], 1.0);
}

/// "时间,功率" in GBK, as Excel in China saves CSV; a lone Latin-1 é is refused.
#[test]
fn chinese_csv_of_excel_is_read() {
    let axis = Axis { year: 2025, ..HOURLY_2018 };
    let mut bytes = b"\xca\xb1\xbc\xe4,\xb9\xa6\xc2\xca\n".to_vec();
    for hour in 0..8760 {
        let stamp = axis.stamp(hour);
        bytes.extend(format!("{} {},{hour}\n", &stamp[..10], &stamp[11..16]).bytes());
    }
    let series =
        read(&bytes, "g.csv", &axis, &options(Unit::Kw, Some("时间"), Some("功率"))).expect("is sound");
    assert!(series.values.iter().enumerate().all(|(step, value)| *value == step as f64));
    let french = read(b"p\xe9riode,kw\n", "f.csv", &axis, &Options::default()).expect_err("is refused");
    assert_eq!((french.0[0].kind, french.0[0].place.line), ("not-utf8", Some(1)));
}

/// By hand: quarter-hours named 00:15 to 24:00 or 1 to 96 are told by their place, whatever `label`
/// says; a header from 00:00 on may mean ends, and then moves back.
#[test]
fn the_wide_form_takes_its_label_from_the_header() {
    let axis = Axis { year: 2025, step_minutes: 15, utc_offset_minutes: 480 };
    let end = Options { label_end: true, ..Options::default() };
    let ends = |k: usize| format!("{:02}:{:02}", k / 4, k % 4 * 15);
    let named = read(wide(96, ends, ",").as_bytes(), "w.csv", &axis, &end).expect("is sound");
    assert_eq!((named.values[0], named.values[1]), (0.0, 1.0));
    let starts = |k: usize| ends(k - 1);
    let start =
        read(wide(96, starts, ",").as_bytes(), "w.csv", &axis, &Options::default()).expect("is sound");
    assert_eq!((start.values[0], start.values[1]), (0.0, 1.0));
    let moved = read(wide(96, starts, ",").as_bytes(), "w.csv", &axis, &end).expect("is sound");
    assert_eq!((moved.values[0], moved.values[1]), (1.0, 2.0));
}

/// By hand: at 26.66 N, 119.55 E the longest day is shorter than 14 h; a half sine from 06:00 to
/// 18:00 has no power in the dark, and moved by six hours it has some until midnight on each day.
#[test]
fn power_at_night_is_counted_for_plants_with_a_place() {
    let axis = Axis { year: 2025, ..HOURLY_2018 };
    let axis = Axis { utc_offset_minutes: 480, ..axis };
    let plant = |moved: usize| -> SeriesFile {
        let power = |hour: usize| ((hour % 24) as f64 + 0.5 - 6.0 - moved as f64) / 12.0;
        let row = |hour| format!("{:.4}\n", (power(hour) * std::f64::consts::PI).sin().max(0.0) * 100.0);
        let text: String = (0..8760).map(row).collect();
        let sun_of = Some(crate::solar::Observer::new(26.66, 119.55, 10.0));
        let wanted = Options { sun_of, ..options(Unit::Kw, None, None) };
        read(format!("kw\n{text}").as_bytes(), "pv.csv", &axis, &wanted).expect("is sound")
    };
    assert_eq!(kinds(&plant(0)), []);
    let moved = plant(6);
    assert_eq!(kinds(&moved), [FindingKind::NightPower]);
    assert!((365 * 3..=365 * 6).contains(&moved.findings[0].count), "{}", moved.findings[0].count);
    assert_eq!(moved.findings[0].rows[0], 20); // 18:00 of 1 January, below the header
}

#[test]
fn wrong_files_are_answered_with_row_and_hint() {
    let axis = Axis { year: 2025, ..HOURLY_2018 };
    let problem = |text: &str, options: &Options| -> crate::problem::Problem {
        read(text.as_bytes(), "s.csv", &axis, options).expect_err("is wrong").0[0].clone()
    };
    let long: String = (0..8759).map(|hour| format!("{hour}\n")).collect();
    let short = problem(&format!("load_kw\n{long}"), &Options::default());
    assert_eq!(short.kind, "row-count");
    assert!(short.hint.is_some_and(|hint| hint.contains("8760 is nearest")));
    let typo = problem("time,load_kw\n2025-01-01,3\n", &options(Unit::Kw, None, Some("laod_kw")));
    assert_eq!((typo.kind, typo.hint.as_deref()), ("unknown-column", Some("did you mean `load_kw`?")));
    let two = problem("a,b\n1,2\n", &Options::default());
    assert_eq!((two.kind, two.hint.as_deref()), ("which-column", Some("say `column = …`: `a`, `b`")));
    let time = problem("time,kw\n2025-02-30,3\n", &options(Unit::Kw, Some("time"), None));
    assert_eq!((time.kind, time.place.line), ("bad-time", Some(2)));
    let gap =
        Options { timezone: Zone::parse("Europe/Berlin").ok(), ..options(Unit::Kw, Some("time"), None) };
    assert_eq!(problem("time,kw\n2025-03-30 02:30,3\n", &gap).kind, "time-in-gap");
    assert_eq!(problem("", &Options::default()).kind, "no-rows");
    assert_eq!(problem("1,2\n3,4\n", &Options::default()).kind, "no-header");
    let old = read(&[0xd0, 0xcf, 0x11, 0xe0, 0, 0], "old.xls", &axis, &Options::default());
    assert_eq!(old.expect_err("is old").0[0].kind, "old-excel");
    let broken = read(b"PK\x03\x04rubbish", "s.xlsx", &axis, &Options::default());
    assert_eq!(broken.expect_err("is broken").0[0].kind, "bad-xlsx");
}
