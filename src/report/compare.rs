//! Finished runs side by side: where they differ as figures, and one page.

use super::ReportError;
use super::canvas::{DrawError, Figure, HEIGHT, Legend, csv, sheet};
use super::charts::{Line, Step, YAxis, stacked_bars, waterfall};
use super::font::escape;
use super::html::{figures as embed, head};
use super::metrics_table;
use super::theme::{Flow, energy_scale, money_scale, tonnes_scale};
use super::words::{Scaled, dash, money_unit, scaled};
use crate::lang::{Lang, Message, message, messages};
use crate::output::compare::Comparison;
use crate::output::folder::{MANIFEST, OutputFolder};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// Writes `compare.csv`, and with figures `compare.html` and `figures/`.
///
/// # Errors
/// If the folder holds something foreign, or drawing or writing fails.
pub fn write(comparison: &Comparison, place: &Path, plots: bool, lang: Lang) -> Result<(), ReportError> {
    let folder = OutputFolder::begin(place)?;
    folder.write("compare.csv", comparison.csv().as_bytes())?;
    if plots {
        let figures = figures(comparison, lang)?;
        for figure in &figures {
            folder.write(&format!("figures/{}.svg", figure.id), figure.drawing.outlined().as_bytes())?;
            folder.write(&format!("figures/{}.csv", figure.id), figure.csv.as_bytes())?;
        }
        folder.write("compare.html", page(comparison, &figures, lang).as_bytes())?;
    }
    let manifest = json!({
        "zeropark": env!("CARGO_PKG_VERSION"), "kind": "compare", "runs": comparison.runs,
    });
    folder.write(MANIFEST, format!("{manifest:#}\n").as_bytes())?;
    folder.finish()?;
    Ok(())
}

/// The currency, where all runs have the same.
fn currency(comparison: &Comparison) -> Option<&str> {
    let first = comparison.currencies.first()?;
    comparison.currencies.iter().all(|other| other == first).then_some(first.as_str())
}

/// Supply of every run, and for each run after the first what leads from the first to it.
///
/// # Errors
/// If drawing fails.
pub fn figures(comparison: &Comparison, lang: Lang) -> Result<Vec<Figure>, DrawError> {
    let mut figures = Vec::new();
    figures.extend(supply(comparison, lang)?);
    for run in 1..comparison.runs.len() {
        if let Some(currency) = currency(comparison) {
            figures.extend(money(comparison, run, currency, lang)?);
        }
        figures.extend(carbon(comparison, run, lang)?);
    }
    Ok(figures)
}

fn number(metrics: &Value, group: &str, key: &str) -> Option<f64> {
    metrics[group][key].as_f64()
}

fn supply(comparison: &Comparison, lang: Lang) -> Result<Option<Figure>, DrawError> {
    const PARTS: [(&str, &str, Flow); 4] = [
        ("flow.pv", "pv_available_kwh", Flow::Pv),
        ("flow.wind", "wind_available_kwh", Flow::Wind),
        ("flow.import", "grid_import_kwh", Flow::Import),
        ("flow.unserved", "unserved_kwh", Flow::Unserved),
    ];
    let values = |key: &str| -> Vec<f64> {
        comparison.configured.iter().map(|m| number(m, "energy", key).unwrap_or(0.0)).collect()
    };
    let columns: Vec<Vec<f64>> = PARTS.iter().map(|(_, key, _)| values(key)).collect();
    let most = columns.iter().flatten().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return Ok(None);
    }
    let scale = energy_scale(most, lang);
    let (mut legend, mut lines) = (Vec::new(), Vec::new());
    for ((label, key, flow), values) in PARTS.iter().zip(&columns) {
        if values.iter().any(|value| *value > most * 1e-6) {
            legend.push(Legend::new(lang.text(label), flow.colour()));
            lines.push(Line::new(key, flow.colour(), values.clone()));
        }
    }
    let y = YAxis::new(scale.unit, scale.factor);
    let drawing = sheet(HEIGHT, lang.text("compare.supply"), &legend, |area| {
        stacked_bars(area, &comparison.runs, &lines, &[], &[], &y)
    })?;
    let header: Vec<&str> = std::iter::once("run").chain(PARTS.iter().map(|(_, key, _)| *key)).collect();
    let rows = comparison.runs.iter().enumerate();
    let rows = rows.map(|(run, name)| (name.clone(), columns.iter().map(|column| column[run]).collect()));
    let caption = lang.text("compare.supply.caption");
    Ok(Some(Figure::new("compare-supply", caption, drawing, csv(&header, rows))))
}

