//! Dispatch: plant step and accounts generic over the number type, rule policies and planners.

mod meter;

pub use meter::{MeterLayout, MeterReading, Segment};
