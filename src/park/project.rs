//! The model: parks as plain, checked data with their profiles, ready to be simulated.

use super::judged::Judged;
pub use super::vehicles::{Bays, Charging, OwnedLimits};
use crate::dispatch::{Policy, total};
use crate::metrics::carbon::{Exports, TceMethod};
use crate::metrics::compliance::DirectTerms;
use crate::problem::Problem;
use crate::storage::EnergyParameters;
use crate::tariff::CompiledTariff;
use crate::time::{Axis, Calendar};
use crate::weather::{Finding, Weather};
use std::sync::Arc;

pub use super::heat::FuelUse;

/// A series over the axis, shared by whoever uses the same profile.
pub type Series = Arc<[f64]>;

/// A text in English and Chinese.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Title {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// Everything a scenario asks to simulate.
#[derive(Debug)]
pub struct Project {
    /// Name of the scenario.
    pub name: String,
    /// Title for readers.
    pub title: Title,
    /// What the scenario asks.
    pub description: Title,
    /// The year's axis.
    pub axis: Axis,
    /// Days and wall clock.
    pub calendar: Calendar,
    /// The site's weather, where something needs it.
    pub weather: Option<Arc<Weather>>,
    /// The parks.
    pub parks: Vec<Park>,
    /// Currency of all money.
    pub currency: String,
    /// Money over the project's life; none: the economics group is null.
    pub economics: Option<EconomicTerms>,
    /// Carbon price, factors and switches of the ledgers.
    pub carbon: CarbonTerms,
    /// What was read and found odd.
    pub warnings: Vec<Problem>,
    /// What was understood of the files that parks share.
    pub facts: Vec<Fact>,
    /// Defects of weather and series, counted.
    pub data_quality: Vec<DataQuality>,
    /// Later years that are simulated too, in ascending order.
    pub years: Vec<super::years::LaterYear>,
}

/// What is wrong with the data of one file, and what was done about it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct DataQuality {
    /// Key path that names the file.
    pub key: String,
    /// The file as the user named it.
    pub file: String,
    /// Data rows of the file.
    pub rows: usize,
    /// The defects, each with its count and its first rows.
    pub findings: Vec<Finding>,
    /// Values that were filled.
    pub repaired: usize,
}

/// Something that was understood from the input: a size, a sum, a source.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Fact {
    /// Key path it is about.
    pub key: String,
    /// What was understood, in words.
    pub text: String,
}

/// What the scenario says about money.
#[derive(Debug, Clone, PartialEq)]
pub struct EconomicTerms {
    /// Real discount rate.
    pub discount_rate: f64,
    /// Project life, years.
    pub lifetime_years: usize,
    /// Taxes.
    pub taxes: crate::economics::Taxes,
    /// Loan on the investment.
    pub debt: crate::economics::Debt,
    /// Longest depreciation, years; a shorter life shortens it.
    pub depreciation_years: f64,
    /// Share of the investment that is not written off.
    pub depreciation_residual: f64,
    /// Growth of energy prices per year, over the price level.
    pub price_growth: f64,
    /// Growth of operation and maintenance per year, over the price level.
    pub opex_growth: f64,
    /// Whether later years of the cash flow have aged PV and storage.
    pub degradation: bool,
    /// Share of the saving that stays with the host of an energy-service contract; none: no contract.
    pub host_share: Option<f64>,
    /// The host's share of what storage saves, in steps; empty: as `host_share`.
    pub storage_host_shares: Vec<f64>,
    /// Years of a step.
    pub storage_host_step_years: usize,
}

/// Carbon price, factors and switches of the ledgers.
#[derive(Debug, Clone, PartialEq)]
pub struct CarbonTerms {
    /// Price of market-based tonnes.
    pub price_per_t: f64,
    /// What purchases without contract carry in the market-based ledger, kg/kWh; none: the grid's factor.
    pub residual_kg_per_kwh: Option<f64>,
    /// Non-green grid power in the park rule, kg/kWh.
    pub park_rule_kg_per_kwh: f64,
    /// Whether the park rule subtracts exports.
    pub exports: Exports,
    /// How electricity counts in standard coal.
    pub tce: TceMethod,
    /// Equal value of grid power, kgce/kWh.
    pub equal_kgce_per_kwh: f64,
    /// The province whose indicator system judges the parks besides the national one.
    pub province: Option<String>,
    /// Grid factors whose tonnes are told beside; none: those wider than the parks' own.
    pub compare: Option<Vec<String>>,
}

/// Contractual green supply from outside, and how the green direct connection is judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Green {
    /// Traded green power, kWh a year.
    pub trade_kwh: f64,
    /// Its premium per kWh.
    pub trade_premium_per_kwh: f64,
    /// Certificates, kWh a year.
    pub certificates_kwh: f64,
    /// Their price per kWh.
    pub certificate_price_per_kwh: f64,
    /// How a direct line is judged.
    pub direct: DirectTerms,
}

