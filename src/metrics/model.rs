//! The metrics of one case of one park: the groups and keys of `summary.json`, in its order.
//!
//! A group that does not apply is `None`, and so is a metric that does not apply; never 0.

use super::carbon::{Exports, FactorUse, TceMethod};
use super::compliance::{Rule, TenantYear};
use serde::Serialize;

/// All metrics of a case.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Metrics {
    /// Energies, AC kWh at the park bus.
    pub energy: Option<Energy>,
    /// The bill of the year.
    pub bill: Option<Bill>,
    /// Investment and running cost.
    pub economics: Option<Economics>,
    /// Carbon ledgers, never added up.
    pub carbon: Option<Carbon>,
    /// The green direct connection rule.
    pub green_direct: Option<GreenDirect>,
    /// The zero-carbon park rule.
    pub zero_carbon_park: Option<ZeroCarbonPark>,
    /// Carbon and energy per value added, area and product.
    pub intensity: Option<Intensity>,
    /// Factors of the carbon ledgers; in the design only.
    pub carbon_factors: Vec<FactorUse>,
    /// Each tenant and what is common; in the design only.
    pub tenants: Vec<TenantYear>,
    /// Every term of every rule that applies, judged; in the design only.
    pub rules: Vec<Rule>,
    /// Each storage unit.
    pub storage: Vec<StorageUnit>,
    /// Each charging fleet.
    pub charging: Vec<ChargingFleet>,
    /// Each group of battery inspection bays.
    pub inspection: Vec<Inspection>,
    /// The plan, where foresight steers.
    pub dispatch: Option<DispatchPlan>,
}

/// What a plan promised, with its proof.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct DispatchPlan {
    /// Cost that the plan sees: energy, demand, unserved load and ageing, money.
    pub planned_cost: f64,
    /// No schedule costs less, money.
    pub lower_bound: f64,
    /// Relative gap between the two.
    pub gap: f64,
    /// Mean over the year of the value of one more kWh in store, money per kWh.
    pub mean_marginal_value_per_kwh: f64,
    /// What the plan reckons for the wear of a kWh discharged, money.
    pub ageing_cost_per_kwh: f64,
}

/// Energies of a year, kWh unless named otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Energy {
    /// Loads.
    pub load_kwh: f64,
    /// Charging before V2G.
    pub charging_kwh: f64,
    /// Vehicles back to the bus.
    pub v2g_kwh: f64,
    /// PV after inverter and clipping, before curtailment.
    pub pv_available_kwh: f64,
    /// Wind before curtailment.
    pub wind_available_kwh: f64,
    /// Available less curtailed less renewable export.
    pub renewable_used_kwh: f64,
    /// Export counted renewable, per step.
    pub renewable_export_kwh: f64,
    /// Thrown away.
    pub curtailed_kwh: f64,
    /// Thrown away PV.
    pub curtailed_pv_kwh: f64,
    /// Thrown away wind.
    pub curtailed_wind_kwh: f64,
    /// Import at the bus.
    pub grid_import_kwh: f64,
    /// Export at the bus.
    pub grid_export_kwh: f64,
    /// Storages charging, net AC.
    pub storage_charge_kwh: f64,
    /// Storages discharging, net AC.
    pub storage_discharge_kwh: f64,
    /// Charge − discharge − change of stored energy.
    pub storage_loss_kwh: f64,
    /// Load left without power.
    pub unserved_kwh: f64,
    /// Highest metering-window average of import, kW.
    pub peak_import_kw: f64,
    /// Renewable used over available.
    pub self_consumption: Option<f64>,
    /// 1 − import over net demand, not below 0.
    pub self_sufficiency: Option<f64>,
    /// Cell discharge over nameplate energy, over all storages.
    pub full_cycles: Option<f64>,
    /// What rounding leaves of the balance.
    pub balance_residual_kwh: f64,
}

