//! A look at the columns beside a series: a plant whose weather columns are broken is a plant
//! whose power should be doubted.

use super::sheet::{Layout, Sheet};
use super::text::{Cell, number};
use crate::problem::Problem;

/// Unit in a column's name, and what is possible there.
const LIMITS: [(&str, f64, f64); 6] = [
    ("w/m2", -20.0, 1600.0),
    ("w/m²", -20.0, 1600.0),
    ("°c", -60.0, 60.0),
    ("(%)", 0.0, 110.0),
    ("hpa", 300.0, 1100.0),
    ("m/s", 0.0, 80.0),
];

/// Correlation of power with irradiance below which they do not belong together: sound plants
/// have 0.9 and more.
const LEAST_CORRELATION: f64 = 0.75;
/// Rows that are looked at, at most.
const MOST_ROWS: usize = 40_000;

/// Warnings about the columns beside the values.
pub fn survey(sheet: &Sheet, layout: &Layout, file: &str) -> Vec<Problem> {
    let [own] = layout.values.as_slice() else { return Vec::new() };
    let rows: Vec<_> = sheet.rows[layout.first..].iter().take(MOST_ROWS).collect();
    let column = |at: usize| -> Vec<f64> {
        let cell = |cells: &csv::StringRecord| match number(cells.get(at).unwrap_or(""), sheet.comma_decimal)
        {
            Cell::Number(value) => value,
            _ => f64::NAN,
        };
        rows.iter().map(|(_, cells)| cell(cells)).collect()
    };
    let mut warnings = Vec::new();
    let mut best: Option<(f64, &str)> = None;
    for (at, name) in layout.header.iter().enumerate().filter(|(at, _)| at != own) {
        let lower = name.to_lowercase();
        let Some((_, low, high)) = LIMITS.iter().find(|(unit, ..)| lower.contains(unit)) else { continue };
        let values = column(at);
        let wrong = |value: &f64| *value < *low || *value > *high;
        let count = values.iter().filter(|value| wrong(value)).count();
        if count > 0 {
            let first = values.iter().position(wrong).unwrap_or(0);
            warnings.push(
                Problem::warning(
                    "bad-neighbour",
                    (
                        format!(
                            "{count} of {} values are impossible, such as {}",
                            values.len(),
                            values[first]
                        ),
                        format!("{} 个值中有 {count} 个不可能出现，如 {}", values.len(), values[first]),
                    ),
                )
                .in_file(file)
                .at_line(rows[first].0)
                .in_column(name.trim()),
            );
        }
        if lower.contains("irradiance") && lower.contains("w/m") {
            let found = correlation(&values, &column(*own), (*low, *high));
            if best.is_none_or(|(known, _)| found > known) && lower.contains("total") || best.is_none() {
                best = Some((found, name));
            }
        }
    }
    if let Some((found, name)) = best.filter(|(found, _)| *found < LEAST_CORRELATION) {
        warnings.push(
            Problem::warning(
                "bad-series",
                (
                    format!(
                        "the data are bad: `{}` does not follow `{}` (correlation {found:.2}, sound plants have 0.9)",
                        layout.name(),
                        name.trim()
                    ),
                    format!(
                        "数据质量差：`{}` 与 `{}` 走势不符（相关系数 {found:.2}，正常电站约 0.9）",
                        layout.name(),
                        name.trim()
                    ),
                ),
            )
            .in_file(file)
            .hint(("do not use this file for decisions", "不宜将此文件用于决策")),
        );
    }
    warnings
}

/// Pearson's correlation over rows where both are numbers and the first is possible.
fn correlation(a: &[f64], b: &[f64], (low, high): (f64, f64)) -> f64 {
    let pairs: Vec<(f64, f64)> = a
        .iter()
        .zip(b)
        .filter(|(a, b)| !b.is_nan() && **a >= low && **a <= high)
        .map(|(a, b)| (*a, *b))
        .collect();
    let count = pairs.len() as f64;
    let mean_a = pairs.iter().map(|(a, _)| a).sum::<f64>() / count;
    let mean_b = pairs.iter().map(|(_, b)| b).sum::<f64>() / count;
    let (mut both, mut own_a, mut own_b) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        both += (a - mean_a) * (b - mean_b);
        own_a += (a - mean_a).powi(2);
        own_b += (b - mean_b).powi(2);
    }
    both / (own_a * own_b).sqrt()
}
