//! Battery inspection: bays in which some of a fleet's vehicles have their battery tested, what the
//! tests draw, and where packs go that are retired.
//!
//! A tested vehicle comes once a year, after one of its charging sessions, waits for a bay like for a
//! gun, and stays for the test: the battery gives a share of its energy and takes it back, so
//! that of what is exchanged only the loss stays with the park. The state of health it is found in
//! has an error. A pack is retired when it is unsafe, below the health at which packs are reused, or
//! its vehicle is scrapped; the found state of health then says where it goes.

mod materials;
#[cfg(test)]
mod tests;

use super::profile::add_power;
use super::queue::{Outcome, Pool};
use super::random::{Quantiles, Stream, fleet_seed};
use super::year::FleetYear;
use crate::problem::Problem;
use crate::time::Axis;
pub use materials::{Recovered, bay_costs, cathode_names};

/// Bays and what comes to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// Device name, unique in the park.
    pub name: String,
    /// Number of bays.
    pub bays: usize,
    /// Share of the fleet's vehicles that are tested in the year.
    pub tested_share: f64,
    /// Mean time in the bay, min; a test takes between two and four thirds of it, each as often.
    pub bay_min: f64,
    /// Longest wait for a bay, min.
    pub patience_min: f64,
    /// Energy given and taken back, as a share of the pack's energy.
    pub exchanged_share: f64,
    /// Power of the exchange at the battery, kW.
    pub power_kw: f64,
    /// Efficiency between bus and battery, one way.
    pub efficiency: f64,
    /// Power of a bay at all times, kW.
    pub standby_kw: f64,
    /// Mean state of health of the vehicles that come.
    pub soh_mean: f64,
    /// Its standard deviation over vehicles.
    pub soh_sd: f64,
    /// Standard deviation of the error of a test.
    pub soh_error_sd: f64,
    /// Share of tested packs that are unsafe (insulation, spread of cells): they are recycled.
    pub unsafe_share: f64,
    /// Share of tested vehicles that are scrapped with a sound pack.
    pub scrapped_share: f64,
    /// Lowest state of health for further use in a vehicle.
    pub reuse_from_soh: f64,
    /// Lowest state of health for a second life in a store.
    pub second_life_from_soh: f64,
    /// Cathode of the packs, in the catalogue.
    pub battery_chemistry: String,
}

/// Where a pack goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// It stays in its vehicle.
    Kept,
    /// Into another vehicle.
    Reused,
    /// Into a store.
    SecondLife,
    /// Taken apart.
    Recycled,
}

/// One test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// Number of the vehicle in its fleet.
    pub vehicle: u32,
    /// When it drove into the bay, h since 1 January.
    pub start_h: f64,
    /// When it left, h.
    pub end_h: f64,
    /// State of health as found.
    pub soh: f64,
    /// Where its pack goes.
    pub route: Route,
}

/// The year of the bays.
#[derive(Debug, Clone, PartialEq)]
pub struct InspectionYear {
    /// Tests in the order in which they began.
    pub tests: Vec<Test>,
    /// Vehicles that found no bay within their patience.
    pub lost: usize,
    /// Mean wait for a bay, min; `None` without a test.
    pub mean_wait_min: Option<f64>,
    /// Share of bay-hours with a vehicle in the bay.
    pub utilisation: f64,
    /// Energy that batteries gave and took back, kWh (counted once).
    pub exchanged_kwh: f64,
    /// What stayed on the way, at the bus, kWh.
    pub loss_kwh: f64,
    /// Standby of the bays, kWh.
    pub standby_kwh: f64,
    /// Mean state of health as found; `None` without a test.
    pub mean_soh: Option<f64>,
    /// Packs reused, in a second life, recycled.
    pub packs: [usize; 3],
    /// Energy that packs of a second life still hold when full, kWh.
    pub second_life_kwh: f64,
    /// Metals that come back from recycled packs.
    pub recovered: Recovered,
    /// Power at the bus, kW of each step: losses and standby.
    pub bus_kw: Vec<f64>,
    /// Tests begun in each month.
    pub tests_by_month: [usize; 12],
}

