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

/// The Fuzhou file's 3.1 m/s at 10 m, carried to 120 m by the one-seventh law, gives 1,100 to
/// 1,550 full-load hours before losses, far below the coast's 2,600.
#[test]
fn wind_of_the_home_case_runs_as_its_weather_allows() {
    let project = home();
    let farms = project.parks.iter().flat_map(|park| &park.generators);
    let farms: Vec<_> = farms.filter(|generator| generator.kind == project::GeneratorKind::Wind).collect();
    assert!(!farms.is_empty());
    for farm in farms {
        let hours: f64 = farm.per_kw.iter().sum();
        // The candidate on a direct line has the wind of the sea, rescaled.
        let usual = if farm.direct_line { 3500.0..4100.0 } else { 900.0..1550.0 };
        assert!(usual.contains(&hours), "{}: {hours}", farm.name);
    }
}

/// The fleets of the home case are there, lose few sessions, and the managed ones have limits.
#[test]
fn fleets_of_the_home_case_are_served() {
    let project = home();
    assert!(project.parks.iter().all(|park| !park.fleets.is_empty()));
    for park in &project.parks {
        for fleet in &park.fleets {
            let (sessions, lost) = (fleet.sessions.sessions, fleet.sessions.lost_sessions);
            assert!(sessions > Some(100.0), "{} {}", park.name, fleet.name);
            assert!(lost < sessions.map(|count| 0.03 * count), "{} {}: {lost:?}", park.name, fleet.name);
        }
    }
    let commuters = &project.parks[0].fleets[0];
    assert!(commuters.in_baseline && commuters.limits.is_some());
}
