//! Prices that follow a series, a contract, or both; export.

use super::*;

/// 0.3 in even hours and 0.5 in odd ones: 0.4 on average.
fn spot() -> (&'static str, String) {
    ("spot.csv", hourly("price", 365, &|hour| if hour.is_multiple_of(2) { 0.3 } else { 0.5 }))
}

const SPOT: &str = "{ series = \"spot.csv\" }";

/// A load of 100 kW in even hours and 200 kW in odd ones.
fn uneven(hour: usize) -> f64 {
    if hour.is_multiple_of(2) { 100.0 } else { 200.0 }
}

/// By hand: 4380 h × (100 kW × (0.3 + 0.15) + 200 kW × (0.5 + 0.15)), and funds of 0.02 on 1,314,000 kWh.
#[test]
fn a_spot_price_has_its_adders_on_top() {
    let year = Year { load_kw: &uneven, files: &[spot()], ..Year::default() };
    let grid = format!(
        "[park.grid.tariff]\npurchase_price_per_kwh = {SPOT}\nfixed_price_per_kwh = 0.15\nsurcharge_per_kwh = 0.02\n"
    );
    let (_, bill) = year.simulate(&grid).expect("is sound");
    close(bill.parts.energy_charge, 4_380.0 * (45.0 + 130.0));
    close(bill.parts.surcharges, 26_280.0);
}

/// By hand: 80 kW are contracted at 0.42; what is above them pays the spot price, so 4380 h × (20 × 0.3 +
/// 120 × 0.5) + 8760 h × 80 × 0.42.
#[test]
fn a_contract_curve_settles_deviations_at_the_spot_price() {
    let year = Year { load_kw: &uneven, files: &[spot()], ..Year::default() };
    let grid = format!(
        "[park.grid.tariff]\npurchase_price_per_kwh = {SPOT}\ncontract_kw = 80\ncontract_price_per_kwh = 0.42\n"
    );
    let (_, bill) = year.simulate(&grid).expect("is sound");
    close(bill.parts.energy_charge, 4_380.0 * (6.0 + 60.0) + 8_760.0 * 80.0 * 0.42);
}

/// By hand: 4380 h of 100 kW at 0.2 + 0.3 × 0.5 and 200 kW at 0.2 + 0.5 × 0.5 — a band that multiplies a
/// price which changes every hour.
#[test]
fn a_band_multiplies_a_purchase_price_of_each_hour() {
    let year = Year { load_kw: &uneven, files: &[spot()], ..Year::default() };
    let grid = format!(
        "[park.grid.tariff]\npurchase_price_per_kwh = {SPOT}\nfixed_price_per_kwh = \
         0.2\n[[park.grid.tariff.band]]\nname = \"half\"\nmultiplier = 0.5\n"
    );
    let (_, bill) = year.simulate(&grid).expect("is sound");
    close(bill.parts.energy_charge, 4_380.0 * (35.0 + 90.0));
}

const PV: &str = "[[park.pv]]\nseries = \"sun.csv\"\nper_kw = true\ncapacity_kw = 200\n[park.grid]\n";

/// By hand: 200 kW of generation around the clock leave 100 kW for export, of which 12 hours a day earn 0.4
/// and 12 hours 0.2; through a transformer that loses 5 % only 95 kW arrive.
#[test]
fn export_earns_the_price_of_its_band() {
    let sun = [("sun.csv", hourly("kw", 365, &|_| 1.0))];
    let year = Year { files: &sun, ..Year::default() };
    let tariff = "[park.grid.tariff]\nexport_price_per_kwh = 0.2\nimport_price_per_kwh = \
                  0.6\n[[park.grid.tariff.band]]\nname = \"day\"\nprice_per_kwh = 0.6\nhours = \
                  \"08:00-20:00\"\nexport_price_per_kwh = 0.4\n";
    let (_, plain) = year.simulate(&format!("{PV}{tariff}")).expect("is sound");
    close(plain.parts.export_revenue, 438_000.0 * (0.4 + 0.2));
    let (_, lossy) = year.simulate(&format!("{PV}transformer_loss = 0.05\n{tariff}")).expect("is sound");
    close(lossy.parts.export_revenue, 0.95 * 438_000.0 * (0.4 + 0.2));
}

/// By hand: 100 kW of export at 0.3 and 0.5 by turns.
#[test]
fn export_earns_the_price_of_its_hour() {
    let files = [("sun.csv", hourly("kw", 365, &|_| 1.0)), spot()];
    let year = Year { files: &files, ..Year::default() };
    let tariff = format!("[park.grid.tariff]\nimport_price_per_kwh = 0.6\nexport_price_per_kwh = {SPOT}\n");
    let (_, bill) = year.simulate(&format!("{PV}{tariff}")).expect("is sound");
    close(bill.parts.export_revenue, 876_000.0 * 0.4);
}
