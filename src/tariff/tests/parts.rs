//! Each part of the bill against a calculation by hand.

use super::*;

/// A constant import of `kw` with one hour of `peak_kw` at 18:00 of the 10th of some months.
fn with_peaks(kw: f64, peaks: &[(usize, f64)]) -> Vec<f64> {
    let axis = axis(2025, 60);
    let mut import_kw = vec![kw; axis.steps()];
    for &(month, peak_kw) in peaks {
        import_kw[axis.month_starts()[month] + 9 * 24 + 18] = peak_kw;
    }
    import_kw
}

fn bill(tariff: &Tariff, import_kw: &[f64]) -> Bill<f64> {
    bill_of(&compile(tariff), import_kw)
}

#[test]
fn demand_is_paid_on_the_highest_window_of_each_month() {
    let tariff = Tariff { demand: vec![DemandCharge::flat(40.0)], ..Tariff::flat(0.5) };
    let bill = bill(&tariff, &with_peaks(100.0, &[(2, 250.0)]));
    assert_eq!(bill.months[2].demand_charge, 10_000.0);
    assert_eq!(bill.parts.demand_charge, 11.0 * 4_000.0 + 10_000.0);
    assert_eq!((bill.peak_kw[1], bill.peak_kw[2]), (100.0, 250.0));
}

/// Three 5-minute steps of 60, 90 and 120 kW are a quarter-hour of 90 kW.
#[test]
fn demand_of_five_minute_steps_is_the_mean_of_the_clock_quarter() {
    let axis = axis(2025, 5);
    let tariff = Tariff { demand: vec![DemandCharge::flat(1.0)], ..Tariff::flat(0.5) };
    let compiled = tariff.compile(&axis, &calendar(axis), None).expect("compiles");
    let mut import_kw = vec![0.0; axis.steps()];
    import_kw[300..303].copy_from_slice(&[60.0, 90.0, 120.0]);
    import_kw[302 + 3000 - 1] = 120.0; // step 3301 is the middle of the quarter 3300..3303
    assert_eq!(bill_of(&compiled, &import_kw).peak_kw[0], 90.0);
}

#[test]
fn a_demand_window_sees_only_its_hours_and_months() {
    let mut evening = Rule::hours(&[HourRange::parse("18:00-19:00").expect("hours")]);
    evening.months = Months::of(&[3]).expect("months");
    let window = DemandCharge { rules: vec![evening], ..DemandCharge::flat(10.0) };
    let mut tariff = Tariff { demand: vec![window], ..Tariff::flat(0.5) };
    let import_kw = with_peaks(100.0, &[(2, 250.0), (3, 900.0)]);
    let bill_1 = bill(&tariff, &import_kw);
    assert_eq!(bill_1.parts.demand_charge, 2_500.0);
    assert_eq!(bill_1.peak_kw[3], 900.0, "the month's peak is metered at all hours");
    // A ratchet raises months in which the charge is metered, not the others.
    tariff.demand[0].ratchet = 0.8;
    assert_eq!(bill(&tariff, &import_kw).parts.demand_charge, 2_500.0);
    tariff.demand[0].rules[0].months = Months::of(&[3, 5]).expect("months");
    assert_eq!(bill(&tariff, &import_kw).parts.demand_charge, 2_500.0 + 0.8 * 2_500.0);
}

/// Highest 250 kW: with a ratchet of 0.8 no month is billed below 200 kW.
#[test]
fn a_ratchet_holds_every_month_near_the_highest() {
    let charge = DemandCharge { ratchet: 0.8, ..DemandCharge::flat(1.0) };
    let tariff = Tariff { demand: vec![charge], ..Tariff::flat(0.5) };
    let bill = bill(&tariff, &with_peaks(100.0, &[(2, 250.0), (7, 230.0)]));
    close(bill.parts.demand_charge, 250.0 + 230.0 + 10.0 * 200.0, 1e-14);
}

