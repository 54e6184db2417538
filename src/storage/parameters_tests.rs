//! What a stated storage means, and what is wrong with one.

use super::*;
use crate::storage::{Detailed, Losses, chemistry};

fn lfp() -> Storage {
    Storage::new(chemistry("lfp").expect("in the catalogue"), 100.0, 200.0)
}

fn kinds_and_keys(storage: &Storage) -> Vec<(&'static str, String)> {
    storage.check().into_iter().map(|p| (p.kind, p.place.key.unwrap_or_default())).collect()
}

#[test]
fn all_wrong_numbers_of_a_storage_are_named_at_once() {
    let storage = Storage {
        power_kw: -1.0,
        energy_kwh: f64::NAN,
        charge_efficiency: 94.0,
        discharge_efficiency: 0.0,
        soc_min: 0.9,
        soc_max: 0.1,
        self_discharge_per_day: 0.6,
        ..lfp()
    };
    let keys: Vec<String> = kinds_and_keys(&storage).into_iter().map(|(_, key)| key).collect();
    let expected = [
        "power_kw",
        "energy_kwh",
        "charge_efficiency",
        "discharge_efficiency",
        "self_discharge_per_day",
        "soc_min",
    ];
    assert_eq!(keys, expected);
    assert!(storage.check()[2].hint.is_some(), "94 is taken for a percentage");
}

#[test]
fn an_initial_charge_outside_the_window_is_an_error() {
    let storage = Storage { soc_initial: Some(0.99), ..lfp() };
    assert_eq!(kinds_and_keys(&storage), [("out-of-range", "soc_initial".into())]);
}

#[test]
fn a_store_of_no_size_is_sound() {
    assert_eq!(Storage { energy_kwh: 0.0, ..lfp() }.check(), []);
    assert_eq!(Storage { power_kw: 0.0, energy_kwh: 0.0, losses: LossModel::Detailed, ..lfp() }.check(), []);
}

#[test]
fn more_power_than_a_chemistry_usually_gives_is_a_warning_with_its_source() {
    let storage = Storage { power_kw: 300.0, ..lfp() };
    let problems = storage.check();
    assert_eq!(problems.len(), 1);
    assert!(!problems[0].is_error());
    assert!(problems[0].message.contains("1.50 C"), "{}", problems[0].message);
}

#[test]
fn no_efficiency_beats_its_converter() {
    let storage = Storage { charge_efficiency: 0.99, losses: LossModel::Detailed, ..lfp() };
    assert_eq!(kinds_and_keys(&storage), [("out-of-range", "charge_efficiency".into())]);
    assert_eq!(Storage { losses: LossModel::Simple, ..storage }.check(), []);
}

/// By definition of the curve: at half the rated power both models store and take the same.
#[test]
fn detailed_and_simple_losses_agree_at_half_power() {
    let storage = Storage { losses: LossModel::Detailed, ..lfp() };
    let parameters = storage.energy(Health::NEW);
    let detailed = Detailed::new(&parameters, 1.0, &[1.0]);
    assert!((detailed.stored_kwh_by(50.0) - 50.0 * 0.94).abs() < 1e-12);
    assert!((detailed.taken_kwh_by(50.0) - 50.0 / 0.94).abs() < 1e-12);
    // By hand: 1 kW of standby and auxiliaries per 100 kW: 0.72 + 0.30.
    assert!((parameters.standby_kw - 1.02).abs() < 1e-12);
}

/// Published curve: loss = 0.0345 p² of rated power, so full power loses 3.45 kW of 100.
#[test]
fn the_converter_curve_is_that_of_its_source() {
    let parameters = Storage { losses: LossModel::Detailed, ..lfp() }.energy(Health::NEW);
    let loss_kw = parameters.linear_loss * 100.0 + parameters.quadratic_loss_per_kw * 100.0 * 100.0;
    assert!((loss_kw - 3.45).abs() < 1e-12);
}

/// By hand: at 80 % capacity 160 kWh are left, the window is 8 to 152; with 40 % more resistance
/// half of the 6 % loss grows by 0.4: 0.94 becomes 1 - 0.06 × 1.2 = 0.928.
#[test]
fn health_shrinks_the_window_and_the_efficiency() {
    let parameters = lfp().energy(Health { capacity: 0.8, resistance: 1.4 });
    assert!((parameters.min_kwh - 8.0).abs() < 1e-12);
    assert!((parameters.max_kwh - 152.0).abs() < 1e-12);
    assert!((parameters.initial_kwh - 80.0).abs() < 1e-12);
    assert!((parameters.charge_efficiency - 0.928).abs() < 1e-12);
}
