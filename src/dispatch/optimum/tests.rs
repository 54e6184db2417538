//! Small random parks against enumeration: every energy, curtailment, unserved load and side of
//! the meter of every step, on a grid that holds an optimum.

use super::{Alike, DemandCharge, Plan, Planner, Reservoir, Schedules, Site, Terminal};
use crate::dispatch::{LANES, Lanes, Num};

/// A linear congruential generator: the same parks every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// `from`, `from + by`, … `count` of them.
    fn pick(&mut self, from: f64, by: f64, count: u64) -> f64 {
        from + by * self.below(count) as f64
    }
}

/// A park whose lengths are all multiples of 2 kW and 1 kWh, in steps of an hour.
struct Park {
    load: Vec<f64>,
    available: Vec<f64>,
    buy: Vec<f64>,
    sell: Vec<f64>,
    import_limit: f64,
    export_limit: f64,
    unserved: Option<f64>,
    curtailment: f64,
    store: Reservoir,
    demand_price: f64,
    period: Vec<u16>,
}

impl Park {
    fn random(random: &mut Random, convex: bool) -> Self {
        let steps = 2 + random.below(6) as usize;
        let mut series =
            |from, by, count| (0..steps).map(|_| random.pick(from, by, count)).collect::<Vec<f64>>();
        let (load, available) = (series(0.0, 2.0, 4), series(0.0, 2.0, 4));
        let buy = if convex { series(0.2, 0.1, 9) } else { series(-0.3, 0.1, 12) };
        let sell = series(if convex { 0.0 } else { -0.3 }, 0.1, if convex { 3 } else { 10 });
        let lossless = random.below(2) == 0;
        let (charge_efficiency, discharge_efficiency) = if lossless { (1.0, 1.0) } else { (0.5, 0.5) };
        let energy_max_kwh = random.pick(0.0, 2.0, 5);
        let start = random.below(energy_max_kwh as u64 + 1) as f64;
        let terminal = match random.below(4) {
            0 => Terminal::EqualInitial,
            1 => Terminal::Free,
            2 => Terminal::AtLeast(start.min(2.0)),
            _ => Terminal::Valued(random.pick(0.0, 0.15, 5)),
        };
        let store = Reservoir {
            charge_limit_kw: random.pick(0.0, 2.0, 4),
            discharge_limit_kw: random.pick(0.0, 2.0, 4),
            charge_efficiency,
            discharge_efficiency,
            retention_per_step: 1.0,
            energy_min_kwh: 0.0,
            energy_max_kwh,
            energy_start_kwh: start,
            terminal,
            throughput_cost_per_kwh: random.pick(0.0, 0.05, 3),
        };
        let limit = |random: &mut Random, from| {
            if random.below(2) == 0 { f64::INFINITY } else { random.pick(from, 2.0, 4) }
        };
        Self {
            load,
            available,
            buy,
            sell,
            import_limit: limit(random, 4.0),
            export_limit: limit(random, 0.0),
            unserved: (random.below(2) == 0).then_some(5.0),
            curtailment: if convex { 0.0 } else { random.pick(0.0, 0.15, 3) },
            store,
            demand_price: random.pick(0.5, 0.5, 3),
            period: (0..steps).map(|t| (t >= steps / 2) as u16).collect(),
        }
    }

