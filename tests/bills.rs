//! The written bills against the written series: what stands in `bill_months.csv` and `bill_bands.csv`
//! is what import and export times their prices come to.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A table with its header: rows of named cells.
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("opens");
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| {
        let row = row.expect("a row");
        header.iter().cloned().zip(row.iter().map(str::to_owned)).collect()
    });
    rows.collect()
}

fn number(row: &BTreeMap<String, String>, key: &str) -> f64 {
    row[key].parse().unwrap_or_else(|_| panic!("{key}: {:?}", row[key]))
}

/// A works with PV that exports and a storage that trades, its meter behind a lossy transformer.
fn run(folder: &Path, step_minutes: u32, tariff: &str) {
    let text = format!(
        r#"schema = 1
name = "works"
[time]
year = 2025
step_minutes = {step_minutes}
[site]
latitude_deg = 26.66
longitude_deg = 119.55
timezone = "Asia/Shanghai"
[[park]]
name = "mill"
[[park.load]]
archetype = "office"
annual_mwh = 1000
[[park.pv]]
series = "pv.csv"
capacity_kw = 400
per_kw = true
[[park.storage]]
power_kw = 100
energy_kwh = 200
[park.grid]
transformer_loss = 0.02
{tariff}
[park.dispatch]
policy = "time-of-use"
"#
    );
    std::fs::write(folder.join("s.toml"), text).expect("writes");
    let sun = |hour: usize| (1.0 - ((hour % 24) as f64 - 12.0).abs() / 6.0).max(0.0);
    let hourly = |name: &str, value: &dyn Fn(usize) -> f64| {
        let rows: String = (0..8760).map(|hour| format!("{}\n", value(hour))).collect();
        std::fs::write(folder.join(name), format!("value\n{rows}")).expect("writes");
    };
    hourly("pv.csv", &sun);
    hourly("spot.csv", &|hour| 0.2 + 0.02 * (hour % 17) as f64);
    let output = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder)
        .args(["run", "s.toml", "-q", "--no-plots", "--baseline-series", "-o", "out"])
        .output()
        .expect("starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Money agrees to the cent.
fn to_the_cent(ours: f64, expected: f64, what: &str) {
    assert!((ours - expected).abs() < 0.005, "{what}: {ours} instead of {expected}");
}

/// Band of an hour by 闽发改规〔2023〕8号, written down again from the text of the rule.
fn fujian_band(month: usize, hour: usize) -> &'static str {
    match hour {
        11 | 17 if (7..=9).contains(&month) => "super-peak",
        10 | 11 | 15..=19 | 21 => "peak",
        0..8 => "valley",
        _ => "flat",
    }
}

/// Sums of the written series by case, month and name of the band: import kWh and money, export kWh
/// and money, all at the meter.
fn sums_of_series(
    folder: &Path,
    step_h: f64,
    band: &dyn Fn(usize, usize) -> &'static str,
) -> BTreeMap<(&'static str, usize, &'static str), [f64; 4]> {
    let mut sums: BTreeMap<_, [f64; 4]> = BTreeMap::new();
    for (case, file) in [("baseline", "series_mill_baseline.csv"), ("configured", "series_mill.csv")] {
        for row in table(&folder.join("out").join(file)) {
            let (month, hour) =
                (row["time"][5..7].parse().expect("a month"), row["time"][11..13].parse().expect("an hour"));
            let sum = sums.entry((case, month, band(month, hour))).or_default();
            let import_kwh = number(&row, "grid_import_kw") * step_h / 0.98;
            let export_kwh = number(&row, "grid_export_kw") * step_h * 0.98;
            sum[0] += import_kwh;
            sum[1] += import_kwh * number(&row, "import_price_per_kwh");
            sum[2] += export_kwh;
            sum[3] += export_kwh * number(&row, "export_price_per_kwh");
        }
    }
    sums
}

/// Every month and band of both cases, at 60 and 15 minutes.
#[test]
fn the_bill_by_month_and_band_is_series_times_price_to_the_cent() {
    for step_minutes in [60, 15] {
        let folder = tempfile::tempdir().expect("a folder");
        run(
            folder.path(),
            step_minutes,
            "[park.grid.tariff]\nbase = \"fujian-2025-10kv\"\nexport_price_per_kwh = 0.35\n",
        );
        let sums = sums_of_series(folder.path(), f64::from(step_minutes) / 60.0, &fujian_band);
        let rows = table(&folder.path().join("out/bill_bands.csv"));
        assert_eq!(rows.len(), 2 * 12 * 4);
        let (mut with_energy, mut exported) = (0, 0.0);
        for row in &rows {
            let case = if row["case"] == "baseline" { "baseline" } else { "configured" };
            let month: usize = row["month"].parse().expect("a month");
            let band = ["super-peak", "peak", "flat", "valley"].into_iter().find(|name| *name == row["band"]);
            let what = format!("{case} {month} {band:?} at {step_minutes} min");
            let [import_kwh, cost, export_kwh, revenue] =
                sums.get(&(case, month, band.expect("a band"))).copied().unwrap_or_default();
            to_the_cent(number(row, "import_kwh"), import_kwh, &what);
            to_the_cent(number(row, "energy_charge") + number(row, "surcharges"), cost, &what);
            to_the_cent(number(row, "export_kwh"), export_kwh, &what);
            to_the_cent(number(row, "export_revenue"), revenue, &what);
            if row["import_price_per_kwh"].is_empty() {
                assert_eq!((import_kwh, row["band"].as_str()), (0.0, "super-peak"), "{what}");
            } else {
                let by_price = import_kwh * number(row, "import_price_per_kwh");
                to_the_cent(number(row, "energy_charge"), by_price, &what);
            }
            with_energy += usize::from(import_kwh > 0.0);
            exported += export_kwh;
        }
        // Three bands all year and the super-peak of three months, in both cases; PV exports.
        assert_eq!(with_energy, 2 * (3 * 12 + 3));
        assert!(exported > 1000.0, "{exported}");
    }
}

