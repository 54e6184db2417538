//! Eight designs of one park side by side: the year that [`run_year`](super::run_year) simulates
//! for one, without a ledger.
//!
//! Designs of a group share every series; they differ in what generators are scaled by, in the
//! numbers of the storages, and in the limits of the meter.

mod accounts;
mod source;

use super::accounts::{Accounts, CarbonAccount, EnergyAccount, MeterAccount, PriceAccount};
use super::controller::{Controller, Rule, WidePlan};
use super::fleet::{Fleet, FleetLimits, Fleets, InSteps, OneWay};
use super::ledger::Observer;
use super::plant::{GridLimits, Plant, Stores};
use super::rules::{Days, NetLoad, Policy, reserved};
use super::run::{FleetYear, StorageYear, YearResult};
use super::year::{Source, simulate_lanes};
use super::{Band, LANES, Lanes, MeterLayout, MeterReading, Num};
use crate::storage::{EnergyParameters, Simple, Store};
use accounts::{FleetAccount, ImportAccount, Units};
use source::Few;
pub use source::Varied;
use std::cell::Cell;

/// Eight numbers, one per design.
pub type Wide = Lanes<LANES>;

/// Grid carbon of a year, kg/kWh.
#[derive(Debug, Clone, Copy)]
pub enum CarbonFactor<'a> {
    /// The same in every step.
    Constant(f64),
    /// Of every step.
    Series(&'a [f64]),
}

/// A managed fleet of the group.
#[derive(Debug, Clone, Copy)]
pub struct GroupFleet<'a> {
    /// What can be moved.
    pub limits: FleetLimits<'a>,
    /// Charging of the same fleet that cannot, kW per step.
    pub fixed_kw: &'a [f64],
    /// Its preference and limits in kW times steps, where it never gives energy back.
    pub in_steps: Option<&'a InSteps>,
}

/// What the years of eight designs are computed from.
#[derive(Debug, Clone, Copy)]
pub struct GroupInputs<'a> {
    /// Length of a step, h; it is also the metering window.
    pub step_h: f64,
    /// How the park is run.
    pub policy: Policy,
    /// Plans that run its one storage instead; there are no fleets then.
    pub plan: Option<WidePlan<'a, Wide>>,
    /// The days of the year as the policy sees them.
    pub days: &'a Days,
    /// The net load of demand and profiles (PV, then wind), where the policy refers to it.
    pub net: Option<&'a NetLoad>,
    /// Sizes of the meter reading.
    pub layout: MeterLayout,
    /// Demand and generation.
    pub source: Varied<'a>,
    /// Storages, all with constant efficiencies.
    pub storages: &'a [EnergyParameters<Wide>],
    /// Managed fleets.
    pub fleets: &'a [GroupFleet<'a>],
    /// Limits of the meter.
    pub limits: GridLimits<Wide>,
    /// Highest demand of a step with every managed vehicle at its highest power, kW.
    pub highest_kw: f64,
    /// Whether no load feeds in: then all that is exported is the park's own generation, for a rule
    /// discharges storage and vehicles into its load only.
    pub exports_own: bool,
    /// Prices of import and export of every step where the bill needs them.
    pub prices_per_kwh: Option<(&'a [f64], &'a [f64])>,
    /// Grid carbon.
    pub carbon: CarbonFactor<'a>,
}

impl GroupInputs<'_> {
    /// Whether the limit of import can bind in any design, and whether there is one of export.
    fn limits_act(&self) -> [bool; 2] {
        let GridLimits { import_kw, export_kw } = self.policy.limits(self.limits);
        let charging = self.storages.iter().fold(Wide::ZERO, |kw, unit| kw + unit.charge_limit_kw);
        let any = |test: &dyn Fn(usize) -> bool| (0..LANES).any(test);
        let binds = any(&|lane| import_kw.lane(lane) < self.highest_kw + charging.lane(lane));
        [binds, any(&|lane| export_kw.lane(lane) < f64::INFINITY)]
    }
}

/// Charging of one managed fleet.
#[derive(Debug, Clone, Copy, Default)]
pub struct FleetUse<N> {
    /// Charging of each month before V2G, kWh at the bus.
    pub charge_kwh: [N; 12],
    /// Highest power with what cannot be moved, kW.
    pub peak_kw: N,
}

