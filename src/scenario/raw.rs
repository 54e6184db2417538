//! The scenario as written: a tree of values, each with the spot where it stands.
//!
//! Overrides of a study and cells of a park table are written into this tree, so that they
//! pass exactly the checks that the file's own values pass.

use crate::problem::{Place, Problem};
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where a value stands: a file with line and column, or a table's row and column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// File as the user named it.
    pub file: Arc<str>,
    /// Line or row, from 1.
    pub line: usize,
    /// Column in characters, or field number, from 1.
    pub column: usize,
    /// Name of the table's column, for cells.
    pub column_name: Option<Arc<str>>,
}

impl Spot {
    /// The place of a problem about this value, with its key path.
    pub fn place(&self, key: &str) -> Place {
        Place {
            file: Some(self.file.to_string()),
            line: Some(self.line),
            column: Some(self.column),
            column_name: self.column_name.as_ref().map(ToString::to_string),
            key: (!key.is_empty()).then(|| key.to_owned()),
        }
    }
}

/// A value with its spot.
#[derive(Debug, Clone, PartialEq)]
pub struct Raw {
    /// Where it stands.
    pub spot: Spot,
    /// What was written.
    pub value: RawValue,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub enum RawValue {
    /// A number; integers below 2^53 are exact.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A string.
    Text(String),
    /// A date or time, as text; no attribute takes one.
    Date(String),
    /// An array.
    List(Vec<Raw>),
    /// A table: entries in the order they stand in the file.
    Map(Vec<RawEntry>),
}

/// One entry of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct RawEntry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub spot: Spot,
    /// Its value.
    pub value: Raw,
}

impl RawValue {
    /// What this is, in words for a message.
    pub fn describe(&self) -> String {
        match self {
            Self::Number(value) => format!("the number {value}"),
            Self::Bool(value) => format!("{value}"),
            Self::Text(text) => format!("the text \"{}\"", shorten(text)),
            Self::Date(text) => format!("the date {text}"),
            Self::List(items) => format!("a list of {}", items.len()),
            Self::Map(_) => "a table".to_owned(),
        }
    }
}

