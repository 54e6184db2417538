//! What `check` says of a tariff: hours, prices, proof, evidence.

use super::*;
use std::process::Command;

fn check(grid: &str) -> (String, String) {
    let folder = TempDir::new().expect("a folder");
    Year::default().write(folder.path(), grid);
    let output = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .args(["check", "s.toml"])
        .output()
        .expect("starts");
    assert_eq!(output.status.code(), Some(0));
    (String::from_utf8(output.stdout).expect("is text"), String::from_utf8(output.stderr).expect("is text"))
}

/// The published prices of August 2025 and the hours of the rule, its document, and that it holds exactly once.
#[test]
fn check_prints_hours_prices_evidence_and_the_proof_of_coverage() {
    let (text, _) = check("[park.grid]\ntariff = \"fujian-2025-10kv\"\n");
    for words in [
        "fujian-2025-10kv: valley 2,920 h at 0.3486, flat 2,920 h at 0.5842, peak 2,736 h at 0.8010, super-peak 184 h \
         at 0.8833",
        "each of the 525,600 minutes of 2025 is in exactly one band",
        "mean price",
        "闽发改规〔2023〕8号; agency prices of August 2025; 2025-08; weakest number: assumed",
    ] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
}

/// Prices that differ within a band are given as a range; a tariff of the scenario has no document.
#[test]
fn check_prints_ranges_and_says_where_a_tariff_is_the_users_own() {
    let (text, _) = check(
        "[park.grid.tariff]\npurchase_price_per_kwh_by_month = [0.3, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, \
         0.4, 0.5]\n",
    );
    assert!(text.contains("inline: other 8,760 h at 0.3000 to 0.5000"), "{text}");
    assert!(text.contains("written out in the scenario"), "{text}");
    let (text, _) = check("[park.grid.tariff]\nbase = \"fujian-2025-10kv\"\nsurcharge_per_kwh = 0\n");
    assert!(text.contains("changed by the scenario"), "{text}");
}

/// Direct traders may lose the administrative bands: said wherever the regime is the market.
#[test]
fn the_spread_of_direct_traders_is_called_policy_exposed() {
    let tariff = "[park.grid.tariff]\nimport_price_per_kwh = 0.5\nregime = ";
    let (_, market) = check(&format!("{tariff}\"market\"\n"));
    assert!(market.contains("policy-exposed") && market.contains("发改能源规〔2025〕1656号"), "{market}");
    let (_, agency) = check(&format!("{tariff}\"agency\"\n"));
    assert!(!agency.contains("policy-exposed"), "{agency}");
}
