//! Storage: power and energy, efficiency, temperature, ageing, chemistries.

pub mod ageing;
mod assess;
mod catalogue;
mod energy;
mod parameters;
pub mod thermal;

pub use assess::{Assessment, LifeOfProject, YearOfUse, assess, augment_plan};
pub use catalogue::{
    AgeingLaw, Chemistry, GenericLaw, System, Title, chemistry, chemistry_name, chemistry_names, system,
};
pub use energy::{Detailed, EnergyParameters, Losses, Simple, Store};
pub use parameters::{Costs, Health, LossModel, Storage, Terminal};
