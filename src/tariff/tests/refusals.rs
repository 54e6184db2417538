//! Tariffs that are refused, with place and hint.

use super::*;
use crate::problem::Problem;

fn refused(tariff: &Tariff) -> Vec<Problem> {
    let axis = axis(2025, 60);
    tariff.compile(&axis, &calendar(axis), None).expect_err("is refused")
}

fn kinds(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn an_hour_claimed_twice_is_refused_with_both_bands_and_the_hours() {
    let problems =
        refused(&banded(vec![band("day", 0.8, &["08:00-20:00"]), band("night", 0.3, &["19:00-09:00"])]));
    assert_eq!(kinds(&problems), ["overlapping-bands"]);
    let text = problems[0].to_string();
    assert!(
        text.contains("`day` and `night` both claim 08:00-09:00, 19:00-20:00 on 2025-01-01 (a holiday)"),
        "{text}"
    );
    assert_eq!(problems[0].place.key.as_deref(), Some("band.night.hours"));
    assert!(problems[0].hint.as_deref().is_some_and(|hint| hint.contains("precedence")));
}

#[test]
fn an_hour_left_out_is_refused_with_its_day() {
    let mut day = band("day", 0.8, &["00:00-24:00"]);
    day.rules[0].days = Days::of(&["workday", "weekend"]).expect("words");
    let problems = refused(&banded(vec![day]));
    assert_eq!(kinds(&problems), ["uncovered-hours"]);
    assert!(problems[0].message.contains("00:00-24:00 on 2025-01-01 (a holiday)"), "{}", problems[0].message);
    let problems = refused(&banded(vec![band("day", 0.8, &["06:00-22:30"])]));
    assert!(problems[0].message.contains("00:00-06:00, 22:30-24:00"), "{}", problems[0].message);
    assert!(problems[0].hint.as_deref().is_some_and(|hint| hint.contains("import_price_per_kwh")));
}

#[test]
fn a_price_for_the_rest_covers_what_bands_leave_out() {
    let mut tariff = banded(vec![band("peak", 0.9, &["10:00-12:00"])]);
    tariff.import_price_per_kwh = Some(0.4.into());
    let compiled = compile(&tariff);
    assert_eq!(compiled.band_names, ["peak", "other"]);
    assert_eq!(compiled.hours_per_band, [730.0, 8030.0]);
    assert_eq!((compiled.import_price_per_kwh[9], compiled.import_price_per_kwh[10]), (0.4, 0.9));
}

#[test]
fn negative_demand_prices_and_charges_are_refused() {
    let mut tariff = Tariff::flat(0.5);
    tariff.demand = vec![DemandCharge::flat(-1.0)];
    tariff.capacity_charge_per_kva_month = -2.0;
    let problems = refused(&tariff);
    assert_eq!(kinds(&problems), ["out-of-range", "out-of-range"]);
    assert_eq!(problems[0].place.key.as_deref(), Some("demand_charge_per_kw_month"));
    assert_eq!(problems[1].place.key.as_deref(), Some("capacity_charge_per_kva_month"));
    assert!(problems.iter().all(|problem| problem.hint.is_some()));
}

#[test]
fn a_ratchet_above_one_and_too_many_demand_charges_are_refused() {
    let mut tariff = Tariff::flat(0.5);
    tariff.demand = vec![DemandCharge { ratchet: 1.1, ..DemandCharge::flat(1.0) }; 16];
    let problems = refused(&tariff);
    assert_eq!(problems.iter().filter(|problem| problem.kind == "out-of-range").count(), 16);
    assert_eq!(kinds(&problems).last(), Some(&"too-many"));
    tariff.demand = vec![DemandCharge { ratchet: 1.0, ..DemandCharge::flat(1.0) }; 15];
    compile(&tariff);
}

#[test]
fn what_needs_the_transformer_capacity_asks_for_it() {
    let with = |change: fn(&mut Tariff)| {
        let mut tariff = Tariff::flat(0.5);
        tariff.demand = vec![DemandCharge::flat(40.0)];
        change(&mut tariff);
        tariff
    };
    let needy = [
        with(|tariff| tariff.basis = Basis::Capacity),
        with(|tariff| tariff.basis = Basis::Cheaper),
        with(|tariff| tariff.demand_discount = Some(DemandDiscount::CHINA)),
        with(|tariff| tariff.contract_demand = Some(ContractDemand::of(100.0))),
    ];
    for mut tariff in needy {
        let problems = refused(&tariff);
        assert_eq!(kinds(&problems), ["missing-key"]);
        assert_eq!(problems[0].place.key.as_deref(), Some("transformer_kva"));
        tariff.transformer_kva = Some(1000.0);
        compile(&tariff);
    }
    let mut tariff = with(|tariff| {
        tariff.contract_demand = Some(ContractDemand { floor_of_kva: 0.0, ..ContractDemand::of(100.0) });
    });
    compile(&tariff);
    tariff.demand.clear();
    assert_eq!(refused(&tariff)[0].place.key.as_deref(), Some("contract_demand_kw"));
    tariff.contract_demand =
        Some(ContractDemand { contract_kw: -1.0, floor_of_kva: 0.0, ..ContractDemand::of(0.0) });
    tariff.demand = vec![DemandCharge::flat(40.0)];
    assert_eq!(kinds(&refused(&tariff)), ["out-of-range"]);
}

#[test]
fn a_tariff_without_any_price_is_refused() {
    let tariff = Tariff { import_price_per_kwh: None, ..Tariff::flat(0.0) };
    assert_eq!(kinds(&refused(&tariff)), ["missing-price"]);
    let mut tariff = banded(vec![band("all", 1.0, &["00:00-24:00"])]);
    tariff.bands[0].price = BandPrice::Multiplier([1.0; 12]);
    let problems = refused(&tariff);
    assert_eq!(kinds(&problems), ["missing-price"]);
    assert_eq!(problems[0].place.key.as_deref(), Some("purchase_price_per_kwh"));
    tariff.purchase_price_per_kwh = Some(0.4.into());
    compile(&tariff);
    let curve = ContractCurve { power_kw: 1.0.into(), price_per_kwh: 0.4.into() };
    let tariff = Tariff { contract: Some(curve), ..Tariff::flat(0.5) };
    assert_eq!(refused(&tariff)[0].place.key.as_deref(), Some("contract_price_per_kwh"));
}

#[test]
fn a_catalogue_entry_without_prices_says_what_to_give() {
    let problems = refused(&entry("zhejiang-2024-tou").expect("is in the catalogue").tariff);
    assert_eq!(kinds(&problems), ["unknown-price"]);
    let hint = problems[0].hint.as_deref().expect("a hint");
    assert!(hint.contains("base = \"zhejiang-2024-tou\"") && hint.contains("price_per_kwh"), "{hint}");
    let problems = refused(&entry("jiangsu-2025-tou").expect("is in the catalogue").tariff);
    assert_eq!(problems[0].place.key.as_deref(), Some("purchase_price_per_kwh"));
}

#[test]
fn series_of_the_wrong_length_and_prices_that_are_no_numbers_are_refused() {
    let short: Level = Level::Series(vec![0.5; 24].into());
    let mut tariff = Tariff::flat(0.5);
    tariff.import_price_per_kwh = Some(short.clone());
    tariff.export_price_per_kwh = f64::NAN.into();
    tariff.bands =
        vec![Band { export_price_per_kwh: Some(short), ..band("all", f64::INFINITY, &["00:00-24:00"]) }];
    tariff.power_factor =
        Some(PowerFactor { standard: 0.9, reactive: Reactive::SeriesKvar(vec![1.0; 3].into()) });
    let problems = refused(&tariff);
    let found: Vec<_> =
        problems.iter().map(|p| (p.kind, p.place.key.as_deref().unwrap_or_default())).collect();
    assert_eq!(
        found,
        [
            ("not-finite", "export_price_per_kwh"),
            ("wrong-length", "import_price_per_kwh"),
            ("not-finite", "band.all.price_per_kwh"),
            ("wrong-length", "band.all.export_price_per_kwh"),
            ("wrong-length", "reactive_kvar"),
        ]
    );
}

#[test]
fn the_rest_of_the_rules_is_checked_too() {
    let mut tariff = Tariff::flat(0.5);
    tariff.metering_window_minutes = 20;
    tariff.power_factor = Some(PowerFactor { standard: 0.88, reactive: Reactive::CosPhi(1.2) });
    tariff.single_capacity = Some(SingleCapacity {
        transmission_price_per_kwh: 0.05,
        average_load_factor: 70.0,
        connection_kw: 1000.0,
    });
    let keys: Vec<_> = refused(&tariff).into_iter().filter_map(|problem| problem.place.key).collect();
    assert_eq!(
        keys,
        ["power_factor_standard", "power_factor", "average_load_factor", "metering_window_minutes"]
    );
    let mut tariff = banded(vec![band("all", 0.5, &["00:00-24:00"]); 101]);
    for (index, band) in tariff.bands.iter_mut().enumerate() {
        band.rules[0].precedence = index as i32;
    }
    assert_eq!(kinds(&refused(&tariff)), ["too-many"]);
    let mut empty = banded(vec![band("all", 0.5, &["00:00-24:00"]), band("never", 0.1, &[])]);
    assert_eq!(refused(&empty)[0].place.key.as_deref(), Some("band.never.hours"));
    empty.bands[1] = band("twice", 0.1, &["01:00-02:00"]);
    empty.bands[1].price = BandPrice::Multiplier([-1.0; 12]);
    empty.bands[1].rules[0].precedence = 1;
    empty.purchase_price_per_kwh = Some(0.3.into());
    assert_eq!(refused(&empty)[0].place.key.as_deref(), Some("band.twice.multiplier"));
}

#[test]
fn words_and_months_that_do_not_exist_are_refused() {
    assert_eq!(Days::of(&["sunday"]).expect_err("no word").kind, "unknown-days");
    assert_eq!(Months::of(&[0]).expect_err("no month").kind, "bad-month");
    assert_eq!(Months::of(&[13]).expect_err("no month").kind, "bad-month");
    let summer = Months::of(&[7, 8, 9]).expect("months");
    let in_summer: Vec<usize> = (0..12).filter(|month| summer.contains(*month)).collect();
    assert_eq!(in_summer, [6, 7, 8]);
}

#[test]
fn warnings_name_what_a_planner_should_know() {
    let kinds = |compiled: &CompiledTariff| compiled.warnings.iter().map(|w| w.kind).collect::<Vec<_>>();
    let mut tariff = Tariff::flat(0.5);
    assert!(kinds(&compile(&tariff)).is_empty());
    tariff.demand = vec![DemandCharge::flat(40.0)];
    tariff.regime = Regime::Market;
    assert_eq!(kinds(&compile(&tariff)), ["demand-lower-bound", "policy-exposed"]);
    tariff.metering_window_minutes = 60;
    tariff.regime = Regime::Agency;
    tariff.basis = Basis::Capacity;
    tariff.transformer_kva = Some(10.0);
    tariff.demand_discount = Some(DemandDiscount::CHINA);
    assert_eq!(kinds(&compile(&tariff)), ["no-effect"]);
}
