//! Weather files of every format against pinned annual sums, and the clock shift found in them.

use super::*;
use crate::time::Axis;

const HOURLY: Axis = Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 480 };

fn bytes(name: &str) -> Vec<u8> {
    let path = if ["fuzhou", "urumqi", "brisbane"].iter().any(|town| name.starts_with(town)) {
        format!("{}/scenarios/weather/{name}", env!("CARGO_MANIFEST_DIR"))
    } else {
        format!("{}/tests/data/weather/{name}", env!("CARGO_MANIFEST_DIR"))
    };
    std::fs::read(path).expect("ships with the sources")
}

fn file(name: &str) -> WeatherFile {
    read(&bytes(name), name).expect("is sound")
}

fn site(file: &WeatherFile) -> Site {
    Site {
        latitude_deg: file.latitude_deg.expect("is given"),
        longitude_deg: file.longitude_deg.expect("is given"),
        elevation_m: file.elevation_m.expect("is given"),
    }
}

fn on(file: &WeatherFile, axis: &Axis) -> (Weather, Understood) {
    prepare(file, axis, &site(file), &Options::default()).expect("is sound")
}

fn kwh_per_m2(values: &[f64], axis: &Axis) -> f64 {
    values.iter().sum::<f64>() * axis.step_h() / 1000.0
}

/// Sums of the raw columns, taken with a few lines of Python: GHI, DNI, DHI in Wh/m², means of
/// temperature, wind and pressure (in the file's unit, mbar as Pa here).
#[test]
fn annual_sums_of_every_real_file_are_those_of_its_columns() {
    let cases = [
        (
            "fuzhou.epw.gz",
            [1430172.0, 1230885.0, 590926.0],
            [20.28930365296818, 3.1014840182648094, 101362.07214611872],
        ),
        (
            "beijing-tmyx.epw.gz",
            [1584329.0, 1783988.0, 542030.0],
            [13.219383561643845, 2.7381506849315054, 100981.6352739726],
        ),
        (
            "guangzhou-tmyx.epw.gz",
            [1459358.0, 1247658.0, 602628.0],
            [23.150993150684947, 2.408641552511414, 101154.19360730593],
        ),
        (
            "shanghai-tmyx.epw.gz",
            [1470754.0, 1348092.0, 594993.0],
            [17.018253424657523, 3.3839954337899347, 101278.68173515981],
        ),
        (
            "urumqi.epw.gz",
            [1658194.0, 2057338.0, 511497.0],
            [8.686678082191786, 2.1813926940639266, 93731.9957762557],
        ),
        (
            "brisbane-nsrdb.csv.gz",
            [1998809.0, 2335414.0, 553991.0],
            [19.690136986301393, 1.3563356164383644, 98812.87671232876],
        ),
        (
            "kuala-lumpur-nsrdb-2020.csv.gz",
            [1817893.0, 1224133.0, 957591.0],
            [26.437636986301417, 1.1640753424657602, 99075.9703196347],
        ),
        (
            "greensboro-tmy3.csv.gz",
            [1566203.0, 1476549.0, 682223.0],
            [14.421849315068439, 3.0544406392692225, 98691.72374429223],
        ),
    ];
    for (name, sums, means) in cases {
        let file = file(name);
        assert_eq!((file.slots(), file.interval_minutes), (8760, 60), "{name}");
        for (column, sum) in [Column::Ghi, Column::Dni, Column::Dhi].into_iter().zip(sums) {
            let found = file.annual_kwh_per_m2(column).expect("has it") * 1000.0;
            assert!((found - sum).abs() < 1e-6, "{name} {column:?}: {found}");
        }
        for (column, mean) in [Column::Temperature, Column::Wind, Column::Pressure].into_iter().zip(means) {
            let values = file.column(column).expect("has it");
            let found = values.iter().sum::<f64>() / values.len() as f64;
            assert!((found - mean).abs() < 1e-6 * mean.abs(), "{name} {column:?}: {found}");
        }
    }
}

