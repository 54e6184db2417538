//! The summary on the terminal: aligned tables within 100 columns, in either language.

use crate::lang::{Message, message};
use unicode_width::UnicodeWidthStr;

/// The texts of the summary.
pub const MESSAGES: &[Message] = &[
    message("summary.park", "park", "园区"),
    message("summary.load", "load", "用电"),
    message("summary.charging", "charging", "充电"),
    message("summary.pv", "PV", "光伏"),
    message("summary.wind", "wind", "风电"),
    message("summary.import", "import", "购电"),
    message("summary.peak", "peak MW", "峰值 MW"),
    message("summary.bill", "bill", "电费"),
    message("summary.annual", "annual total", "年总成本"),
    message("summary.tonnes", "kt CO2", "千吨 CO2"),
    message("summary.all", "all parks", "全部园区"),
];

/// A table on a terminal: the first column to the left, the others to the right.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with its header.
    pub fn new(header: &[&str]) -> Self {
        Self { rows: vec![header.iter().map(|cell| (*cell).to_owned()).collect()] }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table as text; widths count what a terminal shows, so Chinese columns align.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for (index, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let space = " ".repeat(widths[column] - cell.width());
                if column == 0 {
                    line.push_str(cell);
                    line.push_str(&space);
                } else {
                    line.push_str("  ");
                    line.push_str(&space);
                    line.push_str(cell);
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
            if index == 0 {
                text.push_str(&"─".repeat(widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1)));
                text.push('\n');
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_cells_align_by_what_a_terminal_shows() {
        let mut table = Table::new(&["园区", "MWh"]);
        table.row(vec!["port".to_owned(), "5".to_owned()]);
        assert_eq!(table.render(), "园区  MWh\n─────────\nport    5\n");
    }
}