/// The years of eight designs.
#[derive(Debug, Clone)]
pub struct GroupYear {
    meter: MeterReading<Wide>,
    energy: EnergyAccount<Wide>,
    import_kg: Wide,
    storages: Vec<StorageSums>,
    fleets: Vec<FleetSums>,
    /// Whether no step kept its residual of the balance: the sums of the year have to balance.
    by_sums: bool,
}

/// One storage's year in lanes.
#[derive(Debug, Clone, Copy)]
struct StorageSums {
    charge_kwh: Wide,
    discharge_kwh: Wide,
    cell_discharge_kwh: Wide,
    initial_kwh: Wide,
    final_kwh: Wide,
}

/// One fleet's year in lanes.
#[derive(Debug, Clone, Copy)]
struct FleetSums {
    used: FleetUse<Wide>,
    discharge_kwh: Wide,
    delivered_kwh: Wide,
}

/// Simulates the years of eight designs; the import of every step is added to `import_kw`.
///
/// The usual park (one storage or none, one fleet without V2G or none, one profile of PV and of
/// wind that designs scale) runs through a loop of its own, without inner loops and with accounts of
/// what does not follow from others.
///
/// # Panics
/// If a series is shorter than the segments: the caller builds them from one checked axis.
pub fn run_group(inputs: &GroupInputs<'_>, import_kw: &mut [Wide]) -> GroupYear {
    let import_kw = Cell::from_mut(import_kw).as_slice_of_cells();
    if let (Some(plan), [storage]) = (inputs.plan, inputs.storages) {
        return Run { inputs, source: inputs.source, import_kw }.planned(&plan, storage);
    }
    match (Few::of(&inputs.source), inputs.storages, inputs.fleets) {
        (Some(source), [] | [_], [] | [GroupFleet { in_steps: Some(_), .. }]) if inputs.exports_own => {
            let (storage, [binds, cuts]) = (inputs.storages.first(), inputs.limits_act());
            // Only where something can be curtailed it matters what of the generation is PV.
            if !binds && !cuts {
                let source = source.less(inputs.source.rest_kw);
                let run = Run { inputs, source, import_kw };
                run.under_policy(|run, bands| run.usual::<false, false>(bands, storage))
            } else {
                let run = Run { inputs, source, import_kw };
                if binds {
                    run.under_policy(|run, bands| run.usual::<true, true>(bands, storage))
                } else {
                    run.under_policy(|run, bands| run.usual::<true, false>(bands, storage))
                }
            }
        }
        _ => {
            let source = inputs.source;
            Run { inputs, source, import_kw }.under_policy(|run, bands| run.general(bands))
        }
    }
}

/// A group with the source it runs over.
#[derive(Clone, Copy)]
struct Run<'a, S> {
    inputs: &'a GroupInputs<'a>,
    source: S,
    import_kw: &'a [Cell<Wide>],
}

/// What a run leaves: the plant, the sums of the meter and of energy, what series said.
struct Sums {
    meter: MeterAccount<Wide>,
    energy: EnergyAccount<Wide>,
    import_kg: Wide,
}

impl<'a, S: Source<Wide>> Run<'a, S> {
    /// Finds the bands of the policy and simulates the year under them.
    fn under_policy(self, year: impl Fn(&Self, &[Band<Wide>]) -> GroupYear) -> GroupYear {
        let inputs = self.inputs;
        let profiles = inputs.source.pv.iter().chain(inputs.source.wind);
        let capacities_kw: Vec<Wide> = profiles.map(|profile| profile.capacity_kw).collect();
        let net = inputs.net.map(|net| net.account(inputs.days, &capacities_kw));
        let levels = inputs.days.levels(&net.unwrap_or_else(|| inputs.days.net_account()));
        let silent = Self { import_kw: &[], ..self };
        let bands = inputs.policy.bands(inputs.days, &levels, |bands| {
            let meter = year(&silent, &bands).meter;
            let windows = meter.layout.windows;
            std::array::from_fn(|month| meter.peak_kw[month * windows])
        });
        year(&self, &bands)
    }

    fn limits(&self) -> GridLimits<Wide> {
        self.inputs.policy.limits(self.inputs.limits)
    }

