//! `zeropark compare`: finished runs side by side.

use super::{Common, DONE, FAILED, WRONG_INPUT, messages};
use crate::output::compare::{Comparison, compare as lay_out};
use crate::problem::Problem;
use crate::report::theme::grouped;
use crate::report::{self, ReportError};
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use unicode_width::UnicodeWidthStr;

/// Arguments of `compare`.
#[derive(Debug, Clone, Args)]
pub struct CompareArgs {
    /// Output folders of finished runs; changes are against the first
    #[arg(required = true, num_args = 2..)]
    pub runs: Vec<PathBuf>,
    /// Every metric of every park instead of the headlines
    #[arg(long)]
    pub all: bool,
}

/// Compares runs; with `--out` also writes `compare.csv`, `compare.html` and the figures of what differs.
pub fn compare(args: &CompareArgs, common: &Common) -> u8 {
    let comparison = match lay_out(&args.runs, args.all) {
        Ok(comparison) => comparison,
        Err(problems) => {
            messages::print(&problems.0);
            return WRONG_INPUT;
        }
    };
    let text = if common.json { document(&comparison) } else { table(&comparison) };
    let _ = std::io::stdout().write_all(text.as_bytes());
    let Some(folder) = &common.out else { return DONE };
    match report::compare::write(&comparison, folder, !common.no_plots, common.lang) {
        Ok(()) => DONE,
        Err(ReportError::Folder(error)) if error.is_input() => {
            messages::print(&[Problem::error("output-folder", error.to_string())]);
            WRONG_INPUT
        }
        Err(error) => {
            eprintln!("{error}");
            FAILED
        }
    }
}

fn document(comparison: &Comparison) -> String {
    let rows: Vec<_> = comparison
        .rows
        .iter()
        .map(|(park, metric, values)| json!({ "park": park, "metric": metric, "values": values }))
        .collect();
    format!("{:#}\n", json!({ "runs": comparison.runs, "currencies": comparison.currencies, "rows": rows }))
}

fn table(comparison: &Comparison) -> String {
    let mut rows = vec![vec![String::new()]];
    rows[0].extend(comparison.runs.iter().cloned());
    for (park, metric, values) in &comparison.rows {
        let mut row = vec![if park == "all" { metric.clone() } else { format!("{park}.{metric}") }];
        for (run, value) in values.iter().enumerate() {
            let number =
                value.map_or("-".to_owned(), |value| grouped(value, if value.abs() < 100.0 { 3 } else { 0 }));
            row.push(match Comparison::change(values, run).filter(|_| run > 0) {
                Some(change) if change != 0.0 => format!("{number} ({:+.1} %)", change * 100.0),
                _ => number,
            });
        }
        rows.push(row);
    }
    let columns = comparison.runs.len() + 1;
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let pad = |column: usize| " ".repeat(widths[column] - row[column].width());
        text.push_str(&format!("{}{}", row[0], pad(0)));
        for (column, cell) in row.iter().enumerate().skip(1) {
            text.push_str(&format!("  {}{cell}", pad(column)));
        }
        text.push('\n');
    }
    text
}
