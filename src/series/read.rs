//! Reading a series onto the axis.

use super::Unit;
use super::place::{Placed, place, slot_time};
use super::quality::{self, Told};
use super::sheet::Sheet;
use crate::problem::{Problem, Problems};
use crate::solar::{Observer, SunPath};
use crate::time::{Axis, Zone};
use crate::weather::{Finding, FindingKind, Repair};

/// How to read a series.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Name of the value column; none: the only one, or the wide form.
    pub column: Option<String>,
    /// Unit of the column.
    pub unit: Unit,
    /// Name of the time column (several joined by `+`); none: row i is the i-th interval.
    pub time: Option<String>,
    /// Whether stamps mark the end of their interval.
    pub label_end: bool,
    /// Zone of stamps without offset; none: site standard time.
    pub timezone: Option<Zone>,
    /// Sheet of an xlsx file; none: the first.
    pub sheet: Option<String>,
    /// How missing values are filled.
    pub repair: Repair,
    /// Longest gap that is filled, h.
    pub max_gap_hours: f64,
    /// Smallest value that can be; 0 for powers, none for prices.
    pub minimum: Option<f64>,
    /// Where the sun must shine for a value above zero: the place of a PV plant.
    pub sun_of: Option<Observer>,
}

/// A series on the axis, with what was understood of its file.
#[derive(Debug, Clone)]
pub struct SeriesFile {
    /// Step averages in kW (or the value per kWh), shape `[steps]`.
    pub values: Vec<f64>,
    /// Name of the value column.
    pub column: String,
    /// Data rows of the file.
    pub rows: usize,
    /// Minutes between rows.
    pub interval_minutes: usize,
    /// Year of the stamps; none without a time column.
    pub year: Option<i32>,
    /// What is wrong with the data, counted.
    pub findings: Vec<Finding>,
    /// Values that were filled.
    pub repaired: usize,
    /// Warnings.
    pub warnings: Vec<Problem>,
}

impl SeriesFile {
    /// Sum over the year, kWh (or value hours).
    pub fn annual_kwh(&self, axis: &Axis) -> f64 {
        self.values.iter().sum::<f64>() * axis.step_h()
    }

    /// The facts as one line.
    pub fn describe(&self, axis: &Axis, unit: Unit) -> String {
        let largest = self.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let smallest = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let hours = axis.steps() as f64 * axis.step_h();
        let year = self.year.map(|year| format!(" of {year}")).unwrap_or_default();
        let source = format!("{} rows of {} min{year}, {}", self.rows, self.interval_minutes, self.column);
        match unit {
            Unit::AsIs | Unit::PerMwh | Unit::Grams => {
                format!("{source}: mean {:.4}, {smallest:.4} to {largest:.4}", self.annual_kwh(axis) / hours)
            }
            _ => format!(
                "{source}: {:.3} MWh a year, {smallest:.1} to {largest:.1} kW",
                self.annual_kwh(axis) / 1000.0
            ),
        }
    }
}

/// Reads a series from a CSV (also gzip) or xlsx file onto the axis.
///
/// Finer rows are averaged, coarser ones held.
///
/// # Errors
/// All problems of the file, with rows and columns.
pub fn read(bytes: &[u8], file: &str, axis: &Axis, options: &Options) -> Result<SeriesFile, Problems> {
    let sheet = Sheet::read(bytes, file, options.sheet.as_deref())?;
    let layout = sheet.layout(file, options.column.as_deref(), options.time.as_deref())?;
    let placed = place(&sheet, &layout, file, axis, options)?;
    let column = layout.name();
    let Placed { mut values, rows, parts, interval_minutes, days, year, mut findings } = placed;
    findings.extend(quality::check(&mut values, &rows, interval_minutes, options));
    if let Some(zenith_deg) = zenith_deg(options, axis, year, days, interval_minutes) {
        findings.extend(quality::at_night(&values, &rows, interval_minutes, &zenith_deg));
    }
    let name = |slot: usize| layout.name_of_part(parts.get(slot).copied());
    let time = |slot: usize| year.map(|year| slot_time(year, interval_minutes, slot));
    let told = Told { file, column_of: &name, time_of: &time, findings: &findings };
    let repaired = quality::repair(&mut values, &rows, interval_minutes, options, &told)?;
    let mut warnings = warnings(file, &column, &findings, values.len(), repaired);
    warnings.extend(super::survey::survey(&sheet, &layout, file));
    if let Some(year) = year.filter(|year| *year != axis.year) {
        warnings.push(
            Problem::warning(
                "series-year",
                (
                    format!(
                        "the series is of {year} and is mapped by date onto {}: weekdays do not match",
                        axis.year
                    ),
                    format!("序列为 {year} 年数据，按日期映射到 {} 年，星期不对应", axis.year),
                ),
            )
            .in_file(file)
            .hint((
                format!("set time.year = {year} to keep them together"),
                format!("设 time.year = {year} 可使二者一致"),
            )),
        );
    }
    let factor = options.unit.factor(interval_minutes as f64 / 60.0);
    values.iter_mut().for_each(|value| *value *= factor);
    let stepped = to_steps(&values, interval_minutes, axis.step_minutes as usize);
    let (values, leap) = fit_days(stepped, days, axis);
    warnings.extend(leap.map(|message| Problem::warning("leap-day", message).in_file(file)));
    let data_rows = sheet.rows.len() - layout.first;
    Ok(SeriesFile { values, column, rows: data_rows, interval_minutes, year, findings, repaired, warnings })
}

