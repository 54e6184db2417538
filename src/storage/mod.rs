//! Storage: power and energy, efficiency, temperature, ageing, chemistries.

mod energy;

pub use energy::{Detailed, EnergyParameters, Losses, Simple, Store};
