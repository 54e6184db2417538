//! Cabinets whose power several guns share.
//!
//! Power modules go to vehicles first come, first served: a vehicle takes what the cabinet has left
//! beside those that came before, and more as these taper off or leave. Every other gun of the
//! cabinet keeps a reserve, so that whoever comes next finds something: what is left of the
//! cabinet under one gun at its rating, divided among the others. As nobody takes power from one that
//! came before, the end of a session is known when it starts.

use super::acceptance::Acceptance;
use super::class::Guns;
use crate::dispatch::Num;

/// A stretch of constant power of one session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stretch {
    /// From, h.
    pub from_h: f64,
    /// To, h.
    pub to_h: f64,
    /// Power at the bus, kW.
    pub bus_kw: f64,
}

/// What a vehicle gets at a cabinet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shared {
    /// Its gun.
    pub gun: usize,
    /// Energy in the vehicle, kWh.
    pub energy_kwh: f64,
    /// Time it takes, h.
    pub time_h: f64,
    /// Whether it ever had less than it could take.
    pub held_back: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Gun {
    /// Plugged in until, h.
    until_h: f64,
    /// Power of the last session at it.
    plan: Vec<Stretch>,
    /// When the last of it is over, h.
    done_h: f64,
    /// The stretch that was looked at last: the next look is near.
    looked_at: usize,
}

impl Gun {
    /// Power at an instant, kW, and the next instant at which it changes.
    #[inline]
    fn at(&mut self, hour: f64) -> (f64, f64) {
        if self.done_h <= hour {
            return (0.0, f64::INFINITY);
        }
        let mut place = self.looked_at;
        while self.plan[place].to_h <= hour {
            place += 1;
        }
        while place > 0 && self.plan[place - 1].to_h > hour {
            place -= 1;
        }
        self.looked_at = place;
        let next = &self.plan[place];
        if hour < next.from_h { (0.0, next.from_h) } else { (next.bus_kw, next.to_h) }
    }
}

/// When the last gun of a cabinet is done and free, h: an idle cabinet needs no look at its guns.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Idle {
    done_h: f64,
    free_h: f64,
}

/// The cabinets of a group of guns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cabinets {
    guns_per_cabinet: usize,
    /// Power of a cabinet at the bus, kW.
    limit_kw: f64,
    /// What every gun keeps for whoever comes next, at the bus, kW.
    reserve_kw: f64,
    /// What one gun can have while the others draw nothing, at the bus, kW.
    idle_kw: f64,
    guns: Vec<Gun>,
    /// Of each cabinet.
    idle: Vec<Idle>,
}

impl Cabinets {
    /// The cabinets of a group; `None` where every gun can have its rating at any time.
    pub fn of(guns: &Guns) -> Option<Self> {
        let class = &guns.class;
        let (shared, rated_kw) = (class.guns_per_cabinet, class.power_kw);
        if shared < 2 || class.cabinet_kw >= shared as f64 * rated_kw {
            return None;
        }
        let limit_kw = class.cabinet_kw / class.efficiency;
        let reserve_kw = (class.cabinet_kw - rated_kw).max(0.0) / (shared - 1) as f64 / class.efficiency;
        Some(Self {
            guns_per_cabinet: shared,
            limit_kw,
            reserve_kw,
            idle_kw: (1..shared).fold(limit_kw, |left_kw, _| left_kw - reserve_kw),
            guns: vec![Gun::default(); guns.count],
            idle: vec![Idle::default(); guns.count.div_ceil(shared)],
        })
    }

    /// Power that every vehicle gets at any time, at the bus, kW.
    pub fn reserve_kw(&self) -> f64 {
        self.reserve_kw
    }

    /// The guns of the cabinet that a gun belongs to.
    fn cabinet(&self, gun: usize) -> std::ops::Range<usize> {
        let first = gun - gun % self.guns_per_cabinet;
        first..(first + self.guns_per_cabinet).min(self.guns.len())
    }

    /// What a cabinet has left for one of its guns, kW, and the next instant at which that may change.
    fn left(&mut self, gun: usize, hour: f64) -> (f64, f64) {
        let (mut left_kw, mut change_h) = (self.limit_kw, f64::INFINITY);
        let cabinet = self.cabinet(gun);
        let (first, reserve_kw) = (cabinet.start, self.reserve_kw);
        for (place, other) in self.guns[cabinet].iter_mut().enumerate() {
            if first + place != gun {
                let (power_kw, until_h) = other.at(hour);
                left_kw -= Num::max(power_kw, reserve_kw);
                change_h = Num::min(change_h, until_h);
            }
        }
        (left_kw, change_h)
    }

