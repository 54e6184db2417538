//! The data of a figure as a table beside it: its text alternative, and what the pointer reads.

use super::canvas::Figure;
use super::font::escape;
use super::words::{Scaled, Unit, scaled, unit};
use crate::lang::{Lang, Message, message, messages};
use std::fmt::Write as _;

/// Longer data stays in the figure's CSV.
const MOST_ROWS: usize = 40;

/// Figures whose rows stand side by side from the left edge of the plot to the right, at equal widths.
const ROWS_ALONG_X: [&str; 8] = [
    "monthly-balance",
    "bill-monthly",
    "bill-bands",
    "cash-flow",
    "waterfall-money",
    "waterfall-carbon",
    "stored-energy-histogram",
    "cycle-depth-histogram",
];

/// A figure's data for a page.
#[derive(Debug, Default)]
pub struct DataTable {
    /// The table; empty where the data is too long for a page.
    pub html: String,
    /// Whether its rows stand along the figure's horizontal axis.
    pub hover: bool,
}

/// The table of a figure.
pub fn table(figure: &Figure, currency: &str, lang: Lang) -> DataTable {
    let mut lines = figure.csv.lines();
    let header: Vec<String> = lines.next().map(cells).unwrap_or_default();
    let rows: Vec<Vec<String>> = lines.map(cells).collect();
    let (Some(first), false) = (header.first(), rows.is_empty() || rows.len() > MOST_ROWS) else {
        return DataTable::default();
    };
    let number = |cell: &String| cell.parse::<f64>().ok();
    let columns: Vec<usize> = (1..header.len())
        .filter(|&c| rows.iter().any(|row| row.get(c).and_then(number).unwrap_or(0.0) != 0.0))
        .collect();
    let largest = columns
        .iter()
        .flat_map(|&c| rows.iter().filter_map(move |row| row.get(c).and_then(number)))
        .map(f64::abs)
        .fold(0.0, f64::max);
    // One unit for all columns where they share one; else each names its own.
    let kinds: Vec<Unit> = columns.iter().map(|&c| unit(group(&header[c]), &header[c], currency)).collect();
    let common = kinds.windows(2).all(|pair| pair[0] == pair[1]);
    let scale_of = |c: usize| {
        let largest = if common {
            largest
        } else {
            rows.iter().filter_map(|row| row.get(c).and_then(number)).map(f64::abs).fold(0.0, f64::max)
        };
        scaled(group(&header[c]), &header[c], largest, currency, lang)
    };
    let scales: Vec<Scaled> = columns.iter().map(|&c| scale_of(c)).collect();
    let shared = if common { scales.first().map_or("", |scale| scale.unit.as_str()) } else { "" };
    let mut html = format!("<div class=\"scroll\"><table data-unit=\"{}\"><thead><tr>", escape(shared));
    let _ = write!(html, "<th scope=\"col\">{}</th>", escape(&name(figure, first, lang)));
    for (&c, scale) in columns.iter().zip(&scales) {
        let unit = if scale.unit.is_empty() { String::new() } else { format!(", {}", scale.unit) };
        let _ = write!(
            html,
            "<th scope=\"col\">{}{}</th>",
            escape(&name(figure, &header[c], lang)),
            escape(&unit)
        );
    }
    html.push_str("</tr></thead><tbody>");
    let waterfall = figure.id.starts_with("waterfall");
    for (index, row) in rows.iter().enumerate() {
        let values: Vec<Option<f64>> = columns.iter().map(|&c| row.get(c).and_then(number)).collect();
        let ends = index == 0 || index + 1 == rows.len();
        // A step of nothing is not drawn.
        let undrawn = waterfall && !ends && values.iter().flatten().all(|v| v.abs() <= 1e-6 * largest);
        let _ = write!(
            html,
            "<tr{}><th scope=\"row\">{}</th>",
            if undrawn { " data-undrawn" } else { "" },
            escape(&name(figure, &row[0], lang))
        );
        for (value, scale) in values.iter().zip(&scales) {
            let _ = write!(html, "<td>{}</td>", scale.number(*value));
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    DataTable { hover: ROWS_ALONG_X.contains(&figure.id.as_str()), html }
}

/// The group a column belongs to: money has no unit in its name.
fn group(column: &str) -> &'static str {
    let money = column.ends_with("_charge")
        || column.ends_with("_revenue")
        || column.ends_with("_saving")
        || ["surcharges", "power_factor_adjustment", "green_supply_cost", "net", "running_sum", "money"]
            .contains(&column);
    if money { "bill" } else { "" }
}

/// The cells of a line of CSV as figures write it.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(cell) = cells.last_mut() else { break };
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cell.push(c),
        }
    }
    cells
}

