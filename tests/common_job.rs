//! The common job gives the values that numba, plain C and a third-party Rust crate agreed on
//! (`tests/data/common_job/README.md`), scalar and in lanes.

#[path = "support/common_job.rs"]
mod common_job;

use common_job::{BASE, DEMAND_CHARGE, Job, OneStore, RuleB, SUN, Sizes, plant, rule_a};
use zeropark::dispatch::{
    AccountSeries, Controller, GridLimits, LANES, Lanes, Ledger, MeterAccount, MeterLayout, Num, Policy,
    PriceAccount, Rule, StorageAccount, StorageUnit, YearInputs, simulate,
};
use zeropark::storage::EnergyParameters;

/// Charge kWh, discharge kWh, import kWh, export kWh, bill, final kWh.
type Values<N> = [N; 6];

fn year<N: Num, C: Controller<N>>(job: &Job, sizes: &[Sizes], controller: &C) -> Values<N> {
    let layout = MeterLayout { bands: 3, windows: 1, metering_steps: 1 };
    let mut accounts = (
        (StorageAccount::<N>::default(), PriceAccount::<N>::new(&job.buy, &job.sell)),
        MeterAccount::<N>::new(layout),
    );
    let end: OneStore<N> = simulate(
        job.step_h,
        &job.segments(true),
        &job.source::<N>(sizes),
        plant(sizes, job.step_h),
        controller,
        &mut accounts,
        &mut (),
    );
    let ((storage, price), meter) = accounts;
    let sum = |values: &[N]| values.iter().fold(N::ZERO, |total, &value| total + value);
    let demand_charge = sum(&meter.reading.peak_kw) * DEMAND_CHARGE;
    [
        storage.charge_kwh,
        storage.discharge_kwh,
        meter.reading.imported_kwh(),
        meter.reading.exported_kwh(),
        sum(&price.import_cost) - sum(&price.export_revenue) + demand_charge,
        end.stores[0].stored_kwh,
    ]
}

fn assert_close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{what}: {found} is not {expected}");
}

/// The same case alone, and in the middle of lanes with neighbours that differ.
fn check<A: Controller<f64>, B: Controller<Lanes<LANES>>>(
    job: &Job,
    sizes: Sizes,
    scalar: &A,
    lanes: &B,
    expected: Values<f64>,
) {
    let alone = year::<f64, _>(job, &[sizes], scalar);
    let mut others: Vec<Sizes> =
        (0..LANES).map(|i| [500.0 * i as f64, 300.0, 100.0 + 900.0 * i as f64, 700.0]).collect();
    others[5] = sizes;
    let together = year::<Lanes<LANES>, _>(job, &others, lanes);
    for (k, what) in ["charge", "discharge", "import", "export", "bill", "final"].into_iter().enumerate() {
        assert_close(alone[k], expected[k], what);
        assert_close(together[k].lane(5), expected[k], what);
    }
}

fn check_a(job: &Job, sizes: Sizes, expected: Values<f64>) {
    let scalar = Rule::new(&rule_a::<f64>(), &GridLimits::none());
    let lanes = Rule::new(&rule_a::<Lanes<LANES>>(), &GridLimits::none());
    check(job, sizes, &scalar, &lanes, expected);
}

fn check_b(job: &Job, sizes: Sizes, expected: Values<f64>) {
    check(job, sizes, &RuleB, &RuleB, expected);
}

#[test]
fn rule_a_gives_the_agreed_values_in_the_base_park() {
    let expected =
        [11567.572907894738, 11389.734549375002, 8544311.436000638, 448.0575921052634, 7357185.840749, 0.0];
    check_a(&Job::hourly(), BASE, expected);
}

#[test]
fn rule_a_gives_the_agreed_values_in_the_sunny_park() {
    let expected =
        [688421.9903310247, 623200.84627375, 5492905.457626261, 217026.11806897516, 4751125.572109915, 0.0];
    check_a(&Job::hourly(), SUN, expected);
}

#[test]
fn rule_b_gives_the_agreed_values_in_the_base_park() {
    let expected = [
        772875.8247470876,
        697567.9318342501,
        8625416.300727796,
        6422.867764958448,
        6827161.377424713,
        950.0,
    ];
    check_b(&Job::hourly(), BASE, expected);
}

#[test]
fn rule_b_gives_the_agreed_values_in_the_sunny_park() {
    let expected = [
        1588314.082563159,
        1433977.1514354986,
        6119151.150572815,
        754156.0239451528,
        4148885.0709521417,
        1448.745345,
    ];
    check_b(&Job::hourly(), SUN, expected);
}

#[test]
fn quarter_hours_give_the_agreed_values_too() {
    let job = Job::quarter_hourly();
    let a =
        [655212.6259009705, 593229.3948756232, 5479273.393374412, 206631.96797403024, 4709498.738869648, 0.0];
    check_a(&job, SUN, a);
    let b = [
        1569092.244082069,
        1416679.8123332462,
        6088842.374233037,
        725771.7481092133,
        4116692.04305724,
        1395.7241587500002,
    ];
    check_b(&job, SUN, b);
}

/// A bill of this park without storage is also what SAM's Utilityrate5 computes.
#[test]
fn without_storage_the_bill_is_that_of_sam() {
    let sizes = [1000.0, 500.0, 0.0, 0.0];
    let scalar = Rule::new(&rule_a::<f64>(), &GridLimits::none());
    let bill = year::<f64, _>(&Job::hourly(), &[sizes], &scalar)[4];
    assert_close(bill, 7362902.993155, "bill");
}

/// The policy planners choose gives rule B where no valley step of the base park with a surplus
/// tells the two apart (with 3 such steps both charge all of it).
#[test]
fn the_time_of_use_policy_gives_the_bill_of_rule_b_in_the_base_park() {
    let job = Job::hourly();
    let scale = |profile: &[f64], kw: f64| profile.iter().map(|per_kw| per_kw * kw).collect::<Vec<_>>();
    let parameters = EnergyParameters::simple(BASE[3], 0.0, BASE[2], BASE[2] * 0.5, (0.95, 0.95));
    let inputs = YearInputs {
        step_h: 1.0,
        segments: &job.segments(false),
        layout: MeterLayout { bands: 1, windows: 1, metering_steps: 1 },
        demand_kw: &job.demand_kw,
        pv_kw: &scale(&job.pv_per_kw, BASE[0]),
        wind_kw: &scale(&job.wind_per_kw, BASE[1]),
        storages: &[StorageUnit { parameters, derating: None }],
        fleets: &[],
        limits: GridLimits::none(),
        series: AccountSeries {
            import_price_per_kwh: &job.buy,
            export_price_per_kwh: &job.sell,
            ..Default::default()
        },
    };
    let policy = Policy::TimeOfUse { grid_charge_up_to_kw: Some(2200.0), cycles: 1 };
    let mut ledger = Ledger::default();
    let meter = policy.run(&inputs, &mut ledger).meter;
    let energy_charge = meter.import_cost.iter().sum::<f64>() - meter.export_revenue.iter().sum::<f64>();
    assert_close(energy_charge + meter.peak_kw.iter().sum::<f64>() * DEMAND_CHARGE, 6827161.377425, "bill");
    assert_close(*ledger.energy_kwh.last().unwrap(), 950.0, "final");
}
