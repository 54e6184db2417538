//! Cabinets whose power several guns share.
//!
//! Power modules go to vehicles first come, first served: a vehicle takes what the cabinet has left
//! beside those that came before, and more as these taper off or leave. Every other gun of the
//! cabinet keeps a reserve, so that whoever comes next finds something: what is left of the
//! cabinet under one gun at its rating, divided among the others. As nobody takes power from one that
//! came before, the end of a session is known when it starts.

use super::acceptance::Acceptance;
use super::class::Guns;

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

#[derive(Debug, Clone, Default, PartialEq)]
struct Gun {
    /// Plugged in until, h.
    until_h: f64,
    /// Power of the last session at it.
    plan: Vec<Stretch>,
}

impl Gun {
    fn power_at(&self, hour: f64) -> f64 {
        let now = |stretch: &&Stretch| stretch.from_h <= hour && hour < stretch.to_h;
        self.plan.iter().find(now).map_or(0.0, |stretch| stretch.bus_kw)
    }

    /// The next instant after `hour` at which its power changes.
    fn change_after(&self, hour: f64) -> f64 {
        let edges = self.plan.iter().flat_map(|stretch| [stretch.from_h, stretch.to_h]);
        edges.filter(|&edge| edge > hour).fold(f64::INFINITY, f64::min)
    }
}

/// The cabinets of a group of guns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cabinets {
    guns_per_cabinet: usize,
    /// Power of a cabinet at the bus, kW.
    limit_kw: f64,
    /// What every gun keeps for whoever comes next, at the bus, kW.
    reserve_kw: f64,
    guns: Vec<Gun>,
}

impl Cabinets {
    /// The cabinets of a group; `None` where every gun can have its rating at any time.
    pub fn of(guns: &Guns) -> Option<Self> {
        let class = &guns.class;
        let (shared, rated_kw) = (class.guns_per_cabinet, class.power_kw);
        if shared < 2 || class.cabinet_kw >= shared as f64 * rated_kw {
            return None;
        }
        Some(Self {
            guns_per_cabinet: shared,
            limit_kw: class.cabinet_kw / class.efficiency,
            reserve_kw: (class.cabinet_kw - rated_kw).max(0.0) / (shared - 1) as f64 / class.efficiency,
            guns: vec![Gun::default(); guns.count],
        })
    }

    /// Power that every vehicle gets at any time, at the bus, kW.
    pub fn reserve_kw(&self) -> f64 {
        self.reserve_kw
    }

    /// What a cabinet has left for one of its guns, kW.
    fn left_kw(&self, gun: usize, hour: f64) -> f64 {
        let first = gun - gun % self.guns_per_cabinet;
        let all = first..(first + self.guns_per_cabinet).min(self.guns.len());
        let others = all.filter(|&other| other != gun);
        self.limit_kw - others.map(|other| self.guns[other].power_at(hour).max(self.reserve_kw)).sum::<f64>()
    }

