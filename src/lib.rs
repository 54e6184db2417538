//! zeropark simulates zero-carbon parks (零碳园区) for a whole year, step by step:
//! rooftop PV, wind, storage, charging and load behind one meter, with the bill,
//! the carbon and the money of a baseline and of a design.
//!
//! # Map
//! Data flows one way, and each arrow is one function call:
//!
//! ```text
//! scenario ─▶ park model ─▶ profiles ─▶ dispatch ─▶ ledger ─▶ metrics ─▶ outputs
//! ```
//!
//! | module | holds |
//! | --- | --- |
//! | [`scenario`] | the TOML format: attribute table, decoding, messages, schema |
//! | [`time`] | the uniform time axis of a year, calendars, wall-clock time |
//! | [`weather`], [`series`] | readers and checks of weather files and measured series |
//! | [`solar`], [`wind`], [`load`], [`charging`], [`storage`] | the devices: parameters, model, ageing |
//! | [`tariff`] | prices, bands, demand windows, the bill |
//! | [`economics`] | cash flows, rates of return, loans, taxes, levelised costs |
//! | [`dispatch`] | plant step, accounts, rules and planners, generic over the number type |
//! | [`park`] | puts devices together and simulates the year |
//! | [`metrics`] | energy, bill, economics, carbon, compliance |
//! | [`run`] | a run from scenario to output folder |
//! | [`sweep`] | many designs at once |
//! | [`output`] | numbers as text, tables, the output folder and its manifest |
//! | [`report`] | figures, HTML, tables |
//! | [`cli`] | the command line |
//!
//! # Conventions
//! Quantities are `f64` with their unit in the name (`power_kw`, `energy_kwh`). Series are
//! step averages labelled at the start of the step. Shares and efficiencies are fractions of 1.
//! Results never depend on the number of threads.
#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod catalogue;
pub mod charging;
pub mod cli;
pub mod dispatch;
pub mod economics;
pub mod lang;
pub mod load;
pub mod metrics;
pub mod output;
pub mod park;
pub mod policies;
pub mod problem;
pub mod report;
pub mod run;
pub mod scenario;
pub mod series;
pub mod solar;
pub mod storage;
pub mod sweep;
pub mod tariff;
pub mod time;
pub mod weather;
pub mod wind;
