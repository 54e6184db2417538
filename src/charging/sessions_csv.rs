//! Sessions from a CSV file: measured or planned stops with arrival, departure and energy.
//!
//! One row per session. Columns, by the first name found (case does not matter):
//!
//! | what | names |
//! | --- | --- |
//! | arrival, wall clock | `arrive`, `arrival`, `start`, `created`, `connection_time` |
//! | departure, wall clock | `depart`, `departure`, `end`, `ended`, `disconnect_time` |
//! | energy in the vehicle, kWh | `energy_kwh`, `kwh`, `kwhtotal`, `kwh_delivered` |
//! | highest power at the gun, kW (optional) | `power_kw`, `p_max_kw` |
//!
//! Dates of another year are moved to the simulated one: to the same day of the year, or up to three
//! days beside it, so that the weekday stays. Years written without their century (`0014`) are read
//! as 2000 and later. Both are warnings with their number. A row that cannot be right is an error.

use super::days::Days;
use crate::problem::Problem;
use crate::time::{Axis, days_in_month};

/// A session whose times and energy are given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GivenSession {
    /// Arrival, h since the start of the year in standard time.
    pub arrive_h: f64,
    /// Departure, h.
    pub depart_h: f64,
    /// Energy wanted, in the vehicle, kWh.
    pub energy_kwh: f64,
    /// Highest power at the gun, kW; infinite where not given.
    pub power_kw: f64,
}

/// What a file of sessions held.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ParsedSessions {
    /// The sessions in order of arrival.
    pub sessions: Vec<GivenSession>,
    /// What was repaired or left out.
    pub warnings: Vec<Problem>,
}

const ARRIVE: &[&str] = &["arrive", "arrival", "start", "created", "connection_time"];
const DEPART: &[&str] = &["depart", "departure", "end", "ended", "disconnect_time"];
const ENERGY: &[&str] = &["energy_kwh", "kwh", "kwhtotal", "kwh_delivered"];
const POWER: &[&str] = &["power_kw", "p_max_kw"];

