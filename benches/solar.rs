//! Speed of the solar chain, stage by stage, and of the whole from parsed weather to AC power.
//!
//! The weather is a synthetic clear-and-cloudy year: every daylight step runs every branch a real
//! year runs.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use zeropark::solar::{
    self, Decomposition, Light, Observer, Plane, PvArray, Sky, SkyModel, SunPath, ac_from_planes, ac_per_kw,
    decompose, plane_years,
};
use zeropark::time::Axis;
use zeropark::weather;

const AXIS: Axis = Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 480 };

/// Columns of a made-up year: clear-sky shape times a clearness that wanders from day to day.
struct Weather {
    ghi: Vec<f64>,
    dni: Vec<f64>,
    dhi: Vec<f64>,
    temperature_c: Vec<f64>,
    wind_speed_m_s: Vec<f64>,
}

impl Weather {
    fn new(path: &SunPath) -> Self {
        let clear = |t: usize| 0.2 + 0.5 * (0.5 + 0.5 * (t as f64 / 31.0).sin());
        let ghi: Vec<f64> = (0..path.len()).map(|t| path.up[t].max(0.0) * 1350.0 * clear(t)).collect();
        let dni: Vec<f64> =
            (0..path.len()).map(|t| if path.up[t] > 0.05 { 900.0 * (clear(t) - 0.2) } else { 0.0 }).collect();
        let dhi = (0..path.len()).map(|t| (ghi[t] - dni[t] * path.up[t].max(0.0)).max(0.0)).collect();
        let temperature_c = (0..path.len()).map(|t| 18.0 + 8.0 * (t as f64 / 700.0).sin()).collect();
        let wind_speed_m_s = (0..path.len()).map(|t| 3.0 + (t as f64 / 17.0).sin()).collect();
        Self { ghi, dni, dhi, temperature_c, wind_speed_m_s }
    }

    fn sky(&self) -> Sky<'_> {
        Sky {
            ghi_w_per_m2: &self.ghi,
            dni_w_per_m2: Some(&self.dni),
            dhi_w_per_m2: Some(&self.dhi),
            temperature_c: &self.temperature_c,
            wind_speed_m_s: &self.wind_speed_m_s,
            pressure_pa: None,
            albedo_by_month: [0.2; 12],
        }
    }
}

fn array(planes: usize) -> PvArray {
    let azimuth = |k: usize| 90.0 + 45.0 * k as f64;
    let share = 1.0 / planes as f64;
    let plane = |k| Plane { share, ..Plane::fixed(10.0 + 5.0 * k as f64, azimuth(k)) };
    PvArray { planes: (0..planes).map(plane).collect(), ..PvArray::default() }
}

fn solar(criterion: &mut Criterion) {
    let observer = Observer::new(26.66, 119.55, 10.0);
    let path = SunPath::new(&observer, &AXIS, 0.0);
    let weather = Weather::new(&path);
    let sky = weather.sky();
    let one = array(1);

    // 1 kW facing east at 10°: what the year's light allows, checked once.
    let yield_kwh: f64 = ac_per_kw(&path, &sky, &one).iter().sum();
    assert!((800.0..2200.0).contains(&yield_kwh), "{yield_kwh}");

    criterion.bench_function("sun/path/8760_steps", |bench| {
        bench.iter(|| SunPath::new(black_box(&observer), &AXIS, 0.0));
    });
    criterion.bench_function("sky/erbs/8760_steps", |bench| {
        bench.iter(|| decompose(&path, black_box(&weather.ghi), &[101_325.0], Decomposition::Erbs));
    });
    criterion.bench_function("sky/dirint/8760_steps", |bench| {
        bench
            .iter(|| decompose(&path, black_box(&weather.ghi), &[101_325.0], Decomposition::DirintStability));
    });
    criterion.bench_function("sky/perez/8760_steps", |bench| {
        bench.iter(|| Light::new(&path, black_box(&sky), Decomposition::Erbs, SkyModel::Perez));
    });
    let light = Light::new(&path, &sky, Decomposition::Erbs, SkyModel::Perez);
    criterion.bench_function("plane/light_and_cell/8760_steps", |bench| {
        bench.iter(|| plane_years(&path, &light, black_box(&sky), &one));
    });
    let years = plane_years(&path, &light, &sky, &one);
    criterion.bench_function("pv/ac/8760_steps", |bench| {
        bench.iter(|| ac_from_planes(black_box(&years), &AXIS, &one));
    });
    for (name, planes, step_minutes) in [
        ("pv/weather_to_ac/8760_steps", 1, 60),
        ("pv/weather_to_ac_5_planes/8760_steps", 5, 60),
        ("pv/weather_to_ac/105120_steps", 1, 5),
    ] {
        let axis = Axis { step_minutes, ..AXIS };
        let weather = Weather::new(&SunPath::new(&observer, &axis, 0.0));
        let (sky, array) = (weather.sky(), array(planes));
        criterion.bench_function(name, |bench| {
            bench.iter(|| {
                let path = SunPath::new(black_box(&observer), &axis, 0.0);
                ac_per_kw(&path, &sky, &array)
            });
        });
    }
}