/// Months add up to the year, parts to the total, and energy to the sum of its bands, also where every
/// step has its own price and a contract curve is settled.
#[test]
fn the_written_months_add_up_to_the_year_and_their_bands() {
    let spot = "[park.grid.tariff]\npurchase_price_per_kwh = { series = \"spot.csv\", column = \"value\" }\n\
                fixed_price_per_kwh = 0.1\nsurcharge_per_kwh = 0.03\nexport_price_per_kwh = { series = \
                \"spot.csv\", column = \"value\" }\ncontract_kw = 60\ncontract_price_per_kwh = 0.4\n\
                demand_charge_per_kw_month = 40\nfixed_charge_per_month = 80\npower_factor = 0.85\n";
    for (step_minutes, tariff) in [(60, spot), (15, spot), (60, "tariff = \"fujian-2025-10kv\"\n")] {
        let folder = tempfile::tempdir().expect("a folder");
        run(folder.path(), step_minutes, tariff);
        let out = folder.path().join("out");
        let months = table(&out.join("bill_months.csv"));
        let bands = table(&out.join("bill_bands.csv"));
        let summary: serde_json::Value =
            serde_json::from_slice(&std::fs::read(out.join("summary.json")).expect("reads")).expect("JSON");
        assert_eq!(months.len(), 24);
        let costs = [
            "energy_charge",
            "demand_charge",
            "capacity_charge",
            "fixed_charge",
            "surcharges",
            "power_factor_adjustment",
            "green_supply_cost",
            "wheeling_charge",
        ];
        let revenues = ["export_revenue", "charging_revenue"];
        for row in &months {
            let sum = |keys: &[&str]| keys.iter().map(|key| number(row, key)).sum::<f64>();
            to_the_cent(sum(&costs) - sum(&revenues), number(row, "total"), "total");
            let own: Vec<_> =
                bands.iter().filter(|b| b["case"] == row["case"] && b["month"] == row["month"]).collect();
            for key in ["import_kwh", "energy_charge", "surcharges", "export_kwh", "export_revenue"] {
                let parts = own.iter().filter(|band| !band[key].is_empty());
                to_the_cent(parts.map(|band| number(band, key)).sum(), number(row, key), key);
            }
        }
        for case in ["baseline", "configured"] {
            let bill = &summary["parks"][0][case]["bill"];
            let of_case: Vec<_> = months.iter().filter(|row| row["case"] == case).collect();
            for key in costs.iter().chain(&revenues).chain(&["total"]) {
                let year: f64 = of_case.iter().map(|row| number(row, key)).sum();
                to_the_cent(year, bill[key].as_f64().expect("a number"), key);
            }
            for (row, monthly) in of_case.iter().zip(bill["monthly"].as_array().expect("a list")) {
                assert_eq!(row["basis"], bill["basis"].as_str().expect("a basis"));
                to_the_cent(number(row, "peak_kw"), monthly["peak_kw"].as_f64().expect("a number"), "peak");
            }
        }
        // The series again: import × price is energy with surcharges, less what the curve settles.
        let sums = sums_of_series(folder.path(), f64::from(step_minutes) / 60.0, &|_, _| "all");
        for ((case, month, _), [_, cost, _, revenue]) in sums {
            let row = |name: &str| {
                let same = |b: &&BTreeMap<_, _>| b["case"] == case && b["month"] == month.to_string();
                bands.iter().filter(same).find(|b: &&BTreeMap<_, _>| b["band"] == name)
            };
            let settled =
                row("(contract curve)").map_or(0.0, |b: &BTreeMap<_, _>| number(b, "energy_charge"));
            assert_eq!(settled != 0.0, tariff == spot);
            let month = &of(&months, case, month);
            to_the_cent(number(month, "energy_charge") + number(month, "surcharges") - settled, cost, "cost");
            to_the_cent(number(month, "export_revenue"), revenue, "revenue");
        }
    }
}

fn of<'a>(months: &'a [BTreeMap<String, String>], case: &str, month: usize) -> &'a BTreeMap<String, String> {
    let found = months.iter().find(|row| row["case"] == case && row["month"] == month.to_string());
    found.expect("a row for every month")
}
