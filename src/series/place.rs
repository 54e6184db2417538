//! When the rows of a table happened, and their place in the simulated year.

use super::read::Options;
use super::sheet::{Layout, Sheet};
use super::stamp::{date_order, parse};
use super::text::{Cell, number};
use crate::problem::{Problem, Problems};
use crate::time::{Axis, is_leap_year, unix_days};
use crate::weather::{Finding, FindingKind};
use std::collections::BTreeMap;

/// Values on a regular grid of one year of the axis' clock, missing as NaN.
#[derive(Debug)]
pub struct Placed {
    /// One value per slot, as in the file.
    pub values: Vec<f64>,
    /// Table row of each slot; 0 where there is none.
    pub rows: Vec<u32>,
    /// Column of each slot in the wide form (index into the layout's value columns); else empty.
    pub parts: Vec<u16>,
    /// Length of a slot, minutes.
    pub interval_minutes: usize,
    /// 365 or 366.
    pub days: usize,
    /// Year of the stamps; none without a time column.
    pub year: Option<i32>,
    /// What is wrong with rows and cells.
    pub findings: Vec<Finding>,
}

/// Problems of single rows that are told one by one.
const TOLD: usize = 20;

/// One value with its time.
struct Point {
    /// Minutes since 1970 in the clock of the axis.
    minutes: f64,
    /// Year in the file's own clock.
    own_year: i32,
    value: f64,
    row: u32,
    part: u16,
}

/// Places a table's rows in time.
///
/// # Errors
/// All rows whose time cannot be told, or a number of rows that is no year.
pub fn place(
    sheet: &Sheet,
    layout: &Layout,
    file: &str,
    axis: &Axis,
    options: &Options,
) -> Result<Placed, Problems> {
    let mut findings = Findings(Vec::new());
    if layout.times.is_empty() && !layout.is_wide() {
        return by_count(sheet, layout, file, findings);
    }
    let points = points(sheet, layout, file, axis, options, &mut findings)?;
    let Some(interval) = interval(&points, layout) else {
        return Err(Problem::error(
            "bad-interval",
            "the interval between rows is unclear or no divisor of a day",
        )
        .in_file(file)
        .hint("rows must stand 1, 5, 10, 15, 20, 30 or 60 minutes or whole hours apart")
        .into());
    };
    let ends = options.label_end && !layout.counts_from_first_interval();
    let mut placed = on_year(points, interval, file, axis, ends, findings)?;
    if !layout.is_wide() {
        placed.parts.clear();
    }
    Ok(placed)
}

/// Findings without the weather's columns.
struct Findings(Vec<Finding>);

impl Findings {
    fn word(&mut self, row: u32, word: &str) {
        self.add(FindingKind::NotANumber, row, None);
        let own = |finding: &&mut Finding| finding.kind == FindingKind::NotANumber && finding.word.is_none();
        if let Some(finding) = self.0.iter_mut().find(own) {
            finding.word = Some(word.chars().take(40).collect());
        }
    }

    fn add(&mut self, kind: FindingKind, row: u32, example: Option<f64>) {
        let at = self.0.iter().position(|finding| finding.kind == kind);
        let at = at.unwrap_or_else(|| {
            let (column, rows) = (String::new(), Vec::new());
            self.0.push(Finding { kind, column, count: 0, rows, example, word: None });
            self.0.len() - 1
        });
        self.0[at].count += 1;
        if row > 0 && self.0[at].rows.len() < Finding::KEPT {
            self.0[at].rows.push(row);
        }
    }
}

/// The number of a cell; NaN where there is none, infinite where it is no number.
fn value(sheet: &Sheet, row: u32, cell: Option<&str>, findings: &mut Findings) -> f64 {
    match cell.map_or(Cell::Missing, |cell| number(cell, sheet.comma_decimal)) {
        Cell::Number(value) => value,
        Cell::Missing => f64::NAN,
        Cell::Bad => {
            findings.word(row, cell.unwrap_or_default());
            f64::INFINITY // becomes missing when the values are checked
        }
    }
}