    /// The first free gun of the cabinet that has most left, with what [`Self::left`] says of it; the first of
    /// several such cabinets. Free guns of one cabinet have the same left.
    fn freest(&mut self, gun_h: f64, start_h: f64) -> Option<(usize, (f64, f64))> {
        let mut best: Option<(usize, (f64, f64))> = None;
        for (number, first) in (0..self.guns.len()).step_by(self.guns_per_cabinet).enumerate() {
            let idle = self.idle[number];
            let is_free = |&gun: &usize| self.guns[gun].until_h <= gun_h + 1e-9;
            let free = if idle.free_h <= gun_h { Some(first) } else { self.cabinet(first).find(is_free) };
            let Some(gun) = free else { continue };
            let whole = first + self.guns_per_cabinet <= self.guns.len();
            let (left_kw, change_h) = match whole && idle.done_h <= start_h {
                true => (self.idle_kw, f64::INFINITY),
                false => self.left(gun, start_h),
            };
            if best.is_none_or(|(_, (most_kw, _))| left_kw > most_kw) {
                best = Some((gun, (left_kw, change_h)));
                if left_kw >= self.idle_kw {
                    break;
                }
            }
        }
        best
    }

    /// Charges a vehicle that is given a gun at `gun_h`, from `start_h` on and for at most `room_h`, towards
    /// `energy_kwh` (in the vehicle); its stretches are then those of [`Self::plan`].
    ///
    /// # Panics
    /// If no gun is free at `gun_h`: the queue gives none that is not.
    pub fn charge(
        &mut self,
        (gun_h, start_h, room_h): (f64, f64, f64),
        (soc, energy_kwh): (f64, f64),
        pair: &Acceptance,
    ) -> Shared {
        let freest = self.freest(gun_h, start_h);
        let (gun, left) = freest.unwrap_or_else(|| panic!("a gun is free at {gun_h} h"));
        let mut plan = std::mem::take(&mut self.guns[gun].plan);
        plan.clear();
        let shared = self.fill((gun, left), (start_h, room_h), (soc, energy_kwh), pair, &mut plan);
        let done_h = plan.last().map_or(0.0, |last| last.to_h);
        let until_h = self.guns[gun].until_h;
        self.guns[gun] = Gun { until_h, plan, done_h, looked_at: 0 };
        let idle = &mut self.idle[gun / self.guns_per_cabinet];
        idle.done_h = idle.done_h.max(done_h);
        shared
    }

    /// The stretches of a vehicle at a gun that has `left` now.
    fn fill(
        &mut self,
        (gun, (mut left_kw, mut change_h)): (usize, (f64, f64)),
        (start_h, room_h): (f64, f64),
        (soc, energy_kwh): (f64, f64),
        pair: &Acceptance,
        stretches: &mut Vec<Stretch>,
    ) -> Shared {
        let course = pair.course(soc, energy_kwh);
        let full_h = course.time_h;
        if left_kw >= pair.bin(course.first).0 && start_h + full_h.min(room_h) <= change_h {
            let whole = full_h <= room_h;
            let energy_kwh = if whole { energy_kwh } else { pair.energy_after(soc, energy_kwh, room_h) };
            let course = if whole { course } else { pair.course(soc, energy_kwh) };
            let time_h = pair.along(&course, |from_h, to_h, bus_kw| {
                stretches.push(Stretch { from_h: start_h + from_h, to_h: start_h + to_h, bus_kw });
            });
            return Shared { gun, energy_kwh, time_h, held_back: false };
        }
        let (mut hour, mut soc, mut rest_kwh) = (start_h, soc, energy_kwh);
        let end_h = start_h + room_h;
        let mut bin = course.first;
        while rest_kwh > 1e-9 && hour < end_h {
            if hour >= change_h {
                (left_kw, change_h) = self.left(gun, hour);
            }
            let (accepted_kw, top_soc) = pair.bin(bin);
            let bus_kw = Num::max(Num::min(accepted_kw, left_kw), 0.0);
            let vehicle_kw = bus_kw * pair.efficiency;
            let bin_kwh = Num::max((top_soc - soc) * pair.pack_kwh, 0.0);
            let goal_kwh = Num::min(rest_kwh, bin_kwh);
            let goal_h = hour + goal_kwh / vehicle_kw;
            let to_h = Num::min(Num::min(goal_h, change_h), end_h);
            let kwh = if to_h < goal_h { vehicle_kw * (to_h - hour) } else { goal_kwh };
            match stretches.last_mut() {
                Some(last) if last.bus_kw == bus_kw => last.to_h = to_h,
                _ => stretches.push(Stretch { from_h: hour, to_h, bus_kw }),
            }
            rest_kwh -= kwh;
            if to_h >= goal_h && goal_kwh == bin_kwh {
                (soc, bin) = (top_soc, bin + 1);
            } else {
                soc += kwh / pair.pack_kwh;
            }
            hour = to_h;
        }
        let energy_kwh = energy_kwh - rest_kwh.max(0.0);
        Shared { gun, energy_kwh, time_h: hour - start_h, held_back: true }
    }

