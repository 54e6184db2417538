//! From rows with stamps to a regular year.

use super::quality::{FindingKind, Findings, check_column};
use super::{Column, Format, WeatherFile};
use crate::problem::{Problem, Problems};
use crate::time::days_in_month;

/// One row of a weather table: when its interval starts, in the file's clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowTime {
    /// Calendar year as written.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: usize,
    /// Day of the month, 1 to 31.
    pub day: usize,
    /// Minute of the day at which the interval starts (or the stamp, see [`Rows::finish`]).
    pub minute: usize,
}

/// Rows collected by a reader.
#[derive(Debug)]
pub struct Rows {
    file: WeatherFile,
    times: Vec<(RowTime, u32)>,
    values: [Option<Vec<f64>>; 9],
    findings: Findings,
    problems: Vec<Problem>,
}

/// Problems of single cells that are told one by one.
const TOLD: usize = 20;

impl Rows {
    /// No rows yet, of a file with these columns.
    pub fn new(file: &str, format: Format, columns: &[Column]) -> Self {
        let mut values = [const { None }; 9];
        for column in columns {
            values[*column as usize] = Some(Vec::new());
        }
        Self {
            file: WeatherFile {
                file: file.to_owned(),
                format,
                place: String::new(),
                latitude_deg: None,
                longitude_deg: None,
                elevation_m: None,
                utc_offset_minutes: None,
                interval_minutes: 60,
                days: 365,
                year: None,
                wind_height_m: 10.0,
                nominal_shift_minutes: 0.0,
                rows: Vec::new(),
                findings: Vec::new(),
                columns: [const { None }; 9],
            },
            times: Vec::new(),
            values,
            findings: Findings::default(),
            problems: Vec::new(),
        }
    }

    /// The file's facts, to be filled by the reader.
    pub fn facts(&mut self) -> &mut WeatherFile {
        &mut self.file
    }

    /// Adds a row; `value` gives each present column in its unit, NaN where missing and infinite
    /// where the cell is no number (see [`Rows::bad_cell`]).
    pub fn push(&mut self, time: RowTime, row: usize, mut value: impl FnMut(Column) -> f64) {
        self.times.push((time, row as u32));
        for column in Column::ALL {
            if let Some(values) = &mut self.values[column as usize] {
                values.push(value(column));
            }
        }
    }

    /// Counts a cell that is no number.
    pub fn bad_cell(&mut self, column: Column, row: usize, word: &str) {
        self.findings.add_word(column.name(), row as u32, word);
    }

    /// Keeps a problem, placed in the file; after twenty only errors of other kinds are kept.
    pub fn problem(&mut self, problem: Problem, row: usize) {
        let told = self.problems.iter().filter(|known| known.kind == problem.kind).count();
        if told < TOLD {
            let file = self.file.file.clone();
            self.problems.push(problem.in_file(&file).at_line(row));
        }
    }

    /// Places the rows on the grid of their year.
    ///
    /// Stamps inside an interval (NSRDB marks half hours, PVGIS the satellite's scan) belong to
    /// the interval they lie in.
    ///
    /// # Errors
    /// Everything that makes the table unusable: no or too few rows, several years, an odd interval.
    pub fn finish(mut self) -> Result<WeatherFile, Problems> {
        if self.times.is_empty() && self.problems.is_empty() {
            self.problems.push(
                Problem::error("no-rows", "the file has no data rows")
                    .in_file(&self.file.file)
                    .hint("below the header there must be one row per interval of a year"),
            );
        }
        if self.problems.iter().any(Problem::is_error) {
            return Err(Problems(self.problems));
        }
        let days = 365 + self.times.iter().any(|(time, _)| (time.month, time.day) == (2, 29)) as usize;
        let minutes: Vec<usize> = self.times.iter().map(|(time, _)| minute_of_year(time, days)).collect();
        let interval = match usual_interval(&minutes) {
            Some(interval) if 60 % interval == 0 => interval,
            found => {
                let found = found.map_or("unclear".to_owned(), |minutes| format!("{minutes} minutes"));
                return Err(Problem::error("bad-interval", format!("the interval between rows is {found}"))
                    .in_file(&self.file.file)
                    .hint("rows must stand 60 minutes or a divisor of it apart")
                    .into());
            }
        };
        let slots = days * 1440 / interval;
        self.file.days = days;
        self.file.interval_minutes = interval as u32;
        let slot_of = |minute: usize| (minute / interval).min(slots - 1);
        let mut row_at = vec![usize::MAX; slots];
        let mut several_years = None;
        for (index, minute) in minutes.iter().enumerate() {
            let slot = slot_of(*minute);
            if row_at[slot] == usize::MAX {
                row_at[slot] = index;
                continue;
            }
            let (first, second) = (self.times[row_at[slot]], self.times[index]);
            if first.0.year != second.0.year {
                several_years.get_or_insert((first, second));
            }
            self.findings.add(FindingKind::Duplicate, "", second.1, None);
        }
        self.check_years(several_years)?;
        for (pair, next) in minutes.windows(2).zip(&self.times[1..]) {
            if pair[1] < pair[0] {
                self.findings.add(FindingKind::Unordered, "", next.1, None);
            }
        }
        self.place(&row_at)
    }

