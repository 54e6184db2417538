//! Small parks by hand, the storage planner as a second opinion, and what a schedule must keep.

use super::*;
use crate::dispatch::optimum::{DemandCharge, Limit, Plan, Planner, Terminal, UNMETERED};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

const OPEN: f64 = f64::INFINITY;

fn site<'a>(load: &'a [f64], pv: &'a [f64], buy: &'a [f64], sell: &'a [f64]) -> Site<'a> {
    Site {
        step_hours: 1.0,
        load_kw: load,
        available_kw: pv,
        import_price_per_kwh: buy,
        export_price_per_kwh: sell,
        import_limit_kw: OPEN,
        export_limit_kw: OPEN,
        unserved_cost_per_kwh: None,
        curtailment_cost_per_kwh: 0.0,
        demand: &[],
    }
}

fn store(power_kw: f64, energy_kwh: f64, efficiency: f64) -> Reservoir {
    Reservoir {
        charge_limit_kw: power_kw,
        discharge_limit_kw: power_kw,
        charge_efficiency: efficiency,
        energy_max_kwh: energy_kwh,
        ..Reservoir::none()
    }
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-6 * (1.0 + expected.abs()), "{found} instead of {expected}");
}

/// By hand: 10 kW in both hours at 0.1 and 1.0. The lossless store brings 2 kWh across for 0.2, the
/// one that keeps a half 3 kWh for 0.6: 1 + 0.8 + 5 − ... = 0.1 · (10 + 2 + 6) + 1 · (10 − 2 − 3).
#[test]
fn two_storages_by_hand() {
    let stores = [store(5.0, 2.0, 1.0), store(6.0, 8.0, 0.5)];
    let zeros = [0.0; 2];
    let site = site(&[10.0; 2], &zeros, &[0.1, 1.0], &zeros);
    let system = System {
        site,
        metering_steps: 1,
        stores: &stores,
        fleets: &[],
        sessions: &[],
        past: Past::default(),
    };
    let schedule = solve(&system, 1e-9).unwrap();
    close(schedule.objective, 1.8 + 5.0);
    close(schedule.lower_bound, 1.8 + 5.0);
    // A kWh in either store at noon saves 1.
    close(schedule.marginal_value_per_kwh[0][0], 1.0);
    // What the second brings across is bounded by its power: 6 kW in, 3 kWh kept.
    close(schedule.storage_kw[1][0], 6.0);
    close(schedule.storage_kw[1][1], -3.0);
}

/// By hand: a fleet that needs 4 kWh by the end, at most 3 kW, arriving after the first hour, takes 3
/// in the cheapest hour and 1 in the next.
#[test]
fn a_fleet_charges_in_its_cheapest_hours() {
    let fleet = FleetLimits {
        charge_max_kw: &[0.0, 3.0, 3.0, 3.0],
        latest_kwh: &[0.0, 0.0, 1.0, 4.0],
        earliest_kwh: &[0.0, 3.0, 4.0, 4.0],
        preferred_kwh: &[0.0, 3.0, 4.0, 4.0],
        discharge_max_kw: &[0.0; 4],
        discharge_efficiency: 1.0,
        discharge_cost_per_kwh: 0.0,
    };
    let zeros = [0.0; 4];
    let site = site(&zeros, &zeros, &[0.01, 0.5, 0.2, 0.3], &zeros);
    let system = System {
        site,
        metering_steps: 1,
        stores: &[],
        fleets: &[fleet],
        sessions: &[],
        past: Past::default(),
    };
    let schedule = solve(&system, 1e-9).unwrap();
    close(schedule.objective, 3.0 * 0.2 + 0.3);
    // The same energy as a load that may be shifted over the last three hours.
    let session = Session { arrive: 1, depart: 4, energy_kwh: 4.0, power_max_kw: 3.0 };
    let shifted = System { fleets: &[], sessions: &[session], ..system };
    close(solve(&shifted, 1e-9).unwrap().objective, 0.9);
}