/// 发改办价格〔2016〕1583号 by hand. Contract 200 kW of 1000 kVA: the floor of 40 % makes it 400 kW.
/// Contract 500 kW: 520 kW is within 105 % and pays 500; 600 kW pays 500 + 2 × (600 − 525).
#[test]
fn contract_demand_has_a_floor_of_40_percent_and_doubles_beyond_105_percent() {
    let mut tariff = Tariff { demand: vec![DemandCharge::flat(1.0)], ..Tariff::flat(0.5) };
    tariff.transformer_kva = Some(1000.0);
    tariff.contract_demand = Some(ContractDemand::of(200.0));
    let import_kw = with_peaks(100.0, &[(0, 520.0), (1, 600.0)]);
    let low = bill(&tariff, &import_kw);
    assert_eq!(low.months[2].demand_charge, 400.0);
    assert_eq!(low.months[0].demand_charge, 400.0 + 2.0 * (520.0 - 420.0));
    tariff.contract_demand = Some(ContractDemand::of(500.0));
    let high = bill(&tariff, &import_kw);
    assert_eq!(high.months[2].demand_charge, 500.0);
    assert_eq!(high.months[0].demand_charge, 500.0);
    assert_eq!(high.months[1].demand_charge, 650.0);
    // Without a contract the same peaks are billed as metered: the floor belongs to the contract.
    tariff.contract_demand = None;
    assert_eq!(bill(&tariff, &import_kw).months[2].demand_charge, 100.0);
}

/// 发改价格〔2023〕526号: 1000 kVA × 260 = 260 000 kWh. A month of 31 days reaches it at 349.46 kW.
#[test]
fn ninety_percent_of_the_demand_price_from_260_kwh_per_kva() {
    let mut tariff = Tariff { demand: vec![DemandCharge::flat(40.0)], ..Tariff::flat(0.5) };
    tariff.transformer_kva = Some(1000.0);
    tariff.demand_discount = Some(DemandDiscount::CHINA);
    let bill = bill(&tariff, &vec![349.5; 8760]);
    close(bill.months[0].demand_charge, 0.9 * 40.0 * 349.5, 1e-14);
    close(bill.months[1].demand_charge, 40.0 * 349.5, 1e-14); // 672 h × 349.5 = 234 864 kWh
    // Exactly at the threshold the lower price holds.
    assert_eq!(DemandDiscount::CHINA.factor(260_000.0, 1000.0), 0.9);
    assert_eq!(DemandDiscount::CHINA.factor(259_999.9, 1000.0), 1.0);
}

#[test]
fn the_capacity_charge_is_per_kva_and_month() {
    let mut tariff = Tariff { capacity_charge_per_kva_month: 25.0, ..Tariff::flat(0.5) };
    tariff.transformer_kva = Some(1260.0);
    tariff.basis = Basis::Capacity;
    assert_eq!(bill(&tariff, &vec![1.0; 8760]).parts.capacity_charge, 12.0 * 31_500.0);
}

#[test]
fn an_exemption_ends_with_its_year() {
    let mut tariff = Tariff { demand: vec![DemandCharge::flat(40.0)], ..Tariff::flat(0.5) };
    tariff.exempt_until_year = Some(2030);
    let compiled = compile(&tariff);
    let reading = meter(&compiled, &vec![10.0; 8760], &vec![0.0; 8760]);
    let demand = |year| compiled.bill(&reading, &BillExtras::none(year)).parts.demand_charge;
    assert_eq!([2025, 2030, 2031].map(demand), [0.0, 0.0, 4_800.0]);
}

#[test]
fn surcharges_stand_on_top_of_every_price() {
    let tariff = Tariff { surcharge_per_kwh: 0.03, ..Tariff::flat(0.5) };
    let compiled = compile(&tariff);
    close(compiled.import_price_per_kwh[0], 0.53, 1e-15);
    close(compiled.mean_import_price_per_kwh, 0.53, 1e-12);
    let bill = bill_of(&compiled, &vec![10.0; 8760]);
    close(bill.parts.energy_charge, 43_800.0, 1e-12);
    close(bill.parts.surcharges, 2_628.0, 1e-12);
}

/// 水电财字〔1983〕215号, the 0.90 table.
#[test]
fn the_power_factor_table_has_its_corners() {
    let rows = [
        (1.00, -0.0075),
        (0.95, -0.0075),
        (0.94, -0.0060),
        (0.91, -0.0015),
        (0.90, 0.0),
        (0.89, 0.005),
        (0.80, 0.05),
        (0.70, 0.10),
        (0.69, 0.11),
        (0.65, 0.15),
        (0.64, 0.17),
        (0.60, 0.25),
    ];
    for (cos_phi, rate) in rows {
        assert!((adjustment_rate(cos_phi, 0.90) - rate).abs() < 1e-12, "{cos_phi}");
    }
    for (standard, cos_phi, rate) in [
        (0.85, 0.94, -0.0110),
        (0.85, 0.90, -0.0050),
        (0.85, 0.65, 0.10),
        (0.85, 0.60, 0.15),
        (0.85, 0.59, 0.17),
        (0.80, 0.92, -0.0130),
        (0.80, 0.90, -0.0100),
        (0.80, 0.60, 0.10),
        (0.80, 0.55, 0.15),
        (0.80, 0.54, 0.17),
    ] {
        assert!((adjustment_rate(cos_phi, standard) - rate).abs() < 1e-12, "{standard} {cos_phi}");
    }
    // Rounded to hundredths: 0.895 counts as 0.90, 0.8949 as 0.89.
    assert_eq!(adjustment_rate(0.8951, 0.90), 0.0);
    assert_eq!(adjustment_rate(0.8949, 0.90), 0.005);
}

