//! Every carbon metric and rule recomputed from the written series, by code that shares nothing with the
//! engine; and the sums over parks.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const LOSS: f64 = 0.02;
const PARK: &str = r#"
[[park]]
name = "p"
area_ha = 2
[[park.load]]
series = "load.csv"
[[park.pv]]
name = "roof"
series = "pv.csv"
per_kw = true
capacity_kw = 180
certificates_kept = false
[[park.pv]]
name = "old"
series = "pv.csv"
per_kw = true
capacity_kw = 20
existing = true
[[park.wind]]
name = "line"
series = "wind.csv"
per_kw = true
capacity_kw = 260
connection = "direct-line"
[[park.storage]]
name = "s"
power_kw = 50
energy_kwh = 120
charge_efficiency = 0.95
discharge_efficiency = 0.9
self_discharge_per_day = 0
soc_initial = 0.5
losses = "simple"
ageing = "none"
[[park.fuel]]
name = "boiler"
fuel = "natural-gas"
annual_gj = 1000
electrified_share = 0.3
electric_efficiency = 2.0
[[park.fuel]]
name = "kiln"
fuel = "process-co2"
annual_t = 20
[park.green]
trade_mwh = 100
certificates_mwh = 50
direct_eligible = true
[park.grid]
export_limit_kw = 30
transformer_loss = 0.02
carbon = { series = "factor.csv" }
carbon_free_share = { series = "share.csv" }
tariff = { import_price_per_kwh = 0.6, export_price_per_kwh = 0.3 }
[[park]]
name = "q"
area_ha = 1
[[park.load]]
series = "load.csv"
annual_mwh = 300
[park.grid]
carbon = 0.4
tariff = { import_price_per_kwh = 0.6 }
[economics]
discount_rate = 0.08
lifetime_years = 25
"#;

/// The summary and the series of the park `p`, baseline and design.
struct Year {
    summary: Value,
    series: [BTreeMap<String, Vec<f64>>; 2],
}

fn run(carbon: &str) -> Year {
    let folder = TempDir::new().expect("a folder");
    let head = "schema = 1\nname = \"s\"\n[time]\nyear = 2025\n[site]\nlatitude_deg = 26.1\nlongitude_deg = 119.3\n\
                timezone = \"Asia/Shanghai\"\n";
    fs::write(
        folder.path().join("s.toml"),
        format!("{head}{PARK}[carbon]\nresidual_kg_per_kwh = 0.6\n{carbon}"),
    )
    .expect("writes");
    let hours = |name: &str, value: &dyn Fn(usize) -> f64| {
        let rows: String = (0..8760).map(|hour| format!("{}\n", value(hour))).collect();
        fs::write(folder.path().join(name), format!("value\n{rows}")).expect("writes");
    };
    // Made up, with no pattern that fits a year.
    let noise = |hour: usize, seed: usize| ((hour * 7919 + seed * 104_729) % 1009) as f64 / 1009.0;
    hours("load.csv", &|hour| 60.0 + 60.0 * noise(hour, 1));
    hours("pv.csv", &|hour| if (6..18).contains(&(hour % 24)) { noise(hour, 2) } else { 0.0 });
    hours("wind.csv", &|hour| noise(hour / 5, 3));
    hours("factor.csv", &|hour| 0.3 + 0.4 * noise(hour, 4));
    hours("share.csv", &|hour| noise(hour, 5));
    let run = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .args(["run", "s.toml", "--json", "--no-plots", "--baseline-series", "-o", "out"])
        .output()
        .expect("starts");
    let summary = serde_json::from_slice(&run.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&run.stderr)));
    Year {
        summary,
        series: ["series_p_baseline.csv", "series_p.csv"]
            .map(|file| columns(&folder.path().join("out").join(file))),
    }
}