/// Measured beforehand in Python with a simple sun (NOAA equation of time): the four eastern
/// files close at half an hour before the middle of the row, Urumqi an hour and a half after,
/// with 10 to 12 W/m²; the centre of the global radiation against solar noon says the same
/// (+0.48 to +0.50 h, and -1.56 h). NSRDB stamps on the hour are half an hour before the middle.
#[test]
fn the_clock_of_the_radiation_is_found_by_closure() {
    for (name, shift, rms) in [
        ("fuzhou.epw.gz", -30.0, 10.2),
        ("beijing-tmyx.epw.gz", -30.0, 11.1),
        ("guangzhou-tmyx.epw.gz", -30.0, 10.9),
        ("shanghai-tmyx.epw.gz", -30.0, 12.2),
        ("urumqi.epw.gz", 90.0, 12.1),
    ] {
        let file = file(name);
        let (_, understood) = on(&file, &HOURLY);
        let closure = understood.closure.expect("has all columns");
        assert!((closure.best_shift_minutes - shift).abs() <= 5.0, "{name}: {closure:?}");
        assert!((closure.rms_w_per_m2 - rms).abs() < 1.0, "{name}: {closure:?}");
        assert!(closure.consistent);
        assert!(understood.warnings.iter().any(|problem| problem.kind == "radiation-clock"), "{name}");
    }
    let kuala_lumpur = on(&file("kuala-lumpur-nsrdb-2020.csv.gz"), &HOURLY).1;
    assert_eq!(kuala_lumpur.radiation_shift_minutes, -30.0);
    let brisbane = on(&file("brisbane-nsrdb.csv.gz"), &Axis { utc_offset_minutes: 600, ..HOURLY }).1;
    assert_eq!(brisbane.radiation_shift_minutes, 0.0);
    assert!(!brisbane.warnings.iter().any(|problem| problem.kind == "radiation-clock"));
}

#[test]
fn moving_and_refining_keep_the_annual_energy() {
    for name in ["fuzhou.epw.gz", "urumqi.epw.gz", "kuala-lumpur-nsrdb-2020.csv.gz", "greensboro-tmy3.csv.gz"]
    {
        let file = file(name);
        for step_minutes in [60, 30, 15, 10, 5] {
            let axis = Axis { step_minutes, ..HOURLY };
            let (weather, _) = on(&file, &axis);
            assert_eq!(weather.ghi_w_per_m2.len(), axis.steps());
            let columns = [
                (Column::Ghi, &weather.ghi_w_per_m2),
                (Column::Dni, &weather.dni_w_per_m2),
                (Column::Dhi, &weather.dhi_w_per_m2),
            ];
            for (column, values) in columns {
                let sum = kwh_per_m2(values, &axis);
                let expected = file.annual_kwh_per_m2(column).expect("has it");
                assert!(
                    (sum - expected).abs() < 1e-6,
                    "{name} {step_minutes} min {column:?}: {sum} {expected}"
                );
                assert!(values.iter().all(|value| (0.0..1700.0).contains(value)), "{name} {column:?}");
            }
        }
    }
}

/// After the move the sun at the middle of each step closes the columns as well as in the file:
/// the hour's radiation stands where its sun stands.
#[test]
fn corrected_radiation_belongs_to_the_sun_of_its_step() {
    for (name, offset) in
        [("fuzhou.epw.gz", 480), ("urumqi.epw.gz", 480), ("kuala-lumpur-nsrdb-2020.csv.gz", 480)]
    {
        let file = file(name);
        for step_minutes in [60, 15] {
            let axis = Axis { step_minutes, utc_offset_minutes: offset, ..HOURLY };
            let (weather, _) = on(&file, &axis);
            let place = site(&file);
            let observer =
                crate::solar::Observer::new(place.latitude_deg, place.longitude_deg, place.elevation_m);
            let sun = crate::solar::SunPath::new(&observer, &axis, 0.0);
            let mut squares = Vec::new();
            for step in 0..axis.steps() {
                let (ghi, dni, dhi) =
                    (weather.ghi_w_per_m2[step], weather.dni_w_per_m2[step], weather.dhi_w_per_m2[step]);
                let cos = sun.zenith_deg[step].to_radians().cos();
                if ghi > 20.0 && cos > 0.0 {
                    squares.push((ghi - dhi - dni * cos).powi(2));
                }
            }
            let rms = (squares.iter().sum::<f64>() / squares.len() as f64).sqrt();
            assert!(rms < 21.0, "{name} {step_minutes} min: {rms}");
        }
    }
}

