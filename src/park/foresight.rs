//! The year of a park that knows its year: planned at its optimum, replayed through the plant.
//!
//! The planner sees the bus as the bill does: import at its price over the transformer's
//! efficiency, export at its price times it, and every demand charge of the tariff. What the bill
//! has beside these (ratchet, contract demand, discount, power factor) is no part of the plan;
//! [`check`] says so. Where the tariff takes the cheaper of demand and capacity charge, both are
//! planned and the cheaper year is taken.

use super::case::{Case, CaseSeries};
use super::general;
use super::project::{Park, Storage};
use crate::dispatch::optimum::{
    DemandCharge, Infeasible, Limit, Plan, Planner, Reservoir, Site, Terminal, UNMETERED,
};
use crate::dispatch::{GridLimits, Ledger, Planned, Steering, YearInputs, YearResult, run_year};
use crate::problem::Problem;
use crate::storage::ageing::{Law, LifePlan, life};
use crate::storage::{LossModel, Terminal as EndState};
use crate::tariff::{Basis, CompiledTariff};
use std::borrow::Cow;
use std::cell::RefCell;

/// Relative gap to which a plan with demand charges is proved.
const TOLERANCE: f64 = 1e-6;

/// Demand charges a plan can see.
const MOST_CHARGES: usize = 8;

thread_local! {
    /// The planner of a thread and its plan: a fresh one touches as much new memory as a year's plan
    /// takes time.
    static PLANNER: RefCell<(Planner, Plan)> = RefCell::default();
}

/// What stands against planning this park, and what its plan does not see; keys are relative to
/// the park.
pub fn check(park: &Park) -> Vec<Problem> {
    let mut problems = Vec::new();
    let error = |kind: &'static str, message: String, hint: &str| {
        Problem::error(kind, message).hint(hint.to_owned()).at_key("dispatch.policy")
    };
    let (buy, sell) = prices(park);
    let odd = buy.iter().zip(sell.iter()).filter(|(buy, sell)| **buy < sell.max(0.0)).count();
    if odd > 0 && !alone(park) {
        problems.push(
            Problem::warning(
                "foresight-prices",
                (
                    format!(
                        "in {odd} steps import costs less than export earns, or less than nothing: plans are what one meter can do, \
                         and the metric dispatch.gap says how much cheaper the optimum of the year could be at most"
                    ),
                    format!(
                        "有 {odd} 个时段购电价低于上网电价或低于零：计划按单一计量点可行编制，指标 dispatch.gap 给出全年最优成本至多还能低多少"
                    ),
                ),
            )
            .at_key("dispatch.policy"),
        );
    }
    let tariff = &park.grid.tariff.tariff;
    if tariff.demand.len() > MOST_CHARGES {
        problems.push(error(
            "foresight-demand",
            format!(
                "foresight sees {MOST_CHARGES} demand charges, and the tariff has {}",
                tariff.demand.len()
            ),
            "merge demand charges",
        ));
    }
    let mut unseen = Vec::new();
    if tariff.demand.iter().any(|charge| charge.ratchet > 0.0) {
        unseen.push(("the ratchet", "需量棘轮条款"));
    }
    if tariff.contract_demand.is_some() {
        unseen.push(("contract demand", "合同需量"));
    }
    if tariff.demand_discount.is_some() {
        unseen.push(("the discount for a high load factor", "高负荷率折扣"));
    }
    if tariff.power_factor.is_some() {
        unseen.push(("the power-factor adjustment", "功率因数调整电费"));
    }
    if park.grid.tariff.layout.metering_steps > 1 && alone(park) {
        unseen.push(("metering windows longer than a step", "长于步长的需量计量周期"));
    }
    if park.storages.iter().any(|storage| storage.device.losses == LossModel::Detailed) {
        unseen.push(("the quadratic losses and derating of the storage", "储能的二次损耗与降额"));
    }
    if !unseen.is_empty() {
        let (en, zh): (Vec<&str>, Vec<&str>) = unseen.into_iter().unzip();
        let message = (
            format!(
                "the plan does not see {}; the year and its bill do, so they may differ from the plan's optimum",
                en.join(", ")
            ),
            format!("计划未考虑{}；全年运行与电费已计入，可能偏离计划的最优值", zh.join("、")),
        );
        problems.push(Problem::warning("foresight-unseen", message).at_key("dispatch.policy"));
    }
    problems
}

