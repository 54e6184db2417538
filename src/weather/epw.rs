//! EnergyPlus weather files (EPW).
//!
//! Source of the layout and of the values for missing data: EnergyPlus, *Auxiliary Programs*,
//! chapter "EnergyPlus Weather File (EPW) Data Dictionary".

use super::grid::{RowTime, Rows};
use super::{Column, Format, WeatherFile};
use crate::problem::{Problem, Problems};
use crate::series::text::{Cell, number};
use crate::time::days_in_month;

/// Column, field (0-based), factor to its unit, smallest value that means "missing".
const FIELDS: [(Column, usize, f64, f64); 9] = [
    (Column::Temperature, 6, 1.0, 99.9),
    (Column::DewPoint, 7, 1.0, 99.9),
    (Column::Humidity, 8, 0.01, 999.0),
    (Column::Pressure, 9, 1.0, 999_999.0),
    (Column::Ghi, 13, 1.0, 9999.0),
    (Column::Dni, 14, 1.0, 9999.0),
    (Column::Dhi, 15, 1.0, 9999.0),
    (Column::Wind, 21, 1.0, 999.0),
    (Column::Albedo, 32, 1.0, 999.0),
];

/// Reads an EPW file: hours end at their stamp, in local standard time.
pub fn read(text: &str, file: &str) -> Result<WeatherFile, Problems> {
    let mut rows = Rows::new(file, Format::Epw, &FIELDS.map(|(column, ..)| column));
    let mut per_hour = 1;
    let mut header = 0;
    let mut previous = (0, 0, 0, 0);
    let mut fields: Vec<&str> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let row = index + 1;
        split(line, &mut fields);
        if header < 8 && !fields[0].starts_with(|c: char| c.is_ascii_digit()) {
            header += 1;
            match fields[0] {
                "LOCATION" => location(&fields, row, &mut rows),
                "DATA PERIODS" => {
                    per_hour = fields
                        .get(2)
                        .and_then(|n| n.parse().ok())
                        .filter(|n| (1..=60).contains(n))
                        .unwrap_or(1);
                }
                _ => {}
            }
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        if fields.len() < 22 {
            let message = format!("{} fields found, an EPW row has 32 to 35", fields.len());
            rows.problem(Problem::error("wrong-cell-count", message), row);
            continue;
        }
        let Some((year, month, day, hour)) = stamp(&fields) else {
            let message = format!("`{}` is no date and hour", fields[..5].join(","));
            rows.problem(
                Problem::error("bad-time", message).hint("year, month 1-12, day, hour 1-24, minute"),
                row,
            );
            continue;
        };
        let part = if previous.0 == year && (previous.1, previous.2) == (month * 100 + day, hour) {
            previous.3 + 1
        } else {
            0
        };
        previous = (year, month * 100 + day, hour, part);
        let minute = (hour - 1) * 60 + (part % per_hour) * (60 / per_hour);
        let cells: [(Column, f64, bool); 9] = FIELDS.map(|(column, field, factor, missing)| {
            match fields.get(field).map_or(Cell::Missing, |cell| number(cell, false)) {
                Cell::Number(value) if value >= missing => (column, f64::NAN, false),
                Cell::Number(value) => (column, value * factor, false),
                Cell::Missing => (column, f64::NAN, false),
                Cell::Bad => (column, f64::INFINITY, true),
            }
        });
        for ((column, ..), (_, field, ..)) in cells.iter().zip(FIELDS).filter(|((.., bad), _)| *bad) {
            rows.bad_cell(*column, row, fields.get(field).unwrap_or(&""));
        }
        let value = |wanted: Column| {
            cells.iter().find(|(column, ..)| *column == wanted).map_or(f64::NAN, |(_, value, _)| *value)
        };
        rows.push(RowTime { year, month, day, minute }, row, value);
    }
    rows.finish()
}

/// The trimmed fields of a row. Bytes are looked at one by one: fields are a few long, and a search for each comma
/// costs more.
fn split<'a>(line: &'a str, fields: &mut Vec<&'a str>) {
    fields.clear();
    let mut start = 0;
    for (at, byte) in line.bytes().enumerate() {
        if byte == b',' {
            fields.push(line[start..at].trim());
            start = at + 1;
        }
    }
    fields.push(line[start..].trim());
}

fn location(fields: &[&str], row: usize, rows: &mut Rows) {
    let mut numbers = [f64::NAN; 4];
    for (value, field) in numbers.iter_mut().zip(6..10) {
        match fields.get(field).map_or(Cell::Missing, |cell| number(cell, false)) {
            Cell::Number(number) => *value = number,
            _ => {
                let found = fields.get(field).copied().unwrap_or("nothing");
                let names = ["latitude", "longitude", "time zone", "elevation"];
                let message = format!("`{found}` is no {}", names[field - 6]);
                rows.problem(Problem::error("bad-location", message).at_column(field + 1), row);
            }
        }
    }
    let [latitude, longitude, zone, elevation] = numbers;
    if latitude.abs() > 90.0 || longitude.abs() > 180.0 || zone.abs() > 14.0 {
        let message = format!("latitude {latitude}, longitude {longitude}, time zone {zone} h cannot be");
        let problem = Problem::error("bad-location", message);
        rows.problem(
            problem.hint("degrees north (-90 to 90) and east (-180 to 180), hours against UTC"),
            row,
        );
        return;
    }
    let facts = rows.facts();
    facts.place = fields.get(1).copied().unwrap_or("").to_owned();
    (facts.latitude_deg, facts.longitude_deg) = (Some(latitude), Some(longitude));
    facts.elevation_m = Some(elevation);
    facts.utc_offset_minutes = Some((zone * 60.0).round() as i32);
}

fn stamp(fields: &[&str]) -> Option<(i32, usize, usize, usize)> {
    let year = fields[0].parse().ok()?;
    let (month, day, hour): (usize, usize, usize) =
        (fields[1].parse().ok()?, fields[2].parse().ok()?, fields[3].parse().ok()?);
    let legal = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(2024, month);
    (legal && (1..=24).contains(&hour)).then_some((year, month, day, hour))
}
