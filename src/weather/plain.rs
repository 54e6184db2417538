//! CSV files with named columns: `time`, `ghi_w_per_m2`, `temperature_c` and so on.
//!
//! Names are those of [`Column::name`] or, without case, usual ones with their unit, such as
//! `temperature_k`, `pressure_hpa`, `wind_speed_km_h`, `relative_humidity_percent`. Stamps mark
//! the start of an interval; without offset they are the site's standard time. Without a time
//! column row i is the i-th interval, of 8760 or 8784 times a whole number.

use super::grid::{RowTime, Rows};
use super::{Column, Format, WeatherFile};
use crate::problem::{Problem, Problems};
use crate::series::stamp::{date_order, parse};
use crate::series::text::{Cell, delimiter, number};
use crate::time::{Axis, unix_days};

/// Name without case, column, factor, offset: `value * factor + offset` is in the column's unit.
const NAMES: &[(&str, Column, f64, f64)] = &[
    ("ghi_w_per_m2", Column::Ghi, 1.0, 0.0),
    ("ghi", Column::Ghi, 1.0, 0.0),
    ("ghi_w_m2", Column::Ghi, 1.0, 0.0),
    ("ghi_kw_per_m2", Column::Ghi, 1000.0, 0.0),
    ("dni_w_per_m2", Column::Dni, 1.0, 0.0),
    ("dni", Column::Dni, 1.0, 0.0),
    ("dni_w_m2", Column::Dni, 1.0, 0.0),
    ("dni_kw_per_m2", Column::Dni, 1000.0, 0.0),
    ("dhi_w_per_m2", Column::Dhi, 1.0, 0.0),
    ("dhi", Column::Dhi, 1.0, 0.0),
    ("dhi_w_m2", Column::Dhi, 1.0, 0.0),
    ("dhi_kw_per_m2", Column::Dhi, 1000.0, 0.0),
    ("temperature_c", Column::Temperature, 1.0, 0.0),
    ("temp_air", Column::Temperature, 1.0, 0.0),
    ("temperature_k", Column::Temperature, 1.0, -273.15),
    ("wind_speed_m_s", Column::Wind, 1.0, 0.0),
    ("wind_speed", Column::Wind, 1.0, 0.0),
    ("wind_speed_km_h", Column::Wind, 1.0 / 3.6, 0.0),
    ("pressure_pa", Column::Pressure, 1.0, 0.0),
    ("pressure_hpa", Column::Pressure, 100.0, 0.0),
    ("pressure_kpa", Column::Pressure, 1000.0, 0.0),
    ("dew_point_c", Column::DewPoint, 1.0, 0.0),
    ("relative_humidity", Column::Humidity, 1.0, 0.0),
    ("relative_humidity_percent", Column::Humidity, 0.01, 0.0),
    ("albedo", Column::Albedo, 1.0, 0.0),
];