/// Parts of a bill; costs positive, revenues positive and subtracted from `total`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct BillParts {
    /// Energy.
    pub energy_charge: f64,
    /// Demand; 0 where capacity is paid.
    pub demand_charge: f64,
    /// Capacity; 0 where demand is paid.
    pub capacity_charge: f64,
    /// Fixed.
    pub fixed_charge: f64,
    /// Government funds and other surcharges.
    pub surcharges: f64,
    /// Power-factor adjustment; a reward is negative.
    pub power_factor_adjustment: f64,
    /// Premiums of green supply and certificates.
    pub green_supply_cost: f64,
    /// Wheeling of direct lines.
    pub wheeling_charge: f64,
    /// Export.
    pub export_revenue: f64,
    /// Charging.
    pub charging_revenue: f64,
    /// Charges − revenues.
    pub total: f64,
}

/// The bill of a year.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Bill {
    /// Parts of the year.
    #[serde(flatten)]
    pub parts: BillParts,
    /// `demand` or `capacity`; none where parks differ.
    pub basis: Option<String>,
    /// Each month.
    pub monthly: Vec<BillMonth>,
}

/// The bill of a month.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct BillMonth {
    /// 1 to 12.
    pub month: usize,
    /// Imported energy per band, at the meter.
    pub kwh_by_band: std::collections::BTreeMap<String, f64>,
    /// Highest metering-window average, kW at the meter.
    pub peak_kw: f64,
    /// Parts of the month.
    #[serde(flatten)]
    pub parts: BillParts,
}

/// Money over the project's life.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Economics {
    /// Investment.
    pub capex: f64,
    /// Operation and maintenance of a year.
    pub opex_annual: f64,
    /// Bill + opex + Σ capital recovery × capex: before tax, real, year 1.
    pub annual_total: f64,
    /// The same with the carbon price on market-based tonnes.
    pub annual_total_with_carbon: Option<f64>,
    /// Net present value of configured − baseline.
    pub npv: Option<f64>,
    /// Internal rate of return of the same.
    pub irr: Option<f64>,
    /// Simple payback.
    pub payback_years: Option<f64>,
    /// Discounted payback.
    pub discounted_payback_years: Option<f64>,
    /// Levelised cost of PV and wind.
    pub lcoe_per_kwh: Option<f64>,
    /// Levelised cost of storage.
    pub lcos_per_kwh: Option<f64>,
    /// What rates of return there are: `unique`, `none`, `several` or `every-rate`.
    pub irr_status: Option<String>,
    /// The rates where there are several; `irr` is then null.
    pub irr_roots: Vec<f64>,
    /// Net present value before taxes.
    pub npv_before_tax: Option<f64>,
    /// Internal rate of return before taxes.
    pub irr_before_tax: Option<f64>,
    /// Net present value of the owners, after debt service.
    pub equity_npv: Option<f64>,
    /// Internal rate of return of the owners.
    pub equity_irr: Option<f64>,
    /// Lowest cover of a year's debt service by the project's cash.
    pub dscr_min: Option<f64>,
    /// Net present value of the investor of an energy-service contract.
    pub investor_npv: Option<f64>,
    /// Internal rate of return of that investor.
    pub investor_irr: Option<f64>,
    /// Present value of the host's share under it.
    pub host_npv: Option<f64>,
    /// Each year from 0.
    pub cash_flow: Vec<CashFlowYear>,
}

/// One year of the incremental cash flow; the parts add up to `net`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct CashFlowYear {
    /// Year, 0 is before operation.
    pub year: usize,
    /// Investment, negative.
    pub capex: f64,
    /// Replacements, negative.
    pub replacement: f64,
    /// Saving of the bill.
    pub bill_saving: f64,
    /// Saving of fuel.
    pub fuel_saving: f64,
    /// Operation and maintenance, negative.
    pub opex: f64,
    /// Value left at the end.
    pub residual: f64,
    /// VAT, negative.
    pub vat: f64,
    /// Surcharges on VAT, negative.
    pub surtax: f64,
    /// Income tax, negative.
    pub tax: f64,
    /// Sum.
    pub net: f64,
}

impl CashFlowYear {
    /// Adds the parts of the same year of another project.
    pub fn add(&mut self, other: &Self) {
        self.capex += other.capex;
        self.replacement += other.replacement;
        self.bill_saving += other.bill_saving;
        self.fuel_saving += other.fuel_saving;
        self.opex += other.opex;
        self.residual += other.residual;
        self.vat += other.vat;
        self.surtax += other.surtax;
        self.tax += other.tax;
        self.net += other.net;
    }
}

