//! Eight designs of one park side by side: the year that [`run_year`](super::run_year) simulates
//! for one, without a ledger.
//!
//! Designs of a group share every series; they differ in what generators are scaled by, in the
//! numbers of the storages, and in the limits of the meter.

use super::accounts::{Accounts, CarbonAccount, EnergyAccount, MeterAccount, PriceAccount};
use super::controller::Rule;
use super::ledger::Observer;
use super::plant::{Fleet, FleetLimits, Fleets, Flows, GridLimits, Plant, Stores, Supply};
use super::rules::{Days, Idle, Policy, nothing_to_move, reserved};
use super::run::{FleetYear, StorageYear, YearResult};
use super::year::{Scaled, Source, simulate_lanes};
use super::{Band, LANES, Lanes, MeterLayout, MeterReading, Num};
use crate::storage::{EnergyParameters, Simple, Store};

/// Eight numbers, one per design.
pub type Wide = Lanes<LANES>;

/// Series that designs share, kW per step, and profiles that each scales by its own capacities.
#[derive(Debug, Clone, Copy)]
pub struct Varied<'a> {
    /// Load and charging that nobody controls.
    pub demand_kw: &'a [f64],
    /// PV that is the same in all designs.
    pub pv_kw: &'a [f64],
    /// Wind that is the same in all designs.
    pub wind_kw: &'a [f64],
    /// PV that designs scale.
    pub pv: &'a [Scaled<'a, Wide>],
    /// Wind that designs scale.
    pub wind: &'a [Scaled<'a, Wide>],
}

impl Source<Wide> for Varied<'_> {
    #[inline(always)]
    fn until(&self, end: usize) -> Self {
        let [demand_kw, pv_kw, wind_kw] = [self.demand_kw, self.pv_kw, self.wind_kw].map(|kw| &kw[..end]);
        Self { demand_kw, pv_kw, wind_kw, ..*self }
    }

    #[inline(always)]
    fn supply(&self, step: usize) -> Supply<Wide> {
        let scaled = |fixed_kw: &[f64], profiles: &[Scaled<'_, Wide>]| {
            profiles.iter().fold(Wide::splat(fixed_kw[step]), |kw, profile| {
                kw + profile.capacity_kw * profile.per_kw[step]
            })
        };
        Supply {
            demand_kw: Wide::splat(self.demand_kw[step]),
            pv_kw: scaled(self.pv_kw, self.pv),
            wind_kw: scaled(self.wind_kw, self.wind),
        }
    }
}

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
}

/// What the years of eight designs are computed from.
#[derive(Debug, Clone, Copy)]
pub struct GroupInputs<'a> {
    /// Length of a step, h; it is also the metering window.
    pub step_h: f64,
    /// How the park is run.
    pub policy: Policy,
    /// The days of the year as the policy sees them.
    pub days: &'a Days,
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
    /// Prices of import and export of every step where the bill needs them.
    pub prices_per_kwh: Option<(&'a [f64], &'a [f64])>,
    /// Grid carbon.
    pub carbon: CarbonFactor<'a>,
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

/// Simulates the years of eight designs; each step's import is added to `import_kw`, which is
/// empty where nobody asks.
///
/// # Panics
/// If a series is shorter than the segments: the caller builds them from one checked axis.
pub fn run_group(inputs: &GroupInputs<'_>, import_kw: &mut [Wide]) -> GroupYear {
    let mut net = inputs.days.net_account::<Wide>();
    simulate_lanes::<_, _, _, _, _, _, false, 1>(
        inputs.step_h,
        &inputs.days.segments,
        &inputs.source,
        nothing_to_move(inputs.limits),
        &Idle,
        &mut net,
        &mut (),
    );
    let levels = inputs.days.levels(&net);
    let bands = inputs.policy.bands(inputs.days, &levels, |bands| {
        let meter = with_storages(inputs, &bands, &mut []).meter;
        let windows = meter.layout.windows;
        std::array::from_fn(|month| meter.peak_kw[month * windows])
    });
    with_storages(inputs, &bands, import_kw)
}

