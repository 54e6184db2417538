//! What a reader in a hurry needs, in sentences made from the numbers: what it costs, what it saves,
//! which rules pass, what to do next.

use super::data::{ParkData, ReportData};
use super::measures::name;
use super::theme::Scale;
use super::words::{energy, money, money_unit, share, tonnes};
use crate::lang::{Lang, Message, message};
use crate::report::theme::{grouped, rounded};

/// Sentences under one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The question.
    pub title: &'static str,
    /// The answers, without markup.
    pub lines: Vec<String>,
}

/// The questions in the order a reader asks them; those without an answer are left out.
pub fn blocks(report: &ReportData, lang: Lang) -> Vec<Block> {
    let all = &report.all;
    let advice = report.advice.iter().map(|advice| sentence(advice.pick(lang), lang));
    let asked: Vec<String> = asked(report, lang).into_iter().collect();
    let parts: [(&str, Vec<String>); 6] = [
        ("executive.asked", asked),
        ("executive.cost", [costs(report, lang), running(report, lang)].into_iter().flatten().collect()),
        (
            "executive.saves",
            [saves(report, lang), project(report, lang), carbon(report, lang)]
                .into_iter()
                .flatten()
                .collect(),
        ),
        ("executive.rules", rules(report, lang).into_iter().chain(advice).collect()),
        (
            "executive.binds",
            [supply(all, lang), remains(all, lang)]
                .into_iter()
                .flatten()
                .chain(curtailed(report, lang))
                .collect(),
        ),
        (
            "executive.next",
            [cheapest(report, lang), dearer(report, lang), rising(report, lang), unused(report, lang)]
                .into_iter()
                .flatten()
                .collect(),
        ),
    ];
    let blocks = parts.into_iter().filter(|(_, lines)| !lines.is_empty());
    blocks.map(|(title, lines)| Block { title: lang.text(title), lines }).collect()
}

/// A text that ends like a sentence.
fn sentence(text: &str, lang: Lang) -> String {
    let text = text.trim();
    if text.ends_with(['.', '。', '!', '?', '；']) {
        text.to_owned()
    } else {
        format!("{text}{}", lang.pick(".", "。"))
    }
}

/// A message with its gaps filled in order.
fn filled(lang: Lang, key: &str, values: &[String]) -> String {
    let text = values.iter().fold(lang.text(key).to_owned(), |text, value| text.replacen("{}", value, 1));
    if lang == Lang::Zh { closed_up(&text) } else { text }
}

/// Chinese without spaces between Chinese characters, which stand where a unit ends in one.
fn closed_up(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let chinese = |at: Option<&char>| at.is_some_and(|c| *c > '\u{2fff}');
    let stays = |(at, c): (usize, &char)| {
        let between = *c == ' ' && at > 0 && chinese(chars.get(at - 1)) && chinese(chars.get(at + 1));
        (!between).then_some(*c)
    };
    chars.iter().enumerate().filter_map(stays).collect()
}

fn asked(report: &ReportData, lang: Lang) -> Option<String> {
    let values = [
        report.parks.len().to_string(),
        report.axis.year.to_string(),
        report.axis.steps().to_string(),
        report.axis.step_minutes.to_string(),
    ];
    Some(filled(
        lang,
        if report.parks.len() == 1 { "executive.scope.one" } else { "executive.scope" },
        &values,
    ))
}

fn costs(report: &ReportData, lang: Lang) -> Option<String> {
    let all = &report.all;
    let of = |value: Option<f64>| value.map(|value| money(Some(value), &report.currency, lang));
    let values = [
        of(all.metric("economics", "capex"))?,
        of(all.baseline_metric("economics", "annual_total"))?,
        of(all.metric("economics", "annual_total"))?,
    ];
    Some(filled(lang, "executive.costs", &values))
}

fn running(report: &ReportData, lang: Lang) -> Option<String> {
    let all = &report.all;
    let of = |value: f64| money(Some(value), &report.currency, lang);
    let values =
        [of(all.baseline_metric("economics", "opex_annual")?), of(all.metric("economics", "opex_annual")?)];
    Some(filled(lang, "executive.running", &values))
}