/// The shipped weather file, unpacked: 8760 rows of an EPW.
fn weather_file() -> Vec<u8> {
    let packed = include_bytes!("../scenarios/weather/fuzhou.epw.gz");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut bytes).expect("unpacks");
    bytes
}

/// From the bytes of a weather file to AC, and the detailed module and inverter.
fn from_file(criterion: &mut Criterion) {
    let observer = Observer::new(26.66, 119.55, 10.0);
    let bytes = weather_file();
    let place = weather::Site { latitude_deg: 26.66, longitude_deg: 119.55, elevation_m: 10.0 };
    let options = weather::Options { max_gap_hours: 6.0, ..Default::default() };
    let parse = || weather::read(&bytes, "fuzhou.epw").unwrap_or_else(|problems| panic!("{problems}"));
    let prepare = |file: &weather::WeatherFile| {
        weather::prepare(file, &AXIS, &place, &options).unwrap_or_else(|problems| panic!("{problems}")).0
    };
    let power = |weather: &weather::Weather, array: &PvArray| {
        let path = SunPath::new(&observer, &AXIS, 0.0);
        ac_per_kw(&path, &sky_of(weather), array)
    };
    let plain = PvArray::default();
    let module = solar::library::modules()["LONGi Green Energy Technology Co._ Ltd. LR6-72-330M"];
    let inverter = solar::library::inverters()["Sungrow Power Supply Co - Ltd : SG 60KU-M [480V]"];
    let detailed = PvArray { module: Some(module), cec_inverter: Some(inverter), ..PvArray::default() };
    let parsed = parse();
    let prepared = prepare(&parsed);
    for array in [&plain, &detailed] {
        let hours: f64 = power(&prepared, array).iter().sum();
        assert!((900.0..1400.0).contains(&hours), "{hours}");
    }
    criterion.bench_function("weather/parse_epw/8760_rows", |bench| bench.iter(parse));
    criterion.bench_function("weather/prepare/8760_rows", |bench| bench.iter(|| prepare(&parsed)));
    criterion.bench_function("pv/parsed_file_to_ac/8760_steps", |bench| {
        bench.iter(|| power(&prepare(&parse()), &plain));
    });
    criterion.bench_function("pv/weather_to_ac_single_diode/8760_steps", |bench| {
        bench.iter(|| power(&prepared, &detailed));
    });
    let tracked = PvArray { planes: vec![Plane::tracked(solar::Tracker::NORTH_SOUTH)], ..PvArray::default() };
    criterion.bench_function("pv/weather_to_ac_tracker/8760_steps", |bench| {
        bench.iter(|| power(&prepared, &tracked));
    });
}

/// A prepared weather as the columns PV needs.
fn sky_of(weather: &weather::Weather) -> Sky<'_> {
    Sky {
        ghi_w_per_m2: &weather.ghi_w_per_m2,
        dni_w_per_m2: Some(&weather.dni_w_per_m2),
        dhi_w_per_m2: Some(&weather.dhi_w_per_m2),
        temperature_c: &weather.temperature_c,
        wind_speed_m_s: &weather.wind_speed_m_s,
        pressure_pa: Some(&weather.pressure_pa),
        albedo_by_month: [weather.albedo; 12],
    }
}

criterion_group!(benches, solar, from_file);
criterion_main!(benches);
