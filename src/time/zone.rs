//! The site's clock: its standard offset, and what the wall clock says at each step.

use super::Axis;
use crate::problem::Problem;
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// A time zone: an IANA name, or a fixed offset.
#[derive(Debug, Clone)]
pub struct Zone {
    zone: TimeZone,
}

impl Zone {
    /// Reads `Asia/Shanghai`, `+08:00`, `-3:30`, `UTC` or `Z`.
    ///
    /// # Errors
    /// A problem without place if the name is unknown.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        if let Some(minutes) = fixed_offset(name) {
            let offset = jiff::tz::Offset::from_seconds(minutes * 60).map_err(|_| unknown(name))?;
            return Ok(Self { zone: TimeZone::fixed(offset) });
        }
        TimeZone::get(name).map(|zone| Self { zone }).map_err(|_| unknown(name))
    }

    /// The nautical zone of a longitude: a whole number of hours.
    pub fn of_longitude(longitude_deg: f64) -> Self {
        let seconds = (longitude_deg / 15.0).round().clamp(-12.0, 12.0) as i32 * 3600;
        let zone = jiff::tz::Offset::from_seconds(seconds).map_or(TimeZone::UTC, TimeZone::fixed);
        Self { zone }
    }

    /// Offset from UTC, minutes, at an instant (seconds since 1970).
    fn offset_minutes(&self, unix_s: i64) -> i32 {
        let stamp = Timestamp::from_second(unix_s).unwrap_or(Timestamp::UNIX_EPOCH);
        self.zone.to_offset(stamp).seconds() / 60
    }

    /// Standard offset of a year, minutes: the smallest of its offsets (summer time adds to it).
    pub fn standard_offset_minutes(&self, year: i32) -> i32 {
        let start = unix_days(year) * 86_400;
        (0..12).map(|month| self.offset_minutes(start + month * 30 * 86_400)).min().unwrap_or(0)
    }

    /// The instant of a wall-clock time, minutes since 1970 in UTC; none in the hour that a spring
    /// change skips. In the hour that an autumn change doubles it is the first that is later than
    /// `after_utc_minutes`.
    pub fn utc_minutes_of_wall(&self, wall_minutes: f64, after_utc_minutes: Option<f64>) -> Option<f64> {
        let seconds = (wall_minutes * 60.0).round() as i64;
        let wall = TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).ok()?);
        let utc = |offset: jiff::tz::Offset| wall_minutes - f64::from(offset.seconds()) / 60.0;
        match self.zone.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => Some(utc(offset)),
            AmbiguousOffset::Gap { .. } => None,
            AmbiguousOffset::Fold { before, after } => {
                let (first, second) = (utc(before), utc(after));
                Some(if after_utc_minutes.is_some_and(|last| first <= last) { second } else { first })
            }
        }
    }

    /// Minutes that the wall clock is ahead of standard time, at the start of each step.
    pub fn wall_shift_minutes(&self, axis: &Axis) -> Vec<i16> {
        let start = unix_days(axis.year) * 86_400 - i64::from(axis.utc_offset_minutes) * 60;
        let step_s = i64::from(axis.step_minutes) * 60;
        (0..axis.steps() as i64)
            .map(|step| (self.offset_minutes(start + step * step_s) - axis.utc_offset_minutes) as i16)
            .collect()
    }
}

/// Days from 1 January 1970 to 1 January of a year.
pub fn unix_days(year: i32) -> i64 {
    let before = i64::from(year) - 1;
    before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 719_162
}

/// Minutes of `+08:00`, `-3:30`, `+8`, `UTC`, `Z`.
fn fixed_offset(name: &str) -> Option<i32> {
    if matches!(name, "UTC" | "Z" | "utc") {
        return Some(0);
    }
    let (sign, rest) = match name.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && (0..60).contains(&minutes)).then_some(sign * (hours * 60 + minutes))
}

fn unknown(name: &str) -> Problem {
    let names: Vec<String> = jiff::tz::db().available().map(|known| known.to_string()).collect();
    let problem = Problem::error("unknown-timezone", format!("\"{name}\" is not a known time zone"));
    let near = names.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
    match near.filter(|known| strsim::damerau_levenshtein(known, name) <= 4) {
        Some(known) => problem.hint(format!("did you mean \"{known}\"?")),
        None => problem.hint("use an IANA name such as \"Asia/Shanghai\", or an offset such as \"+08:00\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_offsets_are_read() {
        assert_eq!(Zone::parse("Asia/Shanghai").map(|z| z.standard_offset_minutes(2025)), Ok(480));
        assert_eq!(Zone::parse("-3:30").map(|z| z.standard_offset_minutes(2025)), Ok(-210));
        assert!(
            Zone::parse("Asia/Shangai")
                .is_err_and(|p| p.hint.as_deref() == Some("did you mean \"Asia/Shanghai\"?"))
        );
    }

    /// Summer time in Berlin 2025: 30 March 02:00 to 26 October 03:00 (EU directive 2000/84).
    #[test]
    fn summer_time_moves_the_wall_clock_only() {
        let zone = Zone::parse("Europe/Berlin").expect("is known");
        let axis =
            Axis { year: 2025, step_minutes: 60, utc_offset_minutes: zone.standard_offset_minutes(2025) };
        assert_eq!(axis.utc_offset_minutes, 60);
        let shift = zone.wall_shift_minutes(&axis);
        let day_of = |month: usize, day: usize| axis.month_starts()[month - 1] + (day - 1) * 24;
        assert_eq!((shift[day_of(3, 30) + 1], shift[day_of(3, 30) + 2]), (0, 60));
        assert_eq!((shift[day_of(10, 26) + 1], shift[day_of(10, 26) + 2]), (60, 0));
        // The southern hemisphere begins the year in summer time.
        let sydney = Zone::parse("Australia/Sydney").expect("is known");
        assert_eq!(sydney.standard_offset_minutes(2025), 600);
    }
}
