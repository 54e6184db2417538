//! The bars of sweeps in one table: park-years a second and core of the common job, of a home-like park, at
//! 15 minutes, under foresight; what two cores gain; cost per design over the size of a study.
//!
//! With `ZEROPARK_C_KERNEL` and `ZEROPARK_C_KERNEL_DATA` (see `benches/kernel.rs`) the C kernel stands beside it.

#[path = "../tests/support/common_job.rs"]
mod common_job;
#[path = "common/lanes.rs"]
mod lanes;

use common_job::Job;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lanes::{c_kernel, cpu_s, designs, lane_years, median};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use zeropark::dispatch::LANES;
use zeropark::park::BuildOptions;
use zeropark::sweep::{Evaluator, Scratch, Study};

const PV: &str = "[[park.pv]]\nname = \"roof\"\ncapacity_kw = 3000\ntilt_deg = 10\n";
const WIND: &str = "[[park.wind]]\nname = \"mill\"\nturbine = \"generic-1.5mw\"\ncapacity_kw = 1500\n";
const STORAGE: &str = "[[park.storage]]\nname = \"s\"\npower_kw = 600\nenergy_kwh = 1500\n";
const CARS: &str = "[[park.charging]]\nname = \"cars\"\nfleet = \"commuter-car\"\nvehicles = 60\nchargers = [ { class = \
                    \"ac-7kw\", count = 20 } ]\nstrategy = \"managed\"\n";
const TARIFF: &str = "[park.grid]\ntariff = \"fujian-2025-10kv\"\ncarbon = \"fujian-2023\"\n";
const PRICES: &str = "[park.grid]\ncarbon = \"fujian-2023\"\n[park.grid.tariff]\nbase = \
                      \"fujian-2025-10kv\"\ndemand_charge_per_kw_month = 0\nexport_price_per_kwh = 0.2\n";

/// A study of `count` designs over PV and storage of a park.
fn study(folder: &Path, name: &str, minutes: usize, park: &str, policy: &str, count: usize) -> Study {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).expect("makes");
    zeropark::scenario::starter::write(&folder.join("park")).expect("writes");
    let starter = std::fs::read_to_string(folder.join("park/park.toml")).expect("reads");
    let head = starter.split("[[park]]").next().expect("a head");
    let head = head.replace("year = 2025", &format!("year = 2025\nstep_minutes = {minutes}"));
    let text = format!(
        "{head}[[park]]\nname = \"p\"\n[[park.load]]\narchetype = \"vehicle-plant\"\nannual_mwh = \
         20000\n{park}[park.dispatch]\npolicy = \"{policy}\"\n[economics]\ndiscount_rate = 0.08\n"
    );
    std::fs::write(folder.join("park/park.toml"), text).expect("writes");
    let metrics: Vec<String> = [
        "bill.total",
        "economics.annual_total",
        "economics.capex",
        "carbon.location_based_t",
        "carbon.park_rule_t",
        "energy.self_sufficiency",
        "energy.curtailed_kwh",
        "energy.peak_import_kw",
        "energy.full_cycles",
    ]
    .map(|metric| format!("park.p.{metric}"))
    .to_vec();
    let text = format!(
        "scenario = \"park/park.toml\"\nmetrics = {metrics:?}\n[sample]\nmethod = \"sobol\"\ncount = \
         {count}\n[[vary]]\nkey = \"park.p.pv.roof.capacity_kw\"\nmin = 0\nmax = 9000\n[[vary]]\nkey = \
         \"park.p.storage.s.energy_kwh\"\nmin = 100\nmax = 6000\n"
    );
    std::fs::write(folder.join("study.toml"), text).expect("writes");
    Study::read(&folder.join("study.toml"), 1).unwrap_or_else(|found| panic!("{found}"))
}

fn evaluator(study: &Study) -> Evaluator<'_> {
    let found = Evaluator::new(study, BuildOptions::default());
    found.unwrap_or_else(|found| panic!("{found}")).0
}

/// Evaluates a stretch of the study's designs; the sum of their first metric.
fn evaluate(study: &Study, run: &Evaluator<'_>, from: u64, to: u64) -> f64 {
    let (mut scratch, mut sum) = (Scratch::default(), 0.0);
    let numbers: Vec<u64> = (from..to).collect();
    for chunk in numbers.chunks(1024) {
        let designs: Vec<_> = chunk.iter().map(|number| study.design(*number)).collect();
        for group in run.groups(&designs) {
            let members: Vec<_> = group.iter().map(|&place| &designs[place]).collect();
            sum += run.evaluate(&members, &mut scratch).iter().map(|row| row.values[0]).sum::<f64>();
        }
    }
    assert!(sum.is_finite());
    sum
}

/// CPU time that a call takes of this thread, µs: on a shared machine wall time says nothing.
fn cpu<T>(f: impl FnOnce() -> T) -> f64 {
    let origin = Instant::now();
    let start = cpu_s(origin);
    black_box(f());
    (cpu_s(origin) - start) * 1e6
}

