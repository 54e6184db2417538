//! How long a storage's year takes to age, to count, and to warm and cool.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use zeropark::storage::ageing::{CellTemperature, Law, Trajectory, rainflow, year};
use zeropark::storage::{Storage, chemistry, thermal};

/// A year of hourly points: a cycle a day whose depth changes.
fn trajectory() -> Vec<f64> {
    (0..8760)
        .map(|hour| {
            let depth = 35.0 + 10.0 * (hour as f64 * 0.03).sin();
            50.0 + depth * (hour as f64 * std::f64::consts::TAU / 24.0).sin()
        })
        .collect()
}

fn storage(c: &mut Criterion) {
    let energy_kwh = trajectory();
    let cell_c: Vec<f64> = (0..8760).map(|hour| 22.0 + 6.0 * (hour as f64 * 0.26).sin()).collect();
    let law = Law::NaumannLfp;
    let aged = |cell_c| {
        let trajectory = Trajectory {
            initial_kwh: 50.0,
            energy_kwh: &energy_kwh,
            capacity_kwh: 100.0,
            step_h: 1.0,
            cell_c,
        };
        year(&law, black_box(&trajectory))
    };
    let health = law.health(&aged(CellTemperature::Constant(25.0)).wear);
    assert!((0.90..0.96).contains(&health.capacity), "{health:?}");
    c.bench_function("storage/ageing_constant_temperature/8760_steps", |b| {
        b.iter(|| aged(CellTemperature::Constant(25.0)));
    });
    c.bench_function("storage/ageing/8760_steps", |b| b.iter(|| aged(CellTemperature::Series(&cell_c))));
    assert!(rainflow(&energy_kwh).len() > 365);
    c.bench_function("storage/rainflow/8760_steps", |b| b.iter(|| rainflow(black_box(&energy_kwh))));
    let unit = Storage::new(chemistry("lfp").expect("in the catalogue"), 50.0, 100.0);
    assert_eq!(thermal::prepare(&unit, &cell_c, 1.0).cell_c.len(), 8760);
    c.bench_function("storage/thermal/8760_steps", |b| {
        b.iter(|| thermal::prepare(&unit, black_box(&cell_c), 1.0));
    });
}

criterion_group!(benches, storage);
criterion_main!(benches);