/// Reads sessions from the bytes of a CSV file; `file` is its name in messages.
///
/// # Errors
/// Every row and column that cannot be right, with its place: unreadable bytes or numbers, missing
/// columns, a departure not after its arrival, an energy or power that is negative or not finite.
pub fn parse_sessions(
    bytes: &[u8],
    file: &str,
    axis: &Axis,
    days: &Days,
) -> Result<ParsedSessions, Vec<Problem>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return Err(vec![Problem::error("unreadable", error.to_string()).in_file(file)]),
    };
    let column = |names: &[&str]| {
        names.iter().find_map(|name| {
            headers.iter().position(|header| header.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name))
        })
    };
    let mut problems = Vec::new();
    for (what, names) in [("arrival", ARRIVE), ("departure", DEPART), ("energy", ENERGY)] {
        if column(names).is_none() {
            let message = format!("no column for the {what} of a session");
            problems.push(
                Problem::error("missing-column", message)
                    .in_file(file)
                    .at_line(1)
                    .hint(format!("name one of them {}", names.join(", "))),
            );
        }
    }
    let (Some(arrive), Some(depart), Some(energy)) = (column(ARRIVE), column(DEPART), column(ENERGY)) else {
        return Err(problems);
    };
    let power = column(POWER);
    let mut out = ParsedSessions::default();
    let (mut moved, mut centuries, mut empty) = (0usize, 0usize, 0usize);
    for (row, record) in reader.records().enumerate() {
        let line = row + 2;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(Problem::error("unreadable", error.to_string()).in_file(file).at_line(line));
                continue;
            }
        };
        let cell = |index: usize| record.get(index).unwrap_or("");
        let mut wrong = |index: usize, kind, message: String| {
            let name = headers.get(index).unwrap_or("");
            problems.push(
                Problem::error(kind, message)
                    .in_file(file)
                    .at_line(line)
                    .at_column(index + 1)
                    .in_column(name),
            );
        };
        let mut instant = |index: usize| match parse_instant(cell(index)) {
            Some(instant) => Some(instant),
            None => {
                let message = format!("\"{}\" is not a date and time such as 2025-03-01 08:15", cell(index));
                wrong(index, "not-a-time", message);
                None
            }
        };
        let (from, to) = (instant(arrive), instant(depart));
        let mut number = |index: usize| match cell(index).parse::<f64>() {
            Ok(value) if value.is_finite() && value >= 0.0 => Some(value),
            _ => {
                wrong(index, "not-a-number", format!("\"{}\" is not a number of at least 0", cell(index)));
                None
            }
        };
        let energy_kwh = number(energy);
        let power_kw = match power {
            Some(index) if !cell(index).is_empty() => number(index),
            _ => Some(f64::INFINITY),
        };
        let (Some(from), Some(to), Some(energy_kwh), Some(power_kw)) = (from, to, energy_kwh, power_kw)
        else {
            continue;
        };
        if to.hours() <= from.hours() {
            let message =
                format!("the session ends at {} before it starts at {}", cell(depart), cell(arrive));
            wrong(depart, "ends-before-start", message);
            continue;
        }
        if energy_kwh == 0.0 {
            empty += 1;
            continue;
        }
        centuries += usize::from(from.short_year);
        moved += usize::from(from.year != axis.year);
        let day = from.day_in(axis);
        let arrive_h = day as f64 * 24.0 + from.hour - days.wall_shift_h[day];
        out.sessions.push(GivenSession {
            arrive_h: arrive_h.max(0.0),
            depart_h: arrive_h.max(0.0) + to.hours() - from.hours(),
            energy_kwh,
            power_kw,
        });
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if out.sessions.is_empty() {
        return Err(vec![Problem::error("empty-file", "the file holds no session").in_file(file)]);
    }
    out.sessions.sort_by(|a, b| a.arrive_h.total_cmp(&b.arrive_h));
    let mut warn = |count: usize, kind, en: &str, zh: &str| {
        if count > 0 {
            let said = (format!("{count} sessions {en}"), format!("{count} 次充电{zh}"));
            out.warnings.push(Problem::warning(kind, said).in_file(file));
        }
    };
    let (en, zh) =
        ("have a year without its century, read as 2000 and later", "的年份缺世纪位，按 2000 年及以后读取");
    warn(centuries, "short-year", en, zh);
    let en = format!("are of another year, moved to the same weekday of {}", axis.year);
    let zh = format!("属于其他年份，已移至 {} 年的同一星期几", axis.year);
    warn(moved, "other-year", &en, &zh);
    warn(empty, "no-energy", "took no energy and are left out", "未充入电量，已略去");
    Ok(out)
}

/// A wall-clock instant.
#[derive(Debug, Clone, Copy, PartialEq)]
struct WallInstant {
    year: i32,
    month: usize,
    day: usize,
    hour: f64,
    short_year: bool,
}

impl WallInstant {
    /// Hours since 1 January of year 1.
    fn hours(&self) -> f64 {
        let before = i64::from(self.year) - 1;
        let days = before * 365 + before / 4 - before / 100 + before / 400 + self.day_of_year() as i64;
        days as f64 * 24.0 + self.hour
    }

    fn day_of_year(&self) -> usize {
        (1..self.month).map(|month| days_in_month(self.year, month)).sum::<usize>() + self.day - 1
    }

    /// The day of the simulated year: the same one, or the nearest of the same weekday.
    fn day_in(&self, axis: &Axis) -> usize {
        let own = self.day_of_year();
        let day = own.min(axis.days() - 1);
        if self.year == axis.year {
            return day;
        }
        let weekday = Axis { year: self.year, ..*axis }.weekday(own);
        let ahead = (weekday + 7 - axis.weekday(day)) % 7;
        let shifted = if ahead <= 3 { day as i64 + ahead as i64 } else { day as i64 + ahead as i64 - 7 };
        let last = axis.days() as i64 - 1;
        (if shifted < 0 {
            shifted + 7
        } else if shifted > last {
            shifted - 7
        } else {
            shifted
        }) as usize
    }
}

