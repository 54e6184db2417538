//! Policies side by side as a table: what each makes of the year, and how much of what could be saved.

use super::data::{PolicyCost, ReportData};
use super::font::escape;
use super::theme::{grouped, money_scale, rounded};
use super::words::{Unit, dash, money, money_unit, share, tonnes};
use crate::lang::{Lang, Message, message, messages};
use std::fmt::Write as _;

/// How the numbers of a column are written.
#[derive(Clone, Copy)]
enum Kind {
    /// Totals that differ by little: five digits.
    Total,
    Money,
    Power,
    Tonnes,
    Count,
    Share,
}

/// The columns: message, how it is written, value.
type Column = (&'static str, Kind, fn(&PolicyCost) -> Option<f64>);

const COLUMNS: [Column; 8] = [
    ("policies.bill", Kind::Total, |year| Some(year.bill)),
    ("policies.peak", Kind::Power, |year| Some(year.peak_import_kw)),
    ("policies.carbon", Kind::Tonnes, |year| year.location_based_t),
    ("policies.cycles", Kind::Count, |year| year.full_cycles),
    ("policies.ageing", Kind::Money, |year| Some(year.ageing_cost)),
    ("policies.end", Kind::Money, |year| Some(year.end_state_value)),
    ("policies.cost", Kind::Total, |year| Some(year.cost)),
    ("policies.captured", Kind::Share, |year| year.captured),
];

/// The columns that some policy fills.
fn columns(report: &ReportData) -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| report.policies.iter().any(|year| column.2(year).is_some()))
}

/// What readers call a policy; one that is not known stands as it is.
pub fn name(policy: &str, lang: Lang) -> String {
    let key = format!("policy.{policy}");
    let known = messages().find(|message| message.key == key);
    known.map_or(policy, |message| lang.pick(message.en, message.zh)).to_owned()
}

/// Header and rows for readers; none where no policies were compared.
pub fn rows(report: &ReportData, lang: Lang) -> Vec<Vec<String>> {
    if report.policies.is_empty() {
        return Vec::new();
    }
    let head = columns(report).map(|column| lang.text(column.0).to_owned());
    let head = std::iter::once(lang.text("policies.policy").to_owned()).chain(head).collect();
    let largest = |of: &fn(&PolicyCost) -> Option<f64>| {
        report.policies.iter().filter_map(of).map(f64::abs).fold(0.0, f64::max)
    };
    let total = |value: f64, largest: f64| {
        let scale = money_scale(largest, lang);
        let digits = (largest / scale.factor).max(1.0).log10().floor() as usize;
        let unit = money_unit(scale, &report.currency, lang);
        format!("{} {unit}", grouped(value / scale.factor, 4_usize.saturating_sub(digits)))
    };
    let cell = |value: Option<f64>, kind: Kind, largest: f64| match kind {
        Kind::Total => value.map_or_else(dash, |value| total(value, largest)),
        Kind::Money => money(value, &report.currency, lang),
        Kind::Power => value.map_or_else(dash, |kw| format!("{} MW", rounded(kw / 1000.0))),
        Kind::Tonnes => tonnes(value, lang),
        Kind::Count => value.map_or_else(dash, rounded),
        Kind::Share => share(value),
    };
    let row = |year: &PolicyCost| {
        let cells = columns(report).map(|(_, kind, of)| cell(of(year), *kind, largest(of)));
        std::iter::once(name(&year.policy, lang)).chain(cells).collect()
    };
    std::iter::once(head).chain(report.policies.iter().map(row)).collect()
}

/// Header of every column with its unit, for the workbook.
pub fn head(currency: &str, lang: Lang) -> Vec<String> {
    let of = |(key, kind, _): &Column| match unit(*kind, currency) {
        Unit::Of(unit) if !unit.is_empty() => format!("{} ({unit})", lang.text(key)),
        _ => lang.text(key).to_owned(),
    };
    COLUMNS.iter().map(of).collect()
}

/// The numbers of a policy in the order of the columns.
pub fn numbers(year: &PolicyCost, currency: &str) -> Vec<(Option<f64>, Unit)> {
    COLUMNS.iter().map(|(_, kind, of)| (of(year), unit(*kind, currency))).collect()
}

fn unit(kind: Kind, currency: &str) -> Unit {
    match kind {
        Kind::Total | Kind::Money => Unit::Of(currency.to_owned()),
        Kind::Power => Unit::Of("kW".to_owned()),
        Kind::Tonnes => Unit::Of("t".to_owned()),
        Kind::Count => Unit::Of(String::new()),
        Kind::Share => Unit::Share,
    }
}

/// The table of all parks together.
pub fn table(html: &mut String, report: &ReportData, lang: Lang) {
    let rows = rows(report, lang);
    let Some((head, rows)) = rows.split_first() else { return };
    let (title, note) = (lang.text("policies.title"), lang.text("policies.note"));
    let _ = write!(
        html,
        "<div id=\"policies\"><h3>{title}</h3><p>{note}</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>"
    );
    for cell in head {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escape(cell));
    }
    html.push_str("</tr></thead><tbody>\n");
    for row in rows {
        html.push_str("<tr>");
        for (index, cell) in row.iter().enumerate() {
            let mark = if index == 0 { "th scope=\"row\"" } else { "td" };
            let _ = write!(html, "<{mark}>{}</{}>", escape(cell), &mark[..2]);
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div></div>\n");
}

/// The texts of the table.
pub const MESSAGES: &[Message] = &[
    message("policies.title", "Policies side by side", "运行策略对照"),
    message(
        "policies.note",
        "Every policy runs the same year with the same devices, all parks together. What a store holds more at the end than at the start is priced at the mean value of stored energy of the foreseen year. The share is that of the saving which a whole year known beforehand brings over no storage.",
        "各策略以相同设备运行同一年，为全部园区合计。储能年末比年初多存的电量按全年预知下储能电量的平均价值计价。“实现比例”为占全年预知策略相对无储能所节省费用的比例。",
    ),
    message("policies.policy", "policy", "策略"),
    message("policies.bill", "bill", "电费"),
    message("policies.peak", "peak import", "购电峰值"),
    message("policies.carbon", "CO2 of electricity", "电力 CO2"),
    message("policies.cycles", "full cycles", "等效循环次数"),
    message("policies.ageing", "ageing cost", "老化成本"),
    message("policies.end", "value of the end state", "期末电量价值"),
    message("policies.cost", "bill less end state", "电费减期末电量价值"),
    message("policies.captured", "share of the achievable saving", "实现比例"),
];
