//! Dispatch: plant step and accounts generic over the number type, rule policies and planners.

mod meter;
mod num;

pub use meter::{MeterLayout, MeterReading, Segment};
pub use num::{LANES, Lanes, Num};
