//! The report: one HTML file, no network, readable without scripts, ready for print.

use super::canvas::Figure;
use super::data::{ParkData, ReportData};
use super::executive;
use super::font::{FAMILY, WOFF2, escape};
use super::heatmap::base64;
use super::measures;
use super::theme::{grouped, rounded};
use super::words::{dash, energy, money as plain_money, share, tonnes};
use super::years;
use crate::lang::{Lang, Message, message};
use std::fmt::Write as _;

/// Figures of one park, or of all.
pub struct Section<'a> {
    /// The park.
    pub park: &'a ParkData,
    /// Its figures.
    pub figures: Vec<Figure>,
}

/// The page.
pub fn page(report: &ReportData, all: &Section<'_>, parks: &[Section<'_>], lang: Lang) -> String {
    let mut html = String::with_capacity(1 << 20);
    head(&mut html, report.title.pick(lang), lang);
    let title = escape(report.title.pick(lang));
    let _ = write!(html, "<header><h1>{title}</h1>");
    let description = escape(report.description.pick(lang));
    if !description.is_empty() {
        let _ = write!(html, "<p class=\"lead\">{description}</p>");
    }
    html.push_str("</header>\n<main>\n");
    summary(&mut html, report, lang);
    warnings(&mut html, report, lang);
    contents(&mut html, parks, lang);
    figures(&mut html, &all.figures);
    measures::table(&mut html, &report.currency, all.park, lang);
    years::table(&mut html, &report.currency, all.park, lang);
    for (index, section) in parks.iter().enumerate() {
        let _ =
            writeln!(html, "<section id=\"park-{index}\"><h2>{}</h2>", escape(section.park.title.pick(lang)));
        metrics_table(&mut html, report, section.park, lang);
        measures::table(&mut html, &report.currency, section.park, lang);
        years::table(&mut html, &report.currency, section.park, lang);
        figures(&mut html, &section.figures);
        html.push_str("</section>\n");
    }
    assumptions(&mut html, report, lang);
    let _ = writeln!(
        html,
        "<section><h2>{}</h2><details><summary>{}</summary><pre>{}</pre></details></section>",
        lang.text("report.input"),
        lang.text("report.input.show"),
        escape(&report.echo)
    );
    let _ = write!(
        html,
        "</main>\n<footer><p>zeropark {}</p></footer>\n</body>\n</html>\n",
        escape(&report.version)
    );
    html
}

/// The head of a page up to its body.
pub fn head(html: &mut String, title: &str, lang: Lang) {
    let title = escape(title);
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n",
        lang.tag()
    );
    // The font travels with the page, so that Chinese text and figures show on any machine.
    let _ = writeln!(
        html,
        "@font-face{{font-family:\"{FAMILY}\";font-display:block;src:url(data:font/woff2;base64,{}) format(\"woff2\")}}",
        base64(WOFF2)
    );
    html.push_str(STYLE);
    html.push_str("</style>\n</head>\n<body>\n");
}

const STYLE: &str = "\
:root{color-scheme:light;--ink:#28282e;--soft:#5c5c66;--line:#dcdce2;--paper:#fff}\n\
*{box-sizing:border-box}\n\
body{margin:0;background:#f4f4f6;color:var(--ink);font:16px/1.55 \"Noto Sans SC\",system-ui,\"PingFang SC\",\"Microsoft YaHei\",sans-serif}\n\
header,main,footer{max-width:1160px;margin:0 auto;padding:0 24px;background:var(--paper)}\n\
header{padding-top:32px}footer{padding-bottom:32px;color:var(--soft)}\n\
h1{margin:0;font-size:30px;line-height:1.25}h2{margin:44px 0 12px;font-size:23px;border-bottom:2px solid var(--line);padding-bottom:6px}\n\
.lead{font-size:18px;color:var(--soft);max-width:60em}\n\
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:14px;margin:22px 0}\n\
.card{border:1px solid var(--line);border-radius:6px;padding:12px 16px}\n\
.card b{display:block;font-size:24px;line-height:1.3}.card span{color:var(--soft)}\n\
.scroll{overflow-x:auto}\n\
table{border-collapse:collapse;width:100%;margin:12px 0;font-variant-numeric:tabular-nums}\n\
th,td{padding:5px 10px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}\n\
th:first-child,td:first-child{text-align:left;white-space:normal}thead th{border-bottom:2px solid var(--ink)}\n\
tr.total td{font-weight:600;border-top:2px solid var(--line)}h3{margin:28px 0 4px;font-size:18px}\n\
td.text,th.text{text-align:left;white-space:normal}\n\
figure{margin:26px 0;break-inside:avoid}figure svg{width:100%;height:auto;display:block}\n\
figcaption{color:var(--soft);font-size:15px}\n\
.warn{border-left:4px solid #d55e00;padding:4px 14px;margin:8px 0;background:#fdf5ef}\n\
nav ul{columns:2;padding-left:20px}pre{overflow-x:auto;background:#f4f4f6;padding:12px;font-size:13px}\n\
@media(max-width:640px){header,main,footer{padding-left:14px;padding-right:14px}nav ul{columns:1}}\n\
@media print{body{background:#fff;font-size:11pt}header,main,footer{max-width:none;padding:0}section{break-before:page}nav{display:none}@page{size:A4;margin:16mm}}\n";

