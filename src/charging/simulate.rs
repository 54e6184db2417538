//! The year of a pool of chargers: every arrival in order, through the queue, to its power.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::sync::Arc;

use super::acceptance::{Acceptance, Course};
use super::cabinet::Cabinets;
use super::class::{Fleet, Strategy};
use super::days::Days;
use super::limits::Bidirectional;
use super::profile::add_power_to_both;
use super::queue::{Outcome, Pool};
use super::random::{Quantiles, fleet_seed};
use super::session::Session;
use super::traffic::{Arrival, Traffic, Wish};
use super::year::{FleetYear, GroupBook};
use crate::time::Axis;

/// Departures are known only roughly: managed charging is done by the stated departure less this
/// many standard deviations, so that nineteen in twenty are met (the normal quantile of 0.95).
const DEPARTURE_MARGIN: f64 = 1.645;

/// Simulates the year of one fleet at its chargers; see [`simulate_pool`].
pub fn simulate(fleet: &Fleet, axis: &Axis, days: &Days, seed: u64, park: &str) -> FleetYear {
    let mut years = simulate_pool(std::slice::from_ref(fleet), axis, days, seed, park);
    years.swap_remove(0)
}

/// Simulates the year of fleets that share the chargers of the first.
///
/// The draws of a fleet are a function of (`seed`, `park`, name of the fleet, number of the vehicle)
/// only: they depend neither on threads nor on other fleets, chargers or vehicles (the queue does).
///
/// # Panics
/// If `days` is not the length of the year, or `fleets` is empty or not sound
/// ([`Fleet::check`] finds nothing wrong with each).
pub fn simulate_pool(fleets: &[Fleet], axis: &Axis, days: &Days, seed: u64, park: &str) -> Vec<FleetYear> {
    assert_eq!(days.class.len(), axis.days(), "the calendar covers the year");
    let guns = &fleets[0].chargers;
    let traffic: Vec<Traffic> = fleets
        .iter()
        .enumerate()
        .map(|(i, fleet)| Traffic::new(fleet, i as u16, guns, fleet_seed(seed, park, &fleet.name)))
        .collect();
    let mut run = Run {
        axis: *axis,
        pool: Pool::new(&guns.iter().map(|guns| guns.count).collect::<Vec<_>>()),
        pairs: traffic
            .iter()
            .map(|traffic| traffic.acceptance.iter().map(|pair| pair.clone().map(Rc::new)).collect())
            .collect(),
        traffic,
        years: fleets.iter().map(|fleet| FleetYear::empty(fleet, axis)).collect(),
        groups: guns.iter().map(|guns| GroupBook::new(guns, axis)).collect(),
        cabinets: guns.iter().map(Cabinets::of).collect(),
        normal: Quantiles::normal(0.0, 1.0),
        order: Vec::new(),
        later: BinaryHeap::new(),
    };
    let mut today: Vec<Arrival> = Vec::new();
    let mut keys: Vec<u64> = Vec::new();
    for day in 0..axis.days() {
        let month = axis.month_and_day(day).0;
        today.clear();
        for traffic in &mut run.traffic {
            traffic.plan_day(day, month, days, &mut today);
        }
        let end_h = (day + 1) as f64 * 24.0;
        today.retain(|arrival| {
            let is_today = arrival.hour < end_h;
            if !is_today {
                run.postpone(*arrival);
            }
            is_today
        });
        in_order(&today, end_h, &mut keys);
        let mut next = keys.iter().map(|&key| today[place(key)]);
        let mut head = next.next();
        loop {
            // Those that come back or wait for the tide are merged in by time.
            let late =
                run.later.peek().map(|Reverse(late)| late.0).filter(|&bits| f64::from_bits(bits) < end_h);
            match (head, late) {
                (Some(first), late) if late.is_none_or(|late| first.hour.to_bits() <= late) => {
                    run.serve(first, month);
                    head = next.next();
                }
                (_, Some(_)) => {
                    if let Some(Reverse((bits, fleet, visit, vehicle, again))) = run.later.pop() {
                        run.serve(
                            Arrival { hour: f64::from_bits(bits), fleet, visit, vehicle, again },
                            month,
                        );
                    }
                }
                _ => break,
            }
        }
    }
    run.finish()
}

/// Low bits of a key that hold a place.
const PLACE_BITS: u32 = 26;

/// The place that a key holds.
#[inline]
const fn place(key: u64) -> usize {
    (key & ((1 << PLACE_BITS) - 1)) as usize
}

/// Writes the places of the arrivals of a day that ends at `end_h` into `keys`, by instant, those of one instant by
/// place: an instant to parts of a second in the high bits, so that whole numbers are sorted, and a look at the
/// instants themselves where it is the same for two.
fn in_order(today: &[Arrival], end_h: f64, keys: &mut Vec<u64>) {
    // A day of wall time may begin hours before the day of standard time.
    const PARTS_PER_HOUR: f64 = (1u64 << 31) as f64;
    let begin_h = end_h - 48.0;
    assert!(today.len() < 1 << PLACE_BITS, "arrivals of a day");
    keys.clear();
    keys.extend(today.iter().enumerate().map(|(place, arrival)| {
        (((arrival.hour - begin_h) * PARTS_PER_HOUR) as u64) << PLACE_BITS | place as u64
    }));
    keys.sort_unstable();
    for end in 1..keys.len() {
        let mut at = end;
        while at > 0 && keys[at - 1] >> PLACE_BITS == keys[at] >> PLACE_BITS {
            if today[place(keys[at - 1])].hour <= today[place(keys[at])].hour {
                break;
            }
            keys.swap(at - 1, at);
            at -= 1;
        }
    }
}

