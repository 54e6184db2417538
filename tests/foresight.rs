//! `policy = "foresight"` through the scenario: the optimum that HiGHS finds, kept by the simulated
//! year and its bill, with its proof; and what cannot be planned is said.

use std::fs;

use tempfile::TempDir;
use zeropark::metrics::Metrics;
use zeropark::park::{BuildOptions, build, simulate::simulate};
use zeropark::problem::Problems;
use zeropark::scenario::Scenario;

const JOB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/common_job/hourly.csv.gz");

/// The common job, base: the park that HiGHS, PyPSA and oemof were run on.
fn scenario(tariff: &str, storage: &str, dispatch: &str) -> String {
    format!(
        r#"schema = 1
name = "common job"
[time]
year = 2018
[site]
latitude_deg = 36.1
longitude_deg = -79.95
timezone = "-05:00"
[economics]
discount_rate = 0.08
lifetime_years = 25
[[park]]
name = "p"
[[park.load]]
name = "works"
series = "{JOB}"
column = "load_kw"
[[park.load]]
name = "vehicles"
series = "{JOB}"
column = "ev_kw"
[[park.pv]]
capacity_kw = 1000
series = "{JOB}"
column = "pv_per_kw"
per_kw = true
[[park.wind]]
capacity_kw = 500
series = "{JOB}"
column = "wind_per_kw"
per_kw = true
[[park.storage]]
name = "store"
power_kw = 1000
energy_kwh = 2000
charge_efficiency = 0.95
discharge_efficiency = 0.95
soc_min = 0
soc_max = 1
soc_initial = 0.5
self_discharge_per_day = 0
{storage}
[park.grid.tariff]
import_price_per_kwh = {{ series = "{JOB}", column = "price_buy" }}
export_price_per_kwh = {{ series = "{JOB}", column = "price_sell" }}
{tariff}
[park.dispatch]
{dispatch}
"#
    )
}

fn read(text: &str) -> Result<Scenario, Problems> {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("s.toml"), text).expect("writes");
    Scenario::read(&folder.path().join("s.toml"))
}

/// Metrics of the design and its columns.
fn run(text: &str) -> (Metrics, Vec<(String, Vec<f64>)>) {
    let scenario = read(text).unwrap_or_else(|problems| panic!("{problems}"));
    let project = build(&scenario, BuildOptions { seed: 1 }).unwrap_or_else(|problems| panic!("{problems}"));
    let columns = std::sync::Mutex::new(Vec::new());
    let keep = |year: &zeropark::park::simulate::CaseYear<'_>| {
        *columns.lock().unwrap() = zeropark::run::columns(year);
        Ok(())
    };
    let results = simulate(&project, &keep, &|| false).unwrap_or_else(|error| panic!("{error}"));
    (results.parks[0].configured.clone(), columns.into_inner().unwrap())
}

fn problems_of(text: &str) -> String {
    let scenario = read(text).unwrap_or_else(|problems| panic!("{problems}"));
    build(&scenario, BuildOptions { seed: 1 }).expect_err("is refused").to_string()
}

fn assert_close(found: f64, expected: f64, rel: f64, what: &str) {
    assert!((found - expected).abs() <= rel * expected.abs(), "{what}: {found} is not {expected}");
}

const FORESIGHT: &str = "policy = \"foresight\"";
const MONTHLY: &str = "demand_charge_per_kw_month = 40";

