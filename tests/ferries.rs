//! Ferries of a real timetable and ships on shore power, from the scenario to the summary.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const PARK: &str = r#"schema = 1
name = "quay"
[time]
year = 2025
step_minutes = 15
calendar = "none"
[site]
latitude_deg = 59.5
longitude_deg = 18.4
timezone = "Europe/Stockholm"
[[park]]
name = "quay"
[[park.load]]
archetype = "office"
annual_mwh = 100
"#;

/// Östanå–Ljusterö in summer; battery, crossing energy and berths are assumed.
const FERRIES: &str = r#"[[park.charging]]
name = "ferries"
timetable = "ljusteroleden_summer_2020.csv"
terminal = "Östanå"
season = ["05-01", "09-30"]
crossing_min = 6
crossing_kwh = 35
connection_min = 1
battery_kwh = 1000
chargers = [{ class = "ship-1mw", count = 4 }]
replaces = "marine-diesel"
"#;

fn zeropark(text: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let name = "ljusteroleden_summer_2020.csv";
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/charging").join(name);
    std::fs::copy(source, folder.path().join(name)).expect("copies");
    std::fs::write(folder.path().join("quay.toml"), text).expect("writes");
    Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .args(arguments)
        .output()
        .expect("starts")
}

fn fleet(text: &str) -> Value {
    let output = zeropark(text, &["run", "quay.toml", "--json", "-q", "--no-plots", "--no-series"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    summary["parks"][0]["configured"]["charging"][0].clone()
}

/// 149 departures and the 33 that have to come back empty, 153 days, 35 kWh each: 974,610 kWh, of
/// which the full batteries of the first day's ferries are not charged.
#[test]
fn a_timetable_becomes_sessions_at_the_berth() {
    let fleet = fleet(&format!("{PARK}{FERRIES}"));
    let number = |key: &str| fleet[key].as_f64().expect("a number");
    let crossings = (149.0 + 33.0) * 153.0 * 35.0;
    assert!((crossings - 15_000.0..crossings + 5_000.0).contains(&number("demanded_kwh")), "{fleet}");
    assert!(number("unmet_kwh") < 0.03 * number("demanded_kwh"), "{fleet}");
    let said = zeropark(&format!("{PARK}{FERRIES}"), &["check", "quay.toml"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("ferries keep the timetable of 149 departures a day"), "{said}");
}

/// The table of ships.toml: a container ship of 3,000 t draws 257 kW at berth, one of 150,000 t 5,717 kW.
#[test]
fn shore_power_follows_type_and_tonnage() {
    let shore = |gross_tonnage: u32| {
        let text = format!(
            "{PARK}[[park.charging]]\nname = \"berth\"\nfleet = \"shore-power\"\nvehicles = 20\nship_type = \"container\"\n\
             gross_tonnage = {gross_tonnage}\nchargers = [{{ class = \"shore-hv-1mva\", count = 20 }}]\n"
        );
        fleet(&text)["demanded_kwh"].as_f64().expect("a number")
    };
    assert!(
        (shore(150_000) / shore(3000) / (5717.0 / 257.0) - 1.0).abs() < 0.02,
        "{}",
        shore(150_000) / shore(3000)
    );
}

#[test]
fn wrong_timetables_are_answered() {
    for (from, to, words) in [
        ("terminal = \"Östanå\"", "terminal = \"Ostana\"", "did you mean \"Östanå\"?"),
        (
            "terminal = \"Östanå\"\n",
            "",
            "`terminal` is missing: where do ferries charge? (hint: add `terminal = \"Ljusterö\"`)",
        ),
        ("crossing_kwh = 35\n", "", "`crossing_kwh` is missing"),
        (
            "battery_kwh = 1000",
            "battery_kwh = 50",
            "35 kWh there and again back is more than the battery of 50 kWh holds",
        ),
        ("\"05-01\", \"09-30\"", "\"09-30\", \"05-01\"", "the last day is before the first"),
        ("\"05-01\", \"09-30\"", "\"05-32\", \"09-30\"", "\"05-32\" is not a day of 2025"),
        ("ljusteroleden_summer_2020.csv", "quay.toml", "the timetable has no departure"),
        ("replaces", "sessions = \"s.csv\"\nreplaces", "`timetable` is given beside `sessions` or `series`"),
    ] {
        assert!(FERRIES.contains(from), "{from}");
        let output = zeropark(&format!("{PARK}{}", FERRIES.replacen(from, to, 1)), &["check", "quay.toml"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{words}\n{said}");
    }
    let shore = "[[park.charging]]\nfleet = \"shore-power\"\nvehicles = 2\nship_type = \"containr\"\ngross_tonnage = 3000\n\
                 chargers = [{ class = \"shore-hv-1mva\", count = 2 }]\n";
    let output = zeropark(&format!("{PARK}{shore}"), &["check", "quay.toml"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("did you mean \"container\"?"), "{said}");
}

/// Nine calls a day of seven hours at four berths leave room when they come at any time; half an hour around
/// high water brings them all at once, twice a day, so they wait. The window changes no voyage.
#[test]
fn a_narrow_tide_window_makes_cargo_ships_wait_for_berths() {
    let ships = |window_h: f64| {
        let text = format!(
            "{PARK}[[park.charging]]\nfleet = \"electric-cargo-ship\"\nvehicles = 30\ntide_window_h = {window_h:?}\n\
             replaces = \"marine-diesel\"\nchargers = [{{ class = \"ship-1mw\", count = 4 }}]\n"
        );
        fleet(&text)["mean_wait_min"].as_f64().expect("a number")
    };
    let (any, narrow) = (ships(0.0), ships(0.5));
    assert!(narrow > 1.5 * any, "{any} {narrow}");
}

/// The catalogue's bidirectional charger of 60 kW, there and back: its efficiency squared.
#[test]
fn check_tells_what_vehicles_may_feed_back() {
    let text = format!(
        "{PARK}[[park.charging]]\nname = \"vans\"\nfleet = \"light-truck\"\nvehicles = 10\nstrategy = \"v2g\"\n\
         chargers = [{{ class = \"dc-60kw-v2g\", count = 10 }}]\n"
    );
    let output = zeropark(&text, &["check", "quay.toml"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let gun = zeropark::charging::charger_class("dc-60kw-v2g").expect("known");
    let round_trip = format!("round-trip efficiency {:.1} %", 100.0 * gun.efficiency * gun.efficiency);
    assert!(said.contains("can be moved") && said.contains(&round_trip), "{round_trip} {said}");
}

/// Packs swapped from ships are charged on land for a day: 120 kW for 24 h less the 15 minutes of the swap would
/// give more than the whole battery of 1,047 kWh, so nothing is unmet; and one slot never takes more than 120 kW
/// over its efficiency, with its standby.
#[test]
fn cargo_ships_swap_packs_that_are_charged_on_land() {
    let text = format!(
        "{PARK}[[park.charging]]\nfleet = \"swap-cargo-ship\"\nvehicles = 10\nreplaces = \"marine-diesel\"\n\
         chargers = [{{ class = \"ship-swap-slot-120kw\", count = 12 }}]\n"
    );
    let fleet = fleet(&text);
    let number = |key: &str| fleet[key].as_f64().expect("a number");
    assert!(number("sessions") > 500.0 && number("delivered_kwh") > 0.0, "{fleet}");
    assert!(number("unmet_kwh") < 0.02 * number("demanded_kwh"), "{fleet}");
    let slot = zeropark::charging::charger_class("ship-swap-slot-120kw").expect("known");
    assert!(number("peak_kw") <= 12.0 * (120.0 / slot.efficiency + slot.standby_kw) + 1e-6, "{fleet}");
}

fn cars(second: &str) -> String {
    format!(
        "{PARK}[[park.charging]]\nname = \"staff\"\nfleet = \"commuter-car\"\nvehicles = 80\n\
         chargers = [{{ class = \"ac-7kw\", count = 10 }}]\n\
         [[park.charging]]\nname = \"shifts\"\nfleet = \"shift-worker\"\nvehicles = 80\n{second}\n"
    )
}

/// By hand: what both fleets receive over 0.98 (charger) and 0.93 (on board), and the standby of ten guns, once.
/// Two fleets at ten guns lose more sessions than at ten guns each.
#[test]
fn fleets_share_chargers_and_their_standby_is_counted_once() {
    let park = |second: &str| {
        let text = cars(second);
        let output = zeropark(&text, &["run", "quay.toml", "--json", "-q", "--no-plots", "--no-series"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let summary: Value = serde_json::from_slice(&output.stdout).expect("is JSON");
        summary["parks"][0]["configured"].clone()
    };
    let sum = |park: &Value, key: &str| -> f64 {
        park["charging"]
            .as_array()
            .expect("fleets")
            .iter()
            .map(|fleet| fleet[key].as_f64().expect("a number"))
            .sum()
    };
    let shared = park("shares_chargers_of = \"staff\"");
    let apart = park("chargers = [{ class = \"ac-7kw\", count = 10 }]");
    let gun = zeropark::charging::charger_class("ac-7kw").expect("known");
    let by_hand_kwh = sum(&shared, "delivered_kwh") / (0.98 * 0.93) + 10.0 * gun.standby_kw * 8760.0;
    let charging_kwh = shared["energy"]["charging_kwh"].as_f64().expect("a number");
    assert!((charging_kwh / by_hand_kwh - 1.0).abs() < 2e-3, "{charging_kwh} {by_hand_kwh}");
    assert!(sum(&shared, "lost_sessions") > sum(&apart, "lost_sessions"));
}

#[test]
fn who_shares_the_chargers_of_nobody_is_told_the_nearest_name() {
    for (second, expected) in [
        ("shares_chargers_of = \"stuff\"", "did you mean \"staff\"?"),
        ("shares_chargers_of = \"shifts\"", "has no chargers of its own"),
    ] {
        let output = zeropark(&cars(second), &["check", "quay.toml"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}
