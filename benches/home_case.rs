//! The home case: dispatch, bill and metrics of all parks; what comes on top of them; everything from
//! the raw weather file on.
//!
//! The table is of CPU time on one core, medians. "Dispatch, bill and metrics" is both cases of every park
//! with their ledgers; what walks through the ledgers once more, the ageing of the storages and the hourly
//! match, stands in the next line; the cash flow and the measures simulate further years and stand apart.
//! Criterion's times below it are wall times with one thread.

#[path = "../tests/support/common_job.rs"]
mod common_job;
#[path = "common/lanes.rs"]
mod lanes;

use criterion::{Criterion, criterion_group, criterion_main};
use lanes::{median, micros};
use std::hint::black_box;
use zeropark::dispatch::Ledger;
use zeropark::park::design::{Detail, ParkYear, all, baseline, configured};
use zeropark::park::simulate::{CaseYear, simulate};
use zeropark::park::{BuildOptions, Project, build, measures};
use zeropark::run::{RunOptions, run};
use zeropark::scenario::Scenario;

const OPTIONS: BuildOptions = BuildOptions { seed: 1 };

fn home() -> Scenario {
    Scenario::home().unwrap_or_else(|problems| panic!("{problems}"))
}

fn built() -> Project {
    build(&home(), OPTIONS).unwrap_or_else(|problems| panic!("{problems}"))
}

fn keep_nothing(_: &CaseYear<'_>) -> Result<(), String> {
    Ok(())
}

/// Both cases of every park and of all together; the import of the design, kWh.
fn both_cases(project: &Project, detail: Detail, ledger: &mut Ledger) -> f64 {
    let before: Vec<ParkYear> = (project.parks.iter())
        .map(|park| baseline(project, park, detail, ledger).expect("the baseline has no limits"))
        .collect();
    let after: Vec<ParkYear> = (project.parks.iter().zip(&before))
        .map(|(park, before)| configured(project, park, before, detail, ledger).expect("feasible"))
        .collect();
    let of_all = |years: &[ParkYear], before| all(project, &years.iter().collect::<Vec<_>>(), before);
    let before = of_all(&before, None);
    of_all(&after, Some(&before)).metrics.energy.map_or(0.0, |energy| energy.grid_import_kwh)
}

/// The table of CPU times; called on the pool's one thread, so that its clock sees all of the work.
fn table() {
    let project = built();
    let results = simulate(&project, &keep_nothing, &|| false).expect("the home case is feasible");
    let ledger = std::cell::RefCell::new(Ledger::default());
    let import = both_cases(&project, Detail::Steps, &mut ledger.borrow_mut());
    assert!((1.0e9..2.0e9).contains(&import));
    let of = |detail| both_cases(black_box(&project), detail, &mut ledger.borrow_mut());
    let parts: [(&str, &dyn Fn() -> f64); 6] = [
        ("dispatch, bill and metrics", &|| of(Detail::Sums)),
        ("with ageing and the hourly match", &|| of(Detail::Steps)),
        ("with the cash flow", &|| of(Detail::Money)),
        ("measures", &|| {
            let found = measures(black_box(&project), &results, &|| false).expect("not interrupted");
            found.0.len() as f64
        }),
        ("build from the raw weather file", &|| black_box(built()).parks.len() as f64),
        ("all of it from raw weather", &|| {
            let project = built();
            both_cases(&project, Detail::Money, &mut ledger.borrow_mut())
        }),
    ];
    let mut times = parts.map(|_| Vec::new());
    for _ in 0..9 {
        for ((_, part), times) in parts.iter().zip(&mut times) {
            // What ran before gave memory back; taking it again is not the part's own work.
            black_box(part());
            times.push(micros(1, part) / 1e3);
        }
    }
    println!("home case, {} parks, both cases: CPU on one core (median of 9 by turns)", project.parks.len());
    for ((name, _), times) in parts.iter().zip(times) {
        println!("{name:34} {:8.2} ms", median(times));
    }
}

fn home_case(c: &mut Criterion) {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("the first pool");
    rayon::scope(|_| table());
    let project = built();
    let mut group = c.benchmark_group("home_case");
    group.sample_size(20);
    group.bench_function("simulate/12_parks", |b| {
        b.iter(|| simulate(black_box(&project), &keep_nothing, &|| false).map(|results| results.parks.len()));
    });
    group.bench_function("build_from_raw_weather/12_parks", |b| b.iter(|| black_box(built()).parks.len()));
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
