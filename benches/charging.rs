//! Charging: the year of a large fleet with sessions, queue and profile, and its limits when managed.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use zeropark::charging::{
    Days, Fleet, Guns, Owner, Replaces, Strategy, charger_class, fleet_class, optimum, simulate,
};
use zeropark::time::Axis;

const QUARTERS: Axis = Axis { year: 2025, step_minutes: 15, utc_offset_minutes: 480 };

fn commuters(strategy: Strategy) -> Fleet {
    Fleet {
        name: "commuters".into(),
        class: fleet_class("commuter-car").expect("in the catalogue").clone(),
        vehicles: 10_000,
        chargers: vec![Guns {
            class: charger_class("ac-7kw").expect("in the catalogue").clone(),
            count: 1_700,
        }],
        strategy,
        replaces: Replaces::Electric,
        owner: Owner::ThirdParty,
        site_limit_kw: f64::INFINITY,
    }
}

fn years(bench: &mut Criterion) {
    let days = Days::plain(&QUARTERS);
    let mut group = bench.benchmark_group("charging");
    group.sample_size(20);
    for (name, strategy) in [
        ("uncontrolled_year/10000_vehicles_35040_steps", Strategy::Uncontrolled),
        ("managed_year/10000_vehicles_35040_steps", Strategy::Managed),
    ] {
        let fleet = commuters(strategy);
        let year = simulate(&fleet, &QUARTERS, &days, 1, "park");
        assert!(year.sessions.len() > 300_000 && year.lost_sessions < year.sessions.len() / 50);
        assert_eq!(year.limits.is_some(), strategy == Strategy::Managed);
        group.bench_function(name, |run| {
            run.iter(|| simulate(black_box(&fleet), &QUARTERS, &days, 1, "park"));
        });
    }
    group.finish();
}

fn schedules(bench: &mut Criterion) {
    let base_kw: Vec<f64> = (0..96).map(|t| 500.0 + 200.0 * (f64::from(t) / 15.0).sin()).collect();
    let windows: Vec<optimum::Window> = (0..60)
        .map(|i| optimum::Window {
            first: i % 48,
            end: i % 48 + 30,
            energy_kwh: 20.0 + i as f64,
            power_kw: 11.0,
        })
        .collect();
    let energy_kwh: f64 = windows.iter().map(|window| window.feasible_kwh(0.25)).sum();
    let sum_kwh: f64 = optimum::valley_filling(&windows, &base_kw, 0.25).iter().sum::<f64>() * 0.25;
    assert!((sum_kwh - energy_kwh).abs() < 1e-6);
    bench.bench_function("charging/valley_filling/60_sessions_96_steps", |run| {
        run.iter(|| optimum::valley_filling(black_box(&windows), &base_kw, 0.25));
    });
}

criterion_group!(benches, years, schedules);
criterion_main!(benches);
