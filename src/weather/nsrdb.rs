//! NSRDB CSV files (NREL): a line of names and a line of facts, a header, then rows whose stamps
//! give year, month, day, hour and minute in the clock that `Time Zone` names.
//!
//! Values are those at the stamp; the hour that a stamp lies in is taken as its interval, and the
//! distance of the stamp from the middle as the radiation's nominal shift. Wind is at 2 m in the
//! older PSM versions and at 10 m in newer ones; the file does not say, and 10 m is assumed unless
//! the scenario gives `wind_height_m`.

use super::grid::{RowTime, Rows};
use super::{Column, Format, WeatherFile};
use crate::problem::{Problem, Problems};
use crate::series::text::{Cell, number};
use crate::time::days_in_month;

const FIELDS: [(Column, &str, f64); 9] = [
    (Column::Ghi, "ghi", 1.0),
    (Column::Dni, "dni", 1.0),
    (Column::Dhi, "dhi", 1.0),
    (Column::Temperature, "temperature", 1.0),
    (Column::DewPoint, "dew point", 1.0),
    (Column::Humidity, "relative humidity", 0.01),
    (Column::Pressure, "pressure", 100.0),
    (Column::Wind, "wind speed", 1.0),
    (Column::Albedo, "surface albedo", 1.0),
];

/// Reads an NSRDB file.
pub fn read(text: &str, file: &str) -> Result<WeatherFile, Problems> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records();
    let mut line = || -> Vec<String> {
        records
            .next()
            .and_then(Result::ok)
            .map(|r| r.iter().map(|c| c.trim().to_owned()).collect())
            .unwrap_or_default()
    };
    let (names, facts, header) = (line(), line(), line());
    let lower: Vec<String> = header.iter().map(|head| head.to_lowercase()).collect();
    let at = |name: &str| lower.iter().position(|head| head == name);
    let found: Vec<(Column, usize, f64)> = FIELDS
        .iter()
        .filter_map(|(column, name, factor)| at(name).map(|position| (*column, position, *factor)))
        .collect();
    let columns: Vec<Column> = found.iter().map(|(column, ..)| *column).collect();
    let mut rows = Rows::new(file, Format::Nsrdb, &columns);
    let times = ["year", "month", "day", "hour"].map(at);
    let [Some(year), Some(month), Some(day), Some(hour)] = times else {
        return Err(Problem::error("missing-column", "the third line must name Year, Month, Day, Hour")
            .in_file(file)
            .at_line(3)
            .into());
    };
    let minute = at("minute");
    location(&names, &facts, &mut rows);
    let mut first_minutes = std::collections::BTreeSet::new();
    for (index, record) in records.enumerate() {
        let row = index + 4;
        let Ok(record) = record else {
            rows.problem(Problem::error("bad-csv", "the row cannot be read"), row);
            continue;
        };
        let whole = |at: usize| {
            let value = record.get(at).and_then(|cell| cell.trim().parse::<f64>().ok());
            value.filter(|value| (0.0..=9999.0).contains(value)).map(|value| value as usize)
        };
        let time = (|| {
            let (month, day, hour) = (whole(month)?, whole(day)?, whole(hour)?);
            let minute = minute.map_or(Some(0), whole)?;
            let legal = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(2024, month);
            (legal && hour < 24 && minute < 60).then_some(RowTime {
                year: whole(year)? as i32,
                month,
                day,
                minute: hour * 60 + minute,
            })
        })();
        let Some(time) = time else {
            rows.problem(
                Problem::error("bad-time", "the row has no legal Year, Month, Day, Hour, Minute")
                    .hint("Hour runs from 0 to 23, Minute from 0 to 59"),
                row,
            );
            continue;
        };
        first_minutes.insert(time.minute % 60);
        let mut bad = Vec::new();
        rows.push(time, row, |wanted| {
            let Some((_, at, factor)) = found.iter().find(|(column, ..)| *column == wanted) else {
                return f64::NAN;
            };
            match record.get(*at).map_or(Cell::Missing, |cell| number(cell, false)) {
                Cell::Number(value) => value * factor,
                Cell::Missing => f64::NAN,
                Cell::Bad => {
                    bad.push((wanted, *at));
                    f64::INFINITY
                }
            }
        });
        for (column, at) in bad {
            rows.bad_cell(column, row, record.get(at).unwrap_or(""));
        }
    }
    let interval = 60 / first_minutes.len().max(1);
    let first = first_minutes.first().copied().unwrap_or(0);
    rows.facts().nominal_shift_minutes = first as f64 - interval as f64 / 2.0;
    rows.finish()
}

fn location(names: &[String], facts: &[String], rows: &mut Rows) {
    let fact = |name: &str| {
        names.iter().position(|known| known.eq_ignore_ascii_case(name)).and_then(|at| facts.get(at))
    };
    let value = |name: &str| fact(name).and_then(|cell| cell.parse::<f64>().ok());
    let place = format!(
        "{} {}",
        fact("State").map_or("", |text| text.trim_start_matches("b'").trim_end_matches('\'')),
        fact("Country").map_or("", |text| text.trim_start_matches("b'").trim_end_matches('\''))
    );
    let (latitude, longitude) = (value("Latitude"), value("Longitude"));
    let (elevation, zone) = (value("Elevation"), value("Time Zone"));
    if zone.is_none() {
        rows.problem(
            Problem::error("bad-location", "the first two lines must give `Time Zone`")
                .hint("download the file with its header"),
            2,
        );
    }
    let facts = rows.facts();
    facts.place = place.trim().to_owned();
    (facts.latitude_deg, facts.longitude_deg, facts.elevation_m) = (latitude, longitude, elevation);
    facts.utc_offset_minutes = zone.map(|hours| (hours * 60.0).round() as i32);
}
