//! A fleet as one unit of the year loop: limits of power and of cumulative energy.
//!
//! Every session may charge between its start and its departure with at most its power, must have
//! its energy by the deadline, and cannot have it before full-power charging would deliver it. Sums
//! over sessions bound what the fleet as a whole can do. The bounds are necessary; how far a
//! schedule within them can miss single sessions is measured by [`super::disaggregate`].

use super::acceptance::{Acceptance, Course};
use super::cabinet::Stretch;
use super::profile::add_power;
use super::session::Session;

/// Limits of the charging unit. Powers are at the park bus, kW; energies are at the park bus, kWh.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnitLimits {
    /// Highest charging power of each step, kW.
    pub p_max_kw: Vec<f64>,
    /// Energy since 1 January that must have been taken at the end of each step, kWh.
    pub latest_kwh: Vec<f64>,
    /// Energy since 1 January that can have been taken at the end of each step, kWh.
    pub earliest_kwh: Vec<f64>,
    /// Highest discharging power of each step, kW; zeros where nothing may feed back.
    pub discharge_max_kw: Vec<f64>,
    /// Energy at the bus got back per energy taken from it, for what feeds back.
    pub round_trip_efficiency: f64,
}

impl UnitLimits {
    /// Energy of the year, kWh.
    pub fn energy_kwh(&self) -> f64 {
        self.earliest_kwh.last().copied().unwrap_or(0.0)
    }

    /// Puts the unit under a power limit per step, kW; returns the energy at the bus that this leaves
    /// undelivered, kWh. What is due is due earlier where the limit would not let it through in time.
    pub fn cap(&mut self, cap_kw: &[f64], step_h: f64) -> f64 {
        let wanted_kwh = self.energy_kwh();
        self.p_max_kw.iter_mut().zip(cap_kw).for_each(|(kw, cap)| *kw = kw.min(cap.max(0.0)));
        let mut so_far_kwh: f64 = 0.0;
        for (early, kw) in self.earliest_kwh.iter_mut().zip(&self.p_max_kw) {
            so_far_kwh = early.min(so_far_kwh + kw * step_h);
            *early = so_far_kwh;
        }
        for step in (1..self.latest_kwh.len()).rev() {
            let before_kwh = self.latest_kwh[step] - self.p_max_kw[step] * step_h;
            self.latest_kwh[step - 1] = self.latest_kwh[step - 1].max(before_kwh);
        }
        self.latest_kwh.iter_mut().zip(&self.earliest_kwh).for_each(|(late, early)| *late = late.min(*early));
        wanted_kwh - self.energy_kwh()
    }
}

/// A vehicle with time to spare is charged over at least this share of the time until its deadline. Powers
/// then follow needs, vehicles with much and with little to take are done together, and the unit never counts
/// on the power of one that is full: what the unit draws can be dealt out (see [`super::disaggregate`]).
const LEAST_SHARE_OF_STAY: f64 = 0.5;

/// A session that may feed back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bidirectional {
    /// Lowest state of charge.
    pub soc_min: f64,
}

/// Builds the limits session by session, as powers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LimitsBook {
    p_max_kw: Vec<f64>,
    earliest_kw: Vec<f64>,
    latest_kw: Vec<f64>,
    fixed_kw: Vec<f64>,
    discharge_max_kw: Vec<f64>,
    round_trip_efficiency: f64,
    /// The pairing of the session at hand, slowed down.
    slowed: Acceptance,
}

impl LimitsBook {
    pub fn new(steps: usize) -> Self {
        let zero = || vec![0.0; steps];
        Self {
            p_max_kw: zero(),
            earliest_kw: zero(),
            latest_kw: zero(),
            fixed_kw: zero(),
            discharge_max_kw: zero(),
            round_trip_efficiency: 1.0,
            slowed: Acceptance::flat(0.0, 1.0),
        }
    }

