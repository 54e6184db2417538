//! The optimum of a park-year on the common job, beside HiGHS on the same model.
//!
//! HiGHS is timed in the same run where Python has highspy and numpy (`benches/common/highs.py`; about
//! half a minute), or given as CPU seconds measured elsewhere on this machine:
//! `ZEROPARK_HIGHS_SECONDS="energy_only/8760_steps_base=0.54 with_demand/8760_steps_base=0.63"`.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use zeropark::dispatch::Ledger;
use zeropark::dispatch::optimum::{Plan, Planner};
use zeropark::park::case::Case;
use zeropark::park::{BuildOptions, build};
use zeropark::scenario::Scenario;

mod common;
use common::CommonJob;

/// The optimum, as HiGHS finds it on the same model, to 1e-9.
fn assert_close(ours: f64, highs: f64, rel: f64) {
    assert!((ours - highs).abs() <= rel * highs.abs(), "{ours} instead of {highs}");
}

/// Seconds that HiGHS needs, by case; empty where it is neither installed nor given.
fn highs() -> HashMap<String, f64> {
    let given = std::env::var("ZEROPARK_HIGHS_SECONDS").map(|text| text.replace('=', " "));
    let text = given.map_or_else(
        |_| {
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/common/highs.py");
            let run = std::process::Command::new("python3").arg(script).output();
            let run = run.ok().filter(|run| run.status.success());
            run.map_or_else(String::new, |run| String::from_utf8_lossy(&run.stdout).into_owned())
        },
        |text| {
            text.split_whitespace().collect::<Vec<_>>().chunks(2).map(|pair| pair.join(" ") + "\n").collect()
        },
    );
    let pair = |line: &str| {
        let mut fields = line.split_whitespace();
        Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
    };
    text.lines().filter_map(pair).collect()
}

/// Median seconds of a plan.
fn median(mut plan: impl FnMut()) -> f64 {
    let mut seconds: Vec<f64> = (0..21)
        .map(|_| {
            let start = Instant::now();
            plan();
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[10]
}

/// The table of ratios, schedule included.
fn ratios(_: &mut Criterion) {
    let highs = highs();
    if highs.is_empty() {
        println!("HiGHS is neither installed (highspy, numpy) nor given: no ratios");
    }
    println!("optimum of a park-year with its schedule, median of 21");
    for (name, job) in [
        ("8760_steps_base", CommonJob::base()),
        ("8760_steps_sun", CommonJob::sun()),
        ("35040_steps_base", CommonJob::base_15min()),
    ] {
        let (mut planner, mut plan) = (Planner::default(), Plan::default());
        let demand = job.charges();
        for (kind, charges) in [("energy_only", &[][..]), ("with_demand", &demand[..])] {
            let site = job.site(charges);
            let ours = median(|| {
                planner.with_demand(black_box(site), job.store, 1e-6, &mut plan).expect("feasible");
            });
            let case = format!("{kind}/{name}");
            let beside = highs.get(&case).map_or_else(String::new, |seconds| {
                format!("HiGHS {:7.0} ms, {:5.0} times as long", seconds * 1e3, seconds / ours)
            });
            println!("{case:32} {:8.3} ms  {beside}", ours * 1e3);
        }
    }
}

/// A year run by plans of 48 h, made every hour from what was measured before, with demand charges:
/// 8,760 optima, the steps between them and the year's replay through the plant.
fn rolling_year(criterion: &mut Criterion) {
    let series = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/common_job/hourly.csv.gz");
    let text = format!(
        r#"schema = 1
name = "common job"
time = {{ year = 2018 }}
site = {{ latitude_deg = 36.1, longitude_deg = -79.95, timezone = "-05:00" }}
[[park]]
name = "p"
load = [
  {{ name = "works", series = "{series}", column = "load_kw" }},
  {{ name = "vehicles", series = "{series}", column = "ev_kw" }},
]
pv = [{{ capacity_kw = 1000, series = "{series}", column = "pv_per_kw", per_kw = true }}]
wind = [{{ capacity_kw = 500, series = "{series}", column = "wind_per_kw", per_kw = true }}]
dispatch = {{ policy = "forecast" }}
[[park.storage]]
name = "store"
power_kw = 1000
energy_kwh = 2000
charge_efficiency = 0.95
discharge_efficiency = 0.95
soc_min = 0
soc_max = 1
soc_initial = 0.5
self_discharge_per_day = 0
[park.grid.tariff]
import_price_per_kwh = {{ series = "{series}", column = "price_buy" }}
export_price_per_kwh = {{ series = "{series}", column = "price_sell" }}
demand_charge_per_kw_month = 40
"#
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("job.toml");
    std::fs::write(&file, text).expect("writes");
    let scenario = Scenario::read(&file).unwrap_or_else(|problems| panic!("{problems}"));
    let project = build(&scenario, BuildOptions { seed: 1 }).unwrap_or_else(|problems| panic!("{problems}"));
    let park = &project.parks[0];
    let series = park.series_of(Case::Configured, &project.axis);
    let mut ledger = Ledger::default();
    let mut year = || {
        park.run(Case::Configured, &project.axis, black_box(&series), &mut ledger)
            .expect("rules keep what they can")
    };
    let seconds = median(|| {
        year();
    });
    println!(
        "a year planned every hour for 48 h: {:.1} ms, {:.1} µs a plan",
        seconds * 1e3,
        seconds * 1e6 / 8760.0
    );
    criterion
        .bench_function("optimum/forecast_year/8760_plans_of_48_hours", |bencher| bencher.iter(&mut year));
}

/// Prices at which a meter could trade with itself: export pays 13 % more than import at night.
fn odd_prices(criterion: &mut Criterion) {
    let mut job = CommonJob::base();
    job.export_price.fill(0.339);
    let (mut planner, mut plan) = (Planner::default(), Plan::default());
    let demand = job.charges();
    let (energy, site) = (job.site(&[]), job.site(&demand));
    assert!(!energy.is_convex());
    criterion.bench_function("optimum/odd_prices_energy_only/8760_steps_base", |bencher| {
        bencher.iter(|| planner.energy_only(black_box(energy), job.store, &mut plan));
    });
    criterion.bench_function("optimum/odd_prices_with_demand/8760_steps_base", |bencher| {
        bencher.iter(|| planner.with_demand(black_box(site), job.store, 1e-6, &mut plan));
    });
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

criterion_group!(benches, ratios, energy_only, with_demand, odd_prices, rolling_year);
criterion_main!(benches);
