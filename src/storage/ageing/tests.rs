//! Laws of ageing, checked against hand calculation and against themselves on finer steps.

use super::*;
use crate::storage::{EnergyParameters, Losses, Simple, Store, chemistry, chemistry_names};

fn lfp() -> Law {
    Law::NaumannLfp
}

fn nmc() -> Law {
    Law::of(chemistry("nmc").expect("in the catalogue"))
}

/// A year of points that runs straight between full hours: a cycle a day with rests and wiggles.
fn points(steps_per_hour: usize) -> Vec<f64> {
    let hourly = |hour: usize| {
        let day = (hour / 24) as f64;
        let depth = 0.55 + 0.3 * (day * 0.7).sin();
        let shape = [0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 0.9, 0.95, 0.95, 0.4, 0.0, 0.0];
        0.05 + depth * shape[(hour % 24) / 2]
    };
    (1..=8760 * steps_per_hour)
        .map(|i| {
            let (hour, part) = (i / steps_per_hour, (i % steps_per_hour) as f64 / steps_per_hour as f64);
            100.0 * (hourly(hour) + (hourly(hour + 1) - hourly(hour)) * part)
        })
        .collect()
}

fn age(law: &Law, energy_kwh: &[f64], step_h: f64, cell_c: CellTemperature<'_>) -> AgeingYear {
    year(law, &Trajectory { initial_kwh: 5.0, energy_kwh, capacity_kwh: 100.0, step_h, cell_c })
}

#[test]
fn cutting_the_same_trajectory_finer_changes_nothing() {
    for law in [lfp(), nmc()] {
        let hourly_c: Vec<f64> = (0..8760).map(|h| 20.0 + 10.0 * (h as f64 * 0.26).sin()).collect();
        let of = |per_hour: usize| {
            let cells: Vec<f64> = (0..8760 * per_hour).map(|i| hourly_c[i / per_hour]).collect();
            age(&law, &points(per_hour), 1.0 / per_hour as f64, CellTemperature::Series(&cells)).wear
        };
        let whole = of(1);
        assert!(law.health(&whole).capacity < 0.99 && law.health(&whole).capacity > 0.8);
        for per_hour in [2, 4, 12] {
            let fine = of(per_hour);
            for (a, b) in [
                (whole.calendar, fine.calendar),
                (whole.cyclic, fine.cyclic),
                (whole.resistance, fine.resistance),
            ] {
                assert!((a - b).abs() <= 1e-9 * a.abs(), "{per_hour} per hour: {a} {b}");
            }
        }
    }
}

/// The whole chain on a smooth request: limits and losses act per step, so the trajectories
/// differ a little; the loss of capacity must not differ by more than 1 %.
#[test]
fn a_smooth_year_ages_the_same_at_60_30_15_and_5_minutes() {
    let loss = |per_hour: usize| {
        let step_h = 1.0 / per_hour as f64;
        let parameters = EnergyParameters::simple(50.0, 5.0, 95.0, 50.0, (0.95, 0.95));
        let losses = Simple::<f64, false>::new(&parameters, step_h);
        assert!(losses.stored_kwh_by(1.0) > 0.0);
        let mut store = Store::new(&parameters, losses);
        let energy_kwh: Vec<f64> = (0..8760 * per_hour)
            .map(|i| {
                let hour = (i as f64 + 0.5) * step_h;
                let request_kw = 18.0 * (hour * std::f64::consts::TAU / 24.0).sin();
                store.rest();
                let charge_kw = request_kw.max(0.0).min(store.charge_room_kw(i));
                let discharge_kw = (-request_kw).max(0.0).min(store.discharge_room_kw(i));
                store.apply(charge_kw, discharge_kw);
                store.stored_kwh
            })
            .collect();
        let trajectory = Trajectory {
            initial_kwh: 50.0,
            energy_kwh: &energy_kwh,
            capacity_kwh: 100.0,
            step_h,
            cell_c: CellTemperature::Constant(25.0),
        };
        1.0 - lfp().health(&year(&lfp(), &trajectory).wear).capacity
    };
    let hourly = loss(1);
    for per_hour in [2, 4, 12] {
        assert!((loss(per_hour) / hourly - 1.0).abs() < 0.01, "{per_hour}: {} {hourly}", loss(per_hour));
    }
}

