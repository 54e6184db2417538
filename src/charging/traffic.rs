//! The vehicles of one fleet: what they drive, when they come, whether they plug in.

use super::acceptance::Acceptance;
use super::class::{Fleet, FleetClass, Guns, Stay};
use super::days::Days;
use super::random::{Quantiles, Stream};
use crate::dispatch::Num;
use std::sync::Arc;

/// Period of the principal lunar semidiurnal tide (M2), h: high water comes back that often.
pub(crate) const TIDE_PERIOD_H: f64 = 12.420_601_2;

/// Below this state of charge a vehicle charges elsewhere, up to [`ELSEWHERE_SOC`].
const EMPTY_SOC: f64 = 0.05;
const ELSEWHERE_SOC: f64 = 0.6;

/// A driver plugs in whatever the habit when less than this many mean legs are left: assumed.
const RESERVE_LEGS: f64 = 1.2;

/// A vehicle at the gate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Arrival {
    /// When, h.
    pub hour: f64,
    pub fleet: u16,
    pub visit: u16,
    /// Its place among the fleet's vehicles that charge here.
    pub vehicle: u32,
    /// It was here before and found no gun.
    pub again: bool,
}

#[derive(Debug, Clone)]
struct Vehicle {
    stream: Stream,
    soc: f64,
    plug_in_soc: f64,
    /// Plugged in until, h.
    until_h: f64,
    /// Its number in the fleet.
    number: u32,
}

struct VisitTable {
    distance_share: f64,
    /// State of charge that the way to the next visit, with a margin, leaves nothing of.
    reserve_soc: f64,
    /// One table of arrivals, or one per shift.
    arrive: Vec<Arc<Quantiles>>,
    stay_h: Option<Arc<Quantiles>>,
    linger_h: f64,
}

/// What a vehicle wants when it comes to a gun.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wish {
    pub soc: f64,
    pub energy_kwh: f64,
    /// Power of the ship's network, kW at the gun; infinite for batteries.
    pub power_kw: f64,
    /// Planned stay from arrival, h; infinite: until charged.
    pub stay_h: f64,
    /// Time from done to gone, h, where it stays until charged.
    pub linger_h: f64,
}

/// A fleet on the move.
pub(crate) struct Traffic<'a> {
    pub fleet: &'a Fleet,
    number: u16,
    km: Arc<Quantiles>,
    plug_in: Arc<Quantiles>,
    hotelling: Arc<Quantiles>,
    visits: Vec<VisitTable>,
    /// Those that do not charge elsewhere, in order of their numbers.
    vehicles: Vec<Vehicle>,
    /// Places of the vehicles that come today, of a fleet with one visit a day.
    coming: Vec<u32>,
    active: [u32; 3],
    kwh_per_km: [f64; 12],
    /// Pairing with each group of guns.
    pub acceptance: Vec<Option<Acceptance>>,
    /// Usable groups for a short stop: the fastest first, of equal ones the smallest.
    pub fast_first: Vec<usize>,
    /// Energy taken elsewhere, kWh in the vehicle.
    pub elsewhere_kwh: f64,
}

impl<'a> Traffic<'a> {
    pub fn new(fleet: &'a Fleet, number: u16, guns: &[Guns], seed: u64) -> Self {
        let class = &fleet.class;
        let acceptance: Vec<_> = guns.iter().map(|guns| Acceptance::of(class, &guns.class)).collect();
        let mut fast_first: Vec<usize> =
            (0..guns.len()).filter(|&group| acceptance[group].is_some()).collect();
        let bulk =
            |group: usize| acceptance[group].as_ref().map_or(0.0, |pair| pair.bulk_bus_kw * pair.efficiency);
        fast_first.sort_by(|&a, &b| {
            bulk(b).total_cmp(&bulk(a)).then(guns[a].class.power_kw.total_cmp(&guns[b].class.power_kw))
        });
        let plug_in = Quantiles::normal(class.plug_in_soc, class.plug_in_soc_sd);
        let vehicles: Vec<Vehicle> = (0..fleet.vehicles)
            .filter_map(|number| {
                let mut stream = Stream::new(seed, number);
                let elsewhere = stream.unit() < class.charges_elsewhere_share;
                let low = class.plug_in_soc.min(class.soc_target);
                let soc = low + (class.soc_target - low) * stream.unit();
                let plug_in_soc = plug_in.at(stream.bits());
                let number = number as u32;
                (!elsewhere).then_some(Vehicle { stream, soc, plug_in_soc, until_h: 0.0, number })
            })
            .collect();
        Self {
            fleet,
            number,
            km: Quantiles::log_normal(class.km_per_day, class.km_cv),
            plug_in,
            hotelling: Quantiles::log_normal(class.hotelling_kw, class.hotelling_cv),
            visits: class.visits.iter().map(|visit| VisitTable::of(visit, class)).collect(),
            coming: vec![0; vehicles.len()],
            vehicles,
            active: class.active.map(|share| (share * f64::from(u32::MAX)) as u32),
            kwh_per_km: class.season.map(|factor| factor * class.consumption_kwh_per_km),
            acceptance,
            fast_first,
            elsewhere_kwh: 0.0,
        }
    }