    /// Charges a vehicle that is given a gun at `gun_h`, from `start_h` on and for at most `room_h`, towards
    /// `energy_kwh` (in the vehicle); writes its stretches and returns gun, energy and time, h.
    ///
    /// # Panics
    /// If no gun is free at `gun_h`: the queue gives none that is not.
    pub fn charge(
        &mut self,
        (gun_h, start_h, room_h): (f64, f64, f64),
        (soc, energy_kwh): (f64, f64),
        pair: &Acceptance,
        stretches: &mut Vec<Stretch>,
    ) -> (usize, f64, f64) {
        let free = (0..self.guns.len()).filter(|&gun| self.guns[gun].until_h <= gun_h + 1e-9);
        let best = free
            .max_by(|&a, &b| self.left_kw(a, start_h).total_cmp(&self.left_kw(b, start_h)).then(b.cmp(&a)));
        let gun = best.unwrap_or_else(|| panic!("a gun is free at {gun_h} h"));
        let first = gun - gun % self.guns_per_cabinet;
        let cabinet = first..(first + self.guns_per_cabinet).min(self.guns.len());
        stretches.clear();
        let (mut hour, mut soc, mut rest_kwh) = (start_h, soc, energy_kwh);
        let end_h = start_h + room_h;
        while rest_kwh > 1e-9 && hour < end_h {
            let (accepted_kw, top_soc) = pair.bin(soc);
            let bus_kw = accepted_kw.min(self.left_kw(gun, hour)).max(0.0);
            let others = cabinet.clone().filter(|&other| other != gun);
            let change_h = others.map(|other| self.guns[other].change_after(hour)).fold(end_h, f64::min);
            let vehicle_kw = bus_kw * pair.efficiency;
            let bin_kwh = (top_soc - soc) * pair.pack_kwh;
            let goal_kwh = rest_kwh.min(bin_kwh);
            let goal_h = hour + goal_kwh / vehicle_kw;
            let to_h = goal_h.min(change_h);
            let kwh = if to_h < goal_h { vehicle_kw * (to_h - hour) } else { goal_kwh };
            match stretches.last_mut() {
                Some(last) if last.bus_kw == bus_kw => last.to_h = to_h,
                _ => stretches.push(Stretch { from_h: hour, to_h, bus_kw }),
            }
            rest_kwh -= kwh;
            soc = if to_h >= goal_h && goal_kwh == bin_kwh { top_soc } else { soc + kwh / pair.pack_kwh };
            hour = to_h;
        }
        self.guns[gun].plan.clone_from(stretches);
        (gun, energy_kwh - rest_kwh.max(0.0), hour - start_h)
    }

    /// Keeps the gun of the last [`Self::charge`] until an instant, h.
    pub fn occupy(&mut self, gun: usize, until_h: f64) {
        self.guns[gun].until_h = until_h;
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

    /// By hand, a cabinet of 300 kW and guns of 180: the others keep (300 - 180) / 3 = 40 kW each. The first car takes
    /// 180 kW for 90 kWh: half an hour. The second comes after a quarter: 300 - 180 - 2 x 40 = 40 kW until the
    /// first is done (10 kWh), then 180 kW for the other 80: 0.25 + 80 / 180 = 0.694444 h.
    #[test]
    fn who_comes_second_takes_what_is_left_and_more_when_the_first_is_done() {
        let (mut cabinet, car, mut stretches) = (cabinet(4), Acceptance::flat(180.0, 1.0), Vec::new());
        let (gun, kwh, time_h) = cabinet.charge((0.0, 0.0, 9.0), (0.0, 90.0), &car, &mut stretches);
        cabinet.occupy(gun, 2.0);
        assert_eq!((gun, kwh, time_h), (0, 90.0, 0.5));
        let (gun, kwh, time_h) = cabinet.charge((0.25, 0.25, 9.0), (0.0, 90.0), &car, &mut stretches);
        cabinet.occupy(gun, 2.0);
        assert_eq!((gun, kwh), (1, 90.0));
        assert!((time_h - 0.694_444_44).abs() < 1e-8, "{time_h}");
        assert_eq!(stretches.iter().map(|s| s.bus_kw).collect::<Vec<_>>(), [40.0, 180.0]);
        // A stay of half an hour leaves it with 10 + 0.25 x 180 = 55 kWh.
        let mut other = super::tests::cabinet(4);
        other.charge((0.0, 0.0, 9.0), (0.0, 90.0), &car, &mut stretches);
        other.occupy(0, 2.0);
        let (_, kwh, time_h) = other.charge((0.25, 0.25, 0.5), (0.0, 90.0), &car, &mut stretches);
        assert!((kwh - 55.0).abs() < 1e-9 && (time_h - 0.5).abs() < 1e-9);
    }

    /// With two cabinets the second car goes to the empty one and shares nothing.
    #[test]
    fn a_car_takes_the_gun_of_the_freest_cabinet() {
        let (mut two, car, mut stretches) = (cabinet(8), Acceptance::flat(180.0, 1.0), Vec::new());
        let (gun, ..) = two.charge((0.0, 0.0, 9.0), (0.0, 90.0), &car, &mut stretches);
        two.occupy(gun, 2.0);
        let (gun, _, time_h) = two.charge((0.1, 0.1, 9.0), (0.0, 90.0), &car, &mut stretches);
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
        for session in &shared.sessions {
            assert!((session.delivered_kwh - session.wanted_kwh).abs() < 1e-6);
        }
    }
}