/// By hand: the charge factors at 0.5 are 0.60225 and 1.5604; a year has 31,536,000 s:
/// q = 1.2571e-5 · 0.60225 · sqrt(31,536,000) = 0.042516; r = 3.4194e-10 · 1.5604 · 31,536,000.
#[test]
fn a_year_at_rest_loses_what_the_formula_says() {
    let energy_kwh = vec![50.0; 8760];
    let trajectory = Trajectory {
        initial_kwh: 50.0,
        energy_kwh: &energy_kwh,
        capacity_kwh: 100.0,
        step_h: 1.0,
        cell_c: CellTemperature::Constant(25.0),
    };
    let aged = year(&lfp(), &trajectory);
    let health = lfp().health(&aged.wear);
    let expected = 1.0 - 1.2571e-5 * 0.60225 * 31_536_000f64.sqrt();
    assert!((health.capacity - expected).abs() < 1e-12, "{}", health.capacity);
    assert!((health.resistance - 1.0 - 3.4194e-10 * 1.5604 * 31_536_000.0).abs() < 1e-12);
    assert_eq!((aged.full_cycles, aged.mean_soc), (0.0, 0.5));
}

/// By definition of the generic law: the shelf life at 25 °C and half charge, and the quoted
/// cycles at the quoted depth, each cost 20 %.
#[test]
fn the_generic_law_returns_what_was_quoted() {
    let law = nmc();
    let shelf = law.rest(25.0, 0.5, 12.0 * 8760.0);
    assert!((law.health(&shelf).capacity - 0.8).abs() < 1e-12);
    let cycles = law.cycles(0.8, 0.5, 3000.0 * 0.8);
    assert!((law.health(&cycles).capacity - 0.8).abs() < 1e-12);
}

#[test]
fn hotter_fuller_deeper_and_more_cycles_are_worse() {
    for name in chemistry_names() {
        let law = Law::of(chemistry(name).expect("in the catalogue"));
        let rest = |c, soc| law.health(&law.rest(c, soc, 8760.0)).capacity;
        let cycle = |depth, n| law.health(&law.cycles(depth, 0.5, n * depth)).capacity;
        assert!(rest(35.0, 0.5) < rest(25.0, 0.5), "{name}");
        assert!(rest(25.0, 0.9) < rest(25.0, 0.5), "{name}");
        assert!(cycle(1.0, 300.0) < cycle(0.5, 300.0), "{name}");
        assert!(cycle(0.8, 600.0) < cycle(0.8, 300.0), "{name}");
    }
}

/// Wear adds: ten equal years after one another are one year ten times, in any order.
#[test]
fn the_order_of_years_does_not_matter() {
    let (hot, cold) = (lfp().rest(35.0, 0.7, 8760.0), lfp().rest(10.0, 0.3, 8760.0));
    assert_eq!(lfp().health(&(hot + cold)), lfp().health(&(cold + hot)));
}

#[test]
fn cells_outside_the_fitted_range_give_a_warning_with_range_and_source() {
    let aged = age(&lfp(), &points(1), 1.0, CellTemperature::Constant(-10.0));
    assert_eq!(aged.warnings.len(), 1);
    assert!(!aged.warnings[0].is_error());
    let message = &aged.warnings[0].message;
    assert!(message.contains("0 to 60 °C") && message.contains("10.1016/j.est.2018.01.019"), "{message}");
    let mut cells = vec![20.0; 8760];
    cells[17] = 61.0;
    let aged = age(&lfp(), &points(1), 1.0, CellTemperature::Series(&cells));
    assert!(aged.warnings[0].message.contains("1 h outside"), "{}", aged.warnings[0].message);
    assert_eq!(age(&lfp(), &points(1), 1.0, CellTemperature::Constant(25.0)).warnings, []);
}

/// By hand: the square-root law loses 2 % in the first year, so 20 % after 100 years; with 1 % of
/// cycles linearly beside (generic law) after n years 0.02 sqrt(n) + 0.01 n = 0.2, n = 10.
#[test]
fn end_of_life_is_where_the_loss_reaches_it() {
    let plan = LifePlan { project_years: 25, life_years: 1000.0, end_of_life: 0.8 };
    let rest = Wear { calendar: 0.0004, ..Wear::default() };
    let at = |law: &Law, wear: &Wear| life(law, wear, &plan).years_to_end_of_life.expect("ends");
    assert!((at(&lfp(), &rest) - 100.0).abs() < 1e-9);
    let both = Wear { cyclic: 0.01, ..rest };
    let n = at(&nmc(), &both);
    assert!((0.02 * n.sqrt() + 0.01 * n - 0.2).abs() < 1e-12);
    assert_eq!(life(&lfp(), &Wear::default(), &plan).years_to_end_of_life, None);
}

