//! Measured tables: CSV, gzipped, with a stamp in the first column.

use std::{error::Error, fs, io::Read, path::Path};

use flate2::read::GzDecoder;

/// A table with stamps and columns of numbers.
pub struct Measured {
    header: Vec<String>,
    /// Stamps `YYYY-MM-DDThh:mm`, start of the interval.
    pub stamps: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl Measured {
    pub fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let mut text = String::new();
        GzDecoder::new(fs::File::open(path)?).read_to_string(&mut text)?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        let mut table = Self { columns: vec![Vec::new(); header.len()], header, stamps: Vec::new() };
        for row in reader.records() {
            let row = row?;
            table.stamps.push(row[0].to_owned());
            for (column, field) in table.columns.iter_mut().zip(&row).skip(1) {
                column.push(field.parse()?);
            }
        }
        Ok(table)
    }

    pub fn column(&self, name: &str) -> &[f64] {
        let at = self.header.iter().position(|known| known == name);
        &self.columns[at.unwrap_or_else(|| panic!("no column {name} in {:?}", self.header))]
    }
}

/// Year, month (0 to 11), day (0-based) and hour of a stamp.
pub fn parts(stamp: &str) -> (i32, usize, usize, usize) {
    let number = |range: std::ops::Range<usize>| -> usize { stamp[range].parse().expect("digits") };
    (number(0..4) as i32, number(5..7) - 1, number(8..10) - 1, number(11..13))
}
