//! How fast a battery takes energy from a gun, over its state of charge.
//!
//! Power at the gun is the lowest of the gun's rating, the on-board charger (alternating current)
//! and the battery's acceptance (direct current), which is full up to a knee and falls linearly to
//! a share of it when full. The falling part is cut into bins of constant power, so that times and
//! energies are exact sums.

use super::class::{ChargerClass, Current, FleetClass};
use crate::dispatch::Num;

/// Bins of the falling part.
const BINS: usize = 16;

/// Bins at most: the level part and the falling one.
const MOST_BINS: usize = BINS + 1;

/// Lower edges of one bin that holds for ever.
const NONE_ABOVE: [f64; MOST_BINS] = {
    let mut edges = [f64::INFINITY; MOST_BINS];
    edges[0] = 0.0;
    edges
};

/// Bins above the first of whose edges something holds. All are looked at, in use or not: without a branch for each
/// it is a handful of vector instructions.
#[inline(always)]
fn count(edges: &[f64; MOST_BINS], holds: impl Fn(f64) -> bool) -> usize {
    edges[1..].iter().map(|&edge| u64::from(holds(edge))).sum::<u64>() as usize
}

/// Charging of one class of vehicle at one class of gun.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptance {
    /// Efficiency from the bus into the battery.
    pub efficiency: f64,
    /// Highest power at the bus, kW.
    pub bulk_bus_kw: f64,
    /// Battery energy, kWh.
    pub pack_kwh: f64,
    /// Bins in use.
    bins: usize,
    /// State of charge at the upper edge of each bin; of the last and those not in use infinite.
    top_soc: [f64; MOST_BINS],
    /// Power at the bus in each bin, kW; of those not in use that of the last.
    bus_kw: [f64; MOST_BINS],
    /// Energy in the battery at the lower edge of each bin, kWh; of those not in use infinite.
    kwh_at: [f64; MOST_BINS],
    /// Time from empty to the lower edge of each bin, h; of those not in use infinite.
    hours_at: [f64; MOST_BINS],
}

/// Charging an energy from a state of charge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Course {
    /// Bin in which it begins.
    pub first: usize,
    /// Bin in which it ends.
    pub last: usize,
    /// Time from empty at which it begins, h.
    started_h: f64,
    /// Energy in the battery at its begin, kWh.
    begin_kwh: f64,
    /// Energy in the battery at its end, kWh.
    end_kwh: f64,
    /// Time it takes, h.
    pub time_h: f64,
}

impl Acceptance {
    /// The pairing, or `None` where the vehicle cannot use the gun.
    pub fn of(fleet: &FleetClass, gun: &ChargerClass) -> Option<Self> {
        if fleet.ship != gun.berth || (fleet.hotelling_kw > 0.0) != (gun.current == Current::Shore) {
            return None;
        }
        let (rated_kw, onboard) = match gun.current {
            Current::Ac => (gun.power_kw.min(fleet.onboard_kw), fleet.onboard_efficiency),
            Current::Dc => (gun.power_kw.min(fleet.dc_kw), 1.0),
            Current::Shore => (gun.power_kw, 1.0),
        };
        if rated_kw <= 0.0 {
            return None;
        }
        let efficiency = gun.efficiency * onboard;
        let bulk_bus_kw = rated_kw / gun.efficiency;
        let mut pair = Self::flat(bulk_bus_kw, efficiency);
        pair.pack_kwh = fleet.pack_kwh;
        let knee = fleet.taper_from_soc;
        // At alternating current the on-board charger, well below the battery, sets the pace.
        if gun.current == Current::Dc && knee < 1.0 && fleet.taper_share < 1.0 {
            for bin in 0..BINS {
                let low = knee + (1.0 - knee) * bin as f64 / BINS as f64;
                let middle = (bin as f64 + 0.5) / BINS as f64;
                let accepted_kw = fleet.dc_kw * (1.0 - (1.0 - fleet.taper_share) * middle);
                let power_kw = accepted_kw.min(rated_kw) / gun.efficiency;
                if power_kw < bulk_bus_kw {
                    pair.top_soc[pair.bins - 1] = low;
                    pair.bus_kw[pair.bins..].fill(power_kw);
                    pair.bins += 1;
                }
            }
        }
        pair.settle();
        Some(pair)
    }

