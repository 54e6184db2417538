//! What is wrong with the values of a series, and its repair.

use super::read::Options;
use crate::problem::Problem;
use crate::weather::{Finding, FindingKind, Repair, describe_missing, is_sentinel};

/// Share of values that makes a series bad as a whole.
const BAD_SHARE: f64 = 0.05;

/// Marks what cannot be as NaN; returns what was found. `rows` gives the row of each value.
pub fn check(values: &mut [f64], rows: &[u32], interval_minutes: usize, options: &Options) -> Vec<Finding> {
    let mut sizes: Vec<f64> = values.iter().filter(|v| v.is_finite()).map(|v| v.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let usual = sizes.get(sizes.len() * 99 / 100).copied().unwrap_or(0.0);
    let mut findings: Vec<Finding> = Vec::new();
    let mut add = |kind, row: u32, example: f64| {
        let known = findings.iter().position(|finding: &Finding| finding.kind == kind);
        let at = known.unwrap_or_else(|| {
            findings.push(Finding {
                kind,
                column: String::new(),
                count: 0,
                rows: Vec::new(),
                example: Some(example),
                word: None,
            });
            findings.len() - 1
        });
        findings[at].count += 1;
        if row > 0 && findings[at].rows.len() < Finding::KEPT {
            findings[at].rows.push(row);
        }
    };
    for (value, row) in values.iter_mut().zip(rows) {
        if value.is_nan() {
            add(FindingKind::Gap, *row, f64::NAN);
        } else if value.is_infinite() {
            *value = f64::NAN; // no number: counted when it was read
        } else if is_sentinel(*value)
            && (value.abs() > if *value < 0.0 { 2.0 } else { 4.0 } * usual
                || (*value < 0.0 && options.minimum >= Some(0.0)))
        {
            add(FindingKind::Sentinel, *row, *value);
            *value = f64::NAN;
        } else if options.minimum.is_some_and(|minimum| *value < minimum) {
            // Standby of a plant or the offset of a meter, not a fault.
            if value.abs() <= 0.02 * usual {
                add(FindingKind::SmallNegative, *row, *value);
                *value = 0.0;
            } else {
                add(FindingKind::Impossible, *row, *value);
                *value = f64::NAN;
            }
        }
    }
    stuck(values, rows, interval_minutes, &mut add);
    for finding in &mut findings {
        finding.example = finding.example.filter(|example| !example.is_nan());
        finding.rows.sort_unstable();
        finding.rows.dedup();
    }
    findings
}

/// Values that do not move for a day and are not zero.
fn stuck(values: &[f64], rows: &[u32], interval_minutes: usize, add: &mut impl FnMut(FindingKind, u32, f64)) {
    let held = 1440 / interval_minutes;
    // A series of few steps (a price, a block load) holds its values on purpose.
    let changes = values.windows(2).filter(|pair| pair[0] != pair[1]).count();
    if changes * 4 < values.len() {
        return;
    }
    let mut start = 0;
    for end in 1..=values.len() {
        if end < values.len() && values[end] == values[start] {
            continue;
        }
        if end - start > held && values[start] != 0.0 {
            rows[start..end].iter().for_each(|row| add(FindingKind::Stuck, *row, values[start]));
        }
        start = end;
    }
}

/// Power above 2 % of the usual largest while the sun is below the horizon for the whole slot, by
/// the zenith angle in the middle of each slot and a margin for twilight.
pub fn at_night(
    values: &[f64],
    rows: &[u32],
    interval_minutes: usize,
    zenith_deg: &[f64],
) -> Option<Finding> {
    let mut sizes: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sizes.sort_by(f64::total_cmp);
    let usual = sizes.get(sizes.len() * 99 / 100).copied().unwrap_or(0.0);
    // The sun moves a quarter of a degree a minute; civil twilight ends at 6 degrees.
    let dark_deg = 93.0 + 0.25 * interval_minutes as f64 / 2.0;
    let dark: Vec<usize> = (0..values.len().min(zenith_deg.len()))
        .filter(|slot| zenith_deg[*slot] > dark_deg && values[*slot] > 0.02 * usual)
        .collect();
    let mut known: Vec<u32> =
        dark.iter().map(|slot| rows[*slot]).filter(|row| *row > 0).take(Finding::KEPT).collect();
    known.dedup();
    (!dark.is_empty()).then(|| Finding {
        kind: FindingKind::NightPower,
        column: String::new(),
        count: dark.len(),
        rows: known,
        example: Some(values[dark[0]]),
        word: None,
    })
}

/// What messages about missing values say.
pub struct Told<'a> {
    /// The file.
    pub file: &'a str,
    /// Column of a slot.
    pub column_of: &'a dyn Fn(usize) -> String,
    /// Time of a slot, where the file gives times.
    pub time_of: &'a dyn Fn(usize) -> Option<String>,
    /// What was found.
    pub findings: &'a [Finding],
}