/// Optima by HiGHS, agreed with PyPSA and oemof to 1e-13 (`tests/data/common_job/README.md`).
#[test]
fn the_bill_of_a_foreseen_year_is_the_optimum_of_highs() {
    for (tariff, highs, rel) in [("", 5_613_670.190788, 1e-9), (MONTHLY, 6_367_934.629723, 1e-6)] {
        let (metrics, columns) = run(&scenario(tariff, "", FORESIGHT));
        let plan = metrics.dispatch.expect("a plan");
        let bill = metrics.bill.expect("a bill").parts.total;
        assert_close(plan.planned_cost, highs, rel, "planned cost");
        assert_close(bill, plan.planned_cost, 1e-9, "bill of the replayed plan");
        assert!(plan.lower_bound <= highs * (1.0 + 1e-12) && plan.gap <= 1e-6, "{plan:?}");
        let column = |name: &str| &columns.iter().find(|(column, _)| column == name).expect(name).1;
        let energy = column("storage_energy_kwh");
        assert_close(*energy.last().unwrap(), 1000.0, 1e-9, "end state");
        let values = column("storage_marginal_value_per_kwh");
        assert_eq!(values.len(), 8760);
        // The value of energy in store lies within what a kWh can save and cost at the dearest.
        assert!(values.iter().all(|value| (0.0..100.0).contains(value)));
        assert_close(values.iter().sum::<f64>() / 8760.0, plan.mean_marginal_value_per_kwh, 1e-12, "mean");
    }
}

/// The optimum of a year costs no more than any rule makes it, and rules have no plan.
#[test]
fn no_rule_beats_foresight() {
    let free = "terminal = \"free\"";
    let best = run(&scenario(MONTHLY, free, FORESIGHT)).0.bill.unwrap().parts.total;
    for rule in [
        "policy = \"self-consumption\"",
        "policy = \"time-of-use\"\ngrid_charge_up_to_kw = 2200\ncycles_per_day = 2",
        "policy = \"peak-shaving\"",
        "policy = \"peak-shaving-arbitrage\"",
        "policy = \"zero-export\"",
        "policy = \"backup-reserve\"\nreserve_share = 0.5",
    ] {
        let (metrics, columns) = run(&scenario(MONTHLY, free, rule));
        assert!(metrics.dispatch.is_none() && metrics.bill.unwrap().parts.total > best, "{rule}");
        assert!(columns.iter().all(|(name, _)| name != "storage_marginal_value_per_kwh"));
    }
}

/// By hand, for NMC: 3000 cycles of depth 0.8 to 80 %, 4500 to its end of life at 70 %, which are 3600
/// full cycles of 2000 kWh or 6.84 GWh given at 0.95; 1500 per kWh are paid again, so three million: more
/// than from night to day earns, less than from night to the peak.
/// With it in the plan the store cycles less, and bill and wear together cost no more than without.
#[test]
fn a_plan_that_reckons_with_wear_cycles_less() {
    let storage =
        "chemistry = \"nmc\"\ncapex_per_kwh = 1500\ncapex_per_kw = 0\nreplacement_capex_fraction = 1";
    let text = |dispatch: &str| {
        let text = scenario("", storage, dispatch);
        text.replace("soc_min = 0\n", "soc_min = 0.1\n").replace("soc_max = 1\n", "soc_max = 0.9\n")
    };
    let (off, columns_off) = run(&text(FORESIGHT));
    let (on, columns_on) = run(&text(&format!("{FORESIGHT}\nageing_cost = true")));
    let plan = on.dispatch.unwrap();
    assert_close(plan.ageing_cost_per_kwh, 3e6 / 6.84e6, 1e-9, "cost of wear");
    assert_eq!(off.dispatch.unwrap().ageing_cost_per_kwh, 0.0);
    assert!(on.storage[0].full_cycles < 0.9 * off.storage[0].full_cycles);
    let all = |metrics: &Metrics, columns: &[(String, Vec<f64>)]| {
        let discharge = &columns.iter().find(|(name, _)| name == "storage_discharge_kw").expect("a column").1;
        let wear = discharge.iter().sum::<f64>() * 3e6 / 6.84e6;
        (metrics.bill.as_ref().expect("a bill").parts.total, wear)
    };
    let ((bill_off, wear_off), (bill_on, wear_on)) = (all(&off, &columns_off), all(&on, &columns_on));
    assert_close(bill_on + wear_on, plan.planned_cost, 1e-9, "planned");
    assert!(bill_on > bill_off && wear_on < wear_off && bill_on + wear_on < bill_off + wear_off);
}

