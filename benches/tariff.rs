//! What a tariff costs in a sweep: the same designs under one price and under twelve bands with two demand
//! windows, by turns, and the ratio of the medians. The bar is 1.5.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use zeropark::park::BuildOptions;
use zeropark::sweep::{Evaluator, Scratch, Study};

const DESIGNS: usize = 64;

const SIMPLE: &str = "[park.grid.tariff]\nimport_price_per_kwh = 0.6\ndemand_charge_per_kw_month = 40\n";

/// Twelve bands of two hours, as dear as their number, and two demand windows.
fn twelve_bands() -> String {
    let mut text = String::from("[park.grid.tariff]\ndemand_charge_per_kw_month = 20\n");
    for band in 0..12 {
        let (from, to) = (2 * band, 2 * band + 2);
        text += &format!(
            "[[park.grid.tariff.band]]\nname = \"b{band}\"\nprice_per_kwh = {}\nhours = \"{from:02}:00-{to:02}:00\"\n",
            0.3 + 0.05 * f64::from(band)
        );
    }
    for (name, hours, price) in [("day", "08:00-18:00", 10), ("evening", "18:00-22:00", 20)] {
        text += &format!(
            "[[park.grid.tariff.demand]]\nname = \"{name}\"\nprice_per_kw_month = {price}\nhours = \"{hours}\"\n"
        );
    }
    text
}

fn study(folder: &Path, tariff: &str) -> Study {
    std::fs::create_dir_all(folder).expect("makes");
    zeropark::scenario::starter::write(&folder.join("park")).expect("writes");
    let starter = std::fs::read_to_string(folder.join("park/park.toml")).expect("reads");
    let head = starter.split("[[park]]").next().expect("a head");
    let text = format!(
        "{head}[[park]]\nname = \"p\"\n[[park.load]]\narchetype = \"vehicle-plant\"\nannual_mwh = \
         20000\n[[park.pv]]\nname = \"roof\"\ncapacity_kw = 3000\ntilt_deg = 10\n[[park.storage]]\nname = \
         \"s\"\npower_kw = 600\nenergy_kwh = 1500\n[park.dispatch]\npolicy = \"self-consumption\"\n{}{tariff}{economics}",
        "[park.grid]\ncarbon = \"fujian-2023\"\n",
        economics = "[economics]\ndiscount_rate = 0.08\n"
    );
    std::fs::write(folder.join("park/park.toml"), text).expect("writes");
    let text = format!(
        "scenario = \"park/park.toml\"\nmetrics = [\"park.p.economics.annual_total\"]\n[sample]\nmethod = \
         \"sobol\"\ncount = {DESIGNS}\n[[vary]]\nkey = \"park.p.pv.roof.capacity_kw\"\nmin = 0\nmax = \
         9000\n[[vary]]\nkey = \"park.p.storage.s.energy_kwh\"\nmin = 0\nmax = 6000\n"
    );
    std::fs::write(folder.join("study.toml"), text).expect("writes");
    Study::read(&folder.join("study.toml"), 1).unwrap_or_else(|found| panic!("{found}"))
}

/// Evaluates every design and sums what they cost a year.
fn evaluate(study: &Study, evaluator: &Evaluator<'_>, scratch: &mut Scratch) -> f64 {
    let designs: Vec<_> = (0..study.designs()).map(|number| study.design(number)).collect();
    let mut sum = 0.0;
    for group in evaluator.groups(&designs) {
        let members: Vec<_> = group.iter().map(|&place| &designs[place]).collect();
        sum += evaluator.evaluate(&members, scratch).iter().map(|row| row.values[0]).sum::<f64>();
    }
    sum
}

fn tariffs(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let simple = study(&folder.path().join("simple"), SIMPLE);
    let banded = study(&folder.path().join("banded"), &twelve_bands());
    let ready = |study| {
        let found = Evaluator::new(study, BuildOptions::default());
        found.unwrap_or_else(|found| panic!("{found}")).0
    };
    let (simple_run, banded_run) = (ready(&simple), ready(&banded));
    assert_eq!(banded_run.one_by_one, None, "lanes serve the study");
    let mut scratch = Scratch::default();
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..40 {
        for (times, (study, run)) in times.iter_mut().zip([(&simple, &simple_run), (&banded, &banded_run)]) {
            let start = Instant::now();
            let sum = black_box(evaluate(study, run, &mut scratch));
            times.push(start.elapsed().as_secs_f64());
            assert!(sum.is_finite() && sum > 0.0);
        }
    }
    let [simple_s, banded_s] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2] / DESIGNS as f64
    });
    println!(
        "tariff/ratio: {:.2} ({:.2} us a park-year under one price, {:.2} under twelve bands and two windows)",
        banded_s / simple_s,
        1e6 * simple_s,
        1e6 * banded_s
    );
    let mut group = criterion.benchmark_group("tariff");
    group.throughput(Throughput::Elements(DESIGNS as u64));
    group.bench_function("designs/one_price", |bencher| {
        bencher.iter(|| evaluate(&simple, &simple_run, &mut scratch));
    });
    let mut scratch = Scratch::default();
    group.bench_function("designs/twelve_bands", |bencher| {
        bencher.iter(|| evaluate(&banded, &banded_run, &mut scratch));
    });
    group.finish();
}

criterion_group!(benches, tariffs);
criterion_main!(benches);
