//! One park's year in `f64` with every account and the ledger: the plain door to the kernel.

use super::accounts::{
    Accounts, CarbonAccount, CleanImportAccount, DirectLineAccount, EnergyAccount, MeterAccount, PriceAccount,
};
use super::column::{nothing, total, total_of};
use super::controller::{Band, Controller, Plan, RoomRule, Rule};
use super::fleet::{Charged, Fleet, FleetLimits, Fleets};
use super::ledger::Ledger;
use super::plant::{GridLimits, Plant, Stores};
use super::record::{ChargedFleets, ManagedFleets, MeterRecord, OneStorage, Storages, UnitRecord};
use super::sums::{self, FlowColumns};
use super::year::{Summed, simulate};
use super::{MeterLayout, MeterReading, Segment};
use crate::storage::{Detailed, EnergyParameters, Losses, Simple, Store};

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
    /// Whether the bands of the meter tell all of both prices, so that it need not count the money.
    pub priced_by_band: bool,
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
    /// The meter, before transformer loss, with money at series prices unless its bands tell them.
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
/// Parks as most are (a rule, no storage or one of constant efficiencies, up to three managed fleets that only
/// charge) have a loop of their own each; what else may come is served by loops for any number of units.
///
/// # Panics
/// If a series is neither empty where that is allowed nor as long as the year, a segment's mode
/// has no band, or a plan misses a unit: the caller builds them from one checked axis.
pub fn run_year(inputs: &YearInputs<'_>, steering: Steering<'_>, ledger: &mut Ledger) -> YearResult {
    let (units, series) = (inputs.storages, &inputs.series);
    let throws_away = matches!(steering, Steering::Plan(plan) if !plan.curtail_kw.is_empty());
    let simple = units.iter().all(StorageUnit::is_simple);
    let plain = [series.clean_share, series.direct_pv_kw, series.direct_wind_kw].iter().all(|s| s.is_empty());
    let common = plain && series.priced_by_band;
    if common && units.is_empty() && inputs.fleets.is_empty() && !throws_away {
        return idle_year(inputs, ledger);
    }
    if let (Steering::Rule(bands), true, true) = (steering, simple, common) {
        let rule = Rule::new(bands, &inputs.limits);
        match (units, inputs.fleets) {
            ([unit], []) => {
                let (stores, none): (_, [Fleet<'_, f64>; 0]) = ([simple_store(unit, inputs)], []);
                return by_band::<_, _, _, OneStorage, ()>(inputs, &rule, ledger, stores, none);
            }
            ([unit], _) => {
                let found = charged::<1>(inputs, unit, &rule, ledger)
                    .or_else(|| charged::<2>(inputs, unit, &rule, ledger))
                    .or_else(|| charged::<3>(inputs, unit, &rule, ledger));
                if let Some(year) = found {
                    return year;
                }
            }
            _ => {}
        }
    }
    if simple {
        let stores: Vec<_> = units.iter().map(|unit| simple_store(unit, inputs)).collect();
        return any_units(inputs, steering, ledger, stores);
    }
    let full_power = vec![1.0; inputs.demand_kw.len()];
    let stores = units.iter().map(|unit| {
        let derating = unit.derating.unwrap_or(&full_power);
        Store::new(&unit.parameters, Detailed::new(&unit.parameters, inputs.step_h, derating))
    });
    any_units(inputs, steering, ledger, stores.collect::<Vec<_>>())
}

/// One storage and some fleets, where they are as many and none of them gives energy back.
fn charged<const K: usize>(
    inputs: &YearInputs<'_>,
    unit: &StorageUnit<'_>,
    rule: &Rule<f64>,
    ledger: &mut Ledger,
) -> Option<YearResult> {
    let fleets = Charged::<f64, K>::new(inputs.fleets, inputs.step_h)?;
    let stores = [simple_store(unit, inputs)];
    Some(by_band::<_, _, _, OneStorage, ChargedFleets<K>>(inputs, rule, ledger, stores, fleets))
}

fn simple_store(unit: &StorageUnit<'_>, inputs: &YearInputs<'_>) -> Store<f64, Simple<f64, true>> {
    Store::new(&unit.parameters, Simple::new(&unit.parameters, inputs.step_h))
}

fn fleets<'a>(inputs: &YearInputs<'a>) -> Vec<Fleet<'a, f64>> {
    inputs.fleets.iter().map(|&fleet| Fleet::new(fleet, inputs.step_h)).collect()
}

fn any_units<L: Losses<f64>>(
    inputs: &YearInputs<'_>,
    steering: Steering<'_>,
    ledger: &mut Ledger,
    stores: Vec<Store<f64, L>>,
) -> YearResult {
    match steering {
        Steering::Rule(bands) => with_series(inputs, &Rule::new(bands, &inputs.limits), ledger, stores),
        Steering::Room(bands, ceiling_share) => {
            let rule = RoomRule::new(Rule::new(bands, &inputs.limits), ceiling_share);
            with_series(inputs, &rule, ledger, stores)
        }
        Steering::Plan(plan) => with_series(inputs, &plan, ledger, stores),
    }
}