    /// Adds a session that takes a course at full power; one without time to spare is fixed.
    ///
    /// One that feeds back may first give what it has above its lowest state of charge, as far as the time
    /// to spare lets it take that back: there and back at full power takes twice as long.
    pub fn add(
        &mut self,
        session: &Session,
        (pair, course): (&Acceptance, &Course),
        step_h: f64,
        feeds: Option<Bidirectional>,
    ) {
        let mut laxity_h = session.laxity_h();
        let start_h = session.start_h;
        let flexible = laxity_h > 1e-6;
        let (mut pair, mut course) = (pair, course);
        let slowed_course;
        if flexible && feeds.is_none() {
            let least_h = LEAST_SHARE_OF_STAY * (session.deadline_h - start_h);
            let kw = session.delivered_kwh / (pair.efficiency * least_h);
            if kw < pair.bulk_bus_kw {
                pair.slow(kw, &mut self.slowed);
                pair = &self.slowed;
                slowed_course = pair.course(session.soc, session.delivered_kwh);
                course = &slowed_course;
                laxity_h = session.deadline_h - start_h - course.time_h;
            }
        }
        let spare_kwh = feeds.filter(|_| flexible).map_or(0.0, |feeds| {
            let stored_kwh = (session.soc - feeds.soc_min).max(0.0) * pair.pack_kwh;
            stored_kwh.min(0.5 * laxity_h * pair.bulk_bus_kw * pair.efficiency)
        });
        let axis = (step_h, self.earliest_kw.len());
        if !flexible {
            pair.by_step(course, start_h, axis, |step, kw| self.fixed_kw[step] += kw);
            return;
        }
        pair.by_step(course, start_h, axis, |step, kw| self.earliest_kw[step] += kw);
        if spare_kwh <= 0.0 {
            pair.by_step(course, start_h + laxity_h, axis, |step, kw| self.latest_kw[step] += kw);
        }
        let mut lowest_soc = session.soc;
        if spare_kwh > 0.0 {
            lowest_soc -= spare_kwh / pair.pack_kwh;
            let empty_h = start_h + spare_kwh / (pair.bulk_bus_kw * pair.efficiency);
            add_power(&mut self.latest_kw, step_h, start_h, empty_h, -pair.bulk_bus_kw);
            let back = pair.course(lowest_soc, session.delivered_kwh + spare_kwh);
            let back_h = session.deadline_h - back.time_h;
            pair.by_step(&back, back_h, axis, |step, kw| self.latest_kw[step] += kw);
        }
        if feeds.is_some() {
            let round_trip = pair.efficiency * pair.efficiency;
            self.round_trip_efficiency = self.round_trip_efficiency.min(round_trip);
            let kw = pair.bulk_bus_kw * round_trip;
            add_power(&mut self.discharge_max_kw, step_h, start_h, session.deadline_h, kw);
        }
        add_power(&mut self.p_max_kw, step_h, start_h, session.depart_h, pair.power_at(lowest_soc));
    }

    /// Adds a session at a gun that shares its cabinet's power: it can be moved as far as the power that it
    /// gets at any time, `reserve_kw` at the bus, is enough. Else it is as its `course` says, or as it was `held`.
    pub fn add_shared(
        &mut self,
        session: &Session,
        pair: &Acceptance,
        step_h: f64,
        feeds: Option<Bidirectional>,
        (reserve_kw, course, held): (f64, Option<&Course>, &[Stretch]),
    ) {
        let mut slowed = pair.clone();
        pair.slow(reserve_kw, &mut slowed);
        let slowly = slowed.course(session.soc, session.delivered_kwh);
        let full_power_end_h = session.start_h + slowly.time_h;
        if full_power_end_h < session.deadline_h {
            self.add(&Session { full_power_end_h, ..*session }, (&slowed, &slowly), step_h, feeds);
            return;
        }
        let mut add = |from_h, to_h, bus_kw| add_power(&mut self.fixed_kw, step_h, from_h, to_h, bus_kw);
        let Some(course) = course else {
            held.iter().for_each(|part| add(part.from_h, part.to_h, part.bus_kw));
            return;
        };
        for bin in course.first..=course.last {
            let (from_h, to_h, bus_kw) = pair.stretch(course, bin);
            add(session.start_h + from_h, session.start_h + to_h, bus_kw);
        }
    }

