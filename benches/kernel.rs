//! How fast the year loop is: park-years of the common job, scalar and in eight lanes.
//!
//! `ZEROPARK_C_KERNEL=<binary>` names a compiled hand-written C kernel of the same job that
//! prints JSON with `t_scalar_hourly_base_us` and `t_lane8d_hourly_us_per_config` for the files it
//! is given (`ZEROPARK_C_KERNEL_DATA=<folder>` with `series_hourly.csv` and `series_15min.csv`). Then
//! the two run by turns and the ratio of the medians is printed.

#[path = "../tests/support/common_job.rs"]
mod common_job;
#[path = "common/lanes.rs"]
mod lanes;

use common_job::{BASE, Job, Sizes};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lanes::{c_kernel, designs, lane_years, median, micros, scalar_year};
use std::hint::black_box;
use zeropark::dispatch::{LANES, Num};

fn kernel(c: &mut Criterion) {
    let (hourly, quarters) = (Job::hourly(), Job::quarter_hourly());
    let designs = designs();
    let months = hourly.segments(false);
    assert!((scalar_year(&hourly, &months, &[BASE]) - 7357185.840749).abs() < 1e-3);
    assert!((lane_years(&hourly, &months, &designs).lane(0) - 7357185.840749).abs() < 1e-3);
    let mut group = c.benchmark_group("dispatch");
    group.throughput(Throughput::Elements(1));
    group.bench_function("rule_a_scalar/8760_steps", |b| {
        b.iter(|| scalar_year(black_box(&hourly), &months, &[BASE]));
    });
    group.throughput(Throughput::Elements(LANES as u64));
    group.bench_function("rule_a_lanes/8760_steps", |b| {
        b.iter(|| lane_years(black_box(&hourly), &months, &designs));
    });
    let by_period = hourly.segments(true);
    group.bench_function("rule_a_lanes_by_period/8760_steps", |b| {
        b.iter(|| lane_years(black_box(&hourly), &by_period, &designs));
    });
    let months = quarters.segments(false);
    group.bench_function("rule_a_lanes/35040_steps", |b| {
        b.iter(|| lane_years(black_box(&quarters), &months, &designs));
    });
    group.finish();
    compare_with_c(&hourly, &designs);
}

fn compare_with_c(job: &Job, designs: &[Sizes]) {
    let months = job.segments(false);
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..3 {
        let Some([c_scalar, c_lanes]) = c_kernel(1) else {
            println!("set ZEROPARK_C_KERNEL and ZEROPARK_C_KERNEL_DATA to compare with the C kernel");
            return;
        };
        times[0].push(c_scalar);
        times[1].push(c_lanes);
        for _ in 0..5 {
            times[2].push(micros(400, || scalar_year(black_box(job), &months, &[BASE])));
            times[3].push(micros(400, || lane_years(black_box(job), &months, designs)) / LANES as f64);
        }
    }
    let [c_scalar, c_lanes, scalar, lanes] = times.map(median);
    println!("common job, rule A, all indicators, µs per park-year (median of alternating repetitions)");
    println!("  scalar: C {c_scalar:.2}, here {scalar:.2}, time ratio {:.2}", scalar / c_scalar);
    println!("  eight f64 lanes: C {c_lanes:.2}, here {lanes:.2}, speed ratio {:.2}", c_lanes / lanes);
}

criterion_group!(benches, kernel);
criterion_main!(benches);
