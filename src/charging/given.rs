//! Sessions that are given, at chargers that are there: the queue and the power, no draws; and power
//! that was measured, with no sessions at all.

use super::acceptance::Acceptance;
use super::catalogue::{charger_class, fleet_class};
use super::class::{ChargerClass, Fleet, FleetClass};
use super::profile::add_power;
use super::queue::{Outcome, Pool};
use super::session::Session;
use super::sessions_csv::GivenSession;
use super::year::{FleetYear, GroupBook};
use crate::time::Axis;

/// The vehicle of sessions whose kind is not said: any road charger, its power the only limit.
///
/// # Panics
/// Never: the catalogue has the car it is made from, and a test reads it.
pub fn session_class() -> FleetClass {
    let mut class = fleet_class("commuter-car").cloned().unwrap_or_else(|| panic!("embedded catalogue"));
    class.id = "sessions".into();
    class.title = ["Sessions".into(), "充电会话".into()];
    class.onboard_kw = f64::INFINITY;
    class.dc_kw = f64::INFINITY;
    class.connection_min = 0.0;
    class
}

/// The year of a fleet whose power was measured at the bus, kW: nothing can be moved. The energy
/// in the vehicles is the measured one times the mean efficiency of the fleet's chargers (of an AC
/// charger of 7 kW where none is given), with that of the on-board charger behind AC.
///
/// # Panics
/// If the series has not one value per step.
pub fn measured_year(fleet: &Fleet, bus_kw: Vec<f64>, axis: &Axis) -> FleetYear {
    assert_eq!(bus_kw.len(), axis.steps(), "a value per step");
    let efficiency_of = |class: &ChargerClass| {
        let onboard = if class.current == super::Current::Ac { fleet.class.onboard_efficiency } else { 1.0 };
        class.efficiency * onboard
    };
    let power_kw = |guns: &super::Guns| guns.count as f64 * guns.class.power_kw;
    let total_kw: f64 = fleet.chargers.iter().map(power_kw).sum();
    let efficiency = if total_kw > 0.0 {
        let weighted = |guns: &super::Guns| power_kw(guns) * efficiency_of(&guns.class);
        fleet.chargers.iter().map(weighted).sum::<f64>() / total_kw
    } else {
        charger_class("ac-7kw").map_or(1.0, efficiency_of)
    };
    let mut year = FleetYear::empty(fleet, axis);
    year.delivered_kwh = bus_kw.iter().sum::<f64>() * axis.step_h() * efficiency;
    year.demanded_kwh = year.delivered_kwh;
    year.fuel = super::fuel_displaced(fleet, year.delivered_kwh);
    year.fixed_kw.clone_from(&bus_kw);
    year.uncontrolled_kw = bus_kw;
    year
}

/// Simulates given sessions, in order of arrival: each takes the weakest free gun that fills it in its stay,
/// else the strongest free one, else waits until its departure at most. What a stay cannot hold is
/// unmet; one that gets no gun is lost. Power is constant: the state of charge is not known.
///
/// # Panics
/// If the sessions are not in order of arrival.
pub fn simulate_given(fleet: &Fleet, sessions: &[GivenSession], axis: &Axis) -> FleetYear {
    let guns = &fleet.chargers;
    let mut pool = Pool::new(&guns.iter().map(|guns| guns.count).collect::<Vec<_>>());
    let mut groups: Vec<GroupBook> = guns.iter().map(|guns| GroupBook::new(guns, axis)).collect();
    let mut year = FleetYear::empty(fleet, axis);
    year.connection_h = 0.0;
    let mut strongest: Vec<usize> = (0..guns.len()).collect();
    strongest.retain(|&group| Acceptance::of(&fleet.class, &guns[group].class).is_some());
    strongest.sort_by(|&a, &b| guns[b].class.power_kw.total_cmp(&guns[a].class.power_kw));
    let mut order = Vec::new();
    for (number, given) in sessions.iter().enumerate() {
        assert!(number == 0 || sessions[number - 1].arrive_h <= given.arrive_h, "sessions are in order");
        let stay_h = given.depart_h - given.arrive_h;
        let pair_of = |class: &ChargerClass| {
            let onboard =
                if class.current == super::Current::Ac { fleet.class.onboard_efficiency } else { 1.0 };
            let onboard_kw =
                if class.current == super::Current::Ac { fleet.class.onboard_kw } else { fleet.class.dc_kw };
            let gun_kw = class.power_kw.min(given.power_kw).min(onboard_kw);
            Acceptance::flat(gun_kw / class.efficiency, class.efficiency * onboard)
        };
        order.clear();
        order.extend(strongest.iter().rev().filter(|&&group| {
            let pair = pair_of(&guns[group].class);
            given.energy_kwh <= pair.bulk_bus_kw * pair.efficiency * stay_h
        }));
        for &group in &strongest {
            if !order.contains(&group) {
                order.push(group);
            }
        }
        let Outcome::Start { group, start_h } = pool.ask(given.arrive_h, stay_h, usize::MAX, &order) else {
            year.reneged += 1;
            year.gave_up.push((given.arrive_h, given.depart_h));
            year.lose(given.energy_kwh);
            continue;
        };
        let pair = pair_of(&guns[group].class);
        let room_h = given.depart_h - start_h;
        let delivered_kwh = pair.energy_after(0.0, given.energy_kwh, room_h);
        let course = pair.course(0.0, delivered_kwh);
        let time_h = course.time_h.min(room_h);
        let session = Session {
            vehicle: number as u32,
            group: group as u16,
            arrive_h: given.arrive_h,
            start_h,
            full_power_end_h: start_h + time_h,
            deadline_h: given.depart_h,
            depart_h: given.depart_h,
            soc: 0.0,
            wanted_kwh: given.energy_kwh,
            delivered_kwh,
        };
        pool.occupy(group, given.depart_h);
        groups[group].book(&session, start_h);
        let end_h = start_h + time_h;
        for series in [&mut year.uncontrolled_kw, &mut groups[group].profile_kw] {
            add_power(series, axis.step_h(), start_h, end_h, pair.bulk_bus_kw);
        }
        if year.is_booked {
            // The state of charge is not known, so nothing is known to be there to give back.
            year.limits_book.add(&session, (&pair, &course), axis.step_h(), None);
        }
        year.book(&session, start_h - given.arrive_h);
    }
    let classes = groups.into_iter().map(|group| group.close(axis)).collect();
    year.close(fleet, axis, classes);
    year
}
