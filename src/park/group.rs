//! Designs of one park in groups of eight: what they share is prepared once, what differs goes
//! through the year loop side by side.

use super::case::Case;
use super::foresight;
use super::group_plans::{Designs, Plans};
use super::measure::{self, Measured, Sums};
use super::project::{Generator, GeneratorKind, Operation, Park, Project, Series};
use super::usage::Usage;
use crate::dispatch::{
    AccountSeries, CarbonFactor, Days, FleetLimits, GridLimits, GroupFleet, GroupInputs, InSteps, LANES,
    NetLoad, Num, Policy, Scaled, Varied, Wide, YearInputs, run_group,
};
use crate::storage::{EnergyParameters, LossModel};

/// What the designs of a park share in its configured case.
#[derive(Debug)]
pub struct Prepared {
    policy: Policy,
    /// What a planner is told, and whether it reckons with wear, where one runs the storage.
    plan: Option<(foresight::Terms<'static>, bool)>,
    days: Days,
    net: Option<NetLoad>,
    load_kwh: f64,
    demand_kw: Vec<f64>,
    demand_kwh: f64,
    /// Whether nothing but generation feeds in.
    exports_own: bool,
    /// PV and wind that no design scales, kW.
    fixed_kw: [Vec<f64>; 2],
    fixed_kwh: [f64; 2],
    /// Demand less these, and less the wind of them, kW.
    rest_kw: [Vec<f64>; 2],
    /// Highest demand of a step with every managed vehicle at its highest power, kW.
    highest_kw: f64,
    /// Each managed fleet in kW times steps, where it never gives energy back.
    in_steps: Vec<Option<InSteps>>,
    /// Generators that designs scale: index, and kWh of a kW in the year.
    varied: Vec<(usize, f64)>,
    /// What drivers pay in each month for charging that nobody moves.
    fixed_revenue: [f64; 12],
    carbon: Carbon,
}

#[derive(Debug)]
enum Carbon {
    Constant(f64),
    Series(Series),
}

/// Why designs of a park run one by one.
pub fn unserved(park: &Park) -> Option<&'static str> {
    let served = [
        (matches!(park.policy, Operation::Forecast(_)), "its policy plans again and again"),
        (
            matches!(park.policy, Operation::Foresight { .. }) && !foresight::alone(park),
            "its plan moves more than one storage",
        ),
        (
            matches!(park.policy, Operation::Foresight { .. })
                && park.shiftable.iter().any(|load| load.shifted),
            "its plan moves loads",
        ),
        (
            matches!(park.policy, Operation::Rule(Policy::TimeOfUseWithRoom { .. })),
            "its policy leaves room day by day",
        ),
        (
            park.storages
                .iter()
                .any(|unit| unit.device.losses != LossModel::Simple || unit.derating.is_some()),
            "a storage has detailed losses",
        ),
        (park.grid.tariff.layout.metering_steps != 1, "its meter averages several steps"),
        (park.generators.iter().any(|plant| plant.direct_line), "a direct line is judged step by step"),
    ];
    served.into_iter().find(|(holds, _)| *holds).map(|(_, why)| why)
}

