//! Rule policies against values by hand.

use super::days::{Class, classes, split};
use super::*;
use crate::dispatch::{AccountSeries, FleetLimits, MeterLayout};
use crate::dispatch::{GridLimits, Segment};
use crate::storage::EnergyParameters;

/// A summer day of a two-part tariff: valley 0-8, flat 8-10, peak 10-12, flat 12-15, peak
/// 15-20, flat 20-24 (Fujian's periods).
fn fujian_day() -> Vec<f64> {
    let price = |hour| match hour {
        0..8 => 0.349,
        10..12 | 15..20 => 0.801,
        _ => 0.584,
    };
    (0..24).map(price).collect()
}

#[test]
fn hours_of_a_day_are_low_high_and_between() {
    let found: Vec<u8> = classes(&fujian_day(), 24, 24).iter().map(|&class| class as u8).collect();
    let expected = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1];
    assert_eq!(found, expected);
    assert!(classes(&[0.6; 48], 48, 24).iter().all(|&class| class == Class::Middle), "a flat price");
}

fn segment(steps: u32) -> [Segment; 1] {
    [Segment { start: 0, end: steps, month: 0, band: 0, windows: 1, mode: 0 }]
}

/// A day's inputs of a park with one storage of 20 kWh usable, full at the start, 10 kW, no loss.
fn with_day<T>(demand_kw: &[f64], price: &[f64], f: impl FnOnce(&YearInputs<'_>) -> T) -> T {
    let parameters = EnergyParameters::simple(10.0, 0.0, 20.0, 20.0, (1.0, 1.0));
    f(&YearInputs {
        step_h: 1.0,
        segments: &segment(demand_kw.len() as u32),
        layout: MeterLayout { bands: 1, windows: 1, metering_steps: 1 },
        demand_kw,
        pv_kw: &[],
        wind_kw: &[],
        storages: &[StorageUnit { parameters, derating: None }],
        fleets: &[],
        limits: GridLimits::none(),
        series: AccountSeries { import_price_per_kwh: price, ..Default::default() },
    })
}

/// By hand: an empty store of 20 kWh; cheap to 8 o'clock, 4 hours of 3 kW surplus from 11, dear from 18. Plain
/// time-of-use fills it by night and sells the surplus; with room the night fills 20 - 12 = 8 kWh and the
/// surplus the rest.
#[test]
fn cheap_hours_leave_room_for_the_surplus_of_the_day() {
    let demand = [5.0; 24];
    let mut price = [0.6; 24];
    price[..8].fill(0.3);
    price[18..22].fill(1.0);
    let mut pv = [0.0; 24];
    pv[11..15].fill(8.0);
    with_day(&demand, &price, |inputs| {
        let parameters = EnergyParameters::simple(10.0, 0.0, 20.0, 0.0, (1.0, 1.0));
        let storages = [StorageUnit { parameters, derating: None }];
        let inputs = YearInputs { pv_kw: &pv, storages: &storages, ..*inputs };
        let (grid_charge_up_to_kw, cycles) = (Some(100.0), 1);
        let run = |policy: Policy| {
            let mut ledger = Ledger::default();
            policy.run(&inputs, &mut ledger);
            let energy = &ledger.storages[0].energy_kwh;
            [energy[8], energy[16], ledger.export_kw.iter().sum::<f64>()]
        };
        assert_eq!(run(Policy::TimeOfUse { grid_charge_up_to_kw, cycles }), [20.0, 20.0, 12.0]);
        let found = run(Policy::TimeOfUseWithRoom { grid_charge_up_to_kw, cycles });
        for (found, by_hand) in found.into_iter().zip([8.0, 20.0, 0.0]) {
            assert!((found - by_hand).abs() < 1e-9, "{found} instead of {by_hand}");
        }
    });
}

/// By hand: four hours at 20 kW above a base of 10; 20 kWh over four hours take off 5 kW.
#[test]
fn the_threshold_found_is_the_lowest_that_holds() {
    let mut demand = [10.0; 24];
    demand[14..18].fill(20.0);
    with_day(&demand, &[0.6; 24], |inputs| {
        let policy = Policy::PeakShaving { threshold_kw: None, arbitrage: false };
        let year = policy.run(inputs, &mut Ledger::default());
        assert!((year.meter.peak_kw[0] - 15.0).abs() < 1e-3, "{}", year.meter.peak_kw[0]);
    });
}

/// By hand: full at dawn, 20 kWh go in the two hours of the first peak; a second cycle
/// refills 20 kWh at noon and gives them in the afternoon peak.
#[test]
fn two_cycles_discharge_twice_the_store() {
    with_day(&[15.0; 24], &fujian_day(), |inputs| {
        let discharged = |cycles| {
            let policy = Policy::TimeOfUse { grid_charge_up_to_kw: Some(100.0), cycles };
            policy.run(inputs, &mut Ledger::default()).energy.discharge_kwh
        };
        assert!((discharged(1) - 20.0).abs() < 1e-9);
        assert!((discharged(2) - 40.0).abs() < 1e-9);
    });
}

/// By hand: of 20 kWh a quarter stays; self-consumption gives the other 15.
#[test]
fn a_reserve_stays_in_store() {
    with_day(&[15.0; 24], &fujian_day(), |inputs| {
        let policy = Policy::BackupReserve { share: 0.25 };
        let mut ledger = Ledger::default();
        assert!((policy.run(inputs, &mut ledger).energy.discharge_kwh - 15.0).abs() < 1e-9);
        assert!(ledger.energy_kwh.iter().all(|&kwh| kwh >= 5.0 - 1e-9));
    });
}

/// What a policy makes of a day that an empty store of 20 kWh and 10 kW begins.
fn from_empty(policy: Policy, demand_kw: &[f64], pv_kw: &[f64], series: AccountSeries<'_>) -> Ledger {
    let mut ledger = Ledger::default();
    with_day(demand_kw, series.import_price_per_kwh, |inputs| {
        let parameters = EnergyParameters::simple(10.0, 0.0, 20.0, 0.0, (1.0, 1.0));
        let storages = [StorageUnit { parameters, derating: None }];
        policy.run(&YearInputs { pv_kw, storages: &storages, series, ..*inputs }, &mut ledger);
    });
    ledger
}

fn assert_near(found: f64, by_hand: f64) {
    assert!((found - by_hand).abs() < 1e-9, "{found} instead of {by_hand}");
}

/// By hand: 5 kW all day, 8 kW of PV from 11 to 15 o'clock. 12 kWh of surplus are stored and serve 5 kW for
/// 2.4 hours after it; 88 of 120 kWh are bought. With 17 kW of PV the store takes 10 kW for two hours:
/// self-consumption sells 2 kW in these and 12 in the next two; zero export throws them away.
#[test]
fn surplus_is_stored_then_sold_or_thrown_away() {
    let (demand, price) = ([5.0; 24], fujian_day());
    let series = AccountSeries { import_price_per_kwh: &price, ..Default::default() };
    let pv =
        |kw: f64| (0..24).map(|hour| if (11..15).contains(&hour) { kw } else { 0.0 }).collect::<Vec<_>>();
    let ledger = from_empty(Policy::SelfConsumption, &demand, &pv(8.0), series);
    assert_near(ledger.energy_kwh[14], 12.0);
    assert_near(ledger.energy_kwh[16], 2.0);
    assert_near(ledger.energy_kwh[17], 0.0);
    assert_near(ledger.import_kw.iter().sum(), 88.0);
    for (policy, sold) in [(Policy::SelfConsumption, 28.0), (Policy::ZeroExport, 0.0)] {
        let ledger = from_empty(policy, &demand, &pv(17.0), series);
        assert_near(ledger.export_kw.iter().sum(), sold);
        assert_near(ledger.curtailed_kw.iter().sum(), 28.0 - sold);
    }
}

/// By hand: the grid is clean to 8 o'clock and dirty from 18 to 22, its price the other way round. The month's
/// highest load of 15 kW leaves 10 kW to charge with: full after two hours, empty after four dirty ones.
#[test]
fn minimum_carbon_goes_by_the_factor_and_not_the_price() {
    let mut demand = [5.0; 24];
    demand[12] = 15.0;
    let (mut carbon, mut price) = ([0.6; 24], [0.6; 24]);
    carbon[..8].fill(0.3);
    price[..8].fill(1.0);
    carbon[18..22].fill(0.9);
    price[18..22].fill(0.3);
    let series =
        AccountSeries { import_price_per_kwh: &price, carbon_kg_per_kwh: &carbon, ..Default::default() };
    let ledger = from_empty(Policy::MinimumCarbon, &demand, &[0.0; 24], series);
    assert_near(ledger.energy_kwh[1], 20.0);
    assert_near(ledger.energy_kwh[17], 20.0);
    assert_near(ledger.energy_kwh[21], 0.0);
}

/// By hand: 5 kW and 15 at 14 o'clock, a threshold of 8 kW. The night fills the store with 3 kW, 14 o'clock
/// takes 7 kWh of it, and the dear evening what is left.
#[test]
fn arbitrage_stays_below_the_threshold() {
    let mut demand = [5.0; 24];
    demand[14] = 15.0;
    let mut price = [0.6; 24];
    price[..8].fill(0.3);
    price[18..22].fill(1.0);
    let series = AccountSeries { import_price_per_kwh: &price, ..Default::default() };
    let policy = Policy::PeakShaving { threshold_kw: Some(8.0), arbitrage: true };
    let ledger = from_empty(policy, &demand, &[0.0; 24], series);
    assert_near(ledger.energy_kwh[7], 20.0);
    assert_near(ledger.energy_kwh[13] - ledger.energy_kwh[14], 7.0);
    assert_near(ledger.import_kw.iter().copied().fold(0.0, f64::max), 8.0);
    assert_near(ledger.energy_kwh[21], 0.0);
}

#[test]
fn modes_never_cut_a_metering_window() {
    let parts = split(&segment(9), &[0, 0, 1, 1, 1, 1, 1, 1, 0], 3);
    let edges: Vec<_> = parts.iter().map(|part| (part.start, part.end, part.mode)).collect();
    assert_eq!(edges, [(0, 3, 0), (3, 9, 1)]);
}

/// By hand: 10 kW all day and a fleet that would take 6 kW from 9 to 11 o'clock. Unmanaged the peak is 16 kW;
/// managed, an empty store still charges up to 16 kW in the valley, and no hour goes above it.
#[test]
fn managing_vehicles_leaves_the_store_its_room() {
    let earliest_kwh: Vec<f64> =
        (0..24).map(|hour| [0.0, 6.0, 12.0][usize::clamp(hour, 8, 10) - 8]).collect();
    let latest_kwh: Vec<f64> = (0..24).map(|hour| if hour < 22 { 0.0 } else { 12.0 }).collect();
    let charge_max_kw = [0.0; 9].into_iter().chain([6.0; 15]).collect::<Vec<_>>();
    let fleets = [FleetLimits {
        charge_max_kw: &charge_max_kw,
        latest_kwh: &latest_kwh,
        earliest_kwh: &earliest_kwh,
        preferred_kwh: &earliest_kwh,
        discharge_max_kw: &[0.0; 24],
        discharge_efficiency: 1.0,
        discharge_cost_per_kwh: 0.0,
    }];
    let unit = StorageUnit {
        parameters: EnergyParameters::simple(10.0, 0.0, 48.0, 0.0, (1.0, 1.0)),
        derating: None,
    };
    with_day(&[10.0; 24], &fujian_day(), |inputs| {
        let inputs = YearInputs { storages: &[unit], fleets: &fleets, ..*inputs };
        let mut ledger = Ledger::default();
        let policy = Policy::TimeOfUse { grid_charge_up_to_kw: None, cycles: 1 };
        policy.run(&inputs, &mut ledger);
        assert_eq!(ledger.charge_kw[..8], [6.0; 8]);
        let peak_kw = ledger.import_kw.iter().copied().fold(0.0, f64::max);
        assert!(peak_kw <= 16.0 + 1e-9, "{peak_kw}");
        assert!((ledger.vehicles_kw.iter().sum::<f64>() - 12.0).abs() < 1e-9);
    });
}
