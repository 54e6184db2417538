//! Tariffs: what a kilowatt-hour and a kilowatt cost, and the bill of a year.
//!
//! A [`Tariff`] is plain data. [`Tariff::compile`] lays it over a year: it proves that every
//! minute is in exactly one band after precedence, and gives prices per step, demand windows and
//! the [`Segment`](crate::dispatch::Segment)s of the year loop. [`CompiledTariff::bill`] turns the
//! meter reading of that loop into money, for one park or for several designs side by side.
//!
//! # Conventions
//! - Money has no currency. Energies are kWh, powers kW; prices are per kWh, per kW and month, or
//!   per kVA and month. Charges are positive when paid, revenues positive when received.
//! - Hours, months and kinds of day are those of the wall clock; hour ranges are end-exclusive.
//!   `22:00-06:00` means 22:00-24:00 and 00:00-06:00 of each day that the rule names.
//! - The meter stands on the high side of the transformer: import is the bus's over
//!   `1 - transformer_loss`, export the bus's times it.
//! - Where a band begins inside a metering window, that window is priced by the share of time in
//!   each band (uniform power within the window).
//!
//! # What it leaves out
//! Settlement rules of single spot markets beyond a contract for differences, and retail packages.

mod bill;
mod by_band;
mod catalogue;
mod check;
mod compile;
mod cover;
mod demand;
mod hours;
mod level;
mod model;
mod power_factor;
mod rule;
mod scale;

pub use bill::{Bill, BillExtras, Charges, MonthlyBill};
pub use by_band::BandMonth;
pub use catalogue::{Entry, entry, names};
pub use compile::CompiledTariff;
pub use demand::{ContractDemand, DemandCharge, DemandDiscount};
pub use hours::HourRange;
pub use level::Level;
pub use model::{Band, BandPrice, Basis, ContractCurve, Regime, SingleCapacity, Tariff};
pub use power_factor::{PowerFactor, Reactive, adjustment_rate};
pub use rule::{Days, Months, Rule};

#[cfg(test)]
mod tests;