    /// Constant power at the bus from empty to full, for a session whose battery is not known.
    pub fn flat(bus_kw: f64, efficiency: f64) -> Self {
        Self {
            efficiency,
            bulk_bus_kw: bus_kw,
            pack_kwh: f64::INFINITY,
            bins: 1,
            top_soc: [f64::INFINITY; MOST_BINS],
            bus_kw: [bus_kw; MOST_BINS],
            kwh_at: NONE_ABOVE,
            hours_at: NONE_ABOVE,
        }
    }

    /// Makes the tables follow from the bins.
    fn settle(&mut self) {
        for bin in 1..self.bins {
            self.kwh_at[bin] = self.top_soc[bin - 1] * self.pack_kwh;
            let bin_kwh = self.kwh_at[bin] - self.kwh_at[bin - 1];
            self.hours_at[bin] = self.hours_at[bin - 1] + bin_kwh / (self.bus_kw[bin - 1] * self.efficiency);
        }
    }

    /// Energy in the battery, kWh; of one charged at one power, whose size does not matter, 0.
    fn stored_kwh(&self, soc: f64) -> f64 {
        if self.bins == 1 { 0.0 } else { soc * self.pack_kwh }
    }

    /// Time from empty to an energy in the battery in its `bin`, h.
    #[inline]
    fn hours_to(&self, kwh: f64, bin: usize) -> f64 {
        self.hours_at[bin] + (kwh - self.kwh_at[bin]) / (self.bus_kw[bin] * self.efficiency)
    }

    /// Energy in the battery some hours after it was empty, kWh.
    #[inline(always)]
    fn kwh_after(&self, hours: f64) -> f64 {
        let bin = if self.bins == 1 { 0 } else { count(&self.hours_at, |at| at <= hours) };
        self.kwh_in(bin, hours)
    }

    /// The same where the bin is known.
    #[inline(always)]
    fn kwh_in(&self, bin: usize, hours: f64) -> f64 {
        self.kwh_at[bin] + (hours - self.hours_at[bin]) * (self.bus_kw[bin] * self.efficiency)
    }

    /// The same along a course, up to its end. Most instants lie in its first bin or beyond its last, and need no
    /// look at the others.
    #[inline(always)]
    fn kwh_along(&self, course: &Course, hours: f64) -> f64 {
        let begins = |bin: usize| self.hours_at.get(bin).is_some_and(|&at| at <= hours);
        if begins(course.last + 1) {
            return course.end_kwh;
        }
        let in_first = begins(course.first) && !begins(course.first + 1);
        let kwh = if in_first { self.kwh_in(course.first, hours) } else { self.kwh_after(hours) };
        Num::min(kwh, course.end_kwh)
    }

    /// The bin of an energy in the battery; one on an edge belongs to the lower.
    #[inline(always)]
    fn bin_below(&self, kwh: f64) -> usize {
        if self.bins == 1 { 0 } else { count(&self.kwh_at, |at| at < kwh) }
    }

    /// The bin and the time from empty at which a battery of a state of charge starts, h.
    #[inline]
    pub(crate) fn start(&self, soc: f64) -> (usize, f64) {
        if self.bins == 1 {
            return (0, 0.0);
        }
        let bin = self.bin_at(soc);
        (bin, self.hours_to(self.stored_kwh(soc), bin))
    }

    /// Makes `slowed` the same pairing with at most `bus_kw` at the bus.
    pub(crate) fn slow(&self, bus_kw: f64, slowed: &mut Self) {
        let bulk_bus_kw = self.bulk_bus_kw.min(bus_kw);
        if (self.bins, slowed.bins) == (1, 1) {
            // Of one bin only its power is ever looked at: the rest need not be copied for every session.
            let Self { efficiency, pack_kwh, .. } = *self;
            (slowed.efficiency, slowed.pack_kwh, slowed.bulk_bus_kw) = (efficiency, pack_kwh, bulk_bus_kw);
            slowed.bus_kw[0] = self.bus_kw[0].min(bus_kw);
            return;
        }
        slowed.clone_from(self);
        slowed.bulk_bus_kw = bulk_bus_kw;
        slowed.bus_kw.iter_mut().for_each(|kw| *kw = kw.min(bus_kw));
        slowed.settle();
    }