fn columns(path: &Path) -> BTreeMap<String, Vec<f64>> {
    let text = fs::read_to_string(path).expect("is written");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let mut columns: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for line in lines {
        for (name, cell) in names.iter().zip(line.split(',')).skip(1) {
            columns.entry((*name).to_owned()).or_default().push(cell.parse().expect("a number"));
        }
    }
    columns
}

fn close(what: &str, value: &Value, expected: f64) {
    let ours = value.as_f64().unwrap_or_else(|| panic!("{what}: {value} instead of {expected}"));
    assert!(
        (ours - expected).abs() <= 1e-9 * expected.abs().max(1e-6),
        "{what}: {ours} instead of {expected}"
    );
}

/// What is recomputed of a case.
struct Account {
    location_t: f64,
    market_t: f64,
    rule_t: f64,
    /// Energy at equivalent and at equal value.
    tce: [f64; 2],
    clean: [f64; 2],
    own_green: f64,
    used: f64,
    score: f64,
    matched: f64,
}

/// The accounts of a case from its series, by the definitions of docs/carbon.md.
fn account(year: &BTreeMap<String, Vec<f64>>, configured: bool, net: bool) -> Account {
    let of = |name: &str, hour: usize| year[name][hour];
    let sum = |name: &str| year[name].iter().sum::<f64>();
    let purchased = sum("grid_import_kw") / (1.0 - LOSS);
    let exported = sum("grid_export_kw") * (1.0 - LOSS);
    let left = |hour: usize| {
        let made = of("pv_kw", hour) + of("wind_kw", hour) - of("curtailed_kw", hour);
        made - made.min(of("grid_export_kw", hour))
    };
    let used_green: f64 = (0..8760).map(left).sum();
    // Of the PV 180 kW of 200 sell their certificates; the baseline has only the old 20 kW.
    let sold = if configured { sum("pv_kw") * 0.9 } else { 0.0 };
    let kept = 1.0 - sold / (sum("pv_kw") + sum("wind_kw"));
    let own_green = used_green * kept;
    let energy = &year["storage_energy_kwh"];
    // The year begins with half of 120 kWh in store; the baseline has no store.
    let stored_loss = sum("storage_charge_kw")
        - sum("storage_discharge_kw")
        - (energy[8759] - if configured { 60.0 } else { 0.0 });
    let used = sum("load_kw") + sum("charging_kw") - sum("v2g_kw") - sum("unserved_kw")
        + stored_loss
        + purchased * LOSS;
    let bought = if configured { 150_000.0 } else { 0.0 };
    let need_contract = purchased + used_green * (1.0 - kept);
    let not_green = (need_contract - if net { exported } else { 0.0 }).max(0.0);
    let covered = not_green.min(bought);
    let (gas_gj, process_t) = (if configured { 700.0 } else { 1000.0 }, 20.0);
    let fuel_t = gas_gj * 0.0561 + process_t;
    let grid = used - own_green;
    let tce = [0.1229, 0.3].map(|kgce| (own_green * 0.1229 + grid * kgce) / 1000.0 + gas_gj / 29.307);
    let clean = [0.1229, 0.3].map(|kgce| (own_green * 0.1229 + covered.min(grid) * kgce) / 1000.0);
    let (score, matched) = scores(year, kept, if configured { 100_000.0 / 8760.0 } else { 0.0 });
    Account {
        location_t: (0..8760)
            .map(|hour| of("grid_import_kw", hour) * of("grid_carbon_kg_per_kwh", hour))
            .sum::<f64>()
            / (1.0 - LOSS)
            / 1000.0,
        market_t: (need_contract - bought).max(0.0) * 0.6 / 1000.0,
        rule_t: (not_green - covered) * 0.8325 / 1000.0 + fuel_t,
        tce,
        clean,
        own_green,
        used,
        score,
        matched,
    }
}

