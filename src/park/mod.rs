//! Parks: devices put together behind one meter, and their year.

mod advise;
mod ageing;
mod assumptions;
mod bought;
pub mod build;
pub mod case;
pub mod design;
mod factors;
mod facts;
mod finance;
mod forecast;
mod foresight;
mod general;
pub mod group;
mod group_plans;
mod heat;
mod judged;
mod ledgers;
pub mod measure;
mod measures;
mod outlook;
mod pools;
pub mod project;
mod retrofit;
mod rolling;
mod rules;
mod schedules;
pub mod shiftable;
pub mod simulate;
mod sizes;
mod target;
mod tenants;
mod titles;
mod usage;
mod variants;
mod vehicles;
pub mod years;

pub use advise::advise;
pub use assumptions::assumptions;
pub use build::{BuildOptions, build, build_first_year};
pub use facts::facts;
pub use foresight::{ageing_cost_per_kwh, plannable};
pub use measures::measures;
pub use project::Project;
pub use sizes::Sizes;
pub use tenants::tenant_columns;
pub use titles::{Titles, titles};

#[cfg(test)]
mod tests;