    fn site<'a>(&'a self, demand: &'a [DemandCharge<'a>]) -> Site<'a> {
        Site {
            step_hours: 1.0,
            load_kw: &self.load,
            available_kw: &self.available,
            import_price_per_kwh: &self.buy,
            export_price_per_kwh: &self.sell,
            import_limit_kw: self.import_limit,
            export_limit_kw: self.export_limit,
            unserved_cost_per_kwh: self.unserved,
            curtailment_cost_per_kwh: self.curtailment,
            demand,
        }
    }

    /// Least cost of a step at a net power, importing at most `cap`; infinite if impossible.
    fn step_cost(&self, t: usize, net: f64, cap: f64) -> f64 {
        let halves = |most: f64| (0..=(2.0 * most) as i32).map(|n| 0.5 * f64::from(n));
        let mut least = f64::INFINITY;
        for curtailed in halves(self.available[t]) {
            for unserved in halves(self.unserved.map_or(0.0, |_| self.load[t])) {
                let meter = net + curtailed - unserved;
                if meter <= cap.min(self.import_limit) && -meter <= self.export_limit {
                    let price = if meter > 0.0 { self.buy[t] } else { self.sell[t] };
                    let other = self.curtailment * curtailed + self.unserved.unwrap_or(0.0) * unserved;
                    least = least.min(price * meter + other);
                }
            }
        }
        least
    }

    /// The optimum by enumeration, importing at most `caps` in the two periods.
    fn enumerate(&self, caps: [f64; 2]) -> f64 {
        let store = &self.store;
        let levels = store.energy_max_kwh as usize + 1;
        let mut later: Vec<f64> = (0..levels)
            .map(|kwh| {
                let kwh = kwh as f64;
                match store.terminal {
                    Terminal::EqualInitial if kwh != store.energy_start_kwh => f64::INFINITY,
                    Terminal::AtLeast(least) if kwh < least => f64::INFINITY,
                    Terminal::Valued(value) => -value * kwh,
                    _ => 0.0,
                }
            })
            .collect();
        for t in (0..self.load.len()).rev() {
            let best = |from: usize| {
                let costs = later.iter().enumerate().map(|(to, rest)| {
                    let put = to as f64 - from as f64;
                    let charge = put.max(0.0) / store.charge_efficiency;
                    let discharge = (-put).max(0.0) * store.discharge_efficiency;
                    if charge > store.charge_limit_kw || discharge > store.discharge_limit_kw {
                        return f64::INFINITY;
                    }
                    let net = self.load[t] - self.available[t] + charge - discharge;
                    let wear = store.throughput_cost_per_kwh * discharge;
                    self.step_cost(t, net, caps[self.period[t] as usize]) + wear + rest
                });
                costs.fold(f64::INFINITY, f64::min)
            };
            later = (0..levels).map(best).collect();
        }
        later[store.energy_start_kwh as usize]
    }

    /// Cost of a plan from its set-points and curtailment alone.
    fn cost_of(&self, plan: &Plan) -> f64 {
        let store = &self.store;
        let (mut energy, mut cost) = (store.energy_start_kwh, 0.0);
        let mut peaks = [0.0f64; 2];
        for (t, &power) in plan.storage_setpoint_kw.iter().enumerate() {
            let (charge, discharge) = (power.max(0.0), (-power).max(0.0));
            energy += store.charge_efficiency * charge - discharge / store.discharge_efficiency;
            assert!((-1e-9..=store.energy_max_kwh + 1e-9).contains(&energy), "{energy}");
            let curtailed = plan.curtailed_kw[t];
            assert!((-1e-9..=self.available[t] + 1e-9).contains(&curtailed), "{curtailed}");
            let meter = self.load[t] - self.available[t] + power + curtailed;
            let unserved = if self.unserved.is_some() { (meter - self.import_limit).max(0.0) } else { 0.0 };
            let import = (meter - unserved).max(0.0);
            assert!(import <= self.import_limit + 1e-9 && -meter <= self.export_limit + 1e-9, "{meter}");
            cost += self.buy[t] * import + self.sell[t] * meter.min(0.0);
            cost += self.curtailment * curtailed + self.unserved.unwrap_or(0.0) * unserved;
            cost += store.throughput_cost_per_kwh * discharge;
            let peak = &mut peaks[self.period[t] as usize];
            *peak = peak.max(import);
        }
        let value = if let Terminal::Valued(value) = store.terminal { value } else { 0.0 };
        cost - value * energy + self.demand_price * peaks.iter().sum::<f64>()
    }
}

/// With lengths that are multiples of 2 kW and efficiencies 1 or 1/2 all kinks lie on whole kWh,
/// so enumeration finds the optimum.
#[test]
fn no_enumerated_schedule_is_cheaper_and_the_optimum_is_among_them() {
    let mut random = Random(20_180_101);
    let (mut planner, mut plan) = (Planner::default(), Plan::default());
    let mut odd = 0;
    for number in 0..4000 {
        let park = Park { demand_price: 0.0, ..Park::random(&mut random, number % 4 == 0) };
        let expected = park.enumerate([f64::INFINITY; 2]);
        let site = park.site(&[]);
        odd += usize::from(!site.is_convex());
        let solved = planner.energy_only(site, park.store, &mut plan);
        assert_eq!(solved.is_ok(), expected.is_finite(), "park {number}: {solved:?} {expected}");
        if solved.is_err() {
            continue;
        }
        let cost = planner.energy_only_cost(site, park.store).expect("feasible");
        for found in [plan.objective, plan.lower_bound, cost, park.cost_of(&plan)] {
            assert!((found - expected).abs() < 1e-9, "park {number}: {found} instead of {expected}");
        }
    }
    assert!(odd > 2000, "{odd} parks of odd prices");
}