/// A capacity charge far below the demand charge is taken, and demand is then free.
#[test]
fn the_cheaper_basis_is_planned() {
    let tariff =
        format!("{MONTHLY}\nbasis = \"cheaper\"\ncapacity_charge_per_kva_month = 1\ntransformer_kva = 4000");
    let (metrics, _) = run(&scenario(&tariff, "", FORESIGHT));
    let bill = metrics.bill.unwrap().parts;
    assert_close(bill.total, 5_613_670.190788 + 48_000.0, 1e-9, "energy-only optimum and capacity charge");
    assert_close(bill.total, metrics.dispatch.unwrap().planned_cost, 1e-9, "plan");
}

/// The transformer's loss stands between bus and bill: the plan sees it.
#[test]
fn plan_and_bill_agree_behind_a_transformer() {
    let text = scenario(MONTHLY, "", FORESIGHT)
        .replace("[park.grid.tariff]", "[park.grid]\ntransformer_loss = 0.02\n[park.grid.tariff]");
    let (metrics, _) = run(&text);
    assert_close(metrics.bill.unwrap().parts.total, metrics.dispatch.unwrap().planned_cost, 1e-9, "bill");
}

/// Export pays more than import costs at night, or energy costs less than nothing: one meter turns
/// one way, the bill is what was planned, and the plan is proved.
#[test]
fn odd_prices_are_planned_and_billed() {
    let sold_dear =
        |text: String| text.replace(&format!("{{ series = \"{JOB}\", column = \"price_sell\" }}"), "0.3932");
    let paid = |text: String| {
        text.replace(&format!("{{ series = \"{JOB}\", column = \"price_buy\" }}"), "-0.05")
            .replace(&format!("{{ series = \"{JOB}\", column = \"price_sell\" }}"), "-0.1")
    };
    for (tariff, gap) in [("", 1e-12), (MONTHLY, 1e-6)] {
        let (metrics, columns) = run(&sold_dear(scenario(tariff, "", FORESIGHT)));
        let plan = metrics.dispatch.expect("a plan");
        let bill = metrics.bill.expect("a bill").parts.total;
        assert_close(bill, plan.planned_cost, 1e-9, "bill");
        assert!((0.0..=gap).contains(&plan.gap), "{plan:?}");
        let column = |name: &str| &columns.iter().find(|(column, _)| column == name).expect(name).1;
        let both = column("grid_import_kw").iter().zip(column("grid_export_kw"));
        assert!(both.into_iter().all(|(import, export)| import * export == 0.0));
        let rule = run(&sold_dear(scenario(tariff, "", "policy = \"time-of-use\"")));
        assert!(rule.0.bill.unwrap().parts.total > bill);
        let (metrics, columns) = run(&paid(scenario(tariff, "", FORESIGHT)));
        let plan = metrics.dispatch.expect("a plan");
        assert_close(metrics.bill.expect("a bill").parts.total, plan.planned_cost, 1e-9, "bill");
        let column = |name: &str| &columns.iter().find(|(column, _)| column == name).expect(name).1;
        if tariff.is_empty() {
            // Whoever is paid for import generates nothing and sells nothing.
            let generated: f64 =
                column("pv_kw").iter().zip(column("wind_kw")).map(|(pv, wind)| pv + wind).sum();
            let curtailed: f64 = column("curtailed_kw").iter().sum();
            assert_close(curtailed, generated, 1e-9, "curtailed");
            assert!(column("grid_export_kw").iter().sum::<f64>() < 1e-6);
        }
    }
}