/// With money at the prices of each step, clean import and direct lines.
fn with_series<L: Losses<f64>, C: Controller<f64>>(
    inputs: &YearInputs<'_>,
    controller: &C,
    ledger: &mut Ledger,
    stores: Vec<Store<f64, L>>,
) -> YearResult {
    let steps = inputs.demand_kw.len();
    let of = |series| whole(series, steps);
    let series = inputs.series;
    let mut accounts = (
        PriceAccount::new(of(series.import_price_per_kwh), of(series.export_price_per_kwh)),
        (
            CleanImportAccount::new(of(series.clean_share)),
            DirectLineAccount::new(of(series.direct_pv_kw), of(series.direct_wind_kw)),
        ),
    );
    let mut year = book_year::<_, _, _, _, Storages, ManagedFleets>(
        inputs,
        controller,
        ledger,
        (stores, fleets(inputs)),
        &mut accounts,
    );
    let (price, (clean, direct)) = accounts;
    year.meter.import_cost = price.import_cost;
    year.meter.export_revenue = price.export_revenue;
    year.clean_import_kwh = clean.clean_kwh;
    year.direct_curtailed_kwh = direct.curtailed_kwh;
    year
}

/// Where the bands of the meter tell all prices, and there is neither clean import nor a direct line.
fn by_band<'a, S: Stores<f64>, F: Fleets<'a, f64>, C: Controller<f64>, U: UnitRecord, V: UnitRecord>(
    inputs: &YearInputs<'_>,
    controller: &C,
    ledger: &mut Ledger,
    stores: S,
    fleets: F,
) -> YearResult {
    book_year::<_, _, _, _, U, V>(inputs, controller, ledger, (stores, fleets), &mut ())
}

/// The year with what every park sums and `more`; `U` writes its storages down, `V` its fleets.
fn book_year<'a, S, F, C, A, U, V>(
    inputs: &YearInputs<'_>,
    controller: &C,
    ledger: &mut Ledger,
    (stores, fleets): (S, F),
    more: &mut A,
) -> YearResult
where
    S: Stores<f64>,
    F: Fleets<'a, f64>,
    C: Controller<f64>,
    A: Accounts<f64>,
    U: UnitRecord,
    V: UnitRecord,
{
    let steps = inputs.demand_kw.len();
    let (source, meter) = (source(inputs), meter_accounts(inputs));
    let mut accounts = (meter, more);
    ledger.clear(steps);
    let units = (U::new(ledger, steps, stores.all().len()), V::new(ledger, steps, fleets.all().len()));
    let mut record = (MeterRecord::new(ledger, steps), units);
    let initial: Vec<f64> = stores.all().iter().map(|store| store.stored_kwh).collect();
    let plant: Plant<f64, S, F, true> = Plant { stores, fleets, limits: inputs.limits };
    let plant =
        simulate(inputs.step_h, inputs.segments, &source, plant, controller, &mut accounts, &mut record);
    let (metered, (of_storages, of_fleets)) = record;
    of_storages.close(ledger);
    of_fleets.close(ledger);
    let storages = storage_years(plant.stores.all(), &initial, ledger, inputs.step_h);
    let fleets = fleet_years(plant.fleets.all(), ledger, inputs.step_h);
    // A meter that averages several steps reads them when the year is over.
    let meter = if inputs.layout.metering_steps == 1 { accounts.0 } else { read_meter(inputs, &metered) };
    YearResult { storages, fleets, ..finished::<true>(inputs, meter, metered, ledger) }
}

/// The year of a park in which nothing is decided.
fn idle_year(inputs: &YearInputs<'_>, ledger: &mut Ledger) -> YearResult {
    let steps = inputs.demand_kw.len();
    ledger.clear(steps);
    let mut metered = MeterRecord::new(ledger, steps);
    let generates = !inputs.pv_kw.is_empty() || !inputs.wind_kw.is_empty();
    let buys_all = !generates
        && inputs.limits.import_kw == f64::INFINITY
        && inputs.demand_kw.iter().all(|kw| *kw >= 0.0);
    if buys_all {
        return buying_year(inputs, metered, ledger);
    }
    sums::settle(&source(inputs), &inputs.limits, metered.columns_mut());
    let meter = read_meter(inputs, &metered);
    finished::<false>(inputs, meter, metered, ledger)
}

/// The year of a park that draws what it uses from the grid and nothing else.
fn buying_year(inputs: &YearInputs<'_>, mut metered: MeterRecord, ledger: &mut Ledger) -> YearResult {
    let [import_kw, export_kw, ..] = metered.columns_mut();
    import_kw.copy_from_slice(inputs.demand_kw);
    export_kw.fill(0.0);
    let meter = read_meter(inputs, &metered);
    closed(inputs, meter, metered, EnergyAccount::default(), ledger)
}

