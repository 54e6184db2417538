//! One case of one park: what stands in it, and the year it has.

use super::foresight;
use super::project::{Charging, GeneratorKind, Operation, Park, Series};
use super::shiftable;
use crate::dispatch::{
    AccountSeries, Column, FleetLimits, GridLimits, Ledger, Plan, Policy, Steering, StorageUnit, YearInputs,
    YearResult, optimum::Infeasible, run_year,
};
use crate::time::Axis;

/// Which of the two cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Without what is under study.
    Baseline,
    /// The design.
    Configured,
}

/// The series of a case, summed over the park's devices, kW per step.
#[derive(Debug, Clone)]
pub struct CaseSeries {
    /// Loads.
    pub load_kw: Column,
    /// Loads and charging that nobody moves.
    pub demand_kw: Column,
    /// PV available.
    pub pv_kw: Column,
    /// Wind available.
    pub wind_kw: Column,
    /// PV and wind of direct lines.
    pub direct_kw: [Column; 2],
}

impl Park {
    /// Whether a generator or storage stands in a case.
    fn stands(existing: bool, case: Case) -> bool {
        existing || case == Case::Configured
    }

    /// The storages of a case.
    pub fn storages_of(&self, case: Case) -> impl Iterator<Item = &super::project::Storage> {
        self.storages.iter().filter(move |storage| Self::stands(storage.existing, case))
    }

    /// The generators of a case.
    pub fn generators_of(&self, case: Case) -> impl Iterator<Item = &super::project::Generator> {
        self.generators.iter().filter(move |generator| Self::stands(generator.existing, case))
    }

    /// The fleets of a case: in the baseline those whose transport was electric already.
    pub fn fleets_of(&self, case: Case) -> impl Iterator<Item = &Charging> {
        self.fleets.iter().filter(move |fleet| case == Case::Configured || fleet.in_baseline)
    }

    /// The inspection bays of a case.
    pub fn bays_of(&self, case: Case) -> impl Iterator<Item = &super::project::Bays> {
        self.bays.iter().filter(move |bays| Self::stands(bays.existing, case))
    }

    /// The managed fleets of a case; the baseline manages none.
    pub fn managed_of(&self, case: Case) -> impl Iterator<Item = &Charging> {
        self.fleets_of(case).filter(move |fleet| case == Case::Configured && fleet.limits.is_some())
    }

    /// Sums the series of a case.
    pub fn series_of(&self, case: Case, axis: &Axis) -> CaseSeries {
        let nothing = Column::nothing(axis.steps());
        let loads = self.loads.iter().enumerate();
        let mut terms: Vec<Term<'_>> =
            loads.map(|(index, (_, load))| (load, self.load_left(index, case))).collect();
        if case == Case::Configured {
            terms.extend(self.electrified.iter().map(|load| (load, 1.0)));
        }
        let mut load_kw = with(&nothing, &terms);
        if !self.shiftable.is_empty() {
            shiftable::add(self, case, axis.step_h(), load_kw.to_mut());
        }
        terms.clear();
        for fleet in self.fleets_of(case) {
            let managed = case == Case::Configured && fleet.limits.is_some();
            terms.push((if managed { &fleet.fixed_kw } else { &fleet.uncontrolled_kw }, 1.0));
        }
        terms.extend(self.bays_of(case).map(|bays| (&bays.bus_kw, 1.0)));
        let demand_kw = with(&load_kw, &terms);
        let mut plants = |kind: GeneratorKind, any_line: bool| {
            let plants =
                self.generators_of(case).filter(|plant| plant.kind == kind && plant.capacity_kw != 0.0);
            terms.clear();
            let plants = plants.filter(|plant| any_line || plant.direct_line);
            terms.extend(plants.map(|plant| (&plant.per_kw, plant.capacity_kw)));
            with(&nothing, &terms)
        };
        CaseSeries {
            demand_kw,
            pv_kw: plants(GeneratorKind::Pv, true),
            wind_kw: plants(GeneratorKind::Wind, true),
            direct_kw: [plants(GeneratorKind::Pv, false), plants(GeneratorKind::Wind, false)],
            load_kw,
        }
    }