    fn store(&self, parameters: &EnergyParameters<Wide>) -> Store<Wide, Simple<Wide, true>> {
        let parameters = reserved(*parameters, self.inputs.policy.reserve_share());
        Store::new(&parameters, Simple::new(&parameters, self.inputs.step_h))
    }

    /// At most one storage and one fleet, which gives nothing back.
    fn usual<const LIMITED: bool, const SHORT: bool>(
        &self,
        bands: &[Band<Wide>],
        storage: Option<&EnergyParameters<Wide>>,
    ) -> GroupYear {
        let (inputs, limits) = (self.inputs, self.limits());
        let rule = Rule::new(bands, &limits);
        let none =
            EnergyParameters::simple(Wide::ZERO, Wide::ZERO, Wide::ZERO, Wide::ZERO, (Wide::ONE, Wide::ONE));
        let stores = [self.store(storage.unwrap_or(&none))];
        let initial_kwh = stores[0].stored_kwh;
        let import = ImportAccount { import_kw: self.import_kw };
        let energy = EnergyAccount::<Wide, false, LIMITED, SHORT>::default();
        let (plant, sums, fleets) = match inputs.fleets {
            [GroupFleet { limits: of_fleet, fixed_kw, in_steps: Some(in_steps) }] => {
                let fleets = OneWay::new(of_fleet, in_steps, inputs.step_h);
                let plant = Plant::<_, _, _, LIMITED> { stores, fleets, limits };
                let fleet = FleetAccount { fixed_kw, used: FleetUse::default() };
                let (plant, sums, (_, fleet)) =
                    self.with_series(&rule, plant, energy, (import, fleet), &mut ());
                let delivered_kwh = plant.fleets.all()[0].delivered_kwh();
                let sums_of_fleet = FleetSums { used: fleet.used, discharge_kwh: Wide::ZERO, delivered_kwh };
                (plant.stores, sums, vec![sums_of_fleet])
            }
            _ => {
                let fleets: [Fleet<Wide>; 0] = [];
                let plant = Plant::<_, _, _, LIMITED> { stores, fleets, limits };
                let (plant, sums, _) = self.with_series(&rule, plant, energy, import, &mut ());
                (plant.stores, sums, vec![])
            }
        };
        let storages = storage.map(|_| self.only(&plant[0], &sums.energy, initial_kwh));
        let Sums { meter, mut energy, import_kg } = sums;
        for fleet in &fleets {
            energy.vehicles_kwh += fleet.used.charge_kwh.iter().fold(Wide::ZERO, |sum, &kwh| sum + kwh);
        }
        energy.renewable_export_kwh = meter.reading.exported_kwh();
        let storages = storages.into_iter().collect();
        GroupYear { meter: meter.reading, energy, import_kg, storages, fleets, by_sums: true }
    }

    /// What the park's only storage did.
    fn only(
        &self,
        store: &Store<Wide, Simple<Wide, true>>,
        energy: &EnergyAccount<Wide>,
        initial_kwh: Wide,
    ) -> StorageSums {
        let EnergyAccount { charge_kwh, discharge_kwh, .. } = *energy;
        let cell_discharge_kwh = cells_gave(store, discharge_kwh, self.inputs.step_h);
        let final_kwh = store.stored_kwh;
        StorageSums { charge_kwh, discharge_kwh, cell_discharge_kwh, initial_kwh, final_kwh }
    }

    /// One storage, run by plans.
    fn planned(&self, plan: &WidePlan<'_, Wide>, storage: &EnergyParameters<Wide>) -> GroupYear {
        let (stores, limits) = ([self.store(storage)], self.limits());
        let (initial_kwh, fleets) = (stores[0].stored_kwh, [] as [Fleet<Wide>; 0]);
        let plant = Plant::<_, _, _, true> { stores, fleets, limits };
        let import = ImportAccount { import_kw: self.import_kw };
        let (plant, sums, _) =
            self.with_series(plan, plant, EnergyAccount::<Wide>::default(), import, &mut ());
        let storages = vec![self.only(&plant.stores[0], &sums.energy, initial_kwh)];
        let Sums { meter, energy, import_kg } = sums;
        GroupYear { meter: meter.reading, energy, import_kg, storages, fleets: vec![], by_sums: false }
    }

