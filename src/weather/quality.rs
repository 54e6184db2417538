//! What is wrong with the data of a table: findings that count rows.

use super::Column;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// Rows or cells that are not there.
    Gap,
    /// A stand-in such as -99 or 9999 for a missing value.
    Sentinel,
    /// A cell that is no number.
    NotANumber,
    /// A value that cannot be.
    Impossible,
    /// A time that occurs twice; the first row is kept.
    Duplicate,
    /// Rows that do not follow their order in time; they are sorted.
    Unordered,
    /// Radiation or PV power while the sun is below the horizon.
    NightPower,
    /// Slightly below zero, as standby power or a meter's offset; taken as zero.
    SmallNegative,
    /// The same value for longer than nature holds it.
    Stuck,
}

impl FindingKind {
    /// Whether the values count as missing, so that a repair is needed.
    pub const fn is_missing(self) -> bool {
        matches!(self, Self::Gap | Self::Sentinel | Self::NotANumber | Self::Impossible)
    }

    /// The finding in words, for one or several.
    pub const fn words(self, count: usize) -> &'static str {
        let (one, several) = match self {
            Self::Gap => ("missing value", "missing values"),
            Self::Sentinel => ("stand-in for a missing value", "stand-ins for missing values"),
            Self::NotANumber => ("cell that is no number", "cells that are no number"),
            Self::Impossible => ("impossible value", "impossible values"),
            Self::Duplicate => (
                "time that occurs twice (the first row is kept)",
                "times that occur twice (the first row is kept)",
            ),
            Self::Unordered => ("row out of order (sorted)", "rows out of order (sorted)"),
            Self::NightPower => ("value above zero at night", "values above zero at night"),
            Self::SmallNegative => {
                ("value slightly below zero (taken as zero)", "values slightly below zero (taken as zero)")
            }
            Self::Stuck => ("value that does not move", "values that do not move"),
        };
        if count == 1 { one } else { several }
    }

    /// The finding in Chinese words.
    const fn words_zh(self) -> &'static str {
        match self {
            Self::Gap => "缺失值",
            Self::Sentinel => "缺测标记值",
            Self::NotANumber => "非数值单元格",
            Self::Impossible => "不可能出现的值",
            Self::Duplicate => "重复时刻（保留首行）",
            Self::Unordered => "次序颠倒的行（已排序）",
            Self::NightPower => "夜间大于零的值",
            Self::SmallNegative => "略低于零的值（按零计）",
            Self::Stuck => "长时间不变的值",
        }
    }
}

/// One kind of defect in one column.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Finding {
    /// What was found.
    pub kind: FindingKind,
    /// In which column; empty for whole rows.
    pub column: String,
    /// How many values or rows.
    pub count: usize,
    /// The table rows, sorted, at most [`Finding::KEPT`]; 0 stands for a row that is not there.
    pub rows: Vec<u32>,
    /// An example, where there is one.
    pub example: Option<f64>,
    /// The first cell that is no number, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
}

impl Finding {
    /// Rows that a finding remembers.
    pub const KEPT: usize = 200;

    /// A finding in words: `37 stand-ins for missing values, such as -99 (rows 12-15, 100)`.
    pub fn describe(&self) -> String {
        let example = self.example().map_or_else(String::new, |example| format!(", such as {example}"));
        let rows = describe_rows(&self.rows, self.count);
        let rows = if rows.is_empty() { rows } else { format!(" ({rows})") };
        format!("{} {}{example}{rows}", self.count, self.kind.words(self.count))
    }

    fn example(&self) -> Option<String> {
        let word = self.word.as_ref().map(|word| format!("`{word}`"));
        word.or_else(|| self.example.map(|value| value.to_string()))
    }

    /// The finding in English and Chinese, as a warning says it.
    pub fn told(&self, filled: bool) -> (String, String) {
        let example = self.example().map_or_else(String::new, |example| format!("，如 {example}"));
        let rows = match rows_shown(&self.rows, self.count) {
            None => String::new(),
            Some((rows, 0)) => format!("（第 {rows} 行）"),
            Some((rows, more)) => format!("（第 {rows} 行，另有 {more} 处）"),
        };
        let zh = format!("{} 个{}{example}{rows}", self.count, self.kind.words_zh());
        if filled { (self.describe() + "; filled", zh + "；已补全") } else { (self.describe(), zh) }
    }
}

/// Collects findings of one column.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Counts a cell that is no number.
    pub fn add_word(&mut self, column: &str, row: u32, word: &str) {
        self.add(FindingKind::NotANumber, column, row, None);
        let own = |finding: &&mut Finding| {
            finding.kind == FindingKind::NotANumber && finding.column == column && finding.word.is_none()
        };
        if let Some(finding) = self.0.iter_mut().find(own) {
            finding.word = Some(word.chars().take(40).collect());
        }
    }

    /// Counts a defect.
    pub fn add(&mut self, kind: FindingKind, column: &str, row: u32, example: Option<f64>) {
        let known = self.0.iter().position(|finding| finding.kind == kind && finding.column == column);
        let finding = match known {
            Some(index) => &mut self.0[index],
            None => {
                let (column, rows) = (column.to_owned(), Vec::new());
                self.0.push(Finding { kind, column, count: 0, rows, example, word: None });
                let last = self.0.len() - 1;
                &mut self.0[last]
            }
        };
        finding.count += 1;
        if finding.rows.len() < Finding::KEPT && row > 0 {
            finding.rows.push(row);
        }
    }

    /// The findings, rows sorted.
    pub fn done(mut self) -> Vec<Finding> {
        for finding in &mut self.0 {
            finding.rows.sort_unstable();
        }
        self.0
    }
}

