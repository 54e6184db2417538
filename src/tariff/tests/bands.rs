//! Which hour is in which band.

use super::*;
use crate::time::DayKind;

fn hours(text: &str) -> HourRange {
    HourRange::parse(text).expect("is a range")
}

#[test]
fn hour_ranges_exclude_their_end_and_run_over_midnight() {
    let noon = hours("10:00-12:00");
    assert!(noon.contains(600) && noon.contains(719) && !noon.contains(720) && !noon.contains(599));
    let night = hours("22:00-06:00");
    assert!(night.contains(1320) && night.contains(1439) && night.contains(0) && night.contains(359));
    assert!(!night.contains(360) && !night.contains(1319));
    assert_eq!(hours("18:00-24:00"), hours("18:00-00:00"));
    assert_eq!(hours("00:00-24:00"), HourRange::DAY);
}

#[test]
fn what_is_no_range_of_hours_is_refused_with_a_hint() {
    for text in [
        "10-12",
        "10:00",
        "25:00-26:00",
        "10:60-12:00",
        "08:00-08:00",
        "24:00-06:00",
        "a:b-c:d",
        "+1:00-2:00",
    ] {
        let problem = HourRange::parse(text).expect_err(text);
        assert!(problem.message.contains(text) && problem.hint.is_some(), "{problem}");
    }
}

/// DOMAIN of the Fujian rule: valley 2920 h, flat 2920 h, peak 2736 h, super-peak 184 h, and the
/// mean multiple weighted by hours (2920 × 0.37 + 2920 + 2736 × 1.58 + 184 × 1.80) / 8760.
#[test]
fn the_fujian_year_has_2920_valley_2920_flat_2736_peak_and_184_super_peak_hours() {
    let compiled = compile(&entry("fujian-2025-10kv").expect("is in the catalogue").tariff);
    let hours: Vec<(&str, f64)> =
        compiled.band_names.iter().map(String::as_str).zip(compiled.hours_per_band.iter().copied()).collect();
    assert_eq!(hours, [("valley", 2920.0), ("flat", 2920.0), ("peak", 2736.0), ("super-peak", 184.0)]);
    let multiple = (2920.0 * 0.37 + 2920.0 + 2736.0 * 1.58 + 184.0 * 1.80) / 8760.0;
    close(compiled.mean_import_price_per_kwh, 0.210269 + 0.3739 * multiple, 1e-12);
}

/// Published points of August 2025, 1-10 kV (china_agency_price_points_2025).
#[test]
fn the_published_prices_of_august_2025_stand_in_their_hours() {
    let compiled = compile(&entry("fujian-2025-10kv").expect("is in the catalogue").tariff);
    let first_of_august = compiled.axis.month_starts()[7];
    for (hour, price) in [(0, 0.348612), (8, 0.584169), (10, 0.801031), (11, 0.883289)] {
        assert!((compiled.import_price_per_kwh[first_of_august + hour] - price).abs() < 1e-9);
    }
    // In January 11:00 is an ordinary peak hour.
    assert!((compiled.import_price_per_kwh[11] - 0.801031).abs() < 1e-9);
}

/// July 2026, single-part below 1 kV, as published.
#[test]
fn the_published_prices_of_july_2026_stand_in_their_hours() {
    let axis = axis(2026, 60);
    let tariff = entry("fujian-2026-1kv-single").expect("is in the catalogue").tariff;
    let compiled = tariff.compile(&axis, &calendar(axis), None).expect("compiles");
    let first_of_july = axis.month_starts()[6];
    for (hour, price) in [(0, 0.405793), (8, 0.640338), (10, 0.856268), (11, 0.938172)] {
        assert!((compiled.import_price_per_kwh[first_of_july + hour] - price).abs() < 1e-6);
    }
}

/// 2025: Wednesday 1 January is a holiday, Sunday 26 January is worked, Saturday 4 January is not.
#[test]
fn workdays_weekends_holidays_and_make_up_workdays_are_told_apart() {
    let on = |words: &[&str], price| {
        let rule = Rule { days: Days::of(words).expect("words"), ..Rule::always() };
        Band { rules: vec![rule], ..band(words[0], price, &[]) }
    };
    let tariff = banded(vec![
        on(&["ordinary-workday"], 1.0),
        on(&["weekend"], 2.0),
        on(&["holiday"], 3.0),
        on(&["make-up-workday"], 4.0),
    ]);
    let compiled = compile(&tariff);
    let price_of_day = |day: usize| compiled.import_price_per_kwh[day * 24 + 12];
    assert_eq!([1, 3, 0, 25].map(price_of_day), [1.0, 2.0, 3.0, 4.0]);
    // 28 days off and 5 make-up workdays by the notice; 52 Saturdays and 52 Sundays, of which
    // 10 fall into holidays and 5 are worked.
    assert_eq!(
        compiled.hours_per_band,
        [(365.0 - 28.0 - 5.0 - 89.0) * 24.0, 89.0 * 24.0, 28.0 * 24.0, 120.0]
    );
    assert!(Days::of(&["workday"]).expect("word").contains(DayKind::MakeUpWorkday));
}

