//! PVGIS typical years (European Commission, JRC), CSV and JSON, UTC.
//!
//! Values stand for an instant of the satellite's scan in each hour: `Irradiance Time Offset`
//! hours after the stamp (CSV of version 5.3), or the minute of the stamp.

use super::grid::{RowTime, Rows};
use super::{Column, Format, WeatherFile};
use crate::problem::{Problem, Problems};
use crate::series::stamp::{DateOrder, parse};
use crate::series::text::{Cell, number};
use serde_json::Value;

const FIELDS: [(Column, &str, f64); 7] = [
    (Column::Ghi, "G(h)", 1.0),
    (Column::Dni, "Gb(n)", 1.0),
    (Column::Dhi, "Gd(h)", 1.0),
    (Column::Temperature, "T2m", 1.0),
    (Column::Humidity, "RH", 0.01),
    (Column::Wind, "WS10m", 1.0),
    (Column::Pressure, "SP", 1.0),
];

/// Reads the CSV form.
pub fn read_csv(text: &str, file: &str) -> Result<WeatherFile, Problems> {
    let lines: Vec<&str> = text.lines().collect();
    let Some(head) = lines.iter().position(|line| line.starts_with("time")) else {
        return Err(Problem::error("missing-column", "no header line starts with `time`")
            .in_file(file)
            .into());
    };
    let header: Vec<&str> = lines[head].split(',').map(str::trim).collect();
    let found = fields_of(&header);
    if found.is_empty() {
        return Err(not_horizontal(file, head + 1).into());
    }
    let columns: Vec<Column> = found.iter().map(|(column, ..)| *column).collect();
    let mut rows = Rows::new(file, Format::PvgisCsv, &columns);
    let mut offset_h = None;
    for line in &lines[..head] {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value: Option<f64> = value.trim().parse().ok();
        let facts = rows.facts();
        match name.trim() {
            "Latitude (decimal degrees)" => facts.latitude_deg = value,
            "Longitude (decimal degrees)" => facts.longitude_deg = value,
            "Elevation (m)" => facts.elevation_m = value,
            "Irradiance Time Offset (h)" => offset_h = value,
            _ => {}
        }
    }
    let mut stamp_minute = 0;
    for (index, line) in lines.iter().enumerate().skip(head + 1) {
        let row = index + 1;
        if line.trim().is_empty() {
            break; // explanations follow
        }
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        if cells.len() != header.len() {
            let message = format!("{} cells found, the header has {}", cells.len(), header.len());
            rows.problem(Problem::error("wrong-cell-count", message), row);
            continue;
        }
        let Some(time) = row_time(cells[0]) else {
            let message = format!("`{}` is no time", cells[0]);
            rows.problem(Problem::error("bad-time", message).hint("YYYYMMDD:HHMM"), row);
            continue;
        };
        stamp_minute = time.minute % 60;
        let mut bad = Vec::new();
        rows.push(time, row, |wanted| {
            let Some((_, at, factor)) = found.iter().find(|(column, ..)| *column == wanted) else {
                return f64::NAN;
            };
            match number(cells[*at], false) {
                Cell::Number(value) => value * factor,
                Cell::Missing => f64::NAN,
                Cell::Bad => {
                    bad.push((wanted, *at));
                    f64::INFINITY
                }
            }
        });
        for (column, at) in bad {
            rows.bad_cell(column, row, cells[at]);
        }
    }
    finish(rows, offset_h, stamp_minute)
}

/// Reads the JSON form; rows count entries of `outputs.tmy_hourly` from 1.
pub fn read_json(text: &str, file: &str) -> Result<WeatherFile, Problems> {
    let tree: Value = serde_json::from_str(text).map_err(|error| {
        Problem::error("bad-json", format!("the JSON cannot be read: {error}"))
            .in_file(file)
            .at_line(error.line())
            .at_column(error.column())
            .hint("the download may be cut short: fetch the file again")
    })?;
    let hours = tree.pointer("/outputs/tmy_hourly").or_else(|| tree.pointer("/outputs/hourly"));
    let Some(hours) = hours.and_then(Value::as_array) else {
        let answer = tree.get("message").and_then(Value::as_str);
        let answer = answer.map(|text| format!("; PVGIS answered: {text}")).unwrap_or_default();
        return Err(Problem::error("bad-json", format!("there is no list `outputs.tmy_hourly`{answer}"))
            .in_file(file)
            .hint("download the PVGIS typical year (TMY) as JSON or CSV")
            .into());
    };
    let names: Vec<&str> = hours
        .first()
        .and_then(Value::as_object)
        .map(|row| row.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let found = fields_of(&names);
    if found.is_empty() {
        return Err(not_horizontal(file, 1).into());
    }
    let columns: Vec<Column> = found.iter().map(|(column, ..)| *column).collect();
    let mut rows = Rows::new(file, Format::PvgisJson, &columns);
    let place = |key: &str| tree.pointer(&format!("/inputs/location/{key}")).and_then(Value::as_f64);
    let facts = rows.facts();
    (facts.latitude_deg, facts.longitude_deg) = (place("latitude"), place("longitude"));
    facts.elevation_m = place("elevation");
    let offset_h = place("irradiance_time_offset");
    let mut stamp_minute = 0;
    for (index, hour) in hours.iter().enumerate() {
        let row = index + 1;
        let stamp = ["time(UTC)", "time"].iter().find_map(|key| hour.get(key).and_then(Value::as_str));
        let Some(time) = stamp.and_then(row_time) else {
            rows.problem(Problem::error("bad-time", format!("entry {row} has no `time(UTC)`")), row);
            continue;
        };
        stamp_minute = time.minute % 60;
        rows.push(time, row, |wanted| {
            let field = found.iter().find(|(column, ..)| *column == wanted);
            let value = field.and_then(|(_, at, factor)| Some(hour.get(names[*at])?.as_f64()? * factor));
            value.unwrap_or(f64::NAN)
        });
    }
    finish(rows, offset_h, stamp_minute)
}

fn fields_of(header: &[&str]) -> Vec<(Column, usize, f64)> {
    FIELDS
        .iter()
        .filter_map(|(column, name, factor)| {
            header.iter().position(|head| head == name).map(|at| (*column, at, *factor))
        })
        .collect()
}

fn not_horizontal(file: &str, row: usize) -> Problem {
    Problem::error("missing-column", "none of G(h), Gb(n), Gd(h), T2m, WS10m is there")
        .in_file(file)
        .at_line(row)
        .hint("download the typical year (TMY); values on a tilted plane cannot be used")
}

fn row_time(text: &str) -> Option<RowTime> {
    let stamp = parse(text, DateOrder::DayMonth)?;
    let digits = text.get(..8)?;
    let (month, day) = (digits[4..6].parse().ok()?, digits[6..8].parse().ok()?);
    Some(RowTime { year: stamp.year, month, day, minute: stamp.minutes.rem_euclid(1440.0) as usize })
}

fn finish(mut rows: Rows, offset_h: Option<f64>, stamp_minute: usize) -> Result<WeatherFile, Problems> {
    let facts = rows.facts();
    facts.utc_offset_minutes = Some(0);
    facts.place = "PVGIS".to_owned();
    facts.nominal_shift_minutes = offset_h.map_or(stamp_minute as f64, |hours| hours * 60.0) - 30.0;
    rows.finish()
}