/// 100 kW for a month with 100 kW × h of kvar has cos φ 0.707: +9.5 % on energy and demand, not
/// on surcharges nor the fixed charge.
#[test]
fn the_adjustment_multiplies_energy_and_basic_charge_only() {
    let mut tariff = Tariff { demand: vec![DemandCharge::flat(40.0)], ..Tariff::flat(0.5) };
    tariff.surcharge_per_kwh = 0.03;
    tariff.fixed_charge_per_month = 1_000.0;
    tariff.power_factor =
        Some(PowerFactor { standard: 0.9, reactive: Reactive::SeriesKvar(vec![-100.0; 8760].into()) });
    let by_series = bill(&tariff, &vec![100.0; 8760]);
    close(by_series.months[0].power_factor_adjustment, 0.095 * (744.0 * 50.0 + 4_000.0), 1e-12);
    tariff.power_factor = Some(PowerFactor { standard: 0.9, reactive: Reactive::CosPhi(0.71) });
    assert_eq!(bill(&tariff, &vec![100.0; 8760]), by_series);
    // A month without any use has no penalty.
    tariff.power_factor = Some(PowerFactor { standard: 0.9, reactive: Reactive::MonthlyKvarh([0.0; 12]) });
    close(bill(&tariff, &vec![0.0; 8760]).parts.power_factor_adjustment, 0.0, 1.0);
}

/// 2 % loss: 98 kW at the bus are 100 kW at the meter; 100 kW of export arrive as 98 kW.
#[test]
fn the_meter_on_the_high_side_reads_import_and_peaks_above_the_bus() {
    let mut tariff = Tariff { demand: vec![DemandCharge::flat(40.0)], ..Tariff::flat(0.5) };
    tariff.export_price_per_kwh = 0.3.into();
    tariff.surcharge_per_kwh = 0.01;
    let plain = compile(&tariff);
    tariff.import_price_per_kwh = Some(Level::Series(vec![0.5; 8760].into()));
    tariff.export_price_per_kwh = Level::Series(vec![0.3; 8760].into());
    let by_step = compile(&tariff);
    for compiled in [plain, by_step] {
        let mut import_kw = vec![98.0; 8760];
        let mut export_kw = vec![0.0; 8760];
        (import_kw[12], export_kw[12]) = (0.0, 100.0);
        let reading = meter(&compiled, &import_kw, &export_kw);
        let extras = BillExtras { transformer_loss: 0.02, ..BillExtras::none(2025) };
        let bill = compiled.bill(&reading, &extras);
        close(bill.peak_kw[0], 100.0, 1e-14);
        close(bill.months[0].demand_charge, 4_000.0, 1e-14);
        close(bill.months[0].energy_charge, 743.0 * 50.0, 1e-12);
        close(bill.months[0].surcharges, 743.0, 1e-12);
        close(bill.parts.export_revenue, 0.3 * 98.0, 1e-12);
        close(compiled.monthly(&bill, &reading, 0.02)[0].kwh_by_band[0], 74_300.0, 1e-12);
    }
}

#[test]
fn export_is_paid_at_a_fixed_price_a_price_of_its_band_or_a_series() {
    let mut tariff = banded(vec![band("day", 0.8, &["06:00-22:00"]), band("night", 0.3, &["22:00-06:00"])]);
    tariff.export_price_per_kwh = 0.2.into();
    let export_kw: Vec<f64> = (0..8760).map(|hour| if hour < 24 { 10.0 } else { 0.0 }).collect();
    let revenue = |tariff: &Tariff| {
        let compiled = compile(tariff);
        let reading = meter(&compiled, &vec![0.0; 8760], &export_kw);
        compiled.bill(&reading, &BillExtras::none(2025)).parts.export_revenue
    };
    close(revenue(&tariff), 48.0, 1e-12);
    tariff.bands[0].export_price_per_kwh = Some(0.4.into());
    close(revenue(&tariff), 16.0 * 4.0 + 8.0 * 2.0, 1e-12);
    tariff.bands[1].export_price_per_kwh =
        Some(Level::Series((0..8760).map(|hour| hour as f64).collect::<Vec<_>>().into()));
    let night: f64 = [22, 23, 0, 1, 2, 3, 4, 5].iter().sum::<i32>().into();
    close(revenue(&tariff), 16.0 * 4.0 + 10.0 * night, 1e-12);
}

