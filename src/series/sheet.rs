//! Rows of cells from a CSV or xlsx file, and which of them matter.

use super::text::{Cell, decode, delimiter, number, unpack};
use crate::problem::Problem;
use crate::time::{Axis, unix_days};
use calamine::{Data, Reader, Xlsx};
use csv::StringRecord;
use std::io::Cursor;

/// A table: rows of cells, numbered as a reader of the file counts them.
#[derive(Debug)]
pub struct Sheet {
    /// Row number (from 1) and cells.
    pub rows: Vec<(usize, StringRecord)>,
    /// Whether commas are decimal marks.
    pub comma_decimal: bool,
}

/// The columns of a table that matter.
#[derive(Debug)]
pub struct Layout {
    /// Index into [`Sheet::rows`] of the first data row.
    pub first: usize,
    /// Column names; empty without a header.
    pub header: Vec<String>,
    /// Value columns: one, or the intervals of a day in the wide form.
    pub values: Vec<usize>,
    /// Time columns, joined by a space; none: rows follow each other from 1 January.
    pub times: Vec<usize>,
}

impl Layout {
    /// Whether each row is a day.
    pub fn is_wide(&self) -> bool {
        self.values.len() > 1
    }

    /// Whether the wide form's first column is the day's first interval by its place, as in
    /// `00:15, …, 24:00` or `1, …, 96`; a header from `00:00` on may mean starts or ends.
    pub fn counts_from_first_interval(&self) -> bool {
        let first = || self.header.get(self.values[0]).map_or("", String::as_str);
        self.is_wide() && !first().chars().filter(char::is_ascii_digit).all(|digit| digit == '0')
    }

    /// Name of the value column of a slot: in the wide form that of its interval.
    pub fn name_of_part(&self, part: Option<u16>) -> String {
        match part.and_then(|part| self.values.get(usize::from(part))) {
            Some(at) if self.is_wide() => self.header[*at].clone(),
            _ => self.name(),
        }
    }

    /// Name of the value column.
    pub fn name(&self) -> String {
        match (self.values.as_slice(), self.header.is_empty()) {
            ([at], false) => self.header[*at].clone(),
            ([_], true) => "column 1".to_owned(),
            (many, _) => format!("{} columns of a day", many.len()),
        }
    }
}