fn with_storages(inputs: &GroupInputs<'_>, bands: &[Band<Wide>], import_kw: &mut [Wide]) -> GroupYear {
    let share = inputs.policy.reserve_share();
    let store = |parameters: &EnergyParameters<Wide>| {
        let parameters = reserved(*parameters, share);
        Store::new(&parameters, Simple::<Wide, true>::new(&parameters, inputs.step_h))
    };
    match inputs.storages {
        [one] => with_fleets(inputs, bands, import_kw, [store(one)]),
        all => with_fleets(inputs, bands, import_kw, all.iter().map(store).collect::<Vec<_>>()),
    }
}

fn with_fleets<S: Stores<Wide>>(
    inputs: &GroupInputs<'_>,
    bands: &[Band<Wide>],
    import_kw: &mut [Wide],
    stores: S,
) -> GroupYear {
    let limits = inputs.policy.limits(inputs.limits);
    let step_h = inputs.step_h;
    match inputs.fleets {
        [] => with_series(inputs, bands, import_kw, Plant { stores, fleets: [] as [Fleet<Wide>; 0], limits }),
        [one] => with_series(
            inputs,
            bands,
            import_kw,
            Plant { stores, fleets: [Fleet::new(one.limits, step_h)], limits },
        ),
        all => {
            let fleets: Vec<_> = all.iter().map(|fleet| Fleet::new(fleet.limits, step_h)).collect();
            with_series(inputs, bands, import_kw, Plant { stores, fleets, limits })
        }
    }
}

fn with_series<'a, S: Stores<Wide>, F: Fleets<'a, Wide>>(
    inputs: &GroupInputs<'_>,
    bands: &[Band<Wide>],
    import_kw: &mut [Wide],
    plant: Plant<Wide, S, F, true>,
) -> GroupYear {
    let meter = MeterAccount::new(inputs.layout);
    let base = (meter, EnergyAccount::default());
    let factor = match inputs.carbon {
        CarbonFactor::Constant(_) => None,
        CarbonFactor::Series(factor) => Some(factor),
    };
    if inputs.prices_per_kwh.is_none() && factor.is_none() {
        let (mut year, (meter, energy)) = year(inputs, bands, import_kw, plant, base);
        year.finish(inputs, meter, energy, None, None);
        return year;
    }
    // One of the two has no series: it sums zeros, which is cheaper than another copy of the loop.
    let zeros = vec![0.0; inputs.source.demand_kw.len()];
    let (import, export) = inputs.prices_per_kwh.unwrap_or((&zeros, &zeros));
    let series = (PriceAccount::new(import, export), CarbonAccount::new(factor.unwrap_or(&zeros)));
    let (mut year, ((meter, energy), (price, carbon))) =
        year(inputs, bands, import_kw, plant, (base, series));
    year.finish(inputs, meter, energy, Some(price), factor.map(|_| carbon.import_kg));
    year
}

