//! Time: the uniform axis of a year, calendars, wall-clock time.

mod axis;

pub use axis::{Axis, days_in_month, is_leap_year};
