//! What a planner sees of a storage: cycles, losses, health, life, and messages on wrong input.

use std::fs;

use tempfile::TempDir;
use zeropark::metrics::{Energy, StorageUnit};
use zeropark::park::{BuildOptions, build, simulate::simulate};
use zeropark::problem::{Problem, Problems};
use zeropark::scenario::Scenario;

const WEATHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/weather/fuzhou.epw.gz");
/// A place with winters of -25 °C.
const COLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/weather/urumqi.epw.gz");

/// A roof, an almost flat load and one storage, in steps of some minutes.
fn scenario(step_minutes: u32, storage: &str) -> String {
    format!(
        r#"schema = 1
name = "one store"
[time]
year = 2025
step_minutes = {step_minutes}
[site]
latitude_deg = 26.1
longitude_deg = 119.3
timezone = "Asia/Shanghai"
weather = "{WEATHER}"
[economics]
discount_rate = 0.08
lifetime_years = 25
[[park]]
name = "p"
[[park.load]]
archetype = "copper-smelter"
annual_mwh = 525
[[park.pv]]
capacity_kw = 400
tilt_deg = 10
azimuth_deg = 180
[park.grid.tariff]
import_price_per_kwh = 0.6
[[park.storage]]
name = "store"
power_kw = 150
energy_kwh = 300
{storage}
"#
    )
}

fn read(text: &str) -> Result<Scenario, Problems> {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("s.toml"), text).expect("writes");
    Scenario::read(&folder.path().join("s.toml"))
}

fn run(step_minutes: u32, storage: &str) -> (Energy, StorageUnit, Vec<String>) {
    let scenario = read(&scenario(step_minutes, storage)).unwrap_or_else(|problems| panic!("{problems}"));
    let project = build(&scenario, BuildOptions { seed: 1 }).unwrap_or_else(|problems| panic!("{problems}"));
    let results = simulate(&project, &|_| Ok(()), &|| false).expect("runs");
    let metrics = &results.parks[0].configured;
    let of_storage = results.warnings.iter().filter(|warning| warning.to_string().contains(".storage."));
    let warnings = of_storage.map(ToString::to_string).collect();
    (metrics.energy.expect("energies"), metrics.storage[0].clone(), warnings)
}