/// The hourly score with and without the grid's carbon-free share.
fn scores(year: &BTreeMap<String, Vec<f64>>, kept: f64, traded: f64) -> (f64, f64) {
    let share = |hour: usize| ((hour * 7919 + 5 * 104_729) % 1009) as f64 / 1009.0;
    let mut shares = (0.0, 0.0);
    let mut found = (0.0, 0.0);
    // The year follows itself: what stores hold at its end they hold at its beginning.
    for _ in 0..2 {
        let (mut need_sum, mut own_sum, mut traded_sum, mut grid_sum) = (0.0, 0.0, 0.0, 0.0);
        let mut before = year["storage_energy_kwh"][8759];
        let hours = 0..8760;
        for hour in hours {
            let of = |name: &str| year[name][hour];
            let need = of("load_kw") + of("charging_kw") - of("v2g_kw") - of("unserved_kw");
            let made = of("pv_kw") + of("wind_kw") - of("curtailed_kw");
            let green = (made - made.min(of("grid_export_kw"))) * kept;
            let (charge, discharge, import) =
                (of("storage_charge_kw"), of("storage_discharge_kw"), of("grid_import_kw"));
            let at_once = need.min(green);
            let stored = charge.min(green - at_once);
            let from_store = (need - at_once).min(discharge * shares.0);
            let bought = (need - at_once - discharge).max(0.0).min(import);
            let contract = import.min(traded);
            let to_need = bought.min(contract);
            let to_store = (contract - to_need).min(charge - stored);
            let clean_store = (need - at_once - from_store - to_need).max(0.0).min(discharge * shares.1);
            need_sum += need;
            own_sum += at_once + from_store;
            traded_sum += to_need;
            grid_sum += clean_store + (bought - to_need) * share(hour);
            if charge > 0.0 {
                shares.0 = (shares.0 * before + stored + to_store) / (before + charge);
                shares.1 =
                    (shares.1 * before + (charge - stored - to_store) * share(hour)) / (before + charge);
            }
            before = of("storage_energy_kwh");
        }
        found = ((own_sum + traded_sum + grid_sum) / need_sum, (own_sum + traded_sum) / need_sum);
    }
    found
}

#[test]
fn every_metric_follows_from_the_series() {
    for (switches, net, method) in [("", true, 0), ("exports = \"gross\"\ntce = \"equal\"\n", false, 1)] {
        let year = run(switches);
        let [before, after] = [false, true].map(|case| account(&year.series[usize::from(case)], case, net));
        assert!(year.series[1]["grid_export_kw"].iter().sum::<f64>() > 1000.0, "something is exported");
        assert!(year.series[1]["storage_charge_kw"].iter().sum::<f64>() > 1000.0, "something is stored");
        assert!(year.series[1]["curtailed_wind_kw"].iter().sum::<f64>() > 100.0, "wind is curtailed");
        let park = &year.summary["parks"][0];
        for (case, ours) in [("baseline", &before), ("configured", &after)] {
            let carbon = &park[case]["carbon"];
            close("location", &carbon["location_based_t"], ours.location_t);
            close("market", &carbon["market_based_t"], ours.market_t);
            close("park rule", &carbon["park_rule_t"], ours.rule_t);
            close("energy", &carbon["energy_tce"], ours.tce[method]);
            close("equivalent", &carbon["energy_equivalent_tce"], ours.tce[0]);
            close("equal", &carbon["energy_equal_tce"], ours.tce[1]);
            close("score", &carbon["cfe_score"], ours.score);
            close("matched", &carbon["cfe_matched_share"], ours.matched);
            let rule = &park[case]["zero_carbon_park"];
            close("intensity", &rule["intensity_t_per_tce"], ours.rule_t / ours.tce[method]);
            close("clean", &rule["clean_energy_share"], ours.clean[method] / ours.tce[method]);
            close("direct", &rule["direct_supply_share"], ours.own_green / ours.used);
        }
        let carbon = &park["configured"]["carbon"];
        close("avoided", &carbon["avoided_t"], before.location_t - after.location_t);
        close("avoided fuel", &carbon["avoided_fuel_t"], 300.0 * 0.0561);
        // 180 kW of PV and 260 of wind at 900 and 700 kg/kW, 120 kWh at 90 kg/kWh; replacements do not count here.
        let first_t = (180.0 * 900.0 + 260.0 * 700.0 + 120.0 * 90.0) / 1000.0;
        let avoided = before.location_t - after.location_t + 300.0 * 0.0561;
        close("payback", &carbon["carbon_payback_years"], first_t / avoided);
        assert_eq!(carbon["unused_green_kwh"], 0.0);
        // The direct line: the wind alone, all that is exported, what is curtailed of it.
        let sum = |name: &str| year.series[1][name].iter().sum::<f64>();
        let (available, exported, curtailed) =
            (sum("wind_kw"), sum("grid_export_kw"), sum("curtailed_wind_kw"));
        let direct = &park["configured"]["green_direct"];
        close("self use", &direct["self_use_share"], (available - exported - curtailed) / available);
        let used = sum("load_kw") + sum("charging_kw") - sum("v2g_kw");
        close("consumption", &direct["consumption_share"], (available - exported - curtailed) / used);
        close("export", &direct["export_share"], exported / available);
        close("curtailment", &direct["curtailment_share"], curtailed / available);
        let tonnes = after.location_t + 700.0 * 0.0561 + 20.0;
        close("per area", &park["configured"]["intensity"]["carbon_t_per_ha"], tonnes / 2.0);
        for rule in park["configured"]["rules"].as_array().expect("rules") {
            judged(rule);
        }
    }
}