/// A waterfall from the first run to another.
struct Change<'a> {
    id: &'a str,
    key: &'a str,
    column: &'a str,
    ends: [f64; 2],
    /// Message and size of each step between the ends.
    steps: Vec<(&'a str, f64)>,
    y: YAxis,
}

impl Change<'_> {
    fn figure(&self, comparison: &Comparison, run: usize, lang: Lang) -> Result<Figure, DrawError> {
        let (from, to) = (&comparison.runs[0], &comparison.runs[run]);
        let end = |label: &str, value: f64| Step { label: label.to_owned(), value, total: true };
        let mut bars = vec![end(from, self.ends[0])];
        let step = |(key, value): &(&str, f64)| Step {
            label: lang.text(key).to_owned(),
            value: *value,
            total: false,
        };
        bars.extend(self.steps.iter().filter(|(_, v)| v.abs() > 1e-6 * self.ends[0].abs()).map(step));
        bars.push(end(to, self.ends[1]));
        let title = format!("{}{}{from} → {to}", lang.text(self.key), lang.pick(": ", "："));
        let drawing = sheet(HEIGHT, &title, &[], |area| waterfall(area, &bars, self.column, &self.y))?;
        let rows = std::iter::once((from.clone(), vec![self.ends[0]]))
            .chain(self.steps.iter().map(|(key, value)| ((*key).to_owned(), vec![*value])))
            .chain([(to.clone(), vec![self.ends[1]])]);
        let many = comparison.runs.len() > 2;
        let id = if many { format!("{}-{}", self.id, run + 1) } else { self.id.to_owned() };
        let caption = lang.text(&format!("{}.caption", self.key));
        Ok(Figure::new(&id, caption, drawing, csv(&["step", self.column], rows)))
    }
}

fn money(
    comparison: &Comparison,
    run: usize,
    currency: &str,
    lang: Lang,
) -> Result<Option<Figure>, DrawError> {
    let (first, other) = (&comparison.configured[0], &comparison.configured[run]);
    let total = |metrics: &Value| number(metrics, "economics", "annual_total");
    let (Some(before), Some(after)) = (total(first), total(other)) else { return Ok(None) };
    let change = |group: &str, keys: &[&str]| -> f64 {
        let of = |metrics: &Value, key: &str| number(metrics, group, key).unwrap_or(0.0);
        keys.iter().map(|key| of(other, key) - of(first, key)).sum()
    };
    let bill = change("bill", &["total"]);
    let energy = change("bill", &["energy_charge"]);
    let demand = change("bill", &["demand_charge", "capacity_charge"]);
    let revenue = -change("bill", &["export_revenue", "charging_revenue"]);
    let opex = change("economics", &["opex_annual"]);
    let scale = money_scale(before.abs().max(after.abs()), lang);
    let steps = vec![
        ("waterfall.energy", energy),
        ("waterfall.demand", demand),
        ("waterfall.other", bill - energy - demand - revenue),
        ("waterfall.revenue", revenue),
        ("waterfall.opex", opex),
        ("waterfall.capital", after - before - bill - opex),
    ];
    let change = Change {
        id: "compare-money",
        key: "compare.money",
        column: "money",
        ends: [before, after],
        steps,
        y: YAxis::new(money_unit(scale, currency, lang), scale.factor),
    };
    change.figure(comparison, run, lang).map(Some)
}

fn carbon(comparison: &Comparison, run: usize, lang: Lang) -> Result<Option<Figure>, DrawError> {
    let (first, other) = (&comparison.configured[0], &comparison.configured[run]);
    let of = |metrics: &Value, key: &str| number(metrics, "carbon", key);
    let (Some(before), Some(after)) = (of(first, "location_based_t"), of(other, "location_based_t")) else {
        return Ok(None);
    };
    let fuel = [first, other].map(|metrics| of(metrics, "scope1_t").unwrap_or(0.0));
    let scale = tonnes_scale((before + fuel[0]).max(after + fuel[1]), lang);
    let change = Change {
        id: "compare-carbon",
        key: "compare.carbon",
        column: "change_t",
        ends: [before + fuel[0], after + fuel[1]],
        steps: vec![("waterfall.electricity", after - before), ("waterfall.fuel", fuel[1] - fuel[0])],
        y: YAxis::new(format!("{} CO2", scale.unit), scale.factor),
    };
    change.figure(comparison, run, lang).map(Some)
}

