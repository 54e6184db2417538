//! How problems are shown: one line each, with the source line and a caret below where there is one.

use crate::lang::Lang;
use crate::problem::{Problem, alike, told_of};
use std::io::IsTerminal;
use unicode_width::UnicodeWidthStr;

/// Prints problems to stderr: warnings first, then errors, each with the line it stands in.
pub fn print(problems: &[Problem]) {
    let colour = std::io::stderr().is_terminal();
    let warnings: Vec<Problem> = problems.iter().filter(|problem| !problem.is_error()).cloned().collect();
    print_warnings(&warnings, false, Lang::En);
    for problem in problems.iter().filter(|problem| problem.is_error()) {
        eprintln!("{}", render(problem, problem.to_string(), colour));
    }
    let errors = problems.len() - warnings.len();
    if errors > 1 {
        eprintln!("{errors} problems found; nothing was written");
    } else if errors == 1 {
        eprintln!("1 problem found; nothing was written");
    }
}

fn render(problem: &Problem, told: String, colour: bool) -> String {
    let (start, end) = match (colour, problem.is_error()) {
        (false, _) => ("", ""),
        (true, true) => ("\u{1b}[31m", "\u{1b}[0m"),
        (true, false) => ("\u{1b}[33m", "\u{1b}[0m"),
    };
    let mut text = format!("{start}{told}{end}");
    if let Some(excerpt) = excerpt(problem) {
        text.push('\n');
        text.push_str(&excerpt);
    }
    text
}

/// The line of a text file with a caret below the column, as wide as it prints.
fn excerpt(problem: &Problem) -> Option<String> {
    let place = &problem.place;
    let (file, line, column) = (place.file.as_ref()?, place.line?, place.column?);
    if place.column_name.is_some() || !file.ends_with(".toml") {
        return None; // tables: the column is a field number, not a character
    }
    let text = std::fs::read_to_string(file).ok()?;
    let source = text.trim_start_matches('\u{feff}').lines().nth(line - 1)?.replace('\t', " ");
    let before: String = source.chars().take(column - 1).collect();
    let number = line.to_string();
    let gutter = " ".repeat(number.len());
    Some(format!("  {number} | {source}\n  {gutter} | {}^", " ".repeat(before.width())))
}

/// Prints warnings, those that say the same of several parks once; the first few, or all if asked.
pub fn print_warnings(warnings: &[Problem], all: bool, lang: Lang) {
    const MOST: usize = 8;
    let colour = std::io::stderr().is_terminal();
    let alike = alike(warnings);
    let shown = if all { alike.len() } else { MOST.min(alike.len()) };
    for (warning, count) in &alike[..shown] {
        let told = told_of(warning, *count, lang);
        eprintln!("{}", render(warning, told, colour).lines().next().unwrap_or_default());
    }
    if shown < alike.len() {
        let more = alike.len() - shown;
        match lang {
            Lang::En => eprintln!("… and {more} more warnings: see manifest.json, or run with -v"),
            Lang::Zh => eprintln!("… 另有 {more} 条警告：见 manifest.json，或加 -v 运行"),
        }
    }
}