    /// Any number of storages and fleets.
    fn general(&self, bands: &[Band<Wide>]) -> GroupYear {
        let (inputs, limits, step_h) = (self.inputs, self.limits(), self.inputs.step_h);
        let rule = Rule::new(bands, &limits);
        let stores: Vec<_> = inputs.storages.iter().map(|parameters| self.store(parameters)).collect();
        let fleets = inputs.fleets.iter().enumerate();
        let fleets: Vec<_> =
            fleets.map(|(i, fleet)| Fleet::new(inputs.days.prefer(i, &fleet.limits), step_h)).collect();
        let initial: Vec<Wide> = stores.iter().map(|store| store.stored_kwh).collect();
        let mut units = Units {
            months: inputs.days.month(),
            storages: vec![[Wide::ZERO; 2]; stores.len()],
            fleets: inputs.fleets.iter().map(|f| (f.fixed_kw, FleetUse::default(), Wide::ZERO)).collect(),
        };
        let import = ImportAccount { import_kw: self.import_kw };
        let plant = Plant::<_, _, _, true> { stores, fleets, limits };
        let (plant, sums, _) =
            self.with_series(&rule, plant, EnergyAccount::<Wide>::default(), import, &mut units);
        let stores = plant.stores.iter().zip(&units.storages).zip(initial);
        let storages = stores.map(|((store, [charge, discharge]), initial_kwh)| StorageSums {
            charge_kwh: *charge * step_h,
            discharge_kwh: *discharge * step_h,
            cell_discharge_kwh: cells_gave(store, *discharge * step_h, step_h),
            initial_kwh,
            final_kwh: store.stored_kwh,
        });
        let fleets = plant.fleets.iter().zip(&units.fleets).map(|(fleet, (_, used, discharge))| FleetSums {
            used: FleetUse { charge_kwh: used.charge_kwh.map(|kw| kw * step_h), ..*used },
            discharge_kwh: *discharge * step_h,
            delivered_kwh: fleet.delivered_kwh(),
        });
        let (storages, fleets) = (storages.collect(), fleets.collect());
        let Sums { meter, energy, import_kg } = sums;
        GroupYear { meter: meter.reading, energy, import_kg, storages, fleets, by_sums: false }
    }

    /// Simulates with accounts of prices and carbon only where a series makes them necessary.
    fn with_series<'f, C, T, F, A, O, const LIMITED: bool, const ALONE: bool, const SHORT: bool>(
        &self,
        controller: &C,
        plant: Plant<Wide, T, F, LIMITED>,
        energy: EnergyAccount<Wide, ALONE, LIMITED, SHORT>,
        more: A,
        observer: &mut O,
    ) -> (Plant<Wide, T, F, LIMITED>, Sums, A)
    where
        C: Controller<Wide>,
        T: Stores<Wide>,
        F: Fleets<'f, Wide>,
        A: Accounts<Wide>,
        O: Observer<Wide>,
    {
        let inputs = self.inputs;
        let base = ((MeterAccount::new(inputs.layout), energy), more);
        let factor = match inputs.carbon {
            CarbonFactor::Constant(_) => None,
            CarbonFactor::Series(factor) => Some(factor),
        };
        if let (None, CarbonFactor::Constant(factor)) = (inputs.prices_per_kwh, inputs.carbon) {
            let mut accounts = base;
            let plant = self.simulate(plant, controller, &mut accounts, observer);
            let ((meter, energy), more) = accounts;
            let import_kg = meter.reading.imported_kwh() * factor;
            return (plant, Sums { meter, energy: energy.whole(), import_kg }, more);
        }
        // One of the two may have no series: it sums zeros, which is cheaper than another loop.
        let zeros = vec![0.0; inputs.source.demand_kw.len()];
        let (import, export) = inputs.prices_per_kwh.unwrap_or((&zeros, &zeros));
        let series = (PriceAccount::new(import, export), CarbonAccount::new(factor.unwrap_or(&zeros)));
        let mut accounts = (base, series);
        let plant = self.simulate(plant, controller, &mut accounts, observer);
        let (((mut meter, energy), more), (price, carbon)) = accounts;
        if inputs.prices_per_kwh.is_some() {
            meter.reading.import_cost = price.import_cost;
            meter.reading.export_revenue = price.export_revenue;
        }
        let import_kg = match inputs.carbon {
            CarbonFactor::Constant(factor) => meter.reading.imported_kwh() * factor,
            CarbonFactor::Series(_) => carbon.import_kg,
        };
        (plant, Sums { meter, energy: energy.whole(), import_kg }, more)
    }

    fn simulate<'f, C, T, F, A, O, const LIMITED: bool>(
        &self,
        plant: Plant<Wide, T, F, LIMITED>,
        controller: &C,
        accounts: &mut A,
        observer: &mut O,
    ) -> Plant<Wide, T, F, LIMITED>
    where
        C: Controller<Wide>,
        T: Stores<Wide>,
        F: Fleets<'f, Wide>,
        A: Accounts<Wide>,
        O: Observer<Wide>,
    {
        simulate_lanes(
            self.inputs.step_h,
            &self.inputs.days.shape.segments,
            &self.source,
            plant,
            controller,
            accounts,
            observer,
        )
    }
}

