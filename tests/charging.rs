//! Charging with real data: measured workplace sessions and a published ferry timetable.

#[path = "support/inspection.rs"]
mod inspection;

use std::io::Read;

use zeropark::charging::ships::{Ferry, ferry_year, parse_timetable};
use zeropark::charging::{
    Days, Fleet, Guns, Owner, Replaces, Shape, Strategy, charger_class, fleet_class, parse_sessions,
    session_class, simulate, simulate_given,
};
use zeropark::time::Axis;

const AXIS: Axis = Axis { year: 2025, step_minutes: 15, utc_offset_minutes: -300 };

fn fleet(class: zeropark::charging::FleetClass, vehicles: usize, guns: &[(&str, usize)]) -> Fleet {
    Fleet {
        name: class.id.clone(),
        class,
        vehicles,
        chargers: guns
            .iter()
            .map(|(id, count)| Guns { class: charger_class(id).expect("known").clone(), count: *count })
            .collect(),
        strategy: Strategy::Uncontrolled,
        replaces: Replaces::Electric,
        owner: Owner::ThirdParty,
        site_limit_kw: f64::INFINITY,
    }
}

fn workplace() -> Vec<u8> {
    let file = include_bytes!("data/charging/workplace_sessions_2014_2015.csv.gz");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&file[..]).read_to_end(&mut bytes).expect("unpacks");
    bytes
}

/// The file's own sums, by a spreadsheet: 2,635 rows, 38 without energy, 15,322.74 kWh, a mean stay of
/// 2.8637 h, 363 arrivals in the hour from 11 and 345 in that from 17 among those with energy.
#[test]
fn measured_sessions_are_read_charged_and_counted() {
    let days = Days::plain(&AXIS);
    let parsed = parse_sessions(&workplace(), "workplace.csv", &AXIS, &days).expect("reads");
    assert_eq!(parsed.sessions.len(), 2635 - 38);
    let kinds: Vec<_> = parsed.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(kinds, ["short-year", "other-year", "no-energy"]);
    let sum_kwh: f64 = parsed.sessions.iter().map(|session| session.energy_kwh).sum();
    assert!((sum_kwh - 15_322.74).abs() < 1e-6);

    let shape = Shape::of(
        parsed.sessions.iter().map(|session| (session.arrive_h, session.depart_h, session.energy_kwh)),
        2.0,
        15,
    );
    assert!((shape.mean_stay_h - 2.863_699_6).abs() < 1e-6);
    assert!((shape.arrivals[11] * 2597.0 - 363.0).abs() < 1e-6);
    assert!((shape.arrivals[17] * 2597.0 - 345.0).abs() < 1e-6);
    // Weekdays are kept, so the weekend stays as quiet as it was.
    let weekend =
        parsed.sessions.iter().filter(|session| AXIS.weekday((session.arrive_h / 24.0) as usize) >= 5);
    assert!(weekend.count() < 100);

    let fleet = fleet(session_class(), 1, &[("ac-7kw", 95)]);
    let year = simulate_given(&fleet, &parsed.sessions, &AXIS);
    assert_eq!(year.lost_sessions, 0);
    // A few sessions were measured above 7 kW or shorter than their energy needs: counted, not clipped.
    assert!(year.unmet_kwh > 0.0 && year.unmet_kwh < 0.02 * sum_kwh, "{}", year.unmet_kwh);
    assert!((year.delivered_kwh + year.unmet_kwh - sum_kwh).abs() < 1e-6);
    let standby_kwh = 95.0 * 0.014 * 8760.0;
    let bus_kwh = year.uncontrolled_kw.iter().sum::<f64>() * 0.25 - standby_kwh;
    assert!((bus_kwh * 0.98 * 0.93 / year.delivered_kwh - 1.0).abs() < 1e-3);
}

