//! One park's year in `f64` with every account and the ledger: the plain door to the kernel.

use super::accounts::{
    CarbonAccount, CleanImportAccount, DirectLineAccount, EnergyAccount, MeterAccount, PriceAccount,
};
use super::controller::{Band, Controller, Plan, RoomRule, Rule};
use super::fleet::{Fleet, FleetLimits, Fleets};
use super::ledger::{Ledger, column_sums};
use super::plant::{GridLimits, Plant, Stores};
use super::year::{Summed, simulate};
use super::{MeterLayout, MeterReading, Segment};
use crate::storage::{Detailed, EnergyParameters, Simple, Store};

/// A storage of the park.
#[derive(Debug, Clone, Copy)]
pub struct StorageUnit<'a> {
    /// Limits, efficiencies and losses.
    pub parameters: EnergyParameters<f64>,
    /// Factor on both power limits per step (temperature); `None`: 1.
    pub derating: Option<&'a [f64]>,
}

impl StorageUnit<'_> {
    /// Whether efficiencies and self-discharge say everything.
    fn is_simple(&self) -> bool {
        let p = &self.parameters;
        self.derating.is_none()
            && p.standby_kw == 0.0
            && p.linear_loss == 0.0
            && p.quadratic_loss_per_kw == 0.0
    }
}

/// Series of a step that only some accounts need; an empty slice is a series of zeros.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountSeries<'a> {
    /// Price of import, money per kWh.
    pub import_price_per_kwh: &'a [f64],
    /// Price of export, money per kWh.
    pub export_price_per_kwh: &'a [f64],
    /// Grid carbon factor, kg/kWh.
    pub carbon_kg_per_kwh: &'a [f64],
    /// Clean share of the grid's energy.
    pub clean_share: &'a [f64],
    /// PV of direct lines, kW (a part of the park's PV).
    pub direct_pv_kw: &'a [f64],
    /// Wind of direct lines, kW (a part of the park's wind).
    pub direct_wind_kw: &'a [f64],
}

/// What a year of one park is computed from. All series have one value per step.
#[derive(Debug, Clone, Copy)]
pub struct YearInputs<'a> {
    /// Length of a step, h.
    pub step_h: f64,
    /// Runs of steps with one month, band, set of demand windows and rule mode.
    pub segments: &'a [Segment],
    /// Sizes of the meter reading.
    pub layout: MeterLayout,
    /// Load and charging that nobody controls, kW.
    pub demand_kw: &'a [f64],
    /// PV available, kW AC; empty: none.
    pub pv_kw: &'a [f64],
    /// Wind available, kW AC; empty: none.
    pub wind_kw: &'a [f64],
    /// Storages.
    pub storages: &'a [StorageUnit<'a>],
    /// Managed charging fleets.
    pub fleets: &'a [FleetLimits<'a>],
    /// Limits of the meter.
    pub limits: GridLimits<f64>,
    /// What the accounts multiply with.
    pub series: AccountSeries<'a>,
}

/// Who decides in a year.
#[derive(Debug, Clone, Copy)]
pub enum Steering<'a> {
    /// A rule: one band per mode of the segments.
    Rule(&'a [Band<f64>]),
    /// A rule that leaves room: bands, and the share of the usable energy up to which the grid may fill
    /// storages in each step.
    Room(&'a [Band<f64>], &'a [f64]),
    /// A planner's set-points, replayed.
    Plan(Plan<'a>),
}

/// One storage's year in sums.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StorageYear {
    /// Charged at the bus, standby included, kWh.
    pub charge_kwh: f64,
    /// Discharged at the bus, net of standby, kWh.
    pub discharge_kwh: f64,
    /// Energy that discharging took from the cells, kWh.
    pub cell_discharge_kwh: f64,
    /// Energy in the cells at the start, kWh.
    pub initial_kwh: f64,
    /// Energy in the cells at the end, kWh.
    pub final_kwh: f64,
}

impl StorageYear {
    /// Charge less discharge less change of stored energy, kWh.
    pub fn loss_kwh(&self) -> f64 {
        self.charge_kwh - self.discharge_kwh - (self.final_kwh - self.initial_kwh)
    }
}

/// One managed fleet's year in sums.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FleetYear {
    /// Charged at the bus before V2G, kWh.
    pub charge_kwh: f64,
    /// Back to the bus, kWh.
    pub discharge_kwh: f64,
    /// Delivered net of V2G, bus-side kWh.
    pub delivered_kwh: f64,
}

