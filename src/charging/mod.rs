//! Charging: fleets and ships, sessions, chargers and queues, managed and bidirectional charging.
//!
//! Every session of the year is drawn, queued and charged ([`simulate`]); a design of a sweep then
//! sees the fleet either as a plain load (`uncontrolled`) or as a unit with time-varying limits
//! ([`UnitLimits`]), which the year loop serves like a store.
//!
//! # Conventions
//! Instants are hours since 1 January 00:00 site standard time. Energies with `demanded`,
//! `delivered` or `unmet` in the name are in the vehicle; powers of profiles and limits are
//! alternating current at the park bus. Shares and states of charge are fractions of 1.
//!
//! # What it leaves out
//! Where a vehicle drives between two visits; the grid inside the site; prices that change
//! what drivers do. A vehicle that runs low away from the park charges elsewhere, and that energy
//! is counted apart ([`FleetYear::elsewhere_kwh`]).

mod acceptance;
mod cabinet;
mod catalogue;
mod check;
mod class;
mod days;
mod disaggregate;
mod fuel;
mod given;
pub mod inspection;
mod limits;
mod log;
mod occupancy;
pub mod optimum;
mod profile;
mod queue;
mod random;
mod session;
mod sessions_csv;
mod shape;
pub mod ships;
mod simulate;
#[cfg(test)]
mod tests;
mod traffic;
mod year;

pub use acceptance::Acceptance;
pub use catalogue::{charger_class, charger_class_ids, fleet_class, fleet_class_ids};
pub use class::{ChargerClass, Current, Fleet, FleetClass, Guns, Owner, Replaces, Stay, Strategy, Visit};
pub use days::{DayClass, Days};
pub use disaggregate::{Disaggregation, disaggregate};
pub use fuel::{Fuel, FuelDisplaced, fuel_displaced};
pub use given::{measured_year, session_class, simulate_given};
pub use limits::UnitLimits;
pub use log::Sessions;
pub use occupancy::{ChargerDay, GunsInUse, PoolDay, PoolUse};
pub use profile::add_power;
pub use queue::{Outcome, Pool};
pub use session::Session;
pub use sessions_csv::{GivenSession, ParsedSessions, parse_sessions};
pub use shape::{Shape, kolmogorov_smirnov};
pub use simulate::{simulate, simulate_pool};
pub use year::{ClassUse, FleetYear};
