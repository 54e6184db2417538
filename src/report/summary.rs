//! The first page: the executive summary, the headline numbers, and the parks side by side.

use super::data::{ParkData, ReportData};
use super::executive;
use super::font::escape;
use super::words::{Scaled, dash, energy, money, scaled, share, tonnes};
use crate::lang::{Lang, Message, message};
use std::fmt::Write as _;

/// The executive summary and the headline numbers.
pub fn executive(html: &mut String, report: &ReportData, lang: Lang) {
    let _ = write!(html, "<section id=\"executive\"><h2>{}</h2>", lang.text("executive.title"));
    let all = &report.all;
    let change = |group: &str, key: &str| all.change[group][key].as_f64();
    cards(
        html,
        &[
            ("report.card.demand", energy(all.metric("energy", "load_kwh"), lang)),
            ("report.card.sufficiency", share(all.metric("energy", "self_sufficiency"))),
            ("report.card.avoided", tonnes(all.metric("carbon", "avoided_t"), lang)),
            ("report.card.bill", money(change("bill", "total"), &report.currency, lang)),
            ("report.card.annual", money(change("economics", "annual_total"), &report.currency, lang)),
            ("report.card.capex", money(all.metric("economics", "capex"), &report.currency, lang)),
            ("report.card.npv", money(all.metric("economics", "npv"), &report.currency, lang)),
            ("report.card.irr", share(all.metric("economics", "irr"))),
        ],
        lang,
    );
    html.push_str("<div class=\"brief\">");
    for block in executive::blocks(report, lang) {
        let _ = write!(html, "<section><h3>{}</h3><ul>", block.title);
        for line in &block.lines {
            let _ = write!(html, "<li>{}</li>", escape(line));
        }
        html.push_str("</ul></section>");
    }
    html.push_str("</div></section>\n");
}

/// The headline numbers of one park.
pub fn cards_of_park(html: &mut String, report: &ReportData, park: &ParkData, lang: Lang) {
    let change = |group: &str, key: &str| park.change[group][key].as_f64();
    let peak = park.metric("energy", "peak_import_kw");
    let peak = peak.map_or_else(dash, |kw| {
        let scale = scaled("energy", "peak_import_kw", kw, &report.currency, lang);
        format!("{} {}", scale.number(Some(kw)), scale.unit)
    });
    cards(
        html,
        &[
            ("report.card.demand", energy(park.metric("energy", "load_kwh"), lang)),
            ("report.card.sufficiency", share(park.metric("energy", "self_sufficiency"))),
            ("report.card.peak", peak),
            ("report.card.capex", money(park.metric("economics", "capex"), &report.currency, lang)),
            ("report.card.bill", money(change("bill", "total"), &report.currency, lang)),
            ("report.card.annual", money(change("economics", "annual_total"), &report.currency, lang)),
            ("report.card.location", tonnes(change("carbon", "location_based_t"), lang)),
            ("report.card.fuel", tonnes(change("carbon", "scope1_t"), lang)),
        ],
        lang,
    );
}

/// Numbers with what they are; those that do not apply are left out.
fn cards(html: &mut String, cards: &[(&str, String)], lang: Lang) {
    html.push_str("<ul class=\"cards\">");
    for (key, value) in cards.iter().filter(|(_, value)| *value != dash()) {
        let _ =
            write!(html, "<li class=\"card\"><b>{}</b><span>{}</span></li>", escape(value), lang.text(key));
    }
    html.push_str("</ul>\n");
}

/// Columns of the table of parks: message, group, key, and whether the change is shown.
const COLUMNS: [(&str, &str, &str, bool); 9] = [
    ("load", "energy", "load_kwh", false),
    ("charging", "energy", "charging_kwh", false),
    ("pv", "energy", "pv_available_kwh", false),
    ("wind", "energy", "wind_available_kwh", false),
    ("import", "energy", "grid_import_kwh", false),
    ("own", "energy", "self_sufficiency", false),
    ("bill", "bill", "total", false),
    ("annual", "economics", "annual_total", true),
    ("carbon", "carbon", "location_based_t", true),
];

/// The size at which a column's unit stops growing: in Chinese 亿 would leave small parks with zeros.
fn finest(group: &str, key: &str, lang: Lang) -> f64 {
    match (lang, group) {
        (Lang::En, _) => f64::INFINITY,
        (Lang::Zh, "carbon") if key.ends_with("_t") => 9e3,
        (Lang::Zh, _) => 9e7,
    }
}