/// Chinese commuters drawn against American workplace sessions of 2014: drawn ones come once, at the start of the
/// day, and charge big batteries seldom; measured ones share few stations, so they come in two
/// waves and take a fifth of the energy each. The figures below are what documentation quotes.
#[test]
fn drawn_commuters_differ_from_measured_sessions_where_their_habits_do() {
    let days = Days::plain(&AXIS);
    let real = parse_sessions(&workplace(), "workplace.csv", &AXIS, &days).expect("reads").sessions;
    // The whole distributions, as docs/validation.md shows them: far apart in energy.
    let kwh: Vec<f64> = real.iter().map(|session| session.energy_kwh).collect();
    let real = Shape::of(real.iter().map(|s| (s.arrive_h, s.depart_h, s.energy_kwh)), 2.0, 30);
    let class = fleet_class("commuter-car").expect("known").clone();
    let mean_h = class.visits[0].humps[0][1];
    let year = simulate(&fleet(class, 400, &[("ac-7kw", 100)]), &AXIS, &days, 1, "park");
    let drawn = Shape::of(year.sessions.iter().map(|s| (s.arrive_h, s.depart_h, s.delivered_kwh)), 2.0, 30);
    assert_eq!(mean_h, 8.2);
    assert!(drawn.arrivals[7] + drawn.arrivals[8] + drawn.arrivals[9] > 0.95);
    assert!((0.6..0.95).contains(&drawn.arrival_distance(&real)));
    assert!(drawn.mean_kwh > 4.0 * real.mean_kwh);
    let drawn_kwh: Vec<f64> = year.sessions.iter().map(|session| session.delivered_kwh).collect();
    let distance = zeropark::charging::kolmogorov_smirnov(&drawn_kwh, &kwh);
    assert!((0.9..=1.0).contains(&distance), "{distance}");
}

/// Östanå–Ljusterö in summer: the published departures, each a real crossing of about six minutes (1.1 km);
/// the energy is assumed as 882 kW of installed power at 40 % for that time.
#[test]
fn ferries_of_a_real_timetable_charge_between_their_departures() {
    let text = include_bytes!("data/charging/ljusteroleden_summer_2020.csv");
    let timetable = parse_timetable(text, "ljusteroleden.csv").expect("reads");
    assert_eq!(
        timetable.departures.len() + timetable.warnings.len(),
        text.iter().filter(|&&b| b == b'\n').count() - 1
    );
    let ferry = Ferry {
        battery_kwh: 1000.0,
        crossing_min: 6.0,
        crossing_kwh: 35.0,
        connection_min: 1.0,
        power_kw: 1000.0,
    };
    // May to September: 153 days from day 120.
    let plan = ferry_year(&timetable, "Östanå", &ferry, (120, 153), |_| 0.0);
    let crossings = timetable.departures.len() as f64 * 153.0 + plan.empty_crossings as f64;
    // 91 departures one way and 58 the other leave 33 a day to come back empty.
    assert!(
        (33 * 152..=33 * 154).contains(&plan.empty_crossings),
        "{} {}",
        plan.empty_crossings,
        plan.ferries
    );
    assert!((plan.crossing_kwh - crossings * 35.0).abs() < 1e-6);
    assert!((3..=12).contains(&plan.ferries), "{} ferries", plan.ferries);
    let charged: f64 = plan.sessions.iter().map(|session| session.energy_kwh).sum();
    let batteries = plan.ferries as f64 * 1000.0;
    assert!(charged <= plan.crossing_kwh && charged > plan.crossing_kwh - batteries);

    let mut ship = session_class();
    ship.ship = true;
    let fleet = fleet(ship, plan.ferries, &[("ship-1mw", 3)]);
    let year = simulate_given(&fleet, &plan.sessions, &AXIS);
    assert_eq!(year.lost_sessions, 0);
    assert!(year.unmet_kwh < 0.02 * year.demanded_kwh, "{} of {}", year.unmet_kwh, year.demanded_kwh);
}
