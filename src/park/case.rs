//! One case of one park: what stands in it, and the year it has.

use super::foresight;
use super::project::{Charging, GeneratorKind, Operation, Park};
use super::shiftable;
use crate::dispatch::{
    AccountSeries, FleetLimits, GridLimits, Ledger, Policy, StorageUnit, YearInputs, YearResult,
    optimum::Infeasible,
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
    pub load_kw: Vec<f64>,
    /// Loads and charging that nobody moves.
    pub demand_kw: Vec<f64>,
    /// PV available.
    pub pv_kw: Vec<f64>,
    /// Wind available.
    pub wind_kw: Vec<f64>,
    /// PV and wind of direct lines.
    pub direct_kw: [Vec<f64>; 2],
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
        let zeros = || vec![0.0; axis.steps()];
        let mut series = CaseSeries {
            load_kw: zeros(),
            demand_kw: Vec::new(),
            pv_kw: zeros(),
            wind_kw: zeros(),
            direct_kw: [zeros(), zeros()],
        };
        for (index, (_, load)) in self.loads.iter().enumerate() {
            add(&mut series.load_kw, load, self.load_left(index, case));
        }
        if case == Case::Configured {
            for load in &self.electrified {
                add(&mut series.load_kw, load, 1.0);
            }
        }
        shiftable::add(self, case, axis.step_h(), &mut series.load_kw);
        series.demand_kw = series.load_kw.clone();
        for fleet in self.fleets_of(case) {
            let managed = case == Case::Configured && fleet.limits.is_some();
            let charging = if managed { &fleet.fixed_kw } else { &fleet.uncontrolled_kw };
            add(&mut series.demand_kw, charging, 1.0);
        }
        for bays in self.bays_of(case) {
            add(&mut series.demand_kw, &bays.bus_kw, 1.0);
        }
        for generator in self.generators_of(case) {
            let (total, direct) = match generator.kind {
                GeneratorKind::Pv => (&mut series.pv_kw, 0),
                GeneratorKind::Wind => (&mut series.wind_kw, 1),
            };
            add(total, &generator.per_kw, generator.capacity_kw);
            if generator.direct_line {
                add(&mut series.direct_kw[direct], &generator.per_kw, generator.capacity_kw);
            }
        }
        series
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
            pv_kw: &series.pv_kw,
            wind_kw: &series.wind_kw,
            storages: &storages,
            fleets: &fleets,
            limits,
            series: AccountSeries {
                import_price_per_kwh: &tariff.import_price_per_kwh,
                export_price_per_kwh: &tariff.export_price_per_kwh,
                carbon_kg_per_kwh: self.grid.carbon_kg_per_kwh.as_deref().unwrap_or(&[]),
                clean_share: &[],
                direct_pv_kw: &series.direct_kw[0],
                direct_wind_kw: &series.direct_kw[1],
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
            return Ok(by_rule(Policy::SelfConsumption, ledger));
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

fn add(total: &mut [f64], values: &[f64], factor: f64) {
    for (sum, value) in total.iter_mut().zip(values) {
        *sum += value * factor;
    }
}
