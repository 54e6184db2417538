//! CSV case files as columns of text, optionally gzipped.

use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;

/// A CSV table with a header line; an empty field is no value.
pub struct Table {
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    /// Reads a `.csv` or `.csv.gz` file.
    pub fn read(path: &Path) -> Self {
        let text = read_text(path);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().expect("a header line").iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.expect("a row as long as the header")).collect();
        Self { header, rows }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.header
    }

    /// Whether a column of this name exists.
    pub fn has(&self, column: &str) -> bool {
        self.header.iter().any(|name| name == column)
    }

    /// A column as text.
    pub fn text(&self, column: &str) -> Vec<&str> {
        let at = self.header.iter().position(|name| name == column);
        let at = at.unwrap_or_else(|| panic!("no column {column} among {:?}", self.header));
        self.rows.iter().map(|row| &row[at]).collect()
    }

    /// A column of numbers where a field may be empty.
    pub fn optional(&self, column: &str) -> Vec<Option<f64>> {
        let parse = |text: &str| match text {
            "" => None,
            text => Some(text.parse().unwrap_or_else(|_| panic!("{column}: {text} is no number"))),
        };
        self.text(column).into_iter().map(parse).collect()
    }

    /// A column of numbers without gaps.
    pub fn numbers(&self, column: &str) -> Vec<f64> {
        let full = |value: Option<f64>| value.unwrap_or_else(|| panic!("{column} has an empty field"));
        self.optional(column).into_iter().map(full).collect()
    }
}

/// A text file, unpacked if its name ends in `.gz`.
pub fn read_text(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut text = String::new();
        GzDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        return text;
    }
    String::from_utf8(bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
