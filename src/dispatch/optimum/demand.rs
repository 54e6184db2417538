//! The optimum with demand charges: caps on each period's import, found by cuts, with a certificate.
//!
//! For given caps the cost-to-go is exact: importing above a cap costs the charge's price in every
//! step, which no schedule does at the best caps. Each block of steps (a month) yields a cut in its
//! caps and border energies; the master of all cuts proposes the next caps. The bound reported is
//! independent of the master: with any weights on the steps of a period that sum to at most its
//! price, the optimum at prices raised by the weights cannot exceed the true one.

use super::evaluate::{self, Blocks, Evaluation};
use super::forward;
use super::hull::Hull;
use super::master::Master;
use super::model::{DemandCharge, Plan, UNMETERED};
use super::node::Bus;
use super::peaks::{self, Start};
use super::tangents::Tangents;
use super::value_function::{Unreachable, ValueFunction};

/// Evaluations after which a search that still has a gap ends with the gap it has.
const MOST_ROUNDS: usize = 100;

/// Evaluations in which every period looks for its peak by itself before the master does.
const FIRST_ROUNDS: usize = 6;

/// Buffers of the demand search, reused between plans.
#[derive(Debug, Clone, Default)]
pub struct DemandSearch {
    caps_kw: Vec<Vec<f64>>,
    surcharge: Vec<f64>,
    /// The last certificate's weights per demand charge and step, money per kW.
    weights_per_kw: Vec<Vec<f64>>,
    branched: usize,
    trial: Plan,
    evaluations: Vec<Evaluation>,
}

impl DemandSearch {
    /// Number of schedules evaluated for the last plan, of years and of blocks.
    pub fn evaluations(&self) -> usize {
        self.evaluations.len() + self.branched
    }

    /// The cheapest schedule with demand charges into `plan`, proved to `tolerance` relative.
    ///
    /// # Errors
    /// If limits cannot be met.
    pub fn solve(
        &mut self,
        bus: &Bus<'_>,
        value: &mut ValueFunction,
        tolerance: f64,
        plan: &mut Plan,
    ) -> Result<(), Unreachable> {
        let blocks = Blocks::new(bus);
        self.evaluations.clear();
        self.branched = 0;
        self.caps_kw = bus.site.demand.iter().map(|c| vec![f64::INFINITY; c.price_per_kw.len()]).collect();
        let uncapped = Bus { caps_kw: &[], ..*bus };
        if bus.convex {
            self.search(&uncapped, None, &blocks, value, tolerance, plan)?;
            // The last cost-to-go is that of the certificate.
            forward::price(&uncapped, value, plan);
            return Ok(());
        }
        value.solve(&uncapped)?;
        forward::schedule(&uncapped, value, plan);
        plan.objective += demand_cost(bus, &blocks, plan).0;
        let hull = Hull::new(&uncapped);
        let peaks_kw = self.search(&uncapped, Some(&hull), &blocks, value, tolerance, plan)?;
        let allowed = tolerance * plan.objective.abs().max(1.0);
        if plan.objective - plan.lower_bound > allowed && peaks::can_branch(&bus.site) {
            self.branch(&uncapped, &blocks, value, &peaks_kw, allowed, plan)?;
        }
        let raised = Bus { surcharge_per_kwh: &self.surcharge, ..uncapped };
        value.solve(&raised)?;
        forward::price(&raised, value, plan);
        Ok(())
    }

    /// Branches on the peaks of every block until bound and schedule are `allowed` money apart.
    fn branch(
        &mut self,
        bus: &Bus<'_>,
        blocks: &Blocks,
        value: &mut ValueFunction,
        peaks_kw: &[f64],
        allowed: f64,
        plan: &mut Plan,
    ) -> Result<(), Unreachable> {
        let weights_per_kw = std::mem::take(&mut self.weights_per_kw);
        let before = |step: &usize| match step {
            0 => bus.store.energy_start_kwh,
            _ => plan.energy_kwh[step - 1],
        };
        let energies_kwh: Vec<f64> = blocks.borders[..blocks.count()].iter().map(before).collect();
        let start = Start {
            peaks_kw,
            weights_per_kw: &weights_per_kw,
            energies_kwh: &energies_kwh,
            most_kw: peak_max(bus),
        };
        let found = peaks::branch(bus, blocks, value, &start, allowed)?;
        self.branched = found.evaluations;
        plan.lower_bound = plan.lower_bound.max(found.bound);
        self.follow_caps(bus, blocks, value, found.peaks_kw, plan)?;
        plan.lower_bound = plan.lower_bound.min(plan.objective);
        Ok(())
    }

