//! Metrics: energy, bill, economics, carbon, compliance.

mod change;
mod energy;
mod model;

pub use change::change;
pub use energy::{EnergyContext, energy, energy_of_all};
pub use model::{
    Bill, BillMonth, BillParts, Carbon, CashFlowYear, ChargingFleet, Economics, Energy, GreenDirect, Metrics,
    StorageUnit, ZeroCarbonPark,
};