#[test]
fn what_cannot_be_planned_is_said() {
    let carbon = problems_of(&scenario("", "", "policy = \"minimum-carbon\""));
    assert!(carbon.contains("needs the grid's carbon factor"), "{carbon}");
    let limited = scenario("", "", FORESIGHT)
        .replace("[park.grid.tariff]", "[park.grid]\nimport_limit_kw = 100\n[park.grid.tariff]");
    let project = build(&read(&limited).unwrap(), BuildOptions { seed: 1 }).unwrap();
    let error = simulate(&project, &|_| Ok(()), &|| false).expect_err("cannot be served").to_string();
    assert!(error.starts_with("park.p.grid.import_limit_kw cannot be kept by any schedule"), "{error}");
    assert!(error.contains("binds first at 2018-01-0"), "{error}");
}

/// Two halves of the storage are the whole: the linear program of several storages finds what HiGHS,
/// PyPSA and oemof found for one, and the replayed year keeps it.
#[test]
fn two_halves_of_a_storage_cost_what_the_whole_does() {
    let half = "[[park.storage]]\nname = \"other\"\npower_kw = 500\nenergy_kwh = 1000\ncharge_efficiency = 0.95\ndischarge_efficiency = 0.95\nsoc_min = 0\nsoc_max = 1\nsoc_initial = 0.5\nself_discharge_per_day = 0";
    for (tariff, highs) in [("", 5_613_670.190788), (MONTHLY, 6_367_934.629723)] {
        let text = scenario(tariff, half, FORESIGHT).replacen(
            "power_kw = 1000\nenergy_kwh = 2000",
            "power_kw = 500\nenergy_kwh = 1000",
            1,
        );
        let (metrics, columns) = run(&text);
        let plan = metrics.dispatch.expect("a plan");
        assert_close(plan.planned_cost, highs, 1e-6, "planned cost");
        assert!(plan.lower_bound <= highs * (1.0 + 1e-9) && plan.gap <= 1e-6, "{plan:?}");
        assert_close(metrics.bill.expect("a bill").parts.total, plan.planned_cost, 1e-9, "replayed");
        assert_eq!(metrics.storage.len(), 2);
        assert!(columns.iter().any(|(name, _)| name == "storage_marginal_value_per_kwh"));
    }
}

/// Where export earns more than import costs the plan is what one meter can do: its bill is its cost,
/// no rule is cheaper, and the bound is below both.
#[test]
fn prices_that_pay_for_both_ways_are_planned_with_their_gap() {
    let dear = |dispatch: &str| {
        let text = scenario("", "terminal = \"free\"", dispatch);
        let start = text.find("export_price_per_kwh").expect("a price");
        let end = start + text[start..].find('\n').expect("a line");
        format!("{}export_price_per_kwh = 0.45{}", &text[..start], &text[end..])
    };
    let (metrics, _) = run(&dear(FORESIGHT));
    let plan = metrics.dispatch.expect("a plan");
    let bill = metrics.bill.expect("a bill").parts.total;
    assert_close(bill, plan.planned_cost, 1e-9, "replayed");
    assert!(plan.lower_bound <= bill && plan.gap < 0.05, "{plan:?}");
    let rule = run(&dear("policy = \"time-of-use\"")).0.bill.expect("a bill").parts.total;
    assert!(bill < rule, "{bill} and {rule}");
}

