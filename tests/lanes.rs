//! Eight designs side by side are the same eight designs one by one, in every metric.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::path::Path;
use tempfile::TempDir;
use zeropark::park::BuildOptions;
use zeropark::sweep::{Evaluator, Scratch, Status, Study};

const POLICIES: [&str; 12] = [
    "policy = \"self-consumption\"",
    "policy = \"time-of-use\"",
    "policy = \"time-of-use\"\ncycles_per_day = 2",
    "policy = \"time-of-use\"\ngrid_charge_up_to_kw = 3000",
    "policy = \"peak-shaving\"",
    "policy = \"peak-shaving\"\nthreshold_kw = 2500",
    "policy = \"peak-shaving-arbitrage\"",
    "policy = \"minimum-carbon\"",
    "policy = \"zero-export\"",
    "policy = \"backup-reserve\"\nreserve_share = 0.3",
    "policy = \"time-of-use\"",
    FORESIGHT,
];

/// Planned side by side for one storage and nothing else to move.
const FORESIGHT: &str = "policy = \"foresight\"";

const FLEET: &str = "[[park.charging]]\nname = \"cars\"\nfleet = \"commuter-car\"\nvehicles = 60\nchargers = [ { class = \"ac-7kw\", count = 20 } ]\nstrategy = \"managed\"\nenergy_price_per_kwh = 0.6\n";

const METERS: [&str; 3] = [
    "tariff = \"fujian-2025-10kv\"\ncarbon = \"fujian-2023\"\nexport_limit_kw = 0\n",
    "tariff = \"fujian-2025-10kv\"\ncarbon = \"fujian-2023\"\ntransformer_loss = 0.02\n",
    "import_limit_kw = 6000\nunserved_cost_per_kwh = 20\ncarbon = { series = \"carbon.csv\", column = \"kg\" }\n\
     [park.grid.tariff]\nimport_price_per_kwh = { series = \"carbon.csv\", column = \"price\" }\ndemand_charge_per_kw_month = 40\nexport_price_per_kwh = 0.2\n",
];

/// What a random study is made of.
#[derive(Debug, Clone)]
struct Made {
    policy: usize,
    meter: usize,
    fleets: usize,
    storages: usize,
    second_park: bool,
    wind: bool,
    quarter_hours: bool,
    seed: u64,
}

fn made() -> impl Strategy<Value = Made> {
    (0..POLICIES.len(), 0..METERS.len(), 0..3usize, 0..3usize, any::<(bool, bool, bool)>(), any::<u64>())
        .prop_map(|(policy, meter, fleets, storages, (second_park, wind, quarter_hours), seed)| {
            let planned = POLICIES[policy] == FORESIGHT;
            Made {
                policy,
                meter,
                fleets: if planned { 0 } else { fleets },
                storages: if planned { 1 } else { storages },
                second_park,
                wind,
                quarter_hours: quarter_hours && !planned,
                seed,
            }
        })
}

