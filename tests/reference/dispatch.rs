//! Optimal schedules: objectives and feasibility against HiGHS (suite `dispatch`).

use serde_json::Value;
use zeropark::dispatch::optimum::{DemandCharge, Plan, Planner, Reservoir, Site, Terminal, UNMETERED};

use crate::harness::{Suite, case_name};

/// One case file with its series.
pub struct Case {
    pub name: String,
    pub hours: f64,
    pub load: Vec<f64>,
    pub pv: Vec<f64>,
    pub import_price: Vec<f64>,
    pub export_price: Vec<f64>,
    pub import_limit: f64,
    pub export_limit: f64,
    pub unserved: Option<f64>,
    pub curtailment: f64,
    pub charges: Vec<(Vec<f64>, Vec<u16>)>,
    pub store: Reservoir,
    pub vehicles: usize,
    pub expected: Value,
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

impl Case {
    pub fn read(name: String, json: &Value) -> Self {
        let hours = json["dt_h"].as_f64().expect("dt_h");
        let mut import_price = numbers(&json["import_price"]);
        if let Some(price) = json["carbon"]["price_per_kg"].as_f64() {
            let factor = numbers(&json["carbon"]["grid_kg_per_kwh"]);
            import_price.iter_mut().zip(factor).for_each(|(p, kg)| *p += price * kg);
        }
        let charges = json["demand_charge"].as_array().expect("demand_charge").iter().map(|charge| {
            let period: Vec<u16> = charge["period_of_step"]
                .as_array()
                .expect("periods")
                .iter()
                .map(|k| k.as_i64().and_then(|k| u16::try_from(k).ok()).unwrap_or(UNMETERED))
                .collect();
            let periods = period.iter().filter(|&&k| k != UNMETERED).max().map_or(0, |&k| k as usize + 1);
            (vec![charge["price_per_kw"].as_f64().expect("price"); periods], period)
        });
        Self {
            name,
            hours,
            load: numbers(&json["load_kw"]),
            pv: numbers(&json["pv_kw"]),
            export_price: numbers(&json["export_price"]),
            import_limit: json["grid_import_max_kw"].as_f64().unwrap_or(f64::INFINITY),
            export_limit: json["grid_export_max_kw"].as_f64().unwrap_or(f64::INFINITY),
            unserved: json["unserved_cost"].as_f64(),
            curtailment: json["curtailment_cost"].as_f64().unwrap_or(0.0),
            charges: charges.collect(),
            store: store(&json["battery"], hours),
            vehicles: json["ev"].as_array().map_or(0, Vec::len),
            expected: json["expected"].clone(),
            import_price,
        }
    }

    pub fn demand(&self) -> Vec<DemandCharge<'_>> {
        self.charges
            .iter()
            .map(|(price_per_kw, period_of_step)| DemandCharge { price_per_kw, period_of_step })
            .collect()
    }

    pub fn site<'a>(&'a self, demand: &'a [DemandCharge<'a>]) -> Site<'a> {
        Site {
            step_hours: self.hours,
            load_kw: &self.load,
            available_kw: &self.pv,
            import_price_per_kwh: &self.import_price,
            export_price_per_kwh: &self.export_price,
            import_limit_kw: self.import_limit,
            export_limit_kw: self.export_limit,
            unserved_cost_per_kwh: self.unserved,
            curtailment_cost_per_kwh: self.curtailment,
            demand,
        }
    }
}

fn store(battery: &Value, hours: f64) -> Reservoir {
    if battery.is_null() {
        return Reservoir::none();
    }
    let get = |key: &str| battery[key].as_f64().unwrap_or_else(|| panic!("battery.{key}"));
    let capacity = get("capacity_kwh");
    let terminal = match battery["terminal"].as_str() {
        Some("equal_initial") => Terminal::EqualInitial,
        Some("at_least_initial") => Terminal::AtLeastInitial,
        Some("free") => Terminal::Free,
        _ => Terminal::AtLeast(battery["terminal"]["at_least_soc"].as_f64().expect("soc") * capacity),
    };
    Reservoir {
        charge_limit_kw: get("p_charge_max_kw"),
        discharge_limit_kw: get("p_discharge_max_kw"),
        charge_efficiency: get("eta_charge"),
        discharge_efficiency: get("eta_discharge"),
        retention_per_step: 1.0 - get("self_discharge_per_h") * hours,
        energy_min_kwh: get("soc_min") * capacity,
        energy_max_kwh: get("soc_max") * capacity,
        energy_start_kwh: get("soc0") * capacity,
        terminal,
        throughput_cost_per_kwh: get("throughput_cost_per_kwh"),
    }
}

/// Why a case has no comparison here: said plainly, and checked to be exactly these.
const NOT_SERVED: &[(&str, &str)] = &[
    ("d24_01", "vehicles"),
    ("d24_02", "vehicles"),
    ("d24_05", "vehicles"),
    ("d24_07", "vehicles"),
    ("d24_10", "vehicles"),
    ("d24_11", "vehicles"),
    ("d96q_00", "vehicles"),
    ("d96q_02", "vehicles"),
    ("d96q_05", "vehicles"),
    ("d96q_06", "vehicles"),
    ("edge_ev_tight", "vehicles"),
    ("edge_infeasible_ev", "vehicles"),
    ("w168_01", "vehicles"),
    ("w168_02", "vehicles"),
    ("w168_05", "vehicles"),
    ("w168_07", "vehicles"),
    ("w672q_00", "vehicles"),
];

