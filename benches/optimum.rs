//! The optimum of a park-year on the common job.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use zeropark::dispatch::optimum::{Plan, Planner};

mod common;
use common::CommonJob;

/// The optimum, as HiGHS finds it on the same model, to 1e-9.
fn assert_close(ours: f64, highs: f64, rel: f64) {
    assert!((ours - highs).abs() <= rel * highs.abs(), "{ours} instead of {highs}");
}

fn energy_only(criterion: &mut Criterion) {
    let cases = [
        ("8760_steps_base", CommonJob::base(), 5_613_670.190788),
        ("8760_steps_sun", CommonJob::sun(), 2_876_660.061261),
        ("35040_steps_base", CommonJob::base_15min(), 5_585_958.960369),
    ];
    for (name, job, highs) in &cases {
        let (mut planner, mut plan) = (Planner::default(), Plan::default());
        let site = job.site(&[]);
        planner.energy_only(site, job.store, &mut plan).expect("feasible");
        assert_close(plan.objective, *highs, 1e-9);
        criterion.bench_function(&format!("optimum/energy_only_cost/{name}"), |bencher| {
            bencher.iter(|| planner.energy_only_cost(black_box(site), job.store));
        });
        criterion.bench_function(&format!("optimum/energy_only_schedule/{name}"), |bencher| {
            bencher.iter(|| planner.energy_only(black_box(site), job.store, &mut plan));
        });
    }
}

fn with_demand(criterion: &mut Criterion) {
    let cases = [
        ("8760_steps_base", CommonJob::base(), 6_367_934.629723),
        ("8760_steps_sun", CommonJob::sun(), 3_538_287.156794),
        ("35040_steps_base", CommonJob::base_15min(), 6_341_476.422578),
    ];
    for (name, job, highs) in &cases {
        let (mut planner, mut plan) = (Planner::default(), Plan::default());
        let demand = job.charges();
        let site = job.site(&demand);
        planner.with_demand(site, job.store, 1e-6, &mut plan).expect("feasible");
        assert_close(plan.objective, *highs, 1e-6);
        assert!(plan.objective - plan.lower_bound <= 1e-6 * highs, "{} {}", plan.objective, plan.lower_bound);
        eprintln!("{name}: {} evaluations", planner.evaluations());
        criterion.bench_function(&format!("optimum/with_demand_schedule/{name}"), |bencher| {
            bencher.iter(|| planner.with_demand(black_box(site), job.store, 1e-6, &mut plan));
        });
    }
}

criterion_group!(benches, energy_only, with_demand);
criterion_main!(benches);