/// Whether the park has one storage and manages no charging: what the storage planner serves.
pub(super) fn alone(park: &Park) -> bool {
    park.storages.len() == 1 && park.fleets.iter().all(|fleet| fleet.limits.is_none())
}

/// Whether the year of a park can be planned as it stands.
pub fn plannable(park: &Park) -> bool {
    !check(park).iter().any(Problem::is_error)
}

/// Import and export prices at the bus, money per kWh.
pub(super) fn prices(park: &Park) -> (Cow<'_, [f64]>, Cow<'_, [f64]>) {
    let kept = 1.0 - park.grid.transformer_loss;
    let (buy, sell) = (&park.grid.tariff.import_price_per_kwh, &park.grid.tariff.export_price_per_kwh);
    if kept == 1.0 {
        return (Cow::Borrowed(buy), Cow::Borrowed(sell));
    }
    let buy = buy.iter().map(|price| price / kept).collect();
    (buy, sell.iter().map(|price| price * kept).collect())
}

/// One demand charge by month, as the planner takes it.
#[derive(Debug)]
pub(super) struct Charge {
    /// Money per kW of each period's peak.
    pub price_per_kw: Vec<f64>,
    /// Period of each step.
    pub period_of_step: Vec<u16>,
}

impl Charge {
    /// As the planners see it.
    pub fn seen(&self) -> DemandCharge<'_> {
        self.seen_in(0..self.period_of_step.len())
    }

    /// The same in some of the steps.
    pub fn seen_in(&self, steps: std::ops::Range<usize>) -> DemandCharge<'_> {
        DemandCharge { price_per_kw: &self.price_per_kw, period_of_step: &self.period_of_step[steps] }
    }
}

/// The demand charges of a tariff at the bus.
pub(super) fn charges(tariff: &CompiledTariff, transformer_loss: f64) -> Vec<Charge> {
    let exempt = tariff.tariff.exempt_until_year.is_some_and(|last| tariff.axis.year <= last);
    if exempt || tariff.tariff.basis == Basis::Capacity {
        return Vec::new();
    }
    let starts = tariff.axis.month_starts();
    let charges = tariff.tariff.demand.iter().enumerate().map(|(index, charge)| {
        let bit = 1u16 << (index + 1);
        let mut found =
            Charge { price_per_kw: Vec::new(), period_of_step: vec![UNMETERED; tariff.windows.len()] };
        for month in 0..12 {
            let price = charge.price_per_kw_month[month] / (1.0 - transformer_loss);
            let steps = starts[month]..starts[month + 1];
            if price > 0.0 && tariff.windows[steps.clone()].iter().any(|windows| windows & bit != 0) {
                let period = found.price_per_kw.len() as u16;
                found.price_per_kw.push(price);
                for step in steps {
                    if tariff.windows[step] & bit != 0 {
                        found.period_of_step[step] = period;
                    }
                }
            }
        }
        found
    });
    charges.filter(|charge| !charge.price_per_kw.is_empty()).collect()
}

/// Import up to which a step raises no peak, kW: the lowest peak so far of the charges that meter it.
pub(super) fn paid_kw(charges: &[Charge], peaks_kw: &[Vec<f64>], step: usize) -> f64 {
    let metered = charges.iter().zip(peaks_kw).filter_map(|(charge, peaks)| {
        let period = charge.period_of_step[step];
        (period != UNMETERED).then(|| peaks[period as usize])
    });
    metered.fold(f64::INFINITY, f64::min)
}

