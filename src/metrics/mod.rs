//! Metrics: energy, bill, economics, carbon, compliance.

pub mod carbon;
mod change;
pub mod compliance;
mod energy;
mod fuel;
mod grid_factor;
mod measure;
mod model;
pub mod scalars;

pub use change::change;
pub use energy::{EnergyContext, energy, energy_of_all};
pub use fuel::{Burnt, Fuel, GJ_PER_TCE, KGCE_PER_KWH, energy_tce, fuel, fuel_names};
pub use grid_factor::{grid_factor, grid_factor_names, wider};
pub use measure::{Measure, MeasurePath, MeasureStep, MeasureSums};
pub use model::{
    Bill, BillMonth, BillParts, Carbon, CashFlowYear, ChargerUse, ChargingFleet, DispatchPlan, Economics,
    Energy, GreenDirect, Inspection, Intensity, Metrics, StorageUnit, ZeroCarbonPark,
};
