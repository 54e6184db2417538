//! Parks: devices put together behind one meter, and their year.

mod ageing;
pub mod build;
pub mod case;
pub mod design;
mod facts;
mod finance;
mod forecast;
mod foresight;
pub mod group;
mod ledgers;
pub mod measure;
mod measures;
pub mod project;
mod rules;
pub mod simulate;
mod usage;
mod variants;

pub use build::{BuildOptions, build};
pub use facts::facts;
pub use foresight::{ageing_cost_per_kwh, plannable};
pub use measures::measures;
pub use project::Project;

#[cfg(test)]
mod tests;