/// Every rule captures less than the optimum; the optimum captures all of what it saves.
#[test]
fn policies_stand_side_by_side() {
    let text = scenario(MONTHLY, "", "policy = \"time-of-use\"");
    let mut project = build(&read(&text).unwrap(), BuildOptions { seed: 1 }).unwrap();
    let own = project.parks[0].policy;
    let rows = zeropark::policies::compare(&mut project, &|| false).expect("runs").years;
    assert!(
        project.parks[0].policy == own && project.parks[0].storages.len() == 1,
        "the project is as before"
    );
    let names: Vec<&str> = rows.iter().map(|row| row.policy).collect();
    let expected = [
        "no-storage",
        "self-consumption",
        "time-of-use",
        "time-of-use, 2 cycles",
        "time-of-use, room left",
        "peak-shaving",
        "peak-shaving-arbitrage",
        "zero-export",
        "backup-reserve",
        "forecast",
        "foresight with wear",
        "foresight",
    ];
    assert_eq!(names, expected, "without a carbon factor none goes by it");
    // The bill without storage is that of SAM's Utilityrate5, the last that of HiGHS.
    assert_close(rows[0].bill, 7_362_902.993155, 1e-9, "no storage");
    assert_close(rows[11].bill, 6_367_934.629723, 1e-6, "foresight");
    assert_eq!((rows[0].captured, rows[11].captured), (Some(0.0), Some(1.0)));
    for row in &rows[1..11] {
        assert!(row.captured.is_some_and(|share| share < 1.0), "{row:?}");
        assert!((row.bill - row.end_state_value - row.cost).abs() < 1e-6 && row.ageing_cost > 0.0);
    }
    // Reckoning with wear costs no less at the meter, and wears no more.
    assert!(rows[10].bill >= rows[11].bill * (1.0 - 1e-6) && rows[10].ageing_cost <= rows[11].ageing_cost);
    // Rule A leaves the store empty: by hand, its bill and 1000 kWh fewer at the mean value.
    assert_close(rows[1].bill, 7_357_185.840749, 1e-9, "rule A");
    assert!(rows[1].end_state_value < 0.0);
    let csv = zeropark::policies::csv(&rows);
    assert!(csv.lines().count() == 13 && csv.lines().all(|line| line.matches(',').count() == 8), "{csv}");
}

/// Plans that see less cost more, never less than the optimum; a perfect view of two days comes
/// close where there is no demand charge.
#[test]
fn a_forecast_costs_more_than_foresight() {
    let bill =
        |tariff: &str, dispatch: &str| run(&scenario(tariff, "", dispatch)).0.bill.unwrap().parts.total;
    let best = 5_613_670.190788;
    let [perfect, persistence, week] = ["perfect", "persistence", "last-week"]
        .map(|source| bill("", &format!("policy = \"forecast\"\nforecast = \"{source}\"")));
    // The last day may leave a little less or more in store; 2000 kWh are worth at most 2200.
    assert!(perfect > best - 2200.0 && perfect < 1.005 * best, "{perfect}");
    assert!(persistence > perfect && persistence < 1.05 * best, "{persistence}");
    assert!(week > perfect && week < 1.05 * best, "{week}");
    let [exact, noisy] = [0.0, 0.3].map(|error| {
        bill("", &format!("policy = \"forecast\"\nforecast = \"noisy\"\nforecast_error = {error}"))
    });
    assert_close(exact, perfect, 1e-12, "no error is a perfect forecast");
    assert!(noisy > perfect && noisy < 1.05 * best, "{noisy}");
    let own = "forecast = \"series\"\nforecast_pv_kw = 0\nforecast_wind_kw = 0";
    let blind = bill("", &format!("policy = \"forecast\"\n{own}"));
    assert!(blind > perfect, "{blind}: it never sees the sun");
    let demand = bill(MONTHLY, "policy = \"forecast\"\nforecast = \"perfect\"");
    assert!(demand > 6_367_934.0 && demand < 7_362_902.0, "{demand}");
    eprintln!("perfect {perfect} persistence {persistence} week {week} with demand {demand}");
}

/// A store that has leaked below its least energy is planned on from there. By hand: 0.5 % of at most 2000 kWh a day
/// are 3650 kWh a year, bought anew for less than 1.2 each, a thousandth of the bill; that of the park
/// without its store is a tenth above. (What leaks is given sooner, which a forecast may even gain by.)
#[test]
fn a_store_that_leaks_is_still_planned_under_a_forecast() {
    let bill = |leak: &str| {
        let text = scenario("", "", "policy = \"forecast\"\nforecast = \"persistence\"");
        let text = text.replace("soc_min = 0\n", "soc_min = 0.1\n");
        run(&text.replace("per_day = 0\n", &format!("per_day = {leak}\n"))).0.bill.unwrap().parts.total
    };
    let (tight, leaking) = (bill("0"), bill("0.005"));
    assert_close(leaking, tight, 0.01, "leaking beside tight");
}