#[test]
fn stamps_in_utc_come_to_the_clock_of_the_site() {
    // Solar noon at Kuala Lumpur (101.65 E) is 13:13 of UTC+8 on average.
    let file = file("kuala-lumpur-nsrdb-2020.csv.gz");
    let (weather, understood) = on(&file, &HOURLY);
    let centre = |values: &[f64]| {
        let weighted: f64 = values.iter().enumerate().map(|(step, value)| (step % 24) as f64 * value).sum();
        weighted / values.iter().sum::<f64>() + 0.5
    };
    assert!((centre(&weather.ghi_w_per_m2) - 13.2).abs() < 0.3);
    assert_eq!(understood.distance_km.map(f64::round), Some(0.0));
    // Without 29 February in the file, a leap year repeats the 28th and says so.
    let leap = Axis { year: 2024, ..HOURLY };
    let (weather, understood) = on(&file, &leap);
    assert_eq!(weather.ghi_w_per_m2[58 * 24..59 * 24], weather.ghi_w_per_m2[59 * 24..60 * 24]);
    assert!(understood.warnings.iter().any(|problem| problem.kind == "leap-day"));
}

#[test]
fn rescaling_is_exact_and_seen() {
    let file = file("fuzhou.epw.gz");
    let options = Options {
        ghi_annual_kwh_per_m2: Some(1300.0),
        mean_wind_speed_m_s: Some(5.0),
        albedo: Some(0.3),
        ..Options::default()
    };
    let (weather, understood) = prepare(&file, &HOURLY, &site(&file), &options).expect("is sound");
    assert!((kwh_per_m2(&weather.ghi_w_per_m2, &HOURLY) - 1300.0).abs() < 1e-9);
    assert!((weather.wind_speed_m_s.iter().sum::<f64>() / 8760.0 - 5.0).abs() < 1e-9);
    assert!((understood.radiation_factor - 1300.0 / 1430.172).abs() < 1e-12);
    assert!(understood.lines().iter().any(|line| line.contains("radiation rescaled by 0.9090")));
    assert_eq!(weather.albedo, 0.3);
}

/// An EPW whose direct beam is that of another file does not close at any shift.
#[test]
fn a_file_whose_columns_do_not_belong_together_is_called_inconsistent() {
    let mut fuzhou = file("fuzhou.epw.gz");
    fuzhou.columns[Column::Dni as usize] = file("urumqi.epw.gz").columns[Column::Dni as usize].clone();
    let (_, understood) = on(&fuzhou, &HOURLY);
    assert!(!understood.closure.expect("has all columns").consistent);
    assert!(understood.warnings.iter().any(|problem| problem.kind == "inconsistent-radiation"));
}

/// The text of a shipped file.
fn text(name: &str) -> String {
    crate::series::text::decode_lenient(&bytes(name), name).expect("is text").into_owned()
}

fn with_line(text: &str, line: usize, edit: impl Fn(&str) -> String) -> String {
    let lines: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(index, old)| if index + 1 == line { edit(old) } else { old.to_owned() })
        .collect();
    lines.join("\n")
}

#[test]
fn gaps_are_errors_until_a_repair_is_asked_for() {
    let fuzhou = text("fuzhou.epw.gz");
    // Row 21 of the file is hour 13 of 1 January; 9999 is EPW's word for no value.
    let edit = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[13] = "9999";
        cells[6] = "99.9";
        cells.join(",")
    };
    let broken = with_line(&fuzhou, 21, edit);
    let file = read(broken.as_bytes(), "f.epw").expect("can be read");
    let place = site(&file);
    let found = prepare(&file, &HOURLY, &place, &Options::default()).expect_err("has gaps");
    assert_eq!(found.0.len(), 2);
    assert_eq!((found.0[0].kind, found.0[0].place.line), ("weather-gap", Some(21)));
    assert!(found.0[0].message.contains("row 21"), "{}", found.0[0].message);
    for repair in [Repair::Interpolate, Repair::ClearSky] {
        let options = Options { repair, max_gap_hours: 6.0, ..Options::default() };
        let (weather, understood) = prepare(&file, &HOURLY, &place, &options).expect("is repaired");
        assert_eq!(understood.repaired.len(), 2);
        assert!(weather.temperature_c.iter().all(|value| value.is_finite()));
        assert!(weather.ghi_w_per_m2.iter().all(|value| value.is_finite()));
    }
    let short = Options { repair: Repair::Interpolate, max_gap_hours: 0.5, ..Options::default() };
    assert_eq!(prepare(&file, &HOURLY, &place, &short).expect_err("is too long").0[0].kind, "gap-too-long");
}

