//! How a bill is put together: what follows from its definition.

use super::*;
use crate::dispatch::{LANES, Lanes, Num};

/// Everything a bill can have, at once.
fn rich() -> Tariff {
    let mut tariff = entry("fujian-2025-10kv").expect("is in the catalogue").tariff;
    let evening = Rule::hours(&[HourRange::parse("17:00-21:00").expect("hours")]);
    tariff.demand.push(DemandCharge { rules: vec![evening], ratchet: 0.6, ..DemandCharge::flat(8.0) });
    tariff.contract_demand = Some(ContractDemand::of(700.0));
    tariff.demand_discount = Some(DemandDiscount::CHINA);
    tariff.transformer_kva = Some(1600.0);
    tariff.basis = Basis::Cheaper;
    tariff.fixed_charge_per_month = 120.0;
    tariff.power_factor =
        Some(PowerFactor { standard: 0.9, reactive: Reactive::MonthlyKvarh([90_000.0; 12]) });
    tariff.single_capacity = Some(SingleCapacity {
        transmission_price_per_kwh: 0.05,
        average_load_factor: 0.7,
        connection_kw: 100.0,
    });
    tariff
}

fn extras() -> BillExtras<f64> {
    BillExtras {
        year: 2025,
        transformer_loss: 0.01,
        green_supply_cost: std::array::from_fn(|month| 10.0 * month as f64),
        wheeling_charge: [7.0; 12],
        charging_revenue: [333.0; 12],
    }
}

fn export_kw(axis: &Axis) -> Vec<f64> {
    (0..axis.steps()).map(|step| if step % 24 == 12 { 40.0 } else { 0.0 }).collect()
}

#[test]
fn months_add_up_to_the_year_and_parts_to_the_total() {
    let compiled = compile(&rich());
    let reading = meter(&compiled, &wavy_kw(&compiled.axis), &export_kw(&compiled.axis));
    let bill = compiled.bill(&reading, &extras());
    let mut sum = Charges::default();
    for month in &bill.months {
        sum.add(month);
    }
    assert_eq!(sum, bill.parts);
    let p = bill.parts;
    let by_hand = p.energy_charge
        + p.demand_charge
        + p.capacity_charge
        + p.fixed_charge
        + p.surcharges
        + p.power_factor_adjustment
        + p.green_supply_cost
        + p.wheeling_charge
        - p.export_revenue
        - p.charging_revenue;
    assert_eq!(by_hand, bill.total);
    let monthly = compiled.monthly(&bill, &reading, extras().transformer_loss);
    close(monthly.iter().map(|month| month.total).sum(), bill.total, 1e-14);
    let kwh: f64 = monthly.iter().flat_map(|month| &month.kwh_by_band).sum();
    close(kwh, reading.import_kwh.iter().sum::<f64>() / 0.99, 1e-13);
    assert_eq!(monthly.iter().map(|month| month.month).collect::<Vec<_>>(), (1..=12).collect::<Vec<u32>>());
    assert!(monthly.iter().zip(&bill.peak_kw).all(|(month, peak)| month.peak_kw == *peak));
}

/// The bill of each lane is the bill of that design alone.
#[test]
fn eight_designs_side_by_side_have_the_bills_of_each_alone() {
    let compiled = compile(&rich());
    let base = wavy_kw(&compiled.axis);
    let alone: Vec<_> = (0..LANES)
        .map(|lane| {
            let import_kw: Vec<f64> = base.iter().map(|kw| kw * (0.4 + 0.2 * lane as f64)).collect();
            meter(&compiled, &import_kw, &export_kw(&compiled.axis))
        })
        .collect();
    let lanes = |values: &dyn Fn(&MeterReading<f64>) -> Vec<f64>| -> Vec<Lanes<LANES>> {
        let rows: Vec<Vec<f64>> = alone.iter().map(values).collect();
        (0..rows[0].len()).map(|at| Lanes::from_fn(|lane| rows[lane][at])).collect()
    };
    let together = MeterReading {
        layout: compiled.layout,
        import_kwh: lanes(&|r| r.import_kwh.clone()),
        export_kwh: lanes(&|r| r.export_kwh.clone()),
        import_cost: lanes(&|r| r.import_cost.clone()),
        export_revenue: lanes(&|r| r.export_revenue.clone()),
        peak_kw: lanes(&|r| r.peak_kw.clone()),
    };
    let extras_of = extras();
    let wide = BillExtras {
        year: extras_of.year,
        transformer_loss: extras_of.transformer_loss,
        green_supply_cost: extras_of.green_supply_cost.map(Lanes::splat),
        wheeling_charge: extras_of.wheeling_charge.map(Lanes::splat),
        charging_revenue: extras_of.charging_revenue.map(Lanes::splat),
    };
    let bill = compiled.bill(&together, &wide);
    let mut bases = Vec::new();
    for (lane, reading) in alone.iter().enumerate() {
        let own = compiled.bill(reading, &extras_of);
        assert_eq!(bill.total.lane(lane), own.total);
        assert_eq!(bill.parts.lane(lane), own.parts);
        assert_eq!(bill.capacity_based.lane(lane), own.capacity_based);
        bases.push(own.basis());
    }
    // Small designs pay demand, large ones capacity: the choice is each design's own.
    assert!(bases.contains(&Basis::Demand) && bases.contains(&Basis::Capacity), "{bases:?}");
}

#[test]
fn of_demand_and_capacity_the_one_not_chosen_is_zero() {
    let mut tariff = rich();
    let import_kw = wavy_kw(&axis(2025, 60));
    let mut totals = Vec::new();
    for basis in [Basis::Demand, Basis::Capacity, Basis::Cheaper] {
        tariff.basis = basis;
        let bill = bill_of(&compile(&tariff), &import_kw);
        let zero = [bill.parts.demand_charge == 0.0, bill.parts.capacity_charge == 0.0];
        assert_eq!(zero, [bill.basis() == Basis::Capacity, bill.basis() == Basis::Demand]);
        totals.push(bill.parts.demand_charge + bill.parts.capacity_charge);
    }
    assert_eq!(totals[2], totals[0].min(totals[1]));
    assert!((totals[0] - totals[1]).abs() > 1.0);
}

#[test]
#[should_panic(expected = "layout of another tariff")]
fn a_reading_of_another_tariff_is_a_contract_break() {
    let compiled = compile(&rich());
    let flat = compile(&Tariff::flat(1.0));
    let reading = meter(&flat, &wavy_kw(&flat.axis), &export_kw(&flat.axis));
    compiled.bill(&reading, &extras());
}

#[test]
fn a_yearly_sum_is_spread_by_hours_and_loses_nothing() {
    let compiled = compile(&Tariff::flat(1.0));
    let months = compiled.spread_over_months(8760.0);
    close(months[0], 744.0, 1e-12);
    close(months[1], 672.0, 1e-12);
    close(months.iter().sum(), 8760.0, 1e-14);
}
