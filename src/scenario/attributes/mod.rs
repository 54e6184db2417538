//! The attribute table, one file per kind of table.

mod carbon;
mod charging;
mod common;
mod dispatch;
mod economics;
mod fuel;
mod green;
mod grid;
mod inspection;
mod judged;
mod load;
mod park;
mod pv;
mod retrofit;
mod scenario;
mod shiftable;
mod site;
mod storage;
mod study;
mod tariff;
mod wind;
mod years;

pub use common::{LOCALISED, SERIES};
pub use park::PARK;
pub use scenario::SCENARIO;
pub use study::STUDY;
pub use tariff::TARIFF;
