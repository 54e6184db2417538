//! What power costs: demand, capacity, power factor, connection.

use super::*;

const DEMAND: &str = "[park.grid.tariff]\nimport_price_per_kwh = 0.5\ndemand_charge_per_kw_month = 40\n";

fn with(keys: &str) -> Bill {
    bill(&format!("{DEMAND}{keys}")).expect("is sound")
}

/// By hand: one hour of 300 kW in March; every other month is billed 0.8 × 300 kW instead of 100.
#[test]
fn a_ratchet_keeps_every_month_near_the_years_highest() {
    let load = |hour: usize| if hour == 24 * 70 + 9 { 300.0 } else { 100.0 };
    let year = Year { load_kw: &load, ..Year::default() };
    let (_, bill) = year.simulate(&format!("{DEMAND}demand_ratchet = 0.8\n")).expect("is sound");
    close(bill.parts.demand_charge, 40.0 * (300.0 + 11.0 * 240.0));
}

/// By hand: demand costs 12 × 100 kW × 40 = 48,000; capacity 12 × 25 × 200 kVA = 60,000, or half of it.
#[test]
fn the_cheaper_basis_is_paid() {
    let keys = "capacity_charge_per_kva_month = 25\nbasis = \"cheaper\"\ntransformer_kva = ";
    let large = with(&format!("{keys}200\n"));
    close(large.parts.demand_charge, 48_000.0);
    assert_eq!(large.parts.capacity_charge, 0.0);
    let small = with(&format!("{keys}100\n"));
    close(small.parts.capacity_charge, 30_000.0);
    assert_eq!(small.parts.demand_charge, 0.0);
    let capacity = with("capacity_charge_per_kva_month = 25\nbasis = \"capacity\"\ntransformer_kva = 200\n");
    close(capacity.parts.capacity_charge, 60_000.0);
}

/// Exempt up to and with 2025; exempt up to 2024 pays in 2025.
#[test]
fn an_exemption_ends_with_its_year() {
    assert_eq!(with("exempt_until_year = 2025\n").parts.demand_charge, 0.0);
    close(with("exempt_until_year = 2024\n").parts.demand_charge, 48_000.0);
}

/// By hand: 31 days use 744 kWh per kVA of 100 kVA, so each month pays 90 %; of 300 kVA no month reaches
/// 260; of 280 kVA only the seven months of 31 days do (265.7, against 257.1 of 30 days).
#[test]
fn a_high_load_factor_pays_nine_tenths() {
    let of = |kva: u32| with(&format!("high_load_factor_discount = true\ntransformer_kva = {kva}\n"));
    close(of(100).parts.demand_charge, 0.9 * 48_000.0);
    close(of(300).parts.demand_charge, 48_000.0);
    close(of(280).parts.demand_charge, 4_000.0 * (5.0 + 7.0 * 0.9));
}

/// 水电财字〔1983〕215号 at the standard of 0.90: 0.95 earns 0.75 %, 0.80 costs 5 %. By hand: energy 438,000
/// and demand 48,000 make the base.
#[test]
fn a_given_power_factor_moves_the_bill() {
    close(with("power_factor = 0.95\n").parts.power_factor_adjustment, -0.0075 * 486_000.0);
    close(with("power_factor = 0.8\n").parts.power_factor_adjustment, 0.05 * 486_000.0);
    // At the standard of 0.80 the same 0.80 changes nothing.
    assert_eq!(with("power_factor = 0.8\npower_factor_standard = 0.8\n").parts.power_factor_adjustment, 0.0);
}

/// By hand: 75 kvar beside 100 kW are a power factor of 0.80, whatever the length of the step.
#[test]
fn reactive_power_gives_the_power_factor_at_every_step_length() {
    let kvar = [("kvar.csv", hourly("kvar", 365, &|_| 75.0))];
    for step_minutes in [60, 15] {
        let year = Year { step_minutes, files: &kvar, ..Year::default() };
        let grid = format!("{DEMAND}reactive_kvar = {{ series = \"kvar.csv\" }}\n");
        let (_, bill) = year.simulate(&grid).expect("is sound");
        close(bill.parts.power_factor_adjustment, 0.05 * 486_000.0);
    }
}

/// By hand: January's 744 h × 75 kvar make 0.80; the other months have none and earn 0.75 %.
#[test]
fn reactive_energy_is_given_by_month() {
    let bill = with("reactive_kvarh_by_month = [55800, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n");
    let january = 37_200.0 + 4_000.0;
    close(bill.parts.power_factor_adjustment, 0.05 * january - 0.0075 * (486_000.0 - january));
}

/// 发改价格〔2025〕1192号 by hand: 0.1 × 0.5 × 730 h × 200 kW = 7,300 a month replace 0.1 on every kWh.
#[test]
fn single_capacity_pricing_replaces_the_energy_price_of_transmission() {
    let bill =
        with("single_capacity_kw = 200\ntransmission_price_per_kwh = 0.1\naverage_load_factor = 0.5\n");
    close(bill.parts.wheeling_charge, 87_600.0);
    close(bill.parts.energy_charge, 876_000.0 * 0.4);
}