/// Spot 0.1 × hour of day, adders 0.2, surcharge 0.01; 10 kW all day.
#[test]
fn a_spot_series_takes_its_adders() {
    let spot: Vec<f64> = (0..8760).map(|hour| 0.1 * f64::from(hour % 24)).collect();
    let mut tariff = Tariff { import_price_per_kwh: None, ..Tariff::flat(0.0) };
    tariff.purchase_price_per_kwh = Some(Level::Series(spot.into()));
    tariff.fixed_price_per_kwh = 0.2.into();
    tariff.surcharge_per_kwh = 0.01;
    let compiled = compile(&tariff);
    assert!(compiled.import_priced_by_step && !compiled.export_priced_by_step);
    close(compiled.import_price_per_kwh[5], 0.71, 1e-14);
    let bill = bill_of(&compiled, &vec![10.0; 8760]);
    close(bill.parts.energy_charge, 365.0 * 10.0 * (27.6 + 24.0 * 0.2), 1e-12);
    close(bill.parts.surcharges, 876.0, 1e-12);
}

/// Curve 80 kW at 0.40, spot 0.25, adders 0.15, import 100 kW: 80 × 0.40 + 20 × 0.25 + 100 × 0.15.
#[test]
fn a_contract_curve_settles_deviations_at_the_spot_price() {
    let mut tariff = Tariff { import_price_per_kwh: None, ..Tariff::flat(0.0) };
    tariff.purchase_price_per_kwh = Some(0.25.into());
    tariff.fixed_price_per_kwh = 0.15.into();
    tariff.contract = Some(ContractCurve { power_kw: 80.0.into(), price_per_kwh: 0.40.into() });
    let bill_over = bill(&tariff, &vec![100.0; 8760]);
    close(bill_over.parts.energy_charge, 8760.0 * (80.0 * 0.40 + 20.0 * 0.25 + 100.0 * 0.15), 1e-12);
    // Using less than the curve sells the rest at the spot price.
    let bill_under = bill(&tariff, &vec![50.0; 8760]);
    close(bill_under.parts.energy_charge, 8760.0 * (80.0 * 0.40 - 30.0 * 0.25 + 50.0 * 0.15), 1e-12);
    assert_eq!(compile(&tariff).import_price_per_kwh[0], 0.4, "what one more kWh costs");
}

/// 发改价格〔2025〕1192号: 0.0462 × 0.6 × 730 × 10 000 = 202 356 a month, and 0.0462 off every kWh.
#[test]
fn single_capacity_pricing_moves_transmission_from_energy_to_the_connection() {
    let plain = Tariff::flat(0.5);
    let single = SingleCapacity {
        transmission_price_per_kwh: 0.0462,
        average_load_factor: 0.6,
        connection_kw: 10_000.0,
    };
    let tariff = Tariff { single_capacity: Some(single), ..plain.clone() };
    let bill_single = bill(&tariff, &vec![6_000.0; 8760]);
    close(bill_single.months[3].wheeling_charge, 202_356.0, 1e-12);
    // A user with the average load factor pays the same either way, as 12 × 730 = 8760.
    close(bill_single.total, bill(&plain, &vec![6_000.0; 8760]).total, 1e-12);
    assert!(bill(&tariff, &vec![7_000.0; 8760]).total < bill(&plain, &vec![7_000.0; 8760]).total);
}

#[test]
fn monthly_prices_hold_in_their_month() {
    let mut tariff = banded(vec![band("all", 0.0, &["00:00-24:00"])]);
    tariff.bands[0].price = BandPrice::PerKwh(Level::Monthly(std::array::from_fn(|month| month as f64)));
    let compiled = compile(&tariff);
    assert!(!compiled.import_priced_by_step);
    let bill = bill_of(&compiled, &vec![1.0; 8760]);
    close(bill.months[11].energy_charge, 744.0 * 11.0, 1e-12);
    let mut tariff = entry("anhui-2025-tou").expect("is in the catalogue").tariff;
    tariff.purchase_price_per_kwh = Some(1.0.into());
    let compiled = compile(&tariff);
    // 皖发改价格〔2025〕302号: peak + 74 % in March, + 84.3 % in August (16:00-22:00 is peak in both).
    let starts = compiled.axis.month_starts();
    close(compiled.import_price_per_kwh[starts[2] + 18], 1.74, 1e-12);
    close(compiled.import_price_per_kwh[starts[7] + 18], 1.843, 1e-12);
}
