//! The rules that judge a park, and all parks together: what they need gathered from the model and its
//! year, and what follows in sentences.

use super::ledgers::Ledgers;
use super::measure::Measured;
use super::project::{Park, Project, Title};
use crate::metrics::compliance::{
    Indicators, Rule, ZeroCarbonAccount, green_direct_rules, zero_carbon_park_rules,
};

/// Electricity per GJ of heat, kWh.
const KWH_PER_GJ: f64 = 1.0 / 0.0036;

/// Every term of every rule that applies to a park's design.
pub fn rules_of_park(project: &Project, park: &Park, measured: &Measured) -> Vec<Rule> {
    let mut rules = zero_carbon(project, measured, park.indicators);
    if let Some(shares) = &measured.metrics.green_direct {
        rules.extend(green_direct_rules(shares, &park.green.direct));
    }
    rules
}

/// Every term of the rules that judge all parks together: those for one user or one connection are
/// none of them.
pub fn rules_of_all(project: &Project, measured: &Measured) -> Vec<Rule> {
    let indicators = match &project.parks[..] {
        [park] => park.indicators,
        _ => Indicators::default(),
    };
    zero_carbon(project, measured, indicators)
}

fn zero_carbon(project: &Project, measured: &Measured, indicators: Indicators) -> Vec<Rule> {
    measured
        .ledgers
        .as_ref()
        .map_or_else(Vec::new, |ledgers| zero_carbon_park_rules(&account(project, ledgers, indicators)))
}

fn account<'a>(project: &'a Project, ledgers: &Ledgers, indicators: Indicators) -> ZeroCarbonAccount<'a> {
    let terms = &project.carbon;
    let replaced = ledgers.replacing_kwh > 0.0;
    ZeroCarbonAccount {
        by_method: ledgers.by_method,
        method: terms.tce,
        exports: terms.exports,
        equal_kgce_per_kwh: terms.equal_kgce_per_kwh,
        factor_kg_per_kwh: terms.park_rule_kg_per_kwh,
        own_green_kwh: ledgers.own_green_kwh,
        used_kwh: ledgers.used_kwh,
        fuel_gj: ledgers.fuel_gj,
        process_t: ledgers.process_t,
        electric_efficiency: if replaced {
            ledgers.fuel_gj * KWH_PER_GJ / ledgers.replacing_kwh
        } else {
            1.0
        },
        indicators,
        year: project.axis.year,
        province: terms.province.as_deref(),
    }
}

/// What rules say in sentences: each term that is judged, with the change that would pass.
pub fn advice(rules: &[Rule]) -> Vec<Title> {
    rules.iter().filter(|rule| rule.pass.is_some()).map(sentence).collect()
}

fn sentence(rule: &Rule) -> Title {
    let number = |value: Option<f64>| match (value, rule.unit) {
        (Some(value), "share") => format!("{:.1} %", 100.0 * value),
        (Some(value), unit) => format!("{value:.2} {unit}"),
        (None, _) => "–".to_owned(),
    };
    let (value, threshold) = (number(rule.value), number(rule.threshold));
    let at_least = rule.sense == crate::metrics::compliance::Sense::AtLeast;
    let (bound, bound_zh) = if at_least { ("at least", "不低于") } else { ("at most", "不高于") };
    let met = rule.pass == Some(true);
    let (verdict, verdict_zh) = if met { ("met", "达标") } else { ("not met", "未达标") };
    let change = rule.change.as_ref();
    let en = change.map_or_else(String::new, |change| format!("; {}", change.text.en));
    let zh = change.map_or_else(String::new, |change| format!("；{}", change.text.zh));
    Title {
        en: format!("{}: {value}, {bound} {threshold}: {verdict}{en}", rule.title.en),
        zh: format!("{}：{value}，{bound_zh} {threshold}：{verdict_zh}{zh}", rule.title.zh),
    }
}
