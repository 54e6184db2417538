//! When a band or a demand window holds.

use super::hours::HourRange;
use crate::problem::Problem;
use crate::time::DayKind;

/// A set of months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Months(u16);

impl Months {
    /// The whole year.
    pub const ALL: Self = Self(0x0fff);

    /// The months of these numbers, 1 to 12; all where the list is empty.
    ///
    /// # Errors
    /// A problem where a number is no month.
    pub fn of(numbers: &[u32]) -> Result<Self, Problem> {
        let mut set = 0;
        for &number in numbers {
            if !(1..=12).contains(&number) {
                return Err(Problem::error("bad-month", format!("{number} is not a month"))
                    .hint("months are numbers from 1 to 12"));
            }
            set |= 1 << (number - 1);
        }
        Ok(if numbers.is_empty() { Self::ALL } else { Self(set) })
    }

    /// Whether a month (0 to 11) is in the set.
    pub const fn contains(&self, month: usize) -> bool {
        self.0 & (1 << month) != 0
    }
}

/// A set of kinds of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// Every day.
    pub const ALL: Self = Self(0b1111);

    /// The words a set is written with.
    pub const WORDS: [&'static str; 6] =
        ["all", "workday", "weekend", "holiday", "make-up-workday", "ordinary-workday"];

    /// The days that words name. `workday` holds make-up workdays too (people work), `weekend`
    /// only weekends that are neither holidays nor worked, `holiday` public holidays on whatever
    /// weekday; `ordinary-workday` leaves make-up workdays out. No word means all.
    ///
    /// # Errors
    /// A problem naming the words where one is unknown.
    pub fn of<S: AsRef<str>>(words: &[S]) -> Result<Self, Problem> {
        let mut set = 0;
        for word in words {
            set |= match word.as_ref() {
                "all" => 0b1111,
                "workday" => 0b1001,
                "weekend" => 0b0010,
                "holiday" => 0b0100,
                "make-up-workday" => 0b1000,
                "ordinary-workday" => 0b0001,
                other => {
                    return Err(Problem::error("unknown-days", format!("\"{other}\" is no kind of day"))
                        .hint(format!("write one of {}", Self::WORDS.join(", "))));
                }
            };
        }
        Ok(if words.is_empty() { Self::ALL } else { Self(set) })
    }

    /// Whether a kind of day is in the set.
    pub const fn contains(&self, kind: DayKind) -> bool {
        let bit = match kind {
            DayKind::Workday => 0,
            DayKind::Weekend => 1,
            DayKind::Holiday => 2,
            DayKind::MakeUpWorkday => 3,
        };
        self.0 & (1 << bit) != 0
    }
}

/// Hours of certain days: all conditions must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Ranges of the day; empty: never.
    pub hours: Vec<HourRange>,
    /// Months.
    pub months: Months,
    /// Kinds of day.
    pub days: Days,
    /// Where rules of several bands overlap the highest wins; 0 where nothing is said.
    pub precedence: i32,
    /// Only on holidays of at least this many days in a row; 0: no condition.
    pub min_holiday_days: u32,
    /// Only on days whose highest air temperature reaches this, °C.
    pub daily_max_from_c: Option<f64>,
}

impl Rule {
    /// Every hour of the year.
    pub fn always() -> Self {
        Self::hours(&[HourRange::DAY])
    }

    /// These hours of every day.
    pub fn hours(hours: &[HourRange]) -> Self {
        Self {
            hours: hours.to_vec(),
            months: Months::ALL,
            days: Days::ALL,
            precedence: 0,
            min_holiday_days: 0,
            daily_max_from_c: None,
        }
    }

    /// Whether the rule holds on a day.
    pub(super) fn applies(&self, day: &DayFacts) -> bool {
        self.months.contains(day.month)
            && self.days.contains(day.kind)
            && self.min_holiday_days <= day.holiday_days
            && self.daily_max_from_c.is_none_or(|bound_c| day.max_c.is_some_and(|c| c >= bound_c))
    }

    /// Whether a minute of such a day is inside.
    pub(super) fn covers(&self, minute: usize) -> bool {
        self.hours.iter().any(|range| range.contains(minute))
    }
}

/// What rules ask of a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayFacts {
    /// Month, 0 to 11.
    pub month: usize,
    /// Kind of day.
    pub kind: DayKind,
    /// Length of the holiday it belongs to, days; 0 on other days.
    pub holiday_days: u32,
    /// Highest temperature of the day, °C, where weather is known.
    pub max_c: Option<f64>,
}