#[test]
fn a_leap_year_has_one_more_day_in_every_band() {
    let axis = axis(2024, 60);
    let tariff = entry("fujian-2025-10kv").expect("is in the catalogue").tariff;
    let compiled = tariff.compile(&axis, &calendar(axis), None).expect("compiles");
    assert_eq!(compiled.hours_per_band, [2928.0, 2928.0, 2744.0, 184.0]);
    assert_eq!(compiled.import_price_per_kwh.len(), 8784);
}

#[test]
fn the_higher_precedence_wins_an_overlap() {
    let mut sharp = band("sharp", 1.2, &["11:00-12:00"]);
    sharp.rules[0].precedence = 1;
    let base = vec![band("day", 0.8, &["08:00-20:00"]), band("night", 0.3, &["20:00-08:00"])];
    let mut bands = base.clone();
    bands.push(sharp.clone());
    let after = compile(&banded(bands));
    bands = base;
    bands.insert(0, sharp);
    let before = compile(&banded(bands));
    assert_eq!(after.import_price_per_kwh, before.import_price_per_kwh);
    assert_eq!((after.import_price_per_kwh[10], after.import_price_per_kwh[11]), (0.8, 1.2));
}

/// A trigger at 35 °C: one hot day outside the months that have the super-peak anyway.
#[test]
fn heat_brings_the_super_peak_of_guangdong() {
    let axis = axis(2025, 60);
    let mut tariff = entry("guangdong-2021-tou").expect("is in the catalogue").tariff;
    tariff.purchase_price_per_kwh = Some(0.6.into());
    let mut air_c = vec![25.0; axis.steps()];
    let hot_day = 150; // 31 May
    air_c[hot_day * 24 + 14] = 35.0;
    air_c[(hot_day + 1) * 24 + 14] = 34.9;
    let with = tariff.compile(&axis, &calendar(axis), Some(&air_c)).expect("compiles");
    let without = tariff.compile(&axis, &calendar(axis), None).expect("compiles");
    assert_eq!(with.hours_per_band[3], without.hours_per_band[3] + 3.0);
    close(with.import_price_per_kwh[hot_day * 24 + 11], 0.6 * 2.125, 1e-12);
    close(with.import_price_per_kwh[(hot_day + 1) * 24 + 11], 0.6 * 1.7, 1e-12);
    assert!(with.warnings.is_empty());
    assert_eq!(without.warnings[0].kind, "no-temperature");
}

/// 浙发改价格〔2024〕21号: deep valley 10:00-14:00 in Spring Festival, Labour Day and National Day;
/// in 2025 these are 8, 5 and 8 days, four hours each; the one-day holiday of 1 January is none.
#[test]
fn the_deep_valley_of_zhejiang_holds_in_three_holidays() {
    let mut tariff = entry("zhejiang-2024-tou").expect("is in the catalogue").tariff;
    for (price, band) in [0.1, 0.3, 0.6, 0.9, 1.1].into_iter().zip(&mut tariff.bands) {
        band.price = BandPrice::PerKwh(price.into());
    }
    let compiled = compile(&tariff);
    assert_eq!(compiled.band_names[0], "deep-valley");
    assert_eq!(compiled.hours_per_band[0], (8.0 + 5.0 + 8.0) * 4.0);
    assert_eq!(
        compiled.import_price_per_kwh[10], 1.1,
        "1 January 10:00 is an ordinary super-peak hour of winter"
    );
    assert_eq!(compiled.import_price_per_kwh[28 * 24 + 10], 0.1, "29 January is in the Spring Festival");
}