/// Cost of wearing a storage by one kWh of AC discharge: its replacement over the energy it gives
/// until its end of life at full depth and rated power; 0 for one that does not age.
pub fn ageing_cost_per_kwh(storage: &Storage) -> f64 {
    let device = &storage.device;
    if !device.ages || device.energy_kwh <= 0.0 || device.power_kw <= 0.0 {
        return 0.0;
    }
    let law = Law::of(device.chemistry);
    let depth = device.soc_max - device.soc_min;
    // A hundred full cycles stand for a year; a life is looked for over two hundred of them.
    let plan =
        LifePlan { project_years: 0, life_years: f64::INFINITY, end_of_life: device.end_of_life_health() };
    let wear = law.cycles(depth, device.power_kw / device.energy_kwh, 100.0);
    let cycles = 100.0 * life(&law, &wear, &plan).years_to_end_of_life.unwrap_or(200.0);
    let costs = &device.costs;
    let replacement = costs.replacement_capex_fraction
        * (costs.capex_per_kw * device.power_kw + costs.capex_per_kwh * device.energy_kwh);
    replacement / (cycles * device.energy_kwh * storage.parameters.discharge_efficiency)
}

pub(super) fn reservoir(storage: &Storage, step_h: f64, ageing_cost: bool) -> Reservoir {
    let p = &storage.parameters;
    Reservoir {
        charge_limit_kw: p.charge_limit_kw,
        discharge_limit_kw: p.discharge_limit_kw,
        charge_efficiency: p.charge_efficiency * (1.0 - p.linear_loss),
        discharge_efficiency: p.discharge_efficiency / (1.0 + p.linear_loss),
        retention_per_step: 1.0 - p.self_discharge_per_h * step_h,
        energy_min_kwh: p.min_kwh,
        energy_max_kwh: p.max_kwh,
        energy_start_kwh: p.initial_kwh,
        terminal: match storage.device.terminal {
            EndState::EqualInitial => Terminal::EqualInitial,
            EndState::AtLeastInitial => Terminal::AtLeastInitial,
            EndState::Free => Terminal::Free,
        },
        throughput_cost_per_kwh: if ageing_cost { ageing_cost_per_kwh(storage) } else { 0.0 },
    }
}

/// What the planner is told about a park whatever its sizes.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    charges: Vec<Charge>,
    buy: Cow<'a, [f64]>,
    sell: Cow<'a, [f64]>,
}

impl<'a> Terms<'a> {
    /// The prices of a park at its bus.
    pub fn of(park: &'a Park) -> Self {
        let (buy, sell) = prices(park);
        Self { charges: charges(&park.grid.tariff, park.grid.transformer_loss), buy, sell }
    }

    /// The same as its own.
    pub fn into_owned(self) -> Terms<'static> {
        let own = |series: Cow<'_, [f64]>| Cow::Owned(series.into_owned());
        Terms { charges: self.charges, buy: own(self.buy), sell: own(self.sell) }
    }

    /// Hands the site as the planner sees it to `then`.
    pub fn site<T>(
        &self,
        park: &Park,
        case: Case,
        [load_kw, available_kw]: [&[f64]; 2],
        (step_hours, limits): (f64, GridLimits<f64>),
        then: impl FnOnce(Site<'_>) -> T,
    ) -> T {
        let demand: Vec<DemandCharge<'_>> = self.charges.iter().map(Charge::seen).collect();
        then(Site {
            step_hours,
            load_kw,
            available_kw,
            import_price_per_kwh: &self.buy,
            export_price_per_kwh: &self.sell,
            import_limit_kw: limits.import_kw,
            export_limit_kw: limits.export_kw,
            unserved_cost_per_kwh: park.grid.unserved_cost_per_kwh.filter(|_| case == Case::Configured),
            curtailment_cost_per_kwh: 0.0,
            demand: &demand,
        })
    }
}

/// Plans the year of a site with one storage and nothing else to move, and hands the plan to `then`.
///
/// # Errors
/// The limit that no schedule can keep.
pub(super) fn plan<T>(
    tariff: &CompiledTariff,
    site: Site<'_>,
    storage: &Storage,
    ageing_cost: bool,
    then: impl FnOnce(&mut Plan, Planned) -> T,
) -> Result<T, Infeasible> {
    let store = reservoir(storage, site.step_hours, ageing_cost);
    PLANNER.with_borrow_mut(|(planner, plan)| {
        best(planner, tariff, site, store, plan)?;
        let steps = site.load_kw.len() as f64;
        let told = Planned {
            cost: plan.objective,
            lower_bound: plan.lower_bound,
            mean_marginal_value_per_kwh: plan.marginal_value_per_kwh.iter().sum::<f64>() / steps,
            ageing_cost_per_kwh: store.throughput_cost_per_kwh,
        };
        Ok(then(plan, told))
    })
}

