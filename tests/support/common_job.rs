//! The common job of `tests/data/common_job`, for tests and benches.
#![allow(dead_code)] // each user takes a part

use std::io::Read;
use zeropark::dispatch::{
    Band, Capacities, Controller, Fleet, Fleets, GridLimits, Moves, Num, Plant, Scaled, Segment, Stores,
};
use zeropark::storage::{EnergyParameters, Simple, Store};

/// The series, in steps of `step_h` hours.
pub struct Job {
    pub step_h: f64,
    pub month: Vec<u8>,
    pub period: Vec<u8>,
    pub demand_kw: Vec<f64>,
    pub buy: Vec<f64>,
    pub sell: Vec<f64>,
    pub pv_per_kw: Vec<f64>,
    pub wind_per_kw: Vec<f64>,
}

/// PV kW, wind kW, storage kWh, storage kW.
pub type Sizes = [f64; 4];
pub const BASE: Sizes = [1000.0, 500.0, 2000.0, 1000.0];
pub const SUN: Sizes = [3000.0, 1000.0, 4000.0, 2000.0];
pub const DEMAND_CHARGE: f64 = 40.0;

impl Job {
    pub fn hourly() -> Self {
        Self::read("hourly", 1.0)
    }

    pub fn quarter_hourly() -> Self {
        Self::read("15min", 0.25)
    }

    fn read(name: &str, step_h: f64) -> Self {
        let path = format!("{}/tests/data/common_job/{name}.csv.gz", env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        let file = std::fs::File::open(&path).expect(&path);
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect(&path);
        let mut job = Self {
            step_h,
            month: vec![],
            period: vec![],
            demand_kw: vec![],
            buy: vec![],
            sell: vec![],
            pv_per_kw: vec![],
            wind_per_kw: vec![],
        };
        for line in text.lines().skip(1) {
            let row: Vec<f64> = line.split(',').map(|field| field.parse().expect(line)).collect();
            job.month.push(row[0] as u8 - 1);
            job.period.push(row[1] as u8);
            job.demand_kw.push(row[2] + row[3]);
            job.buy.push(row[4]);
            job.sell.push(row[5]);
            job.pv_per_kw.push(row[6]);
            job.wind_per_kw.push(row[7]);
        }
        job
    }

    /// Segments with or without the tariff's periods as bands and modes.
    pub fn segments(&self, by_period: bool) -> Vec<Segment> {
        let mut segments: Vec<Segment> = vec![];
        for (step, (&month, &period)) in self.month.iter().zip(&self.period).enumerate() {
            let band = if by_period { period } else { 0 };
            match segments.last_mut() {
                Some(last) if (last.month, last.band) == (month, band) => last.end += 1,
                _ => {
                    let start = step as u32;
                    segments.push(Segment { start, end: start + 1, month, band, windows: 1, mode: band });
                }
            }
        }
        segments
    }

    /// The shared profiles with the capacities of the designs, one per lane.
    pub fn source<N: Num>(&self, sizes: &[Sizes]) -> Capacities<'_, N, 1, 1> {
        let lane = |k: usize| N::from_fn(|i| sizes[i % sizes.len()][k]);
        Capacities {
            demand_kw: &self.demand_kw,
            pv: [Scaled { per_kw: &self.pv_per_kw, capacity_kw: lane(0) }],
            wind: [Scaled { per_kw: &self.wind_per_kw, capacity_kw: lane(1) }],
        }
    }
}

/// A plant with one storage and no meter limits.
pub type OneStore<N> = Plant<N, [Store<N, Simple<N, false>>; 1], [Fleet<'static, N>; 0], false>;

/// The plant of the designs, one per lane.
pub fn plant<N: Num>(sizes: &[Sizes], step_h: f64) -> OneStore<N> {
    let lane = |k: usize| N::from_fn(|i| sizes[i % sizes.len()][k]);
    let efficiency = N::splat(0.95);
    let parameters =
        EnergyParameters::simple(lane(3), N::ZERO, lane(2), lane(2) * 0.5, (efficiency, efficiency));
    let store = Store::new(&parameters, Simple::new(&parameters, step_h));
    Plant { stores: [store], fleets: [], limits: GridLimits::none() }
}

/// Rule A as bands: self-consumption in every mode.
pub fn rule_a<N: Num>() -> Vec<Band<N>> {
    vec![Band::new(0.0, 0.0); 3]
}

/// Rule B to the letter: with a surplus only the surplus charges, whatever the period.
pub struct RuleB;

impl<N: Num> Controller<N> for RuleB {
    type Mode = u8;

    fn mode(&self, segment: &Segment) -> u8 {
        segment.mode
    }

    fn drive<'a, S: Stores<N>, F: Fleets<'a, N>, const LIMITED: bool>(
        &self,
        period: u8,
        step: usize,
        net_kw: N,
        _renewable_kw: N,
        plant: &mut Plant<N, S, F, LIMITED>,
    ) -> Moves<N> {
        let valley = N::splat(if period == 0 { 2200.0 } else { 0.0 });
        let grid_kw = (valley - net_kw).positive();
        let below_kw = N::ZERO.select_gt(net_kw, -net_kw, grid_kw);
        let above_kw = if period == 2 { net_kw.positive() } else { N::ZERO };
        let (charge_kw, discharge_kw) = plant.share_storage(step, below_kw, above_kw);
        Moves { vehicles_kw: N::ZERO, v2g_kw: N::ZERO, charge_kw, discharge_kw, curtail_kw: N::ZERO }
    }
}