/// About 300 cycles a year of the sun's surplus. The LFP cell of the reference loses 4 % to 7 % in
/// such a first year and ends (70 %) between 15 and 40 years; its costs replace it every 12 years.
#[test]
fn a_store_tells_its_cycles_health_and_life() {
    let (energy, unit, warnings) = run(60, "");
    assert!((150.0..400.0).contains(&unit.full_cycles), "{}", unit.full_cycles);
    let soh = unit.soh_end_of_year.expect("ages");
    assert!((0.93..0.97).contains(&soh), "{soh}");
    let years = unit.years_to_end_of_life.expect("ends");
    assert!((15.0..40.0).contains(&years), "{years}");
    assert_eq!(unit.replacements, Some(2.0));
    assert_eq!((unit.soh_by_year[0], unit.soh_by_year[1], unit.soh_by_year[12]), (1.0, soh, 1.0));
    // Each cycle discharges its depth, so the cycles by class bracket the energy that went through.
    let through = |edge: f64| -> f64 {
        let classes = unit.cycles_by_depth.iter().enumerate();
        classes.map(|(class, count)| count * (class as f64 + edge) / 10.0).sum()
    };
    assert!((through(0.0)..through(1.0) + 1.0).contains(&unit.full_cycles), "{:?}", unit.cycles_by_depth);
    assert!(energy.balance_residual_kwh.abs() < 1e-6);
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn a_store_without_ageing_has_no_health_to_tell() {
    let (_, unit, _) = run(60, "ageing = \"none\"");
    assert_eq!((unit.soh_end_of_year, unit.years_to_end_of_life, unit.replacements), (None, None, None));
    assert!(unit.soh_by_year.is_empty());
    assert!(unit.full_cycles > 0.0);
}

/// The textbook case: nothing is lost but what the efficiencies take. By hand: energy in times 0.9
/// less energy out over 0.8 is the change of what is stored.
#[test]
fn a_textbook_store_loses_what_its_efficiencies_take() {
    let (energy, _, _) = run(
        60,
        "charge_efficiency = 0.9\ndischarge_efficiency = 0.8\nself_discharge_per_day = 0\nageing = \"none\"",
    );
    let (charge, discharge) = (energy.storage_charge_kwh, energy.storage_discharge_kwh);
    let change = 0.9 * charge - discharge / 0.8;
    assert!(change.abs() <= 300.0 * 0.9 + 1e-6);
    assert!((energy.storage_loss_kwh - (charge - discharge - change)).abs() < 1e-6);
}

/// Standby and auxiliaries draw 1.02 % of 150 kW all year, by hand 13,403 kWh; cooling comes on top.
#[test]
fn detailed_losses_add_standby_auxiliaries_and_cooling() {
    let (simple, ..) = run(60, "");
    let (detailed, ..) = run(60, "losses = \"detailed\"");
    let more = detailed.storage_loss_kwh - simple.storage_loss_kwh;
    assert!((12_000.0..22_000.0).contains(&more), "{more}");
    assert!(detailed.balance_residual_kwh.abs() < 1e-6);
}

/// The same year in finer steps: sharper weather moves the trajectory, not the ageing.
#[test]
fn health_does_not_depend_on_the_step() {
    for keys in ["", "losses = \"detailed\"", "conditioning = \"none\"", "chemistry = \"nmc\""] {
        let loss = |step_minutes| 1.0 - run(step_minutes, keys).1.soh_end_of_year.expect("ages");
        let hourly = loss(60);
        for step_minutes in [30, 15, 5] {
            let fine = loss(step_minutes);
            println!("{keys} at {step_minutes} min: {:+.2} %", 100.0 * (fine / hourly - 1.0));
            assert!((fine / hourly - 1.0).abs() < 0.02, "{keys} {step_minutes} min: {fine} against {hourly}");
        }
    }
}

#[test]
fn every_chemistry_of_the_catalogue_runs() {
    for name in zeropark::storage::chemistry_names() {
        let (_, unit, _) = run(60, &format!("chemistry = \"{name}\""));
        let soh = unit.soh_end_of_year.expect("ages");
        assert!((0.7..0.999).contains(&soh), "{name}: {soh}");
    }
}

#[test]
fn crossed_bounds_and_unknown_chemistries_are_named_with_their_line() {
    let text = scenario(60, "soc_min = 0.9\nsoc_max = 0.2");
    let found = |text: &str| {
        let problems = match read(text) {
            Err(problems) => problems,
            Ok(scenario) => match build(&scenario, BuildOptions { seed: 1 }) {
                Err(problems) => problems,
                Ok(_) => panic!("must not pass"),
            },
        };
        problems.0.into_iter().find(|problem| problem.is_error()).expect("an error")
    };
    let crossed = found(&text);
    assert_eq!(crossed.kind, "crossed-bounds");
    let line = 1 + text.lines().position(|line| line.starts_with("soc_min")).expect("there");
    assert_eq!(crossed.place.line, Some(line));
    assert_eq!(crossed.place.key.as_deref(), Some("park.p.storage.store.soc_min"));
    let unknown = found(&scenario(60, "chemistry = \"lead\""));
    assert!(unknown.hint.is_some_and(|hint| hint.contains("lfp")));
}

/// A unit at 80 % of its capacity cycles less energy, and goes on ageing from there; one with twice the
/// resistance loses more of what it cycles.
#[test]
fn a_worn_store_has_a_smaller_window_and_goes_on_ageing() {
    let (new, new_unit, _) = run(60, "");
    let (worn, unit, _) = run(60, "state_of_health = 0.8");
    assert!(worn.storage_discharge_kwh < 0.95 * new.storage_discharge_kwh);
    let soh = unit.soh_end_of_year.expect("ages");
    assert!((0.77..0.8).contains(&soh), "{soh}");
    let years = |unit: &StorageUnit| unit.years_to_end_of_life.expect("ends");
    assert!(years(&unit) < 0.8 * years(&new_unit), "{} {}", years(&unit), years(&new_unit));
    let (resisting, ..) = run(60, "relative_resistance = 2.0");
    assert!(resisting.storage_loss_kwh > 1.2 * new.storage_loss_kwh);
    let text = scenario(60, "state_of_health = 0.6");
    let Err(problems) = build(&read(&text).expect("reads"), BuildOptions { seed: 1 }) else {
        panic!("is past its end of life")
    };
    assert!(problems.to_string().contains("end of life"), "{problems}");
}

/// Bare cells in a cold place leave the range that the ageing law was fitted in (0 to 60 °C at rest), and
/// their power falls; both are told with range and source. Conditioned ones do neither.
#[test]
fn bare_cells_in_the_cold_lose_power_and_are_warned_of() {
    let told = |conditioning: &str| {
        let keys = format!("losses = \"detailed\"\nconditioning = \"{conditioning}\"");
        let text = scenario(60, &keys)
            .replace(WEATHER, COLD)
            .replace("latitude_deg = 26.1", "latitude_deg = 43.8")
            .replace("longitude_deg = 119.3", "longitude_deg = 87.65");
        let scenario = read(&text).unwrap_or_else(|problems| panic!("{problems}"));
        let project =
            build(&scenario, BuildOptions { seed: 1 }).unwrap_or_else(|problems| panic!("{problems}"));
        let results = simulate(&project, &|_| Ok(()), &|| false).expect("runs");
        let all: Vec<Problem> = project.warnings.iter().chain(&results.warnings).cloned().collect();
        let kinds = ["beyond-fitted-range", "beyond-working-range"];
        let of_storage =
            |found: &&Problem| found.place.key.as_deref().is_some_and(|key| key.contains("storage"));
        let mine: Vec<&Problem> = all.iter().filter(of_storage).collect();
        kinds.map(|kind| mine.iter().find(|found| found.kind == kind).map(ToString::to_string))
    };
    assert_eq!(told("active"), [None, None]);
    let [fitted, working] = told("none");
    let (fitted, working) = (fitted.expect("is cold"), working.expect("is cold"));
    assert!(fitted.contains("holds from 0 to 60 °C") && fitted.contains("Naumann"), "{fitted}");
    assert!(
        working.contains("park.p.storage.store.conditioning") && working.contains("power falls"),
        "{working}"
    );
}

/// By hand: 1.02 % of 150 kW through 8760 h is 13,403 kWh; conditioning is a fraction of that in Fuzhou.
#[test]
fn the_draw_of_a_detailed_store_is_told() {
    let scenario =
        read(&scenario(60, "losses = \"detailed\"")).unwrap_or_else(|problems| panic!("{problems}"));
    let project = build(&scenario, BuildOptions { seed: 1 }).unwrap_or_else(|problems| panic!("{problems}"));
    let fact = project.facts.iter().find(|fact| fact.key == "park.p.storage.store.losses").expect("is told");
    assert!(fact.text.contains("auxiliaries draw 13403 kWh a year, cooling and heating "), "{}", fact.text);
    let (.., unit, _) = run(60, "losses = \"detailed\"");
    assert!((unit.auxiliary_kwh.expect("draws") - 0.0102 * 150.0 * 8760.0).abs() < 1e-6, "{unit:?}");
    let conditioning_kwh = unit.conditioning_kwh.expect("is cooled");
    assert!((300.0..10_000.0).contains(&conditioning_kwh), "{conditioning_kwh}");
    let (.., bare, _) = run(60, "losses = \"detailed\"\nconditioning = \"none\"");
    assert_eq!(bare.conditioning_kwh, Some(0.0));
    let (.., simple, _) = run(60, "");
    assert_eq!((simple.auxiliary_kwh, simple.conditioning_kwh), (None, None));
}
