//! Time: the uniform axis of a year, calendars, wall-clock time.

mod axis;
mod calendar;
mod zone;

pub use axis::{Axis, days_in_month, is_leap_year};
pub use calendar::{Calendar, DayKind};
pub use zone::{Zone, unix_days};