/// Liaoning changes band at half past: an hourly step is priced by its halves.
#[test]
fn a_step_that_two_bands_share_costs_their_mean_by_time() {
    let bands = vec![band("low", 0.2, &["23:30-05:30"]), band("high", 1.0, &["05:30-23:30"])];
    let compiled = compile(&banded(bands));
    assert_eq!([4, 5, 6, 22, 23].map(|hour| compiled.import_price_per_kwh[hour]), [0.2, 0.6, 1.0, 1.0, 0.6]);
    assert_eq!(compiled.hours_per_band, [6.0 * 365.0, 18.0 * 365.0]);
    let import_kw = wavy_kw(&compiled.axis);
    let reading = meter(&compiled, &import_kw, &vec![0.0; 8760]);
    let bill = compiled.bill(&reading, &BillExtras::none(2025));
    let months = compiled.monthly(&bill, &reading, 0.0);
    let low_kwh: f64 = months.iter().map(|month| month.kwh_by_band[0]).sum();
    let by_hand: f64 = (0..8760)
        .map(|h| match h % 24 {
            0..5 => import_kw[h],
            5 | 23 => 0.5 * import_kw[h],
            _ => 0.0,
        })
        .sum();
    close(low_kwh, by_hand, 1e-12);
    close(
        bill.parts.energy_charge,
        0.2 * low_kwh + months.iter().map(|m| m.kwh_by_band[1]).sum::<f64>(),
        1e-12,
    );
}

/// Berlin, 1 July: 23:00 standard time is midnight of the next day by the wall clock.
#[test]
fn hours_follow_the_wall_clock_in_summer_time() {
    let axis = Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 60 };
    let zone = Zone::parse("Europe/Berlin").expect("is known");
    let calendar = Calendar::new(axis, &zone, false).0;
    let tariff = banded(vec![band("night", 0.2, &["00:00-06:00"]), band("day", 0.5, &["06:00-24:00"])]);
    let compiled = tariff.compile(&axis, &calendar, None).expect("compiles");
    let price = |day: usize, hour: usize| compiled.import_price_per_kwh[day * 24 + hour];
    assert_eq!([price(0, 23), price(0, 5), price(0, 6)], [0.5, 0.2, 0.5]);
    assert_eq!([price(181, 23), price(181, 4), price(181, 5)], [0.2, 0.2, 0.5]);
    // The last hour of June by standard time is billed in July.
    let end_of_june = axis.month_starts()[6] - 1;
    let segment = compiled.segments.iter().find(|s| s.end as usize > end_of_june).expect("covers the year");
    assert_eq!(segment.month, 6);
}

#[test]
fn segments_tile_the_year_and_end_with_month_band_and_windows() {
    let axis = axis(2025, 5);
    let mut tariff = entry("fujian-2025-10kv").expect("is in the catalogue").tariff;
    let evening = Rule::hours(&[hours("18:00-20:00")]);
    tariff.demand.push(DemandCharge { rules: vec![evening], ..DemandCharge::flat(3.0) });
    let compiled = tariff.compile(&axis, &calendar(axis), None).expect("compiles");
    assert_eq!(compiled.layout.metering_steps, 3);
    let mut next = 0;
    for pair in compiled.segments.windows(2) {
        let differs = |a: &crate::dispatch::Segment| (a.month, a.band, a.windows);
        assert_ne!(differs(&pair[0]), differs(&pair[1]), "a segment is as long as it can be");
    }
    for segment in &compiled.segments {
        assert_eq!(segment.start, next);
        assert!(segment.start % 3 == 0 && segment.end % 3 == 0 && segment.end > segment.start);
        for step in segment.start as usize..segment.end as usize {
            assert_eq!((compiled.band[step], compiled.windows[step]), (segment.band, segment.windows));
            let hour = step / 12 % 24;
            assert_eq!(segment.windows, if (18..20).contains(&hour) { 0b111 } else { 0b011 });
        }
        next = segment.end;
    }
    assert_eq!(next as usize, axis.steps());
}

/// A price that holds is told for a band with hours, whether or not anything is imported in them; where
/// it changes within the band there is nothing to average.
#[test]
fn a_band_without_import_still_tells_its_one_price() {
    let compiled = compile(&entry("fujian-2025-10kv").expect("is in the catalogue").tariff);
    let idle = vec![0.0; compiled.axis.steps()];
    let august = &compiled.by_band(&idle, &idle, 0.02)[7];
    let valley = august[0].mean_import_price_per_kwh().expect("holds");
    assert!((valley - (0.348612 - 0.02766875)).abs() < 1e-6, "{valley}");
    let hourly: Vec<f64> = (0..8760).map(|hour| f64::from(hour % 2)).collect();
    let tariff = Tariff { import_price_per_kwh: Some(Level::Series(hourly.into())), ..Tariff::flat(0.0) };
    let flat = &compile(&tariff).by_band(&idle, &idle, 0.0)[7][0];
    assert_eq!((flat.mean_import_price_per_kwh(), flat.import_price_per_kwh), (None, Some((0.0, 1.0))));
}
