//! The summary on the terminal: aligned tables within 100 columns, in either language; colour only there.

use crate::lang::{Lang, Message, message};
use crate::metrics::Metrics;
use crate::metrics::compliance::{Rule, Sense};
use crate::report::rules::verdict;
use crate::report::theme::grouped;
use crate::report::theme::{Scale, rounded};
use crate::report::words::{Scaled, money_unit};
use crate::run::Finished;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a terminal that the summary keeps to.
const COLUMNS: usize = 100;

/// Parks that are shown; the others are counted.
const MOST: usize = 30;

/// The texts of the summary.
pub const MESSAGES: &[Message] = &[
    message("summary.park", "park", "园区"),
    message("summary.load", "load", "负荷"),
    message("summary.charging", "charging", "充电"),
    message("summary.pv", "PV", "光伏"),
    message("summary.wind", "wind", "风电"),
    message("summary.curtailed", "curtailed", "弃电"),
    message("summary.import", "import", "购电"),
    message("summary.peak", "peak MW", "峰值 MW"),
    message("summary.sufficiency", "own %", "自给 %"),
    message("summary.bill", "bill", "电费"),
    message("summary.annual", "annual cost", "年总成本"),
    message("summary.tonnes", "kt CO2", "吨 CO2"),
    message("summary.all", "all parks", "全部园区"),
    message("summary.energy", "Energy of the year, configured (GWh)", "方案全年电量（万 kWh）"),
    message(
        "summary.money",
        "Money and carbon a year: baseline → configured ({unit}; CO2 of electricity, location-based)",
        "年费用与碳排放：基准 → 方案（{unit}；电力碳排放，地域法）",
    ),
    message("summary.more", "… {} parks more in summary.csv", "… 另有 {} 个园区，见 summary.csv"),
    message("summary.rules", "Rules", "规则评判"),
    message("summary.written", "written to", "结果已写入"),
];

/// How the two languages count: GWh, millions and kilotonnes; 万 kWh, 万元 and tonnes.
struct Units {
    energy_kwh: f64,
    money: Scaled,
    tonnes: f64,
}

impl Units {
    fn of(currency: &str, lang: Lang) -> Self {
        let money =
            |factor, unit| Scaled { factor, unit: money_unit(Scale { factor, unit }, currency, lang) };
        match lang {
            Lang::En => Self { energy_kwh: 1e6, money: money(1e6, "million"), tonnes: 1e3 },
            Lang::Zh => Self { energy_kwh: 1e4, money: money(1e4, "万"), tonnes: 1.0 },
        }
    }
}