    /// Cuts from evaluations until the bound is close: of the schedules themselves, or of the
    /// mixtures of a hull, from whose caps schedules are then made. Returns the best peaks.
    fn search(
        &mut self,
        bus: &Bus<'_>,
        hull: Option<&Hull>,
        blocks: &Blocks,
        value: &mut ValueFunction,
        tolerance: f64,
        plan: &mut Plan,
    ) -> Result<Vec<f64>, Unreachable> {
        let solve = |value: &mut ValueFunction, bus: &Bus<'_>| match hull {
            None => value.solve(bus),
            Some(hull) => value.solve_hull(bus, hull),
        };
        solve(value, bus)?;
        let mut trial = std::mem::take(&mut self.trial);
        let first = evaluate::evaluate(bus, hull, value, blocks, &mut trial);
        if hull.is_none() {
            std::mem::swap(plan, &mut trial);
        }
        plan.lower_bound = f64::NEG_INFINITY;
        let peak_max_kw = peak_max(bus);
        let span = bus.store.energy_max_kwh - bus.store.energy_min_kwh;
        let mut master = Master::new(span, blocks.prices.clone(), first.cuts.clone());
        let mut peaks_kw: Vec<f64> = start_caps(bus, blocks);
        self.evaluations.push(first);
        let mut weights = Vec::new();
        let uncapped = if hull.is_some() { f64::INFINITY } else { plan.objective };
        let mut best = (uncapped, peaks_kw.clone());
        let mut proved = false;
        let mut tangents = Tangents::new(blocks, &self.evaluations[0], 0.5 * span);
        for round in 0..MOST_ROUNDS {
            self.set_caps(bus.site.demand, blocks, &peaks_kw);
            let capped = Bus { caps_kw: &self.caps_kw, ..*bus };
            solve(value, &capped)?;
            let found = evaluate::evaluate(&capped, hull, value, blocks, &mut trial);
            let cost = if hull.is_some() {
                let demand: f64 = peaks_kw.iter().zip(&blocks.prices).map(|(kw, price)| kw * price).sum();
                value.cost_from(bus.store.energy_start_kwh) + demand
            } else {
                found.cost
            };
            if cost < best.0 {
                best = (cost, peaks_kw.clone());
                if hull.is_none() {
                    let bound = plan.lower_bound;
                    std::mem::swap(plan, &mut trial);
                    plan.lower_bound = bound;
                }
            }
            found.cuts.iter().for_each(|cut| master.add(cut.clone()));
            if let Some(tangents) = tangents.as_mut().filter(|_| round < FIRST_ROUNDS) {
                tangents.next(blocks, &found, &mut peaks_kw);
                self.evaluations.push(found);
                continue;
            }
            self.evaluations.push(found);
            let proposal = master.solve(peak_max_kw);
            let allowed = tolerance * best.0.abs().max(1.0);
            peaks_kw = proposal.peaks_kw;
            weights = proposal.weights;
            if best.0 - proposal.bound <= 0.7 * allowed {
                if hull.is_some() {
                    break;
                }
                let bound = self.certify(bus, value, blocks, &weights)?;
                plan.lower_bound = plan.lower_bound.max(bound);
                if plan.objective - plan.lower_bound <= allowed {
                    proved = true;
                    break;
                }
            }
        }
        self.trial = trial;
        if !proved && !weights.is_empty() {
            // The bound it has is still proved, and says how far it came.
            let bound = self.certify(bus, value, blocks, &weights)?;
            plan.lower_bound = plan.lower_bound.max(bound);
        }
        if hull.is_some() {
            self.follow_caps(bus, blocks, value, best.1.clone(), plan)?;
        }
        Ok(best.1)
    }

    /// The schedule that keeps `peaks_kw` where that pays, if it beats `plan`.
    fn follow_caps(
        &mut self,
        bus: &Bus<'_>,
        blocks: &Blocks,
        value: &mut ValueFunction,
        mut peaks_kw: Vec<f64>,
        plan: &mut Plan,
    ) -> Result<(), Unreachable> {
        let bound = plan.lower_bound;
        for _ in 0..5 {
            self.set_caps(bus.site.demand, blocks, &peaks_kw);
            let capped = Bus { caps_kw: &self.caps_kw, ..*bus };
            value.solve(&capped)?;
            forward::schedule(&capped, value, &mut self.trial);
            let (cost, peaks) = demand_cost(&capped, blocks, &self.trial);
            self.trial.objective += cost;
            if self.trial.objective >= plan.objective {
                break;
            }
            std::mem::swap(plan, &mut self.trial);
            plan.lower_bound = bound;
            peaks_kw = peaks;
        }
        Ok(())
    }

    fn set_caps(&mut self, demand: &[DemandCharge<'_>], blocks: &Blocks, peaks_kw: &[f64]) {
        for ((caps, charge), &first) in self.caps_kw.iter_mut().zip(demand).zip(&blocks.first_period) {
            caps.copy_from_slice(&peaks_kw[first..first + charge.price_per_kw.len()]);
        }
    }

    /// The bound of the cuts' weights mixed by the master's: one more cost-to-go, at raised prices.
    fn certify(
        &mut self,
        bus: &Bus<'_>,
        value: &mut ValueFunction,
        blocks: &Blocks,
        mix: &[f64],
    ) -> Result<f64, Unreachable> {
        let mut totals = vec![0.0; blocks.prices.len()];
        let each = |add: &mut dyn FnMut(u32, u32, f64)| {
            let count = blocks.count();
            for (number, &share) in mix.iter().enumerate().filter(|(_, share)| **share > 0.0) {
                for &(t, period, weight) in &self.evaluations[number / count].weights[number % count] {
                    add(t, period, share * weight);
                }
            }
        };
        each(&mut |_, period, weight| totals[period as usize] += weight);
        let scale = |k: usize| if totals[k] > blocks.prices[k] { blocks.prices[k] / totals[k] } else { 1.0 };
        let scales: Vec<f64> = (0..totals.len()).map(scale).collect();
        let mut surcharge = std::mem::take(&mut self.surcharge);
        surcharge.clear();
        surcharge.resize(bus.site.steps(), 0.0);
        let mut weights_per_kw =
            vec![vec![0.0; if bus.convex { 0 } else { bus.site.steps() }]; blocks.first_period.len()];
        each(&mut |t, period, weight| {
            let weight = weight * scales[period as usize];
            surcharge[t as usize] += weight / bus.site.step_hours;
            if !bus.convex {
                weights_per_kw[blocks.charge_of(period as usize)][t as usize] += weight;
            }
        });
        let raised = Bus { caps_kw: &[], surcharge_per_kwh: &surcharge, ..*bus };
        let bound = value.solve(&raised).map(|()| value.cost_from(bus.store.energy_start_kwh));
        self.surcharge = surcharge;
        self.weights_per_kw = weights_per_kw;
        bound
    }
}