fn bars(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let home_park = format!("{PV}{WIND}{STORAGE}{CARS}{TARIFF}");
    let of = |name: &str, minutes, park: &str, policy: &str, count| {
        study(folder.path(), name, minutes, park, policy, count)
    };
    let home = of("home", 60, &home_park, "time-of-use", 2048);
    let quarter = of("quarter", 15, &home_park, "time-of-use", 512);
    let limited_park =
        format!("{PV}{WIND}{STORAGE}{CARS}{TARIFF}import_limit_kw = 20000\nexport_limit_kw = 0\n");
    let limited = of("limited", 60, &limited_park, "time-of-use", 2048);
    let plain = of("plain", 60, &format!("{PV}{WIND}{STORAGE}{TARIFF}"), "time-of-use", 2048);
    let foresight = of("foresight", 60, &format!("{PV}{STORAGE}{PRICES}"), "foresight", 256);
    let runs = [&home, &quarter, &plain, &foresight, &limited].map(evaluator);
    let job = Job::hourly();
    let (months, sizes) = (job.segments(false), designs());
    let year = || lane_years(black_box(&job), &months, &sizes);
    let mut times: [Vec<f64>; 9] = Default::default();
    let studies = [&home, &quarter, &plain, &foresight, &limited];
    for _ in 0..9 {
        times[0].push(
            cpu(|| {
                for _ in 0..40 {
                    black_box(year());
                }
            }) / (40 * LANES) as f64,
        );
        for (slot, (study, run)) in [1, 2, 3, 4, 8].into_iter().zip(studies.into_iter().zip(&runs)) {
            let count = study.designs();
            times[slot].push(cpu(|| evaluate(study, run, 0, count)) / count as f64);
        }
        // Two threads, each with half of the designs; the C kernel, too, tells its CPU time.
        let (half, home, run) = (home.designs() / 2, &home, &runs[0]);
        let both: Vec<f64> = std::thread::scope(|scope| {
            let work = [0, half].map(|from| {
                scope.spawn(move || cpu(|| evaluate(home, run, from, from + half)) / half as f64)
            });
            work.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        times[5].push(both.iter().sum::<f64>() / 4.0);
        if let (Some(one), Some(two)) = (c_kernel(1), c_kernel(2)) {
            times[6].push(one[1]);
            times[7].push(one[1] * 2.0 / two[1]);
        }
    }
    let c = !times[6].is_empty();
    let [common, home_us, quarter_us, plain_us, foresight_us, both_us]: [f64; 6] = std::array::from_fn(
        |slot| if times[slot].is_empty() { f64::NAN } else { median(times[slot].clone()) },
    );
    let row = |what: &str, us: f64, note: String| {
        println!("{what:44} {us:9.2} us {:9.0}/s  {note}", 1e6 / us);
    };
    println!("CPU time per park-year, one core unless said (median of 9 repetitions by turns)");
    let gain = home_us / both_us;
    let (beside, two_threads) = if c {
        let (c_us, c_gain) = (median(times[6].clone()), median(times[7].clone()));
        let two_threads = format!("gain {gain:.2}, {:.2} of what two copies of C gain", gain / c_gain);
        (format!("{:.2} of the C kernel's speed", c_us / common), two_threads)
    } else {
        ("C kernel not given".to_owned(), format!("gain {gain:.2}"))
    };
    row("common job, eight lanes", common, beside);
    row("PV, wind, storage, nine metrics", plain_us, format!("{:.2} of the common job", common / plain_us));
    row("home-like, with managed vehicles", home_us, format!("{:.2} of the common job", common / home_us));
    let limited_us = median(times[8].clone());
    let note = format!("{:.2} of the common job", common / limited_us);
    row("the same with limits of import and export", limited_us, note);
    row("home-like at 15 minutes", quarter_us, format!("{:.2} x hourly", quarter_us / home_us));
    row("home-like on two threads", both_us, two_threads);
    row("foresight, energy only", foresight_us, String::new());
    let mut first = None;
    for count in [1_000, 10_000, 100_000, 1_000_000] {
        let large = of(&format!("flat{count}"), 60, &format!("{PV}{STORAGE}{TARIFF}"), "time-of-use", count);
        let run = evaluator(&large);
        evaluate(&large, &run, 0, 64);
        let us = cpu(|| evaluate(&large, &run, 0, count as u64)) / count as f64;
        let first = *first.get_or_insert(us);
        row(&format!("a study of {count}"), us, format!("{:+.0} %", 100.0 * (us / first - 1.0)));
    }
    let mut group = criterion.benchmark_group("sweep");
    group.sample_size(20);
    for (name, study, run) in [
        ("home_like", &home, &runs[0]),
        ("home_like_15_min", &quarter, &runs[1]),
        ("foresight", &foresight, &runs[3]),
    ] {
        group.throughput(Throughput::Elements(study.designs()));
        group.bench_function(name, |bencher| bencher.iter(|| evaluate(study, run, 0, study.designs())));
    }
    group.finish();
}

criterion_group!(benches, bars);
criterion_main!(benches);
