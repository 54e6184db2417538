//! The summary on the terminal: aligned tables within 100 columns, in either language.

use crate::lang::{Lang, Message, message};
use crate::metrics::Metrics;
use crate::report::theme::grouped;
use crate::run::Finished;
use unicode_width::UnicodeWidthStr;

/// The texts of the summary.
pub const MESSAGES: &[Message] = &[
    message("summary.park", "park", "园区"),
    message("summary.load", "load GWh", "负荷 GWh"),
    message("summary.charging", "charging", "充电"),
    message("summary.pv", "PV", "光伏"),
    message("summary.wind", "wind", "风电"),
    message("summary.curtailed", "curtailed", "弃电"),
    message("summary.import", "import", "购电"),
    message("summary.peak", "peak MW", "峰值 MW"),
    message("summary.sufficiency", "own %", "自给 %"),
    message("summary.bill", "bill", "电费"),
    message("summary.annual", "annual cost", "年成本"),
    message("summary.tonnes", "kt CO2", "千吨 CO2"),
    message("summary.all", "all parks", "全部园区"),
    message("summary.energy", "Energy of the year, configured (GWh)", "方案全年电量（GWh）"),
    message(
        "summary.money",
        "Money and carbon: baseline → configured (million {currency} a year, kt CO2 location-based)",
        "费用与碳排放：基准 → 方案（百万 {currency}/年，千吨 CO2 地域法）",
    ),
    message("summary.written", "written to", "结果已写入"),
];

/// The summary of a finished run.
pub fn text(finished: &Finished, lang: Lang) -> String {
    let results = &finished.results;
    let project = &finished.project;
    let title = lang.pick(&project.title.en, &project.title.zh);
    let mut text = format!("{title} · {}\n\n{}\n", project.axis.year, lang.text("summary.energy"));
    let t = |key: &str| lang.text(key);
    let mut table = Table::new(&[
        t("summary.park"),
        t("summary.load"),
        t("summary.charging"),
        t("summary.pv"),
        t("summary.wind"),
        t("summary.curtailed"),
        t("summary.import"),
        t("summary.peak"),
        t("summary.sufficiency"),
    ]);
    let names = results.parks.iter().map(|park| park.name.as_str()).chain([t("summary.all")]);
    let every = || results.parks.iter().chain([&results.all]);
    const MOST: usize = 30;
    let skip = results.parks.len().saturating_sub(MOST);
    let shown = |index: usize| index < MOST || index == results.parks.len();
    for (index, (name, park)) in names.clone().zip(every()).enumerate() {
        let (Some(energy), true) = (&park.configured.energy, shown(index)) else { continue };
        let gwh = |kwh: f64| {
            grouped(
                kwh / 1e6,
                if kwh >= 1e8 {
                    0
                } else if kwh >= 1e6 {
                    1
                } else {
                    2
                },
            )
        };
        table.row(vec![
            name.to_owned(),
            gwh(energy.load_kwh),
            gwh(energy.charging_kwh),
            gwh(energy.pv_available_kwh),
            gwh(energy.wind_available_kwh),
            gwh(energy.curtailed_kwh),
            gwh(energy.grid_import_kwh),
            grouped(energy.peak_import_kw / 1e3, 1),
            energy.self_sufficiency.map_or_else(|| "–".to_owned(), |share| grouped(share * 100.0, 1)),
        ]);
    }
    text.push_str(&table.render());
    if skip > 0 {
        text.push_str(&format!("… {skip} parks more in summary.csv\n"));
    }
    text.push_str(&format!("\n{}\n", t("summary.money").replace("{currency}", &project.currency)));
    let mut table =
        Table::new(&[t("summary.park"), t("summary.bill"), t("summary.annual"), t("summary.tonnes")]);
    for (index, (name, park)) in names.zip(every()).enumerate() {
        if !shown(index) {
            continue;
        }
        let pair = |get: &dyn Fn(&Metrics) -> Option<f64>, scale: f64| -> String {
            let number =
                |value: f64| grouped(value / scale, if value.abs() / scale >= 100.0 { 0 } else { 2 });
            match (get(&park.baseline), get(&park.configured)) {
                (Some(before), Some(after)) => format!("{} → {}", number(before), number(after)),
                _ => "–".to_owned(),
            }
        };
        table.row(vec![
            name.to_owned(),
            pair(&|metrics| metrics.bill.as_ref().map(|bill| bill.parts.total), 1e6),
            pair(&|metrics| metrics.economics.as_ref().map(|e| e.annual_total), 1e6),
            pair(&|metrics| metrics.carbon.and_then(|carbon| carbon.location_based_t), 1e3),
        ]);
    }
    text.push_str(&table.render());
    for advice in &results.advice {
        text.push_str(&format!("\n{}\n", folded(lang.pick(&advice.en, &advice.zh))));
    }
    text.push_str(&format!("\n{} {}\n", t("summary.written"), finished.folder.display()));
    text
}

/// A sentence in lines of at most 100 columns, cut at spaces or, in Chinese, anywhere.
fn folded(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_inclusive([' ', '，', '；', '：', '、']) {
        if column + word.trim_end().width() > 100 {
            out.truncate(out.trim_end().len());
            out.push('\n');
            column = 0;
        }
        out.push_str(word);
        column += word.width();
    }
    out
}

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