/// The page: a table of the metrics, then the figures.
pub fn page(comparison: &Comparison, figures: &[Figure], lang: Lang) -> String {
    let mut body = String::new();
    let (colon, comma) = (lang.pick(": ", "："), lang.pick(", ", "、"));
    let title = format!("{}{colon}{}", lang.text("compare.title"), comparison.runs.join(comma));
    let _ = write!(body, "<header><h1>{}</h1></header>\n<main>", escape(&title));
    let _ = write!(
        body,
        "<section><h2>{}</h2><p>{}</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>",
        lang.text("compare.numbers"),
        lang.text("compare.note"),
        lang.text("report.metric"),
        lang.text("metric.unit"),
    );
    for run in &comparison.runs {
        let _ = write!(body, "<th scope=\"col\">{}</th>", escape(run));
    }
    body.push_str("</tr></thead><tbody>\n");
    let currency = currency(comparison).unwrap_or("");
    for (park, metric, values) in &comparison.rows {
        let (group, key) = metric.split_once('.').unwrap_or(("", metric));
        let largest = values.iter().flatten().map(|value| value.abs()).fold(0.0, f64::max);
        let scale = scaled(group, key, largest, currency, lang);
        let park = if park == "all" { String::new() } else { format!("{} · ", escape(park)) };
        let _ = write!(
            body,
            "<tr><th scope=\"row\">{park}{} <code class=\"key\">{}</code></th><td>{}</td>",
            name(metric, lang),
            escape(metric),
            escape(&scale.unit)
        );
        for (run, value) in values.iter().enumerate() {
            let _ = write!(body, "<td>{}</td>", cell(&scale, values, run, *value));
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody></table></div></section>\n<section>");
    embed(&mut body, figures, "compare", currency, lang);
    let _ = write!(
        body,
        "</section></main>\n<footer><p>zeropark {}</p></footer>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    );
    let mut html = String::with_capacity(body.len() + (1 << 19));
    head(&mut html, &title, &body, lang);
    html + &body
}

fn cell(scale: &Scaled, values: &[Option<f64>], run: usize, value: Option<f64>) -> String {
    let number = value.map_or_else(dash, |value| scale.number(Some(value)));
    match Comparison::change(values, run).filter(|change| run > 0 && *change != 0.0) {
        Some(change) if scale.unit != "%" => format!("{number} ({:+.1} %)", change * 100.0).replace('-', "−"),
        _ => number,
    }
}

/// A metric's name for readers, where it has one.
fn name(metric: &str, lang: Lang) -> String {
    let known = messages().find(|message| message.key.strip_prefix("metric.") == Some(metric));
    match known.and_then(|_| metric.split_once('.')) {
        Some((group, key)) => metrics_table::name(group, key, lang).to_owned(),
        None => String::new(),
    }
}

/// The texts of the comparison.
pub const MESSAGES: &[Message] = &[
    message("compare.title", "Runs compared", "方案对比"),
    message("compare.numbers", "Numbers", "指标"),
    message(
        "compare.note",
        "The configured case of each run, all parks together unless a park is named; in brackets the change against the first run.",
        "各次计算的方案值，未注明园区者为全部园区合计；括号内为相对第一次计算的变化。",
    ),
    message("compare.supply", "Supply of the year", "全年供电构成"),
    message(
        "compare.supply.caption",
        "PV and wind available, and grid import, of each run.",
        "各次计算的光伏、风电可发电量与电网购电量。",
    ),
    message("compare.money", "Annual cost", "年总成本"),
    message(
        "compare.money.caption",
        "What leads from the first run's annual total to the other's.",
        "由第一次计算的年总成本到另一次的各项变化。",
    ),
    message("compare.carbon", "Carbon", "碳排放"),
    message(
        "compare.carbon.caption",
        "Location-based electricity and fuel of the parks, tonnes of CO2 a year.",
        "电力按地域法，加园区燃料，吨 CO2/年。",
    ),
];