/// Reads a CSV file with named columns.
pub fn read(text: &str, file: &str) -> Result<WeatherFile, Problems> {
    let mark = delimiter(text);
    let comma_decimal = mark == b';';
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(mark)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header: Vec<String> =
        reader.headers().map(|names| names.iter().map(str::to_lowercase).collect()).unwrap_or_default();
    let mut found: Vec<(Column, usize, f64, f64)> = Vec::new();
    for (name, column, factor, offset) in NAMES {
        let known = found.iter().any(|(known, ..)| known == column);
        if let Some(at) = header.iter().position(|head| head == name).filter(|_| !known) {
            found.push((*column, at, *factor, *offset));
        }
    }
    if found.is_empty() {
        let problem = Problem::error("no-weather-columns", "the header names no weather column")
            .in_file(file)
            .at_line(1);
        let near = header
            .iter()
            .flat_map(|head| NAMES.iter().map(move |(name, ..)| (head, name)))
            .filter(|(head, name)| name.contains('_') && head.len() > 5)
            .map(|(head, name)| (strsim::damerau_levenshtein(head, name), head, name))
            .min_by_key(|(distance, ..)| *distance)
            .filter(|(distance, ..)| *distance <= 3);
        let known = format!("known columns: time, {}", Column::ALL.map(Column::name).join(", "));
        return Err(problem
            .hint(match near {
                Some((_, head, name)) => format!("`{head}`: did you mean `{name}`?"),
                None => known,
            })
            .into());
    }
    let time =
        header.iter().position(|head| ["time", "timestamp", "datetime", "date"].contains(&head.as_str()));
    let columns: Vec<Column> = found.iter().map(|(column, ..)| *column).collect();
    let mut rows = Rows::new(file, Format::Plain, &columns);
    let records: Vec<(usize, csv::StringRecord)> =
        reader.records().enumerate().filter_map(|(index, record)| Some((index + 2, record.ok()?))).collect();
    let stamps = time.map(|at| {
        let order = date_order(records.iter().filter_map(|(_, record)| record.get(at)));
        (at, order)
    });
    let per_hour = match (stamps, rows_per_hour(records.len())) {
        (Some(_), _) => 1,
        (None, Some(per_hour)) => per_hour,
        (None, None) => {
            let message = format!("{} rows without a time column", records.len());
            return Err(Problem::error("row-count", message)
                .in_file(file)
                .hint("give 8760 or 8784 rows (or a whole multiple), or a column `time`")
                .into());
        }
    };
    let days = if records.len().is_multiple_of(8784) { 366 } else { 365 };
    let mut offset_seen: Option<Option<i32>> = None;
    for (index, (row, record)) in records.iter().enumerate() {
        let time = match stamps {
            None => Some(time_of(index * 60 / per_hour, days)),
            Some((at, order)) => record.get(at).and_then(|cell| parse(cell, order)).map(|stamp| {
                let first = *offset_seen.get_or_insert(stamp.utc_offset_minutes);
                // Offsets that change with the season are brought to the first row's.
                let shift = stamp.utc_offset_minutes.zip(first).map_or(0, |(now, first)| first - now);
                time_at(stamp.minutes + f64::from(shift))
            }),
        };
        let Some(time) = time else {
            let found = stamps.and_then(|(at, _)| record.get(at)).unwrap_or("");
            let problem =
                Problem::error("bad-time", format!("`{found}` is no time")).hint("2025-01-31 13:00");
            rows.problem(problem.in_column("time"), *row);
            continue;
        };
        let mut bad = Vec::new();
        rows.push(time, *row, |wanted| {
            let Some((_, at, factor, offset)) = found.iter().find(|(column, ..)| *column == wanted) else {
                return f64::NAN;
            };
            match record.get(*at).map_or(Cell::Missing, |cell| number(cell, comma_decimal)) {
                Cell::Number(value) => value * factor + offset,
                Cell::Missing => f64::NAN,
                Cell::Bad => {
                    bad.push((wanted, *at));
                    f64::INFINITY
                }
            }
        });
        for (column, at) in bad {
            rows.bad_cell(column, *row, record.get(at).unwrap_or(""));
        }
    }
    rows.facts().utc_offset_minutes = offset_seen.flatten();
    rows.finish()
}

fn rows_per_hour(rows: usize) -> Option<usize> {
    [8760, 8784]
        .iter()
        .find(|hours| rows > 0 && rows.is_multiple_of(**hours))
        .map(|hours| rows / hours)
        .filter(|n| 60 % n == 0)
}

/// The time of a minute of a year of 365 or 366 days.
fn time_of(minute: usize, days: usize) -> RowTime {
    let axis = Axis { year: if days == 366 { 2024 } else { 2023 }, step_minutes: 60, utc_offset_minutes: 0 };
    let (month, day) = axis.month_and_day(minute / 1440);
    RowTime { year: axis.year, month: month + 1, day: day + 1, minute: minute % 1440 }
}

/// The calendar of minutes since 1970.
fn time_at(minutes: f64) -> RowTime {
    let days = (minutes / 1440.0).floor();
    let mut year = 1970 + (days / 365.2425).floor() as i32;
    while unix_days(year + 1) as f64 <= days {
        year += 1;
    }
    while unix_days(year) as f64 > days {
        year -= 1;
    }
    let axis = Axis { year, step_minutes: 60, utc_offset_minutes: 0 };
    let (month, day) = axis.month_and_day((days as i64 - unix_days(year)) as usize);
    RowTime { year, month: month + 1, day: day + 1, minute: (minutes - days * 1440.0) as usize }
}