/// By hand: 100 kW all year and 40 kWh a day at up to 20 kW between 8 and 20 o'clock; 1.0 per kWh, 0.5
/// from 12 to 14 o'clock, 100 per kW and month. The baseline runs it from 8 to 10 at 1.0, a time switch
/// from 12 to 14 at 0.5, both up to 120 kW. A foreseen year spreads it over the twelve hours, 10/3 kW
/// each: a kW of peak costs 100, and saves 2 kWh of 0.5 on at most 31 days.
#[test]
fn shiftable_loads_run_when_they_are_cheap_and_where_the_park_is_cheapest() {
    let text = |dispatch: &str, more: &str| {
        format!(
            r#"schema = 1
name = "shift"
time = {{ year = 2018 }}
site = {{ latitude_deg = 26.0, longitude_deg = 119.0, timezone = "+08:00" }}
economics = {{ discount_rate = 0.08, lifetime_years = 25 }}
[[park]]
name = "p"
dispatch = {{ policy = "{dispatch}" }}
[[park.load]]
name = "works"
series = "{{prices}}"
column = "load"
[[park.shiftable]]
name = "pumps"
daily_kwh = 40
power_kw = 20
from_hour = 8
until_hour = 20
{more}
[park.grid.tariff]
demand_charge_per_kw_month = 100
[park.grid.tariff.import_price_per_kwh]
series = "{{prices}}"
column = "price"
"#
        )
    };
    let folder = TempDir::new().expect("a folder");
    let prices = folder.path().join("prices.csv");
    let hours = (0..8760).map(|t| if (12..14).contains(&(t % 24)) { "0.5,100\n" } else { "1.0,100\n" });
    fs::write(&prices, format!("price,load\n{}", hours.collect::<String>())).expect("writes");
    let run = |dispatch: &str, more: &str| {
        run(&text(dispatch, more).replace("{prices}", &prices.display().to_string()))
    };
    let flat = 100.0 * 365.0 * (22.0 + 2.0 * 0.5);
    let bill = |metrics: &Metrics| metrics.bill.as_ref().expect("a bill").parts.total;
    let (switched, columns) = run("self-consumption", "");
    assert_close(bill(&switched), flat + 365.0 * 20.0 + 12.0 * 100.0 * 120.0, 1e-9, "by the price");
    let load = &columns.iter().find(|(name, _)| name == "load_kw").expect("a column").1;
    assert_eq!((load[8], load[12], load[13], load[14]), (100.0, 120.0, 120.0, 100.0));
    let (fixed, columns) = run("foresight", "shifted = false");
    assert_close(bill(&fixed), flat + 365.0 * 40.0 + 12.0 * 100.0 * 120.0, 1e-9, "from the start on");
    let load = &columns.iter().find(|(name, _)| name == "load_kw").expect("a column").1;
    assert_eq!((load[8], load[9], load[10]), (120.0, 120.0, 100.0));
    let (best, columns) = run("foresight", "");
    let third = 10.0 / 3.0;
    let spread = flat + 365.0 * (10.0 * third + 2.0 * third * 0.5) + 12.0 * 100.0 * (100.0 + third);
    assert_close(bill(&best), spread, 1e-6, "foreseen");
    let load = &columns.iter().find(|(name, _)| name == "load_kw").expect("a column").1;
    assert_close(load.iter().sum::<f64>(), 876_000.0 + 365.0 * 40.0, 1e-9, "its energy");
    // What does not fit into its window is said.
    let short = problems_of(
        &text("foresight", "")
            .replace("{prices}", &prices.display().to_string())
            .replace("daily_kwh = 40", "daily_kwh = 400"),
    );
    assert!(short.contains("400 kWh a day do not fit into 12 h at 20 kW"), "{short}");
}
