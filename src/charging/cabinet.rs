//! Cabinets whose power several guns share.
//!
//! Power modules go to vehicles first come, first served: a vehicle takes what the cabinet has left
//! beside those that came before, and more as these taper off or leave. Every other gun of the
//! cabinet keeps a reserve, so that whoever comes next finds something: what is left of the
//! cabinet under one gun at its rating, divided among the others. As nobody takes power from one that
//! came before, the end of a session is known when it starts.

use super::acceptance::{Acceptance, Course};
use super::class::Guns;
use crate::dispatch::Num;
use std::rc::Rc;

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
    /// How it charges; `None` where it ever had less than it could take.
    pub course: Option<Course>,
}

/// A session that always had what it could take. Its stretches follow from its course: most are never looked at,
/// and are not written down.
#[derive(Debug, Clone, PartialEq)]
struct Whole {
    pair: Rc<Acceptance>,
    course: Course,
    start_h: f64,
}

impl Whole {
    /// Place of its last stretch.
    #[inline(always)]
    fn last(&self) -> usize {
        self.course.last - self.course.first
    }

    #[inline(always)]
    fn stretch(&self, place: usize) -> Stretch {
        let (from_h, to_h, bus_kw) = self.pair.stretch(&self.course, self.course.first + place);
        Stretch { from_h: self.start_h + from_h, to_h: self.start_h + to_h, bus_kw }
    }

    #[inline(always)]
    fn end_h(&self, place: usize) -> f64 {
        self.stretch(place).to_h
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Gun {
    /// Plugged in until, h.
    until_h: f64,
    /// The last session at it, if it was not held back.
    whole: Option<Whole>,
    /// Power of the last session at it, if it was.
    held: Vec<Stretch>,
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
        let (looked_at, held) = (&mut self.looked_at, &self.held);
        let next = match &self.whole {
            Some(whole) => whole.stretch(look(looked_at, hour, whole.last(), |place| whole.end_h(place))),
            None => held[look(looked_at, hour, held.len() - 1, |place| held[place].to_h)],
        };
        if hour < next.from_h { (0.0, next.from_h) } else { (next.bus_kw, next.to_h) }
    }
}

/// The stretch at an instant before the last is over, from the one that was looked at before.
#[inline(always)]
fn look(looked_at: &mut usize, hour: f64, last: usize, end_h: impl Fn(usize) -> f64) -> usize {
    let mut place = *looked_at;
    while place < last && end_h(place) <= hour {
        place += 1;
    }
    while place > 0 && end_h(place - 1) > hour {
        place -= 1;
    }
    *looked_at = place;
    place
}

/// When the last gun of a cabinet is done and free, h: an idle cabinet needs no look at its guns.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Idle {
    done_h: f64,
    free_h: f64,
}

/// A gun that is free, with what its cabinet has left for it.
#[derive(Debug, Clone, Copy)]
struct Free {
    gun: usize,
    /// Number of its cabinet, and the first gun of that.
    number: usize,
    first: usize,
    /// As [`Cabinets::left`] says.
    left_kw: f64,
    change_h: f64,
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

    /// The guns of the cabinet whose first gun is known.
    #[inline]
    fn cabinet(&self, first: usize) -> std::ops::Range<usize> {
        first..(first + self.guns_per_cabinet).min(self.guns.len())
    }