/// Plans the year of a case and replays the plan through the plant: by the storage planner where
/// there is one storage and nothing else to move, else by the linear program.
///
/// # Errors
/// The limit that no schedule can keep.
pub fn run(
    park: &Park,
    case: Case,
    series: &CaseSeries,
    inputs: &YearInputs<'_>,
    ageing_cost: bool,
    ledger: &mut Ledger,
) -> Result<YearResult, Infeasible> {
    let storages: Vec<&Storage> = park.storages_of(case).collect();
    let available: Vec<f64> = series.pv_kw.iter().zip(&series.wind_kw).map(|(pv, wind)| pv + wind).collect();
    let standby_kw: f64 = storages.iter().map(|storage| storage.parameters.standby_kw).sum();
    let load: Cow<'_, [f64]> = if standby_kw == 0.0 {
        Cow::Borrowed(&series.demand_kw)
    } else {
        series.demand_kw.iter().map(|kw| kw + standby_kw).collect()
    };
    Terms::of(park).site(park, case, [&load, &available], (inputs.step_h, inputs.limits), |site| {
        let storage = match storages.as_slice() {
            [storage] if inputs.fleets.is_empty() => storage,
            _ => return general::run(park, &storages, site, inputs, ageing_cost, ledger),
        };
        plan(&park.grid.tariff, site, storage, ageing_cost, |plan, planned| {
            if standby_kw != 0.0 {
                plan.storage_setpoint_kw.iter_mut().for_each(|kw| *kw += standby_kw);
            }
            let set_points = std::slice::from_ref(&plan.storage_setpoint_kw);
            let replay = crate::dispatch::Plan { set_points_kw: set_points, curtail_kw: &plan.curtailed_kw };
            let mut year = run_year(inputs, Steering::Plan(replay), ledger);
            ledger.marginal_value_per_kwh.clone_from(&plan.marginal_value_per_kwh);
            year.planned = Some(planned);
            year
        })
    })
}

/// The capacity charge of a year, money.
pub(super) fn capacity_cost(tariff: &CompiledTariff) -> f64 {
    let rules = &tariff.tariff;
    12.0 * rules.capacity_charge_per_kva_month * rules.transformer_kva.unwrap_or(0.0)
}

/// The cheapest plan into `plan`; where the tariff takes the cheaper of two bases, the better of
/// both years. With the capacity basis its charge is a constant of the year that the cost leaves out.
fn best(
    planner: &mut Planner,
    tariff: &CompiledTariff,
    site: Site<'_>,
    store: Reservoir,
    plan: &mut Plan,
) -> Result<(), Infeasible> {
    planner.with_demand(site, store, TOLERANCE, plan)?;
    if tariff.tariff.basis == Basis::Cheaper && !site.demand.is_empty() {
        let capacity = capacity_cost(tariff);
        let mut other = Plan::default();
        planner.energy_only(Site { demand: &[], ..site }, store, &mut other)?;
        let bound = plan.lower_bound.min(other.lower_bound + capacity);
        other.objective += capacity;
        if other.objective < plan.objective {
            *plan = other;
        }
        plan.lower_bound = bound;
    }
    Ok(())
}

/// The key, relative to the park, that holds the binding limit.
pub fn key_of(limit: Limit, storage: &str) -> String {
    match limit {
        Limit::Import => "grid.import_limit_kw".to_owned(),
        Limit::Export => "grid.export_limit_kw".to_owned(),
        Limit::Terminal => format!("storage.{storage}.terminal"),
        Limit::StorageEnergy => format!("storage.{storage}.soc_min"),
        Limit::ChargingWindow => "charging".to_owned(),
    }
}