/// By hand: vehicles full at 10 kWh give 4 kW at 1.0 and take 5 kWh back (0.8) at 0.1 before they
/// leave; the park draws 6 kW in the dear hour.
#[test]
fn vehicles_give_back_what_pays() {
    let fleet = FleetLimits {
        charge_max_kw: &[10.0, 10.0, 10.0],
        latest_kwh: &[0.0, 0.0, 10.0],
        earliest_kwh: &[10.0, 10.0, 10.0],
        preferred_kwh: &[10.0, 10.0, 10.0],
        discharge_max_kw: &[4.0, 4.0, 4.0],
        discharge_efficiency: 0.8,
        discharge_cost_per_kwh: 0.0,
    };
    let zeros = [0.0; 3];
    let site = site(&[0.0, 6.0, 0.0], &zeros, &[0.1, 1.0, 0.1], &zeros);
    let system = System {
        site,
        metering_steps: 1,
        stores: &[],
        fleets: &[fleet],
        sessions: &[],
        past: Past::default(),
    };
    let schedule = solve(&system, 1e-9).unwrap();
    close(schedule.objective, 1.0 + 2.0 + 0.5);
    close(schedule.fleet_kw[0][1], -4.0);
    // A kWh given back saves 1 less 0.125 for what it takes; a wear of 0.9 forbids it.
    let worn = [FleetLimits { discharge_cost_per_kwh: 0.5, ..fleet }];
    close(solve(&System { fleets: &worn, ..system }, 1e-9).unwrap().objective, 3.5 + 4.0 * 0.5);
    let worn = [FleetLimits { discharge_cost_per_kwh: 0.9, ..fleet }];
    close(solve(&System { fleets: &worn, ..system }, 1e-9).unwrap().objective, 7.0);
}

/// By hand: a peak of 10 per kW metered over two steps; 2 kWh may move from the second window, mean
/// 4 kW, to the first, mean 2 kW: 1 kW of the mean moves, and the peak is 3 kW.
#[test]
fn a_peak_is_the_mean_of_its_window() {
    let charge = DemandCharge { price_per_kw: &[10.0], period_of_step: &[0; 4] };
    let zeros = [0.0; 4];
    let demand = [charge];
    let site = Site { demand: &demand, ..site(&[1.0, 3.0, 6.0, 2.0], &zeros, &zeros, &[-1.0; 4]) };
    let stores = [store(50.0, 50.0, 1.0)];
    let system = System {
        site,
        metering_steps: 2,
        stores: &stores,
        fleets: &[],
        sessions: &[],
        past: Past::default(),
    };
    close(solve(&system, 1e-9).unwrap().objective, 30.0);
}

/// By hand: at 0.3 in and 0.4 out one meter earns nothing with a load of 4 kW; with 1 kWh in a
/// lossless store it buys 5 kWh and then sells nothing (1.0 · 0.3 more now against 0.3 less later).
/// The plain program buys and sells without end.
#[test]
fn one_meter_does_not_trade_with_itself() {
    let zeros = [0.0; 2];
    let stores = [store(1.0, 1.0, 1.0)];
    let site = site(&[4.0; 2], &zeros, &[0.3; 2], &[0.4; 2]);
    let system = System {
        site,
        metering_steps: 1,
        stores: &stores,
        fleets: &[],
        sessions: &[],
        past: Past::default(),
    };
    close(solve(&system, 1e-9).unwrap().objective, 2.4);
    assert_eq!(relaxation(&system), Relaxation::Unbounded);
}

/// By hand: 12 kW may come in, 20 kW are drawn in the last hour, and the store brings 5 at most: 3 kW
/// are missing. A vehicle that wants 9 kWh of 4 kW in two hours misses 1.
#[test]
fn what_cannot_be_kept_is_named_with_its_relief() {
    let zeros = [0.0; 3];
    let load = [5.0, 5.0, 20.0];
    let site = Site { import_limit_kw: 12.0, ..site(&load, &zeros, &[0.5; 3], &zeros) };
    let stores = [store(5.0, 50.0, 1.0)];
    let system = System {
        site,
        metering_steps: 1,
        stores: &stores,
        fleets: &[],
        sessions: &[],
        past: Past::default(),
    };
    let problem = solve(&system, 1e-9).unwrap_err();
    assert_eq!((problem.limit, problem.first_step), (Limit::Import, 2));
    close(problem.relief, 3.0);
    let session = Session { arrive: 0, depart: 2, energy_kwh: 9.0, power_max_kw: 4.0 };
    let system = System { sessions: &[session], site: Site { import_limit_kw: OPEN, ..site }, ..system };
    let problem = solve(&system, 1e-9).unwrap_err();
    assert_eq!((problem.limit, problem.first_step), (Limit::ChargingWindow, 0));
    close(problem.relief, 1.0);
    let stores = [Reservoir { terminal: Terminal::AtLeast(40.0), ..stores[0] }];
    let system = System { sessions: &[], stores: &stores, ..system };
    let problem = solve(&system, 1e-9).unwrap_err();
    assert_eq!(problem.limit, Limit::Terminal);
    close(problem.relief, 25.0);
}

/// A small park with prices at which no step pays for both ways.
struct Park {
    series: [Vec<f64>; 4],
    periods: Vec<u16>,
    price: Vec<f64>,
    store: Reservoir,
    limits: [f64; 2],
    unserved: Option<f64>,
    hours: f64,
}

