//! Weather: readers, checks, and the way onto the time axis.
//!
//! [`read`] turns the bytes of a file into a [`WeatherFile`]: rows as they stand, with the clock
//! and the place the file states. [`prepare`] brings them onto the axis of the simulated year:
//! a typical year is mapped by date, a clock shift of the radiation is found and taken out, and
//! hourly values are cut into finer steps along the sun's path, keeping each hour's energy.

mod closure;
mod epw;
mod file;
mod prepare;

pub use closure::{Closure, closure};
pub use file::{Row, WeatherFile, read};
pub use prepare::{Options, Weather, prepare};
