//! How fast the year loop is: park-years of the common job, scalar and in eight lanes.
//!
//! `ZEROPARK_C_KERNEL=<binary>` names a compiled hand-written C kernel of the same job that
//! prints JSON with `t_scalar_hourly_base_us` and `t_lane8d_hourly_us_per_config` for the files it
//! is given (`ZEROPARK_C_KERNEL_DATA=<folder>` with `series_hourly.csv` and `series_15min.csv`). Then
//! the two run by turns and the ratio of the medians is printed.

#[path = "../tests/support/common_job.rs"]
mod common_job;

use common_job::{BASE, DEMAND_CHARGE, Job, Sizes, plant, rule_a};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Instant;
use zeropark::dispatch::{
    GridLimits, LANES, Lanes, MeterAccount, MeterLayout, Num, PriceAccount, Rule, Segment, StorageAccount,
    simulate, simulate_lanes,
};

type Wide = Lanes<LANES>;

fn layout() -> MeterLayout {
    MeterLayout { bands: 3, windows: 1, metering_steps: 1 }
}

fn bill<N: Num>(price: &PriceAccount<'_, N>, meter: &MeterAccount<N>) -> N {
    let sum = |values: &[N]| values.iter().fold(N::ZERO, |total, &value| total + value);
    sum(&price.import_cost) - sum(&price.export_revenue) + sum(&meter.reading.peak_kw) * DEMAND_CHARGE
}

fn scalar_year(job: &Job, segments: &[Segment], sizes: &[Sizes]) -> f64 {
    let mut accounts =
        ((StorageAccount::default(), PriceAccount::new(&job.buy, &job.sell)), MeterAccount::new(layout()));
    let rule = Rule::new(&rule_a(), &GridLimits::none());
    let park = plant::<f64>(sizes, job.step_h);
    let source = job.source(sizes);
    simulate::<_, _, _, _, _, _, _, false, 1>(
        job.step_h,
        segments,
        &source,
        park,
        &rule,
        &mut accounts,
        &mut (),
    );
    black_box(accounts.0.0);
    bill(&accounts.0.1, &accounts.1)
}

fn lane_years(job: &Job, segments: &[Segment], sizes: &[Sizes]) -> Wide {
    let mut accounts =
        ((StorageAccount::default(), PriceAccount::new(&job.buy, &job.sell)), MeterAccount::new(layout()));
    let rule = Rule::new(&rule_a(), &GridLimits::none());
    let park = plant::<Wide>(sizes, job.step_h);
    let source = job.source(sizes);
    simulate_lanes::<_, _, _, _, _, _, false, 1>(
        job.step_h,
        segments,
        &source,
        park,
        &rule,
        &mut accounts,
        &mut (),
    );
    black_box(accounts.0.0);
    bill(&accounts.0.1, &accounts.1)
}

fn designs() -> Vec<Sizes> {
    let mut designs: Vec<Sizes> =
        (0..LANES).map(|i| [500.0 + 400.0 * i as f64, 300.0, 800.0 + 300.0 * i as f64, 900.0]).collect();
    designs[0] = BASE;
    designs
}

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

/// CPU time of this thread, s; the C kernel reports CPU time too. Wall time where the system has
/// no such file.
fn cpu_s(start: Instant) -> f64 {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = schedule.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |ns| ns * 1e-9)
}

/// Microseconds of CPU of a call.
fn micros<T>(repeat: usize, f: impl Fn() -> T) -> f64 {
    let origin = Instant::now();
    let start = cpu_s(origin);
    for _ in 0..repeat {
        black_box(f());
    }
    (cpu_s(origin) - start) * 1e6 / repeat as f64
}

fn compare_with_c(job: &Job, designs: &[Sizes]) {
    let (Ok(binary), Ok(data)) =
        (std::env::var("ZEROPARK_C_KERNEL"), std::env::var("ZEROPARK_C_KERNEL_DATA"))
    else {
        println!("set ZEROPARK_C_KERNEL and ZEROPARK_C_KERNEL_DATA to compare with the C kernel");
        return;
    };
    let months = job.segments(false);
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..3 {
        let output = std::process::Command::new(&binary)
            .args([format!("{data}/series_hourly.csv"), format!("{data}/series_15min.csv")])
            .output()
            .expect("the C kernel runs");
        let text = String::from_utf8(output.stdout).expect("JSON");
        let read = |key: &str| -> f64 {
            let rest = text.split(&format!("\"{key}\": ")).nth(1).expect(key);
            rest.split([',', '\n']).next().expect(key).parse().expect(key)
        };
        times[0].push(read("t_scalar_hourly_base_us"));
        times[1].push(read("t_lane8d_hourly_us_per_config"));
        for _ in 0..5 {
            times[2].push(micros(400, || scalar_year(black_box(job), &months, &[BASE])));
            times[3].push(micros(400, || lane_years(black_box(job), &months, designs)) / LANES as f64);
        }
    }
    let [c_scalar, c_lanes, scalar, lanes] = times.map(|mut values| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    });
    println!("common job, rule A, all indicators, µs per park-year (median of alternating repetitions)");
    println!("  scalar: C {c_scalar:.2}, here {scalar:.2}, time ratio {:.2}", scalar / c_scalar);
    println!("  eight f64 lanes: C {c_lanes:.2}, here {lanes:.2}, speed ratio {:.2}", c_lanes / lanes);
}

criterion_group!(benches, kernel);
criterion_main!(benches);