/// Carbon ledgers of a year, tonnes of CO2 unless named otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Carbon {
    /// Import × grid factor of the place.
    pub location_based_t: Option<f64>,
    /// After contracted green supply, × residual factor.
    pub market_based_t: Option<f64>,
    /// 发改环资〔2025〕910 annex 4.
    pub park_rule_t: Option<f64>,
    /// Fuel and process of the park.
    pub scope1_t: Option<f64>,
    /// Baseline − configured, location-based.
    pub avoided_t: Option<f64>,
    /// The same for park-owned fuel.
    pub avoided_fuel_t: Option<f64>,
    /// The same for fuel of third parties, shown apart.
    pub avoided_fuel_outside_t: Option<f64>,
    /// Embodied over the project's life.
    pub embodied_t: Option<f64>,
    /// Embodied per year of life.
    pub embodied_annual_t: Option<f64>,
    /// Hourly matched carbon-free share.
    pub cfe_score: Option<f64>,
    /// Energy in tonnes of standard coal.
    pub energy_tce: Option<f64>,
    /// Change of annual total over avoided tonnes.
    pub abatement_cost_per_t: Option<f64>,
    /// Hourly matched share by own and contracted power alone, without the grid's carbon-free share.
    pub cfe_matched_share: Option<f64>,
    /// Green power and certificates beyond what is purchased: they count nowhere.
    pub unused_green_kwh: Option<f64>,
    /// Years until avoided tonnes have paid the embodied carbon of the first devices back.
    pub carbon_payback_years: Option<f64>,
    /// Energy with electricity at equivalent value (0.1229 kgce/kWh).
    pub energy_equivalent_tce: Option<f64>,
    /// Energy with grid power at equal value, own renewable power at 0.1229 kgce/kWh.
    pub energy_equal_tce: Option<f64>,
}

/// Carbon (location-based electricity and scope 1) and energy per value added, area and product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Intensity {
    /// Tonnes of CO2 per 10,000 of currency of value added.
    pub carbon_t_per_10k_value_added: Option<f64>,
    /// Tonnes of standard coal per 10,000 of currency of value added.
    pub energy_tce_per_10k_value_added: Option<f64>,
    /// Tonnes of CO2 per hectare.
    pub carbon_t_per_ha: Option<f64>,
    /// Tonnes of standard coal per hectare.
    pub energy_tce_per_ha: Option<f64>,
    /// Tonnes of CO2 per unit of product.
    pub carbon_t_per_product: Option<f64>,
    /// Tonnes of standard coal per unit of product.
    pub energy_tce_per_product: Option<f64>,
}

/// Shares of the green direct connection rule (650/1192).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct GreenDirect {
    /// Self-used over available.
    pub self_use_share: Option<f64>,
    /// Self-used over load.
    pub consumption_share: Option<f64>,
    /// Exported over available.
    pub export_share: Option<f64>,
    /// Curtailed over available.
    pub curtailment_share: Option<f64>,
    /// Whether the rule is met.
    pub pass: Option<bool>,
}

/// The zero-carbon park rule (910).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ZeroCarbonPark {
    /// Carbon per energy, t/tce.
    pub intensity_t_per_tce: Option<f64>,
    /// Threshold of the park's class; none below 200,000 tce.
    pub threshold: Option<f64>,
    /// Clean share of energy.
    pub clean_energy_share: Option<f64>,
    /// Direct supply over electricity.
    pub direct_supply_share: Option<f64>,
    /// Whether the core indicator is met.
    pub pass: Option<bool>,
    /// Whether exports were subtracted from purchases.
    pub exports: Exports,
    /// How electricity was counted in standard coal.
    pub tce: TceMethod,
}

/// One storage unit's year.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StorageUnit {
    /// Name.
    pub name: String,
    /// Cell discharge over nameplate energy.
    pub full_cycles: f64,
    /// State of health after the year.
    pub soh_end_of_year: Option<f64>,
    /// Years until end of life at this use.
    pub years_to_end_of_life: Option<f64>,
    /// Replacements over the project's life.
    pub replacements: Option<f64>,
    /// State of health at the start of each year of the project, if every year wears like the simulated
    /// one, with what is bought in between; empty without economics or ageing.
    pub soh_by_year: Vec<f64>,
    /// Cycles of the year by depth of the nameplate energy, in ten classes of a tenth each, counted by
    /// rainflow; cycles of up to 1 % are left out.
    pub cycles_by_depth: Vec<f64>,
    /// Draw of converter standby and auxiliaries in the year; none with simple losses.
    pub auxiliary_kwh: Option<f64>,
    /// Draw of cooling and heating in the year; none with simple losses.
    pub conditioning_kwh: Option<f64>,
}

