//! NREL TMY3 files: hours end at their stamp (`24:00` occurs), local standard time.
//!
//! Source of the layout: Wilcox & Marion, *Users Manual for TMY3 Data Sets*, NREL/TP-581-43156.

use super::grid::{RowTime, Rows};
use super::{Column, Format, WeatherFile};
use crate::problem::{Problem, Problems};
use crate::series::stamp::{DateOrder, parse};
use crate::series::text::{Cell, number};
use crate::time::days_in_month;

const FIELDS: [(Column, &str, f64); 9] = [
    (Column::Ghi, "GHI (W/m^2)", 1.0),
    (Column::Dni, "DNI (W/m^2)", 1.0),
    (Column::Dhi, "DHI (W/m^2)", 1.0),
    (Column::Temperature, "Dry-bulb (C)", 1.0),
    (Column::DewPoint, "Dew-point (C)", 1.0),
    (Column::Humidity, "RHum (%)", 0.01),
    (Column::Pressure, "Pressure (mbar)", 100.0),
    (Column::Wind, "Wspd (m/s)", 1.0),
    (Column::Albedo, "Alb (unitless)", 1.0),
];

/// Reads a TMY3 file.
pub fn read(text: &str, file: &str) -> Result<WeatherFile, Problems> {
    let mut lines = text.lines().enumerate();
    let place = lines.next().map_or("", |(_, line)| line);
    let header: Vec<&str> = lines.next().map_or("", |(_, line)| line).split(',').map(str::trim).collect();
    let found: Vec<(Column, usize, f64)> = FIELDS
        .iter()
        .filter_map(|(column, name, factor)| {
            header.iter().position(|head| head == name).map(|at| (*column, at, *factor))
        })
        .collect();
    let columns: Vec<Column> = found.iter().map(|(column, ..)| *column).collect();
    let mut rows = Rows::new(file, Format::Tmy3, &columns);
    location(place, &mut rows);
    for (index, line) in lines {
        let row = index + 1;
        if line.trim().is_empty() {
            continue;
        }
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        if cells.len() < 2 || cells.len() + 1 < header.len() {
            let message = format!("{} cells found, the header has {}", cells.len(), header.len());
            rows.problem(Problem::error("wrong-cell-count", message), row);
            continue;
        }
        let Some(time) = stamp(cells[0], cells[1]) else {
            let message = format!("`{},{}` is no date and hour", cells[0], cells[1]);
            rows.problem(Problem::error("bad-time", message).hint("MM/DD/YYYY,HH:MM"), row);
            continue;
        };
        let mut bad = Vec::new();
        rows.push(time, row, |wanted| {
            let Some((_, at, factor)) = found.iter().find(|(column, ..)| *column == wanted) else {
                return f64::NAN;
            };
            match cells.get(*at).map_or(Cell::Missing, |cell| number(cell, false)) {
                Cell::Number(value) if value <= -9000.0 => f64::NAN,
                Cell::Number(value) => value * factor,
                Cell::Missing => f64::NAN,
                Cell::Bad => {
                    bad.push((wanted, *at));
                    f64::INFINITY
                }
            }
        });
        for (column, at) in bad {
            rows.bad_cell(column, row, cells.get(at).unwrap_or(&""));
        }
    }
    rows.finish()
}

fn location(line: &str, rows: &mut Rows) {
    // Names may hold commas inside quotes: count the four numbers from the end.
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let from_end = |back: usize| {
        fields.len().checked_sub(back).and_then(|at| fields.get(at)).and_then(|cell| cell.parse::<f64>().ok())
    };
    let (Some(zone), Some(latitude), Some(longitude), Some(elevation)) =
        (from_end(4), from_end(3), from_end(2), from_end(1))
    else {
        rows.problem(
            Problem::error(
                "bad-location",
                "the first line must end with time zone, latitude, longitude, elevation",
            ),
            1,
        );
        return;
    };
    let place = fields.get(1).copied().unwrap_or("").trim_matches('"').to_owned();
    let facts = rows.facts();
    facts.place = place;
    (facts.latitude_deg, facts.longitude_deg) = (Some(latitude), Some(longitude));
    facts.elevation_m = Some(elevation);
    facts.utc_offset_minutes = Some((zone * 60.0).round() as i32);
}

/// The hour that ends at the stamp.
fn stamp(date: &str, clock: &str) -> Option<RowTime> {
    let day = parse(date, DateOrder::MonthDay)?;
    let mut parts = date.split('/');
    let (month, day_of_month): (usize, usize) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let (hour, minute) = clock.split_once(':')?;
    let end: usize = hour.parse::<usize>().ok()? * 60 + minute.parse::<usize>().ok()?;
    let legal = (1..=12).contains(&month) && day_of_month <= days_in_month(2024, month);
    (legal && (60..=1440).contains(&end)).then(|| RowTime {
        year: day.year,
        month,
        day: day_of_month,
        minute: end - 60,
    })
}
