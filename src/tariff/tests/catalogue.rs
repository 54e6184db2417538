//! Every entry of the catalogue.

use super::*;
use crate::catalogue::Grade;

#[test]
fn every_entry_has_document_date_source_and_covers_the_year() {
    let names: Vec<&str> = names().collect();
    assert_eq!(names.len(), 9 + 27);
    for name in &names {
        let entry = entry(name).expect("is in the catalogue");
        assert_eq!((entry.name, entry.tariff.name.as_str()), (*name, *name));
        let texts = [
            entry.document,
            entry.date,
            entry.area,
            entry.note,
            &entry.title.en,
            &entry.title.zh,
            entry.source,
        ];
        assert!(texts.iter().all(|text| !text.is_empty()), "{name}");
        assert!(entry.document.contains('号'), "{name}: {}", entry.document);
        assert!(entry.date.starts_with("202"), "{name}: {}", entry.date);
        assert!(entry.numbers.iter().all(|(_, number)| !number.source.is_empty()), "{name}");
        let mut tariff = entry.tariff;
        for band in &mut tariff.bands {
            if band.price == BandPrice::Unknown {
                band.price = BandPrice::PerKwh(0.5.into());
            }
        }
        tariff.purchase_price_per_kwh.get_or_insert(0.4.into());
        for year in [2024, 2025, 2026] {
            for step_minutes in [60, 15] {
                let axis = axis(year, step_minutes);
                let compiled = tariff
                    .compile(&axis, &calendar(axis), None)
                    .unwrap_or_else(|problems| panic!("{name} {year}: {problems:#?}"));
                let hours: f64 = compiled.hours_per_band.iter().sum();
                assert!((hours - axis.steps() as f64 * axis.step_h()).abs() < 1e-6, "{name} {year}");
                assert!(!compiled.band_names.contains(&"other".to_owned()), "{name}");
            }
        }
    }
    assert!(entry("atlantis").is_none());
}

/// Known points stand under their own vintage; what is assumed says so.
#[test]
fn only_published_vintages_are_better_than_assumed_in_their_energy_price() {
    let energy_is_known = |name: &str| {
        let numbers = entry(name).expect("is in the catalogue").numbers;
        ["purchase_price_per_kwh", "fixed_price_per_kwh"]
            .iter()
            .all(|key| numbers.iter().any(|(k, n)| k == key && n.grade != Grade::Assumed))
    };
    let known: Vec<&str> =
        names().filter(|name| !name.ends_with("-tou")).filter(|name| energy_is_known(name)).collect();
    assert_eq!(known, ["fujian-2025-10kv", "fujian-2026-1kv-single"]);
    assert_eq!(entry("fujian-2025-110kv").expect("is in the catalogue").grade, Grade::Assumed);
    assert_eq!(entry("yunnan-2024-tou").expect("is in the catalogue").grade, Grade::Sourced);
    // A vintage holds one purchase price: nothing is mixed under one name.
    let purchase = |name: &str| entry(name).expect("is in the catalogue").tariff.purchase_price_per_kwh;
    for name in names().filter(|name| name.starts_with("fujian-2025")) {
        assert_eq!(purchase(name), Some(0.3739.into()), "{name}");
    }
}

/// 粤发改价格〔2021〕331号: peak, flat and valley as 1.7 : 1 : 0.38, super-peak 25 % above peak; the
/// published five-city prices of June 2025 at 11:00 are 1.43077 on a super-peak and 1.15017 on a
/// peak day, that is 1.25 × (1.15017 - f) = 1.43077 - f for funds f of 2.777 fen.
#[test]
fn the_multiples_of_guangdong_fit_two_published_prices() {
    let tariff = entry("guangdong-five-cities-2021-tou").expect("is in the catalogue").tariff;
    let multiple =
        |name: &str| match tariff.bands.iter().find(|band| band.name == name).map(|band| &band.price) {
            Some(BandPrice::Multiplier(months)) => months[5],
            other => panic!("{name}: {other:?}"),
        };
    let (peak, sharp) = (multiple("peak"), multiple("super-peak"));
    let flat = (1.43077 - 1.15017) / (sharp - peak);
    let funds = 1.15017 - peak * flat;
    assert!((funds - 0.02777).abs() < 1e-4, "{funds}");
}