impl Green {
    /// What it costs a year.
    pub fn cost_per_year(&self) -> f64 {
        self.trade_kwh * self.trade_premium_per_kwh + self.certificates_kwh * self.certificate_price_per_kwh
    }
}

impl Generator {
    /// Sum of its profile over the steps, in kW per kW of capacity.
    pub fn kwh_per_kw_step(&self) -> f64 {
        total(&self.per_kw)
    }
}

/// A park behind one meter.
#[derive(Debug, Clone)]
pub struct Park {
    /// Name.
    pub name: String,
    /// Title for readers.
    pub title: Title,
    /// Loads, kW.
    pub loads: Vec<(String, Series)>,
    /// Loads whose time of day is free.
    pub shiftable: Vec<super::shiftable::Shiftable>,
    /// PV arrays and wind turbines.
    pub generators: Vec<Generator>,
    /// Storages.
    pub storages: Vec<Storage>,
    /// Charging fleets.
    pub fleets: Vec<Charging>,
    /// Battery inspection bays.
    pub bays: Vec<Bays>,
    /// Fuel, steam and process emissions.
    pub fuels: Vec<FuelUse>,
    /// Efficiency retrofits and renewed equipment.
    pub retrofits: Vec<super::retrofit::Retrofit>,
    /// Heat that the design serves with electricity, kW.
    pub electrified: Vec<Series>,
    /// Contractual green supply from outside.
    pub green: Green,
    /// What the scenario states for the rules alone.
    pub judged: Judged,
    /// The connection.
    pub grid: Grid,
    /// How storage and charging are run.
    pub policy: Operation,
    /// Options of every policy, whichever runs: what a comparison of policies uses.
    pub options: PolicyOptions,
    /// Forecasts that the scenario gives: load with charging that nobody moves, PV, wind; kW.
    pub forecasts: [Option<Series>; 3],
}

/// How storage and charging are run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operation {
    /// By a rule.
    Rule(Policy),
    /// Planned with the whole year known.
    Foresight {
        /// Whether the plan reckons with the wear of the storage.
        ageing_cost: bool,
    },
    /// Planned again and again with what is known by then.
    Forecast(Forecast),
}

/// What `[park.dispatch]` gives for every policy.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PolicyOptions {
    /// Time-of-use: import up to which cheap hours charge, kW.
    pub grid_charge_up_to_kw: Option<f64>,
    /// Time-of-use: whether cheap hours leave room for the surplus of the next day.
    pub leave_room_for_surplus: bool,
    /// Peak-shaving: import that is not exceeded, kW.
    pub threshold_kw: Option<f64>,
    /// Backup reserve: share of the usable energy that stays in store.
    pub reserve_share: f64,
    /// Rolling control.
    pub forecast: Forecast,
}

/// Options of rolling control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// Where load and generation are forecast from.
    pub source: ForecastSource,
    /// How far a plan looks, h.
    pub horizon_hours: f64,
    /// How often it is made, h.
    pub interval_hours: f64,
    /// Whether plans reckon with the wear of the storage.
    pub ageing_cost: bool,
    /// What is added to the peak that the weeks before would have needed, as a share of it.
    pub peak_margin: f64,
    /// Relative standard deviation of a noisy forecast a day ahead.
    pub error: f64,
    /// Seed of its noise.
    pub seed: u64,
}

impl Default for Forecast {
    fn default() -> Self {
        Self {
            source: ForecastSource::Persistence,
            horizon_hours: 48.0,
            interval_hours: 1.0,
            ageing_cost: false,
            peak_margin: 0.05,
            error: 0.1,
            seed: 0,
        }
    }
}

/// What a forecast is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForecastSource {
    /// As the day before.
    Persistence,
    /// As the same day of the week before.
    LastWeek,
    /// As it will be: what the horizon alone costs.
    Perfect,
    /// As it will be with an error that grows with the time ahead.
    Noisy,
    /// Series of the scenario; what it gives none for is as the day before.
    Series,
}

/// The park's one connection.
#[derive(Debug, Clone)]
pub struct Grid {
    /// Largest import, kW; infinite where there is no limit.
    pub import_limit_kw: f64,
    /// Largest export, kW; infinite where there is no limit.
    pub export_limit_kw: f64,
    /// Cost of load left without power; none: the run fails.
    pub unserved_cost_per_kwh: Option<f64>,
    /// The tariff laid over the year; a free one where the park has no bill.
    pub tariff: Arc<CompiledTariff>,
    /// Entry of the catalogue that the tariff is or starts from.
    pub tariff_base: Option<String>,
    /// Whether the scenario changes that entry.
    pub tariff_changed: bool,
    /// Whether there is a bill at all.
    pub billed: bool,
    /// Grid carbon, kg/kWh, per step; none: no carbon.
    pub carbon_kg_per_kwh: Option<Series>,
    /// Entry of the catalogue that it is.
    pub carbon_name: Option<String>,
    /// Carbon-free share of grid power, per step; none: not counted.
    pub carbon_free_share: Option<Series>,
    /// Loss of the transformer between bus and meter.
    pub transformer_loss: f64,
}