    /// Keeps the gun of the last [`Self::charge`] until an instant, h.
    pub fn occupy(&mut self, gun: usize, until_h: f64) {
        self.guns[gun].until_h = until_h;
        let idle = &mut self.idle[gun / self.guns_per_cabinet];
        idle.free_h = idle.free_h.max(until_h);
    }

    /// Power of the last session at a gun.
    pub fn plan(&self, gun: usize) -> &[Stretch] {
        &self.guns[gun].plan
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{HOURLY, fleet};
    use super::*;
    use crate::charging::{Days, charger_class, simulate};

    fn cabinet(count: usize) -> Cabinets {
        let mut class = charger_class("cabinet-300kw-4").expect("known").clone();
        class.efficiency = 1.0;
        Cabinets::of(&Guns { class, count }).expect("shares its power")
    }

    fn told(shared: Shared) -> (usize, f64, f64) {
        (shared.gun, shared.energy_kwh, shared.time_h)
    }

    /// By hand, a cabinet of 300 kW and guns of 180: the others keep (300 - 180) / 3 = 40 kW each. The first car takes
    /// 180 kW for 90 kWh: half an hour. The second comes after a quarter: 300 - 180 - 2 x 40 = 40 kW until the
    /// first is done (10 kWh), then 180 kW for the other 80: 0.25 + 80 / 180 = 0.694444 h.
    #[test]
    fn who_comes_second_takes_what_is_left_and_more_when_the_first_is_done() {
        let (mut cabinet, car) = (cabinet(4), Acceptance::flat(180.0, 1.0));
        let (gun, kwh, time_h) = told(cabinet.charge((0.0, 0.0, 9.0), (0.0, 90.0), &car));
        cabinet.occupy(gun, 2.0);
        assert_eq!((gun, kwh, time_h), (0, 90.0, 0.5));
        let (gun, kwh, time_h) = told(cabinet.charge((0.25, 0.25, 9.0), (0.0, 90.0), &car));
        cabinet.occupy(gun, 2.0);
        assert_eq!((gun, kwh), (1, 90.0));
        assert!((time_h - 0.694_444_44).abs() < 1e-8, "{time_h}");
        assert_eq!(cabinet.plan(gun).iter().map(|s| s.bus_kw).collect::<Vec<_>>(), [40.0, 180.0]);
        // A stay of half an hour leaves it with 10 + 0.25 x 180 = 55 kWh.
        let mut other = super::tests::cabinet(4);
        told(other.charge((0.0, 0.0, 9.0), (0.0, 90.0), &car));
        other.occupy(0, 2.0);
        let (_, kwh, time_h) = told(other.charge((0.25, 0.25, 0.5), (0.0, 90.0), &car));
        assert!((kwh - 55.0).abs() < 1e-9 && (time_h - 0.5).abs() < 1e-9);
    }

    /// With two cabinets the second car goes to the empty one and shares nothing.
    #[test]
    fn a_car_takes_the_gun_of_the_freest_cabinet() {
        let (mut two, car) = (cabinet(8), Acceptance::flat(180.0, 1.0));
        let (gun, ..) = told(two.charge((0.0, 0.0, 9.0), (0.0, 90.0), &car));
        two.occupy(gun, 2.0);
        let (gun, _, time_h) = told(two.charge((0.1, 0.1, 9.0), (0.0, 90.0), &car));
        assert_eq!(gun, 4);
        assert!((time_h - 0.5).abs() < 1e-12);
    }

    /// A busy station: no cabinet gives more than 300 kW at its guns, and sharing makes sessions longer than guns of
    /// the same rating that share nothing.
    #[test]
    fn no_cabinet_gives_more_than_it_has() {
        let days = Days::plain(&HOURLY);
        let shared =
            simulate(&fleet("public-fast", 300, &[("cabinet-300kw-4", 4)]), &HOURLY, &days, 1, "park");
        let alone = simulate(&fleet("public-fast", 300, &[("dc-180kw", 4)]), &HOURLY, &days, 1, "park");
        let class = charger_class("cabinet-300kw-4").expect("known");
        let most_kw = 300.0 / class.efficiency + 4.0 * class.standby_kw;
        let peak_kw = shared.peak_kw(1);
        assert!(peak_kw <= most_kw + 1e-6, "{peak_kw} of {most_kw}");
        assert!(peak_kw > 0.9 * most_kw, "{peak_kw}");
        assert!(alone.peak_kw(1) > most_kw);
        assert!(shared.classes[0].simultaneity <= 1.0 + 1e-9);
        let hours = |year: &crate::charging::FleetYear| {
            let all = year.sessions.iter().map(|session| session.full_power_end_h - session.start_h);
            all.sum::<f64>() / year.sessions.len() as f64
        };
        assert!(hours(&shared) > 1.05 * hours(&alone), "{} {}", hours(&shared), hours(&alone));
        for session in shared.sessions.iter() {
            assert!((session.delivered_kwh - session.wanted_kwh).abs() < 1e-6);
        }
    }
}