fn park(seed: u64) -> Park {
    let mut random = Pcg64::seed_from_u64(seed);
    let mut of = |low: f64, high: f64| random.random_range(low..high);
    let steps = of(2.0, 25.0) as usize;
    let sunny = of(0.0, 1.0) < 0.6;
    let buy: Vec<f64> = (0..steps).map(|_| of(0.1, 1.5)).collect();
    let load: Vec<f64> = (0..steps).map(|_| of(0.0, 100.0)).collect();
    let pv: Vec<f64> = (0..steps).map(|_| if sunny { of(-60.0, 150.0).max(0.0) } else { 0.0 }).collect();
    let below = of(0.0, 0.2);
    let sell: Vec<f64> = buy.iter().map(|price| (price - below).min(0.45)).collect();
    let energy = of(1.0, 300.0);
    let (low, high) = (of(0.0, 0.3) * energy, of(0.6, 1.0) * energy);
    let start = of(low, high);
    let terminal = match of(0.0, 5.0) as usize {
        0 => Terminal::EqualInitial,
        1 => Terminal::AtLeastInitial,
        2 => Terminal::AtLeast(of(low, high)),
        3 => Terminal::Valued(of(0.0, 1.0)),
        _ => Terminal::Free,
    };
    let store = Reservoir {
        charge_limit_kw: of(1.0, 100.0),
        discharge_limit_kw: of(1.0, 100.0),
        charge_efficiency: of(0.8, 1.0),
        discharge_efficiency: of(0.8, 1.0),
        retention_per_step: if of(0.0, 1.0) < 0.5 { 1.0 } else { of(0.98, 1.0) },
        energy_min_kwh: low,
        energy_max_kwh: high,
        energy_start_kwh: start,
        terminal,
        throughput_cost_per_kwh: if of(0.0, 1.0) < 0.5 { 0.0 } else { of(0.0, 0.1) },
    };
    let split = of(1.0, steps as f64) as usize;
    let periods =
        (0..steps).map(|t| if of(0.0, 1.0) < 0.2 { UNMETERED } else { u16::from(t >= split) }).collect();
    let price = if of(0.0, 1.0) < 0.5 { vec![] } else { vec![of(0.0, 5.0), of(0.0, 5.0)] };
    let limits = [
        if of(0.0, 1.0) < 0.3 { of(60.0, 200.0) } else { OPEN },
        if of(0.0, 1.0) < 0.3 { of(0.0, 60.0) } else { OPEN },
    ];
    let unserved = (of(0.0, 1.0) < 0.3).then(|| of(2.0, 20.0));
    let hours = if of(0.0, 1.0) < 0.5 { 1.0 } else { 0.25 };
    Park { series: [load, pv, buy, sell], periods, price, store, limits, unserved, hours }
}

/// Two thousand parks: the storage planner and the linear program agree, on the cost or on that there
/// is no schedule.
#[test]
fn the_storage_planner_and_the_program_agree() {
    let (solved, stalled) = agree(0..2000, false);
    assert!(solved > 1500 && stalled <= 5, "{solved} of 2000 have a schedule, {stalled} are not proved");
}

/// A thousand parks where selling may pay more than buying costs, or energy costs less than nothing:
/// what the storage planner finds is what branching on the meter and the storage finds.
#[test]
fn they_agree_at_any_prices() {
    let (solved, stalled) = agree(0..1000, true);
    assert!(solved > 700 && stalled <= 10, "{solved} of 1000 have a schedule, {stalled} are not proved");
}

