//! What charging needs of the calendar: the class of each day and the shift of its wall clock.

use crate::time::{Calendar, DayKind};

/// How people move on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayClass {
    /// A workday, make-up workdays included.
    Workday,
    /// A Saturday or Sunday off.
    Weekend,
    /// A public holiday.
    Holiday,
}

impl DayClass {
    /// Position in [`crate::charging::FleetClass::active`].
    pub const fn index(self) -> usize {
        match self {
            Self::Workday => 0,
            Self::Weekend => 1,
            Self::Holiday => 2,
        }
    }
}

/// The days of a year as charging sees them.
#[derive(Debug, Clone, PartialEq)]
pub struct Days {
    /// Class of each day.
    pub class: Vec<DayClass>,
    /// Wall clock minus standard time of each day, h (daylight saving).
    pub wall_shift_h: Vec<f64>,
}

impl Days {
    /// The days of a calendar; a make-up workday is a workday.
    pub fn of(calendar: &Calendar) -> Self {
        let axis = &calendar.axis;
        let class = |day| match calendar.day_kind(day) {
            DayKind::Workday | DayKind::MakeUpWorkday => DayClass::Workday,
            DayKind::Weekend => DayClass::Weekend,
            DayKind::Holiday => DayClass::Holiday,
        };
        // Clocks change in the small hours, so noon speaks for the day.
        let noon = |day| day * axis.steps_per_day() + axis.steps_per_day() / 2;
        Self {
            class: (0..axis.days()).map(class).collect(),
            wall_shift_h: (0..axis.days())
                .map(|day| f64::from(calendar.wall_shift_minutes(noon(day))) / 60.0)
                .collect(),
        }
    }

    /// A year with weekends and no holidays on the standard clock.
    pub fn plain(axis: &crate::time::Axis) -> Self {
        let class = (0..axis.days())
            .map(|day| if axis.weekday(day) < 5 { DayClass::Workday } else { DayClass::Weekend })
            .collect();
        Self { class, wall_shift_h: vec![0.0; axis.days()] }
    }
}
