//! Real monthly bills of two Fujian factories, 1-10 kV two-part (fujian_10kV_two_part_monthly_bills_2025).
//!
//! Only August 2025 has published prices, so only plant_B's August is a test of the whole bill. Its
//! capacity price (25 yuan/kVA) was found from that bill; that it is a round number and that funds
//! and power-factor reward come from other sources is the evidence. The other months' prices are
//! not known: with August's they are checks of shape, and labelled so.

use super::*;

struct RealBill {
    plant: &'static str,
    /// Month, 0 to 11.
    month: usize,
    /// Super-peak, peak, flat, valley, kWh.
    kwh: [f64; 4],
    kvarh: f64,
    total: f64,
}

const BILLS: [RealBill; 5] = [
    RealBill {
        plant: "A",
        month: 5,
        kwh: [0.0, 107037.0, 91435.0, 35798.0],
        kvarh: 54390.0,
        total: 194951.14,
    },
    RealBill {
        plant: "A",
        month: 6,
        kwh: [31568.0, 83712.0, 98445.0, 40109.0],
        kvarh: 62580.0,
        total: 200485.3,
    },
    RealBill {
        plant: "B",
        month: 1,
        kwh: [0.0, 82430.0, 79197.0, 59391.0],
        kvarh: 40400.0,
        total: 173633.55,
    },
    RealBill {
        plant: "B",
        month: 6,
        kwh: [27962.0, 83169.0, 105610.0, 79344.0],
        kvarh: 41282.0,
        total: 217949.05,
    },
    RealBill {
        plant: "B",
        month: 7,
        kwh: [27531.0, 81516.0, 104580.0, 77487.0],
        kvarh: 44523.0,
        total: 207711.15,
    },
];

/// The month's bill under the prices of August 2025.
fn ours(bill: &RealBill, kva: f64) -> f64 {
    let mut tariff = entry("fujian-2025-10kv").expect("is in the catalogue").tariff;
    tariff.transformer_kva = Some(kva);
    tariff.basis = Basis::Capacity;
    let mut kvarh = [0.0; 12];
    kvarh[bill.month] = bill.kvarh;
    tariff.power_factor = Some(PowerFactor { standard: 0.9, reactive: Reactive::MonthlyKvarh(kvarh) });
    let compiled = compile(&tariff);
    let mut reading = MeterReading::new(compiled.layout);
    for (name, kwh) in ["super-peak", "peak", "flat", "valley"].into_iter().zip(bill.kwh) {
        let band = compiled.band_names.iter().position(|band| band == name).expect("is a band");
        reading.import_kwh[bill.month * compiled.layout.bands + band] = kwh;
    }
    compiled.bill(&reading, &BillExtras::none(2025)).months[bill.month].total()
}

#[test]
fn the_bill_of_plant_b_in_august_2025_is_right_to_a_tenth_of_a_yuan() {
    let august = &BILLS[4];
    let ours = ours(august, 1260.0);
    assert!((ours - august.total).abs() < 0.1, "{ours} instead of {}", august.total);
}

/// A second August bill, quoted without a name: its capacity of 1130 kVA was found from it.
#[test]
fn a_second_bill_of_august_2025_with_a_fitted_capacity_is_right_to_a_tenth_of_a_yuan() {
    let kwh = [32719.0, 86671.0, 101769.0, 42436.0];
    let bill = RealBill { plant: "A", month: 7, kwh, kvarh: 61680.0, total: 199368.96 };
    let ours = ours(&bill, 1130.0);
    assert!((ours - bill.total).abs() < 0.1, "{ours} instead of {}", bill.total);
}

/// Shape only: August's prices stand in for those of the month, and plant_A's capacity is the one
/// fitted above. Agency prices moved by some percent between months.
#[test]
fn shape_only_the_other_months_are_within_ten_percent_at_the_prices_of_august() {
    for bill in &BILLS[..4] {
        let ours = ours(bill, if bill.plant == "A" { 1130.0 } else { 1260.0 });
        let off = ours / bill.total - 1.0;
        assert!(off.abs() < 0.10, "plant {} month {}: {off:+.3}", bill.plant, bill.month + 1);
    }
}