/// Cost of a schedule by the definition of the suite, from its set-points and curtailment alone;
/// panics where it breaks a limit by more than 1e-6.
fn cost_by_definition(case: &Case, plan: &Plan) -> f64 {
    let (store, near) = (&case.store, 1e-6);
    let mut energy = store.energy_start_kwh;
    let mut cost = 0.0;
    let mut peaks: Vec<Vec<f64>> = case.charges.iter().map(|(price, _)| vec![0.0; price.len()]).collect();
    for (t, &power) in plan.storage_setpoint_kw.iter().enumerate() {
        let (charge, discharge) = (power.max(0.0), (-power).max(0.0));
        assert!(charge <= store.charge_limit_kw + near && discharge <= store.discharge_limit_kw + near);
        energy = energy * store.retention_per_step
            + (store.charge_efficiency * charge - discharge / store.discharge_efficiency) * case.hours;
        let within = store.energy_min_kwh - near..=store.energy_max_kwh + near;
        assert!(within.contains(&energy), "{} step {t}: {energy} kWh", case.name);
        assert!((energy - plan.energy_kwh[t]).abs() <= near, "{} step {t}: energy", case.name);
        let curtailed = plan.curtailed_kw[t];
        assert!((-near..=case.pv[t] + near).contains(&curtailed), "{} step {t}: curtailment", case.name);
        let net = case.load[t] + charge - discharge - case.pv[t] + curtailed;
        let import = net.max(0.0).min(case.import_limit);
        let unserved = net.max(0.0) - import;
        let unserved_cost = case.unserved.unwrap_or_else(|| {
            assert!(unserved <= near, "{} step {t}: {unserved} kW unserved", case.name);
            0.0
        });
        let export = (-net).max(0.0);
        assert!(export <= case.export_limit + near, "{} step {t}: exports {export} kW", case.name);
        cost += case.hours
            * (case.import_price[t] * import - case.export_price[t] * export
                + case.curtailment * curtailed
                + unserved_cost * unserved
                + store.throughput_cost_per_kwh * discharge);
        for ((_, period), peaks) in case.charges.iter().zip(&mut peaks) {
            if period[t] != UNMETERED {
                let peak = &mut peaks[period[t] as usize];
                *peak = peak.max(import);
            }
        }
    }
    let (low, high) = match store.terminal {
        Terminal::EqualInitial => (store.energy_start_kwh, store.energy_start_kwh),
        Terminal::AtLeastInitial => (store.energy_start_kwh, f64::INFINITY),
        Terminal::AtLeast(kwh) => (kwh, f64::INFINITY),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    };
    assert!(low - 1e-6 <= energy && energy <= high + 1e-6, "{}: ends at {energy} kWh", case.name);
    let charges = case.charges.iter().zip(&peaks);
    cost + charges.flat_map(|((price, _), peaks)| price.iter().zip(peaks).map(|(p, kw)| p * kw)).sum::<f64>()
}

#[test]
fn schedules_cost_what_highs_finds() {
    let mut suite = Suite::open("dispatch");
    let mut planner = Planner::default();
    let mut left = Vec::new();
    for path in suite.files("", ".json") {
        let case = Case::read(case_name(&path), &suite.json(&path));
        let demand = case.demand();
        let site = case.site(&demand);
        let infeasible = case.expected["status"] == "infeasible";
        if case.vehicles > 0 {
            left.push(case.name.clone());
            continue;
        }
        let mut plan = Plan::default();
        let result = planner.with_demand(site, case.store, 1e-7, &mut plan);
        if infeasible {
            assert!(result.expect_err(&case.name).relief > 0.0);
            continue;
        }
        result.unwrap_or_else(|problem| panic!("{}: {problem}", case.name));
        let ours = cost_by_definition(&case, &plan);
        let Some(highs) = case.expected["objective_no_simultaneous"].as_f64() else {
            // Without a limit the relaxed problem earns without end; one meter cannot.
            assert_eq!(case.expected["status"], "unbounded", "{}", case.name);
            assert!((plan.objective - ours).abs() <= 1e-9 * ours.abs(), "{}", case.name);
            continue;
        };
        let mut check =
            |what: &str, value: f64| suite.compare(&case.name, what, "objective", [(value, highs)]);
        check("objective", plan.objective);
        check("objective_by_definition", ours);
        check("lower_bound", plan.lower_bound);
    }
    if std::env::var_os("ZEROPARK_REFERENCE").is_none() {
        let listed: Vec<&str> = NOT_SERVED.iter().map(|(name, _)| *name).collect();
        assert_eq!(left, listed, "the list of cases that are not served");
    }
    suite.finish();
}