/// The sums of one park's year.
#[derive(Debug, Clone, PartialEq)]
pub struct YearResult {
    /// Load and uncontrolled charging, kWh.
    pub demand_kwh: f64,
    /// PV available, kWh.
    pub pv_kwh: f64,
    /// Wind available, kWh.
    pub wind_kwh: f64,
    /// Flows inside the park.
    pub energy: EnergyAccount<f64>,
    /// The meter, before transformer loss, with money at series prices.
    pub meter: MeterReading<f64>,
    /// Import times the grid's factor, kg.
    pub import_kg: f64,
    /// Demand met by clean import of the same step, kWh.
    pub clean_import_kwh: f64,
    /// Curtailed on direct lines, kWh.
    pub direct_curtailed_kwh: f64,
    /// Each storage.
    pub storages: Vec<StorageYear>,
    /// Each managed fleet.
    pub fleets: Vec<FleetYear>,
    /// What the planner promised, where one steered.
    pub planned: Option<Planned>,
}

/// A plan's certificate, beside the year that was simulated from it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Planned {
    /// Cost that the plan sees: energy, demand, unserved load, ageing; money.
    pub cost: f64,
    /// No schedule costs less, money.
    pub lower_bound: f64,
    /// Mean over the year of the value of one more kWh in store, money per kWh.
    pub mean_marginal_value_per_kwh: f64,
    /// What the plan reckons for the wear of one kWh discharged, money.
    pub ageing_cost_per_kwh: f64,
}

/// Simulates one park's year and writes its ledger.
///
/// # Panics
/// If a series is neither empty where that is allowed nor as long as the year, a segment's mode
/// has no band, or a plan misses a unit: the caller builds them from one checked axis.
pub fn run_year(inputs: &YearInputs<'_>, steering: Steering<'_>, ledger: &mut Ledger) -> YearResult {
    let steps = inputs.demand_kw.len();
    ledger.resize(steps, inputs.storages.len(), inputs.fleets.len());
    let units = inputs.storages;
    if units.iter().all(StorageUnit::is_simple) {
        let store = |unit: &StorageUnit| {
            Store::new(&unit.parameters, Simple::<f64, true>::new(&unit.parameters, inputs.step_h))
        };
        match units {
            [] => with_stores(inputs, steering, ledger, [] as [Store<f64, Simple<f64, true>>; 0]),
            [unit] => with_stores(inputs, steering, ledger, [store(unit)]),
            _ => with_stores(inputs, steering, ledger, units.iter().map(store).collect::<Vec<_>>()),
        }
    } else {
        let ones = vec![1.0; steps];
        let stores: Vec<_> = units
            .iter()
            .map(|unit| {
                let derating = unit.derating.unwrap_or(&ones);
                Store::new(&unit.parameters, Detailed::new(&unit.parameters, inputs.step_h, derating))
            })
            .collect();
        with_stores(inputs, steering, ledger, stores)
    }
}

fn with_stores<S: Stores<f64>>(
    inputs: &YearInputs<'_>,
    steering: Steering<'_>,
    ledger: &mut Ledger,
    stores: S,
) -> YearResult {
    match steering {
        Steering::Rule(bands) => with_controller(inputs, &Rule::new(bands, &inputs.limits), ledger, stores),
        Steering::Room(bands, ceiling_share) => {
            let rule = RoomRule::new(Rule::new(bands, &inputs.limits), ceiling_share);
            with_controller(inputs, &rule, ledger, stores)
        }
        Steering::Plan(plan) => with_controller(inputs, &plan, ledger, stores),
    }
}

fn with_controller<S: Stores<f64>, C: Controller<f64>>(
    inputs: &YearInputs<'_>,
    controller: &C,
    ledger: &mut Ledger,
    stores: S,
) -> YearResult {
    let limits = inputs.limits;
    if inputs.fleets.is_empty() {
        let fleets: [Fleet<f64>; 0] = [];
        metered(inputs, controller, ledger, Plant { stores, fleets, limits })
    } else {
        let fleets: Vec<_> = inputs.fleets.iter().map(|&fleet| Fleet::new(fleet, inputs.step_h)).collect();
        metered(inputs, controller, ledger, Plant { stores, fleets, limits })
    }
}

