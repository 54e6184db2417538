//! What charging needs of the calendar: the class of each day and the shift of its wall clock.

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
    /// A year with weekends and no holidays on the standard clock.
    pub fn plain(axis: &crate::time::Axis) -> Self {
        let class = (0..axis.days())
            .map(|day| if axis.weekday(day) < 5 { DayClass::Workday } else { DayClass::Weekend })
            .collect();
        Self { class, wall_shift_h: vec![0.0; axis.days()] }
    }
}