/// Calendar years in which a device is in service; none: no bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Service {
    /// First year in service.
    pub from: Option<i32>,
    /// First year no longer in service.
    pub until: Option<i32>,
}

impl Service {
    /// The years of a device's table.
    pub fn of(table: &crate::scenario::Table) -> Self {
        let year = |key: &str| table.number(key).map(|year| year as i32);
        Self { from: year("in_service_year"), until: year("retire_year") }
    }

    /// Whether the device stands in a year.
    pub fn covers(&self, year: i32) -> bool {
        self.from.is_none_or(|from| year >= from) && self.until.is_none_or(|until| year < until)
    }
}

/// Kind of generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratorKind {
    /// PV.
    Pv,
    /// Wind.
    Wind,
}

/// Costs of a device.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Costs {
    /// Investment, money; zero for a device that stands already.
    pub capex: f64,
    /// Fixed operation and maintenance, money per year.
    pub opex_per_year: f64,
    /// Years until replacement.
    pub life_years: f64,
    /// Cost of a replacement as a share of the investment.
    pub replacement_fraction: f64,
}

/// A PV array or wind turbines.
#[derive(Debug, Clone)]
pub struct Generator {
    /// Name.
    pub name: String,
    /// What readers call it.
    pub title: Title,
    /// Kind.
    pub kind: GeneratorKind,
    /// Installed power, kW.
    pub capacity_kw: f64,
    /// AC power per kW of capacity.
    pub per_kw: Series,
    /// By a dedicated line from outside.
    pub direct_line: bool,
    /// Wheeling fee per kWh.
    pub wheeling_per_kwh: f64,
    /// Whether the park keeps the green certificates; sold, its energy is no green energy here.
    pub certificates_kept: bool,
    /// Also in the baseline.
    pub existing: bool,
    /// Loss of power per year of age, as a share of the new plant.
    pub degradation_per_year: f64,
    /// Age in the simulated year.
    pub age_years: f64,
    /// Years in service.
    pub service: Service,
    /// Whether its investment follows the catalogue's curve over size.
    pub catalogue_capex: bool,
    /// Costs.
    pub costs: Costs,
}

/// A storage unit.
#[derive(Debug, Clone)]
pub struct Storage {
    /// Name.
    pub name: String,
    /// Nameplate energy, kWh.
    pub energy_kwh: f64,
    /// All its parameters.
    pub device: crate::storage::Storage,
    /// What the year loop needs, for the unit as new; with detailed losses the standby draw holds the
    /// year's mean of cooling and heating.
    pub parameters: EnergyParameters<f64>,
    /// Factor on the power limits by the cells' temperature; `None`: 1.
    pub derating: Option<Series>,
    /// Also in the baseline.
    pub existing: bool,
    /// Years in service.
    pub service: Service,
    /// Cells are added whenever a year ends below this share of the nameplate energy.
    pub augment_below: Option<f64>,
    /// Price per kWh that the catalogue's curve over size multiplies; none: the scenario's own price.
    pub catalogue_capex_per_kwh: Option<f64>,
    /// Costs.
    pub costs: Costs,
}

impl Storage {
    /// A unit from its parameters.
    pub fn new(name: String, device: crate::storage::Storage, existing: bool) -> Self {
        let parameters = device.energy(device.health);
        let mut unit = Self {
            derating: None,
            name,
            energy_kwh: device.energy_kwh,
            device,
            parameters,
            existing,
            service: Service::default(),
            augment_below: None,
            catalogue_capex_per_kwh: None,
            costs: Costs::default(),
        };
        unit.settle();
        unit
    }

    /// Mean draw of converter standby and auxiliaries, and of cooling and heating, kW; none where the
    /// losses are simple or there is nothing that draws.
    pub fn draw_kw(&self) -> Option<(f64, f64)> {
        let auxiliary_kw = self.device.energy(self.device.health).standby_kw;
        let conditioning_kw = (self.parameters.standby_kw - auxiliary_kw).max(0.0);
        (auxiliary_kw > 0.0).then_some((auxiliary_kw, conditioning_kw))
    }

    /// Makes size, limits and costs follow the parameters again, after those were changed.
    pub fn settle(&mut self) {
        if let Some(price) = self.catalogue_capex_per_kwh {
            let factor = crate::economics::device_costs().storage.factor(self.device.energy_kwh);
            self.device.costs.capex_per_kwh = price * factor;
        }
        let (device, costs) = (&self.device, &self.device.costs);
        let capex = costs.capex_per_kw * device.power_kw + costs.capex_per_kwh * device.energy_kwh;
        self.energy_kwh = device.energy_kwh;
        self.parameters = device.energy(device.health);
        self.costs = Costs {
            capex: if self.existing { 0.0 } else { capex },
            opex_per_year: costs.opex_per_kw_year * device.power_kw
                + costs.opex_per_kwh_year * device.energy_kwh,
            life_years: costs.life_years,
            replacement_fraction: costs.replacement_capex_fraction,
        };
    }
}
