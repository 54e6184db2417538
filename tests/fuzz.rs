//! Readers under random damage: no panic, no hang, memory bounded by the input.
//!
//! Sound texts are damaged at random: bytes changed, pieces cut, doubled and moved, words of the format
//! put in. Each target runs for about a second, or for `ZEROPARK_FUZZ_SECONDS` (hours, where asked:
//! `ZEROPARK_FUZZ_SECONDS=7200 cargo test --release --test fuzz`). proptest shrinks what it finds.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use zeropark::charging::{Days, parse_sessions};
use zeropark::park::{BuildOptions, build};
use zeropark::scenario::{Files, Scenario, raw};
use zeropark::series::{self, Options};
use zeropark::tariff::HourRange;
use zeropark::time::{Axis, Calendar, Zone};
use zeropark::weather;

const AXIS: Axis = Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 480 };
/// Longest time that one damaged input may take.
const HANG: Duration = Duration::from_secs(20);

/// One piece of damage; places are shares of the text's length.
#[derive(Debug, Clone)]
enum Damage {
    Byte(f64, u8),
    Cut(f64, f64),
    Double(f64, f64),
    Word(f64, usize),
    End(f64),
}

fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let place = || 0.0..1.0_f64;
    let one = prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        (place(), 0.0..0.01_f64).prop_map(|(at, length)| Damage::Cut(at, length)),
        (place(), 0.0..0.01_f64).prop_map(|(at, length)| Damage::Double(at, length)),
        (place(), any::<usize>()).prop_map(|(at, word)| Damage::Word(at, word)),
        (0.0..40.0_f64).prop_map(Damage::End),
    ];
    prop::collection::vec(one, 1..8)
}

fn apply(text: &[u8], damages: &[Damage], words: &[&str]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for damage in damages {
        let length = bytes.len();
        let place = |share: f64| ((share * length as f64) as usize).min(length);
        match damage {
            Damage::Byte(at, byte) => {
                if let Some(found) = bytes.get_mut(place(*at)) {
                    *found = *byte;
                }
            }
            Damage::Cut(at, size) => drop(bytes.drain(place(*at)..place(at + size))),
            Damage::Double(at, size) => {
                let piece = bytes[place(*at)..place(at + size)].to_vec();
                let at = place(*at);
                bytes.splice(at..at, piece);
            }
            Damage::Word(at, word) => {
                let at = place(*at);
                bytes.splice(at..at, words[word % words.len()].bytes());
            }
            Damage::End(share) if *share < 1.0 => bytes.truncate(place(*share)),
            Damage::End(_) => {}
        }
    }
    bytes
}