/// The summary of a finished run; `colour` where a terminal shows it.
pub fn text(finished: &Finished, lang: Lang, colour: bool) -> String {
    let results = &finished.results;
    let project = &finished.project;
    let t = |key: &str| lang.text(key);
    let bold = |text: &str| if colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    let title = lang.pick(&project.title.en, &project.title.zh);
    let units = Units::of(&project.currency, lang);
    let mut text = format!("{}\n\n", bold(&format!("{title} · {}", project.axis.year)));
    let titles = project.parks.iter().map(|park| lang.pick(&park.title.en, &park.title.zh));
    let skip = results.parks.len().saturating_sub(MOST);
    let shown = || {
        let parks = titles.clone().zip(&results.parks).take(MOST);
        parks.chain((results.parks.len() > 1).then(|| (t("summary.all"), &results.all)))
    };
    text.push_str(&format!("{}\n", bold(t("summary.energy"))));
    const HEADER: [&str; 9] = [
        "summary.park",
        "summary.load",
        "summary.charging",
        "summary.pv",
        "summary.wind",
        "summary.curtailed",
        "summary.import",
        "summary.peak",
        "summary.sufficiency",
    ];
    let mut table = Table::new(&HEADER.map(t));
    let mut columns: Vec<Vec<Option<f64>>> = vec![Vec::new(); HEADER.len() - 1];
    for (_, park) in shown() {
        let energy = park.configured.energy.as_ref();
        let kwh = |value: f64| value / units.energy_kwh;
        let values = energy.map(|energy| {
            [
                kwh(energy.load_kwh),
                kwh(energy.charging_kwh),
                kwh(energy.pv_available_kwh),
                kwh(energy.wind_available_kwh),
                kwh(energy.curtailed_kwh),
                kwh(energy.grid_import_kwh),
                energy.peak_import_kw / 1e3,
            ]
        });
        for (column, values_of) in columns.iter_mut().enumerate() {
            values_of.push(match (column, values) {
                (7, _) => energy.and_then(|energy| energy.self_sufficiency).map(|share| share * 100.0),
                (column, values) => values.map(|values| values[column]),
            });
        }
    }
    let columns: Vec<Vec<String>> = columns.iter().map(|column| even(column)).collect();
    for (row, (name, _)) in shown().enumerate() {
        let numbers = columns.iter().map(|column| column[row].clone());
        table.row([name.to_owned()].into_iter().chain(numbers).collect());
    }
    text.push_str(&table.render());
    if skip > 0 {
        text.push_str(&format!("{}\n", t("summary.more").replace("{}", &skip.to_string())));
    }
    text.push_str(&format!("\n{}\n", bold(&t("summary.money").replace("{unit}", &units.money.unit))));
    let mut table =
        Table::new(&[t("summary.park"), t("summary.bill"), t("summary.annual"), t("summary.tonnes")]);
    let pairs = |get: &dyn Fn(&Metrics) -> Option<f64>, scale: f64| -> Vec<String> {
        let of = |metrics: &Metrics| get(metrics).map(|value| value / scale);
        let (before, after): (Vec<_>, Vec<_>) =
            shown().map(|(_, park)| (of(&park.baseline), of(&park.configured))).unzip();
        arrows(&before, &after)
    };
    let columns = [
        pairs(&|metrics| metrics.bill.as_ref().map(|bill| bill.parts.total), units.money.factor),
        pairs(&|metrics| metrics.economics.as_ref().map(|e| e.annual_total), units.money.factor),
        pairs(&|metrics| metrics.carbon.and_then(|carbon| carbon.location_based_t), units.tonnes),
    ];
    for (row, (name, _)) in shown().enumerate() {
        let cells = columns.iter().map(|column| column[row].clone());
        table.row([name.to_owned()].into_iter().chain(cells).collect());
    }
    text.push_str(&table.render());
    text.push_str(&rules(finished, lang));
    for advice in &results.advice {
        text.push_str(&format!("\n{}\n", folded(lang.pick(&advice.en, &advice.zh))));
    }
    text.push_str(&format!("\n{} {}\n", t("summary.written"), finished.folder.display()));
    text
}

/// The terms of all parks that are judged, and those of single parks that are not met; nothing without
/// a rule.
fn rules(finished: &Finished, lang: Lang) -> String {
    const MOST: usize = 20;
    let results = &finished.results;
    let single = results.parks.len() == 1;
    let of_parks = results.parks.iter().flat_map(|park| {
        let own = park.configured.rules.iter().filter(|rule| !rule.rule.starts_with("zero-carbon-park"));
        own.map(move |rule| (Some(&park.name), rule))
    });
    let missed = of_parks.filter(|(_, rule)| single || rule.pass == Some(false));
    let of_all = results.all.configured.rules.iter().map(|rule| (None, rule));
    let rules = of_all.filter(|(_, rule)| !single || rule.rule.starts_with("zero-carbon-park")).chain(missed);
    let rules: Vec<(Option<&String>, &Rule)> = rules.filter(|(_, rule)| rule.pass.is_some()).collect();
    let heads = ["summary.rules", "rules.value", "rules.threshold", "rules.verdict"];
    let mut table = Table::new(&heads.map(|key| lang.text(key)));
    for (park, rule) in rules.iter().take(MOST) {
        let title = lang.pick(&rule.title.en, &rule.title.zh);
        let amount = |value: Option<f64>| match (value, rule.unit) {
            (None, _) => "–".to_owned(),
            (Some(value), "share") => format!("{} %", grouped(100.0 * value, 1)),
            (Some(value), unit) => format!("{} {unit}", rounded(value)),
        };
        let bound = if rule.sense == Sense::AtLeast { "≥" } else { "≤" };
        table.row(vec![
            park.filter(|_| !single).map_or_else(|| title.to_owned(), |park| format!("{park} · {title}")),
            amount(rule.value),
            format!("{bound} {}", amount(rule.threshold)),
            verdict(rule.pass, lang).to_owned(),
        ]);
    }
    match rules.len() {
        0 => String::new(),
        count if count > MOST => format!("\n{}… +{} (summary.json)\n", table.render(), count - MOST),
        _ => format!("\n{}", table.render()),
    }
}