/// The parks side by side, each column in one unit so that they compare.
pub fn parks(html: &mut String, report: &ReportData, many: bool, lang: Lang) {
    let _ = write!(html, "<section id=\"parks\" class=\"page\"><h2>{}</h2>", lang.text("report.summary"));
    let value = |park: &ParkData, group: &str, key: &str, change: bool| {
        if change { park.change[group][key].as_f64() } else { park.metric(group, key) }
    };
    let every = || report.parks.iter().chain([&report.all]);
    let columns: Vec<(&str, &str, &str, bool, Scaled)> = COLUMNS
        .iter()
        .filter_map(|&(name, group, key, change)| {
            let largest =
                every().filter_map(|park| value(park, group, key, change)).map(f64::abs).fold(0.0, f64::max);
            let scale = scaled(group, key, largest.min(finest(group, key, lang)), &report.currency, lang);
            (largest > 0.0).then_some((name, group, key, change, scale))
        })
        .collect();
    let _ = write!(
        html,
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"sort names\"><caption>{}</caption><thead><tr><th scope=\"col\">{}</th>",
        lang.text("report.parks.caption"),
        lang.text("report.column.park")
    );
    for (name, .., scale) in &columns {
        let _ = write!(
            html,
            "<th scope=\"col\">{}<span class=\"u\">{}</span></th>",
            lang.text(&format!("report.column.{name}")),
            escape(&scale.unit)
        );
    }
    html.push_str("</tr></thead><tbody>\n");
    for (index, park) in every().enumerate() {
        let total = index == report.parks.len();
        if total && report.parks.len() == 1 {
            continue; // one park is its own total
        }
        let name = escape(park.title.pick(lang));
        let _ = write!(html, "<tr{}><th scope=\"row\">", if total { " class=\"total\"" } else { "" });
        let _ = match total || many {
            true => write!(html, "{name}</th>"),
            false => write!(html, "<a href=\"#park-{index}\">{name}</a></th>"),
        };
        for (_, group, key, change, scale) in &columns {
            let value = value(park, group, key, *change);
            let raw = value.map_or_else(String::new, |value| value.to_string());
            let _ = write!(html, "<td data-v=\"{raw}\">{}</td>", scale.number(value));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>");
    if many {
        let _ = write!(html, "<p>{}</p>", lang.text("report.parks.many"));
    }
    html.push_str("</section>\n");
}

/// The texts of the first page.
pub const MESSAGES: &[Message] = &[
    message(
        "report.parks.caption",
        "The parks side by side; the last columns are design minus baseline.",
        "各园区对照；最后两列为方案减基准。",
    ),
    message(
        "report.parks.many",
        "Only the first parks have a section of their own; all numbers are in summary.csv and report.xlsx.",
        "仅列前若干园区的分节；全部数值见 summary.csv 与 report.xlsx。",
    ),
    message("report.card.demand", "load of the year", "全年负荷电量"),
    message("report.card.sufficiency", "self-sufficiency", "自给率"),
    message("report.card.peak", "peak import", "最大购电功率"),
    message("report.card.avoided", "CO2 avoided a year (location-based)", "年减排 CO2（地域法）"),
    message("report.card.location", "change of CO2 of electricity, a year", "电力 CO2 年变化（地域法）"),
    message("report.card.fuel", "change of CO2 of fuel, a year", "燃料 CO2 年变化"),
    message("report.card.bill", "change of the bill, a year", "年电费变化"),
    message("report.card.annual", "change of annual total cost", "年总成本变化"),
    message("report.card.capex", "investment", "投资"),
    message("report.card.npv", "net present value after tax", "税后净现值"),
    message("report.card.irr", "internal rate of return after tax", "税后内部收益率"),
    message("report.column.park", "park", "园区"),
    message("report.column.load", "load", "负荷"),
    message("report.column.charging", "charging", "充电"),
    message("report.column.pv", "PV", "光伏"),
    message("report.column.wind", "wind", "风电"),
    message("report.column.import", "grid import", "购电"),
    message("report.column.own", "own supply", "自给率"),
    message("report.column.bill", "bill", "电费"),
    message("report.column.annual", "change of annual cost", "年成本变化"),
    message("report.column.carbon", "change of CO2", "CO2 变化"),
];