/// By hand: a unit every 10 years serves 25 years with two replacements; the health of year 11 is
/// that of a unit one year old. A span that divides the project buys no unit at its end.
#[test]
fn units_are_replaced_at_the_shorter_of_both_lives() {
    let wear = Wear { calendar: 0.0004, ..Wear::default() };
    let plan = LifePlan { project_years: 25, life_years: 10.0, end_of_life: 0.8 };
    let served = life(&lfp(), &wear, &plan);
    assert_eq!(served.replacements, 2);
    assert_eq!(served.replaced_after_years, [10.0, 20.0]);
    assert_eq!(served.by_year[10], served.by_year[0]);
    assert!((served.by_year[9].capacity - (1.0 - 0.02 * 10f64.sqrt())).abs() < 1e-12);
    assert_eq!(life(&lfp(), &wear, &LifePlan { project_years: 20, ..plan }).replacements, 1);
}

/// By hand: 2 % after one year, 2.83 % after two: below 0.975 at the end of year 2, so 0.0283 is
/// added then.
#[test]
fn augmentation_restores_the_nameplate_when_it_falls_short() {
    let wear = Wear { calendar: 0.0004, ..Wear::default() };
    let plan = LifePlan { project_years: 10, life_years: 20.0, end_of_life: 0.6 };
    let (added, by_year) = augment(&lfp(), &wear, &plan, 0.975);
    assert_eq!(added[0].after_years, 2);
    assert!((added[0].share - 0.02 * 2f64.sqrt()).abs() < 1e-12);
    assert!(by_year.iter().all(|&capacity| capacity > 0.95));
    assert!(added.iter().all(|a| a.after_years < 10));
}

/// ASTM E1049-85 figure 6: a half cycle keeps its leg, a closed one its closing point.
#[test]
fn cycles_know_their_legs() {
    let cycles = rainflow(&[-2.0, 1.0, -3.0, 5.0, -1.0, 3.0, -4.0, 4.0, -2.0]);
    let closed = cycles.iter().find(|c| c.count == 1.0).expect("one");
    assert_eq!((closed.start, closed.end, closed.close, closed.range), (4, 5, 6, 4.0));
    assert_eq!((cycles[0].start, cycles[0].close), (0, 1));
}

/// Against the formulas of the source themselves, averaged over 10,000 points of the line.
#[test]
fn charge_factors_are_means_along_the_line() {
    for (from, to) in [(0.0, 1.0), (0.1, 0.35), (0.8, 0.2), (0.5, 0.5)] {
        let (mut capacity, mut resistance) = (0.0, 0.0);
        for i in 0..10_000 {
            let x: f64 = from + (to - from) * (f64::from(i) + 0.5) / 10_000.0 - 0.5;
            capacity += (2.8575 * x.powi(3) + 0.60225).powi(2) / 10_000.0;
            resistance += (-3.3903 * x * x + 1.5604) / 10_000.0;
        }
        let ours = naumann::calendar_charge_factors(0.5 * (from + to), 0.5 * (to - from));
        assert!((ours.0 - capacity).abs() < 1e-7, "{ours:?} {capacity}");
        assert!((ours.1 - resistance).abs() < 1e-7, "{ours:?} {resistance}");
    }
}

/// By hand: at rest the loss is the root of a sum `w` a year. From 0.9 on, 0.01 of it is done: after a
/// year sqrt(0.01 + w) is lost, and 0.3 after (0.09 - 0.01) / w years; a new unit takes 0.09 / w.
#[test]
fn a_worn_storage_goes_on_from_its_own_loss() {
    let law = Law::NaumannLfp;
    let year = law.rest(25.0, 0.5, 8760.0);
    let w = year.calendar;
    let plan = LifePlan { project_years: 20, life_years: f64::INFINITY, end_of_life: 0.7 };
    let worn = life_from(&law, &year, &plan, Health { capacity: 0.9, resistance: 1.5 });
    assert!((worn.end_of_year.capacity - (1.0 - (0.01 + w).sqrt())).abs() < 1e-9);
    assert!((worn.end_of_year.resistance - (1.5 + year.resistance)).abs() < 1e-9);
    assert!((worn.years_to_end_of_life.expect("ends") / (0.08 / w) - 1.0).abs() < 1e-6);
    let new = life(&law, &year, &plan);
    assert!((new.years_to_end_of_life.expect("ends") / (0.09 / w) - 1.0).abs() < 1e-6);
    assert_eq!(new, life_from(&law, &year, &plan, Health::NEW));
}