/// Numbers of a column with as many decimals as its smallest needs to be read: none where all are 100 and more
/// or any is 10,000, two where any is below 10.
fn even(values: &[Option<f64>]) -> Vec<String> {
    let sizes = || values.iter().flatten().map(|value| value.abs());
    let smallest = sizes().filter(|value| *value > 0.0).fold(f64::INFINITY, f64::min);
    let decimals = match sizes().fold(0.0, f64::max) {
        largest if largest >= 1e4 => 0,
        _ if smallest < 10.0 => 2,
        _ => usize::from(smallest < 100.0),
    };
    let number = |value: &Option<f64>| value.map_or_else(|| "–".to_owned(), |value| grouped(value, decimals));
    values.iter().map(number).collect()
}

/// `before → after`, each side aligned to the right over the whole column.
fn arrows(before: &[Option<f64>], after: &[Option<f64>]) -> Vec<String> {
    let both: Vec<Option<f64>> = before.iter().chain(after).copied().collect();
    let texts = even(&both);
    let (before, after) = texts.split_at(before.len());
    let width = |side: &[String]| side.iter().map(|text| text.width()).max().unwrap_or(0);
    let (left, right) = (width(before), width(after));
    let pad = |text: &str, width: usize| format!("{}{text}", " ".repeat(width - text.width()));
    before.iter().zip(after).map(|(a, b)| format!("{} → {}", pad(a, left), pad(b, right))).collect()
}

/// A sentence in lines of at most 100 columns, cut at spaces or between Chinese characters.
fn folded(text: &str) -> String {
    let mut words: Vec<String> = vec![String::new()];
    for c in text.chars() {
        let closing = matches!(c, '，' | '。' | '；' | '：' | '、' | '）' | '〕' | '”');
        let opens = words.last().is_some_and(|word| word.ends_with(['（', '〔', '“']));
        if c.width() == Some(2) && !closing && !opens {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            let ended = word.ends_with(' ')
                || (word.chars().last().and_then(char::width) == Some(2) && c.width() == Some(1));
            if ended {
                words.push(c.to_string());
            } else {
                word.push(c);
            }
        }
    }
    let mut out = String::new();
    let mut column = 0;
    for word in words {
        if column > 0 && column + word.trim_end().width() > COLUMNS {
            out.truncate(out.trim_end().len());
            out.push('\n');
            column = 0;
        }
        out.push_str(&word);
        column += word.width();
    }
    out
}

/// A text of at most so many columns, the end left out for `…` where it is longer.
fn shortened(text: &str, most: usize) -> String {
    if text.width() <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if kept.width() + c.width().unwrap_or(0) + 1 > most {
            break;
        }
        kept.push(c);
    }
    kept + "…"
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
        let mut widths: Vec<usize> = (0..columns).map(width).collect();
        // Long names give way to the numbers.
        let numbers: usize = widths.iter().skip(1).map(|width| width + 2).sum();
        if let Some(first) = widths.first_mut() {
            *first = (*first).min(COLUMNS.saturating_sub(numbers).max(12));
        }
        let mut text = String::new();
        for (index, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let cell = if column == 0 { shortened(cell, widths[0]) } else { cell.clone() };
                let space = " ".repeat(widths[column].saturating_sub(cell.width()));
                if column == 0 {
                    line.push_str(&cell);
                    line.push_str(&space);
                } else {
                    line.push_str("  ");
                    line.push_str(&space);
                    line.push_str(&cell);
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
    fn both_sides_of_an_arrow_align() {
        let column = arrows(&[Some(517.0), Some(0.04), None], &[Some(473.25), Some(-0.57), Some(2.0)]);
        assert_eq!(column, ["517.00 → 473.25", "  0.04 →  −0.57", "     – →   2.00"]);
    }

    #[test]
    fn long_names_give_way_and_sentences_fold_by_columns() {
        let mut table = Table::new(&["park", "kWh"]);
        table.row(vec!["光储充检示范站".repeat(10), "1,000".to_owned()]);
        assert!(table.render().lines().all(|line| line.width() <= COLUMNS));
        assert!(table.render().contains('…'));
        let sentence = "零碳园区核算，门槛 0.20：未达标；".repeat(12);
        let text = folded(&sentence);
        assert!(text.lines().count() > 1 && text.lines().all(|line| line.width() <= COLUMNS), "{text}");
        assert!(text.lines().all(|line| !line.starts_with(['，', '；', '：'])), "{text}");
        assert_eq!(text.replace(['\n', ' '], ""), sentence.replace(' ', ""));
    }

    #[test]
    fn chinese_cells_align_by_what_a_terminal_shows() {
        let mut table = Table::new(&["园区", "MWh"]);
        table.row(vec!["port".to_owned(), "5".to_owned()]);
        assert_eq!(table.render(), "园区  MWh\n─────────\nport    5\n");
    }
}