/// `2025-03-01 08:15[:00]`, with `T` or `/` as well.
fn parse_instant(text: &str) -> Option<WallInstant> {
    let (date, time) = text.trim().split_once([' ', 'T'])?;
    let mut parts = date.split(['-', '/']);
    let year: i32 = parts.next()?.parse().ok()?;
    let month: usize = parts.next()?.parse().ok()?;
    let day: usize = parts.next()?.parse().ok()?;
    let mut clock = time.trim().split(':');
    let hours: u32 = clock.next()?.parse().ok()?;
    let minutes: u32 = clock.next()?.parse().ok()?;
    let seconds: f64 = clock.next().map_or(Some(0.0), |text| text.parse().ok())?;
    let short_year = (0..100).contains(&year);
    let year = if short_year { year + 2000 } else { year };
    let valid = parts.next().is_none()
        && clock.next().is_none()
        && (1900..=2200).contains(&year)
        && (1..=12).contains(&month)
        && day >= 1
        && day <= days_in_month(year, month)
        && hours < 24
        && minutes < 60
        && (0.0..60.0).contains(&seconds);
    let hour = f64::from(hours) + f64::from(minutes) / 60.0 + seconds / 3600.0;
    valid.then_some(WallInstant { year, month, day, hour, short_year })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: Axis = Axis { year: 2025, step_minutes: 60, utc_offset_minutes: 480 };

    fn parse(text: &str) -> Result<ParsedSessions, Vec<Problem>> {
        parse_sessions(text.as_bytes(), "s.csv", &AXIS, &Days::plain(&AXIS))
    }

    #[test]
    fn a_session_reads_as_hours_of_the_year() {
        let parsed =
            parse("arrive,depart,energy_kwh\n2025-01-02 08:30,2025-01-03 01:00,12.5\n").expect("reads");
        let session =
            GivenSession { arrive_h: 32.5, depart_h: 49.0, energy_kwh: 12.5, power_kw: f64::INFINITY };
        assert_eq!(parsed.sessions, [session]);
        assert_eq!(parsed.warnings, []);
    }

    /// 18 November 2014 was a Tuesday, as is 18 November 2025; 21 November 2014 a Friday, as in 2025;
    /// 1 January 2015 was a Thursday, and 2 January 2025 is.
    #[test]
    fn another_year_keeps_its_weekday() {
        let parsed = parse(
            "created,ended,kwhTotal\n0014-11-18 15:40:30,0014-11-18 17:11:00,7.78\n0015-01-01 10:00,0015-01-01 12:00,5\n",
        )
        .expect("reads");
        assert_eq!((parsed.sessions[1].arrive_h / 24.0) as usize, 321);
        assert!((parsed.sessions[1].arrive_h % 24.0 - 15.675).abs() < 1e-9);
        assert_eq!((parsed.sessions[0].arrive_h / 24.0) as usize, 1);
        assert_eq!(
            parsed.warnings.iter().map(|warning| warning.kind).collect::<Vec<_>>(),
            ["short-year", "other-year"]
        );
    }

    #[test]
    fn every_wrong_cell_is_named_with_its_place() {
        let problems = parse(
            "arrive,depart,energy_kwh\n2025-01-02 08:30,2025-01-02 08:00,12\n2025-02-30 08:30,2025-03-02 08:00,x\n",
        )
        .expect_err("is wrong");
        let places: Vec<_> =
            problems.iter().map(|problem| (problem.kind, problem.place.line, problem.place.column)).collect();
        assert_eq!(
            places,
            [
                ("ends-before-start", Some(2), Some(2)),
                ("not-a-time", Some(3), Some(1)),
                ("not-a-number", Some(3), Some(3)),
            ]
        );
        assert_eq!(parse("a,b\n1,2\n").expect_err("is wrong").len(), 3);
        assert_eq!(parse("arrive,depart,kwh\n").expect_err("is empty")[0].kind, "empty-file");
    }
}
