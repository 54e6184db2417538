//! The uniform time axis of one year.
//!
//! A year is 8760 or 8784 uniform hours from 1 January 00:00 site *standard* time, cut into
//! equal steps. Step `t` covers `[t, t+1)` steps after that instant. Daylight saving never
//! moves the axis; it only changes what the wall clock says ([`crate::time`]).

/// Whether a year of the Gregorian calendar has 29 February.
pub const fn is_leap_year(year: i32) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

/// Days of a month (1 to 12) in a year.
pub const fn days_in_month(year: i32, month: usize) -> usize {
    match month {
        2 => 28 + is_leap_year(year) as usize,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The time axis of a simulated year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Axis {
    /// Calendar year; fixes weekdays and holidays.
    pub year: i32,
    /// Length of a step in minutes: 60, 30, 15, 10 or 5.
    pub step_minutes: u32,
    /// Site standard time minus UTC, minutes.
    pub utc_offset_minutes: i32,
}

impl Axis {
    /// Days of the year.
    pub const fn days(&self) -> usize {
        365 + is_leap_year(self.year) as usize
    }

    /// Steps of a day.
    pub const fn steps_per_day(&self) -> usize {
        1440 / self.step_minutes as usize
    }

    /// Steps of an hour.
    pub const fn steps_per_hour(&self) -> usize {
        60 / self.step_minutes as usize
    }

    /// Steps of the year.
    pub const fn steps(&self) -> usize {
        self.days() * self.steps_per_day()
    }

    /// Length of a step in hours.
    pub const fn step_h(&self) -> f64 {
        self.step_minutes as f64 / 60.0
    }

    /// First step of each month, and the number of steps as the thirteenth entry.
    pub fn month_starts(&self) -> [usize; 13] {
        let mut starts = [0; 13];
        for month in 1..=12 {
            starts[month] = starts[month - 1] + days_in_month(self.year, month) * self.steps_per_day();
        }
        starts
    }

    /// Month (0 to 11) of a day of the year (0-based), with the day of the month (0-based).
    pub fn month_and_day(&self, day_of_year: usize) -> (usize, usize) {
        let mut rest = day_of_year;
        for month in 0..12 {
            let days = days_in_month(self.year, month + 1);
            if rest < days {
                return (month, rest);
            }
            rest -= days;
        }
        (11, rest)
    }

    /// Weekday of a day of the year (0-based): 0 is Monday, 6 is Sunday.
    pub const fn weekday(&self, day_of_year: usize) -> usize {
        // Days since 1 January of year 1 (a Monday) in the proleptic Gregorian calendar.
        let before = (self.year - 1) as i64;
        let days = before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
        (days + day_of_year as i64).rem_euclid(7) as usize
    }

    /// Start of a step as ISO 8601 with the site's fixed offset, such as `2025-01-01T00:00:00+08:00`.
    pub fn stamp(&self, step: usize) -> String {
        let (day, in_day) = (step / self.steps_per_day(), step % self.steps_per_day());
        let (month, day_of_month) = self.month_and_day(day);
        let minute = in_day * self.step_minutes as usize;
        let sign = if self.utc_offset_minutes < 0 { '-' } else { '+' };
        let offset = self.utc_offset_minutes.unsigned_abs();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:00{sign}{:02}:{:02}",
            self.year,
            month + 1,
            day_of_month + 1,
            minute / 60,
            minute % 60,
            offset / 60,
            offset % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: Axis = Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 480 };

    /// Known weekdays: 1 January 2025 was a Wednesday, 1 January 2001 a Monday,
    /// 29 February 2024 a Thursday.
    #[test]
    fn weekdays_match_the_calendar() {
        assert_eq!(AXIS.weekday(0), 2);
        assert_eq!(Axis { year: 2001, ..AXIS }.weekday(0), 0);
        assert_eq!(Axis { year: 2024, ..AXIS }.weekday(59), 3);
    }

    #[test]
    fn a_leap_year_has_8784_hours_and_months_that_add_up() {
        let leap = Axis { year: 2024, ..AXIS };
        assert_eq!(leap.steps(), 8784);
        assert_eq!(leap.month_starts()[2], (31 + 29) * 24);
        assert_eq!(leap.month_starts()[12], 8784);
        assert_eq!(leap.month_and_day(59), (1, 28));
    }

    #[test]
    fn stamps_carry_the_fixed_offset() {
        assert_eq!(AXIS.stamp(8759), "2025-12-31T23:00:00+08:00");
        let quarter = Axis { step_minutes: 15, utc_offset_minutes: -210, ..AXIS };
        assert_eq!(quarter.stamp(97), "2025-01-02T00:15:00-03:30");
    }
}
