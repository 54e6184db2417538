//! A tariff as plain data.

use super::demand::{ContractDemand, DemandCharge, DemandDiscount};
use super::level::Level;
use super::power_factor::PowerFactor;
use super::rule::Rule;

/// Who buys the energy for the park.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regime {
    /// The grid company (代理购电): the administrative time-of-use rule applies.
    Agency,
    /// The park or its retailer trades directly: since 2026-03 such users may lose the
    /// administrative bands (发改能源规〔2025〕1656号), so the value of shifting is policy-exposed.
    Market,
}

/// Which of demand and capacity charge is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The demand charges.
    Demand,
    /// The capacity charge.
    Capacity,
    /// The cheaper of the two over the year, chosen once per case.
    Cheaper,
}

/// Price of energy in a band.
#[derive(Debug, Clone, PartialEq)]
pub enum BandPrice {
    /// As written, per kWh.
    PerKwh(Level),
    /// The tariff's fixed part plus this multiple, by month, of its purchase part.
    Multiplier([f64; 12]),
    /// The periods are known, the price is not.
    Unknown,
}

/// A time-of-use band.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Name.
    pub name: String,
    /// What its energy costs, without surcharge.
    pub price: BandPrice,
    /// What export in it earns per kWh; `None`: the tariff's export price.
    pub export_price_per_kwh: Option<Level>,
    /// When it holds: in the hours of any of its rules.
    pub rules: Vec<Rule>,
}

/// A contract for differences on a curve: the curve is settled at the contract price, the
/// deviation of the metered energy from it at the spot price.
#[derive(Debug, Clone, PartialEq)]
pub struct ContractCurve {
    /// Contracted power at the meter, kW.
    pub power_kw: Level,
    /// Contract price per kWh; replaces the purchase part.
    pub price_per_kwh: Level,
}

/// Single-capacity pricing of direct green supply (发改价格〔2025〕1192号): the energy part of
/// transmission and distribution is paid per kW of connection instead of per kWh, as
/// `price × average load factor × 730 h × connection` each month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SingleCapacity {
    /// Energy price of transmission and distribution at the park's voltage, per kWh. It is part
    /// of the tariff's energy price and no longer paid there.
    pub transmission_price_per_kwh: f64,
    /// Average load factor of users of 110 kV and above in the province, 0 to 1.
    pub average_load_factor: f64,
    /// Capacity of the grid connection, kW.
    pub connection_kw: f64,
}

impl SingleCapacity {
    /// Hours of a month in the rule.
    pub const HOURS: f64 = 730.0;

    /// Charge per month.
    pub fn monthly_charge(&self) -> f64 {
        self.transmission_price_per_kwh * self.average_load_factor * Self::HOURS * self.connection_kw
    }
}

/// A tariff. [`Tariff::check`] says what is wrong with one, [`Tariff::compile`] lays it over a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Tariff {
    /// Name: of the catalogue entry, or the caller's.
    pub name: String,
    /// Agency purchase or direct trade.
    pub regime: Regime,
    /// Price per kWh in hours that no band claims; `None`: purchase and fixed part where there is
    /// no band at all, else such hours are an error.
    pub import_price_per_kwh: Option<Level>,
    /// The part of the price that bands multiply, or the spot price, per kWh.
    pub purchase_price_per_kwh: Option<Level>,
    /// The part that stays: transmission, losses, system operation; the adders of a spot price.
    pub fixed_price_per_kwh: Level,
    /// Government funds and surcharges per kWh of import, on top of every price.
    pub surcharge_per_kwh: f64,
    /// Contract curve; needs a purchase price as spot price.
    pub contract: Option<ContractCurve>,
    /// Bands; none: one price all year.
    pub bands: Vec<Band>,
    /// What export earns per kWh.
    pub export_price_per_kwh: Level,
    /// Demand charges, at most 15; all are paid where demand is the basis.
    pub demand: Vec<DemandCharge>,
    /// Demand by contract, on the first demand charge.
    pub contract_demand: Option<ContractDemand>,
    /// Lower demand price for a high load factor.
    pub demand_discount: Option<DemandDiscount>,
    /// Charge per kVA of transformer and month.
    pub capacity_charge_per_kva_month: f64,
    /// Transformer capacity, kVA.
    pub transformer_kva: Option<f64>,
    /// Which of the two is paid.
    pub basis: Basis,
    /// Last year in which neither demand nor capacity charge is paid (centralised charging).
    pub exempt_until_year: Option<i32>,
    /// Power-factor adjustment of energy, demand and capacity charge.
    pub power_factor: Option<PowerFactor>,
    /// Single-capacity pricing of direct supply.
    pub single_capacity: Option<SingleCapacity>,
    /// Fixed charge per month.
    pub fixed_charge_per_month: f64,
    /// Averaging window of demand, minutes.
    pub metering_window_minutes: u32,
}

