//! What a reader in a hurry needs, in sentences made from the numbers: what it costs, what it saves,
//! which rules pass, what to do next.

use super::data::{ParkData, ReportData};
use super::measures::name;
use super::words::{energy, money, share, tonnes};
use crate::lang::{Lang, Message, message};
use crate::report::theme::{grouped, rounded};

/// The sentences, without markup.
pub fn lines(report: &ReportData, lang: Lang) -> Vec<String> {
    let all = &report.all;
    [costs(report, lang), project(report, lang), carbon(report, lang), supply(all, lang)]
        .into_iter()
        .flatten()
        .chain(report.advice.iter().map(|advice| advice.pick(lang).to_owned()))
        .chain([cheapest(report, lang), dearer(report, lang)].into_iter().flatten())
        .collect()
}

/// A message with its gaps filled in order.
fn filled(lang: Lang, key: &str, values: &[String]) -> String {
    values.iter().fold(lang.text(key).to_owned(), |text, value| text.replacen("{}", value, 1))
}

fn costs(report: &ReportData, lang: Lang) -> Option<String> {
    let all = &report.all;
    let of = |value: Option<f64>| value.map(|value| money(Some(value), &report.currency, lang));
    let values = [
        of(all.metric("economics", "capex"))?,
        of(all.baseline_metric("economics", "annual_total"))?,
        of(all.metric("economics", "annual_total"))?,
        of(all.baseline_metric("bill", "total"))?,
        of(all.metric("bill", "total"))?,
    ];
    Some(filled(lang, "executive.costs", &values))
}

fn project(report: &ReportData, lang: Lang) -> Option<String> {
    let all = &report.all;
    let npv = money(Some(all.metric("economics", "npv")?), &report.currency, lang);
    let (irr, payback) = (all.metric("economics", "irr"), all.metric("economics", "payback_years"));
    Some(match (irr, payback) {
        (Some(irr), Some(years)) => {
            filled(lang, "executive.project", &[npv, share(Some(irr)), grouped(years, 1)])
        }
        _ => filled(lang, "executive.project.none", &[npv]),
    })
}

fn carbon(report: &ReportData, lang: Lang) -> Option<String> {
    let all = &report.all;
    let pair = |key: &str| {
        let before = tonnes(Some(all.baseline_metric("carbon", key)?), lang);
        Some([before, tonnes(Some(all.metric("carbon", key)?), lang)])
    };
    let mut text = filled(lang, "executive.carbon", &pair("location_based_t")?);
    if let Some(fuel) = pair("scope1_t") {
        text += &filled(lang, "executive.fuel", &fuel);
    }
    if let Some(cost) = all.metric("carbon", "abatement_cost_per_t") {
        let key = if cost < 0.0 { "executive.earns" } else { "executive.pays" };
        text += &filled(lang, key, &[format!("{} {}", rounded(cost.abs()), report.currency)]);
    }
    Some(text)
}

fn supply(all: &ParkData, lang: Lang) -> Option<String> {
    let own = share(Some(all.metric("energy", "self_sufficiency")?));
    let curtailed = energy(Some(all.metric("energy", "curtailed_kwh")?), lang);
    Some(filled(lang, "executive.supply", &[own, curtailed]))
}

fn cheapest(report: &ReportData, lang: Lang) -> Option<String> {
    let curve = report.all.measures.abatement_curve();
    let (step, tonnes_t, cost) = curve.first()?;
    let values = [
        name(step, lang),
        tonnes(Some(*tonnes_t), lang),
        format!("{} {}", grouped(*cost, 0), report.currency),
    ];
    Some(filled(lang, "executive.cheapest", &values))
}

fn dearer(report: &ReportData, lang: Lang) -> Option<String> {
    let steps = report.all.measures.steps.iter();
    let dear: Vec<String> = steps
        .filter_map(|step| {
            let cost = step.change.annual_total.filter(|cost| *cost > 0.0)?;
            let amount = money(Some(cost), &report.currency, lang);
            Some(filled(lang, "executive.dearer.one", &[name(step, lang), amount]))
        })
        .collect();
    let joint = lang.pick(", ", "，");
    (!dear.is_empty()).then(|| filled(lang, "executive.dearer", &[dear.join(joint)]))
}

/// The texts of the sentences.
pub const MESSAGES: &[Message] = &[
    message("executive.title", "In short", "要点"),
    message(
        "executive.costs",
        "The design invests {}. Its annual total goes from {} to {}, the bill from {} to {} a year.",
        "方案投资 {}；年总成本由 {} 变为 {}，年电费由 {} 变为 {}。",
    ),
    message(
        "executive.project",
        "After tax the project is worth {} today; it returns {} a year and pays back in {} years.",
        "税后净现值 {}，内部收益率 {}，投资回收期 {} 年。",
    ),
    message(
        "executive.project.none",
        "After tax the project is worth {} today; no single internal rate of return or no payback exists.",
        "税后净现值 {}；无唯一内部收益率，或投资无法回收。",
    ),
    message(
        "executive.carbon",
        "Carbon of electricity (location-based) goes from {} to {} a year",
        "电力碳排放（地域法）由 {} 变为 {}/年",
    ),
    message("executive.fuel", ", of the park's fuel from {} to {}", "，园区燃料由 {} 变为 {}"),
    message("executive.earns", "; each tonne avoided earns {}.", "；每减排一吨收益 {}。"),
    message("executive.pays", "; each tonne avoided costs {}.", "；每减排一吨成本 {}。"),
    message(
        "executive.supply",
        "Own generation serves {} of the use; {} of PV and wind is curtailed.",
        "自发电量占用电 {}；弃光弃风 {}。",
    ),
    message(
        "executive.cheapest",
        "The cheapest carbon is that of {}: {} a year at {} per tonne.",
        "减排成本最低：{}，年减排 {}，每吨 {}。",
    ),
    message(
        "executive.dearer",
        "These measures cost more a year than they save: {}.",
        "年成本高于收益的措施：{}。",
    ),
    message("executive.dearer.one", "{} (+{})", "{}（+{}）"),
];