impl Prepared {
    /// Prepares the configured case; `varied` are the generators that designs scale, by index.
    /// None where [`unserved`] says why.
    pub fn new(project: &Project, park: &Park, varied: &[usize]) -> Option<Self> {
        if unserved(park).is_some() {
            return None;
        }
        // A plan follows no bands.
        let (policy, plan) = match park.policy {
            Operation::Rule(policy) => (policy, None),
            Operation::Foresight { ageing_cost } => {
                (Policy::SelfConsumption, Some((foresight::Terms::of(park).into_owned(), ageing_cost)))
            }
            Operation::Forecast(_) => return None,
        };
        let axis = &project.axis;
        let kwh = |values: &[f64]| values.iter().sum::<f64>() * axis.step_h();
        let case = Case::Configured;
        let mut fixed = park.clone();
        fixed.generators = kept(park, |index| !varied.contains(&index));
        let series = fixed.series_of(case, axis);
        let limits: Vec<FleetLimits<'_>> =
            park.managed_of(case).filter_map(|fleet| fleet.limits.as_ref()).map(|l| l.as_limits()).collect();
        let tariff = &park.grid.tariff;
        let carbon = park.grid.carbon_kg_per_kwh.clone();
        // Without anything to run, a policy has nothing to find.
        let idle = park.storages.is_empty() && limits.is_empty();
        let (policy, plan) = if idle { (Policy::SelfConsumption, None) } else { (policy, plan) };
        let days = policy.days(&YearInputs {
            step_h: axis.step_h(),
            segments: &tariff.segments,
            layout: tariff.layout,
            demand_kw: &series.demand_kw,
            pv_kw: &[],
            wind_kw: &[],
            storages: &[],
            fleets: &limits,
            limits: GridLimits::none(),
            series: AccountSeries {
                import_price_per_kwh: &tariff.import_price_per_kwh,
                carbon_kg_per_kwh: carbon.as_deref().unwrap_or(&[]),
                ..AccountSeries::default()
            },
        });
        let rest = series.demand_kw.iter().zip(series.pv_kw.iter().zip(&series.wind_kw));
        let rest_kw: Vec<f64> = rest.map(|(demand, (pv, wind))| demand - pv - wind).collect();
        let less_wind_kw = series.demand_kw.iter().zip(&series.wind_kw).map(|(demand, wind)| demand - wind);
        let highest_kw = |step: usize| {
            limits.iter().fold(series.demand_kw[step], |kw, fleet| kw + fleet.charge_max_kw[step])
        };
        let highest_kw = (0..axis.steps()).map(highest_kw).fold(0.0, f64::max);
        let in_steps = limits.iter().enumerate().map(|(index, fleet)| {
            (!fleet.gives_back()).then(|| InSteps::of(&days.prefer(index, fleet), axis.step_h()))
        });
        let in_steps = in_steps.collect();
        let net = policy.wants_levels(limits.len()).then(|| {
            let of = |kind| varied.iter().filter(move |&&index| park.generators[index].kind == kind);
            let profiles = of(GeneratorKind::Pv).chain(of(GeneratorKind::Wind));
            let profiles: Vec<&[f64]> = profiles.map(|&index| &*park.generators[index].per_kw).collect();
            NetLoad::new(&days, axis.step_h(), &rest_kw, &profiles)
        });
        let mut fixed_revenue = [0.0; 12];
        let starts = axis.month_starts();
        for fleet in park.fleets_of(case) {
            let kw = if fleet.limits.is_some() { &fleet.fixed_kw } else { &fleet.uncontrolled_kw };
            for (month, revenue) in fixed_revenue.iter_mut().enumerate() {
                *revenue += kwh(&kw[starts[month]..starts[month + 1]]) * fleet.revenue_per_kwh;
            }
        }
        for bays in park.bays_of(case) {
            fixed_revenue.iter_mut().zip(bays.revenue_by_month).for_each(|(total, fees)| *total += fees);
        }
        let constant = |factor: &Series| factor.iter().all(|value| *value == factor[0]);
        Some(Self {
            policy,
            plan,
            days,
            net,
            load_kwh: kwh(&series.load_kw),
            demand_kwh: kwh(&series.demand_kw),
            fixed_kwh: [kwh(&series.pv_kw), kwh(&series.wind_kw)],
            varied: varied.iter().map(|&index| (index, kwh(&park.generators[index].per_kw))).collect(),
            in_steps,
            highest_kw,
            rest_kw: [rest_kw, less_wind_kw.collect()],
            exports_own: series.demand_kw.iter().all(|kw| *kw >= 0.0),
            demand_kw: series.demand_kw.to_vec(),
            fixed_kw: [series.pv_kw.to_vec(), series.wind_kw.to_vec()],
            fixed_revenue,
            carbon: match carbon {
                None => Carbon::Constant(0.0),
                Some(factor) if constant(&factor) => Carbon::Constant(factor[0]),
                Some(factor) => Carbon::Series(factor),
            },
        })
    }

    /// PV and wind of a design, kW.
    fn available_kw(&self, park: &Park) -> Vec<f64> {
        let mut sums =
            [GeneratorKind::Pv, GeneratorKind::Wind].into_iter().zip(&self.fixed_kw).map(|(kind, fixed)| {
                let mut kw = fixed.clone();
                for &(index, _) in
                    self.varied.iter().filter(|(index, _)| park.generators[*index].kind == kind)
                {
                    let Generator { per_kw, capacity_kw, .. } = &park.generators[index];
                    kw.iter_mut().zip(per_kw.iter()).for_each(|(kw, per_kw)| *kw += per_kw * capacity_kw);
                }
                kw
            });
        let (mut pv_kw, wind_kw) = (sums.next().unwrap_or_default(), sums.next().unwrap_or_default());
        pv_kw.iter_mut().zip(wind_kw).for_each(|(pv, wind)| *pv += wind);
        pv_kw
    }

