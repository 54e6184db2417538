//! Ledgers of electricity against exact rational arithmetic.

use serde_json::Value;
use zeropark::metrics::carbon::{MatchSeries, location_based_kg, market_based, matching};

use crate::harness::{Suite, case_name};

#[test]
fn ledgers_match_exact_arithmetic() {
    let mut suite = Suite::open("carbon");
    for file in suite.files("", ".json") {
        let json = suite.json(&file);
        match &json {
            Value::Array(cases) => {
                for case in cases {
                    compare(&mut suite, case["name"].as_str().expect("a name"), case);
                }
            }
            case => compare(&mut suite, &case_name(&file), case),
        }
    }
    suite.finish();
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

fn compare(suite: &mut Suite, name: &str, case: &Value) {
    let inputs = &case["inputs"];
    let column = |key: &str| numbers(&inputs[key]);
    let number = |key: &str| inputs[key].as_f64().expect("a number");
    let (load, onsite, contracted) =
        (column("load_kwh"), column("onsite_cfe_kwh"), column("contracted_cfe_kwh"));
    let (factor, clean) = (column("grid_ef_kg_per_kwh"), column("grid_cfe_fraction"));
    let import: Vec<f64> = load.iter().zip(&onsite).map(|(load, own)| (load - own).max(0.0)).collect();
    let export: Vec<f64> = load.iter().zip(&onsite).map(|(load, own)| (own - load).max(0.0)).collect();
    let green: Vec<f64> = onsite.iter().zip(&export).map(|(own, export)| own - export).collect();
    let zeros = vec![0.0; load.len()];
    let total = |values: &[f64]| values.iter().sum::<f64>();
    let hours = matching(&MatchSeries {
        need: &load,
        green: &green,
        import: &import,
        charge: &zeros,
        discharge: &zeros,
        stored: &zeros,
        contracted: &contracted,
        grid_clean_share: &clean,
        factor_kg: &factor,
    });
    let residual = number("residual_ef_kg_per_kwh");
    let certificates = number("unbundled_certificates_kwh");
    let market = market_based(total(&import), total(&contracted) + certificates, residual);
    let location = location_based_kg(&import, &factor);
    let avoided = location_based_kg(&export, &factor);
    let scope1: f64 = inputs["scope1"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|fuel| fuel["quantity"].as_f64().expect("a number") * fuel["ef"].as_f64().expect("a number"))
        .sum();
    let volume = share(total(&onsite) + total(&contracted) + certificates, total(&load));
    let ours = [
        ("import_kwh", Some(total(&import))),
        ("export_kwh", Some(total(&export))),
        ("scope1_kg", Some(scope1)),
        ("scope2_location_kg", Some(location)),
        ("scope2_location_net_of_export_kg", Some(location - avoided)),
        ("export_avoided_kg", Some(avoided)),
        ("scope2_market_annual_kg", Some(market.kg)),
        ("scope2_market_hourly_matched_residual_kg", Some(hours.unmatched_import * residual)),
        ("scope2_market_hourly_matched_grid_ef_kg", Some(hours.unmatched_import_kg)),
        ("cfe_score_247", hours.score()),
        ("cfe_hourly_matched_share_without_grid", hours.matched_share()),
        ("annual_volumetric_share", volume),
        ("annual_volumetric_share_capped", volume.map(|share| share.min(1.0))),
        ("self_consumption", share(total(&green), total(&onsite))),
        ("self_sufficiency", share(total(&green), total(&load))),
        ("average_intensity_location_kg_per_kwh", share(location, total(&load))),
    ];
    let expected = case["expected"].as_object().expect("expected values");
    suite.require(name, "columns", ours.len() == expected.len(), "every expected value is compared");
    for (key, ours) in ours {
        match (ours, expected[key].as_f64()) {
            (Some(ours), Some(expected)) => suite.compare(name, key, "ledger", [(ours, expected)]),
            (ours, expected) => suite.require(name, key, ours == expected, "null stands for null"),
        }
    }
}