fn metered<'a, S: Stores<f64>, F: Fleets<'a, f64>, C: Controller<f64>>(
    inputs: &YearInputs<'_>,
    controller: &C,
    ledger: &mut Ledger,
    plant: Plant<f64, S, F, true>,
) -> YearResult {
    match inputs.layout.metering_steps {
        1 => book_year::<S, F, C, 1>(inputs, controller, ledger, plant),
        3 => book_year::<S, F, C, 3>(inputs, controller, ledger, plant),
        other => panic!("a metering window has 1 or 3 steps, not {other}"),
    }
}

fn book_year<'a, S: Stores<f64>, F: Fleets<'a, f64>, C: Controller<f64>, const METERING: usize>(
    inputs: &YearInputs<'_>,
    controller: &C,
    ledger: &mut Ledger,
    plant: Plant<f64, S, F, true>,
) -> YearResult {
    let steps = inputs.demand_kw.len();
    let zeros = vec![0.0; steps];
    let or_zeros = |series| whole(series, &zeros);
    let series = inputs.series;
    let source = Summed {
        demand_kw: inputs.demand_kw,
        pv_kw: or_zeros(inputs.pv_kw),
        wind_kw: or_zeros(inputs.wind_kw),
    };
    let (prices, factor) = (
        (or_zeros(series.import_price_per_kwh), or_zeros(series.export_price_per_kwh)),
        or_zeros(series.carbon_kg_per_kwh),
    );
    let direct = DirectLineAccount::new(or_zeros(series.direct_pv_kw), or_zeros(series.direct_wind_kw));
    let mut accounts = (
        (MeterAccount::new(inputs.layout), PriceAccount::new(prices.0, prices.1)),
        (
            (EnergyAccount::default(), CarbonAccount::new(factor)),
            (CleanImportAccount::new(or_zeros(series.clean_share)), direct),
        ),
    );
    let initial: Vec<f64> = plant.stores.all().iter().map(|store| store.stored_kwh).collect();
    let plant = simulate::<_, _, _, _, _, _, _, true, METERING>(
        inputs.step_h,
        inputs.segments,
        &source,
        plant,
        controller,
        &mut accounts,
        ledger,
    );
    let ((meter, price), ((energy, carbon), (clean, direct))) = accounts;
    let mut meter = meter.reading;
    meter.import_cost = price.import_cost;
    meter.export_revenue = price.export_revenue;
    let kwh = |sums: [f64; 2]| sums.map(|kw| kw * inputs.step_h);
    let storages = plant.stores.all().iter().zip(&ledger.storages).zip(initial).map(
        |((store, columns), initial_kwh)| {
            let [charge_kwh, discharge_kwh] = kwh(column_sums([&columns.charge_kw, &columns.discharge_kw]));
            let taken = |&kw: &f64| store.taken_kwh_by_net(kw);
            StorageYear {
                charge_kwh,
                discharge_kwh,
                cell_discharge_kwh: columns.discharge_kw.iter().map(taken).sum(),
                initial_kwh,
                final_kwh: store.stored_kwh,
            }
        },
    );
    let storages = storages.collect();
    let fleets = plant.fleets.all().iter().zip(&ledger.fleets).map(|(fleet, columns)| {
        let [charge_kwh, discharge_kwh] = kwh(column_sums([&columns.charge_kw, &columns.discharge_kw]));
        FleetYear { charge_kwh, discharge_kwh, delivered_kwh: fleet.delivered_kwh() }
    });
    let [demand, pv, wind] = column_sums([source.demand_kw, source.pv_kw, source.wind_kw]);
    YearResult {
        demand_kwh: demand * inputs.step_h,
        pv_kwh: pv * inputs.step_h,
        wind_kwh: wind * inputs.step_h,
        energy,
        meter,
        import_kg: carbon.import_kg,
        clean_import_kwh: clean.clean_kwh,
        direct_curtailed_kwh: direct.curtailed_kwh,
        storages,
        fleets: fleets.collect(),
        planned: None,
    }
}

/// A series of the year, or zeros where it is empty.
fn whole<'a>(series: &'a [f64], zeros: &'a [f64]) -> &'a [f64] {
    if series.is_empty() {
        return zeros;
    }
    assert_eq!(series.len(), zeros.len(), "every series has one value per step");
    series
}