fn year<'a, S: Stores<Wide>, F: Fleets<'a, Wide>, A: Accounts<Wide>>(
    inputs: &GroupInputs<'_>,
    bands: &[Band<Wide>],
    import_kw: &mut [Wide],
    plant: Plant<Wide, S, F, true>,
    mut accounts: A,
) -> (GroupYear, A) {
    let rule = Rule::new(bands, &plant.limits);
    let initial: Vec<Wide> = plant.stores.all().iter().map(|store| store.stored_kwh).collect();
    let mut units = Units {
        months: inputs.days.month(),
        storages: vec![[Wide::ZERO; 2]; initial.len()],
        fleets: inputs.fleets.iter().map(|fleet| (fleet.fixed_kw, FleetUse::default(), Wide::ZERO)).collect(),
        import_kw,
    };
    let plant = simulate_lanes::<_, _, _, _, _, _, true, 1>(
        inputs.step_h,
        &inputs.days.segments,
        &inputs.source,
        plant,
        &rule,
        &mut accounts,
        &mut units,
    );
    let step_h = inputs.step_h;
    let stores = plant.stores.all().iter().zip(&units.storages).zip(initial);
    let storages = stores.map(|((store, [charge, discharge]), initial_kwh)| StorageSums {
        charge_kwh: *charge * step_h,
        discharge_kwh: *discharge * step_h,
        // Taken of the cells in proportion to the power, so the sum may be taken at once.
        cell_discharge_kwh: store.taken_kwh_by_net(*discharge),
        initial_kwh,
        final_kwh: store.stored_kwh,
    });
    let fleets = plant.fleets.all().iter().zip(&units.fleets);
    let fleets = fleets.map(|(fleet, (_, used, discharge))| FleetSums {
        used: FleetUse { charge_kwh: used.charge_kwh.map(|kw| kw * step_h), ..*used },
        discharge_kwh: *discharge * step_h,
        delivered_kwh: fleet.delivered_kwh,
    });
    let year = GroupYear {
        meter: MeterReading::new(inputs.layout),
        energy: EnergyAccount::default(),
        import_kg: Wide::ZERO,
        storages: storages.collect(),
        fleets: fleets.collect(),
    };
    (year, accounts)
}

/// Sums of every unit, kW times steps, and the import of every step.
struct Units<'a> {
    months: &'a [u8],
    storages: Vec<[Wide; 2]>,
    fleets: Vec<(&'a [f64], FleetUse<Wide>, Wide)>,
    import_kw: &'a mut [Wide],
}

impl Observer<Wide> for Units<'_> {
    #[inline(always)]
    fn see<'a, S: Stores<Wide>, F: Fleets<'a, Wide>, const LIMITED: bool>(
        &mut self,
        step: usize,
        flows: &Flows<Wide>,
        plant: &Plant<Wide, S, F, LIMITED>,
    ) {
        for (store, [charge, discharge]) in plant.stores.all().iter().zip(&mut self.storages) {
            *charge += store.charge_kw;
            *discharge += store.discharge_kw;
        }
        for (fleet, (fixed_kw, used, discharge)) in plant.fleets.all().iter().zip(&mut self.fleets) {
            used.charge_kwh[self.months[step] as usize] += fleet.charge_kw;
            used.peak_kw = used.peak_kw.max(fleet.charge_kw + Wide::splat(fixed_kw[step]));
            *discharge += fleet.discharge_kw;
        }
        if let Some(sum_kw) = self.import_kw.get_mut(step) {
            *sum_kw += flows.import_kw;
        }
    }
}

impl GroupYear {
    fn finish(
        &mut self,
        inputs: &GroupInputs<'_>,
        meter: MeterAccount<Wide>,
        energy: EnergyAccount<Wide>,
        price: Option<PriceAccount<'_, Wide>>,
        import_kg: Option<Wide>,
    ) {
        self.meter = meter.reading;
        self.energy = energy;
        if let Some(price) = price {
            self.meter.import_cost = price.import_cost;
            self.meter.export_revenue = price.export_revenue;
        }
        self.import_kg = match (import_kg, inputs.carbon) {
            (Some(import_kg), _) => import_kg,
            (None, CarbonFactor::Constant(factor)) => self.meter.imported_kwh() * factor,
            (None, CarbonFactor::Series(_)) => Wide::ZERO,
        };
    }

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
        YearResult {
            demand_kwh,
            pv_kwh,
            wind_kwh,
            energy: self.energy.lane(lane),
            meter: self.meter.lane(lane),
            import_kg: self.import_kg.lane(lane),
            clean_import_kwh: 0.0,
            direct_curtailed_kwh: 0.0,
            storages: storages.collect(),
            fleets: fleets.collect(),
            planned: None,
        }
    }

    /// Charging of each managed fleet of one design.
    pub fn fleet_use(&self, lane: usize) -> impl Iterator<Item = FleetUse<f64>> {
        self.fleets.iter().map(move |sums| FleetUse {
            charge_kwh: sums.used.charge_kwh.map(|kwh| kwh.lane(lane)),
            peak_kw: sums.used.peak_kw.lane(lane),
        })
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
