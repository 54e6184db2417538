//! Schedules of parks with vehicles, any prices and limits: the linear program with branching
//! against HiGHS (suite `dispatch`).

use serde_json::Value;
use zeropark::dispatch::lp::{Past, Relaxation, Schedule, Session, System, relaxation, solve};
use zeropark::dispatch::optimum::{Limit, Terminal, UNMETERED};

use crate::dispatch::Case;
use crate::harness::{Suite, case_name};

/// Parks of one storage at whose prices it pays to buy and sell at once in many steps: only their
/// plain program is compared here, as branching takes minutes; the storage planner serves them.
pub const NOT_BRANCHED: &[&str] = &["w168_00", "y8760_05_feed_in"];

pub fn sessions(json: &Value) -> Vec<Session> {
    let none = Vec::new();
    let vehicles = json["ev"].as_array().unwrap_or(&none);
    let number = |vehicle: &Value, key: &str| vehicle[key].as_f64().unwrap_or_else(|| panic!("ev.{key}"));
    vehicles
        .iter()
        .map(|vehicle| Session {
            arrive: number(vehicle, "arrive") as usize,
            depart: number(vehicle, "depart") as usize,
            energy_kwh: number(vehicle, "energy_kwh") / number(vehicle, "eta"),
            power_max_kw: number(vehicle, "p_max_kw"),
        })
        .collect()
}

/// Cost of a schedule by the definition of the suite, from its powers alone; panics where it breaks
/// a limit by more than 1e-6.
fn cost_by_definition(case: &Case, sessions: &[Session], schedule: &Schedule) -> f64 {
    let (store, near, name) = (&case.store, 1e-6, &case.name);
    let mut vehicles = vec![0.0; case.load.len()];
    for (session, power) in sessions.iter().zip(&schedule.session_kw) {
        assert_eq!(power.len(), session.depart - session.arrive);
        for (t, kw) in power.iter().enumerate() {
            assert!((-near..=session.power_max_kw + near).contains(kw), "{name}: {kw} kW of a vehicle");
            vehicles[session.arrive + t] += kw;
        }
        let charged = power.iter().sum::<f64>() * case.hours;
        assert!((charged - session.energy_kwh).abs() <= near, "{name}: a vehicle gets {charged} kWh");
    }
    let mut energy = store.energy_start_kwh;
    let mut cost = 0.0;
    let mut peaks: Vec<Vec<f64>> = case.charges.iter().map(|(price, _)| vec![0.0; price.len()]).collect();
    for t in 0..case.load.len() {
        let power = schedule.storage_kw[0][t];
        let (charge, discharge) = (power.max(0.0), (-power).max(0.0));
        assert!(charge <= store.charge_limit_kw + near && discharge <= store.discharge_limit_kw + near);
        energy = energy * store.retention_per_step
            + (store.charge_efficiency * charge - discharge / store.discharge_efficiency) * case.hours;
        let within = store.energy_min_kwh - near..=store.energy_max_kwh + near;
        assert!(within.contains(&energy), "{name} step {t}: {energy} kWh");
        let (import, export) = (schedule.import_kw[t], schedule.export_kw[t]);
        let (curtail, unserved) = (schedule.curtail_kw[t], schedule.unserved_kw[t]);
        let supply = import + case.pv[t] - curtail + discharge + unserved;
        let use_ = case.load[t] + charge + export + vehicles[t];
        assert!((supply - use_).abs() <= near, "{name} step {t}: {supply} kW in, {use_} kW out");
        assert!((-near..=case.import_limit + near).contains(&import), "{name} step {t}: import {import}");
        assert!((-near..=case.export_limit + near).contains(&export), "{name} step {t}: export {export}");
        assert!(import.min(export) <= 0.0, "{name} step {t}: buys and sells");
        assert!((-near..=case.pv[t] + near).contains(&curtail), "{name} step {t}: curtails {curtail}");
        let most = if case.unserved.is_some() { case.load[t] } else { 0.0 };
        assert!((-near..=most + near).contains(&unserved), "{name} step {t}: {unserved} kW unserved");
        cost += case.hours
            * (case.import_price[t] * import - case.export_price[t] * export
                + case.curtailment * curtail
                + case.unserved.unwrap_or(0.0) * unserved
                + store.throughput_cost_per_kwh * discharge);
        for ((_, period), peaks) in case.charges.iter().zip(&mut peaks) {
            if period[t] != UNMETERED {
                let peak = &mut peaks[period[t] as usize];
                *peak = peak.max(import);
            }
        }
    }
    let (low, high) = match store.terminal {
        Terminal::EqualInitial => (store.energy_start_kwh, store.energy_start_kwh),
        Terminal::AtLeastInitial => (store.energy_start_kwh, f64::INFINITY),
        Terminal::AtLeast(kwh) => (kwh, f64::INFINITY),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    };
    assert!(low - near <= energy && energy <= high + near, "{name}: ends at {energy} kWh");
    let charges = case.charges.iter().zip(&peaks);
    cost + charges.flat_map(|((price, _), peaks)| price.iter().zip(peaks).map(|(p, kw)| p * kw)).sum::<f64>()
}