/// Money with the currency made harmless.
pub(super) fn money(amount: Option<f64>, currency: &str, lang: Lang) -> String {
    escape(&plain_money(amount, currency, lang))
}

fn summary(html: &mut String, report: &ReportData, lang: Lang) {
    let all = &report.all;
    let _ = write!(html, "<section id=\"executive\"><h2>{}</h2><ul>", lang.text("executive.title"));
    for line in executive::lines(report, lang) {
        let _ = write!(html, "<li>{}</li>", escape(&line));
    }
    let _ = write!(
        html,
        "</ul></section>\n<section id=\"summary\"><h2>{}</h2>\n<div class=\"cards\">",
        lang.text("report.summary")
    );
    let change = |group: &str, key: &str| all.change[group][key].as_f64();
    let cards = [
        ("report.card.demand", energy(all.metric("energy", "load_kwh"), lang)),
        ("report.card.renewable", energy(all.metric("energy", "renewable_used_kwh"), lang)),
        ("report.card.sufficiency", share(all.metric("energy", "self_sufficiency"))),
        ("report.card.avoided", tonnes(all.metric("carbon", "avoided_t"), lang)),
        ("report.card.bill", money(change("bill", "total"), &report.currency, lang)),
        ("report.card.annual", money(change("economics", "annual_total"), &report.currency, lang)),
        ("report.card.capex", money(all.metric("economics", "capex"), &report.currency, lang)),
        ("report.card.npv", money(all.metric("economics", "npv"), &report.currency, lang)),
        ("report.card.irr", share(all.metric("economics", "irr"))),
    ];
    for (key, value) in cards {
        let _ = write!(html, "<div class=\"card\"><b>{value}</b><span>{}</span></div>", lang.text(key));
    }
    html.push_str("</div>\n<div class=\"scroll\"><table><thead><tr>");
    for key in ["park", "load", "pv", "wind", "import", "bill", "annual", "carbon"] {
        let _ = write!(html, "<th scope=\"col\">{}</th>", lang.text(&format!("report.column.{key}")));
    }
    html.push_str("</tr></thead><tbody>\n");
    for park in report.parks.iter().chain([&report.all]) {
        let _ = write!(html, "<tr><td>{}</td>", escape(park.title.pick(lang)));
        for cell in [
            energy(park.metric("energy", "load_kwh"), lang),
            energy(park.metric("energy", "pv_available_kwh"), lang),
            energy(park.metric("energy", "wind_available_kwh"), lang),
            energy(park.metric("energy", "grid_import_kwh"), lang),
            money(park.metric("bill", "total"), &report.currency, lang),
            money(park.change["economics"]["annual_total"].as_f64(), &report.currency, lang),
            tonnes(park.change["carbon"]["location_based_t"].as_f64(), lang),
        ] {
            let _ = write!(html, "<td>{cell}</td>");
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div></section>\n");
}

fn warnings(html: &mut String, report: &ReportData, lang: Lang) {
    if report.warnings.is_empty() {
        return;
    }
    let _ = write!(html, "<section><h2>{}</h2>", lang.text("report.warnings"));
    for warning in &report.warnings {
        let _ = write!(html, "<p class=\"warn\">{}</p>", escape(warning));
    }
    html.push_str("</section>\n");
}

fn contents(html: &mut String, parks: &[Section<'_>], lang: Lang) {
    let _ = write!(html, "<nav aria-label=\"{}\"><ul>", lang.text("report.contents"));
    for (index, section) in parks.iter().enumerate() {
        let _ =
            write!(html, "<li><a href=\"#park-{index}\">{}</a></li>", escape(section.park.title.pick(lang)));
    }
    html.push_str("</ul></nav>\n");
}

/// Figures with their captions.
pub fn figures(html: &mut String, figures: &[Figure]) {
    for figure in figures {
        let _ = writeln!(
            html,
            "<figure data-figure=\"{}\">{}<figcaption>{}</figcaption></figure>",
            escape(&figure.id),
            scalable(&figure.svg()),
            escape(&figure.caption)
        );
    }
}

/// The SVG without fixed size, so that it fits the page.
fn scalable(svg: &str) -> String {
    let Some(end) = svg.find("<svg").and_then(|at| svg[at..].find('>').map(|e| at + e)) else {
        return svg.to_owned();
    };
    let (tag, rest) = svg.split_at(end);
    let attributes: Vec<&str> =
        tag.split(' ').filter(|part| !part.starts_with("width=") && !part.starts_with("height=")).collect();
    attributes.join(" ") + rest
}

/// The groups and keys that the table of a park shows.
pub(super) const TABLE: [(&str, &[&str]); 4] = [
    (
        "energy",
        &[
            "load_kwh",
            "charging_kwh",
            "pv_available_kwh",
            "wind_available_kwh",
            "renewable_used_kwh",
            "curtailed_kwh",
            "grid_import_kwh",
            "grid_export_kwh",
            "storage_discharge_kwh",
            "peak_import_kw",
            "self_consumption",
            "self_sufficiency",
            "full_cycles",
        ],
    ),
    (
        "bill",
        &[
            "energy_charge",
            "demand_charge",
            "capacity_charge",
            "surcharges",
            "export_revenue",
            "charging_revenue",
            "total",
        ],
    ),
    ("economics", &["capex", "opex_annual", "annual_total", "npv", "irr", "payback_years"]),
    (
        "carbon",
        &[
            "location_based_t",
            "market_based_t",
            "park_rule_t",
            "scope1_t",
            "avoided_t",
            "avoided_fuel_t",
            "avoided_fuel_outside_t",
        ],
    ),
];

fn metrics_table(html: &mut String, report: &ReportData, park: &ParkData, lang: Lang) {
    let _ = writeln!(
        html,
        "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>",
        lang.text("report.metric"),
        lang.text("waterfall.baseline"),
        lang.text("waterfall.configured"),
        lang.text("report.change")
    );
    for (group, keys) in TABLE {
        for key in keys {
            let values =
                [&park.baseline, &park.configured, &park.change].map(|case| case[group][*key].as_f64());
            if values.iter().all(Option::is_none) {
                continue;
            }
            let _ = write!(html, "<tr><td>{}</td>", metric_name(group, key, &report.currency));
            for value in values {
                let _ = write!(html, "<td>{}</td>", value.map_or_else(dash, |v| plain(key, v)));
            }
            html.push_str("</tr>\n");
        }
    }
    html.push_str("</tbody></table></div>\n");
}

/// The key as machines know it, with its unit.
fn metric_name(group: &str, key: &str, currency: &str) -> String {
    let money = group == "bill" || matches!(key, "capex" | "opex_annual" | "annual_total" | "npv");
    let unit = if money { format!(" ({})", escape(currency)) } else { String::new() };
    format!("<code>{group}.{key}</code>{unit}")
}

fn plain(key: &str, value: f64) -> String {
    if matches!(key, "self_consumption" | "self_sufficiency" | "irr") {
        share(Some(value))
    } else if value.abs() >= 1000.0 {
        grouped(value, 0)
    } else {
        rounded(value)
    }
}

fn assumptions(html: &mut String, report: &ReportData, lang: Lang) {
    if report.assumptions.is_empty() {
        return;
    }
    let _ = write!(
        html,
        "<section><h2>{}</h2><div class=\"scroll\"><table><thead><tr>",
        lang.text("report.assumptions")
    );
    for key in ["key", "value", "grade", "source"] {
        let _ = write!(
            html,
            "<th scope=\"col\" class=\"text\">{}</th>",
            lang.text(&format!("report.assumption.{key}"))
        );
    }
    html.push_str("</tr></thead><tbody>\n");
    for assumption in &report.assumptions {
        let _ = writeln!(
            html,
            "<tr><td><code>{}</code></td><td>{}</td><td class=\"text\">{}</td><td class=\"text\">{}</td></tr>",
            escape(&assumption.key),
            escape(&assumption.value),
            escape(&assumption.grade),
            escape(&assumption.source)
        );
    }
    html.push_str("</tbody></table></div></section>\n");
}

/// The texts of the page.
pub const MESSAGES: &[Message] = &[
    message("report.summary", "Summary", "摘要"),
    message("report.warnings", "Warnings", "警告"),
    message("report.contents", "Contents", "目录"),
    message("report.metric", "metric", "指标"),
    message("report.change", "change", "变化"),
    message("report.input", "Input", "输入"),
    message("report.input.show", "the scenario as written", "情景文件原文"),
    message("report.assumptions", "Assumptions and sources", "假设与来源"),
    message("report.assumption.key", "key", "键"),
    message("report.assumption.value", "value", "取值"),
    message("report.assumption.grade", "grade", "等级"),
    message("report.assumption.source", "source", "来源"),
    message("report.card.demand", "load of the year", "全年负荷电量"),
    message("report.card.renewable", "renewable energy used", "可再生能源利用量"),
    message("report.card.sufficiency", "self-sufficiency", "自给率"),
    message("report.card.avoided", "CO2 avoided a year (location-based)", "年减排 CO2（地域法）"),
    message("report.card.bill", "change of the bill, a year", "年电费变化"),
    message("report.card.annual", "change of annual total cost", "年总成本变化"),
    message("report.card.capex", "investment", "投资"),
    message("report.card.npv", "net present value after tax", "税后净现值"),
    message("report.card.irr", "internal rate of return after tax", "税后内部收益率"),
    message("report.column.park", "park", "园区"),
    message("report.column.load", "load", "负荷"),
    message("report.column.pv", "PV", "光伏"),
    message("report.column.wind", "wind", "风电"),
    message("report.column.import", "grid import", "购电"),
    message("report.column.bill", "bill", "电费"),
    message("report.column.annual", "change of annual cost", "年成本变化"),
    message("report.column.carbon", "change of CO2", "CO2 变化"),
];