impl Sheet {
    /// Reads a CSV (comma, semicolon or tab; also gzip) or xlsx file.
    ///
    /// # Errors
    /// A problem with file: not readable, no such sheet, no rows.
    pub fn read(bytes: &[u8], file: &str, sheet: Option<&str>) -> Result<Self, Problem> {
        let unpacked = unpack(bytes, file)?;
        if unpacked.starts_with(b"PK\x03\x04") {
            return Self::xlsx(&unpacked, file, sheet);
        }
        if unpacked.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err(Problem::error("old-excel", "an .xls file of old Excel is not read")
                .in_file(file)
                .hint("save it as .xlsx or CSV"));
        }
        let text = decode(&unpacked, file)?;
        let mark = delimiter(&text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(mark)
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(1, |position| position.line() as usize);
                Problem::error("bad-csv", format!("the row cannot be read: {error}"))
                    .in_file(file)
                    .at_line(line)
            })?;
            let row = record.position().map_or(rows.len() + 1, |position| position.line() as usize);
            if record.iter().any(|cell| !cell.is_empty()) {
                rows.push((row, record));
            }
        }
        Self { rows, comma_decimal: mark == b';' }.not_empty(file)
    }

    fn xlsx(bytes: &[u8], file: &str, sheet: Option<&str>) -> Result<Self, Problem> {
        let broken = |error: calamine::XlsxError| {
            Problem::error("bad-xlsx", format!("the workbook cannot be read: {error}"))
                .in_file(file)
                .hint("open it in a spreadsheet program and save it again as .xlsx or CSV")
        };
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).map_err(broken)?;
        let names = book.sheet_names();
        let name = match sheet {
            Some(name) if names.iter().any(|known| known == name) => name.to_owned(),
            Some(name) => {
                return Err(Problem::error("unknown-sheet", format!("there is no sheet `{name}`"))
                    .in_file(file)
                    .hint(format!("sheets: {}", names.join(", "))));
            }
            None => names
                .first()
                .cloned()
                .ok_or_else(|| Problem::error("no-rows", "the workbook has no sheet").in_file(file))?,
        };
        let range = book.worksheet_range(&name).map_err(broken)?;
        let first = range.start().map_or(0, |(row, _)| row as usize) + 1;
        let rows = range
            .rows()
            .enumerate()
            .filter(|(_, cells)| cells.iter().any(|cell| !matches!(cell, Data::Empty)))
            .map(|(index, cells)| {
                let texts: Vec<String> = cells.iter().map(cell_text).collect();
                (first + index, StringRecord::from(texts))
            })
            .collect();
        Self { rows, comma_decimal: false }.not_empty(file)
    }

    fn not_empty(self, file: &str) -> Result<Self, Problem> {
        if self.rows.is_empty() {
            return Err(Problem::error("no-rows", "the file has no rows")
                .in_file(file)
                .hint("give one row per interval of a year"));
        }
        Ok(self)
    }

    /// Finds header, value column and time column.
    ///
    /// # Errors
    /// A problem with file: an unknown column, or several that could be meant.
    pub fn layout(&self, file: &str, column: Option<&str>, time: Option<&str>) -> Result<Layout, Problem> {
        let wanted: Vec<&str> =
            column.into_iter().chain(time.into_iter().flat_map(|t| t.split('+'))).collect();
        let head = self.rows.iter().take(40).position(|(_, row)| {
            if wanted.is_empty() {
                self.is_header(row)
            } else {
                wanted.iter().any(|name| find(row, name).is_some())
            }
        });
        let Some(head) = head else {
            return match (column, time) {
                (Some(name), _) => Err(self.unknown(name, file, "column")),
                (None, Some(name)) => Err(self.unknown(name, file, "time")),
                (None, None) => self.headless(file),
            };
        };
        let header: Vec<String> = self.rows[head].1.iter().map(str::to_owned).collect();
        let times = match time {
            Some(names) => {
                let each = names.split('+').map(|name| {
                    find(&self.rows[head].1, name.trim())
                        .ok_or_else(|| self.unknown(name.trim(), file, "time"))
                });
                each.collect::<Result<Vec<usize>, Problem>>()?
            }
            None => Vec::new(),
        };
        let first = head + 1;
        if let Some(name) = column {
            let at = find(&self.rows[head].1, name).ok_or_else(|| self.unknown(name, file, "column"))?;
            return Ok(Layout { first, header, values: vec![at], times });
        }
        let wide = wide_columns(&header);
        if !wide.is_empty() {
            let times = if times.is_empty() { (0..wide[0]).rev().take(1).collect() } else { times };
            return Ok(Layout { first, header, values: wide, times });
        }
        let numeric = |at: &usize| {
            let cells = self.rows[first..].iter().take(50).filter_map(|(_, row)| row.get(*at));
            let mut found = false;
            for cell in cells {
                match number(cell, self.comma_decimal) {
                    Cell::Number(_) => found = true,
                    Cell::Missing => {}
                    Cell::Bad => return false,
                }
            }
            found
        };
        let values: Vec<usize> = (0..header.len()).filter(|at| !times.contains(at)).filter(numeric).collect();
        match values.as_slice() {
            [_] => Ok(Layout { first, header, values, times }),
            [] => Err(Problem::error("no-value-column", "no column holds numbers")
                .in_file(file)
                .at_line(self.rows[head].0)
                .hint(format!("numbers are written 1234.5; columns: {}", header.join(", ")))),
            many => {
                let names: Vec<String> = many.iter().map(|at| format!("`{}`", header[*at])).collect();
                Err(Problem::error("which-column", format!("{} columns hold numbers", many.len()))
                    .in_file(file)
                    .at_line(self.rows[head].0)
                    .hint(format!("say `column = …`: {}", names.join(", "))))
            }
        }
    }

    fn is_header(&self, row: &StringRecord) -> bool {
        row.iter().any(|cell| {
            let number = matches!(number(cell, self.comma_decimal), Cell::Number(_) | Cell::Missing);
            !number && super::stamp::parse(cell, super::stamp::DateOrder::DayMonth).is_none()
        })
    }

    fn headless(&self, file: &str) -> Result<Layout, Problem> {
        match self.rows[0].1.len() {
            1 => Ok(Layout { first: 0, header: Vec::new(), values: vec![0], times: Vec::new() }),
            count => Err(Problem::error("no-header", format!("the file has {count} columns and no header"))
                .in_file(file)
                .at_line(self.rows[0].0)
                .hint("put the names of the columns in the first row")),
        }
    }

    fn unknown(&self, name: &str, file: &str, key: &str) -> Problem {
        let problem = Problem::error("unknown-column", format!("there is no column `{name}`"))
            .in_file(file)
            .at_key(key)
            .at_line(self.rows[0].0);
        let names: Vec<&str> = self.rows[0].1.iter().filter(|name| !name.is_empty()).take(30).collect();
        let near = names.iter().map(|known| (strsim::damerau_levenshtein(known, name), *known)).min();
        match near {
            Some((distance, known)) if distance <= 2 + name.len() / 4 => {
                problem.hint(format!("did you mean `{known}`?"))
            }
            _ => problem.hint(format!("columns: {}", names.join(", "))),
        }
    }
}

