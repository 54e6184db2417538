//! EnergyPlus weather files (EPW): eight header lines, then one row per hour, hour-ending 1 to 24,
//! local standard time.
//!
//! Format: *EnergyPlus Auxiliary Programs*, chapter "Weather Converter Program", EPW CSV Format.

use super::file::{Row, WeatherFile};
use crate::problem::{Problem, Problems};

/// Columns that are read: index, name, lowest and highest possible value.
const TEMPERATURE: (usize, &str, f64, f64) = (6, "dry bulb temperature", -70.0, 70.0);
const DEW_POINT: (usize, &str, f64, f64) = (7, "dew point temperature", -90.0, 70.0);
const PRESSURE: (usize, &str, f64, f64) = (9, "atmospheric station pressure", 31_000.0, 120_000.0);
const GHI: (usize, &str, f64, f64) = (13, "global horizontal radiation", 0.0, 1_500.0);
const DNI: (usize, &str, f64, f64) = (14, "direct normal radiation", 0.0, 1_400.0);
const DHI: (usize, &str, f64, f64) = (15, "diffuse horizontal radiation", 0.0, 1_000.0);
const WIND: (usize, &str, f64, f64) = (21, "wind speed", 0.0, 75.0);

/// More problems than this are counted, not listed.
const MOST_PROBLEMS: usize = 20;

/// Reads the text of an EPW file.
///
/// # Errors
/// All problems of the file, with row and column.
pub fn read(text: &str, name: &str) -> Result<WeatherFile, Problems> {
    let mut lines = text.lines();
    let location: Vec<&str> = lines.next().unwrap_or_default().split(',').map(str::trim).collect();
    let header = |index: usize| location.get(index).and_then(|cell| cell.parse::<f64>().ok());
    let mut problems = Vec::new();
    let mut rows = Vec::with_capacity(8784);
    for (index, line) in text.lines().enumerate().skip(8) {
        if !line.trim().is_empty() {
            match row(index + 1, line) {
                Ok(row) => rows.push(row),
                Err(found) => problems.extend(found),
            }
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(Problem::error("empty-weather", "the file has no hour of data").at_line(9));
    }
    let count = problems.len();
    problems.truncate(MOST_PROBLEMS);
    if count > MOST_PROBLEMS {
        problems.push(Problem::error("more-problems", format!("and {} more", count - MOST_PROBLEMS)));
    }
    if !problems.is_empty() {
        return Err(Problems(problems.into_iter().map(|problem| problem.in_file(name)).collect()));
    }
    Ok(WeatherFile {
        format: "EPW",
        place: location.get(1).copied().unwrap_or_default().to_owned(),
        latitude_deg: header(6),
        longitude_deg: header(7),
        utc_offset_minutes: header(8).map(|hours| (hours * 60.0).round() as i32),
        elevation_m: header(9),
        interval_minutes: 60,
        wind_height_m: 10.0,
        rows,
        warnings: Vec::new(),
    })
}

fn row(number: usize, line: &str) -> Result<Row, Vec<Problem>> {
    let cells: Vec<&str> = line.split(',').map(str::trim).collect();
    if cells.len() < 22 {
        let message = format!("{} cells found, an hour of an EPW file has 35", cells.len());
        return Err(vec![Problem::error("wrong-cell-count", message).at_line(number)]);
    }
    let mut problems = Vec::new();
    let mut value = |(index, column, low, high): (usize, &str, f64, f64)| -> f64 {
        let cell = cells[index];
        let problem = match cell.parse::<f64>() {
            Ok(value) if (low..=high).contains(&value) => return value,
            Ok(value) => Problem::error(
                "impossible-weather",
                format!("{value} is outside what is possible: {low} to {high}"),
            ),
            Err(_) => Problem::error("not-a-number", format!("\"{cell}\" is not a number")),
        };
        problems.push(problem.at_line(number).at_column(index + 1).in_column(column));
        f64::NAN
    };
    let row = Row {
        row: number,
        month: 0,
        day: 0,
        minute: 0,
        ghi_w_per_m2: value(GHI),
        dni_w_per_m2: value(DNI),
        dhi_w_per_m2: value(DHI),
        temperature_c: value(TEMPERATURE),
        dew_point_c: value(DEW_POINT),
        pressure_pa: value(PRESSURE),
        wind_speed_m_s: value(WIND),
    };
    let clock = |index: usize, column: &str, low: u8, high: u8| -> Result<u8, Problem> {
        cells[index].parse::<u8>().ok().filter(|value| (low..=high).contains(value)).ok_or_else(|| {
            Problem::error("bad-clock", format!("\"{}\" found, expected {low} to {high}", cells[index]))
                .at_line(number)
                .at_column(index + 1)
                .in_column(column)
        })
    };
    let stamps = (clock(1, "month", 1, 12), clock(2, "day", 1, 31), clock(3, "hour", 1, 24));
    match stamps {
        (Ok(month), Ok(day), Ok(hour)) if problems.is_empty() => {
            Ok(Row { month, day, minute: (u16::from(hour) - 1) * 60, ..row })
        }
        (month, day, hour) => {
            problems.extend([month.err(), day.err(), hour.err()].into_iter().flatten());
            Err(problems)
        }
    }
}