    /// The limits, and the power that cannot be moved.
    pub fn close(self, step_h: f64) -> (UnitLimits, Vec<f64>) {
        let sum = |power_kw: &[f64]| {
            let mut energy_kwh = 0.0;
            power_kw
                .iter()
                .map(|kw| {
                    energy_kwh += kw * step_h;
                    energy_kwh
                })
                .collect::<Vec<f64>>()
        };
        let earliest_kwh = sum(&self.earliest_kw);
        // Partial steps leave the two a rounding apart when nothing is plugged in.
        let mut latest_kwh = sum(&self.latest_kw);
        latest_kwh.iter_mut().zip(&earliest_kwh).for_each(|(late, early)| *late = late.min(*early));
        let limits = UnitLimits {
            p_max_kw: self.p_max_kw,
            latest_kwh,
            earliest_kwh,
            discharge_max_kw: self.discharge_max_kw,
            round_trip_efficiency: self.round_trip_efficiency,
        };
        (limits, self.fixed_kw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(soc: f64, energy_kwh: f64) -> Session {
        Session {
            vehicle: 0,
            group: 0,
            arrive_h: 1.0,
            start_h: 1.0,
            full_power_end_h: 1.0 + energy_kwh / 10.0,
            deadline_h: 7.0,
            depart_h: 8.0,
            soc,
            wanted_kwh: energy_kwh,
            delivered_kwh: energy_kwh,
        }
    }

    fn battery() -> Acceptance {
        let mut pair = Acceptance::flat(10.0, 1.0);
        pair.pack_kwh = 50.0;
        pair
    }

    fn add(book: &mut LimitsBook, session: &Session, feeds: Option<Bidirectional>) {
        let pair = battery();
        let course = pair.course(session.soc, session.delivered_kwh);
        book.add(session, (&pair, &course), 1.0, feeds);
    }

    /// By hand: 30 kWh at 10 kW, there from 1 to 8 o'clock, due at 7: earliest 1 to 4, latest 4 to 7. With
    /// 15 kWh it is charged at 5 kW, over half of its six hours.
    #[test]
    fn a_session_is_charged_between_its_earliest_and_latest_curve() {
        let mut book = LimitsBook::new(9);
        add(&mut book, &session(0.3, 30.0), None);
        let (limits, fixed_kw) = book.close(1.0);
        assert_eq!(limits.p_max_kw, [0.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 0.0]);
        assert_eq!(limits.earliest_kwh, [0.0, 10.0, 20.0, 30.0, 30.0, 30.0, 30.0, 30.0, 30.0]);
        assert_eq!(limits.latest_kwh, [0.0, 0.0, 0.0, 0.0, 10.0, 20.0, 30.0, 30.0, 30.0]);
        assert_eq!(fixed_kw, [0.0; 9]);
        let mut book = LimitsBook::new(9);
        add(&mut book, &session(0.5, 15.0), None);
        let (limits, _) = book.close(1.0);
        assert_eq!(limits.earliest_kwh, [0.0, 5.0, 10.0, 15.0, 15.0, 15.0, 15.0, 15.0, 15.0]);
        assert_eq!(limits.latest_kwh, [0.0, 0.0, 0.0, 0.0, 5.0, 10.0, 15.0, 15.0, 15.0]);
    }

    /// By hand: half of 50 kWh, may fall to 0.3: 10 kWh out in the first hour, 30 kWh back in the last three.
    #[test]
    fn one_that_feeds_back_may_give_first_and_is_full_in_time() {
        let mut book = LimitsBook::new(9);
        add(&mut book, &session(0.5, 20.0), Some(Bidirectional { soc_min: 0.3 }));
        let (limits, _) = book.close(1.0);
        assert_eq!(limits.latest_kwh, [0.0, -10.0, -10.0, -10.0, 0.0, 10.0, 20.0, 20.0, 20.0]);
        assert_eq!(limits.discharge_max_kw, [0.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 0.0, 0.0]);
    }

    /// By hand: 30 kWh under 6 kW take five hours, from 1 to 6 or from 2 to 7.
    #[test]
    fn a_site_limit_spreads_both_curves() {
        let mut book = LimitsBook::new(9);
        add(&mut book, &session(0.3, 30.0), None);
        let (mut limits, _) = book.close(1.0);
        assert_eq!(limits.cap(&[6.0; 9], 1.0), 0.0);
        assert_eq!(limits.earliest_kwh, [0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 30.0, 30.0, 30.0]);
        assert_eq!(limits.latest_kwh, [0.0, 0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 30.0, 30.0]);
        // 2 kW for the seven hours of the stay are 14 of the 30 kWh.
        assert_eq!(limits.cap(&[2.0; 9], 1.0), 16.0);
        assert_eq!(limits.earliest_kwh[8], 14.0);
        assert_eq!(limits.latest_kwh[8], 14.0);
    }
}
