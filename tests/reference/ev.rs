//! Charging schedules of given sessions against ACN-Sim and a convex solver.

use serde_json::Value;
use zeropark::charging::optimum::{Window, cheapest, uncontrolled, valley_filling};

use crate::harness::{Suite, case_name};

#[test]
fn schedules_match_the_optima_of_a_convex_solver() {
    let mut suite = Suite::open("ev");
    for file in suite.files("", ".json") {
        let json = suite.json(&file);
        compare(&mut suite, &case_name(&file), &json);
    }
    suite.finish();
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn compare(suite: &mut Suite, case: &str, json: &Value) {
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("{case}: a number"));
    let step_h = number(&json["dt_h"]);
    let base_kw = numbers(&json["base_load_kw"]);
    let price = numbers(&json["price_per_kwh"]);
    let sessions = json["sessions"].as_array().expect("sessions");
    let efficiencies: Vec<f64> = sessions.iter().map(|session| number(&session["eta"])).collect();
    let windows: Vec<Window> = sessions
        .iter()
        .map(|session| Window {
            first: number(&session["arrive_step"]) as usize,
            end: number(&session["depart_step"]) as usize,
            energy_kwh: number(&session["energy_kwh"]) / number(&session["eta"]),
            power_kw: number(&session["p_max_kw"]),
        })
        .collect();
    let shortfalls = numbers(&json["shortfall_kwh"]);
    let ours = windows.iter().zip(&efficiencies).map(|(window, eta)| window.shortfall_kwh(step_h) * eta);
    // A shortfall file lists as many values as there are sessions.
    suite.require(case, "sessions", shortfalls.len() == windows.len(), "one shortfall per session");
    suite.compare(case, "shortfall_kwh", "shortfall_kwh", ours.zip(shortfalls));

    let energy = |profile: &[f64]| profile.iter().sum::<f64>() * step_h;
    let cost =
        |profile: &[f64]| profile.iter().zip(&price).map(|(kw, price)| kw * price * step_h).sum::<f64>();
    let peak = |profile: &[f64]| profile.iter().copied().fold(0.0, f64::max);
    let total =
        |profile: &[f64]| -> Vec<f64> { profile.iter().zip(&base_kw).map(|(ev, base)| ev + base).collect() };
    let squares = |profile: &[f64]| total(profile).iter().map(|kw| kw * kw).sum::<f64>();

    let full = uncontrolled(&windows, base_kw.len(), step_h);
    let valley = valley_filling(&windows, &base_kw, step_h);
    for (name, ours, tolerance) in
        [("uncontrolled", &full, "uncontrolled_kw"), ("valley_filling", &valley, "valley_kw")]
    {
        let expected = &json[name];
        let mut scalar = |key: &str, tolerance: &str, ours: f64| {
            suite.compare(case, &format!("{name}.{key}"), tolerance, [(ours, number(&expected[key]))]);
        };
        scalar("ev_energy_ac_kwh", "energy_kwh", energy(ours));
        scalar("cost", "cost", cost(ours));
        scalar("ev_peak_kw", "peak", peak(ours));
        scalar("total_peak_kw", "peak", peak(&total(ours)));
        scalar("sum_sq_total_kw2", "squares", squares(ours));
        let profile = numbers(&expected["profile_kw"]);
        suite.compare(case, &format!("{name}.profile_kw"), tolerance, ours.iter().copied().zip(profile));
    }
    let cheap = cheapest(windows.iter().copied(), &price, step_h);
    suite.compare(case, "cheapest.cost", "cost", [(cost(&cheap), number(&json["cheapest"]["cost"]))]);
    let expected = number(&json["cheapest"]["ev_energy_ac_kwh"]);
    suite.compare(case, "cheapest.ev_energy_ac_kwh", "energy_kwh", [(energy(&cheap), expected)]);
    let expected = number(&json["lowest_total_peak"]["total_peak_kw"]);
    suite.compare(case, "lowest_total_peak", "peak", [(peak(&total(&valley)), expected)]);
    let alone = valley_filling(&windows, &vec![0.0; base_kw.len()], step_h);
    let expected = number(&json["lowest_ev_peak"]["ev_peak_kw"]);
    suite.compare(case, "lowest_ev_peak", "peak", [(peak(&alone), expected)]);
}