    /// Simulates a case and writes its ledger.
    ///
    /// # Errors
    /// A limit that no plan can keep; rules keep what they can.
    pub fn run(
        &self,
        case: Case,
        axis: &Axis,
        series: &CaseSeries,
        ledger: &mut Ledger,
    ) -> Result<YearResult, Infeasible> {
        let storages: Vec<StorageUnit<'_>> = self
            .storages_of(case)
            .map(|storage| StorageUnit {
                parameters: storage.parameters,
                derating: storage.derating.as_deref(),
            })
            .collect();
        let managed: Vec<_> = self.managed_of(case).filter_map(|fleet| fleet.limits.as_ref()).collect();
        let fleets: Vec<FleetLimits<'_>> = managed.iter().map(|limits| limits.as_limits()).collect();
        // Import limits are not enforced in the baseline: an exceedance is a warning.
        let limits = GridLimits {
            import_kw: match case {
                Case::Baseline => f64::INFINITY,
                Case::Configured => self.grid.import_limit_kw,
            },
            export_kw: self.grid.export_limit_kw,
        };
        let tariff = &self.grid.tariff;
        let inputs = YearInputs {
            step_h: axis.step_h(),
            segments: &tariff.segments,
            layout: tariff.layout,
            demand_kw: &series.demand_kw,
            pv_kw: or_empty(&series.pv_kw),
            wind_kw: or_empty(&series.wind_kw),
            storages: &storages,
            fleets: &fleets,
            limits,
            series: AccountSeries {
                import_price_per_kwh: &tariff.import_price_per_kwh,
                export_price_per_kwh: &tariff.export_price_per_kwh,
                priced_by_band: !tariff.import_priced_by_step && !tariff.export_priced_by_step,
                carbon_kg_per_kwh: self.grid.carbon_kg_per_kwh.as_deref().unwrap_or(&[]),
                clean_share: &[],
                direct_pv_kw: or_empty(&series.direct_kw[0]),
                direct_wind_kw: or_empty(&series.direct_kw[1]),
            },
        };
        let by_rule = |policy: Policy, ledger: &mut Ledger| match policy.goes_by_price() {
            true => {
                let preferences = managed.iter().map(|limits| limits.preference(tariff)).collect();
                policy.run_in((tariff.days(), preferences), &inputs, ledger)
            }
            false => policy.run(&inputs, ledger),
        };
        // Without anything to run, a policy has nothing to find.
        if storages.is_empty() && fleets.is_empty() {
            return Ok(run_year(&inputs, Steering::Plan(Plan::NOTHING), ledger));
        }
        match self.policy {
            Operation::Rule(policy) => Ok(by_rule(policy, ledger)),
            Operation::Foresight { ageing_cost } => {
                foresight::run(self, case, series, &inputs, ageing_cost, ledger)
            }
            Operation::Forecast(forecast) => {
                Ok(super::forecast::run(self, case, series, &inputs, forecast, ledger))
            }
        }
    }
}

/// A series that is empty where there is nothing.
pub(super) fn or_empty(series: &Column) -> &[f64] {
    if series.is_nothing() { &[] } else { series }
}

/// A series and what it is multiplied by.
type Term<'a> = (&'a Series, f64);

/// A series with others added to it, one after the other.
fn with(base: &Column, terms: &[Term<'_>]) -> Column {
    let Some(((first, factor), others)) = terms.split_first() else { return base.clone() };
    if base.is_nothing() && *factor == 1.0 && others.is_empty() {
        return Series::clone(first).into();
    }
    // Block by block: what is added to is then still at hand.
    let mut sum = Vec::with_capacity(base.len());
    for from in (0..base.len()).step_by(1024) {
        let block = from..base.len().min(from + 1024);
        let start = base[block.clone()].iter().zip(&first[block.clone()]);
        sum.extend(start.map(|(base, value)| base + value * factor));
        for (series, factor) in others {
            let values = series[block.clone()].iter();
            sum[from..].iter_mut().zip(values).for_each(|(sum, value)| *sum += value * factor);
        }
    }
    sum.into()
}
