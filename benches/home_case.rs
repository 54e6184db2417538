//! The home case: dispatch, bill and metrics of all parks; everything from the raw weather file on.
//!
//! One core: the pool has one thread, so times are CPU times. The written run is timed in `run`.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use zeropark::park::simulate::{CaseYear, simulate};
use zeropark::park::{BuildOptions, build};
use zeropark::run::{RunOptions, run};
use zeropark::scenario::Scenario;

fn home() -> Scenario {
    Scenario::home().unwrap_or_else(|problems| panic!("{problems}"))
}

fn keep_nothing(_: &CaseYear<'_>) -> Result<(), String> {
    Ok(())
}

fn home_case(c: &mut Criterion) {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("the first pool");
    let scenario = home();
    let options = BuildOptions { seed: 1 };
    let project = build(&scenario, options).unwrap_or_else(|problems| panic!("{problems}"));
    let import = |project| {
        let results = simulate(project, &keep_nothing, &|| false).expect("the home case is feasible");
        results.all.configured.energy.as_ref().map_or(0.0, |energy| energy.grid_import_kwh)
    };
    assert!((1.0e9..2.0e9).contains(&import(&project)));
    let mut group = c.benchmark_group("home_case");
    group.sample_size(20);
    group.bench_function("simulate/12_parks", |b| b.iter(|| import(black_box(&project))));
    group.bench_function("build_from_raw_weather/12_parks", |b| {
        b.iter(|| build(black_box(&home()), options).map(|project| project.parks.len()));
    });
    let folder = tempfile::tempdir().expect("a folder");
    let written = RunOptions {
        out: Some(folder.path().join("out")),
        lang: zeropark::lang::Lang::default(),
        seed: 1,
        format: zeropark::run::Format::default(),
        plots: false,
        series: true,
        baseline_series: false,
        compare_policies: false,
        week: None,
        theme: Default::default(),
    };
    group.bench_function("run_with_series/12_parks", |b| {
        b.iter(|| run(black_box(&home()), &written).map(|finished| finished.warnings.len()));
    });
    group.finish();
}

criterion_group!(benches, home_case);
criterion_main!(benches);