impl Inspection {
    /// Everything wrong with the bays for packs of `pack_kwh`; keys are relative to the device.
    pub fn check(&self, pack_kwh: f64) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut error = |kind, key: &str, message: String, hint: String| {
            problems.push(Problem::error(kind, message).at_key(key).hint(hint));
        };
        if self.bays == 0 {
            error(
                "no-bays",
                "bays",
                "there is no bay".into(),
                "give at least 1, or leave the device out".into(),
            );
        }
        let shortest_min = SHORTEST * self.bay_min;
        let exchange_min = 2.0 * self.exchanged_share * pack_kwh / self.power_kw * 60.0;
        if exchange_min > shortest_min + 1e-9 {
            let message = format!(
                "giving and taking back {:.1} kWh at {} kW takes {exchange_min:.1} min, and a test may take as little as {shortest_min:.1} min",
                self.exchanged_share * pack_kwh,
                self.power_kw
            );
            let hint = format!(
                "a `bay_min` of at least {:.0}, more power, or less energy",
                (exchange_min / SHORTEST).ceil()
            );
            error("test-too-short", "bay_min", message, hint);
        }
        if self.second_life_from_soh > self.reuse_from_soh {
            let message = format!(
                "a second life from a health of {} is above reuse in vehicles from {}",
                self.second_life_from_soh, self.reuse_from_soh
            );
            error("crossed-bounds", "second_life_from_soh", message, "swap the two".into());
        }
        problems
    }

    /// Loss at the bus of one test of a pack, kWh: what is taken back less what was given.
    pub fn loss_kwh(&self, pack_kwh: f64) -> f64 {
        self.exchanged_share * pack_kwh * (1.0 / self.efficiency - self.efficiency)
    }

    /// Simulates the year of the bays behind the sessions of a fleet with packs of `pack_kwh`.
    ///
    /// The draws are a function of (`seed`, `park`, name of the bays, number of the vehicle) only.
    ///
    /// # Panics
    /// If the chemistry is not of the catalogue ([`cathode_names`]).
    pub fn year(
        &self,
        fleet: &FleetYear,
        pack_kwh: f64,
        axis: &Axis,
        seed: u64,
        park: &str,
    ) -> InspectionYear {
        let visits = self.visits(fleet, axis, fleet_seed(seed, park, &self.name));
        let year_h = axis.steps() as f64 * axis.step_h();
        let mut year = InspectionYear {
            tests: Vec::new(),
            lost: 0,
            mean_wait_min: None,
            utilisation: 0.0,
            exchanged_kwh: 0.0,
            loss_kwh: 0.0,
            standby_kwh: self.bays as f64 * self.standby_kw * year_h,
            mean_soh: None,
            packs: [0; 3],
            second_life_kwh: 0.0,
            recovered: Recovered::default(),
            bus_kw: vec![self.bays as f64 * self.standby_kw; axis.steps()],
            tests_by_month: [0; 12],
        };
        let mut pool = Pool::new(&[self.bays]);
        let exchanged_kwh = self.exchanged_share * pack_kwh;
        let exchange_h = 2.0 * exchanged_kwh / self.power_kw;
        let (mut wait_h, mut inside_h, mut soh_sum, mut recycled) = (0.0, 0.0, 0.0, 0);
        for visit in visits {
            let Outcome::Start { start_h, .. } =
                pool.ask(visit.arrive_h, self.patience_min / 60.0, usize::MAX, &[0])
            else {
                year.lost += 1;
                continue;
            };
            let end_h = start_h + visit.stay_h;
            pool.occupy(0, end_h);
            if exchanged_kwh > 0.0 {
                let kw = self.loss_kwh(pack_kwh) / exchange_h;
                add_power(&mut year.bus_kw, axis.step_h(), start_h, start_h + exchange_h, kw);
            }
            year.exchanged_kwh += exchanged_kwh;
            year.loss_kwh += self.loss_kwh(pack_kwh);
            wait_h += start_h - visit.arrive_h;
            inside_h += end_h.min(year_h) - start_h.min(year_h);
            soh_sum += visit.soh;
            let day = ((start_h / 24.0) as usize).min(axis.days() - 1);
            year.tests_by_month[axis.month_and_day(day).0] += 1;
            match visit.route {
                Route::Kept => {}
                Route::Reused => year.packs[0] += 1,
                Route::SecondLife => {
                    year.packs[1] += 1;
                    year.second_life_kwh += pack_kwh * visit.soh;
                }
                Route::Recycled => {
                    year.packs[2] += 1;
                    recycled += 1;
                }
            }
            let Visit { vehicle, soh, route, .. } = visit;
            year.tests.push(Test { vehicle, start_h, end_h, soh, route });
        }
        year.utilisation = inside_h / (self.bays as f64 * year_h).max(f64::MIN_POSITIVE);
        year.recovered = Recovered::of(&self.battery_chemistry, f64::from(recycled) * pack_kwh);
        if !year.tests.is_empty() {
            let tests = year.tests.len() as f64;
            year.mean_wait_min = Some(wait_h / tests * 60.0);
            year.mean_soh = Some(soh_sum / tests);
        }
        year
    }

    /// Who comes when, in order of arrival, with what will be found.
    fn visits(&self, fleet: &FleetYear, axis: &Axis, seed: u64) -> Vec<Visit> {
        let year_h = axis.steps() as f64 * axis.step_h();
        const NEVER: u32 = u32::MAX;
        let (normal, departures) = (Quantiles::normal(0.0, 1.0), fleet.sessions.of_vehicle());
        // How many departures from now each vehicle comes, and what will be found then.
        let mut until_visit = vec![NEVER; departures.len()];
        let mut found: Vec<Visit> = Vec::with_capacity(departures.len());
        for (vehicle, &count) in departures.iter().enumerate() {
            // Every draw is made for every vehicle, so that no key moves the draws of another.
            let mut stream = Stream::new(seed, vehicle);
            let [comes, which, stay, unsafe_pack, scrapped] = [(); 5].map(|()| stream.unit());
            let [health, error] = [(); 2].map(|()| normal.at(stream.bits()));
            let at = ((which * f64::from(count)) as u32).min(count.saturating_sub(1));
            if count > 0 && comes < self.tested_share {
                until_visit[vehicle] = at;
            }
            let soh =
                (self.soh_mean + self.soh_sd * health).clamp(LOWEST_SOH, 1.0) + self.soh_error_sd * error;
            let soh = soh.clamp(0.0, 1.0);
            found.push(Visit {
                vehicle: vehicle as u32,
                arrive_h: year_h,
                stay_h: self.bay_min / 60.0 * (SHORTEST + 2.0 * (1.0 - SHORTEST) * stay),
                soh,
                route: self.route(soh, unsafe_pack < self.unsafe_share, scrapped < self.scrapped_share),
            });
        }
        for (vehicle, depart_h) in fleet.sessions.departures() {
            let left = &mut until_visit[vehicle as usize];
            match *left {
                NEVER => continue,
                0 => found[vehicle as usize].arrive_h = depart_h,
                _ => {}
            }
            *left = left.wrapping_sub(1); // after the visit: never
        }
        let mut visits: Vec<Visit> = found.into_iter().filter(|visit| visit.arrive_h < year_h).collect();
        visits.sort_by(|a, b| a.arrive_h.total_cmp(&b.arrive_h).then(a.vehicle.cmp(&b.vehicle)));
        visits
    }

    /// Where a pack goes by what a test found.
    pub fn route(&self, soh: f64, is_unsafe: bool, is_scrapped: bool) -> Route {
        if is_unsafe || soh < self.second_life_from_soh {
            Route::Recycled
        } else if soh < self.reuse_from_soh {
            Route::SecondLife
        } else if is_scrapped {
            Route::Reused
        } else {
            Route::Kept
        }
    }
}

/// The shortest test as a share of the mean one: 15 of 22.5 minutes.
const SHORTEST: f64 = 2.0 / 3.0;

/// No vehicle drives with less.
const LOWEST_SOH: f64 = 0.3;

/// A vehicle on its way to the bays.
struct Visit {
    vehicle: u32,
    arrive_h: f64,
    stay_h: f64,
    soh: f64,
    route: Route,
}
