//! The general park by zeropark's own solver and by HiGHS built into the program (feature `highs`):
//! both agree on every case of suite `dispatch` that they share: the plain program of all, and what one meter
//! can do up to horizons that are branched.

use zeropark::dispatch::lp::{MOST_BRANCHED_STEPS, Past, Relaxation, System, highs, relaxation, solve};

use crate::dispatch::Case;
use crate::dispatch_general::{NOT_BRANCHED, sessions};
use crate::harness::{Suite, case_name};

#[test]
fn both_solvers_agree() {
    let suite = Suite::open("dispatch");
    let (mut plain, mut physical) = (0, 0);
    for path in suite.files("", ".json") {
        let json = suite.json(&path);
        let case = Case::read(case_name(&path), &json);
        let sessions = sessions(&json);
        let demand = case.demand();
        let system = System {
            site: case.site(&demand),
            metering_steps: 1,
            stores: &[case.store],
            fleets: &[],
            sessions: &sessions,
            past: Past::default(),
        };
        let near = |ours: f64, theirs: f64| (ours - theirs).abs() <= 1e-6 * theirs.abs() + 1e-4;
        match (relaxation(&system), highs::relaxation(&system)) {
            (Relaxation::Optimal(ours), Relaxation::Optimal(theirs)) => {
                assert!(near(ours, theirs), "{}: {ours} and {theirs}", case.name);
            }
            (ours, theirs) => assert_eq!(ours, theirs, "{}", case.name),
        }
        plain += 1;
        // Years have a binary for every hour of HiGHS's own branching.
        if NOT_BRANCHED.contains(&case.name.as_str()) || case.load.len() > MOST_BRANCHED_STEPS {
            continue;
        }
        match (solve(&system, 1e-8), highs::optimum(&system, 1e-8)) {
            (Ok(ours), Some(theirs)) => {
                assert!(near(ours.objective, theirs), "{}: {} and {theirs}", case.name, ours.objective);
            }
            (Err(_), None) => {}
            (ours, theirs) => panic!("{}: {:?} and {theirs:?}", case.name, ours.map(|ours| ours.objective)),
        }
        physical += 1;
    }
    assert!(plain > 40 && physical > 36, "{plain} plain, {physical} physical");
}