/// What the meter says of columns that are written.
fn read_meter<'a>(inputs: &YearInputs<'a>, metered: &MeterRecord) -> MeterAccounts<'a> {
    let mut meter = meter_accounts(inputs);
    let [import_kw, export_kw, ..] = metered.columns();
    let window = inputs.layout.metering_steps;
    sums::book_meter(&mut meter, inputs.segments, inputs.step_h, window, [import_kw, export_kw]);
    meter
}

/// The meter's year, and the carbon of what it brings.
type MeterAccounts<'a> = (MeterAccount<f64>, CarbonAccount<'a, f64>);

fn meter_accounts<'a>(inputs: &YearInputs<'a>) -> MeterAccounts<'a> {
    let factor = whole(inputs.series.carbon_kg_per_kwh, inputs.demand_kw.len());
    (MeterAccount::new(inputs.layout), CarbonAccount::new(factor))
}

fn source<'a>(inputs: &YearInputs<'a>) -> Summed<'a> {
    let [pv_kw, wind_kw] = [inputs.pv_kw, inputs.wind_kw].map(|kw| whole(kw, inputs.demand_kw.len()));
    Summed { demand_kw: inputs.demand_kw, pv_kw, wind_kw }
}

/// Hands the meter's columns to a ledger that has those of the units, and adds up the year; `UNITS` says
/// whether there are any.
fn finished<const UNITS: bool>(
    inputs: &YearInputs<'_>,
    meter: MeterAccounts<'_>,
    metered: MeterRecord,
    ledger: &mut Ledger,
) -> YearResult {
    let columns = FlowColumns {
        source: source(inputs),
        fleets: [&ledger.vehicles_kw, &ledger.v2g_kw],
        storages: [&ledger.charge_kw, &ledger.discharge_kw],
        meter: metered.columns(),
    };
    let energy = sums::energies::<UNITS>(&columns, inputs.step_h);
    closed(inputs, meter, metered, energy, ledger)
}

/// Hands the meter's columns to a ledger, and makes of the accounts what is told of the year.
fn closed(
    inputs: &YearInputs<'_>,
    (meter, carbon): MeterAccounts<'_>,
    metered: MeterRecord,
    energy: EnergyAccount<f64>,
    ledger: &mut Ledger,
) -> YearResult {
    let anything = [
        meter.reading.export_kwh.iter().any(|kwh| *kwh > 0.0),
        energy.curtailed_kwh > 0.0,
        energy.unserved_kwh > 0.0,
    ];
    metered.close(ledger, source(inputs).pv_kw, anything);
    // What is known to be nothing is not looked through.
    let sum = |series: &[f64]| if series.is_empty() { 0.0 } else { total(series) };
    let [demand, pv, wind] = [inputs.demand_kw, inputs.pv_kw, inputs.wind_kw].map(sum);
    YearResult {
        demand_kwh: demand * inputs.step_h,
        pv_kwh: pv * inputs.step_h,
        wind_kwh: wind * inputs.step_h,
        energy,
        meter: meter.reading,
        import_kg: carbon.import_kg,
        clean_import_kwh: 0.0,
        direct_curtailed_kwh: 0.0,
        storages: Vec::new(),
        fleets: Vec::new(),
        planned: None,
    }
}

fn storage_years<L: Losses<f64>>(
    stores: &[Store<f64, L>],
    initial: &[f64],
    ledger: &Ledger,
    step_h: f64,
) -> Vec<StorageYear> {
    let units = stores.iter().zip(&ledger.storages).zip(initial);
    let years = units.map(|((store, columns), &initial_kwh)| StorageYear {
        charge_kwh: total(&columns.charge_kw) * step_h,
        discharge_kwh: total(&columns.discharge_kw) * step_h,
        cell_discharge_kwh: total_of(&columns.discharge_kw, |kw| store.taken_kwh_by_net(kw)),
        initial_kwh,
        final_kwh: store.stored_kwh,
    });
    years.collect()
}

fn fleet_years(fleets: &[Fleet<'_, f64>], ledger: &Ledger, step_h: f64) -> Vec<FleetYear> {
    let years = fleets.iter().zip(&ledger.fleets).map(|(fleet, columns)| {
        let [charge_kwh, discharge_kwh] =
            [&columns.charge_kw, &columns.discharge_kw].map(|column| total(column) * step_h);
        FleetYear { charge_kwh, discharge_kwh, delivered_kwh: fleet.delivered_kwh() }
    });
    years.collect()
}

/// A series of the year, or zeros where it is empty.
fn whole(series: &[f64], steps: usize) -> &[f64] {
    if series.is_empty() {
        return nothing(steps);
    }
    assert_eq!(series.len(), steps, "every series has one value per step");
    series
}
