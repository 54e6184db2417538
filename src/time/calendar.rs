//! Days of the year: workdays, weekends, public holidays, make-up workdays, in wall-clock time.

use super::{Axis, Zone};
use crate::problem::Problem;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What kind of day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub enum DayKind {
    /// An ordinary working day.
    Workday,
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday, on whatever weekday.
    Holiday,
    /// A Saturday or Sunday that is worked to make up for a holiday.
    MakeUpWorkday,
}

impl DayKind {
    /// Whether people work: workdays and make-up workdays.
    pub const fn is_worked(self) -> bool {
        matches!(self, Self::Workday | Self::MakeUpWorkday)
    }
}

/// The days of a year and its wall clock.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The axis it belongs to.
    pub axis: Axis,
    kinds: Vec<DayKind>,
    shift_minutes: Vec<i16>,
}

#[derive(Debug, Deserialize)]
struct Year {
    /// Not announced yet: the days off by law alone.
    #[serde(default)]
    by_law_only: bool,
    holidays: Vec<String>,
    make_up_workdays: Vec<String>,
}

fn china() -> &'static BTreeMap<String, Year> {
    static YEARS: OnceLock<BTreeMap<String, Year>> = OnceLock::new();
    YEARS.get_or_init(|| {
        crate::catalogue::parse("holidays", include_str!("../../scenarios/catalogue/holidays.toml"))
    })
}

impl Calendar {
    /// The calendar of a year; with `china`, public holidays and make-up workdays of mainland China.
    /// A year whose holidays are not announced yet has the days off by law, one beyond those weekends
    /// only; both give a warning.
    pub fn new(axis: Axis, zone: &Zone, with_holidays: bool) -> (Self, Vec<Problem>) {
        let weekend = |day: usize| {
            if axis.weekday(day) >= 5 { DayKind::Weekend } else { DayKind::Workday }
        };
        let mut kinds: Vec<DayKind> = (0..axis.days()).map(weekend).collect();
        let mut problems = Vec::new();
        if with_holidays {
            match china().get(&axis.year.to_string()) {
                Some(year) => {
                    for (days, kind) in
                        [(&year.holidays, DayKind::Holiday), (&year.make_up_workdays, DayKind::MakeUpWorkday)]
                    {
                        for day in days.iter().filter_map(|text| day_of_year(&axis, text)) {
                            kinds[day] = kind;
                        }
                    }
                    if year.by_law_only {
                        problems.push(Problem::warning(
                            "holidays-by-law",
                            (
                                format!(
                                    "the public holidays of {} are not announced yet: the days off by law count, without bridged days and make-up workdays",
                                    axis.year
                                ),
                                format!(
                                    "{} 年公共假日尚未公布：按法定放假天数计，不含调休与补班",
                                    axis.year
                                ),
                            ),
                        ));
                    }
                }
                None => problems.push(Problem::warning(
                    "unknown-holidays",
                    (
                        format!(
                            "the public holidays of {} are not known: only weekends count as days off",
                            axis.year
                        ),
                        format!("{} 年公共假日未知：仅周末计为休息日", axis.year),
                    ),
                )),
            }
        }
        (Self { axis, kinds, shift_minutes: zone.wall_shift_minutes(&axis) }, problems)
    }

    /// The kind of a day of the year (0-based; days beyond the year's end count as its last).
    pub fn day_kind(&self, day: usize) -> DayKind {
        self.kinds[day.min(self.kinds.len() - 1)]
    }

    /// Minutes that the wall clock is ahead of standard time at the start of a step.
    pub fn wall_shift_minutes(&self, step: usize) -> i32 {
        i32::from(self.shift_minutes[step])
    }

    /// The wall-clock day of the year (0-based) and minute of the day at the start of a step.
    pub fn wall_clock(&self, step: usize) -> (usize, usize) {
        let minute = step as i64 * i64::from(self.axis.step_minutes) + i64::from(self.shift_minutes[step]);
        let last = self.axis.days() as i64 * 1440 - 1;
        let minute = minute.clamp(0, last);
        ((minute / 1440) as usize, (minute % 1440) as usize)
    }
}

fn day_of_year(axis: &Axis, month_day: &str) -> Option<usize> {
    let (month, day) = month_day.split_once('-')?;
    let (month, day): (usize, usize) = (month.parse().ok()?, day.parse().ok()?);
    Some(axis.month_starts().get(month.checked_sub(1)?)? / axis.steps_per_day() + day.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(year: i32) -> (Calendar, Vec<Problem>) {
        let axis = Axis { year, step_minutes: 60, utc_offset_minutes: 480 };
        Calendar::new(axis, &Zone::parse("Asia/Shanghai").expect("is known"), true)
    }

    /// 国务院办公厅关于2025年部分节假日安排的通知: Spring Festival 28 January to 4 February,
    /// work on Sunday 26 January and Saturday 8 February; National Day 1 to 8 October, work on
    /// 28 September and 11 October. 28 days off and 5 make-up workdays in all.
    #[test]
    fn the_holidays_of_2025_are_those_of_the_notice() {
        let (calendar, problems) = calendar(2025);
        assert!(problems.is_empty());
        assert_eq!(calendar.day_kind(25), DayKind::MakeUpWorkday);
        assert!((27..35).all(|day| calendar.day_kind(day) == DayKind::Holiday));
        assert_eq!(calendar.day_kind(38), DayKind::MakeUpWorkday);
        let count = |kind| (0..365).filter(|day| calendar.day_kind(*day) == kind).count();
        assert_eq!((count(DayKind::Holiday), count(DayKind::MakeUpWorkday)), (28, 5));
    }

    #[test]
    fn a_year_without_notice_is_said_to_be_unknown() {
        let (calendar, problems) = calendar(2040);
        assert_eq!(problems[0].kind, "unknown-holidays");
        assert_eq!(calendar.day_kind(1), DayKind::Workday); // 2 January 2040 is a Monday
    }

    /// The lunar year of 2030 begins on 3 February: the eve and three days are off, and 13 days in all.
    /// In 2028 mid-autumn falls into National Day.
    #[test]
    fn a_year_not_announced_has_its_days_off_by_law() {
        let (later, problems) = calendar(2030);
        assert_eq!(problems[0].kind, "holidays-by-law");
        assert!((32..36).all(|day| later.day_kind(day) == DayKind::Holiday));
        let count = |calendar: &Calendar| {
            (0..366)
                .filter(|day| *day < calendar.kinds.len() && calendar.kinds[*day] == DayKind::Holiday)
                .count()
        };
        assert_eq!((count(&later), count(&calendar(2028).0)), (13, 12));
    }

    #[test]
    fn the_wall_clock_follows_summer_time() {
        let zone = Zone::parse("Europe/Berlin").expect("is known");
        let axis = Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 60 };
        let (calendar, _) = Calendar::new(axis, &zone, false);
        // 1 July 23:00 standard time is 2 July 00:00 summer time.
        assert_eq!(calendar.wall_clock(181 * 24 + 23), (182, 0));
    }
}