    /// Charging `energy_kwh` (in the vehicle) from a state of charge.
    #[inline]
    pub(crate) fn course(&self, soc: f64, energy_kwh: f64) -> Course {
        let (first, started_h) = self.start(soc);
        let begin_kwh = self.stored_kwh(soc);
        let end_kwh = begin_kwh + energy_kwh;
        // Nothing charged from an edge on ends in the bin below.
        let last = self.bin_below(end_kwh).max(first);
        let time_h = self.hours_to(end_kwh, last) - started_h;
        Course { first, last, started_h, begin_kwh, end_kwh, time_h }
    }

    /// Time to charge `energy_kwh` (in the vehicle) from a state of charge, h.
    #[inline]
    pub fn hours(&self, soc: f64, energy_kwh: f64) -> f64 {
        self.course(soc, energy_kwh).time_h
    }

    /// The stretch of constant power of a course in one of its bins, `(from_h, to_h, bus_kw)` from time 0.
    #[inline]
    pub(crate) fn stretch(&self, course: &Course, bin: usize) -> (f64, f64, f64) {
        let edge_h = |bin: usize| self.hours_at[bin] - course.started_h;
        let from_h = if bin == course.first { 0.0 } else { edge_h(bin) };
        let to_h = if bin == course.last { course.time_h } else { edge_h(bin + 1) };
        (from_h, to_h, self.bus_kw[bin])
    }

    /// Energy in the vehicle after at most `time_h` of charging towards `energy_kwh`.
    pub fn energy_after(&self, soc: f64, energy_kwh: f64, time_h: f64) -> f64 {
        let (_, started_h) = self.start(soc);
        (self.kwh_after(started_h + time_h) - self.stored_kwh(soc)).clamp(0.0, energy_kwh)
    }

    /// Calls `add(step, kw)` with the mean power at the bus of every step of `step_h` hours that is touched by a
    /// course begun at `start_h`; steps from `steps` on are left out. The same as each [`Self::stretch`] put
    /// into its steps.
    #[inline]
    pub(crate) fn by_step(
        &self,
        course: &Course,
        start_h: f64,
        (step_h, steps): (f64, usize),
        mut add: impl FnMut(usize, f64),
    ) {
        let &Course { started_h, begin_kwh, end_kwh, .. } = course;
        let (mut at_kwh, per_kwh) = (begin_kwh, 1.0 / (self.efficiency * step_h));
        let mut step = (start_h / step_h) as usize;
        // One bin: the same without a look for it.
        let vehicle_kw = self.bus_kw[0] * self.efficiency;
        while self.bins == 1 && step < steps && at_kwh < end_kwh {
            let next_h = (step + 1) as f64 * step_h;
            let next_kwh = Num::min((next_h - start_h) * vehicle_kw, end_kwh);
            add(step, (next_kwh - at_kwh) * per_kwh);
            (at_kwh, step) = (next_kwh, step + 1);
        }
        while step < steps && at_kwh < end_kwh {
            let next_h = (step + 1) as f64 * step_h;
            let next_kwh = self.kwh_along(course, started_h + next_h - start_h);
            add(step, (next_kwh - at_kwh) * per_kwh);
            (at_kwh, step) = (next_kwh, step + 1);
        }
    }

    /// Power at the bus from a state of charge on, kW; it only falls from there.
    #[inline]
    pub fn power_at(&self, soc: f64) -> f64 {
        self.bus_kw[self.bin_at(soc)]
    }

    /// The bin of a state of charge.
    #[inline]
    pub(crate) fn bin_at(&self, soc: f64) -> usize {
        // Most start below the knee.
        if soc < self.top_soc[0] {
            return 0;
        }
        self.top_soc.iter().filter(|&&top| top <= soc).count()
    }