    fn check_years(&mut self, several: Option<((RowTime, u32), (RowTime, u32))>) -> Result<(), Problems> {
        if let Some(((first, _), (second, row))) = several {
            return Err(Problem::error(
                "several-years",
                format!("the file holds {} and {}, one year is needed", first.year, second.year),
            )
            .in_file(&self.file.file)
            .at_line(row as usize)
            .hint("keep the rows of one year")
            .into());
        }
        let year = self.times[0].0.year;
        self.file.year = self.times.iter().all(|(time, _)| time.year == year).then_some(year);
        Ok(())
    }

    fn place(mut self, row_at: &[usize]) -> Result<WeatherFile, Problems> {
        let found = row_at.iter().filter(|index| **index != usize::MAX).count();
        if found * 10 < row_at.len() * 9 {
            let there = |slot: &usize| row_at[*slot] != usize::MAX;
            let (first, last) = ((0..row_at.len()).find(there), (0..row_at.len()).rfind(there));
            let span = first.zip(last).map_or_else(String::new, |(first, last)| {
                format!(", from {} to {}", self.file.slot_time(first), self.file.slot_time(last))
            });
            return Err(Problem::error(
                "too-few-rows",
                format!("{found} of {} intervals of a year are there{span}", row_at.len()),
            )
            .in_file(&self.file.file)
            .hint("a weather file must hold a whole year")
            .into());
        }
        self.file.rows =
            row_at.iter().map(|index| self.times.get(*index).map_or(0, |(_, row)| *row)).collect();
        for column in Column::ALL {
            let Some(values) = &self.values[column as usize] else { continue };
            let mut placed: Vec<f64> =
                row_at.iter().map(|index| values.get(*index).copied().unwrap_or(f64::NAN)).collect();
            let missing_before = placed.iter().filter(|value| value.is_nan()).count();
            if missing_before == placed.len() {
                continue; // a column without a single value is not there
            }
            for (value, row) in placed.iter_mut().zip(&self.file.rows) {
                if value.is_nan() {
                    self.findings.add(FindingKind::Gap, column.name(), *row, None);
                } else if value.is_infinite() {
                    *value = f64::NAN; // no number: counted when it was read
                }
            }
            check_column(column, &mut placed, &self.file.rows, &mut self.findings);
            let missing = placed.iter().filter(|value| value.is_nan()).count();
            if missing == placed.len() {
                continue;
            }
            self.file.columns[column as usize] = Some(placed);
        }
        self.file.findings = self.findings.done();
        // A stand-in column (EPW writes 999 throughout where it has no albedo) is absent, not bad.
        let columns = &self.file.columns;
        self.file.findings.retain(|finding| {
            Column::ALL.iter().all(|c| c.name() != finding.column || columns[*c as usize].is_some())
        });
        if self.file.columns.iter().all(Option::is_none) {
            return Err(Problem::error("no-weather-columns", "no column holds weather that is used")
                .in_file(&self.file.file)
                .hint(format!("known columns: {}", Column::ALL.map(Column::name).join(", ")))
                .into());
        }
        Ok(self.file)
    }
}

/// Minutes since 1 January 00:00 in a year of 365 or 366 days.
fn minute_of_year(time: &RowTime, days: usize) -> usize {
    let year = if days == 366 { 2024 } else { 2023 };
    let before: usize = (1..time.month).map(|month| days_in_month(year, month)).sum();
    (before + time.day - 1) * 1440 + time.minute
}

/// The most common distance of consecutive rows, minutes.
fn usual_interval(minutes: &[usize]) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::new();
    for pair in minutes.windows(2) {
        if pair[1] > pair[0] {
            *counts.entry(pair[1] - pair[0]).or_insert(0_usize) += 1;
        }
    }
    counts
        .into_iter()
        .max_by_key(|(distance, count)| (*count, usize::MAX - distance))
        .map(|(distance, _)| distance)
}
