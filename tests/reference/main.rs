//! Values computed by independent, trusted tools, compared with zeropark.
//!
//! `cargo test --test reference` has one test per suite. A suite is a folder beside this file
//! with its README, and one module here. `ZEROPARK_REFERENCE=<folder>` points the same tests at
//! `<folder>/<suite>/` with cases of one's own in the same format;
//! `ZEROPARK_REFERENCE_REPORT=<file>` writes what was compared and the worst error as CSV.
//! Tolerances stand in `tolerances.toml` as the suites' READMEs state them.
//!
//! To add a suite: write `<suite>.rs` (open a `harness::Suite`, `compare` its columns, `finish`), name the module below, move the
//! suite from [`NOT_YET`] to [`SERVED`].

mod battery;
mod carbon;
mod economics;
mod economics_bills;
mod ev;
// What a suite uses of the harness is its own choice.
mod dispatch;
mod dispatch_general;
#[cfg(feature = "highs")]
mod dispatch_highs;
#[allow(dead_code, unused_imports)]
mod harness;
mod irradiance;
mod pv;
mod solar_position;
mod solar_site;
mod wind;

/// Suites that a module here serves.
const SERVED: &[&str] =
    &["battery", "carbon", "dispatch", "economics", "ev", "irradiance", "pv", "solar_position", "wind"];

/// Suites that no code serves yet.
const NOT_YET: &[&str] = &["powerflow"];

/// Every folder of cases is either served or stands openly on the list of what is missing.
#[test]
fn every_suite_is_served_or_stands_on_the_list() {
    use std::io::Write;
    let mut stderr = std::io::stderr().lock();
    let _ =
        writeln!(stderr, "NOT_YET: {}", if NOT_YET.is_empty() { "none".into() } else { NOT_YET.join(", ") });
    for suite in harness::suite_folders() {
        let served = SERVED.contains(&suite.as_str());
        let missing = NOT_YET.contains(&suite.as_str());
        assert!(served != missing, "suite {suite} must be in SERVED or in NOT_YET, and not in both");
    }
    for suite in SERVED {
        assert!(harness::has_tolerances(suite), "tolerances.toml says nothing about {suite}");
    }
}