    /// Power at the bus in a bin, kW, and the state of charge up to which it holds; the last holds for ever.
    #[inline]
    pub(crate) fn bin(&self, bin: usize) -> (f64, f64) {
        let bin = bin.min(self.bins - 1);
        (self.bus_kw[bin], self.top_soc[bin])
    }

    /// Lowest power at the bus, kW: that of a full battery.
    pub fn lowest_kw(&self) -> f64 {
        self.bus_kw[self.bins - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charging::profile::add_power;
    use crate::charging::{charger_class, fleet_class};

    /// 100 kW up to 40 of 50 kWh, then 50 kW.
    fn falling() -> Acceptance {
        let mut pair = Acceptance::flat(100.0, 1.0);
        pair.pack_kwh = 50.0;
        (pair.bins, pair.top_soc[0]) = (2, 0.8);
        pair.bus_kw[1..].fill(50.0);
        pair.settle();
        pair
    }

    /// By hand: from 20 kWh on, 20 kWh at 100 kW take 0.2 h and 5 kWh at 50 kW 0.1 h. Begun at 0.9 h: 10 kWh in the
    /// first hour, 10 + 5 in the second. A quarter of an hour brings 20 + 0.05 × 50 = 22.5 kWh.
    #[test]
    fn a_falling_power_takes_the_time_of_each_part() {
        let pair = falling();
        let course = pair.course(0.4, 25.0);
        let parts: Vec<(f64, f64, f64)> =
            (course.first..=course.last).map(|bin| pair.stretch(&course, bin)).collect();
        assert!((parts[1].1 - 0.3).abs() < 1e-12 && (pair.hours(0.4, 25.0) - 0.3).abs() < 1e-12);
        assert_eq!(parts.iter().map(|part| part.2).collect::<Vec<_>>(), [100.0, 50.0]);
        assert!((parts[0].1 - 0.2).abs() < 1e-12 && parts[1].0 == parts[0].1);
        assert!((pair.energy_after(0.4, 25.0, 0.25) - 22.5).abs() < 1e-12);
        assert_eq!(pair.energy_after(0.4, 25.0, 9.0), 25.0);
        let mut steps = [0.0; 3];
        pair.by_step(&course, 0.9, (1.0, 3), |step, kw| steps[step] += kw);
        for (found, by_hand) in steps.iter().zip([10.0, 15.0, 0.0]) {
            assert!((found - by_hand).abs() < 1e-12, "{steps:?}");
        }
    }

    #[test]
    fn steps_hold_what_the_stretches_bring() {
        let (car, gun) =
            (fleet_class("public-fast").expect("known"), charger_class("dc-480kw").expect("known"));
        let car = FleetClass { pack_kwh: 50.0, ..car.clone() };
        let many_bins = Acceptance::of(&car, gun).expect("direct current");
        assert_eq!(many_bins.bins, MOST_BINS);
        for (pair, soc) in [falling(), many_bins]
            .iter()
            .flat_map(|pair| [0.0, 0.1, 0.79, 0.8, 0.81, 0.95].map(|soc| (pair, soc)))
        {
            for (start_h, step_h) in [(0.0, 1.0), (2.3, 0.25), (7.9, 1.0), (2.3, 1.0 / 60.0)] {
                let energy_kwh = 50.0 * (1.0 - soc);
                let (mut by_step, mut by_stretch) = (vec![0.0; 360], vec![0.0; 360]);
                let course = pair.course(soc, energy_kwh);
                pair.by_step(&course, start_h, (step_h, 360), |step, kw| by_step[step] += kw);
                for bin in course.first..=course.last {
                    let (from_h, to_h, bus_kw) = pair.stretch(&course, bin);
                    add_power(&mut by_stretch, step_h, start_h + from_h, start_h + to_h, bus_kw);
                }
                for (one, other) in by_step.iter().zip(&by_stretch) {
                    assert!((one - other).abs() < 1e-9, "{soc} {start_h}: {by_step:?} {by_stretch:?}");
                }
            }
        }
    }
}