/// An arrival that sorts by time: instant as bits, fleet, visit, vehicle, again.
type Late = (u64, u16, u16, u32, bool);

struct Run<'a> {
    axis: Axis,
    pool: Pool,
    traffic: Vec<Traffic<'a>>,
    /// How each fleet charges at each group of guns.
    pairs: Vec<Vec<Option<Rc<Acceptance>>>>,
    years: Vec<FleetYear>,
    groups: Vec<GroupBook>,
    /// Cabinets of each group whose guns share power.
    cabinets: Vec<Option<Cabinets>>,
    normal: Arc<Quantiles>,
    order: Vec<usize>,
    /// Arrivals out of the day's order.
    later: BinaryHeap<Reverse<Late>>,
}

impl Run<'_> {
    fn postpone(&mut self, arrival: Arrival) {
        let Arrival { hour, fleet, visit, vehicle, again } = arrival;
        self.later.push(Reverse((hour.to_bits(), fleet, visit, vehicle, again)));
    }

    /// One vehicle at the gate: a wish, a gun or none, and what it receives.
    fn serve(&mut self, arrival: Arrival, month: usize) {
        let index = usize::from(arrival.fleet);
        let traffic = &mut self.traffic[index];
        let Some(wish) = traffic.wish(&arrival, month) else { return };
        let class = &traffic.fleet.class;
        let order = traffic.order_for_stay(&wish, &mut self.order);
        let connection_h = class.connection_min / 60.0;
        // Waiting longer than the stay less the connection brings nothing.
        let patience_h = (class.patience_min / 60.0).min((wish.stay_h - connection_h).max(0.0));
        let year = &mut self.years[index];
        match self.pool.ask(arrival.hour, patience_h, class.balk_length, order) {
            Outcome::Start { group, start_h } => {
                let Some(pair) = &self.pairs[index][group] else { return };
                let sized;
                let pair = if wish.power_kw.is_finite() {
                    let bus_kw = pair.bulk_bus_kw.min(wish.power_kw / pair.efficiency);
                    sized = Rc::new(Acceptance::flat(bus_kw, pair.efficiency));
                    &sized
                } else {
                    pair
                };
                let stay = Stay { gun_h: start_h, start_h: start_h + connection_h, arrive_h: arrival.hour };
                let mut course = None;
                let mut gun = None;
                let mut session = match &mut self.cabinets[group] {
                    None => plan(&arrival, &wish, stay, |room_h| {
                        let (found, energy_kwh, time_h) = alone(&wish, pair, room_h);
                        course = Some(found);
                        (energy_kwh, time_h)
                    }),
                    Some(cabinets) => plan(&arrival, &wish, stay, |room_h| {
                        let times = (stay.gun_h, stay.start_h, room_h);
                        let found = cabinets.charge(times, (wish.soc, wish.energy_kwh), pair);
                        (gun, course) = (Some(found.gun), found.course);
                        (found.energy_kwh, found.time_h)
                    }),
                };
                session.vehicle = traffic.number_of(arrival.vehicle);
                session.group = group as u16;
                let flexible = class.hotelling_kw <= 0.0 && wish.stay_h.is_finite();
                if flexible && class.departure_sd_min > 0.0 {
                    let error = traffic.departure_error(arrival.vehicle as usize, &self.normal);
                    let stated_h =
                        session.depart_h + (error - DEPARTURE_MARGIN) * class.departure_sd_min / 60.0;
                    session.deadline_h = stated_h.clamp(session.full_power_end_h, session.depart_h);
                } else if !flexible {
                    session.deadline_h = session.full_power_end_h;
                }
                self.pool.occupy(group, session.depart_h);
                if let (Some(cabinets), Some(gun)) = (&mut self.cabinets[group], gun) {
                    cabinets.occupy(gun, session.depart_h);
                }
                self.groups[group].book(&session, start_h);
                let series = &mut self.groups[group].profile_kw;
                let step_h = self.axis.step_h();
                let steps = series.len();
                let held = match (&self.cabinets[group], gun) {
                    (Some(cabinets), Some(gun)) => cabinets.held(gun),
                    _ => &[],
                };
                if let Some(course) = &course {
                    let uncontrolled_kw = &mut year.uncontrolled_kw[..steps];
                    pair.by_step(course, session.start_h, (step_h, steps), |step, kw| {
                        uncontrolled_kw[step] += kw;
                        series[step] += kw;
                    });
                } else {
                    for part in held {
                        let both = (&mut year.uncontrolled_kw[..], &mut series[..]);
                        add_power_to_both(both, step_h, part.from_h, part.to_h, part.bus_kw);
                    }
                }
                if year.is_booked {
                    let feeds = traffic.fleet.strategy == Strategy::V2g
                        && traffic.fleet.chargers.get(group).is_some_and(|guns| guns.class.bidirectional);
                    let feeds = feeds.then_some(Bidirectional { soc_min: class.v2g_soc_min });
                    if let Some(cabinets) = &self.cabinets[group] {
                        let part = (cabinets.reserve_kw(), course.as_ref(), held);
                        year.limits_book.add_shared(&session, pair, step_h, feeds, part);
                    } else if let Some(course) = &course {
                        year.limits_book.add(&session, (pair, course), step_h, feeds);
                    }
                }
                traffic.plugged(arrival.vehicle as usize, session.delivered_kwh, session.depart_h);
                year.book(&session, start_h - arrival.hour);
            }
            outcome => {
                let return_h = class.return_min / 60.0;
                if outcome == Outcome::Reneged {
                    year.reneged += 1;
                    year.gave_up.push((arrival.hour, arrival.hour + patience_h));
                } else {
                    year.balked += 1;
                }
                if return_h > 0.0 && !arrival.again {
                    let waited_h = if outcome == Outcome::Reneged { patience_h } else { 0.0 };
                    year.returned += 1;
                    self.postpone(Arrival {
                        hour: arrival.hour + waited_h + return_h,
                        again: true,
                        ..arrival
                    });
                } else {
                    year.lose(wish.energy_kwh);
                }
            }
        }
    }

    fn finish(self) -> Vec<FleetYear> {
        let Self { axis, traffic, mut years, groups, .. } = self;
        let pool = years[0].name.clone();
        let classes: Vec<_> = groups.into_iter().map(|group| group.close(&axis)).collect();
        for (year, traffic) in years.iter_mut().zip(&traffic) {
            year.elsewhere_kwh = traffic.elsewhere_kwh;
            year.pool.clone_from(&pool);
            year.drawn = true;
            year.close(traffic.fleet, &axis, classes.clone());
        }
        years
    }
}

