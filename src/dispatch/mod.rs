//! Dispatch: plant step and accounts generic over the number type, rule policies and planners.
//!
//! Three parts, each written once and generic over [`Num`] (one park, or eight designs side by
//! side): the [`Controller`] decides, the [`Plant`] does what limits allow and balances, the
//! [`Accounts`] sum; an [`Observer`] may keep the year's [`Ledger`]. [`simulate`] runs them over
//! the [`Segment`]s of a year. What varies between parks is chosen by type, so the loop neither
//! allocates nor asks what it simulates.

mod accounts;
mod column;
mod controller;
mod fleet;
mod group;
mod ledger;
pub mod lp;
mod meter;
mod num;
pub mod optimum;
mod plant;
mod record;
mod rules;
mod run;
mod sums;
mod year;

pub use accounts::{
    Accounts, CarbonAccount, CleanImportAccount, DirectLineAccount, EnergyAccount, MeterAccount, MeterSums,
    PriceAccount, StorageAccount,
};
pub use column::{Column, highest_by, nothing, total, total_by};
pub use controller::{Band, Controller, Plan, RoomRule, Rule, WidePlan};
pub use fleet::{Fleet, FleetLimits, Fleets, InSteps, OneWay};
pub use group::{CarbonFactor, FleetUse, GroupFleet, GroupInputs, GroupYear, Varied, Wide, run_group};
pub use ledger::{FleetColumns, Ledger, Observer, StorageColumns};
pub use meter::{MeterLayout, MeterReading, Segment};
pub use num::{LANES, Lanes, Num};
pub use plant::{Flows, GridLimits, Moves, Plant, Stores, Supply};
pub use rules::{DayShape, Days, NetLoad, Policy, Preference, Rulebook};
pub use run::{
    AccountSeries, FleetYear, Planned, Steering, StorageUnit, StorageYear, YearInputs, YearResult, run_year,
};
pub use year::{Capacities, Scaled, Source, Summed, simulate, simulate_lanes};