/// Peaks may lie between the grid's: enumeration over caps bounds the optimum from above. The plan is
/// no dearer than any of it, whatever the prices, and its bound meets its cost (but in
/// few of the parks of odd prices, whose whole numbers make many schedules cost the same).
#[test]
fn demand_charges_keep_bound_and_optimum() {
    let mut random = Random(7);
    let (mut planner, mut plan) = (Planner::default(), Plan::default());
    let (mut closed, mut open) = ([0, 0], 0);
    for number in 0..1000 {
        let convex = number % 2 == 0;
        let park = Park::random(&mut random, convex);
        let price = [park.demand_price; 2];
        let demand = [DemandCharge { price_per_kw: &price, period_of_step: &park.period }];
        let site = park.site(&demand);
        if planner.with_demand(site, park.store, 1e-7, &mut plan).is_err() {
            continue;
        }
        let caps = || (0..=24).map(|half| 0.5 * f64::from(half));
        let mut expected = f64::INFINITY;
        for first in caps() {
            for second in caps() {
                let cost = park.enumerate([first, second]) + park.demand_price * (first + second);
                expected = expected.min(cost);
            }
        }
        let cost = park.cost_of(&plan);
        assert!((plan.objective - cost).abs() < 1e-9, "park {number}: {} costs {cost}", plan.objective);
        assert!(plan.lower_bound <= expected + 1e-9, "park {number}: {} {expected}", plan.lower_bound);
        let gap = plan.objective - plan.lower_bound;
        let is_closed = gap <= 1e-6 * plan.objective.abs().max(1.0);
        closed[usize::from(site.is_convex())] += usize::from(is_closed);
        open += usize::from(!is_closed);
        assert!(is_closed || !site.is_convex(), "park {number}: gap {gap}");
        assert!(plan.objective <= expected + 2e-6, "park {number}: {} {expected}", plan.objective);
    }
    assert!(closed[1] > 300 && closed[0] > 300 && open <= 5, "{closed:?}, {open} not proved");
}

/// A cut made at one size bounds the optimum at every other, and is exact at its own.
#[test]
fn cuts_bound_the_cost_of_other_sizes() {
    let mut random = Random(11);
    let (mut planner, mut plan) = (Planner::default(), Plan::default());
    let mut compared = 0;
    for number in 0..300 {
        let mut park = Park::random(&mut random, true);
        park.store.terminal = Terminal::EqualInitial;
        let price = [park.demand_price; 2];
        let period = park.period.clone();
        let demand = [DemandCharge { price_per_kw: &price, period_of_step: &period }];
        let caps = [vec![random.pick(0.0, 2.0, 4), random.pick(0.0, 2.0, 4)]];
        let Ok(cuts) = planner.size_cuts(park.site(&demand), park.store, &caps, &mut plan) else { continue };
        // Start, borders (none or one) and end; none reaches outside of the store.
        let start = park.store.energy_start_kwh;
        let sum = |park: &Park, plan: &Plan, caps: &[Vec<f64>]| {
            let mut before = start;
            let bounds = cuts.iter().map(|cut| {
                let after = plan.energy_kwh[cut.steps.end - 1];
                let bound = cut.at(&park.store, &park.available, caps, (before, after));
                before = after;
                bound
            });
            bounds.sum::<f64>()
        };
        planner.capped(park.site(&demand), park.store, &caps, &mut plan).expect("feasible");
        let own = sum(&park, &plan, &caps);
        assert!((own - plan.lower_bound).abs() < 1e-9, "park {number}: {own} {}", plan.lower_bound);
        for _ in 0..5 {
            let store = &mut park.store;
            store.energy_max_kwh = start + random.pick(0.0, 1.3, 5);
            store.charge_limit_kw = random.pick(0.0, 1.1, 5);
            store.discharge_limit_kw = random.pick(0.0, 1.7, 5);
            park.available.iter_mut().for_each(|kw| *kw *= 0.7);
            let caps = [vec![random.pick(0.0, 1.3, 6), random.pick(0.0, 1.7, 6)]];
            if planner.capped(park.site(&demand), park.store, &caps, &mut plan).is_ok() {
                let bound = sum(&park, &plan, &caps);
                assert!(bound <= plan.lower_bound + 1e-9, "park {number}: {bound} {}", plan.lower_bound);
                compared += 1;
            }
        }
    }
    assert!(compared > 800, "{compared}");
}

/// By hand: 60 kW in one hour and 100 in two more, 50 kWh in store, 0.5 per kWh and 30 per kW. The store
/// holds the two to 75 kW; one more kWh takes half a kW off the peak, which is 0.5 + 30 / 2.
#[test]
fn energy_before_a_peak_is_worth_its_share_of_the_charge() {
    let store = Reservoir {
        discharge_limit_kw: 50.0,
        energy_max_kwh: 60.0,
        energy_start_kwh: 50.0,
        ..Reservoir::none()
    };
    let (price, period) = ([30.0], [0, 0, 0]);
    let demand = [DemandCharge { price_per_kw: &price, period_of_step: &period }];
    let (zeros, buy) = ([0.0; 3], [0.5; 3]);
    let mut plan = Plan::default();
    for sell in [0.0, 0.6] {
        let site = Site {
            step_hours: 1.0,
            load_kw: &[60.0, 100.0, 100.0],
            available_kw: &zeros,
            import_price_per_kwh: &buy,
            export_price_per_kwh: &[sell; 3],
            import_limit_kw: f64::INFINITY,
            export_limit_kw: 0.0,
            unserved_cost_per_kwh: None,
            curtailment_cost_per_kwh: 0.0,
            demand: &demand,
        };
        Planner::default().with_demand(site, store, 1e-9, &mut plan).expect("feasible");
        assert!((plan.objective - (0.5 * 210.0 + 30.0 * 75.0)).abs() < 1e-6, "{}", plan.objective);
        let before = &plan.marginal_value_per_kwh[..2];
        assert!(before.iter().all(|value| (value - 15.5).abs() < 1e-6), "{sell}: {before:?} {plan:?}");
    }
}