fn saves(report: &ReportData, lang: Lang) -> Option<String> {
    let all = &report.all;
    let of = |value: f64| money(Some(value), &report.currency, lang);
    let values = [of(all.baseline_metric("bill", "total")?), of(all.metric("bill", "total")?)];
    Some(filled(lang, "executive.saves.bill", &values))
}

/// How many parks meet each rule that applies to them.
fn rules(report: &ReportData, lang: Lang) -> Vec<String> {
    if report.parks.len() < 2 {
        return Vec::new(); // what the rules say of the one park follows
    }
    let told = |(title, passed, count): (String, usize, usize)| {
        filled(lang, "rules.summary", &[title, passed.to_string(), count.to_string()])
    };
    super::rules::verdicts(&report.parks, lang).into_iter().map(told).collect()
}

/// Where the carbon that remains comes from.
fn remains(all: &ParkData, lang: Lang) -> Option<String> {
    let electricity = all.metric("carbon", "location_based_t")?;
    let fuel = all.metric("carbon", "scope1_t").filter(|fuel| *fuel > 0.0)?;
    Some(filled(lang, "executive.remains", &[tonnes(Some(electricity), lang), tonnes(Some(fuel), lang)]))
}

/// A park that throws away more than this share of its PV and wind is named.
const MUCH_CURTAILED: f64 = 0.02;

/// Parks by what they curtail, the most first: energy and share of what was available.
fn curtailing(report: &ReportData) -> Vec<(&ParkData, f64, f64)> {
    let of = |park: &'_ ParkData| {
        let kwh = park.metric("energy", "curtailed_kwh")?;
        let available = ["pv_available_kwh", "wind_available_kwh"]
            .iter()
            .filter_map(|key| park.metric("energy", key))
            .sum::<f64>();
        (kwh > MUCH_CURTAILED * available).then(|| (kwh, kwh / available))
    };
    let mut parks: Vec<_> =
        report.parks.iter().filter_map(|park| of(park).map(|(kwh, share)| (park, kwh, share))).collect();
    parks.sort_by(|a, b| b.1.total_cmp(&a.1));
    parks
}

fn curtailed(report: &ReportData, lang: Lang) -> Option<String> {
    let parks: Vec<String> = curtailing(report)
        .iter()
        .take(3)
        .map(|(park, _, part)| filled(lang, "executive.named", &[title(park, lang), share(Some(*part))]))
        .collect();
    (!parks.is_empty()).then(|| filled(lang, "executive.curtails", &[parks.join(joint(lang))]))
}

fn unused(report: &ReportData, lang: Lang) -> Option<String> {
    let parks = curtailing(report);
    let (park, kwh, _) = parks.first()?;
    Some(filled(lang, "executive.unused", &[title(park, lang), energy(Some(*kwh), lang)]))
}

/// Parks whose annual total rises.
fn rising(report: &ReportData, lang: Lang) -> Option<String> {
    let rises = |park: &&ParkData| park.change["economics"]["annual_total"].as_f64().is_some_and(|c| c > 0.0);
    let parks: Vec<String> = report
        .parks
        .iter()
        .filter(rises)
        .map(|park| {
            let change = park.change["economics"]["annual_total"].as_f64();
            let amount = money(change, &report.currency, lang);
            filled(lang, "executive.dearer.one", &[title(park, lang), amount])
        })
        .collect();
    let shown = parks.len().min(4);
    let more = parks.len() - shown;
    let mut names = parks[..shown].join(joint(lang));
    if more > 0 {
        names += &filled(lang, "executive.more", &[more.to_string()]);
    }
    (shown > 0).then(|| filled(lang, "executive.rising", &[names]))
}

fn title(park: &ParkData, lang: Lang) -> String {
    park.title.pick(lang).to_owned()
}

fn joint(lang: Lang) -> &'static str {
    lang.pick(", ", "、")
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
        text += &filled(lang, key, &[price(cost.abs(), report, lang)]);
    }
    Some(text)
}