/// Parks that have a schedule, and those among them whose bound does not meet it.
fn agree(seeds: std::ops::Range<u64>, odd: bool) -> (usize, usize) {
    let mut planner = Planner::default();
    let tolerance = if odd { 1e-7 } else { 1e-9 };
    let (mut solved, mut stalled) = (0, 0);
    for seed in seeds {
        let mut park = park(seed);
        if odd {
            park.series[2].iter_mut().for_each(|price| *price -= 0.4);
            park.series[3].iter_mut().for_each(|price| *price = 1.5 * *price - 0.1);
        }
        let charge = DemandCharge { price_per_kw: &park.price, period_of_step: &park.periods };
        let demand = if park.price.is_empty() { vec![] } else { vec![charge] };
        let [load, pv, buy, sell] = &park.series;
        let site = Site {
            step_hours: park.hours,
            import_limit_kw: park.limits[0],
            export_limit_kw: park.limits[1],
            unserved_cost_per_kwh: park.unserved,
            demand: &demand,
            ..site(load, pv, buy, sell)
        };
        assert!(odd || site.is_convex());
        let mut plan = Plan::default();
        let structured = planner.with_demand(site, park.store, tolerance, &mut plan);
        let stores = [park.store];
        let system = System {
            site,
            metering_steps: 1,
            stores: &stores,
            fleets: &[],
            sessions: &[],
            past: Past::default(),
        };
        let most = if odd { 500 } else { MOST_PROGRAMS };
        let general = solve_within(&system, tolerance, most).ok_or_else(|| relief::diagnose(&system));
        match (structured, general) {
            (Ok(()), Ok(general)) => {
                solved += 1;
                let near = 1e-6 * (1.0 + plan.objective.abs());
                // Where the planner says that it stalled, the optimum lies between its two numbers.
                stalled += usize::from(plan.objective - plan.lower_bound > near);
                let stated = plan.lower_bound - near..=plan.objective + near;
                assert!(stated.contains(&general.objective), "park {seed}: {plan:?}, {}", general.objective);
                let proved = general.objective - general.lower_bound <= near;
                assert!(proved || general.programs >= most, "park {seed}: {}", general.gap());
            }
            (Err(a), Err(b)) => assert!(a.relief > 0.0 && b.relief > 0.0, "park {seed}: {a}; {b}"),
            (a, b) => panic!("park {seed}: {a:?} and {:?}", b.map(|b| b.objective)),
        }
    }
    (solved, stalled)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Parks of several units, any prices: the schedule keeps every limit, and no bound is above it.
    #[test]
    fn schedules_keep_every_limit(seed in 0u64..1_000_000) {
        let mut random = Pcg64::seed_from_u64(seed);
        let mut of = |low: f64, high: f64| random.random_range(low..high);
        let steps = 12;
        let series = |range: (f64, f64), of: &mut dyn FnMut(f64, f64) -> f64| -> Vec<f64> {
            (0..steps).map(|_| of(range.0, range.1)).collect()
        };
        let (load, buy) = (series((0.0, 100.0), &mut of), series((-0.1, 1.0), &mut of));
        let pv: Vec<f64> = series((-50.0, 150.0), &mut of).iter().map(|kw| kw.max(0.0)).collect();
        let sell = series((-0.1, 0.8), &mut of);
        let stores = [store(of(1.0, 50.0), of(1.0, 100.0), 0.9), store(of(1.0, 20.0), of(1.0, 60.0), 0.95)];
        let charge_max = series((1.0, 20.0), &mut of);
        let earliest: Vec<f64> = charge_max.iter().scan(0.0, |sum, kw| { *sum += kw; Some(*sum) }).collect();
        let latest: Vec<f64> = (0..steps).map(|t| if t < 3 { 0.0 } else { earliest[t - 3] }).collect();
        let back = series((0.0, 5.0), &mut of);
        let fleet = FleetLimits {
            charge_max_kw: &charge_max,
            latest_kwh: &latest,
            earliest_kwh: &earliest,
            preferred_kwh: &earliest,
            discharge_max_kw: &back,
            discharge_efficiency: 0.85,
            discharge_cost_per_kwh: 0.0,
        };
        let session = Session { arrive: 2, depart: 9, energy_kwh: of(1.0, 70.0), power_max_kw: 10.0 };
        let site = Site { import_limit_kw: 400.0, export_limit_kw: of(0.0, 100.0), ..site(&load, &pv, &buy, &sell) };
        let system = System { site, metering_steps: 1, stores: &stores, fleets: &[fleet], sessions: &[session], past: Past::default() };
        let schedule = solve(&system, 1e-6).unwrap();
        let mut cost = 0.0;
        let (mut energy, mut delivered) = ([0.0; 2], 0.0);
        for t in 0..steps {
            let mut used = load[t];
            for ((unit, power), energy) in stores.iter().zip(&schedule.storage_kw).zip(&mut energy) {
                used += power[t];
                *energy += power[t].max(0.0) * unit.charge_efficiency + power[t].min(0.0);
                prop_assert!(power[t].abs() <= unit.charge_limit_kw + 1e-6);
                prop_assert!(*energy >= -1e-6 && *energy <= unit.energy_max_kwh + 1e-6);
            }
            let kw = schedule.fleet_kw[0][t];
            delivered += kw.max(0.0) + kw.min(0.0) / 0.85;
            prop_assert!(kw <= charge_max[t] + 1e-6 && kw >= -back[t] - 1e-6);
            prop_assert!(delivered >= latest[t] - 1e-6 && delivered <= earliest[t] + 1e-6);
            used += kw;
            if session.covers(t) {
                used += schedule.session_kw[0][t - session.arrive];
            }
            let (import, export) = (schedule.import_kw[t], schedule.export_kw[t]);
            prop_assert!(import.min(export) == 0.0);
            let balance = import + pv[t] - schedule.curtail_kw[t] - export - used;
            prop_assert!(balance.abs() <= 1e-6, "{balance} kW at {t}");
            cost += buy[t] * import - sell[t] * export;
        }
        prop_assert!((cost - schedule.objective).abs() <= 1e-6 * (1.0 + cost.abs()));
        prop_assert!(schedule.gap() <= 1e-5 || schedule.programs >= MOST_PROGRAMS, "gap {}", schedule.gap());
        prop_assert!(schedule.lower_bound <= schedule.objective);
    }
}