    /// What the cabinet whose `first` gun is known has left for one of its guns, kW, and the next instant at which
    /// that may change.
    #[inline]
    fn left(&mut self, first: usize, gun: usize, hour: f64) -> (f64, f64) {
        let (mut left_kw, mut change_h) = (self.limit_kw, f64::INFINITY);
        let (cabinet, reserve_kw) = (self.cabinet(first), self.reserve_kw);
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
    #[inline]
    fn freest(&mut self, gun_h: f64, start_h: f64) -> Option<Free> {
        let mut best: Option<Free> = None;
        for (number, first) in (0..self.guns.len()).step_by(self.guns_per_cabinet).enumerate() {
            let idle = self.idle[number];
            let is_free = |&gun: &usize| self.guns[gun].until_h <= gun_h + 1e-9;
            let free = if idle.free_h <= gun_h { Some(first) } else { self.cabinet(first).find(is_free) };
            let Some(gun) = free else { continue };
            let whole = first + self.guns_per_cabinet <= self.guns.len();
            let (left_kw, change_h) = match whole && idle.done_h <= start_h {
                true => (self.idle_kw, f64::INFINITY),
                false => self.left(first, gun, start_h),
            };
            if best.is_none_or(|best| left_kw > best.left_kw) {
                best = Some(Free { gun, number, first, left_kw, change_h });
                if left_kw >= self.idle_kw {
                    break;
                }
            }
        }
        best
    }

    /// Charges a vehicle that is given a gun at `gun_h`, from `start_h` on and for at most `room_h`, towards
    /// `energy_kwh` (in the vehicle); if it is held back, its stretches are then those of [`Self::held`].
    ///
    /// # Panics
    /// If no gun is free at `gun_h`: the queue gives none that is not.
    pub fn charge(
        &mut self,
        (gun_h, start_h, room_h): (f64, f64, f64),
        (soc, energy_kwh): (f64, f64),
        pair: &Rc<Acceptance>,
    ) -> Shared {
        let freest = self.freest(gun_h, start_h);
        let free = freest.unwrap_or_else(|| panic!("a gun is free at {gun_h} h"));
        let mut held = std::mem::take(&mut self.guns[free.gun].held);
        held.clear();
        let shared = self.fill(free, (start_h, room_h), (soc, energy_kwh), pair, &mut held);
        let whole = shared.course.map(|course| Whole { pair: Rc::clone(pair), course, start_h });
        let done_h = match &whole {
            Some(whole) => start_h + whole.course.time_h,
            None => held.last().map_or(0.0, |last| last.to_h),
        };
        let gun = &mut self.guns[free.gun];
        (gun.whole, gun.held, gun.done_h, gun.looked_at) = (whole, held, done_h, 0);
        let idle = &mut self.idle[free.number];
        idle.done_h = idle.done_h.max(done_h);
        shared
    }

    /// What a vehicle gets at a gun that is free, with its stretches where it is held back.
    #[inline]
    fn fill(
        &mut self,
        free: Free,
        (start_h, room_h): (f64, f64),
        (soc, energy_kwh): (f64, f64),
        pair: &Acceptance,
        stretches: &mut Vec<Stretch>,
    ) -> Shared {
        let Free { gun, left_kw, change_h, .. } = free;
        let course = pair.course(soc, energy_kwh);
        let full_h = course.time_h;
        if left_kw >= pair.bin(course.first).0 && start_h + full_h.min(room_h) <= change_h {
            let whole = full_h <= room_h;
            let energy_kwh = if whole { energy_kwh } else { pair.energy_after(soc, energy_kwh, room_h) };
            let course = if whole { course } else { pair.course(soc, energy_kwh) };
            return Shared { gun, energy_kwh, time_h: course.time_h, course: Some(course) };
        }
        self.fill_held(free, (start_h, room_h), (soc, energy_kwh), pair, course.first, stretches)
    }

    /// The same for a vehicle that is held back, from the bin it begins in.
    #[inline(never)]
    fn fill_held(
        &mut self,
        free: Free,
        (start_h, room_h): (f64, f64),
        (soc, energy_kwh): (f64, f64),
        pair: &Acceptance,
        mut bin: usize,
        stretches: &mut Vec<Stretch>,
    ) -> Shared {
        let Free { gun, first, mut left_kw, mut change_h, .. } = free;
        let (mut hour, mut soc, mut rest_kwh) = (start_h, soc, energy_kwh);
        let end_h = start_h + room_h;
        while rest_kwh > 1e-9 && hour < end_h {
            if hour >= change_h {
                (left_kw, change_h) = self.left(first, gun, hour);
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
        Shared { gun, energy_kwh, time_h: hour - start_h, course: None }
    }

    /// Keeps the gun of the last [`Self::charge`] until an instant, h.
    pub fn occupy(&mut self, gun: usize, until_h: f64) {
        self.guns[gun].until_h = until_h;
        let idle = &mut self.idle[gun / self.guns_per_cabinet];
        idle.free_h = idle.free_h.max(until_h);
    }

    /// Power of the last session at a gun, where it was held back.
    pub fn held(&self, gun: usize) -> &[Stretch] {
        &self.guns[gun].held
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
        let (mut cabinet, car) = (cabinet(4), Rc::new(Acceptance::flat(180.0, 1.0)));
        let (gun, kwh, time_h) = told(cabinet.charge((0.0, 0.0, 9.0), (0.0, 90.0), &car));
        cabinet.occupy(gun, 2.0);
        assert_eq!((gun, kwh, time_h), (0, 90.0, 0.5));
        let (gun, kwh, time_h) = told(cabinet.charge((0.25, 0.25, 9.0), (0.0, 90.0), &car));
        cabinet.occupy(gun, 2.0);
        assert_eq!((gun, kwh), (1, 90.0));
        assert!((time_h - 0.694_444_44).abs() < 1e-8, "{time_h}");
        assert_eq!(cabinet.held(gun).iter().map(|s| s.bus_kw).collect::<Vec<_>>(), [40.0, 180.0]);
        // A stay of half an hour leaves it with 10 + 0.25 x 180 = 55 kWh.
        let mut other = super::tests::cabinet(4);
        told(other.charge((0.0, 0.0, 9.0), (0.0, 90.0), &car));
        other.occupy(0, 2.0);
        let (_, kwh, time_h) = told(other.charge((0.25, 0.25, 0.5), (0.0, 90.0), &car));
        assert!((kwh - 55.0).abs() < 1e-9 && (time_h - 0.5).abs() < 1e-9);
    }

    /// A car that tapers off over many bins, looked at forwards and backwards: its power is that of the stretch of its
    /// course around the instant, and holds until that is over.
    #[test]
    fn what_follows_from_a_course_is_what_its_stretches_say() {
        let class = charger_class("cabinet-300kw-4").expect("known");
        let pair = Acceptance::of(crate::charging::fleet_class("public-fast").expect("known"), class);
        let pair = Rc::new(pair.expect("direct current"));
        let mut cabinet = cabinet(4);
        let shared = cabinet.charge((3.0, 3.1, 9.0), (0.3, 36.0), &pair);
        let course = shared.course.expect("alone");
        let stretches: Vec<_> = (course.first..=course.last).map(|bin| pair.stretch(&course, bin)).collect();
        assert!(stretches.len() > 5);
        let over_h = 3.1 + course.time_h;
        for number in (0..1000).chain((0..1000).rev()).chain((0..1000).map(|n| n * 389 % 1000)) {
            let hour = 3.0 + f64::from(number) * 0.001;
            let part = stretches.iter().find(|part| hour < 3.1 + part.1);
            let expected = match part {
                _ if hour < 3.1 => (0.0, 3.1),
                Some(part) => (part.2, 3.1 + part.1),
                None => (0.0, f64::INFINITY),
            };
            assert_eq!(cabinet.guns[shared.gun].at(hour), expected, "at {hour} h");
        }
        assert!(over_h > 3.2 && over_h < 4.0, "{over_h}");
    }

    /// With two cabinets the second car goes to the empty one and shares nothing.
    #[test]
    fn a_car_takes_the_gun_of_the_freest_cabinet() {
        let (mut two, car) = (cabinet(8), Rc::new(Acceptance::flat(180.0, 1.0)));
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
