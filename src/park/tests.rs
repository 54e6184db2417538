//! Tests of the model of the home case.

use super::*;
use crate::scenario::Scenario;

fn home() -> Project {
    let scenario = Scenario::home().expect("reads");
    build(&scenario, BuildOptions { seed: 1 }).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Yields quoted for Ningde are 1,000 to 1,100 kWh/kWp at GHI 1,250 to 1,350; the Fuzhou file has
/// 1,430, so the roofs give up to a tenth more.
#[test]
fn roofs_of_the_home_case_yield_what_the_weather_allows() {
    let project = home();
    let roofs = &project.parks[0].generators[0];
    let yield_kwh: f64 = roofs.per_kw.iter().sum();
    assert!((1050.0..1250.0).contains(&yield_kwh), "{yield_kwh}");
    let load: f64 = project.parks[0].loads[0].1.iter().sum();
    assert!((load - 9.0e8).abs() < 1.0);
}
