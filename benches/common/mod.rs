//! The common job (`tests/data/common_job`), read once for tests and benches.
#![allow(dead_code)] // each bench takes a part

use std::io::Read;

use flate2::read::GzDecoder;
use zeropark::dispatch::optimum::{DemandCharge, Reservoir, Site, Terminal};

/// A scenario of the common job as series.
pub struct CommonJob {
    pub hours: f64,
    pub load_kw: Vec<f64>,
    pub available_kw: Vec<f64>,
    pub import_price: Vec<f64>,
    pub export_price: Vec<f64>,
    pub month: Vec<u16>,
    pub demand_price: Vec<f64>,
    pub store: Reservoir,
}

impl CommonJob {
    /// Series of a file with a plant: PV kW, wind kW, battery kWh and kW.
    pub fn read(file: &str, hours: f64, plant: [f64; 4]) -> Self {
        let path = format!("{}/tests/data/common_job/{file}", env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        GzDecoder::new(std::fs::File::open(&path).expect(&path)).read_to_string(&mut text).expect(&path);
        let rows: Vec<Vec<f64>> = text
            .lines()
            .skip(1)
            .map(|line| line.split(',').map(|field| field.parse().expect(line)).collect())
            .collect();
        let column = |f: &dyn Fn(&[f64]) -> f64| rows.iter().map(|row| f(row)).collect::<Vec<f64>>();
        let [pv, wind, kwh, kw] = plant;
        Self {
            hours,
            load_kw: column(&|row| row[2] + row[3]),
            available_kw: column(&|row| pv * row[6] + wind * row[7]),
            import_price: column(&|row| row[4]),
            export_price: column(&|row| row[5]),
            month: rows.iter().map(|row| row[0] as u16 - 1).collect(),
            demand_price: vec![40.0; 12],
            store: Reservoir {
                charge_limit_kw: kw,
                discharge_limit_kw: kw,
                charge_efficiency: 0.95,
                discharge_efficiency: 0.95,
                retention_per_step: 1.0,
                energy_min_kwh: 0.0,
                energy_max_kwh: kwh,
                energy_start_kwh: 1000.0,
                terminal: Terminal::EqualInitial,
                throughput_cost_per_kwh: 0.0,
            },
        }
    }

    pub fn base() -> Self {
        Self::read("hourly.csv.gz", 1.0, [1000.0, 500.0, 2000.0, 1000.0])
    }

    pub fn sun() -> Self {
        Self::read("hourly.csv.gz", 1.0, [3000.0, 1000.0, 4000.0, 2000.0])
    }

    pub fn base_15min() -> Self {
        Self::read("15min.csv.gz", 0.25, [1000.0, 500.0, 2000.0, 1000.0])
    }

    pub fn charges(&self) -> [DemandCharge<'_>; 1] {
        [DemandCharge { price_per_kw: &self.demand_price, period_of_step: &self.month }]
    }

    pub fn site<'a>(&'a self, demand: &'a [DemandCharge<'a>]) -> Site<'a> {
        Site {
            step_hours: self.hours,
            load_kw: &self.load_kw,
            available_kw: &self.available_kw,
            import_price_per_kwh: &self.import_price,
            export_price_per_kwh: &self.export_price,
            import_limit_kw: f64::INFINITY,
            export_limit_kw: f64::INFINITY,
            unserved_cost_per_kwh: None,
            curtailment_cost_per_kwh: 0.0,
            demand,
        }
    }
}