/// What discharging took of the cells: in proportion to the power, so the sum may be taken at once.
fn cells_gave(store: &Store<Wide, Simple<Wide, true>>, discharge_kwh: Wide, step_h: f64) -> Wide {
    store.taken_kwh_by_net(discharge_kwh * (1.0 / step_h))
}

impl GroupYear {
    /// The sums of one design's year; `available_kwh` is demand, PV and wind of the year.
    pub fn design(&self, lane: usize, available_kwh: [f64; 3]) -> YearResult {
        let [demand_kwh, pv_kwh, wind_kwh] = available_kwh;
        let storages = self.storages.iter().map(|sums| StorageYear {
            charge_kwh: sums.charge_kwh.lane(lane),
            discharge_kwh: sums.discharge_kwh.lane(lane),
            cell_discharge_kwh: sums.cell_discharge_kwh.lane(lane),
            initial_kwh: sums.initial_kwh.lane(lane),
            final_kwh: sums.final_kwh.lane(lane),
        });
        let fleets = self.fleets.iter().map(|sums| FleetYear {
            charge_kwh: sums.used.charge_kwh.iter().map(|kwh| kwh.lane(lane)).sum(),
            discharge_kwh: sums.discharge_kwh.lane(lane),
            delivered_kwh: sums.delivered_kwh.lane(lane),
        });
        let (mut energy, meter) = (self.energy.lane(lane), self.meter.lane(lane));
        if self.by_sums {
            let supply_kwh = pv_kwh + wind_kwh + energy.discharge_kwh + energy.v2g_kwh + energy.unserved_kwh;
            let use_kwh = demand_kwh + energy.vehicles_kwh + energy.charge_kwh + energy.curtailed_kwh;
            energy.residual_kwh = (supply_kwh + meter.imported_kwh()) - (use_kwh + meter.exported_kwh());
        }
        YearResult {
            demand_kwh,
            pv_kwh,
            wind_kwh,
            energy,
            meter,
            import_kg: self.import_kg.lane(lane),
            clean_import_kwh: 0.0,
            direct_curtailed_kwh: 0.0,
            storages: storages.collect(),
            fleets: fleets.collect(),
            planned: None,
        }
    }

    /// What the meters read, side by side.
    pub fn meter(&self) -> &MeterReading<Wide> {
        &self.meter
    }

    /// Charging of each managed fleet, side by side.
    pub fn fleets_use(&self) -> impl Iterator<Item = &FleetUse<Wide>> {
        self.fleets.iter().map(|sums| &sums.used)
    }
}

impl MeterReading<Wide> {
    /// The reading of one design.
    pub fn lane(&self, lane: usize) -> MeterReading<f64> {
        let of = |values: &[Wide]| values.iter().map(|value| value.lane(lane)).collect();
        MeterReading {
            layout: self.layout,
            import_kwh: of(&self.import_kwh),
            export_kwh: of(&self.export_kwh),
            import_cost: of(&self.import_cost),
            export_revenue: of(&self.export_revenue),
            peak_kw: of(&self.peak_kw),
        }
    }
}