/// A column or row of figure data in words, where the catalogue has them.
fn name(figure: &Figure, key: &str, lang: Lang) -> String {
    if let Some(called) = figure.called.get(key) {
        return called.clone();
    }
    for (prefix, en, zh) in [("in:", "in: ", "流入："), ("out:", "out: ", "流出：")] {
        if let Some(flow) = key.strip_prefix(prefix) {
            return lang.pick(en, zh).to_owned() + &name(figure, flow, lang);
        }
    }
    if let Some((first, rest)) = key.split_once('+') {
        return format!("{} + {}", name(figure, first, lang), name(figure, rest, lang));
    }
    let stem = key.trim_end_matches("_kwh").trim_end_matches("_kw");
    let flow = match stem {
        "pv_available" => "pv",
        "wind_available" => "wind",
        "storage_discharge" => "discharge",
        "storage_charge" => "charge",
        "grid_import" => "import",
        "grid_export" => "export",
        other => other,
    };
    let candidates = [
        key.to_owned(),
        format!("flow.{flow}"),
        format!("bill.{key}"),
        format!("ledger.{key}"),
        format!("waterfall.{key}"),
        match key {
            "net" => "cash.net".to_owned(),
            "running_sum" => "cash.sum".to_owned(),
            "month" | "year" | "park" => format!("xlsx.{key}"),
            "term" | "value" | "threshold" | "margin" => format!("rules.{key}"),
            "pass" => "rules.met".to_owned(),
            "measure" => "measures.measure".to_owned(),
            "cost_per_t" => "measures.cost".to_owned(),
            "policy" => "policies.policy".to_owned(),
            "captured_share" => "policies.captured".to_owned(),
            "cost" if figure.id == "policy-gap" => "policies.cost".to_owned(),
            "baseline_t" => "waterfall.baseline".to_owned(),
            "configured_t" => "waterfall.configured".to_owned(),
            "storage_kw" | "storage_kwh" => "figure.overview.storage".to_owned(),
            "highest" => "figure.chargers.highest".to_owned(),
            "avoided_t" | "guns" | "flow" | "hour" | "ledger" | "step" | "depth" | "cost_above_best"
            | "hours" | "share_of_highest" | "kwh" | "money" | "t" => format!("data.{key}"),
            _ => String::new(),
        },
        format!("band.{key}"),
        format!("measure.{key}"),
        format!("policy.{key}"),
    ];
    let known =
        candidates.iter().find_map(|wanted| messages().find(|message| message.key == wanted.as_str()));
    known.map_or_else(|| key.replace('_', " "), |message| lang.pick(message.en, message.zh).to_owned())
}

/// What else rows and columns are called.
pub const MESSAGES: &[Message] = &[
    message("data.avoided_t", "CO2 avoided", "减排量"),
    message("data.guns", "charging points", "充电枪"),
    message("data.flow", "flow", "流向"),
    message("data.hour", "hour", "时刻"),
    message("data.ledger", "ledger", "口径"),
    message("data.step", "step", "项目"),
    message("data.depth", "depth", "深度"),
    message("data.cost_above_best", "above the cheapest", "高出最优"),
    message("data.hours", "hours", "小时"),
    message("data.share_of_highest", "share of the highest", "占最高值比例"),
    message("data.kwh", "energy", "电量"),
    message("data.money", "amount", "金额"),
    message("data.t", "CO2", "CO2"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_rows_have_words_and_one_unit() {
        let csv = "month,pv_kwh,wind_kwh\n1,2000000,0\n2,5000000,0\n".to_owned();
        let drawing = crate::report::drawing::Drawing::new((1100, 560), Default::default());
        let figure = Figure::new("monthly-balance", "", drawing, csv);
        let table = table(&figure, "CNY", Lang::En);
        assert!(table.hover);
        assert!(
            table.html.contains("data-unit=\"GWh\"") && table.html.contains("<th scope=\"col\">PV, GWh</th>")
        );
        assert!(table.html.contains("<td>5.00</td>") && !table.html.contains("wind"));
    }

    #[test]
    fn rows_are_called_what_readers_call_them() {
        let drawing = || crate::report::drawing::Drawing::new((1100, 560), Default::default());
        let of = |csv: &str| {
            let called = [("lithium".to_owned(), "锂电园区".to_owned())];
            let figure = Figure::new("overview", "", drawing(), csv.to_owned()).calling(called);
            table(&figure, "CNY", Lang::Zh).html
        };
        let parks = of("park,pv_available_kwh,guns\nlithium,3e7,4\n");
        assert!(
            parks.contains(">锂电园区<") && parks.contains(">光伏, 万 kWh<") && parks.contains(">充电枪<"),
            "{parks}"
        );
        let flows = of("flow,kwh\nin:pv_available_kwh,2\nout:charging_kwh,2\n");
        assert!(flows.contains(">流入：光伏<") && flows.contains(">流出：充电<"), "{flows}");
        let measures = of("measure,avoided_t\nelectric-transport+managed-charging,2\n");
        assert!(measures.contains(">交通电动化 + 有序充电<"), "{measures}");
    }

    #[test]
    fn quoted_cells_are_read_back() {
        assert_eq!(cells("\"a, \"\"b\"\"\",1"), ["a, \"b\"", "1"]);
    }
}