/// The sun's zenith angle in the middle of each slot, where a plant's place is given.
fn zenith_deg(
    options: &Options,
    axis: &Axis,
    year: Option<i32>,
    days: usize,
    interval_minutes: usize,
) -> Option<Vec<f64>> {
    let observer = options.sun_of.as_ref().filter(|_| 60 % interval_minutes == 0)?;
    let own = Axis { year: year.unwrap_or(axis.year), step_minutes: interval_minutes as u32, ..*axis };
    (own.days() == days).then(|| SunPath::new(observer, &own, 0.0).zenith_deg)
}

fn warnings(file: &str, column: &str, findings: &[Finding], values: usize, repaired: usize) -> Vec<Problem> {
    let mut warnings = Vec::new();
    if let Some(share) = quality::is_bad(findings, values) {
        warnings.push(
            Problem::warning(
                "bad-series",
                (
                    format!("the data are bad: {:.0} % of the values are unusable", 100.0 * share),
                    format!("数据质量差：{:.0} % 的数值不可用", 100.0 * share),
                ),
            )
            .in_file(file)
            .in_column(column)
            .hint(("do not use this file for decisions", "不宜将此文件用于决策")),
        );
    }
    for finding in findings {
        let filled = finding.kind.is_missing() && repaired > 0;
        let mut problem =
            Problem::warning("data-quality", finding.told(filled)).in_file(file).in_column(column);
        if finding.kind == FindingKind::NightPower {
            problem = problem.hint((
                "check `timezone` and `label` of the series, and the site's place",
                "请检查序列的 `timezone`、`label` 以及场址位置",
            ));
        }
        warnings.push(match finding.rows.first() {
            Some(row) => problem.at_line(*row as usize),
            None => problem,
        });
    }
    warnings
}

/// Averages or holds values to the step, by way of the interval that both share.
fn to_steps(values: &[f64], interval: usize, step: usize) -> Vec<f64> {
    if interval == step {
        return values.to_vec();
    }
    let steps = values.len() * interval / step;
    (0..steps)
        .map(|index| {
            let (start, end) = (index * step, (index + 1) * step);
            let (first, last) = (start / interval, (end - 1) / interval);
            if first == last {
                return values[first];
            }
            let overlap = |slot: usize| ((slot + 1) * interval).min(end) - (slot * interval).max(start);
            (first..=last).map(|slot| values[slot] * overlap(slot) as f64).sum::<f64>() / step as f64
        })
        .collect()
}

/// Repeats 28 February or drops 29 February where the years differ.
fn fit_days(
    mut values: Vec<f64>,
    days: usize,
    axis: &Axis,
) -> (Vec<f64>, Option<(&'static str, &'static str)>) {
    let day = axis.steps_per_day();
    let leap_day = 59 * day;
    match (days, axis.days()) {
        (366, 365) => {
            values.drain(leap_day..leap_day + day);
            (values, Some(("the series' 29 February is dropped", "略去序列的 2 月 29 日")))
        }
        (365, 366) => {
            let before: Vec<f64> = values[leap_day - day..leap_day].to_vec();
            values.splice(leap_day..leap_day, before);
            let told = (
                "the series has no 29 February: 28 February is repeated",
                "序列无 2 月 29 日：重复 2 月 28 日",
            );
            (values, Some(told))
        }
        _ => (values, None),
    }
}