fn by_count(sheet: &Sheet, layout: &Layout, file: &str, mut findings: Findings) -> Result<Placed, Problems> {
    let rows = &sheet.rows[layout.first..];
    let days = if rows.len().is_multiple_of(8784) { 366 } else { 365 };
    let interval = days * 1440 / rows.len().max(1);
    if rows.is_empty() || interval == 0 || interval > 60 || interval * rows.len() != days * 1440 {
        let message = format!("{} rows without a time column are no year", rows.len());
        let problem = Problem::error("row-count", message).in_file(file);
        let near = [8760_usize, 8784].iter().flat_map(|hours| [1, 2, 4, 6, 12, 60].map(|per| hours * per));
        let near = near.min_by_key(|count| usize::abs_diff(*count, rows.len())).unwrap_or(8760);
        return Err(problem
            .hint(format!(
                "give 8760 or 8784 times a whole number of rows ({near} is nearest), or name a `time` column"
            ))
            .into());
    }
    let at = layout.values[0];
    let values =
        rows.iter().map(|(row, cells)| value(sheet, *row as u32, cells.get(at), &mut findings)).collect();
    let numbers = rows.iter().map(|(row, _)| *row as u32).collect();
    let parts = Vec::new();
    Ok(Placed {
        values,
        rows: numbers,
        parts,
        interval_minutes: interval,
        days,
        year: None,
        findings: findings.0,
    })
}

/// Reads every row's time and values.
fn points(
    sheet: &Sheet,
    layout: &Layout,
    file: &str,
    axis: &Axis,
    options: &Options,
    findings: &mut Findings,
) -> Result<Vec<Point>, Problems> {
    let rows = &sheet.rows[layout.first..];
    let joined = |cells: &csv::StringRecord| {
        let parts: Vec<&str> = layout.times.iter().map(|at| cells.get(*at).unwrap_or("")).collect();
        parts.join(" ")
    };
    let order = date_order(rows.iter().filter_map(|(_, cells)| cells.get(*layout.times.first()?)));
    let mut points: Vec<Point> = Vec::with_capacity(rows.len() * layout.values.len());
    let mut problems: Vec<Problem> = Vec::new();
    let mut bad = 0;
    let mut last_utc = None;
    for (row, cells) in rows {
        let text = joined(cells);
        let mut told = |problem: Problem| {
            bad += 1;
            if bad <= TOLD {
                problems.push(problem.in_file(file).at_line(*row));
            }
        };
        let Some(stamp) = parse(&text, order) else {
            told(Problem::error("bad-time", format!("`{text}` is no time")).hint("write 2025-01-31 13:00"));
            continue;
        };
        let site = f64::from(axis.utc_offset_minutes);
        let minutes = match (stamp.utc_offset_minutes, &options.timezone) {
            (Some(offset), _) => stamp.minutes - f64::from(offset) + site,
            (None, Some(zone)) => match zone.utc_minutes_of_wall(stamp.minutes, last_utc) {
                Some(utc) => {
                    last_utc = Some(utc);
                    utc + site
                }
                None => {
                    told(
                        Problem::error(
                            "time-in-gap",
                            format!("`{text}` does not exist: the clocks are put forward"),
                        )
                        .hint("use standard time, or stamps with an offset such as +01:00"),
                    );
                    continue;
                }
            },
            (None, None) => stamp.minutes,
        };
        let count = layout.values.len();
        for (part, at) in layout.values.iter().enumerate() {
            let value = value(sheet, *row as u32, cells.get(*at), findings);
            let minutes = minutes + (part * 1440 / count) as f64;
            let (row, part) = (*row as u32, part as u16);
            points.push(Point { minutes, own_year: stamp.year, value, row, part });
        }
    }
    if bad > TOLD {
        problems.push(
            Problem::error("bad-time", format!("and {} more rows with such times", bad - TOLD)).in_file(file),
        );
    }
    if points.is_empty() && problems.is_empty() {
        problems.push(
            Problem::error("no-rows", "the file has no data rows")
                .in_file(file)
                .hint("below the header there must be one row per interval of a year"),
        );
    }
    if problems.is_empty() { Ok(points) } else { Err(Problems(problems)) }
}

