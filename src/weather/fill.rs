//! Filling missing values, as far as the scenario allows it.

use super::prepare::Repair;
use super::quality::{Finding, describe_missing};
use super::{Column, WeatherFile};
use crate::problem::Problem;

/// Clear-sky global irradiance, W/m²: Haurwitz (1945).
pub fn haurwitz_w_per_m2(cos_zenith: f64) -> f64 {
    if cos_zenith <= 0.0 { 0.0 } else { 1098.0 * cos_zenith * (-0.057 / cos_zenith).exp() }
}

/// Fills a column's missing values in place; returns how many.
///
/// # Errors
/// Missing values that the scenario does not let us repair, with their rows.
pub fn fill(
    file: &WeatherFile,
    column: Column,
    values: &mut [f64],
    interval_cos: &[f64],
    (repair, max_gap_hours): (Repair, f64),
    findings: &[Finding],
) -> Result<usize, Problem> {
    let missing: Vec<usize> = (0..values.len()).filter(|slot| values[*slot].is_nan()).collect();
    if missing.is_empty() {
        return Ok(0);
    }
    let at = |kind, message: String| {
        let first = missing.iter().map(|slot| file.rows[*slot]).find(|row| *row > 0);
        let problem = Problem::error(kind, message).in_file(&file.file).in_column(column.name());
        first.map_or(problem.clone(), |row| problem.at_line(row as usize))
    };
    if repair == Repair::None {
        let told = describe_missing(findings, column.name());
        let told = if told.is_empty() { told } else { format!(": {told}") };
        let absent = missing.iter().find(|slot| file.rows[**slot] == 0);
        let absent = absent.map(|slot| format!("; no row for {}", file.slot_time(*slot))).unwrap_or_default();
        return Err(at(
            "weather-gap",
            format!("{} of {} values are missing or impossible{told}{absent}", missing.len(), values.len()),
        )
        .hint(
            "mend the file, or set site.repair = \"interpolate\" or \"clear-sky\" with site.max_gap_hours",
        ));
    }
    let longest = max_gap_hours * 60.0 / f64::from(file.interval_minutes);
    for (start, length) in runs(values) {
        if length as f64 > longest {
            let hours = length as f64 * f64::from(file.interval_minutes) / 60.0;
            return Err(at(
                "gap-too-long",
                format!("a gap of {hours} h is longer than max_gap_hours = {max_gap_hours}"),
            )
            .hint("mend the file, or raise site.max_gap_hours"));
        }
        bridge(column, values, interval_cos, start, length, repair);
    }
    Ok(missing.len())
}

/// Runs of missing values as (first slot, length), the year taken as a ring.
fn runs(values: &[f64]) -> Vec<(usize, usize)> {
    let count = values.len();
    let Some(origin) = (0..count).find(|slot| !values[*slot].is_nan()) else { return vec![(0, count)] };
    let mut runs = Vec::new();
    let mut length = 0;
    for index in 1..=count {
        let slot = (origin + index) % count;
        if values[slot].is_nan() {
            length += 1;
        } else if length > 0 {
            runs.push(((slot + count - length) % count, length));
            length = 0;
        }
    }
    runs
}

/// Bridges a run between its neighbours: linearly, or by clearness against a clear sky.
fn bridge(column: Column, values: &mut [f64], cos: &[f64], start: usize, length: usize, repair: Repair) {
    let count = values.len();
    let (before, after) = ((start + count - 1) % count, (start + length) % count);
    let by_clearness = repair == Repair::ClearSky && column.is_radiation();
    let clear = |slot: usize| haurwitz_w_per_m2(cos[slot]);
    // Clearness near the gap: the mean of the nearest daylight values on each side.
    let clearness = |from: usize, forward: bool, values: &[f64]| {
        let daylight = (0..24.min(count))
            .map(|away| if forward { (from + away) % count } else { (from + count - away) % count });
        let near: Vec<f64> = daylight
            .filter(|slot| !values[*slot].is_nan() && clear(*slot) > 50.0)
            .take(2)
            .map(|slot| (values[slot] / clear(slot)).min(1.5))
            .collect();
        (!near.is_empty()).then(|| near.iter().sum::<f64>() / near.len() as f64)
    };
    let (left, right) = (values[before], values[after]);
    let (index_left, index_right) = (clearness(before, false, values), clearness(after, true, values));
    for part in 0..length {
        let slot = (start + part) % count;
        let place = (part + 1) as f64 / (length + 1) as f64;
        values[slot] = if by_clearness {
            let left = index_left.or(index_right).unwrap_or(0.5);
            let right = index_right.unwrap_or(left);
            (left + (right - left) * place) * clear(slot)
        } else {
            left + (right - left) * place
        };
    }
}