/// The findings that leave values of a column missing, in words; empty if there is none.
pub fn describe_missing(findings: &[Finding], column: &str) -> String {
    let own = findings.iter().filter(|finding| finding.kind.is_missing() && finding.column == column);
    own.map(Finding::describe).collect::<Vec<_>>().join("; ")
}

/// `rows 12-15, 100 and 3 more`; empty if no row is known.
pub fn describe_rows(rows: &[u32], count: usize) -> String {
    let Some((shown, more)) = rows_shown(rows, count) else { return String::new() };
    let word = if count == 1 { "row" } else { "rows" };
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{word} {shown}{more}")
}

/// The first ranges of rows as text, and how many of `count` stand elsewhere; none if no row is known.
fn rows_shown(rows: &[u32], count: usize) -> Option<(String, usize)> {
    const SHOWN: usize = 6;
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some((_, last)) if *row <= *last + 1 => *last = *row,
            _ => ranges.push((*row, *row)),
        }
    }
    let range = |(first, last): &(u32, u32)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    let shown: Vec<String> = ranges.iter().take(SHOWN).map(range).collect();
    let covered: usize = ranges.iter().take(SHOWN).map(|(first, last)| (last - first) as usize + 1).sum();
    (!ranges.is_empty()).then(|| (shown.join(", "), count.saturating_sub(covered)))
}

/// Values that files write where they have none, beyond the physically possible ones.
pub fn is_sentinel(value: f64) -> bool {
    const NEAR: [f64; 2] = [6553.5, 3276.8];
    let size = value.abs();
    [99.0, 99.9, 999.0, 9999.0, 99_999.0, 999_999.0, 9900.0, 99_990.0].contains(&size)
        || NEAR.iter().any(|sentinel| (size - sentinel).abs() < 10.0)
}

/// Marks stand-ins and impossible values of a column as NaN and counts them.
///
/// A value counts as a stand-in if it looks like one and is impossible; small negative radiation
/// (the offset of a thermopile at night) becomes zero without a word.
pub fn check_column(column: Column, values: &mut [f64], rows: &[u32], findings: &mut Findings) {
    let (low, high) = column.possible();
    for (value, row) in values.iter_mut().zip(rows) {
        if value.is_nan() {
            continue;
        }
        if *value < low || *value > high {
            let kind = if is_sentinel(*value) { FindingKind::Sentinel } else { FindingKind::Impossible };
            findings.add(kind, column.name(), *row, Some(*value));
            *value = f64::NAN;
        } else if column.is_radiation() && *value < 0.0 {
            *value = 0.0;
        }
    }
    let hours_held = match column {
        Column::Ghi | Column::Dni | Column::Dhi => 6.0,
        Column::Temperature | Column::DewPoint => 30.0,
        Column::Wind => 72.0,
        Column::Pressure | Column::Humidity | Column::Albedo => return,
    };
    let held = hours_held * values.len() as f64 / 8766.0;
    stuck(column, values, rows, held as usize, findings);
}

fn stuck(column: Column, values: &[f64], rows: &[u32], held: usize, findings: &mut Findings) {
    let mut start = 0;
    for end in 1..=values.len() {
        if end < values.len() && values[end] == values[start] {
            continue;
        }
        let zero_is_usual = column.is_radiation() || column == Column::Wind;
        let moves = values[start].is_nan() || (zero_is_usual && values[start] == 0.0);
        if !moves && end - start > held.max(4) {
            for row in &rows[start..end] {
                findings.add(FindingKind::Stuck, column.name(), *row, Some(values[start]));
            }
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_in_ranges() {
        assert_eq!(describe_rows(&[12, 13, 14, 100], 4), "rows 12-14, 100");
        assert_eq!(describe_rows(&[7], 1), "row 7");
        assert_eq!(describe_rows(&[1, 3, 5, 7, 9, 11, 13], 40), "rows 1, 3, 5, 7, 9, 11 and 34 more");
    }

    #[test]
    fn stand_ins_are_told_from_impossible_values() {
        let mut findings = Findings::default();
        let mut values = vec![-3270.9, 20.0, 3276.8, 70.0, -99.0];
        check_column(Column::Temperature, &mut values, &[2, 3, 4, 5, 6], &mut findings);
        let found = findings.done();
        assert_eq!(
            (found[0].kind, found[0].count, &found[0].rows),
            (FindingKind::Sentinel, 3, &vec![2, 4, 6])
        );
        assert_eq!((found[1].kind, &found[1].rows), (FindingKind::Impossible, &vec![5]));
        assert_eq!(values.iter().filter(|value| value.is_nan()).count(), 4);
    }

    #[test]
    fn a_thermometer_that_does_not_move_for_two_days_is_stuck() {
        let mut findings = Findings::default();
        let mut values: Vec<f64> = (0..8760).map(|hour| (hour % 24) as f64).collect();
        values[100..150].fill(3.0);
        let rows: Vec<u32> = (1..=8760).collect();
        check_column(Column::Temperature, &mut values, &rows, &mut findings);
        let found = findings.done();
        assert_eq!((found[0].kind, found[0].rows[0]), (FindingKind::Stuck, 100));
    }
}