/// Runs a target on damaged texts until its time is over.
fn fuzz<S: Strategy>(seed: u64, strategy: S, target: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let seconds = std::env::var("ZEROPARK_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let until = Instant::now() + Duration::from_secs_f64(seconds.unwrap_or(1.0));
    for round in 0.. {
        let config = Config {
            cases: 16,
            rng_seed: RngSeed::Fixed(seed + round),
            failure_persistence: None,
            max_shrink_iters: 2000,
            ..Config::default()
        };
        let result = TestRunner::new(config).run(&strategy, |value| {
            let started = Instant::now();
            target(value)?;
            prop_assert!(started.elapsed() < HANG, "took {:?}", started.elapsed());
            Ok(())
        });
        if let Err(error) = result {
            panic!("{error}");
        }
        if Instant::now() > until {
            break;
        }
    }
}

const NUMBERS: &[&str] = &[
    "-1",
    "0",
    "1e308",
    "-1e308",
    "NaN",
    "inf",
    "99999999999999999999",
    "9999",
    "-99",
    "1e-320",
    "\"",
    "\n",
    ",",
    ",,,,",
    "\r\n",
    "\u{feff}",
    "蕉城",
    "24:00",
    "2025-02-29",
    "-",
    ";",
    "\t",
    "0x10",
    "366",
    "00:00",
];

#[test]
fn damaged_scenarios_are_answered() {
    const WORDS: &[&str] = &[
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        "\"",
        "'''",
        "#",
        "\n",
        "-1",
        "1e400",
        "nan",
        "inf",
        "0xff",
        "true",
        "[[park]]\n",
        "[park.grid]\n",
        "name = \"all\"\n",
        "2025-01-01",
        "蕉城",
        "\u{0}",
        "series = \"x\"\n",
        "chargers = [",
        "{ series = \"jiaocheng.toml\" }",
        "vehicles = 99999\n",
        "\\u0000",
        "..",
        "park.x = 1\n",
    ];
    let text = include_str!("data/wrong/park.toml").replace("weather = \"weather.csv\"\n", "");
    fuzz(1, damage(), |damages| {
        let bytes = apply(text.as_bytes(), &damages, WORDS);
        let (tree, problems) = raw::parse("park.toml", &String::from_utf8_lossy(&bytes));
        if let Ok(scenario) = Scenario::from_raw(tree, Arc::new(Files::embedded()), problems) {
            let _ = build(&scenario, BuildOptions { seed: 1 });
        }
        Ok(())
    });
}

/// Days of an EPW file from the shipped one; few, so that a case is quick.
fn epw() -> Vec<u8> {
    let packed = include_bytes!("../scenarios/weather/fuzhou.epw.gz");
    let mut text = String::new();
    let mut reader = flate2::read::GzDecoder::new(packed.as_slice());
    std::io::Read::read_to_string(&mut reader, &mut text).expect("is sound");
    text.into_bytes()
}

fn site() -> weather::Site {
    weather::Site { latitude_deg: 26.66, longitude_deg: 119.55, elevation_m: 10.0 }
}

fn read_weather(bytes: &[u8], name: &str) -> Result<(), TestCaseError> {
    let Ok(file) = weather::read(bytes, name) else { return Ok(()) };
    prop_assert!(file.slots() <= 366 * 1440);
    for repair in [weather::Repair::Interpolate, weather::Repair::ClearSky] {
        let options = weather::Options { repair, max_gap_hours: 1e4, ..weather::Options::default() };
        if let Ok((weather, _)) = weather::prepare(&file, &AXIS, &site(), &options) {
            let columns = [&weather.ghi_w_per_m2, &weather.dni_w_per_m2, &weather.temperature_c];
            for column in columns {
                prop_assert_eq!(column.len(), 8760);
                prop_assert!(column.iter().all(|value| value.is_finite()));
            }
        }
    }
    Ok(())
}

#[test]
fn damaged_epw_files_are_answered() {
    let text = epw();
    fuzz(2, damage(), |damages| read_weather(&apply(&text, &damages, NUMBERS), "w.epw"));
}

#[test]
fn damaged_weather_tables_are_answered() {
    let mut plain = "time,ghi,temperature_c,wind_speed_m_s,pressure_hpa\n".to_owned();
    for hour in 0..8760 {
        let stamp = AXIS.stamp(hour);
        let _ = writeln!(plain, "{},{},{},3,1013", &stamp[..16], hour % 24 * 10, hour % 30);
    }
    let pvgis = "{\"inputs\": {\"location\": {\"latitude\": 26.0}}, \"outputs\": {\"tmy_hourly\": [{\"time(UTC)\": \
                 \"20250101:0010\", \"T2m\": 5.1, \"G(h)\": 0.0, \"Gb(n)\": 0.0, \"Gd(h)\": 0.0, \"WS10m\": 2.0}]}}";
    let tmy3 = "723170,\"GREENSBORO\",NC,-5.0,36.1,-79.95,273\nDate (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),DNI (W/m^2)\n\
                01/01/1988,01:00,0,0\n01/01/1988,24:00,0,0\n02/00/1988,02:00,1,2\n";
    let nsrdb = "Source,Latitude,Longitude,Time Zone,Elevation\nNSRDB,3.1,101.7,8,20\n\
                 Year,Month,Day,Hour,Minute,GHI,DNI,DHI,Temperature\n2020,1,1,0,30,0,0,0,25\n2020,1,1,1,30,0,0,0,25\n";
    let texts = [plain.as_str(), pvgis, tmy3, nsrdb];
    let strategy = (damage(), 0..texts.len());
    fuzz(3, strategy, |(damages, which)| {
        read_weather(&apply(texts[which].as_bytes(), &damages, NUMBERS), "w.csv")
    });
}

#[test]
fn damaged_series_are_answered() {
    let mut long = "time,kw,other\n".to_owned();
    let mut wide = "日期".to_owned();
    (1..=24).for_each(|hour| wide += &format!(",{hour}:00"));
    for hour in 0..8760 {
        let stamp = AXIS.stamp(hour);
        let _ = writeln!(long, "{} {},{},7", &stamp[..10], &stamp[11..16], hour % 24);
        if hour % 24 == 0 {
            let _ = write!(wide, "\n{}{}", &stamp[..10], ",5".repeat(24));
        }
    }
    let texts = [long, wide];
    let strategy = (damage(), 0..texts.len(), any::<bool>(), any::<bool>());
    fuzz(4, strategy, |(damages, which, berlin, end)| {
        let options = Options {
            column: (which == 0).then(|| "kw".to_owned()),
            time: (which == 0).then(|| "time".to_owned()),
            timezone: berlin.then(|| Zone::parse("Europe/Berlin").expect("is known")),
            label_end: end,
            repair: weather::Repair::Interpolate,
            max_gap_hours: 1e4,
            minimum: Some(0.0),
            ..Options::default()
        };
        if let Ok(found) =
            series::read(&apply(texts[which].as_bytes(), &damages, NUMBERS), "s.csv", &AXIS, &options)
        {
            prop_assert_eq!(found.values.len(), 8760);
            prop_assert!(found.values.iter().all(|value| value.is_finite() && *value >= 0.0));
        }
        Ok(())
    });
}

#[test]
fn damaged_sessions_are_answered() {
    let mut text = "arrival,departure,energy_kwh,power_kw\n".to_owned();
    for day in 1..=28 {
        let _ = writeln!(text, "2025-03-{day:02} 08:00,2025-03-{day:02} 17:30,12.5,7");
    }
    let zone = Zone::parse("Asia/Shanghai").expect("is known");
    let days = Days::of(&Calendar::new(AXIS, &zone, true).0);
    fuzz(5, damage(), |damages| {
        if let Ok(parsed) = parse_sessions(&apply(text.as_bytes(), &damages, NUMBERS), "s.csv", &AXIS, &days)
        {
            for session in parsed.sessions {
                prop_assert!(session.arrive_h.is_finite() && session.depart_h > session.arrive_h);
                prop_assert!(session.energy_kwh.is_finite() && session.energy_kwh > 0.0);
            }
        }
        Ok(())
    });
}

#[test]
fn hour_ranges_are_read_or_refused() {
    let clock = (0..26_u32, 0..70_u32, any::<bool>());
    let strategy = (clock.clone(), clock, "[ -~蕉–—]{0,12}", any::<bool>());
    fuzz(6, strategy, |(from, to, noise, noisy)| {
        let clock = |(hour, minute, short): (u32, u32, bool)| match short {
            true => format!("{hour}:{minute:02}"),
            false => format!("{hour:02}:{minute:02}"),
        };
        let text = if noisy { noise } else { format!("{}-{}", clock(from), clock(to)) };
        let legal = |(hour, minute, _): (u32, u32, bool)| minute < 60 && hour * 60 + minute <= 1440;
        match HourRange::parse(&text) {
            Ok(range) => {
                prop_assert!(range.start_minute < 1440 && (1..=1440).contains(&range.end_minute), "{text}");
                prop_assert!(noisy || (legal(from) && legal(to)), "{text}");
            }
            Err(problem) => prop_assert!(problem.hint.is_some(), "{text}"),
        }
        Ok(())
    });
}

#[test]
fn zones_are_read_or_refused() {
    fuzz(7, "[A-Za-z/+0-9:_-]{0,16}", |text| {
        if let Ok(zone) = Zone::parse(&text) {
            prop_assert!(zone.standard_offset_minutes(2025).abs() <= 15 * 60, "{text}");
        }
        Ok(())
    });
}

/// 300 MB of zeros pack to a few hundred kB; the bound is on what is unpacked.
#[test]
fn a_file_that_unpacks_without_end_is_refused() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![b'0'; 1 << 20];
    for _ in 0..300 {
        std::io::Write::write_all(&mut packer, &block).expect("packs");
    }
    let bomb = packer.finish().expect("packs");
    let found = series::read(&bomb, "s.csv.gz", &AXIS, &Options::default()).expect_err("is refused");
    assert_eq!(found.0[0].kind, "too-large");
}