/// The most common distance of neighbours, minutes.
fn interval(points: &[Point], layout: &Layout) -> Option<usize> {
    if layout.is_wide() {
        return Some(1440 / layout.values.len());
    }
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for pair in points.windows(2) {
        let distance = (pair[1].minutes - pair[0].minutes).round() as i64;
        if distance > 0 {
            *counts.entry(distance).or_default() += 1;
        }
    }
    let (distance, _) = counts.into_iter().max_by_key(|(distance, count)| (*count, -distance))?;
    let minutes = usize::try_from(distance).ok()?;
    (1440_usize.is_multiple_of(minutes) && minutes <= 1440).then_some(minutes)
}

/// Start of a slot as `2025-03-31 02:00`.
pub fn slot_time(year: i32, interval_minutes: usize, slot: usize) -> String {
    let axis = Axis { year, step_minutes: interval_minutes as u32, utc_offset_minutes: 0 };
    axis.stamp(slot)[..16].replace('T', " ")
}

/// Puts points on the grid of the year that they cover best.
fn on_year(
    mut points: Vec<Point>,
    interval: usize,
    file: &str,
    axis: &Axis,
    label_end: bool,
    mut findings: Findings,
) -> Result<Placed, Problems> {
    if label_end {
        points.iter_mut().for_each(|point| point.minutes -= interval as f64);
    }
    if points.windows(2).any(|pair| pair[1].minutes < pair[0].minutes) {
        let back = points.windows(2).filter(|pair| pair[1].minutes < pair[0].minutes);
        back.for_each(|pair| findings.add(FindingKind::Unordered, pair[1].row, None));
    }
    let mut per_year: BTreeMap<i32, usize> = BTreeMap::new();
    points.iter().for_each(|point| *per_year.entry(point.own_year).or_default() += 1);
    let full = |year: i32| (365 + is_leap_year(year) as usize) * 1440 / interval;
    let simulated = per_year.get(&axis.year).is_some_and(|count| count * 10 >= full(axis.year) * 9);
    let best =
        per_year.iter().max_by_key(|(year, count)| (**count, **year)).map_or(axis.year, |(year, _)| *year);
    let year = if simulated { axis.year } else { best };
    let start = unix_days(year) as f64 * 1440.0;
    let slots = full(year);
    let mut row_at: Vec<Option<usize>> = vec![None; slots];
    let mut outside = Vec::new();
    for (index, point) in points.iter().enumerate() {
        let slot = ((point.minutes - start) / interval as f64).floor();
        if slot < 0.0 || slot >= slots as f64 {
            if point.own_year == year {
                outside.push((index, slot));
            }
            continue;
        }
        match &mut row_at[slot as usize] {
            Some(_) => findings.add(FindingKind::Duplicate, point.row, None),
            free => *free = Some(index),
        }
    }
    // A year in another clock: what hangs over one end fills the other.
    for (index, slot) in outside {
        let slot = slot.rem_euclid(slots as f64) as usize;
        row_at[slot].get_or_insert(index);
    }
    let found = row_at.iter().flatten().count();
    if found * 2 < slots {
        let there = |slot: &usize| row_at[*slot].is_some();
        let time = |slot: usize| slot_time(year, interval, slot);
        let (first, last) = ((0..slots).find(there), (0..slots).rfind(there));
        let span = first.zip(last).map(|(first, last)| format!(", from {} to {}", time(first), time(last)));
        let message = format!("{found} of {slots} intervals of {year} are there{}", span.unwrap_or_default());
        return Err(Problem::error("series-too-short", message)
            .in_file(file)
            .hint("a series must cover the whole year; a year other than time.year is mapped by date")
            .into());
    }
    let value = |index: &Option<usize>| index.map_or(f64::NAN, |index| points[index].value);
    let row = |index: &Option<usize>| index.map_or(0, |index| points[index].row);
    Ok(Placed {
        values: row_at.iter().map(value).collect(),
        rows: row_at.iter().map(row).collect(),
        parts: row_at.iter().map(|index| index.map_or(0, |index| points[index].part)).collect(),
        interval_minutes: interval,
        days: 365 + is_leap_year(year) as usize,
        year: Some(year),
        findings: findings.0,
    })
}
