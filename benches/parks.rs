//! A thousand parks from a table: own sizes, orientations and loads, hourly, all metrics.
//!
//! The bar is 2 s and 300 MB on two cores, with `summary.json` and without series and figures.

use criterion::{Criterion, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::hint::black_box;
use zeropark::lang::Lang;
use zeropark::run::{Format, RunOptions, run};
use zeropark::scenario::Scenario;

const ARCHETYPES: [&str; 6] =
    ["vehicle-plant", "battery-cell-plant", "copper-smelter", "office", "port", "warehouse"];

fn thousand_parks(criterion: &mut Criterion) {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(sources.join("many-parks.toml")).expect("reads");
    let mut table = "name,load.works.archetype,load.works.annual_mwh,pv.roofs.capacity_kw,pv.roofs.tilt_deg,\
                     pv.roofs.azimuth_deg,storage.battery.energy_kwh\n"
        .to_owned();
    for park in 0..1000 {
        let archetype = ARCHETYPES[park % 6];
        let (load, pv, tilt) = (1000 + park * 13, 500 + park * 3, park * 7 % 40);
        let (azimuth, energy) = (90 + park * 11 % 180, 100 + park % 50 * 20);
        let _ = writeln!(table, "park {park:04},{archetype},{load},{pv},{tilt},{azimuth},{energy}");
    }
    std::fs::write(folder.path().join("many-parks.csv"), table).expect("writes");
    std::fs::create_dir(folder.path().join("weather")).expect("makes");
    let weather = "weather/fuzhou.epw.gz";
    std::fs::copy(sources.join(weather), folder.path().join(weather)).expect("copies");
    let file = folder.path().join("many-parks.toml");
    std::fs::write(&file, text + "\n[economics]\ndiscount_rate = 0.08\n").expect("writes");
    let options = RunOptions {
        out: Some(folder.path().join("out")),
        lang: Lang::default(),
        seed: 1,
        format: Format::Csv,
        plots: false,
        series: false,
        baseline_series: false,
        compare_policies: false,
        week: None,
        theme: Default::default(),
    };
    let once = || {
        let scenario = Scenario::read(&file).expect("reads");
        run(&scenario, &options).expect("runs").results.parks.len()
    };
    assert_eq!(once(), 1000);
    let mut group = criterion.benchmark_group("parks");
    group.sample_size(10);
    group.bench_function("run/1000_hourly", |bencher| bencher.iter(|| black_box(once())));
    group.finish();
}

criterion_group!(benches, thousand_parks);
criterion_main!(benches);