/// Margin and verdict follow from value and threshold; what is not judged says why or has no threshold.
fn judged(rule: &Value) {
    let (value, threshold) = (rule["value"].as_f64(), rule["threshold"].as_f64());
    if let Some((value, threshold)) = value.zip(threshold) {
        let sign = if rule["sense"] == "at-least" { 1.0 } else { -1.0 };
        close("margin", &rule["margin"], sign * (value - threshold));
        let margin = rule["margin"].as_f64().expect("a margin");
        if let Some(pass) = rule["pass"].as_bool() {
            assert_eq!(pass, margin >= -1e-9 * threshold.abs(), "{rule}");
            assert!(!pass || rule["change"].is_null(), "{rule}");
        }
    } else {
        assert!(rule["pass"].is_null() && rule["margin"].is_null(), "{rule}");
    }
    assert!(["sourced", "derived", "quoted", "assumed", "given"].iter().any(|grade| rule["grade"] == *grade));
    assert!(rule["source"].as_str().is_some_and(|source| !source.is_empty()));
}

#[test]
fn ledgers_add_up_over_parks() {
    let year = run("");
    let (parks, all) = (year.summary["parks"].as_array().expect("parks"), &year.summary["all"]);
    for case in ["baseline", "configured"] {
        for key in [
            "location_based_t",
            "market_based_t",
            "park_rule_t",
            "energy_tce",
            "energy_equivalent_tce",
            "energy_equal_tce",
        ] {
            let sum: f64 =
                parks.iter().map(|park| park[case]["carbon"][key].as_f64().expect("a number")).sum();
            close(key, &all[case]["carbon"][key], sum);
        }
    }
    let of = |park: &Value, key: &str| park["configured"]["carbon"][key].as_f64().unwrap_or(0.0);
    for key in ["scope1_t", "embodied_t", "embodied_annual_t", "avoided_t", "avoided_fuel_t"] {
        close(key, &all["configured"]["carbon"][key], parks.iter().map(|park| of(park, key)).sum());
    }
    let intensity = of(all, "park_rule_t") / of(all, "energy_tce");
    close("intensity", &all["configured"]["zero_carbon_park"]["intensity_t_per_tce"], intensity);
    let tonnes = of(all, "location_based_t") + of(all, "scope1_t");
    close("per area", &all["configured"]["intensity"]["carbon_t_per_ha"], tonnes / 3.0);
}