    /// Adds the arrivals of a day. Vehicles with one visit a day have driven and decided already;
    /// others do so when they arrive ([`Self::wish`]).
    pub fn plan_day(&mut self, day: usize, month: usize, days: &Days, out: &mut Vec<Arrival>) {
        let active = self.active[days.class[day].index()];
        let midnight_h = day as f64 * 24.0 - days.wall_shift_h[day];
        if let ([visit], false) = (&self.visits[..], self.fleet.class.hotelling_kw > 0.0) {
            let trip = Trip::of(&self.fleet.class, visit, self.kwh_per_km[month]);
            let mut coming = 0;
            for (at, vehicle) in self.vehicles.iter_mut().enumerate() {
                if vehicle.stream.bits() > active {
                    continue;
                }
                let plugs_in = trip.drive(vehicle, &self.km, &self.plug_in, &mut self.elsewhere_kwh);
                // Nobody can guess who plugs in: written always, and kept by counting it, without a branch.
                self.coming[coming] = at as u32;
                coming += usize::from(plugs_in);
            }
            for at in 0..coming {
                self.arrive(self.coming[at], (day, midnight_h), out);
            }
            return;
        }
        for at in 0..self.vehicles.len() {
            if self.vehicles[at].stream.bits() <= active {
                self.arrive(at as u32, (day, midnight_h), out);
            }
        }
    }

    /// Draws when a vehicle comes on a day.
    #[inline]
    fn arrive(&mut self, at: u32, (day, midnight_h): (usize, f64), out: &mut Vec<Arrival>) {
        let tide_h = self.fleet.class.tide_window_h;
        let vehicle = &mut self.vehicles[at as usize];
        for (visit, table) in self.visits.iter().enumerate() {
            let shift = match table.arrive.len() {
                1 => 0,
                shifts => (vehicle.number as usize + day / 7) % shifts,
            };
            let mut hour = (midnight_h + table.arrive[shift].at(vehicle.stream.bits())).max(0.0);
            if tide_h > 0.0 {
                hour = next_tide(hour, tide_h);
            }
            if hour >= vehicle.until_h {
                out.push(Arrival {
                    hour,
                    fleet: self.number,
                    visit: visit as u16,
                    vehicle: at,
                    again: false,
                });
            }
        }
    }

    /// The number in its fleet of the vehicle at a place.
    #[inline]
    pub fn number_of(&self, at: u32) -> u32 {
        self.vehicles[at as usize].number
    }

    /// What the arriving vehicle wants; `None` if it passes by.
    #[inline]
    pub fn wish(&mut self, arrival: &Arrival, month: usize) -> Option<Wish> {
        let (number, visit) = (arrival.vehicle as usize, usize::from(arrival.visit));
        let hotelling = self.fleet.class.hotelling_kw > 0.0;
        if arrival.hour < self.vehicles[number].until_h {
            return None;
        }
        let class = &self.fleet.class;
        let vehicle = &mut self.vehicles[number];
        let table = &self.visits[visit];
        if self.visits.len() > 1 && !hotelling && !arrival.again {
            let trip = Trip::of(class, table, self.kwh_per_km[month]);
            if !trip.drive(vehicle, &self.km, &self.plug_in, &mut self.elsewhere_kwh) {
                return None;
            }
        }
        let stay_h = table.stay_h.as_ref().map_or(f64::INFINITY, |stay| stay.at(vehicle.stream.bits()));
        let linger_h = if table.linger_h > 0.0 { vehicle.stream.exponential(table.linger_h) } else { 0.0 };
        if hotelling {
            let power_kw = self.hotelling.at(vehicle.stream.bits());
            let energy_kwh = power_kw * (stay_h - class.connection_min / 60.0).max(0.0);
            return Some(Wish { soc: 0.0, energy_kwh, power_kw, stay_h, linger_h });
        }
        let energy_kwh = (class.soc_target - vehicle.soc).max(0.0) * class.pack_kwh;
        (energy_kwh > 0.0).then_some(Wish {
            soc: vehicle.soc,
            energy_kwh,
            power_kw: f64::INFINITY,
            stay_h,
            linger_h,
        })
    }