    /// Simulates and measures up to eight designs of the park; each step's import is added to
    /// `import_kw`, one lane per design. A design is `None` where load
    /// stays without power and nothing prices it: running it alone says where.
    ///
    /// # Panics
    /// If there is no design, or more than lanes.
    pub fn measure(
        &self,
        project: &Project,
        designs: &[&Park],
        baseline: &Measured,
        import_kw: &mut [Wide],
    ) -> Vec<Option<Measured>> {
        assert!((1..=LANES).contains(&designs.len()), "a group has one to eight designs");
        let axis = &project.axis;
        // Lanes without a design repeat the last one.
        let of = |lane: usize| designs[lane.min(designs.len() - 1)];
        let wide = |get: &dyn Fn(&Park) -> f64| Wide::from_fn(|lane| get(of(lane)));
        let first = designs[0];
        let scaled = |kind: GeneratorKind| -> Vec<Scaled<'_, Wide>> {
            let varied = self.varied.iter().filter(|(index, _)| first.generators[*index].kind == kind);
            varied
                .map(|&(index, _)| Scaled {
                    per_kw: &first.generators[index].per_kw,
                    capacity_kw: wide(&|park| park.generators[index].capacity_kw),
                })
                .collect()
        };
        let (pv, wind) = (scaled(GeneratorKind::Pv), scaled(GeneratorKind::Wind));
        let storages: Vec<EnergyParameters<Wide>> = (0..first.storages.len())
            .map(|unit| EnergyParameters::from_each(|lane| &of(lane).storages[unit].parameters))
            .collect();
        let managed: Vec<_> = first
            .managed_of(Case::Configured)
            .filter_map(|fleet| Some((fleet, fleet.limits.as_ref()?.as_limits())))
            .collect();
        let fleets: Vec<GroupFleet<'_>> = managed
            .iter()
            .zip(&self.in_steps)
            .map(|((fleet, limits), in_steps)| GroupFleet {
                limits: *limits,
                fixed_kw: &fleet.fixed_kw,
                in_steps: in_steps.as_ref(),
            })
            .collect();
        let tariff = &first.grid.tariff;
        let by_step = tariff.import_priced_by_step || tariff.export_priced_by_step;
        let plans = self.plan.as_ref().map(|(terms, ageing_cost)| {
            let net_kw = |step: usize| {
                let varied = pv.iter().chain(&wind);
                let fixed = Wide::splat(self.rest_kw[0][step]);
                varied.fold(fixed, |kw, profile| kw - profile.capacity_kw * profile.per_kw[step])
            };
            let group = Designs {
                parks: designs,
                step_h: axis.step_h(),
                demand_kw: &self.demand_kw,
                available_kw: &|park| self.available_kw(park),
            };
            Plans::of(terms, *ageing_cost, &group, net_kw)
        });
        let inputs = GroupInputs {
            step_h: axis.step_h(),
            policy: self.policy,
            plan: plans.as_ref().map(Plans::as_plan),
            days: &self.days,
            net: self.net.as_ref(),
            layout: tariff.layout,
            source: Varied {
                demand_kw: &self.demand_kw,
                pv_kw: &self.fixed_kw[0],
                wind_kw: &self.fixed_kw[1],
                rest_kw: &self.rest_kw[0],
                less_wind_kw: &self.rest_kw[1],
                pv: &pv,
                wind: &wind,
            },
            storages: &storages,
            fleets: &fleets,
            limits: GridLimits {
                import_kw: wide(&|park| park.grid.import_limit_kw),
                export_kw: wide(&|park| park.grid.export_limit_kw),
            },
            highest_kw: self.highest_kw,
            exports_own: self.exports_own,
            prices_per_kwh: by_step.then_some((&*tariff.import_price_per_kwh, &*tariff.export_price_per_kwh)),
            carbon: match &self.carbon {
                Carbon::Constant(factor) => CarbonFactor::Constant(*factor),
                Carbon::Series(factor) => CarbonFactor::Series(factor),
            },
        };
        let years = run_group(&inputs, import_kw);
        let mut revenue = self.fixed_revenue.map(Wide::splat);
        for ((fleet, _), used) in managed.iter().zip(years.fleets_use()) {
            for (revenue, &kwh) in revenue.iter_mut().zip(&used.charge_kwh) {
                *revenue += kwh * fleet.revenue_per_kwh;
            }
        }
        let bills = first.grid.billed.then(|| measure::bills(project, first, years.meter(), revenue));
        let measured = designs.iter().enumerate().map(|(lane, park)| {
            let [mut pv_kwh, mut wind_kwh] = self.fixed_kwh;
            for &(index, kwh_per_kw) in &self.varied {
                let Generator { kind, capacity_kw, .. } = park.generators[index];
                *(if kind == GeneratorKind::Pv { &mut pv_kwh } else { &mut wind_kwh }) +=
                    kwh_per_kw * capacity_kw;
            }
            let mut year = years.design(lane, [self.demand_kwh, pv_kwh, wind_kwh]);
            if let Some(plans) = &plans {
                // Without a plan the design has no year; alone it says why.
                year.planned = Some(plans.planned[lane]?);
            }
            if park.grid.unserved_cost_per_kwh.is_none() && year.energy.unserved_kwh > 0.0 {
                return None;
            }
            let peaks_kw = years.fleets_use().map(|used| used.peak_kw.lane(lane)).collect();
            let usage = Usage {
                load_kwh: self.load_kwh,
                fixed_charging_kwh: self.demand_kwh - self.load_kwh,
                charging_revenue: revenue.map(|revenue| revenue.lane(lane)),
                wheeling_charge: [0.0; 12],
                peaks_kw,
            };
            let sums = Sums { project, park, case: Case::Configured, year: &year, usage: &usage };
            let bill = bills.as_ref().map(|bills| measure::bill_of_lane(bills, lane));
            Some(measure::measure_billed(&sums, bill, Some(baseline)))
        });
        let measured = measured.collect();
        if let Some(plans) = plans {
            plans.put_back();
        }
        measured
    }
}

/// The generators that a test lets through.
fn kept(park: &Park, keep: impl Fn(usize) -> bool) -> Vec<Generator> {
    let all = park.generators.iter().enumerate().filter(|(index, _)| keep(*index));
    all.map(|(_, generator)| generator.clone()).collect()
}