#[test]
fn general_schedules_cost_what_highs_finds() {
    let mut suite = Suite::open("dispatch");
    for path in suite.files("", ".json") {
        let json = suite.json(&path);
        let case = Case::read(case_name(&path), &json);
        let sessions = sessions(&json);
        let demand = case.demand();
        let system = System {
            site: case.site(&demand),
            metering_steps: 1,
            stores: &[case.store],
            fleets: &[],
            sessions: &sessions,
            past: Past::default(),
        };
        let status = case.expected["status"].as_str().expect("status");
        match relaxation(&system) {
            Relaxation::Optimal(cost) => {
                assert_eq!(status, "optimal", "{}: the plain program has an optimum", case.name);
                let highs = case.expected["objective"].as_f64().expect("an optimum");
                suite.compare(&case.name, "plain_program", "objective", [(cost, highs)]);
            }
            Relaxation::Infeasible => assert_eq!(status, "infeasible", "{}", case.name),
            Relaxation::Unbounded => assert_eq!(status, "unbounded", "{}", case.name),
        }
        if NOT_BRANCHED.contains(&case.name.as_str()) {
            continue;
        }
        let result = solve(&system, 1e-8);
        if status == "infeasible" {
            let problem = result.expect_err(&case.name);
            let expected = match case.name.as_str() {
                "edge_infeasible_import_limit" => Some(Limit::Import),
                "edge_infeasible_terminal" => Some(Limit::Terminal),
                // By hand: 22 kW from 3 to 6 o'clock are 66 kWh of the 100 / 0.95.
                "edge_infeasible_ev" => {
                    assert!((problem.relief - (100.0 / 0.95 - 66.0)).abs() < 1e-5, "{problem}");
                    assert_eq!(problem.first_step, 3);
                    Some(Limit::ChargingWindow)
                }
                _ => None,
            };
            assert!(expected.is_none_or(|limit| problem.limit == limit) && problem.relief > 0.0, "{problem}");
            continue;
        }
        let schedule = result.unwrap_or_else(|problem| panic!("{}: {problem}", case.name));
        let ours = cost_by_definition(&case, &sessions, &schedule);
        // One meter of finite powers has an optimum where the plain program has none.
        let Some(highs) = case.expected["objective_no_simultaneous"].as_f64() else {
            assert!(status == "unbounded" && schedule.gap() < 1e-6, "{}", case.name);
            continue;
        };
        let mut check =
            |what: &str, value: f64| suite.compare(&case.name, what, "objective", [(value, highs)]);
        check("general_objective", schedule.objective);
        check("general_objective_by_definition", ours);
        check("general_lower_bound", schedule.lower_bound);
    }
    suite.finish();
}