    /// Usable groups for a parked vehicle: the weakest that fills it in `stay_h` first, then by speed.
    pub fn order_for_stay<'b>(&'b self, wish: &Wish, order: &'b mut Vec<usize>) -> &'b [usize] {
        if !wish.stay_h.is_finite() || self.fast_first.len() < 2 {
            return &self.fast_first;
        }
        let time_h = wish.stay_h - self.fleet.class.connection_min / 60.0;
        order.clear();
        order.extend(self.fast_first.iter().rev().filter(|&&group| {
            self.acceptance[group]
                .as_ref()
                .is_some_and(|pair| wish.energy_kwh <= pair.bulk_bus_kw * pair.efficiency * time_h)
        }));
        for &group in &self.fast_first {
            if !order.contains(&group) {
                order.push(group);
            }
        }
        order
    }

    /// Books a session: the vehicle has `delivered_kwh` more and is plugged in until `until_h`.
    #[inline]
    pub fn plugged(&mut self, number: usize, delivered_kwh: f64, until_h: f64) {
        let vehicle = &mut self.vehicles[number];
        if self.fleet.class.pack_kwh > 0.0 {
            vehicle.soc += delivered_kwh / self.fleet.class.pack_kwh;
        }
        vehicle.until_h = until_h;
        vehicle.plug_in_soc = self.plug_in.at(vehicle.stream.bits());
    }

    /// Error of a stated departure, in standard normal units.
    pub fn departure_error(&mut self, number: usize, normal: &Quantiles) -> f64 {
        normal.at(self.vehicles[number].stream.bits())
    }
}

/// The way to a visit.
struct Trip {
    distance_share: f64,
    reserve_soc: f64,
    kwh_per_km: f64,
    pack_kwh: f64,
}

impl Trip {
    fn of(class: &FleetClass, visit: &VisitTable, kwh_per_km: f64) -> Self {
        let &VisitTable { distance_share, reserve_soc, .. } = visit;
        Self { distance_share, reserve_soc, kwh_per_km, pack_kwh: class.pack_kwh }
    }

    /// Drives a vehicle there; whether the driver wants to plug in.
    #[inline]
    fn drive(
        &self,
        vehicle: &mut Vehicle,
        km: &Quantiles,
        plug_in: &Quantiles,
        elsewhere_kwh: &mut f64,
    ) -> bool {
        let km = km.at(vehicle.stream.bits()) * self.distance_share;
        vehicle.soc -= km * self.kwh_per_km / self.pack_kwh;
        if vehicle.soc < EMPTY_SOC {
            *elsewhere_kwh += (ELSEWHERE_SOC - vehicle.soc) * self.pack_kwh;
            vehicle.soc = ELSEWHERE_SOC;
            vehicle.plug_in_soc = plug_in.at(vehicle.stream.bits());
        }
        vehicle.soc <= Num::max(vehicle.plug_in_soc, self.reserve_soc)
    }
}

impl VisitTable {
    fn of(visit: &super::class::Visit, class: &FleetClass) -> Self {
        let arrive = if class.rotating_shifts {
            visit.humps.iter().map(|hump| Quantiles::of_humps(&[*hump])).collect()
        } else {
            vec![Quantiles::of_humps(&visit.humps)]
        };
        let (stay_h, linger_h) = match visit.stay {
            Stay::Parked { mean_h, sd_h } => (Some(Quantiles::log_normal(mean_h, sd_h / mean_h)), 0.0),
            Stay::UntilCharged { linger_min } => (None, linger_min / 60.0),
        };
        let leg_soc = if class.pack_kwh > 0.0 {
            class.km_per_day * visit.distance_share * class.consumption_kwh_per_km / class.pack_kwh
        } else {
            0.0
        };
        let reserve_soc = EMPTY_SOC + RESERVE_LEGS * leg_soc;
        Self { distance_share: visit.distance_share, reserve_soc, arrive, stay_h, linger_h }
    }
}

/// The instant at or after `hour` at which a berth can be reached, within `window_h` of high water;
/// high water is taken at hour 0 of the year and every [`TIDE_PERIOD_H`] after.
pub(crate) fn next_tide(hour: f64, window_h: f64) -> f64 {
    let nearest = (hour / TIDE_PERIOD_H).round() * TIDE_PERIOD_H;
    if (hour - nearest).abs() <= window_h {
        hour
    } else if hour < nearest {
        nearest - window_h
    } else {
        nearest + TIDE_PERIOD_H - window_h
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, high water at 0 h and 12.42 h and an hour either side: 0.5 h is in the window, 5 h waits for
    /// 11.42 h, and so does 11 h; 13 h is in the next window, 14 h waits for 24.84 - 1 = 23.84 h.
    #[test]
    fn ships_come_within_their_window_of_high_water() {
        for (hour, berths) in [(0.5, 0.5), (5.0, 11.42), (11.0, 11.42), (13.0, 13.0), (14.0, 23.84)] {
            assert!((next_tide(hour, 1.0) - berths).abs() < 0.002, "{hour}: {}", next_tide(hour, 1.0));
        }
    }
}
