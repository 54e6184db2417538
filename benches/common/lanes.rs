//! The common job through the year loop, scalar and in eight lanes, and the C kernel beside it.
#![allow(dead_code)] // each bench takes a part

use super::common_job::{BASE, DEMAND_CHARGE, Job, Sizes, plant, rule_a};
use std::hint::black_box;
use std::time::Instant;
use zeropark::dispatch::{
    GridLimits, LANES, Lanes, MeterAccount, MeterLayout, Num, PriceAccount, Rule, Segment, StorageAccount,
    simulate, simulate_lanes,
};

pub type Wide = Lanes<LANES>;

/// See the module.
pub fn layout() -> MeterLayout {
    MeterLayout { bands: 3, windows: 1, metering_steps: 1 }
}

/// See the module.
pub fn bill<N: Num>(price: &PriceAccount<'_, N>, meter: &MeterAccount<N>) -> N {
    let sum = |values: &[N]| values.iter().fold(N::ZERO, |total, &value| total + value);
    sum(&price.import_cost) - sum(&price.export_revenue) + sum(&meter.reading.peak_kw) * DEMAND_CHARGE
}

/// See the module.
pub fn scalar_year(job: &Job, segments: &[Segment], sizes: &[Sizes]) -> f64 {
    let mut accounts =
        ((StorageAccount::default(), PriceAccount::new(&job.buy, &job.sell)), MeterAccount::new(layout()));
    let rule = Rule::new(&rule_a(), &GridLimits::none());
    let park = plant::<f64>(sizes, job.step_h);
    let source = job.source(sizes);
    simulate(job.step_h, segments, &source, park, &rule, &mut accounts, &mut ());
    black_box(accounts.0.0);
    bill(&accounts.0.1, &accounts.1)
}

/// See the module.
pub fn lane_years(job: &Job, segments: &[Segment], sizes: &[Sizes]) -> Wide {
    let mut accounts =
        ((StorageAccount::default(), PriceAccount::new(&job.buy, &job.sell)), MeterAccount::new(layout()));
    let rule = Rule::new(&rule_a(), &GridLimits::none());
    let park = plant::<Wide>(sizes, job.step_h);
    let source = job.source(sizes);
    simulate_lanes(job.step_h, segments, &source, park, &rule, &mut accounts, &mut ());
    black_box(accounts.0.0);
    bill(&accounts.0.1, &accounts.1)
}

/// See the module.
pub fn designs() -> Vec<Sizes> {
    let mut designs: Vec<Sizes> =
        (0..LANES).map(|i| [500.0 + 400.0 * i as f64, 300.0, 800.0 + 300.0 * i as f64, 900.0]).collect();
    designs[0] = BASE;
    designs
}

/// CPU time of this thread, s; the C kernel reports CPU time too. Wall time where the system has
/// no such file. The kernel brings the file up to date at a tick or when the thread yields: without the
/// latter a measurement of milliseconds is off by a tick.
pub fn cpu_s(start: Instant) -> f64 {
    std::thread::yield_now();
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = schedule.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |ns| ns * 1e-9)
}

/// Microseconds of CPU of a call.
pub fn micros<T>(repeat: usize, f: impl Fn() -> T) -> f64 {
    let origin = Instant::now();
    let start = cpu_s(origin);
    for _ in 0..repeat {
        black_box(f());
    }
    (cpu_s(origin) - start) * 1e6 / repeat as f64
}

/// What the C kernel of `ZEROPARK_C_KERNEL` says, copies of it at a time: µs per park-year, scalar and in
/// eight lanes, the mean of the copies; none where the variables are not set.
pub fn c_kernel(copies: usize) -> Option<[f64; 2]> {
    let (binary, data) =
        (std::env::var("ZEROPARK_C_KERNEL").ok()?, std::env::var("ZEROPARK_C_KERNEL_DATA").ok()?);
    let start = || {
        std::process::Command::new(&binary)
            .args([format!("{data}/series_hourly.csv"), format!("{data}/series_15min.csv")])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("the C kernel runs")
    };
    let running: Vec<_> = (0..copies).map(|_| start()).collect();
    let mut sum = [0.0; 2];
    for child in running {
        let output = child.wait_with_output().expect("the C kernel ends");
        let text = String::from_utf8(output.stdout).expect("JSON");
        let read = |key: &str| -> f64 {
            let rest = text.split(&format!("\"{key}\": ")).nth(1).expect(key);
            rest.split([',', '\n']).next().expect(key).parse().expect(key)
        };
        sum[0] += read("t_scalar_hourly_base_us") / copies as f64;
        sum[1] += read("t_lane8d_hourly_us_per_config") / copies as f64;
    }
    Some(sum)
}

/// The median.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
