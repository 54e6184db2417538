//! Charging through a scenario: battery inspection on every row, in the sums and in the bill; the wear of vehicles that
//! feed back; the gap of managed charging.

use zeropark::park::case::Case;
use zeropark::park::simulate::{CaseYear, Results, simulate};
use zeropark::park::{BuildOptions, Project, build};
use zeropark::scenario::Scenario;

const STATION: &str = r#"
schema = 1
name = "station"
[time]
year = 2025
[site]
latitude_deg = 26.66
longitude_deg = 119.55
timezone = "Asia/Shanghai"
weather = "fuzhou.epw.gz"
[[park]]
name = "s"
preset = "inspection-station-24"
[[park.storage]]
name = "second life"
chemistry = "second-life-lfp"
power_kw = 100
energy_kwh = 400
"#;

fn project(more: &str) -> Project {
    built(&format!("{STATION}{more}"))
}

fn built(text: &str) -> Project {
    let folder = tempfile::tempdir().expect("a folder");
    let weather = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/weather/fuzhou.epw.gz");
    std::fs::copy(weather, folder.path().join("fuzhou.epw.gz")).expect("copies");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, text).expect("writes");
    let scenario = Scenario::read(&path).expect("is sound");
    build(&scenario, BuildOptions { seed: 1 }).expect("builds")
}

fn run(project: &Project) -> (Results, f64) {
    let worst = std::sync::Mutex::new(0.0f64);
    let sink = |year: &CaseYear<'_>| {
        if year.case == Case::Configured {
            let l = year.ledger;
            for t in 0..l.import_kw.len() {
                let left = year.series.demand_kw[t]
                    + l.vehicles_kw[t]
                    + l.charge_kw[t]
                    + l.export_kw[t]
                    + l.curtailed_pv_kw[t]
                    + l.curtailed_wind_kw[t]
                    - year.series.pv_kw[t]
                    - year.series.wind_kw[t]
                    - l.discharge_kw[t]
                    - l.import_kw[t]
                    - l.v2g_kw[t]
                    - l.unserved_kw[t];
                let mut worst = worst.lock().expect("one thread at a time");
                *worst = worst.max(left.abs());
            }
        }
        Ok(())
    };
    let results = simulate(project, &sink, &|| false).expect("runs");
    (results, worst.into_inner().expect("done"))
}

/// The station with and without tests: the energy they lose and the bay's standby are charging, drawn from the grid, and
/// their fees are charging revenue.
#[test]
fn what_tests_lose_is_charging_and_every_row_balances() {
    let tariff = "[park.grid]\ntariff = \"fujian-2025-10kv\"\ncarbon = \"fujian-2023\"\n[economics]\ndiscount_rate = 0.08\n";
    let with = format!("[[park.inspection]]\nname = \"inspection\"\nfeeds = \"second life\"\n{tariff}");
    let (with, worst_kw) = run(&project(&with));
    assert!(worst_kw < 1e-6, "{worst_kw} kW");
    // Nothing exchanged and no standby, no fee: the same station without tests that draw.
    let none =
        "[[park.inspection]]\nname = \"inspection\"\nexchanged_share = 0\nstandby_kw = 0\nfee_per_test = 0\n";
    let (without, _) = run(&project(&format!("{none}{tariff}")));
    let (a, b) = (&with.parks[0].configured, &without.parks[0].configured);
    let told = &a.inspection[0];
    let energy = |metrics: &zeropark::metrics::Metrics| metrics.energy.expect("energy").charging_kwh;
    let drawn = told.energy_loss_kwh + told.standby_kwh;
    assert!(told.vehicles_tested > 200.0 && told.lost_tests == 0.0, "{told:?}");
    assert!((energy(a) - energy(b) - drawn).abs() < 1.0, "{} {drawn}", energy(a) - energy(b));
    // 100 CNY a test.
    let revenue =
        |metrics: &zeropark::metrics::Metrics| metrics.bill.as_ref().expect("bill").parts.charging_revenue;
    assert!((revenue(a) - revenue(b) - 100.0 * told.vehicles_tested).abs() < 1e-6);
    // One bay of 90 kW at 1,700 CNY per kW stands in the investment of both.
    let capex = a.economics.as_ref().expect("money").capex;
    assert!((capex - b.economics.as_ref().expect("money").capex).abs() < 1e-6);
    assert!(capex > 153_000.0);
    let packs = told.packs_reused + told.packs_second_life + told.packs_recycled;
    assert_eq!(packs, told.packs_retired);
    assert!(packs > 0.0 && packs < 0.2 * told.vehicles_tested, "{told:?}");
    let share = told.share_of_storage.expect("feeds");
    assert!((share - told.second_life_kwh / 400.0).abs() < 1e-12);
    assert!((told.years_to_fill_storage.expect("packs") - 1.0 / share).abs() < 1e-9);
    assert_eq!(without.parks[0].configured.inspection[0].share_of_storage, None);
    // Bays are new: the baseline has none, and a charging that replaces petrol is not there either.
    assert!(with.parks[0].baseline.inspection.is_empty());
    // No metal enters a ledger: the two differ by the energy drawn alone, at 0.4211 kg/kWh and transformer loss 0.
    let tonnes =
        |metrics: &zeropark::metrics::Metrics| metrics.carbon.and_then(|c| c.location_based_t).expect("t");
    let import = |metrics: &zeropark::metrics::Metrics| metrics.energy.expect("energy").grid_import_kwh;
    let by_energy_t = (import(a) - import(b)) * 0.4211 / 1000.0;
    assert!((tonnes(a) - tonnes(b) - by_energy_t).abs() < 1e-6);
}