fn find(row: &StringRecord, name: &str) -> Option<usize> {
    let exact = row.iter().position(|cell| cell == name.trim());
    exact.or_else(|| row.iter().position(|cell| cell.eq_ignore_ascii_case(name.trim())))
}

/// The interval columns of the wide form: 24, 48, 96 or 288 whose names count up, as clock times
/// (`00:15`, `0015`), numbers (`1`), or numbers with letters (`P1`, `时段1`, `1点`).
fn wide_columns(header: &[String]) -> Vec<usize> {
    let counted: Vec<(usize, usize)> =
        header.iter().enumerate().filter_map(|(at, name)| Some((at, interval_number(name)?))).collect();
    let mut run: Vec<usize> = Vec::new();
    let mut last = None;
    for (at, value) in counted {
        let follows = run.last().is_none_or(|before| at == before + 1)
            && last.is_none_or(|last| value > last || (value == 0 && run.len() >= 23));
        if !follows {
            run.clear();
        }
        run.push(at);
        last = Some(value);
        if run.len() > 288 {
            return Vec::new();
        }
    }
    if [24, 48, 96, 288].contains(&run.len()) { run } else { Vec::new() }
}

fn interval_number(name: &str) -> Option<usize> {
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    (!digits.is_empty() && digits.len() <= 6 && letters <= 2).then(|| digits.parse().ok()).flatten()
}

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.trim().to_owned(),
        Data::Float(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(serial) => serial_text(serial.as_f64()),
        Data::Error(error) => format!("#{error:?}"),
    }
}

/// An Excel serial date (days since 30 December 1899) as ISO text; a pure time as `HH:MM:SS`.
fn serial_text(serial: f64) -> String {
    let seconds = (serial * 86_400.0).round() as i64;
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    if days == 0 {
        return clock;
    }
    let days = days - 25_569;
    let mut year = 1970 + days.div_euclid(366) as i32;
    while unix_days(year + 1) <= days {
        year += 1;
    }
    let axis = Axis { year, step_minutes: 60, utc_offset_minutes: 0 };
    let (month, day) = axis.month_and_day((days - unix_days(year)).max(0) as usize);
    format!("{year:04}-{:02}-{:02} {clock}", month + 1, day + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Excel's own documentation: serial 45658 is 1 January 2025; .25 is 06:00.
    #[test]
    fn serial_dates_are_those_of_excel() {
        assert_eq!(serial_text(45658.25), "2025-01-01 06:00:00");
        assert_eq!(serial_text(0.5), "12:00:00");
        assert_eq!(serial_text(45351.0), "2024-02-29 00:00:00");
    }

    #[test]
    fn wide_columns_are_told_from_totals() {
        let names = |make: &dyn Fn(usize) -> String, count: usize| -> Vec<String> {
            let mut names = vec!["日期".to_owned()];
            names.extend((1..=count).map(make));
            names.push("合计".to_owned());
            names
        };
        let clock = |k: usize| format!("{:02}:{:02}", k * 15 / 60 % 24, k * 15 % 60);
        assert_eq!(wide_columns(&names(&clock, 96)).len(), 96);
        assert_eq!(wide_columns(&names(&|k| format!("P{k}"), 96)).len(), 96);
        assert_eq!(wide_columns(&names(&|k| format!("{:02}00", k), 24)).len(), 24);
        assert_eq!(wide_columns(&names(&|k| format!("{}时", k - 1), 24)).len(), 24);
        assert!(wide_columns(&names(&|k| format!("meter {k}"), 24)).is_empty());
        assert!(wide_columns(&names(&clock, 20)).is_empty());
    }
}
