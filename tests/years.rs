//! Later calendar years: what a run tells of 2028 and 2030, and the cash flow that rests on them.

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A park with a load of 100 kW in every hour and PV that gives 1 kW per kW in every hour, at one price.
const STEADY: &str = include_str!("support/steady.toml");

const YEARS: &str = "[years]\nlist = [2025, 2028, 2030]\nimport_price_factors = [1.0, 0.95, 0.9]\ngrid_carbon_factors = \
                     [1.0, 0.8, 0.7]\n";

fn run(folder: &Path, scenario: &str) -> (i32, Value, String) {
    std::fs::write(folder.join("s.toml"), scenario).expect("writes");
    std::fs::write(folder.join("load.csv"), "load_kw\n".to_owned() + &"100\n".repeat(8760)).expect("writes");
    std::fs::write(folder.join("flat.csv"), "kw\n".to_owned() + &"1\n".repeat(8760)).expect("writes");
    let done = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder)
        .args(["run", "s.toml", "--no-plots", "--no-series", "--json", "-o", "out"])
        .output()
        .expect("runs");
    let json = serde_json::from_slice(&done.stdout).unwrap_or_default();
    (done.status.code().unwrap_or(-1), json, String::from_utf8_lossy(&done.stderr).into_owned())
}

fn done(scenario: &str) -> Value {
    let folder = TempDir::new().expect("a folder");
    let (code, json, messages) = run(folder.path(), scenario);
    assert_eq!(code, 0, "{messages}");
    json
}