#[test]
fn missing_and_doubled_hours_are_counted_with_their_rows() {
    let fuzhou = text("fuzhou.epw.gz");
    let lines: Vec<&str> = fuzhou.lines().collect();
    let mut cut = lines.clone();
    cut.remove(100);
    let file = read(cut.join("\n").as_bytes(), "f.epw").expect("can be read");
    assert!(file.findings.iter().any(|finding| finding.kind == FindingKind::Gap && finding.count == 1));
    let mut doubled = lines.clone();
    doubled.insert(100, lines[99]);
    let file = read(doubled.join("\n").as_bytes(), "f.epw").expect("can be read");
    let duplicate = file.findings.iter().find(|finding| finding.kind == FindingKind::Duplicate);
    assert_eq!(duplicate.map(|finding| finding.rows.clone()), Some(vec![101]));
    let short = read(lines[..4000].join("\n").as_bytes(), "f.epw").expect_err("is half a year");
    assert_eq!(short.0[0].kind, "too-few-rows");
}

#[test]
fn radiation_that_cannot_be_is_marked_with_its_row() {
    let edit = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[13] = "900";
        cells.join(",")
    };
    // Row 10 is the second hour of the year: night.
    let file = read(with_line(&text("fuzhou.epw.gz"), 10, edit).as_bytes(), "f.epw").expect("can be read");
    let found = prepare(&file, &HOURLY, &site(&file), &Options::default()).expect_err("cannot be");
    assert_eq!((found.0[0].kind, found.0[0].place.line), ("weather-gap", Some(10)));
}

/// A PVGIS file in both forms, written from the Brisbane values.
#[test]
fn pvgis_files_say_the_same_in_both_forms() {
    let brisbane = file("brisbane-nsrdb.csv.gz");
    let column = |column| brisbane.column(column).expect("has it");
    let (ghi, dni, dhi) = (column(Column::Ghi), column(Column::Dni), column(Column::Dhi));
    let (temperature, wind) = (column(Column::Temperature), column(Column::Wind));
    let mut csv =
        "Latitude (decimal degrees): -27.350\nLongitude (decimal degrees): 152.660\nElevation (m): 227.0\n\
                   Irradiance Time Offset (h): 0.5\nmonth,year\n1,2018\n\
                   time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP\n"
            .to_owned();
    let mut hours = Vec::new();
    for hour in 0..8760 {
        let (month, day) = HOURLY.month_and_day(hour / 24);
        let stamp = format!("{}{:02}{:02}:{:02}00", 2007 + month, month + 1, day + 1, hour % 24);
        let values = (temperature[hour], ghi[hour], dni[hour], dhi[hour], wind[hour]);
        csv += &format!(
            "{stamp},{},50.0,{},{},{},300,{},90,99000\n",
            values.0, values.1, values.2, values.3, values.4
        );
        hours.push(format!(
            "{{\"time(UTC)\":\"{stamp}\",\"T2m\":{},\"RH\":50.0,\"G(h)\":{},\"Gb(n)\":{},\"Gd(h)\":{},\"WS10m\":{},\"SP\":99000}}",
            values.0, values.1, values.2, values.3, values.4
        ));
    }
    csv += "\nT2m: 2-m air temperature (degree Celsius)\n";
    let json = format!(
        "{{\"inputs\":{{\"location\":{{\"latitude\":-27.35,\"longitude\":152.66,\"elevation\":227.0,\"irradiance_time_offset\":0.5}}}},\"outputs\":{{\"tmy_hourly\":[{}]}}}}",
        hours.join(",")
    );
    let axis = Axis { utc_offset_minutes: 600, ..HOURLY };
    let (expected, _) = on(&brisbane, &axis);
    for (text, name) in [(csv, "tmy.csv"), (json, "tmy.json")] {
        let file = read(text.as_bytes(), name).expect("is sound");
        assert_eq!((file.year, file.utc_offset_minutes), (None, Some(0)), "{name}");
        let (weather, understood) = on(&file, &axis);
        assert_eq!(understood.radiation_shift_minutes, 0.0, "{name}");
        // serde_json reads decimals to within a unit in the last place.
        let same =
            |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12 * b.abs().max(1.0));
        assert!(same(&weather.ghi_w_per_m2, &expected.ghi_w_per_m2), "{name}");
        assert!(same(&weather.temperature_c, &expected.temperature_c), "{name}");
        // Magnus by hand: 26.9 °C and 50 % give 15.6 °C.
        assert!((weather.dew_point_c[10] - 15.6).abs() < 0.1, "{name}: {}", weather.dew_point_c[10]);
    }
}

