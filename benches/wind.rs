//! Speed of a turbine's year, from the weather's wind to power.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use zeropark::wind::{Air, DensityRule, Turbine, from_catalogue, power_kw};

fn wind(criterion: &mut Criterion) {
    let steps = 8760;
    // Speeds from calm to storm, so that every part of the curve is met.
    let speed: Vec<f64> = (0..steps).map(|t| 8.0 + 7.5 * (f64::from(t) / 9.0).sin()).collect();
    let temperature: Vec<f64> = (0..steps).map(|t| 15.0 + 12.0 * (f64::from(t) / 700.0).sin()).collect();
    let air = Air {
        speed_m_s: &speed,
        speed_height_m: 10.0,
        temperature_c: &temperature,
        temperature_height_m: 2.0,
        pressure_pa: &[101_000.0],
        pressure_height_m: 0.0,
    };
    let entry = from_catalogue("generic-5mw").expect("in the catalogue");
    let site = Turbine::new(entry.power_curve(), 120.0);
    let plain = Turbine { density: DensityRule::None, ..site.clone() };
    let share = power_kw(&plain, &air).iter().sum::<f64>() / (8760.0 * 5000.0);
    assert!((0.2..0.9).contains(&share), "{share}");
    criterion.bench_function("wind/power_plain_curve/8760_steps", |bench| {
        bench.iter(|| power_kw(black_box(&plain), &air));
    });
    criterion.bench_function("wind/power_site_density/8760_steps", |bench| {
        bench.iter(|| power_kw(black_box(&site), &air));
    });
}

criterion_group!(benches, wind);
criterion_main!(benches);