impl Tariff {
    /// One price for every hour, nothing else.
    pub fn flat(import_price_per_kwh: f64) -> Self {
        Self {
            name: "flat".into(),
            regime: Regime::Agency,
            import_price_per_kwh: Some(import_price_per_kwh.into()),
            purchase_price_per_kwh: None,
            fixed_price_per_kwh: 0.0.into(),
            surcharge_per_kwh: 0.0,
            contract: None,
            bands: Vec::new(),
            export_price_per_kwh: 0.0.into(),
            demand: Vec::new(),
            contract_demand: None,
            demand_discount: None,
            capacity_charge_per_kva_month: 0.0,
            transformer_kva: None,
            basis: Basis::Demand,
            exempt_until_year: None,
            power_factor: None,
            single_capacity: None,
            fixed_charge_per_month: 0.0,
            metering_window_minutes: 15,
        }
    }

    /// Transformer capacity, kVA; 0 where none is given.
    pub(super) fn kva(&self) -> f64 {
        self.transformer_kva.unwrap_or(0.0)
    }

    /// Whether any import price varies within a month other than by band.
    pub(super) fn import_varies(&self) -> bool {
        let by_band = |band: &Band| matches!(&band.price, BandPrice::PerKwh(level) if level.is_series());
        let multiplied =
            self.bands.is_empty() || self.bands.iter().any(|b| matches!(b.price, BandPrice::Multiplier(_)));
        let parts = [&self.purchase_price_per_kwh, &Some(self.fixed_price_per_kwh.clone())];
        self.import_price_per_kwh.as_ref().is_some_and(Level::is_series)
            || self.bands.iter().any(by_band)
            || (multiplied && parts.into_iter().flatten().any(Level::is_series))
    }

    /// Whether any export price does.
    pub(super) fn export_varies(&self) -> bool {
        let by_band = self.bands.iter().filter_map(|band| band.export_price_per_kwh.as_ref());
        by_band.chain([&self.export_price_per_kwh]).any(Level::is_series)
    }

    /// Price of a band in a step without surcharge; `None` is the remainder outside all bands.
    pub(super) fn energy_price(&self, band: Option<usize>, month: usize, step: usize) -> f64 {
        let purchase = || self.purchase_price_per_kwh.as_ref().map_or(0.0, |level| level.at(month, step));
        let fixed = || self.fixed_price_per_kwh.at(month, step);
        let price = match (band.map(|b| &self.bands[b].price), &self.import_price_per_kwh) {
            (Some(BandPrice::PerKwh(level)), _) | (None, Some(level)) => level.at(month, step),
            (Some(BandPrice::Multiplier(multiplier)), _) => fixed() + purchase() * multiplier[month],
            (Some(BandPrice::Unknown), _) => 0.0,
            (None, None) => fixed() + purchase(),
        };
        price - self.single_capacity.map_or(0.0, |single| single.transmission_price_per_kwh)
    }

    /// Export price of a band in a step.
    pub(super) fn export_price(&self, band: Option<usize>, month: usize, step: usize) -> f64 {
        let own = band.and_then(|b| self.bands[b].export_price_per_kwh.as_ref());
        own.unwrap_or(&self.export_price_per_kwh).at(month, step)
    }
}
