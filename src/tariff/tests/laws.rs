//! Laws that hold for every tariff of a kind.

use super::*;
use proptest::prelude::*;

/// Bands that tile the day at whole hours: borders between 1 and 23 and a price for each.
fn tiled() -> impl Strategy<Value = Vec<Band>> {
    (proptest::collection::btree_set(1u16..24, 1..6), proptest::collection::vec(0.0..2.0f64, 7)).prop_map(
        |(borders, prices)| {
            let edges: Vec<u16> = [0].into_iter().chain(borders).chain([24]).collect();
            edges
                .windows(2)
                .zip(prices)
                .map(|(edge, price)| {
                    let hours = format!("{:02}:00-{:02}:00", edge[0], edge[1]);
                    band(&hours, price, &[&hours])
                })
                .collect()
        },
    )
}

fn with_demand(bands: Vec<Band>) -> Tariff {
    Tariff { demand: vec![DemandCharge { ratchet: 0.5, ..DemandCharge::flat(30.0) }], ..banded(bands) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Prices, demand price and discountless charges are not negative: more import never costs less.
    #[test]
    fn the_bill_never_falls_as_import_rises(bands in tiled(), more_kw in proptest::collection::vec(0.0..500.0f64, 48)) {
        let compiled = compile(&with_demand(bands));
        let less = wavy_kw(&compiled.axis);
        let more: Vec<f64> = less.iter().enumerate().map(|(step, kw)| kw + more_kw[step % 48]).collect();
        let (less, more) = (bill_of(&compiled, &less), bill_of(&compiled, &more));
        prop_assert!(more.total >= less.total);
        for month in 0..12 {
            prop_assert!(more.months[month].total() >= less.months[month].total());
        }
    }

    /// Two bands of one price are one band.
    #[test]
    fn splitting_a_band_in_two_equal_ones_changes_nothing(bands in tiled()) {
        let whole = compile(&with_demand(bands.clone()));
        let mut split = bands;
        let first = split[0].rules[0].hours[0];
        let middle = (first.start_minute + first.end_minute) / 2;
        let mut second = split[0].clone();
        second.name = "second half".into();
        split[0].rules[0].hours = vec![HourRange { end_minute: middle, ..first }];
        second.rules[0].hours = vec![HourRange { start_minute: middle, ..first }];
        split.push(second);
        let split = compile(&with_demand(split));
        let import_kw = wavy_kw(&whole.axis);
        let (a, b) = (bill_of(&whole, &import_kw), bill_of(&split, &import_kw));
        close(b.parts.energy_charge, a.parts.energy_charge, 1e-12);
        prop_assert_eq!(a.parts.demand_charge, b.parts.demand_charge);
    }

    /// Rules of equal precedence have no order.
    #[test]
    fn permuting_rules_of_equal_precedence_changes_nothing(bands in tiled(), turn in 1usize..6) {
        let before = compile(&with_demand(bands.clone()));
        let mut turned = bands;
        let by = turn % turned.len();
        turned.rotate_left(by);
        let after = compile(&with_demand(turned));
        prop_assert_eq!(&before.import_price_per_kwh, &after.import_price_per_kwh);
        let import_kw = wavy_kw(&before.axis);
        let (a, b) = (bill_of(&before, &import_kw), bill_of(&after, &import_kw));
        close(b.total, a.total, 1e-12);
    }

    /// A load that is constant over each hour pays the same for energy at every step, also where
    /// bands change at the quarter.
    #[test]
    fn energy_charges_do_not_depend_on_the_step(bands in tiled(), late in 0u16..4) {
        let mut tariff = with_demand(bands);
        // Borders move by quarters of an hour; the last band runs over midnight.
        for band in &mut tariff.bands {
            let range = &mut band.rules[0].hours[0];
            range.start_minute += 15 * late;
            range.end_minute = (range.end_minute + 15 * late - 1) % 1440 + 1;
        }
        let energy = |step_minutes: u32| {
            let axis = axis(2025, step_minutes);
            let compiled = tariff.compile(&axis, &calendar(axis), None).expect("compiles");
            let hours: f64 = compiled.hours_per_band.iter().sum();
            assert!((hours - 8760.0).abs() < 1e-6);
            bill_of(&compiled, &wavy_kw(&axis)).parts.energy_charge
        };
        let hourly = energy(60);
        for step_minutes in [30, 15, 10, 5] {
            close(energy(step_minutes), hourly, 1e-11);
        }
    }

    /// A price per band and the same price as a series give the same bill.
    #[test]
    fn a_series_of_the_bands_prices_bills_like_the_bands(bands in tiled(), surcharge in 0.0..0.1f64) {
        let by_band = compile(&Tariff { surcharge_per_kwh: surcharge, ..with_demand(bands) });
        let series: Vec<f64> = by_band.import_price_per_kwh.iter().map(|price| price - surcharge).collect();
        let mut tariff = with_demand(Vec::new());
        tariff.surcharge_per_kwh = surcharge;
        tariff.import_price_per_kwh = Some(Level::Series(series.into()));
        let by_step = compile(&tariff);
        prop_assert!(by_step.import_priced_by_step && !by_band.import_priced_by_step);
        let import_kw = wavy_kw(&by_band.axis);
        let (a, b) = (bill_of(&by_band, &import_kw), bill_of(&by_step, &import_kw));
        close(b.parts.energy_charge, a.parts.energy_charge, 1e-11);
        close(b.total, a.total, 1e-11);
    }
}