/// Money of a single thing, in whole units.
fn price(amount: f64, report: &ReportData, lang: Lang) -> String {
    let unit = money_unit(Scale { factor: 1.0, unit: "" }, &report.currency, lang);
    format!("{} {unit}", if amount.abs() < 100.0 { rounded(amount) } else { grouped(amount, 0) })
}

fn supply(all: &ParkData, lang: Lang) -> Option<String> {
    let own = share(Some(all.metric("energy", "self_sufficiency")?));
    let curtailed = energy(Some(all.metric("energy", "curtailed_kwh")?), lang);
    Some(filled(lang, "executive.supply", &[own, curtailed]))
}

fn cheapest(report: &ReportData, lang: Lang) -> Option<String> {
    let (step, tonnes_t, cost) = report.all.measures.cheapest()?;
    let values = [name(step, lang), tonnes(Some(tonnes_t), lang), price(cost, report, lang)];
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
    (!dear.is_empty()).then(|| filled(lang, "executive.dearer", &[dear.join(joint(lang))]))
}

/// The texts of the sentences.
pub const MESSAGES: &[Message] = &[
    message("executive.title", "In short", "要点"),
    message("executive.asked", "What was asked", "研究问题"),
    message("executive.cost", "What it costs", "投入"),
    message("executive.saves", "What it saves", "收益"),
    message("executive.rules", "Which rules pass", "达标情况"),
    message("executive.binds", "What binds", "约束所在"),
    message("executive.next", "What to do next", "下一步建议"),
    message(
        "executive.scope",
        "{} parks in the year {}, {} steps of {} minutes, with and without the design.",
        "{} 个园区，{} 年，共 {} 个时段（每段 {} 分钟），对比基准与方案。",
    ),
    message(
        "executive.scope.one",
        "{} park in the year {}, {} steps of {} minutes, with and without the design.",
        "{} 个园区，{} 年，共 {} 个时段（每段 {} 分钟），对比基准与方案。",
    ),
    message(
        "executive.costs",
        "The design invests {}. Its annual total cost, capital included, goes from {} to {}.",
        "方案投资 {}；含年化投资的年总成本由 {} 变为 {}。",
    ),
    message(
        "executive.running",
        "Operation and maintenance, and fuel that has a price, go from {} to {} a year.",
        "运维及有价燃料费用由每年 {} 变为 {}。",
    ),
    message(
        "executive.saves.bill",
        "The electricity bill goes from {} to {} a year.",
        "年电费由 {} 变为 {}。",
    ),
    message(
        "executive.remains",
        "Of the carbon that remains, {} comes with grid power and {} from fuel, heat and process of the parks.",
        "剩余碳排放中，电网购电 {}，园区燃料、热力与工艺 {}。",
    ),
    message("executive.named", "{} {}", "{} {}"),
    message(
        "executive.curtails",
        "Export limits and quiet hours make parks curtail PV and wind: {}.",
        "受上网限额与低负荷时段约束，弃电比例：{}。",
    ),
    message(
        "executive.unused",
        "{} has the most to gain from more storage, flexible load or an export permit: {} a year are curtailed there.",
        "{}最需要增配储能、可调负荷或争取上网：年弃电 {}。",
    ),
    message(
        "executive.rising",
        "Review the sizes where the annual total rises: {}.",
        "年总成本上升、宜复核规模的园区：{}。",
    ),
    message("executive.more", " and {} more", "等（另有 {} 个）"),
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
        "The cheapest carbon is that of {}: {} a year at {} per tonne; build it first, and more of it where there is room.",
        "减排成本最低：{}，年减排 {}，每吨 {}；宜优先建设，有条件可扩大规模。",
    ),
    message(
        "executive.dearer",
        "These measures cost more a year than they save and deserve another size or price: {}.",
        "年成本高于收益、宜复核规模或价格的措施：{}。",
    ),
    message("executive.dearer.one", "{} (+{})", "{}（+{}）"),
];