/// Fills missing values as the options allow; returns how many.
///
/// # Errors
/// Missing values that may not be filled, with their rows.
pub fn repair(
    values: &mut [f64],
    rows: &[u32],
    interval_minutes: usize,
    options: &Options,
    told: &Told<'_>,
) -> Result<usize, Problem> {
    let missing: Vec<usize> = (0..values.len()).filter(|slot| values[*slot].is_nan()).collect();
    if missing.is_empty() {
        return Ok(0);
    }
    let at = |kind, message: String, slot: usize| {
        let problem = Problem::error(kind, message).in_file(told.file).in_column((told.column_of)(slot));
        match rows[slot] {
            0 => problem,
            row => problem.at_line(row as usize),
        }
    };
    let share = missing.len() as f64 / values.len() as f64;
    if options.repair == Repair::None {
        let found = describe_missing(told.findings, "");
        let found = if found.is_empty() { found } else { format!(": {found}") };
        let absent = missing.iter().find(|slot| rows[**slot] == 0).and_then(|slot| (told.time_of)(*slot));
        let absent = absent.map(|time| format!("; no row for {time}")).unwrap_or_default();
        let message =
            format!("{} of {} values are missing or impossible{found}{absent}", missing.len(), values.len());
        return Err(at("series-gap", message, missing[0])
            .hint("mend the file, or set repair = \"interpolate\" with max_gap_hours beside the series"));
    }
    let longest = (options.max_gap_hours * 60.0 / interval_minutes as f64).floor() as usize;
    let mut slot = 0;
    while slot < values.len() {
        if !values[slot].is_nan() {
            slot += 1;
            continue;
        }
        let end = (slot..values.len()).find(|at| !values[*at].is_nan()).unwrap_or(values.len());
        if end - slot > longest {
            let hours = ((end - slot) * interval_minutes) as f64 / 60.0;
            let message = format!(
                "a gap of {hours} h is longer than max_gap_hours = {} ({:.1} % of the values are missing)",
                options.max_gap_hours,
                100.0 * share
            );
            return Err(at("gap-too-long", message, slot).hint("mend the file, or raise max_gap_hours"));
        }
        bridge(values, slot, end, 1440 / interval_minutes, options.repair);
        slot = end;
    }
    Ok(missing.len())
}

/// Fills `start..end` between its neighbours; `ClearSky` takes the same time of the days around,
/// so that a PV series keeps the sun's path.
fn bridge(values: &mut [f64], start: usize, end: usize, per_day: usize, repair: Repair) {
    let before = start.checked_sub(1).map(|at| values[at]);
    let after = values.get(end).copied();
    let (left, right) = (before.or(after).unwrap_or(0.0), after.or(before).unwrap_or(0.0));
    let length = (end - start + 1) as f64;
    for slot in start..end {
        let place = (slot - start + 1) as f64 / length;
        let line = left + (right - left) * place;
        values[slot] = if repair == Repair::ClearSky {
            let around = [slot.checked_sub(per_day), Some(slot + per_day)];
            let near: Vec<f64> = around
                .into_iter()
                .flatten()
                .filter_map(|at| values.get(at).copied())
                .filter(|value| !value.is_nan())
                .collect();
            if near.is_empty() { line } else { near.iter().sum::<f64>() / near.len() as f64 }
        } else {
            line
        };
    }
}

/// Whether so much is wrong that the series should not be used.
pub fn is_bad(findings: &[Finding], values: usize) -> Option<f64> {
    let wrong: usize = findings
        .iter()
        .filter(|finding| finding.kind.is_missing() || finding.kind == FindingKind::Stuck)
        .map(|finding| finding.count)
        .sum();
    let share = wrong as f64 / values.max(1) as f64;
    (share > BAD_SHARE).then_some(share)
}