#[test]
fn plain_files_are_read_by_the_names_of_their_columns() {
    let brisbane = file("brisbane-nsrdb.csv.gz");
    let (ghi, dni) = (brisbane.column(Column::Ghi).expect("has"), brisbane.column(Column::Dni).expect("has"));
    let mut csv = "Time,GHI_W_per_m2,temperature_k,Pressure_hPa,wind_speed_km_h\n".to_owned();
    for (hour, ghi) in ghi.iter().enumerate() {
        // Offsets are in the stamps: the rows are UTC.
        let (month, day) = HOURLY.month_and_day(hour / 24);
        csv += &format!("2023-{:02}-{:02}T{:02}:00Z,{},293.15,990,36\n", month + 1, day + 1, hour % 24, ghi);
    }
    let file = read(csv.as_bytes(), "w.csv").expect("is sound");
    assert_eq!((file.format, file.year, file.utc_offset_minutes), (Format::Plain, Some(2023), Some(0)));
    let axis = Axis { utc_offset_minutes: 600, ..HOURLY };
    let (weather, understood) =
        prepare(&file, &axis, &site(&brisbane), &Options::default()).expect("is sound");
    assert!((weather.temperature_c[0] - 20.0).abs() < 1e-9);
    assert_eq!((weather.pressure_pa[0], weather.wind_speed_m_s[0]), (99_000.0, 10.0));
    assert_eq!(understood.warnings.iter().filter(|p| p.kind == "missing-weather-column").count(), 3);
    // Erbs splits the global: within 25 % of the satellite's beam over the year.
    let beam = kwh_per_m2(&weather.dni_w_per_m2, &axis);
    let satellite = dni.iter().sum::<f64>() / 1000.0;
    assert!((beam / satellite - 1.0).abs() < 0.25, "{beam} {satellite}");
}

#[test]
fn files_that_are_no_weather_are_answered() {
    let kind = |text: &str, name: &str| read(text.as_bytes(), name).expect_err("is wrong").0[0].clone();
    assert_eq!(kind("", "a.epw").kind, "empty-file");
    assert_eq!(kind("hello\nworld", "a.epw").kind, "bad-epw");
    assert_eq!(kind("time,load_kw\n2025-01-01,3\n", "a.csv").kind, "no-weather-columns");
    let typo = kind("time,temprature_c\n2025-01-01,3\n", "a.csv");
    assert_eq!(typo.hint.as_deref(), Some("`temprature_c`: did you mean `temperature_c`?"));
    assert_eq!(kind("{\"outputs\": 3}", "a.json").kind, "bad-json");
    assert_eq!(kind("ghi_w_per_m2\n1\n2\n", "a.csv").kind, "row-count");
    let fuzhou = text("fuzhou.epw.gz");
    let found = read(with_line(&fuzhou, 1, |line| line.replace("26.07760", "north")).as_bytes(), "a.epw");
    let found = found.expect_err("is wrong").0[0].clone();
    assert_eq!((found.kind, found.place.line, found.place.column), ("bad-location", Some(1), Some(7)));
    let found = read(with_line(&fuzhou, 50, |line| line.replacen(",1,2,", ",1,32,", 1)).as_bytes(), "a.epw");
    let found = found.expect_err("is wrong").0[0].clone();
    assert_eq!((found.kind, found.place.line), ("bad-time", Some(50)));
}

/// Found by the fuzz test: a header that was cut behind its first column.
#[test]
fn a_tmy3_row_of_one_cell_is_answered() {
    let text = "723170,\"G\",NC,-5.0,36.1,-79.95,273\nDate (MM/DD/YYYY)\n01/01/1988\n";
    let problems = read(text.as_bytes(), "t.csv").expect_err("is wrong");
    assert!(
        problems.0.iter().any(|problem| problem.is_error() && problem.place.line.is_some()),
        "{problems}"
    );
}