/// The preset is the published station: 24 guns behind six cabinets of 300 kW, 82 kWp.
#[test]
fn the_preset_is_the_published_station() {
    let project = project("");
    let park = &project.parks[0];
    assert_eq!(park.generators[0].capacity_kw, 82.0);
    let guns = &park.fleets[0].fleet.chargers[0];
    assert_eq!((guns.count, guns.class.guns_per_cabinet, guns.class.cabinet_kw), (24, 4, 300.0));
    assert_eq!((guns.class.power_kw, guns.class.installed_kw(24)), (180.0, 1800.0));
    assert_eq!(park.storages.len(), 2);
    assert_eq!(park.bays.len(), 1);
    let pools = park.pools(&project.axis);
    assert_eq!((pools.len(), pools[0].classes[0].guns), (1, 24));
}

fn fleet_year(fleet: &str) -> zeropark::metrics::Metrics {
    let (head, _) = STATION.split_once("preset").expect("a preset");
    let text = format!(
        "{head}[[park.charging]]\n{fleet}\n[park.grid]\ntariff = \"fujian-2025-10kv\"\n[park.dispatch]\npolicy = \"time-of-use\"\n[[park.load]]\nname = \"shop\"\narchetype = \"office\"\nannual_mwh = 2000\n[economics]\ndiscount_rate = 0.08\n"
    );
    let (results, worst_kw) = run(&built(&text));
    assert!(worst_kw < 1e-6, "{worst_kw} kW");
    results.parks[0].configured.clone()
}

/// By hand: 50 guns of 60 kW at 27 CNY per kW and year are 81,000 CNY of operation; what is above is the wear, v2g_kwh x
/// 0.1 CNY. At 5 CNY per kWh of wear nothing pays, and nothing is fed back.
#[test]
fn what_feeding_back_wears_is_paid_and_decides() {
    let trucks = |wear: f64| {
        fleet_year(&format!(
            "name = \"trucks\"\nfleet = \"light-truck\"\nvehicles = 50\nstrategy = \"v2g\"\nv2g_cost_per_kwh = {wear}\nchargers = [{{ class = \"dc-60kw-v2g\", count = 50 }}]"
        ))
    };
    let (cheap, dear) = (trucks(0.1), trucks(5.0));
    let (fed, wear) =
        (cheap.charging[0].v2g_kwh.expect("fed"), cheap.charging[0].v2g_wear_cost.expect("wear"));
    assert!(fed > 10_000.0, "{fed}");
    assert!((wear - 0.1 * fed).abs() < 1e-6);
    let opex = cheap.economics.expect("money").opex_annual;
    assert!((opex - 81_000.0 - wear).abs() < 1e-6, "{opex} {wear}");
    assert_eq!((dear.charging[0].v2g_kwh, dear.charging[0].v2g_wear_cost), (Some(0.0), Some(0.0)));
    assert_eq!(cheap.charging[0].gap_to_optimum, None, "of a fleet that feeds back no optimum is known");
}

/// Of every managed fleet the output tells what its schedule costs above the optimum; it is never below, and managed
/// charging is cheaper than charging on arrival.
#[test]
fn the_gap_of_managed_charging_is_told() {
    for (fleet, chargers) in [("bus", "dc-120kw"), ("heavy-truck", "dc-180kw"), ("shift-worker", "ac-7kw")] {
        let text = |strategy: &str| {
            format!(
                "name = \"f\"\nfleet = \"{fleet}\"\nvehicles = 30\nstrategy = \"{strategy}\"\nchargers = [{{ class = \"{chargers}\", count = 30 }}]"
            )
        };
        let managed = fleet_year(&text("managed"));
        let told = &managed.charging[0];
        let [arrival, rule, best] =
            [told.uncontrolled_price_per_kwh, told.managed_price_per_kwh, told.optimal_price_per_kwh]
                .map(|price| price.expect("told"));
        let gap = told.gap_to_optimum.expect("told");
        eprintln!("{fleet}: {arrival:.4} on arrival, {rule:.4} managed, {best:.4} optimal, gap {gap:.4}");
        assert!(best <= rule && rule <= arrival, "{fleet}: {arrival} {rule} {best}");
        assert!((gap - (rule / best - 1.0)).abs() < 1e-12);
        assert!(told.movable_kwh.expect("told") > 0.0);
        let free = fleet_year(&text("uncontrolled"));
        assert_eq!(free.charging[0].gap_to_optimum, None);
        let total = |metrics: &zeropark::metrics::Metrics| metrics.bill.as_ref().expect("bill").parts.total;
        assert!(total(&managed) < total(&free), "{fleet}: {} {}", total(&managed), total(&free));
    }
}