impl Raw {
    /// The entries of a table; none for anything else.
    pub fn entries(&self) -> &[RawEntry] {
        match &self.value {
            RawValue::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key of a table.
    pub fn get(&self, key: &str) -> Option<&Raw> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The text of a key of a table, where it is a text.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key).map(|raw| &raw.value) {
            Some(RawValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Sets a key of a table, replacing an earlier value. Does nothing where this is no table.
    pub fn set(&mut self, key: &str, value: Raw) {
        if let RawValue::Map(entries) = &mut self.value {
            match entries.iter_mut().find(|entry| entry.key == key) {
                Some(entry) => entry.value = value,
                None => entries.push(RawEntry { key: key.to_owned(), spot: value.spot.clone(), value }),
            }
        }
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 {
        text.to_owned()
    } else {
        text.chars().take(37).chain("...".chars()).collect()
    }
}

/// Finds line and column (in characters) of byte offsets of one text.
struct Lines<'a> {
    file: Arc<str>,
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(file: &str, text: &'a str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1));
        Self { file: file.into(), text, starts: starts.collect() }
    }

    fn spot(&self, byte: usize) -> Spot {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = self.starts[line - 1];
        let column = self.text.get(start..byte).map_or(0, |before| before.chars().count()) + 1;
        Spot { file: self.file.clone(), line, column, column_name: None }
    }
}

/// Parses TOML into a [`Raw`] tree. Syntax errors are returned beside what could be read,
/// so that problems of the rest show up in the same go.
pub fn parse(file: &str, text: &str) -> (Raw, Vec<Problem>) {
    let lines = Lines::new(file, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let swallowed = |error: &toml::de::Error| error.message().contains("between array elements");
    if let Some(open) = errors.iter().find(|error| swallowed(error)).and_then(|error| error.span()) {
        // A list that is not closed takes the rest of the file: read what stands before it.
        let start = open_list(text, open.start);
        let (before, mut problems) = match start {
            Some((line_start, _)) => parse(file, &text[..line_start]),
            None => (Raw { spot: lines.spot(0), value: RawValue::Map(Vec::new()) }, Vec::new()),
        };
        let mut problem =
            Problem::error("toml-syntax", "TOML syntax: the list that begins here is not closed");
        problem.place = lines.spot(start.map_or(open.start, |(_, bracket)| bracket)).place("");
        problems.push(problem.hint("put a comma between its items and `]` at its end"));
        return (before, problems);
    }
    let problems = errors.iter().map(|error| {
        let span = error.span().unwrap_or(0..0);
        let (message, hint) = explain(error.message().trim(), text, &span);
        let mut problem = Problem::error("toml-syntax", format!("TOML syntax: {message}"));
        problem.place = lines.spot(span.start).place("");
        problem.hint = hint;
        problem
    });
    let mut problems: Vec<Problem> = problems.collect();
    // A broken line usually yields several errors in a row: the first one tells.
    problems.dedup_by(|next, first| next.place.line == first.place.line);
    let spot = lines.spot(table.span().start);
    (Raw { spot, value: map(&lines, table.get_ref()) }, problems)
}

/// Where the list begins that is still open at `end`: start of its line, and its bracket.
fn open_list(text: &str, end: usize) -> Option<(usize, usize)> {
    let mut at = end.min(text.len());
    while let Some(before) = text.get(..at).filter(|before| !before.is_empty()) {
        let body = before.strip_suffix('\n').unwrap_or(before);
        let start = body.rfind('\n').map_or(0, |newline| newline + 1);
        let line = &before[start..];
        if let Some((key, value)) = line.split_once('=')
            && value.matches('[').count() > value.matches(']').count()
        {
            return Some((start, start + key.len() + 1 + value.find('[')?));
        }
        at = start;
    }
    None
}

/// The parser's message with what was found, and the likely fix.
fn explain(message: &str, text: &str, span: &std::ops::Range<usize>) -> (String, Option<String>) {
    let found = text.get(span.clone()).unwrap_or_default();
    let line_start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let before = text.get(line_start..span.start).unwrap_or_default();
    let (message, hint) = match message {
        "duplicate key" => (
            format!("duplicate key `{found}`"),
            "each key and each [table] may be given once; lists of tables take [[ ]]",
        ),
        _ if message.contains("expected `=`") => (message.to_owned(), "write key = value"),
        _ if message.contains("basic string") => (message.to_owned(), "close the text with a second \""),
        _ if decimal_comma(before, line) => {
            (message.to_owned(), "write decimals with a point, and no separators of thousands but _")
        }
        _ if message.contains("expected newline") => {
            (message.to_owned(), "one key = value per line; texts stand in quotes")
        }
        _ if message.contains("must be quoted") => (message.to_owned(), "put texts in quotes"),
        _ => return (message.to_owned(), None),
    };
    (message, Some(hint.to_owned()))
}

/// Whether the error stands in a number with a comma.
fn decimal_comma(before: &str, line: &str) -> bool {
    let value = line.split_once('=').map_or(line, |(_, value)| value);
    let number = value.split('#').next().unwrap_or_default().trim();
    !before.is_empty()
        && number.contains(',')
        && number.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '-' | '+'))
}

fn map(lines: &Lines<'_>, table: &DeTable<'_>) -> RawValue {
    let mut entries: Vec<(usize, RawEntry)> = table
        .iter()
        .map(|(key, value)| {
            let at = key.span().start;
            let entry =
                RawEntry { key: key.get_ref().to_string(), spot: lines.spot(at), value: raw(lines, value) };
            (at, entry)
        })
        .collect();
    entries.sort_by_key(|(at, _)| *at);
    RawValue::Map(entries.into_iter().map(|(_, entry)| entry).collect())
}

fn raw(lines: &Lines<'_>, value: &Spanned<DeValue<'_>>) -> Raw {
    let spot = lines.spot(value.span().start);
    let value = match value.get_ref() {
        DeValue::String(text) => RawValue::Text(text.to_string()),
        DeValue::Integer(integer) => RawValue::Number(
            i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix())
                .map_or(f64::INFINITY, |v| v as f64),
        ),
        DeValue::Float(float) => {
            RawValue::Number(float.as_str().replace('_', "").parse().unwrap_or(f64::NAN))
        }
        DeValue::Boolean(value) => RawValue::Bool(*value),
        DeValue::Datetime(date) => RawValue::Date(date.to_string()),
        DeValue::Array(items) => RawValue::List(items.iter().map(|item| raw(lines, item)).collect()),
        DeValue::Table(table) => map(lines, table),
    };
    Raw { spot, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_also_after_chinese_text() {
        let (tree, problems) = parse("p.toml", "title = { zh = \"蕉城\", year = 2025 }\n");
        assert!(problems.is_empty());
        let year = tree.get("title").and_then(|title| title.get("year")).map(|year| year.spot.column);
        // `title = { zh = "蕉城", year = 2025 }`: the 2 of 2025 is the 29th character.
        assert_eq!(year, Some(29));
    }

    #[test]
    fn a_syntax_error_keeps_the_rest_readable() {
        let (tree, problems) = parse("p.toml", "a = 1\nb = = 2\nc = 3\n");
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].place.line, Some(2));
        assert_eq!(tree.get("c").map(|c| c.value.clone()), Some(RawValue::Number(3.0)));
    }
}