impl Made {
    fn write(&self, folder: &Path) {
        zeropark::scenario::starter::write(&folder.join("park")).expect("writes");
        let starter = std::fs::read_to_string(folder.join("park/park.toml")).expect("reads");
        let head = starter.split("[[park]]").next().expect("a head");
        let steps = if self.quarter_hours { "year = 2025\nstep_minutes = 15" } else { "year = 2025" };
        let mut text = head.replace("year = 2025", steps);
        let parks = if self.second_park { 2 } else { 1 };
        for park in 0..parks {
            text += &format!(
                "[[park]]\nname = \"p{park}\"\n[[park.load]]\narchetype = \"vehicle-plant\"\nannual_mwh = {}\n\
                 [[park.pv]]\nname = \"roof\"\ncapacity_kw = 3000\ntilt_deg = 10\n",
                20000 + 9000 * park
            );
            if self.wind {
                text += "[[park.wind]]\nname = \"mill\"\nturbine = \"generic-1.5mw\"\ncapacity_kw = 2000\n";
            }
            for unit in 0..self.storages {
                text += &format!("[[park.storage]]\nname = \"s{unit}\"\npower_kw = 600\nenergy_kwh = 1500\n");
            }
            for fleet in 0..self.fleets {
                text += &FLEET.replace("cars", &format!("cars{fleet}"));
            }
            text +=
                &format!("[park.grid]\n{}[park.dispatch]\n{}\n", METERS[self.meter], POLICIES[self.policy]);
        }
        text += "[economics]\ndiscount_rate = 0.08\nlifetime_years = 25\n";
        std::fs::write(folder.join("park/park.toml"), text).expect("writes");
        let series: String = (0..8760)
            .map(|hour| {
                format!("{},{}\n", 0.3 + 0.2 * f64::from(hour % 24) / 24.0, 0.2 + 0.04 * f64::from(hour % 17))
            })
            .collect();
        std::fs::write(folder.join("park/carbon.csv"), format!("kg,price\n{series}")).expect("writes");
        let mut study =
            String::from("scenario = \"park/park.toml\"\n[sample]\nmethod = \"sobol\"\ncount = 9\n");
        let mut vary = |key: &str, min: f64, max: f64| {
            study += &format!("[[vary]]\nkey = \"park.{key}\"\nmin = {min}\nmax = {max}\n");
        };
        vary("p0.pv.roof.capacity_kw", 0.0, 9000.0);
        if self.wind {
            vary("p0.wind.mill.capacity_kw", 0.0, 4000.0);
        }
        if self.storages > 0 {
            vary("p0.storage.s0.energy_kwh", 0.0, 6000.0);
            vary("p0.storage.s0.power_kw", 0.0, 2000.0);
            vary("p0.storage.s0.charge_efficiency", 0.8, 1.0);
        }
        if self.second_park {
            vary("p1.pv.roof.capacity_kw", 0.0, 9000.0);
        }
        if self.meter == 2 {
            vary("p0.grid.import_limit_kw", 2000.0, 6000.0);
        }
        std::fs::write(folder.join("study.toml"), &study).expect("writes");
        // Cash flow and 24/7 score are told one by one, so they are left out: all other metrics by name.
        let names: Vec<String> = with_evaluator(folder, self.seed, |_, evaluator| {
            let names = evaluator.columns.iter().map(|column| column.name.clone());
            names
                .filter(|name| !name.ends_with("cfe_score"))
                .filter(|name| !name.contains(".economics.") || name.contains("annual_total"))
                .collect()
        });
        std::fs::write(folder.join("study.toml"), format!("metrics = {names:?}\n{study}")).expect("writes");
    }
}

fn with_evaluator<T>(folder: &Path, seed: u64, then: impl FnOnce(&Study, Evaluator<'_>) -> T) -> T {
    let study =
        Study::read(&folder.join("study.toml"), seed % 1000).unwrap_or_else(|found| panic!("{found}"));
    let found = Evaluator::new(&study, BuildOptions::default());
    let (evaluator, _) = found.unwrap_or_else(|found| panic!("{found}"));
    then(&study, evaluator)
}

/// Every metric of random studies, to 1e-9 of its size or of the largest energy or sum in its group.
#[test]
fn lanes_give_what_designs_alone_give() {
    let check = |made: Made| {
        let folder = TempDir::new().expect("a folder");
        made.write(folder.path());
        let evaluate = |alone: bool| {
            with_evaluator(folder.path(), made.seed, |study, mut evaluator| {
                assert_eq!(evaluator.one_by_one, None, "lanes serve the study");
                if alone {
                    evaluator.one_by_one = Some("to compare".to_owned());
                }
                let designs: Vec<_> = (0..study.designs()).map(|number| study.design(number)).collect();
                let mut rows = Vec::new();
                for group in evaluator.groups(&designs) {
                    let members: Vec<_> = group.iter().map(|&place| &designs[place]).collect();
                    rows.extend(evaluator.evaluate(&members, &mut Scratch::default()));
                }
                let names: Vec<String> = evaluator.columns.iter().map(|column| column.name.clone()).collect();
                (names, rows)
            })
        };
        let ((names, lanes), (_, alone)) = (evaluate(false), evaluate(true));
        for (lanes, alone) in lanes.iter().zip(&alone) {
            assert_eq!(
                (lanes.status, alone.status),
                (Status::Ok, Status::Ok),
                "{:?} {:?}",
                lanes.reason,
                alone.reason
            );
            let largest = alone
                .values
                .iter()
                .copied()
                .filter(|value| value.is_finite())
                .fold(1.0, |a: f64, b| a.max(b.abs()));
            for ((name, lane), one) in names.iter().zip(&lanes.values).zip(&alone.values) {
                // What rounding leaves has no digits to compare; differences of money lose some.
                let scale = if name.ends_with("_residual_kwh") {
                    largest
                } else {
                    one.abs().max(1e-3 * largest.min(1e6))
                };
                let same = (lane - one).abs() <= 1e-9 * scale || (lane.is_nan() && one.is_nan());
                assert!(same, "{name}: {lane} in lanes, {one} alone, {made:?}");
            }
        }
        Ok(())
    };
    let mut runner = TestRunner::new(Config { cases: 40, max_shrink_iters: 20, ..Config::default() });
    if let Err(error) = runner.run(&made(), check) {
        panic!("{error}");
    }
}
