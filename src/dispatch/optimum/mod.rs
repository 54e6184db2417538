//! Dispatch at its optimum: the cheapest schedule of storage when the year is known.
//!
//! The optimum is the physical one: one meter that turns one way in a step, and a storage that
//! charges or discharges. Prices may break convexity (export above import, negative prices).

mod alike;
mod demand;
mod evaluate;
mod forward;
mod hull;
mod master;
mod merit_order;
mod model;
mod node;
mod nonconvex;
mod peaks;
mod physical;
mod reach;
mod steps;
mod tangents;
#[cfg(test)]
mod tests;
mod value_function;

pub use alike::{Alike, Schedules};
pub use model::{DemandCharge, Infeasible, Limit, Plan, Reservoir, Site, SizeCut, Terminal, UNMETERED};

use demand::DemandSearch;
use node::Bus;
use value_function::{Unreachable, ValueFunction};

/// Plans for one reservoir with known prices and loads; buffers are reused from plan to plan.
#[derive(Debug, Clone, Default)]
pub struct Planner {
    value: ValueFunction,
    demand: DemandSearch,
}

impl Planner {
    /// The cheapest schedule without demand charges, into `plan`.
    ///
    /// # Errors
    /// If limits cannot be met.
    pub fn energy_only(
        &mut self,
        site: Site<'_>,
        store: Reservoir,
        plan: &mut Plan,
    ) -> Result<(), Infeasible> {
        let bus = Bus::new(site, store);
        self.solve(&bus)?;
        forward::schedule(&bus, &self.value, plan);
        plan.lower_bound = self.value.cost_from(store.energy_start_kwh).min(plan.objective);
        Ok(())
    }

    /// Cost of the cheapest schedule without demand charges, without the schedule.
    ///
    /// # Errors
    /// If limits cannot be met.
    pub fn energy_only_cost(&mut self, site: Site<'_>, store: Reservoir) -> Result<f64, Infeasible> {
        let bus = Bus::new(site, store);
        self.solve(&bus)?;
        Ok(self.value.cost_from(store.energy_start_kwh))
    }

    /// The cheapest schedule with the site's demand charges, into `plan`. Its `lower_bound`
    /// certifies that no schedule is cheaper by more than `tolerance` (relative, at least 1e-9).
    ///
    /// Where prices are not convex (see [`Site::is_convex`]) the peaks of each month are branched on;
    /// with more than four demand charges, or where very many peaks cost the same, the search ends
    /// with a gap: the plan is the best found, and the bound says how good it is.
    ///
    /// # Errors
    /// If limits cannot be met.
    pub fn with_demand(
        &mut self,
        site: Site<'_>,
        store: Reservoir,
        tolerance: f64,
        plan: &mut Plan,
    ) -> Result<(), Infeasible> {
        let bus = Bus::new(site, store);
        if site.demand.is_empty() {
            return self.energy_only(site, store, plan);
        }
        let solved = self.demand.solve(&bus, &mut self.value, tolerance.max(1e-9), plan);
        solved.map_err(|Unreachable| impossible(&bus))
    }

    /// The cheapest schedule if importing above `caps_kw` (per demand charge and period) costs the
    /// charge's price in every step: a plan that knows the peaks so far. `lower_bound` is its cost
    /// with those surcharges; `objective` leaves them out.
    ///
    /// # Errors
    /// If limits cannot be met.
    pub fn capped(
        &mut self,
        site: Site<'_>,
        store: Reservoir,
        caps_kw: &[Vec<f64>],
        plan: &mut Plan,
    ) -> Result<(), Infeasible> {
        let bus = Bus { caps_kw, ..Bus::new(site, store) };
        self.solve(&bus)?;
        forward::schedule(&bus, &self.value, plan);
        plan.lower_bound = self.value.cost_from(store.energy_start_kwh);
        Ok(())
    }

    /// Cuts of the year's blocks (months, where demand is metered by month) in sizes, peaks and
    /// border energies, made at the sizes of `site` and `store` and at `caps_kw` (per demand charge
    /// and period): what a search over sizes builds on. `plan` is the schedule they support. Empty
    /// where prices are not convex: there no such cut holds.
    ///
    /// # Errors
    /// If limits cannot be met.
    pub fn size_cuts(
        &mut self,
        site: Site<'_>,
        store: Reservoir,
        caps_kw: &[Vec<f64>],
        plan: &mut Plan,
    ) -> Result<Vec<SizeCut>, Infeasible> {
        let bus = Bus { caps_kw, ..Bus::new(site, store) };
        self.solve(&bus)?;
        if !bus.convex {
            forward::schedule(&bus, &self.value, plan);
            return Ok(Vec::new());
        }
        let blocks = evaluate::Blocks::new(&bus);
        Ok(evaluate::size_cuts(&bus, &self.value, &blocks, plan))
    }

    /// Schedules evaluated for the last plan with demand charges.
    #[must_use]
    pub fn evaluations(&self) -> usize {
        self.demand.evaluations()
    }

    fn solve(&mut self, bus: &Bus<'_>) -> Result<(), Infeasible> {
        self.value.solve(bus).map_err(|Unreachable| impossible(bus))
    }
}

/// The limit that cannot be met. Rounding may part the two judgements by 1e-9; then the end state
/// is named.
fn impossible(bus: &Bus<'_>) -> Infeasible {
    let otherwise = Infeasible { limit: Limit::Terminal, first_step: bus.site.steps(), relief: 0.0 };
    reach::diagnose(bus).unwrap_or(otherwise)
}
