//! The plans of a group's designs: side by side where they are alike, else one after another.

use super::case::Case;
use super::foresight::{self, Terms};
use super::project::Park;
use crate::dispatch::optimum::{self, Plan, Schedules};
use crate::dispatch::{GridLimits, LANES, Num, Planned, Wide, WidePlan};
use std::cell::RefCell;

thread_local! {
    /// The last plans of a thread, for their buffers.
    static LAST: RefCell<Plans> = RefCell::default();
}

/// The designs of a group, and what they have in common.
pub(super) struct Designs<'a> {
    /// One park per design.
    pub parks: &'a [&'a Park],
    /// Length of a step, h.
    pub step_h: f64,
    /// Load and charging, kW.
    pub demand_kw: &'a [f64],
    /// PV and wind of a design, kW.
    pub available_kw: &'a dyn Fn(&Park) -> Vec<f64>,
}

/// The plans of a group's designs, step by step side by side.
#[derive(Debug, Default)]
pub(super) struct Plans {
    schedules: Schedules<Wide>,
    set_points_kw: Vec<Wide>,
    curtail_kw: Vec<Wide>,
    /// What each plan promises; none where no schedule keeps the limits.
    pub planned: Vec<Option<Planned>>,
}

impl Plans {
    /// Plans the year of every design; `net_kw` is demand less PV and wind of a step.
    pub fn of(
        terms: &Terms<'_>,
        ageing_cost: bool,
        group: &Designs<'_>,
        net_kw: impl Fn(usize) -> Wide,
    ) -> Self {
        let mut plans = LAST.take();
        plans.planned.clear();
        if !plans.side_by_side(terms, ageing_cost, group, net_kw) {
            plans.one_by_one(terms, ageing_cost, group);
        }
        plans
    }

    /// Keeps the buffers for the thread's next group.
    pub fn put_back(self) {
        LAST.set(self);
    }

    /// As the year loop takes them.
    pub fn as_plan(&self) -> WidePlan<'_, Wide> {
        WidePlan { set_points_kw: &self.set_points_kw, curtail_kw: &self.curtail_kw }
    }

    /// All at once; false where the designs are not alike, limits can bind, or one has no plan.
    fn side_by_side(
        &mut self,
        terms: &Terms<'_>,
        ageing_cost: bool,
        group: &Designs<'_>,
        net_kw: impl Fn(usize) -> Wide,
    ) -> bool {
        let &Designs { parks, step_h, demand_kw, available_kw } = group;
        // Lanes without a design repeat the last one.
        let of = |lane: usize| parks[lane.min(parks.len() - 1)];
        let stores: [_; LANES] =
            std::array::from_fn(|lane| foresight::reservoir(&of(lane).storages[0], step_h, ageing_cost));
        let least = |get: fn(&Park) -> f64| parks.iter().map(|park| get(park)).fold(f64::INFINITY, f64::min);
        let limits = GridLimits {
            import_kw: least(|park| park.grid.import_limit_kw),
            export_kw: least(|park| park.grid.export_limit_kw),
        };
        let highest_kw = if limits.export_kw == f64::INFINITY {
            0.0
        } else {
            let highest = parks.iter().flat_map(|park| available_kw(park));
            highest.fold(0.0, f64::max)
        };
        let unserved = least(|park| park.grid.unserved_cost_per_kwh.unwrap_or(f64::INFINITY));
        let planned =
            terms.site(of(0), Case::Configured, [demand_kw, &[highest_kw]], (step_h, limits), |site| {
                let unserved_cost_per_kwh = (unserved < f64::INFINITY).then_some(unserved);
                let site = optimum::Site { unserved_cost_per_kwh, ..site };
                let alike = optimum::Alike::of(&site, &stores)?;
                self.schedules.plan(&alike, net_kw).then_some(())
            });
        if planned.is_none() {
            return false;
        }
        std::mem::swap(&mut self.set_points_kw, &mut self.schedules.setpoint_kw);
        self.curtail_kw.clear();
        self.planned.extend((0..parks.len()).map(|lane| {
            Some(Planned {
                cost: self.schedules.objective.lane(lane),
                lower_bound: self.schedules.lower_bound.lane(lane),
                mean_marginal_value_per_kwh: self.schedules.mean_marginal_value_per_kwh.lane(lane),
                ageing_cost_per_kwh: stores[lane].throughput_cost_per_kwh,
            })
        }));
        true
    }

    fn one_by_one(&mut self, terms: &Terms<'_>, ageing_cost: bool, group: &Designs<'_>) {
        let steps = group.demand_kw.len();
        for kw in [&mut self.set_points_kw, &mut self.curtail_kw] {
            kw.clear();
            kw.resize(steps, Wide::ZERO);
        }
        for (lane, park) in group.parks.iter().enumerate() {
            let available_kw = (group.available_kw)(park);
            let series = [group.demand_kw, &available_kw];
            let limits =
                GridLimits { import_kw: park.grid.import_limit_kw, export_kw: park.grid.export_limit_kw };
            let planned = terms.site(park, Case::Configured, series, (group.step_h, limits), |site| {
                let (tariff, storage) = (&park.grid.tariff, &park.storages[0]);
                foresight::plan(tariff, site, storage, ageing_cost, |plan, planned| {
                    self.keep(lane, plan);
                    planned
                })
            });
            self.planned.push(planned.ok());
        }
    }

    fn keep(&mut self, lane: usize, plan: &Plan) {
        for (wide, kw) in self.set_points_kw.iter_mut().zip(&plan.storage_setpoint_kw) {
            wide[lane] = *kw;
        }
        for (wide, kw) in self.curtail_kw.iter_mut().zip(&plan.curtailed_kw) {
            wide[lane] = *kw;
        }
    }
}