/// Eight designs that share prices and efficiencies, planned side by side: each costs what it does alone,
/// which enumeration finds, and its schedule keeps its own limits.
#[test]
fn designs_side_by_side_cost_what_each_costs_alone() {
    let mut random = Random(20_261_128);
    let mut planner = Planner::default();
    let mut schedules = Schedules::<Lanes<LANES>>::default();
    let mut planned = 0;
    for number in 0..400 {
        let shared = Park::random(&mut random, true);
        let steps = shared.load.len();
        let parks: Vec<Park> = (0..LANES)
            .map(|_| {
                let mut series = || (0..steps).map(|_| random.pick(0.0, 2.0, 4)).collect::<Vec<f64>>();
                let (load, available) = (series(), series());
                let energy_max_kwh = random.pick(0.0, 2.0, 5);
                let start = random.below(energy_max_kwh as u64 + 1) as f64;
                let terminal = match shared.store.terminal {
                    Terminal::AtLeast(_) => Terminal::AtLeast(start.min(2.0)),
                    same => same,
                };
                let store = Reservoir {
                    charge_limit_kw: random.pick(0.0, 2.0, 4),
                    discharge_limit_kw: random.pick(0.0, 2.0, 4),
                    energy_max_kwh,
                    energy_start_kwh: start,
                    terminal,
                    ..shared.store
                };
                Park {
                    load,
                    available,
                    buy: shared.buy.clone(),
                    sell: shared.sell.clone(),
                    import_limit: f64::INFINITY,
                    export_limit: f64::INFINITY,
                    unserved: None,
                    demand_price: 0.0,
                    period: shared.period.clone(),
                    store,
                    ..shared
                }
            })
            .collect();
        let stores: Vec<Reservoir> = parks.iter().map(|park| park.store).collect();
        let site = parks[0].site(&[]);
        let alike = Alike::of(&site, &stores).expect("nothing but sizes differs");
        let net_kw = |t: usize| Lanes::from_fn(|lane| parks[lane].load[t] - parks[lane].available[t]);
        let solved = schedules.plan(&alike, net_kw);
        let expected: Vec<f64> = parks.iter().map(|park| park.enumerate([f64::INFINITY; 2])).collect();
        assert_eq!(solved, expected.iter().all(|cost| cost.is_finite()), "park {number}: {expected:?}");
        if !solved {
            continue;
        }
        planned += 1;
        for (lane, (park, &expected)) in parks.iter().zip(&expected).enumerate() {
            let storage_setpoint_kw = schedules.setpoint_kw.iter().map(|kw| kw.lane(lane)).collect();
            let plan = Plan { storage_setpoint_kw, curtailed_kw: vec![0.0; steps], ..Plan::default() };
            let alone = planner.energy_only_cost(park.site(&[]), park.store).expect("feasible");
            let (cost, bound) = (schedules.objective.lane(lane), schedules.lower_bound.lane(lane));
            for found in [alone, cost, bound, park.cost_of(&plan)] {
                assert!((found - expected).abs() < 1e-9, "park {number}: {found} instead of {expected}");
            }
        }
    }
    assert!(planned > 100, "{planned} groups planned");
}

/// What designs may not differ in: side by side they would share it.
#[test]
fn designs_of_other_efficiency_or_with_limits_that_bind_are_not_alike() {
    let mut random = Random(7);
    let park = Park {
        import_limit: f64::INFINITY,
        export_limit: f64::INFINITY,
        unserved: None,
        ..Park::random(&mut random, true)
    };
    let site = park.site(&[]);
    let alike = [park.store; LANES];
    assert!(Alike::<Lanes<LANES>>::of(&site, &alike).is_some());
    let mut other = alike;
    other[3].discharge_efficiency *= 0.9;
    assert!(Alike::<Lanes<LANES>>::of(&site, &other).is_none());
    let tight = Site { import_limit_kw: 1.0, ..site };
    assert!(Alike::<Lanes<LANES>>::of(&tight, &alike).is_none());
}
