//! Laws of the whole chain: steps, hemispheres, edges of the Earth, wrong input.

use super::*;
use crate::time::Axis;

/// A clear year by a smooth formula of the sun's height alone: the same light for any step.
struct Clear {
    ghi: Vec<f64>,
    dni: Vec<f64>,
    dhi: Vec<f64>,
    temperature_c: Vec<f64>,
    wind_speed_m_s: Vec<f64>,
}

impl Clear {
    /// Irradiance averaged over each step in pieces of a minute-like grain, as a weather file is.
    fn new(observer: &Observer, axis: &Axis) -> Self {
        let fine = Axis { step_minutes: 5, ..*axis };
        let path = SunPath::new(observer, &fine, 0.0);
        let pieces = axis.step_minutes as usize / 5;
        let mean = |f: &dyn Fn(f64) -> f64| -> Vec<f64> {
            let up: Vec<f64> = path.up.iter().map(|up| f(up.max(0.0))).collect();
            up.chunks(pieces).map(|chunk| chunk.iter().sum::<f64>() / pieces as f64).collect()
        };
        let beam = |up: f64| if up > 0.0 { 950.0 * (-0.12 / (up + 0.03)).exp() } else { 0.0 };
        let diffuse = |up: f64| 110.0 * (1.0 - (-4.0 * up).exp());
        Self {
            ghi: mean(&|up| beam(up) * up + diffuse(up)),
            dni: mean(&beam),
            dhi: mean(&diffuse),
            temperature_c: vec![20.0; axis.steps()],
            wind_speed_m_s: vec![2.0; axis.steps()],
        }
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

fn axis(step_minutes: u32) -> Axis {
    Axis { year: 2025, step_minutes, utc_offset_minutes: 480 }
}

fn yield_kwh(observer: &Observer, axis: &Axis, array: &PvArray) -> f64 {
    let weather = Clear::new(observer, axis);
    let path = SunPath::new(observer, axis, 0.0);
    ac_per_kw(&path, &weather.sky(), array).iter().sum::<f64>() * axis.step_h()
}

/// Documented bound of time-step invariance: 0.8 % of the year between 60 and 5 minutes for fixed
/// planes and trackers, Perez and Hay-Davies, on smooth light.
#[test]
fn the_year_does_not_depend_on_the_step() {
    let observer = Observer::new(26.66, 119.55, 10.0);
    for sky_model in [SkyModel::Isotropic, SkyModel::HayDavies, SkyModel::Perez] {
        for plane in [
            Plane::fixed(10.0, 180.0),
            Plane::fixed(35.0, 90.0),
            Plane::fixed(90.0, 180.0),
            Plane::tracked(Tracker::NORTH_SOUTH),
        ] {
            let array =
                PvArray { planes: vec![plane.clone()], dc_ac_ratio: 1.0, sky_model, ..PvArray::default() };
            let fine = yield_kwh(&observer, &axis(5), &array);
            for step_minutes in [15, 30, 60] {
                let gap = yield_kwh(&observer, &axis(step_minutes), &array) / fine - 1.0;
                assert!(gap.abs() < 0.008, "{step_minutes} min, {sky_model:?}, {plane:?}: {gap}");
            }
        }
    }
}

/// The same plane facing the equator on mirrored latitudes half a year apart sees the same light but
/// for the sun's distance and the slower summer half: within 4 %.
#[test]
fn both_hemispheres_see_the_same_sun() {
    let facing = |azimuth| PvArray { planes: vec![Plane::fixed(25.0, azimuth)], ..PvArray::default() };
    let north = yield_kwh(&Observer::new(30.0, 120.0, 0.0), &axis(60), &facing(180.0));
    let south = yield_kwh(&Observer::new(-30.0, 120.0, 0.0), &axis(60), &facing(0.0));
    let away = yield_kwh(&Observer::new(-30.0, 120.0, 0.0), &axis(60), &facing(180.0));
    assert!((south / north - 1.0).abs() < 0.04, "{north} {south}");
    assert!(away < 0.9 * south);
}

#[test]
fn poles_the_date_line_and_leap_years_give_finite_power() {
    for (latitude, longitude) in [(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0), (0.0, -180.0), (69.6, 18.9)] {
        let observer = Observer::new(latitude, longitude, 0.0);
        let leap = Axis { year: 2024, step_minutes: 60, utc_offset_minutes: 0 };
        let path = SunPath::new(&observer, &leap, 0.0);
        let weather = Clear::new(&observer, &leap);
        let global_only = Sky { dni_w_per_m2: None, dhi_w_per_m2: None, ..weather.sky() };
        for decomposition in [Decomposition::Erbs, Decomposition::Disc, Decomposition::DirintStability] {
            let array = PvArray { decomposition, ..PvArray::default() };
            for sky in [weather.sky(), global_only] {
                let power = ac_per_kw(&path, &sky, &array);
                assert_eq!(power.len(), 8784);
                assert!(
                    power.iter().all(|power| (0.0..=1.0 / 1.2).contains(power)),
                    "{latitude} {longitude}"
                );
            }
        }
    }
    // The two names of the date line are one place.
    let [east, west] =
        [180.0, -180.0].map(|longitude| SunPath::new(&Observer::new(10.0, longitude, 0.0), &axis(60), 0.0));
    let gap = east.up.iter().zip(&west.up).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(gap < 1e-9, "{gap}");
}

#[test]
fn an_array_reports_everything_that_is_wrong() {
    let wrong = PvArray {
        planes: vec![Plane { share: 0.4, ..Plane::fixed(95.0, 400.0) }],
        inverter_efficiency: 1.1,
        losses: f64::NAN,
        rows: Some(Rows { ground_cover: 2.0 }),
        cell_temperature: CellTemperature::Faiman { u0: 0.0, u1: 1.0 },
        ..PvArray::default()
    };
    let keys: Vec<_> = wrong.check().into_iter().filter_map(|problem| problem.place.key).collect();
    let expected = [
        "cell_temperature",
        "inverter_efficiency",
        "losses",
        "tilt_deg",
        "azimuth_deg",
        "ground_cover",
        "planes",
    ];
    assert_eq!(keys, expected);
    assert!(PvArray::default().check().is_empty());
}

/// Each obstacle costs light and each bifacial rear adds some; none changes the night.
#[test]
fn rows_horizon_and_rear_change_the_yield_in_their_direction() {
    let observer = Observer::new(26.66, 119.55, 10.0);
    let free = PvArray { planes: vec![Plane::fixed(25.0, 180.0)], ..PvArray::default() };
    let base = yield_kwh(&observer, &axis(60), &free);
    let ring = Horizon { azimuth_deg: vec![0.0], elevation_deg: vec![15.0] };
    for (change, low, high) in [
        (PvArray { rows: Some(Rows { ground_cover: 0.6 }), ..free.clone() }, 0.90, 0.999),
        (PvArray { horizon: Some(ring), ..free.clone() }, 0.85, 0.99),
        (
            PvArray { bifacial: Some(Bifacial { bifaciality: 0.7, rear_loss: 0.1 }), ..free.clone() },
            1.03,
            1.15,
        ),
        (PvArray { planes: vec![Plane::tracked(Tracker::NORTH_SOUTH)], ..free.clone() }, 1.05, 1.35),
        (PvArray { availability: 0.97, ..free.clone() }, 0.96999, 0.97001),
        (PvArray { soiling_by_month: [0.05; 12], ..free.clone() }, 0.94, 0.96),
        (PvArray { degradation_per_year: 0.005, age_years: 10.0, ..free.clone() }, 0.94, 0.96),
    ] {
        let ratio = yield_kwh(&observer, &axis(60), &change) / base;
        assert!((low..high).contains(&ratio), "{ratio} not in {low}..{high}");
    }
}