fn near(ours: f64, expected: f64) {
    assert!((ours - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{ours} instead of {expected}");
}

fn number(value: &Value, path: &str) -> f64 {
    let found = path.split('.').fold(value, |value, key| &value[key]);
    found.as_f64().unwrap_or_else(|| panic!("no {path} in {value}"))
}

fn years(json: &Value) -> Vec<i64> {
    json["years"]
        .as_array()
        .expect("years")
        .iter()
        .map(|year| year["year"].as_i64().expect("a year"))
        .collect()
}

/// The only park in a year.
fn of_year(json: &Value, year: i64) -> &Value {
    let years = json["years"].as_array().expect("years");
    let found = years.iter().find(|found| found["year"] == year).unwrap_or_else(|| panic!("no {year}"));
    &found["parks"][0]
}

fn cash(json: &Value, year: usize, part: &str) -> f64 {
    number(&json["parks"][0]["configured"]["economics"]["cash_flow"][year], part)
}

/// By hand: 2028 has 8,784 hours, a load of 100 · 1.05³ kW, PV at 97 %, a price of 0.57 and 0.4 kg/kWh; 2030 has
/// 8,760 hours, 100 · 1.05⁵ kW, 95 %, 0.54 and 0.35 kg.
#[test]
fn a_later_year_has_its_hours_its_load_its_age_its_prices_and_its_factor() {
    let json = done(&format!("{STEADY}{YEARS}"));
    assert_eq!(years(&json), [2025, 2028, 2030]);
    for (year, hours, grown, left, price, factor) in [
        (2025, 8760.0, 1.0, 1.0, 0.6, 0.5),
        (2028, 8784.0, 1.05f64.powi(3), 0.97, 0.57, 0.4),
        (2030, 8760.0, 1.05f64.powi(5), 0.95, 0.54, 0.35),
    ] {
        let park = of_year(&json, year);
        let (load, pv) = (100.0 * grown * hours, 30.0 * left * hours);
        near(number(park, "baseline.energy.load_kwh"), load);
        near(number(park, "baseline.energy.peak_import_kw"), 100.0 * grown);
        near(number(park, "baseline.bill.total"), load * price);
        near(number(park, "baseline.carbon.location_based_t"), load * factor / 1000.0);
        near(number(park, "configured.energy.pv_available_kwh"), pv);
        near(number(park, "configured.bill.total"), (load - pv) * price);
        near(number(park, "configured.carbon.location_based_t"), (load - pv) * factor / 1000.0);
        near(number(park, "configured.carbon.avoided_t"), pv * factor / 1000.0);
        let all = &json["years"]
            .as_array()
            .expect("years")
            .iter()
            .find(|y| y["year"] == year)
            .expect("is there")["all"];
        assert_eq!(all["configured"]["energy"], park["configured"]["energy"]);
    }
}

/// By hand, at 0.6: year t (from 0) saves 30 · 8,760 · (1 − 0.01 t) · 0.6 by the first year and its ageing; 2028
/// saves 30 · 8,784 · 0.97 · 0.57 and 2030 30 · 8,760 · 0.95 · 0.54. The difference grows evenly until 2028 and
/// on to 2030, and stays.
#[test]
fn the_cash_flow_is_that_of_the_simulated_years_and_linear_between() {
    let json = done(&format!("{STEADY}{YEARS}"));
    let by_age = |t: f64| 30.0 * 8760.0 * (1.0 - 0.01 * t) * 0.6;
    let off_2028 = 30.0 * 8784.0 * 0.97 * 0.57 - by_age(3.0);
    let off_2030 = 30.0 * 8760.0 * 0.95 * 0.54 - by_age(5.0);
    let expected = [
        by_age(0.0),
        by_age(1.0) + off_2028 / 3.0,
        by_age(2.0) + off_2028 * 2.0 / 3.0,
        30.0 * 8784.0 * 0.97 * 0.57,
        by_age(4.0) + 0.5 * (off_2028 + off_2030),
        30.0 * 8760.0 * 0.95 * 0.54,
        by_age(6.0) + off_2030,
        by_age(7.0) + off_2030,
        by_age(8.0) + off_2030,
        by_age(9.0) + off_2030,
    ];
    for (index, saving) in expected.iter().enumerate() {
        near(cash(&json, index + 1, "bill_saving"), *saving);
        near(cash(&json, index + 1, "opex"), -1200.0);
    }
    for year in [2028, 2030] {
        let row = cash(&json, (year - 2025) as usize + 1, "bill_saving");
        near(row, -number(of_year(&json, year), "change.bill.total"));
    }
}

/// The rows of a cash flow grow with prices and running costs, and the years are at their own level:
/// 1.02³ and 1.03³ in 2028.
#[test]
fn growth_of_prices_stands_in_the_years_and_once_in_the_cash_flow() {
    let growth = "price_growth_per_year = 0.02\nopex_growth_per_year = 0.03\n";
    let json = done(&format!("{STEADY}{growth}[years]\nlist = [2028]\n"));
    let price = 0.6 * 1.02f64.powi(3);
    near(
        number(of_year(&json, 2028), "configured.bill.total"),
        (100.0 * 1.05f64.powi(3) - 29.1) * 8784.0 * price,
    );
    near(number(of_year(&json, 2028), "configured.economics.opex_annual"), 1200.0 * 1.03f64.powi(3));
    near(cash(&json, 4, "bill_saving"), 29.1 * 8784.0 * price);
    near(cash(&json, 4, "opex"), -1200.0 * 1.03f64.powi(3));
    // Two years on: aged, and the hours that 2028 had more in proportion.
    let known = (30.0 * 0.95 * 8760.0 + 29.1 * 24.0) * 0.6 * 1.02f64.powi(5);
    near(cash(&json, 6, "bill_saving"), known);
}

/// Where nothing changes, a year of the same length that begins on the same weekday is the first year again,
/// and the cash flow is that of the first year alone.
#[test]
fn without_change_later_years_agree_with_the_representative_year() {
    let text =
        STEADY.replace("growth_per_year = 0.05\n", "").replace("lifetime_years = 10", "lifetime_years = 25")
            + "degradation = false\ndebt_share = 0.5\n";
    let text = text.replace(
        "[park.grid]",
        "[[park.load]]\nname = \"cars\"\narchetype = \"vehicle-plant\"\nannual_mwh = 500\n[[park.storage]]\nname = \
         \"cells\"\npower_kw = 50\nenergy_kwh = 100\nageing = \"none\"\n[[park.fuel]]\nname = \"boiler\"\nfuel = \
         \"natural-gas\"\nannual_gj = 360\nelectrified_share = 0.5\nprice_per_gj = 90\n[park.grid]",
    );
    let text = text.replace(
        "[economics]",
        "[[park.grid.tariff.band]]\nname = \"peak\"\nprice_per_kwh = 1.1\nhours = [\"16:00-20:00\"]\ndays = \
         \"workday\"\n[park.dispatch]\npolicy = \"time-of-use\"\n[economics]",
    );
    let alone = done(&text);
    assert_eq!(alone["years"], Value::Array(Vec::new()));
    // 2031 and 2042 begin on a Wednesday as 2025 does.
    let json = done(&format!("{text}[years]\nlist = [2025, 2031, 2042]\n"));
    let metrics = |year: i64| (&of_year(&json, year)["baseline"], &of_year(&json, year)["configured"]);
    assert_eq!(metrics(2031), metrics(2025));
    assert_eq!(metrics(2042), metrics(2025));
    let main = |json: &Value| json["parks"][0]["configured"]["economics"].clone();
    let (with, without) = (main(&json), main(&alone));
    for (key, value) in without.as_object().expect("metrics") {
        if let Some(value) = value.as_f64() {
            near(with[key].as_f64().unwrap_or_else(|| panic!("no {key}")), value);
        }
    }
    for (ours, expected) in
        with["cash_flow"].as_array().expect("rows").iter().zip(without["cash_flow"].as_array().expect("rows"))
    {
        near(number(ours, "net"), number(expected, "net"));
    }
}

/// A later year is the run of that calendar year: weekdays, leap day, holidays, sessions and tariff.
#[test]
fn a_later_year_is_the_run_of_its_own_calendar() {
    let text = STEADY
        .replace("calendar = \"none\"", "calendar = \"china\"")
        .replace("growth_per_year = 0.05\n", "")
        .replace("degradation_per_year = 0.01", "degradation_per_year = 0")
        .replace(
            "[park.grid]",
            "[[park.load]]\nname = \"cars\"\narchetype = \"vehicle-plant\"\nannual_mwh = 500\n[[park.charging]]\nfleet = \
             \"commuter-car\"\nvehicles = 30\nchargers = [ { class = \"ac-7kw\", count = 10 } ]\nstrategy = \
             \"managed\"\n[park.grid]",
        );
    let own = done(&text.replace("year = 2025", "year = 2028"));
    let folder = TempDir::new().expect("a folder");
    let (code, json, messages) = run(folder.path(), &format!("{text}[years]\nlist = [2025, 2028]\n"));
    assert_eq!(code, 0, "{messages}");
    for case in ["baseline", "configured"] {
        for group in ["energy", "bill", "carbon"] {
            for (key, value) in of_year(&json, 2028)[case][group].as_object().expect("a group") {
                assert_eq!(value, &own["parks"][0][case][group][key], "{case}.{group}.{key}");
            }
        }
    }
    assert_eq!(
        messages.matches("in 2028: the public holidays of 2028 are not announced yet").count(),
        1,
        "{messages}"
    );
    let table = std::fs::read_to_string(folder.path().join("out/years.csv")).expect("reads");
    assert!(table.starts_with("year,park,case,energy.load_kwh,"), "{table}");
    assert_eq!(table.lines().count(), 1 + 2 * 2 * 3, "a row per year, park and all, and case");
}

/// By hand: `late` comes in 2028 for 30,000 and half of it again after 20 years, `early` goes in 2027. The years
/// before and of each change are simulated besides.
#[test]
fn devices_come_and_go_in_their_years() {
    let device = |name: &str, year: &str| {
        format!(
            "[[park.pv]]\nname = \"{name}\"\nseries = \"flat.csv\"\nper_kw = true\ncapacity_kw = 10\ndegradation_per_year = \
             0\ncapex_per_kw = 3000\nopex_per_kw_year = 40\nlife_years = 20\nreplacement_capex_fraction = 0.5\n{year}\n"
        )
    };
    let devices = format!(
        "{}{}[park.grid]",
        device("late", "in_service_year = 2028"),
        device("early", "retire_year = 2027")
    );
    let text = STEADY
        .replace("degradation_per_year = 0.01", "degradation_per_year = 0")
        .replace("growth_per_year = 0.05\n", "")
        .replace("[park.grid]", &devices);
    let json = done(&format!("{text}[years]\nlist = [2025, 2030]\n"));
    assert_eq!(years(&json), [2025, 2026, 2027, 2028, 2030]);
    for (year, kw) in [(2025, 40.0), (2026, 40.0), (2027, 30.0), (2028, 40.0), (2030, 40.0)] {
        let hours = if year == 2028 { 8784.0 } else { 8760.0 };
        near(number(of_year(&json, year), "configured.energy.pv_available_kwh"), kw * hours);
    }
    near(cash(&json, 0, "capex"), -120_000.0);
    near(cash(&json, 3, "capex"), -30_000.0);
    for (year, kw) in [(1, 40.0), (2, 40.0), (3, 30.0), (4, 40.0), (5, 40.0), (10, 40.0)] {
        near(cash(&json, year, "opex"), -40.0 * kw);
        let hours = if year == 4 { 8784.0 } else { 8760.0 };
        if year != 5 && year != 10 {
            near(cash(&json, year, "bill_saving"), kw * hours * 0.6);
        }
    }
    // Half of the roof's life is left after ten years, 13 of 20 of the late plant's; of what went nothing.
    near(cash(&json, 10, "residual"), 90_000.0 * 0.5 + 30_000.0 * 13.0 / 20.0);
    // Without [years] the flow rests on one year, and that is said.
    let folder = TempDir::new().expect("a folder");
    let (code, _, messages) = run(folder.path(), &text);
    assert!(code == 0 && messages.contains("[years] table with list = [2025, 2027, 2028]"), "{messages}");
}

/// A storage that is cycled fully every day gives in its second year what the health at the end of the first
/// leaves: the year's discharge over that of the first is the state of health over that at the start, also of a
/// storage bought worn.
#[test]
fn storage_is_as_worn_as_the_first_year_leaves_it() {
    let text = STEADY.replace("growth_per_year = 0.05\n", "").replace("capacity_kw = 30", "capacity_kw = 0").replace(
        "[park.grid]",
        "[[park.storage]]\nname = \"cells\"\npower_kw = 50\nenergy_kwh = 100\nself_discharge_per_day = 0\n[park.grid]",
    );
    let text = text.replace(
        "[economics]",
        "[[park.grid.tariff.band]]\nname = \"peak\"\nprice_per_kwh = 1.1\nhours = [\"16:00-20:00\"]\n[[park.grid.tariff.band]]\nname \
         = \"valley\"\nprice_per_kwh = 0.3\nhours = [\"00:00-08:00\"]\n[park.dispatch]\npolicy = \
         \"time-of-use\"\n[economics]",
    );
    for (start, key) in [(1.0, ""), (0.85, "state_of_health = 0.85\n")] {
        let text = text.replace("energy_kwh = 100\n", &format!("energy_kwh = 100\n{key}"));
        let json = done(&format!("{text}[years]\nlist = [2025, 2026]\n"));
        let discharge = |year: i64| number(of_year(&json, year), "configured.energy.storage_discharge_kwh");
        let health = number(&json["parks"][0]["configured"]["storage"][0], "soh_end_of_year") / start;
        assert!((0.9..0.998).contains(&health), "{health}");
        let ratio = discharge(2026) / discharge(2025);
        assert!((ratio - health).abs() < 2e-3, "{ratio} of {health}");
    }
}

/// Fleets grow by vehicles: 30 are 60 after five years at 15 % (30 · 1.15⁵ = 60.3).
#[test]
fn fleets_grow_by_their_vehicles() {
    let fleet = |vehicles: usize, growth: &str| {
        let table = format!(
            "[[park.charging]]\nfleet = \"commuter-car\"\nvehicles = {vehicles}\nchargers = [ {{ class = \"ac-7kw\", count = \
             40 }} ]\n{growth}\n[park.grid]"
        );
        STEADY.replace("[park.grid]", &table)
    };
    let grown = done(&format!("{}[years]\nlist = [2030]\n", fleet(30, "growth_per_year = 0.15")));
    let own = done(&fleet(60, "").replace("year = 2025", "year = 2030"));
    let charging = number(of_year(&grown, 2030), "configured.energy.charging_kwh");
    near(charging, number(&own["parks"][0], "configured.energy.charging_kwh"));
}

/// Load that grows beyond the connection is told with its year, and the run goes on.
#[test]
fn load_that_outgrows_its_connection_is_told() {
    let folder = TempDir::new().expect("a folder");
    let text = STEADY.replace("carbon = 0.5", "carbon = 0.5\nimport_limit_kw = 80");
    let (code, json, messages) = run(folder.path(), &format!("{text}[years]\nlist = [2030]\n"));
    assert_eq!(code, 0, "{messages}");
    assert!(messages.contains("in 2030") && messages.contains("import_limit_kw"), "{messages}");
    let short = 100.0 * 1.05f64.powi(5) - 0.95 * 30.0 - 80.0;
    near(number(of_year(&json, 2030), "configured.energy.unserved_kwh"), short * 8760.0);
}

#[test]
fn wrong_years_are_refused_with_their_place_and_a_hint() {
    let folder = TempDir::new().expect("a folder");
    for (lines, words) in [
        ("list = [2028, 2025]", ["2025 stands after 2028", "ascending"]),
        ("list = [2020, 2028]", ["before time.year", "list years from 2025 on"]),
        ("list = [2028, 2035]", ["ends with 2034", "lifetime_years"]),
        ("list = [2028.5]", ["no calendar year", "write 2029"]),
        ("list = []", ["no year is listed", "list = [2025, 2030]"]),
        ("", ["list", "missing"]),
        ("list = [2028]\nimport_price_factors = [1, 2]", ["2 factors for 1", "one factor for each"]),
        ("list = [2025, 2028]\ngrid_carbon_factors = [0.9, 0.8]", ["grid_carbon_factors", "and not 1"]),
        ("list = [2028]\ngrid_carbon_factors = [-1]", ["grid_carbon_factors", "0 to 10"]),
        ("list = [2028]\ngrid_carbon_factor = [1]", ["grid_carbon_factor", "did you mean"]),
    ] {
        let (code, _, messages) = run(folder.path(), &format!("{STEADY}[years]\n{lines}\n"));
        assert_eq!(code, 2, "{lines}: {messages}");
        assert!(words.iter().all(|word| messages.contains(word)), "{lines}: {messages}");
        assert!(messages.contains("s.toml:"), "{messages}");
    }
    let late =
        STEADY.replace("life_years = 20\n", "life_years = 20\nin_service_year = 2031\nretire_year = 2030\n");
    let (code, _, messages) = run(folder.path(), &late);
    assert!(code == 2 && messages.contains("retire_year") && messages.contains("after 2031"), "{messages}");
    let (code, _, messages) = run(folder.path(), STEADY);
    assert!(
        code == 0 && messages.contains("`growth_per_year` has no effect without a [years]"),
        "{messages}"
    );
    let sessions = "[[park.charging]]\nsessions = \"sessions.csv\"\ngrowth_per_year = 0.1\n[park.grid]";
    let (code, _, messages) = run(folder.path(), &STEADY.replace("[park.grid]", sessions));
    assert!(
        code == 2 && messages.contains("growth_per_year") && messages.contains("do not grow"),
        "{messages}"
    );
}

/// A row of a sweep is the run of its design, later years and all.
#[test]
fn a_sweep_rests_on_the_later_years_too() {
    let text = format!("{STEADY}{YEARS}");
    let folder = TempDir::new().expect("a folder");
    let (code, json, messages) = run(folder.path(), &text.replace("capacity_kw = 30", "capacity_kw = 50"));
    assert_eq!(code, 0, "{messages}");
    let npv = number(&json["parks"][0]["configured"], "economics.npv");
    run(folder.path(), &text);
    let study = "scenario = \"s.toml\"\nmetrics = [\"economics.npv\"]\n[[vary]]\nkey = \"park.p.pv.roof.capacity_kw\"\nvalues = \
                 [30, 50]\n";
    std::fs::write(folder.path().join("study.toml"), study).expect("writes");
    let done = Command::new(env!("CARGO_BIN_EXE_zeropark"))
        .current_dir(folder.path())
        .args(["sweep", "study.toml", "-q", "-o", "study"])
        .output()
        .expect("runs");
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let table = std::fs::read_to_string(folder.path().join("study/results.csv")).expect("reads");
    let last = table.lines().last().expect("a row").rsplit(',').next().expect("a cell").to_owned();
    near(last.parse().expect("a number"), npv);
}

/// The same bytes for one thread and for several.
#[test]
fn later_years_do_not_depend_on_threads() {
    let folder = TempDir::new().expect("a folder");
    let device = "[[park.storage]]\nname = \"cells\"\npower_kw = 50\nenergy_kwh = 100\n[park.grid]";
    let second = STEADY.replace("[park.grid]", device);
    let park = &second[second.find("[[park]]").expect("a park")..second.find("[economics]").expect("money")];
    let text = format!("{STEADY}{YEARS}{}", park.replace("\"p\"", "\"q\""));
    run(folder.path(), &text);
    let files = ["1", "3"].map(|threads| {
        let out = format!("out-{threads}");
        let done = Command::new(env!("CARGO_BIN_EXE_zeropark"))
            .current_dir(folder.path())
            .args(["run", "s.toml", "-q", "--no-plots", "--no-series", "--threads", threads, "-o", &out])
            .output()
            .expect("runs");
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        ["years.csv", "summary.json"]
            .map(|file| std::fs::read(folder.path().join(&out).join(file)).expect("reads"))
    });
    assert_eq!(files[0], files[1]);
}

/// Every part of a bill follows its factor: in 2031, whose days are those of 2025, all charges are half and what
/// export earns is double, whatever the tariff is made of.
#[test]
fn every_part_of_a_bill_follows_its_factor() {
    let common = "export_price_per_kwh = 0.2\nsurcharge_per_kwh = 0.03\nfixed_charge_per_month = 900\n";
    let bands = "[[park.grid.tariff.band]]\nname = \"noon\"\nhours = [\"10:00-14:00\"]\n";
    let tariffs = [
        format!("import_price_per_kwh = 0.6\n{common}demand_charge_per_kw_month = 40\n"),
        format!(
            "import_price_per_kwh = 0.6\n{common}capacity_charge_per_kva_month = 25\ntransformer_kva = 200\nbasis = \
             \"capacity\"\n{bands}price_per_kwh = 0.9\nexport_price_per_kwh = 0.1\n"
        ),
        format!(
            "purchase_price_per_kwh = 0.4\nfixed_price_per_kwh = 0.25\n{common}power_factor = 0.8\n{bands}multiplier = \
             1.5\n[[park.grid.tariff.band]]\nname = \"rest\"\nhours = [\"14:00-10:00\"]\nmultiplier = 1.0\n"
        ),
    ];
    let text = STEADY
        .replace("growth_per_year = 0.05\n", "")
        .replace("degradation_per_year = 0.01", "degradation_per_year = 0")
        .replace("capacity_kw = 30", "capacity_kw = 130");
    let second =
        "[[park.load]]\nname = \"shift\"\narchetype = \"vehicle-plant\"\nannual_mwh = 400\n[park.grid]";
    for tariff in tariffs {
        let text = text
            .replace("[park.grid]\n", &format!("{second}\n"))
            .replace("import_price_per_kwh = 0.6\n", &tariff);
        let years = "[years]\nlist = [2031]\nimport_price_factors = [0.5]\nexport_price_factors = [2]\n";
        let json = done(&format!("{text}{years}"));
        let bill = &json["parks"][0]["configured"]["bill"];
        let charges = number(bill, "total") + number(bill, "export_revenue");
        assert!(charges > 0.0 && number(bill, "export_revenue") > 0.0, "{tariff}");
        let later = number(of_year(&json, 2031), "configured.bill.total");
        near(later, 0.5 * charges - 2.0 * number(bill, "export_revenue"));
    }
}

/// By hand, in 2031 with prices 1.02⁶ up and fuel half as dear again: 3,600 GJ at 100 cost 540,000 · 1.02⁶, and what
/// drivers pay for 10 kW in every hour comes off the bill at 0.8 · 1.02⁶.
#[test]
fn money_beside_the_tariff_grows_too() {
    let tables = "[[park.fuel]]\nname = \"boiler\"\nfuel = \"natural-gas\"\nannual_gj = 3600\nprice_per_gj = \
                  100\n[[park.charging]]\nname = \"cars\"\nseries = \"cars.csv\"\nenergy_price_per_kwh = \
                  0.8\nchargers = [ { class = \"ac-7kw\", count = 2 } ]\ncapex_per_kw = 0\nopex_per_kw_year = \
                  0\n[park.grid]";
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("cars.csv"), "kw\n".to_owned() + &"10\n".repeat(8760)).expect("writes");
    let text = STEADY.replace("growth_per_year = 0.05\n", "").replace("[park.grid]", tables);
    let years = "price_growth_per_year = 0.02\n[years]\nlist = [2031]\nfuel_price_factors = [1.5]\n";
    let (code, json, messages) = run(folder.path(), &format!("{text}{years}"));
    assert_eq!(code, 0, "{messages}");
    let (grown, later) = (1.02f64.powi(6), of_year(&json, 2031));
    near(number(later, "baseline.economics.opex_annual"), 360_000.0 * 1.5 * grown);
    near(number(later, "baseline.bill.total"), (110.0 * 0.6 - 10.0 * 0.8) * 8760.0 * grown);
}

/// By hand: PV of ten years' life is five years old in 2040, and the leap year has 8,784 hours.
#[test]
fn what_ends_its_life_is_renewed() {
    let text = STEADY
        .replace("life_years = 20", "life_years = 10")
        .replace("lifetime_years = 10", "lifetime_years = 25");
    let json = done(&format!("{text}[years]\nlist = [2034, 2035, 2040]\n"));
    for (year, left, hours) in [(2034, 0.91, 8760.0), (2035, 1.0, 8760.0), (2040, 0.95, 8784.0)] {
        near(number(of_year(&json, year), "configured.energy.pv_available_kwh"), 30.0 * left * hours);
    }
}

/// By hand: PV that comes in 2028 and loses 2 % a year gives 96 % in 2030, and its 400 a year of running cost have
/// grown by 3 % a year since 2025 as those of the roof have.
#[test]
fn a_device_that_comes_later_begins_its_life_then() {
    let late = "[[park.pv]]\nname = \"late\"\nseries = \"flat.csv\"\nper_kw = true\ncapacity_kw = \
                10\ndegradation_per_year = 0.02\ncapex_per_kw = 3000\nopex_per_kw_year = 40\nin_service_year = \
                2028\n[park.grid]";
    let text = STEADY
        .replace("growth_per_year = 0.05\n", "")
        .replace("degradation_per_year = 0.01", "degradation_per_year = 0")
        .replace("[park.grid]", late);
    let json = done(&format!("{text}opex_growth_per_year = 0.03\n[years]\nlist = [2025, 2030]\n"));
    near(number(of_year(&json, 2030), "configured.energy.pv_available_kwh"), (30.0 + 9.6) * 8760.0);
    near(cash(&json, 3, "opex"), -1200.0 * 1.03f64.powi(2));
    near(cash(&json, 6, "opex"), -1600.0 * 1.03f64.powi(5));
}