/// Cost of the peaks of a plan, money, and the peaks, kW.
fn demand_cost(bus: &Bus<'_>, blocks: &Blocks, plan: &Plan) -> (f64, Vec<f64>) {
    let mut peaks_kw = vec![0.0f64; blocks.prices.len()];
    for (t, &setpoint_kw) in plan.storage_setpoint_kw.iter().enumerate() {
        let import_kw = bus.flows(t, setpoint_kw).import_kw;
        for (charge, &first) in bus.site.demand.iter().zip(&blocks.first_period) {
            let period = charge.period_of_step[t];
            if period != UNMETERED {
                let peak = &mut peaks_kw[first + period as usize];
                *peak = peak.max(import_kw);
            }
        }
    }
    let cost = peaks_kw.iter().zip(&blocks.prices).map(|(kw, price)| kw * price).sum();
    (cost, peaks_kw)
}

/// More than any import can be, kW.
fn peak_max(bus: &Bus<'_>) -> f64 {
    let most = bus.site.load_kw.iter().fold(0.0, |most: f64, &kw| most.max(kw));
    (most + bus.store.charge_limit_kw + 1.0).min(bus.site.import_limit_kw)
}

/// First caps: three quarters of the highest net load of each period.
fn start_caps(bus: &Bus<'_>, blocks: &Blocks) -> Vec<f64> {
    let mut peaks = vec![0.0f64; blocks.prices.len()];
    for (charge, &first) in bus.site.demand.iter().zip(&blocks.first_period) {
        for (t, &period) in charge.period_of_step.iter().enumerate() {
            if period != UNMETERED {
                let peak = &mut peaks[first + period as usize];
                *peak = peak.max(0.75 * bus.net_kw(t));
            }
        }
    }
    peaks
}