/// When a vehicle came, got its gun, and power can flow, h.
#[derive(Clone, Copy)]
struct Stay {
    arrive_h: f64,
    gun_h: f64,
    start_h: f64,
}

/// Course, energy in the vehicle and time, h, at a gun that shares nothing, within `room_h`.
#[inline]
fn alone(wish: &Wish, pair: &Acceptance, room_h: f64) -> (Course, f64, f64) {
    let whole = pair.course(wish.soc, wish.energy_kwh);
    if whole.time_h <= room_h {
        return (whole, wish.energy_kwh, whole.time_h);
    }
    let energy_kwh = pair.energy_after(wish.soc, wish.energy_kwh, room_h);
    (pair.course(wish.soc, energy_kwh), energy_kwh, room_h)
}

/// The session of a vehicle; `charge` says what it receives, and in what time, within some hours.
#[inline]
fn plan(arrival: &Arrival, wish: &Wish, stay: Stay, charge: impl FnOnce(f64) -> (f64, f64)) -> Session {
    let Stay { arrive_h, start_h, .. } = stay;
    let depart_h = arrive_h + wish.stay_h;
    let room_h = (depart_h - start_h).max(0.0);
    let (delivered_kwh, time_h) = charge(room_h);
    let depart_h =
        if wish.stay_h.is_finite() { depart_h.max(start_h) } else { start_h + time_h + wish.linger_h };
    Session {
        vehicle: arrival.vehicle,
        group: 0,
        arrive_h,
        start_h,
        full_power_end_h: start_h + time_h,
        deadline_h: depart_h,
        depart_h,
        soc: wish.soc,
        wanted_kwh: wish.energy_kwh,
        delivered_kwh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charging::random::Stream;

    /// Drawn instants, before midnight too, with the same instant and its neighbours many times: the order is that of
    /// instants, and of places for the same one.
    #[test]
    fn a_days_arrivals_come_by_instant_and_then_by_place() {
        let mut stream = Stream::new(5, 1);
        for day in [0.0, 1.0, 200.0, 364.0] {
            let midnight_h = 24.0 * day;
            let mut hour = midnight_h;
            let today: Vec<Arrival> = (0..700)
                .map(|vehicle| {
                    hour = match vehicle % 7 {
                        0..=3 => (midnight_h - 1.0 + 25.0 * stream.unit()).max(0.0),
                        4 => hour,
                        5 => f64::next_down(hour).max(0.0),
                        _ => f64::next_up(hour),
                    };
                    Arrival { hour, fleet: 0, visit: 0, vehicle, again: false }
                })
                .collect();
            let mut keys = Vec::new();
            in_order(&today, midnight_h + 24.0, &mut keys);
            let mut by_hand: Vec<usize> = (0..today.len()).collect();
            by_hand.sort_by(|&a, &b| today[a].hour.total_cmp(&today[b].hour).then(a.cmp(&b)));
            assert_eq!(keys.iter().map(|&key| place(key)).collect::<Vec<_>>(), by_hand);
        }
    }
}