/// One fleet's year.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChargingFleet {
    /// Name.
    pub name: String,
    /// Sessions served.
    pub sessions: Option<f64>,
    /// Wanted, in the vehicle.
    pub demanded_kwh: Option<f64>,
    /// Received, in the vehicle.
    pub delivered_kwh: Option<f64>,
    /// Wanted and not received.
    pub unmet_kwh: Option<f64>,
    /// Vehicles that left without a gun.
    pub lost_sessions: Option<f64>,
    /// Highest metering-window average at the bus.
    pub peak_kw: Option<f64>,
    /// Back to the bus.
    pub v2g_kwh: Option<f64>,
    /// Mean wait of the served.
    pub mean_wait_min: Option<f64>,
    /// What a managed fleet can move, at the bus.
    pub movable_kwh: Option<f64>,
    /// Mean price of that by the tariff alone, charged on arrival.
    pub uncontrolled_price_per_kwh: Option<f64>,
    /// The same as the rule manages it.
    pub managed_price_per_kwh: Option<f64>,
    /// The same at the optimum of the sessions.
    pub optimal_price_per_kwh: Option<f64>,
    /// Managed over optimal, less 1.
    pub gap_to_optimum: Option<f64>,
    /// Wear of the batteries by what was fed back, part of the running cost.
    pub v2g_wear_cost: Option<f64>,
    /// Each class of its chargers (of the pool, where fleets share one).
    pub chargers: Vec<ChargerUse>,
}

/// Use of one class of chargers.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChargerUse {
    /// Class.
    pub class: String,
    /// Guns.
    pub guns: f64,
    /// Sessions served.
    pub sessions: f64,
    /// Mean wait for a gun of this class.
    pub mean_wait_min: f64,
    /// Share of gun-hours with a vehicle plugged in.
    pub utilisation: f64,
    /// Share of gun-hours with power flowing, at full power from the start.
    pub charging_share: f64,
    /// Highest power over installed power, charged on arrival.
    pub simultaneity: f64,
}

/// One group of battery inspection bays: its tests, and what became of retired packs.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Inspection {
    /// Name.
    pub name: String,
    /// Fleet whose vehicles come.
    pub charging: String,
    /// Bays.
    pub bays: f64,
    /// Tests made.
    pub vehicles_tested: f64,
    /// Vehicles that found no bay within their patience.
    pub lost_tests: f64,
    /// Mean wait for a bay.
    pub mean_wait_min: Option<f64>,
    /// Share of bay-hours with a vehicle in the bay.
    pub bay_utilisation: f64,
    /// Given and taken back by batteries, counted once.
    pub exchanged_kwh: f64,
    /// What of it stayed on the way, at the bus.
    pub energy_loss_kwh: f64,
    /// Draw of the bays at all times.
    pub standby_kwh: f64,
    /// Fees, part of the charging revenue.
    pub revenue: f64,
    /// Mean state of health as found.
    pub mean_soh: Option<f64>,
    /// Packs that leave their vehicle.
    pub packs_retired: f64,
    /// Into another vehicle.
    pub packs_reused: f64,
    /// Into a store.
    pub packs_second_life: f64,
    /// Taken apart.
    pub packs_recycled: f64,
    /// What packs of a second life still hold when full.
    pub second_life_kwh: f64,
    /// Storage these are counted against.
    pub feeds: Option<String>,
    /// The year's second-life energy over the nameplate energy of that storage.
    pub share_of_storage: Option<f64>,
    /// Years until such packs have filled its nameplate energy.
    pub years_to_fill_storage: Option<f64>,
    /// Nickel that comes back from recycled packs; no part of any carbon ledger, as the other metals.
    pub recovered_nickel_kg: f64,
    /// Cobalt.
    pub recovered_cobalt_kg: f64,
    /// Manganese.
    pub recovered_manganese_kg: f64,
    /// Lithium.
    pub recovered_lithium_kg: f64,
}
