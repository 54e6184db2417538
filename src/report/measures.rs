//! The step from baseline to design as a table: what each measure costs and saves.

use super::data::ParkData;
use super::font::escape;
use super::theme::{Flow, grouped};
use super::words::{dash, money, tonnes};
use crate::lang::{Lang, Message, message};
use crate::metrics::{Measure, MeasureStep};
use plotters::style::RGBColor;
use std::fmt::Write as _;

/// The name of a step for readers.
pub fn name(step: &MeasureStep, lang: Lang) -> String {
    let names = step.measures.iter().map(|measure| lang.text(&format!("measure.{}", measure.name())));
    names.collect::<Vec<_>>().join(" + ")
}

/// The colour of a step: that of its first measure.
pub fn colour(step: &MeasureStep) -> RGBColor {
    match step.measures.first() {
        Some(Measure::ElectricTransport) => Flow::Charging.colour(),
        Some(Measure::Retrofit) => Flow::Load.colour(),
        Some(Measure::ElectricHeat) => Flow::Fuel.colour(),
        Some(Measure::Pv) => Flow::Pv.colour(),
        Some(Measure::Wind) => Flow::Wind.colour(),
        Some(Measure::Storage) => Flow::Discharge.colour(),
        Some(Measure::ShiftedLoad) => Flow::Load.colour(),
        Some(Measure::ManagedCharging) => Flow::Charge.colour(),
        Some(Measure::V2g) => Flow::V2g.colour(),
        Some(Measure::GreenSupply) => Flow::Export.colour(),
        None => Flow::Load.colour(),
    }
}

/// The table of a park, or of all; nothing where nothing changes.
pub fn table(html: &mut String, currency: &str, park: &ParkData, lang: Lang) {
    let path = &park.measures;
    if path.steps.is_empty() {
        return;
    }
    let _ = write!(
        html,
        "<h3>{}</h3><p>{}</p><div class=\"scroll\" tabindex=\"0\"><table><thead><tr>",
        lang.text("measures.title"),
        lang.text("measures.note")
    );
    for key in ["measure", "capex", "bill", "annual", "location", "fuel", "rule", "cost"] {
        let _ = write!(html, "<th scope=\"col\">{}</th>", lang.text(&format!("measures.{key}")));
    }
    html.push_str("</tr></thead><tbody>\n");
    let total = MeasureStep { measures: Vec::new(), change: path.whole };
    for step in path.steps.iter().chain([&total]) {
        let change = &step.change;
        let whole = step.measures.is_empty();
        let name = if whole { lang.text("measures.total").to_owned() } else { name(step, lang) };
        let cost = step.cost_per_t().map_or_else(dash, |cost| grouped(cost, 0));
        let _ = write!(
            html,
            "<tr{}><th scope=\"row\">{}</th>",
            if whole { " class=\"total\"" } else { "" },
            escape(&name)
        );
        for cell in [
            money(change.capex, currency, lang),
            money(change.bill, currency, lang),
            money(change.annual_total, currency, lang),
            tonnes(change.location_based_t, lang),
            tonnes(change.scope1_t, lang),
            tonnes(change.park_rule_t, lang),
            cost,
        ] {
            let _ = write!(html, "<td>{}</td>", escape(&cell));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>\n");
}

/// The texts of the table and its figure.
pub const MESSAGES: &[Message] = &[
    message("measure.electric-transport", "electric transport", "交通电动化"),
    message("measure.retrofit", "retrofit", "节能改造"),
    message("measure.electric-heat", "electric heat", "用热电气化"),
    message("measure.pv", "PV", "光伏"),
    message("measure.wind", "wind", "风电"),
    message("measure.storage", "storage", "储能"),
    message("measure.shifted-load", "shifted load", "负荷移时"),
    message("measure.managed-charging", "managed charging", "有序充电"),
    message("measure.v2g", "vehicle to grid", "车网互动"),
    message("measure.green-supply", "green power and certificates", "绿电绿证"),
    message("measures.title", "Measures", "各项措施"),
    message(
        "measures.note",
        "Each row adds its measure to those above it; in another order a measure would bring something else. The rows add up to the whole. Joined names: the first alone would leave load without power.",
        "逐行叠加措施，各行之和等于总变化；顺序不同，单项效果也不同。合并列出者，单独实施时供电不足。",
    ),
    message("measures.measure", "measure", "措施"),
    message("measures.capex", "investment", "投资"),
    message("measures.bill", "bill, a year", "年电费"),
    message("measures.annual", "annual cost", "年总成本"),
    message("measures.location", "CO2 of electricity (location-based)", "电力 CO2（地域法）"),
    message("measures.fuel", "CO2 of fuel", "燃料 CO2"),
    message("measures.rule", "CO2 by the park rule", "园区核算 CO2"),
    message("measures.cost", "cost per tonne avoided", "每吨减排成本"),
    message("measures.total", "all measures", "合计"),
    message("figure.abatement", "cost of avoided carbon", "减排成本曲线"),
    message(
        "figure.abatement.caption",
        "Width: tonnes a measure avoids a year (electricity location-based, and fuel). Height: change of annual cost per tonne; below zero it earns. Measures that avoid nothing, or less than 0.2 % of all, are in the table only.",
        "宽度为年减排量（电力按地域法，加燃料），高度为每吨减排的年成本变化，零线以下为收益；无减排或不足总量 0.2 % 的措施仅列于表中。",
    ),
    message("figure.abatement.x", "avoided a year, {} CO2", "年减排量，{} CO2"),
    message("figure.abatement.y", "{} per t CO2", "{}/吨 CO2"),
];
