//! The rules that judge a park, and all parks together: what they need gathered from the model and its
//! year, and what follows in sentences.

use super::case::Case;
use super::ledgers::Ledgers;
use super::measure::Measured;
use super::project::{GeneratorKind, Park, Project, Title};
use super::tenants::factories;
use crate::metrics::compliance::{
    Indicators, RoofPlant, Rule, Sense, ZeroCarbonAccount, county_roof_rules, distributed_pv_rules,
    factory_rules, green_direct_rules, intensity_rules, zero_carbon_park_rules,
};
use crate::metrics::{Carbon, Intensity};

/// Electricity per GJ of heat, kWh.
const KWH_PER_GJ: f64 = 1.0 / 0.0036;

/// Every term of every rule that applies to a park's design.
pub fn rules_of_park(project: &Project, park: &Park, measured: &Measured) -> Vec<Rule> {
    let (judged, metrics) = (&park.judged, &measured.metrics);
    let mut rules = zero_carbon(project, measured, judged.indicators);
    if let Some(shares) = &metrics.green_direct {
        rules.extend(green_direct_rules(shares, &park.green.direct));
    }
    let plants: Vec<RoofPlant<'_>> = judged
        .roof_pv
        .iter()
        .filter_map(|(name, points, connection_kv)| {
            let mut plants = park.generators_of(Case::Configured);
            let plant = plants.find(|plant| plant.kind == GeneratorKind::Pv && plant.name == *name)?;
            let capacity_kw = plant.capacity_kw;
            let titles = [plant.title.en.as_str(), plant.title.zh.as_str()];
            Some(RoofPlant { name, titles, capacity_kw, points: *points, connection_kv: *connection_kv })
        })
        .collect();
    let surplus = metrics.energy.and_then(|energy| {
        let available_kwh = energy.pv_available_kwh + energy.wind_available_kwh;
        (available_kwh > 0.0).then(|| energy.renewable_export_kwh / available_kwh)
    });
    rules.extend(distributed_pv_rules(&plants, surplus, judged.spot_market));
    rules.extend(county_roof_rules(judged.roofs.iter()));
    if let Some(carbon) = &metrics.carbon {
        rules.extend(factory_rules(&factories(park, &metrics.tenants, carbon)));
    }
    if let Some(intensity) = &metrics.intensity {
        rules.extend(intensity_rules(intensity, &judged.product_unit));
    }
    rules
}

/// Every term of the rules that judge all parks together: those for one user or one connection are
/// none of them.
pub fn rules_of_all(project: &Project, measured: &Measured) -> Vec<Rule> {
    let (indicators, unit) = match &project.parks[..] {
        [park] => (park.judged.indicators, park.judged.product_unit.as_str()),
        _ => (Indicators::default(), ""),
    };
    let mut rules = zero_carbon(project, measured, indicators);
    rules.extend(county_roof_rules(project.parks.iter().flat_map(|park| &park.judged.roofs)));
    if let Some(intensity) = &measured.metrics.intensity {
        rules.extend(intensity_rules(intensity, unit));
    }
    rules
}

/// Carbon and energy of a park per what it states of itself; none where it states nothing.
pub fn intensity_of_park(park: &Park, carbon: &Carbon) -> Option<Intensity> {
    let judged = &park.judged;
    intensity(carbon, [judged.value_added, judged.area_ha, judged.product_output])
}

/// The same of all parks, where each states it; products of several parks do not add up.
pub fn intensity_of_all(parks: &[Park], carbon: &Carbon) -> Option<Intensity> {
    let sum = |get: fn(&Park) -> Option<f64>| parks.iter().map(get).sum::<Option<f64>>();
    let product = match parks {
        [park] => park.judged.product_output,
        _ => None,
    };
    intensity(carbon, [sum(|park| park.judged.value_added), sum(|park| park.judged.area_ha), product])
}

fn intensity(carbon: &Carbon, [value_added, area_ha, product]: [Option<f64>; 3]) -> Option<Intensity> {
    let tonnes = carbon.location_based_t? + carbon.scope1_t.unwrap_or(0.0);
    let per = |amount: Option<f64>, unit: Option<f64>| amount.zip(unit).map(|(amount, unit)| amount / unit);
    let per_10k = value_added.map(|value| value / 1e4);
    [value_added, area_ha, product].iter().any(Option::is_some).then(|| Intensity {
        carbon_t_per_10k_value_added: per(Some(tonnes), per_10k),
        energy_tce_per_10k_value_added: per(carbon.energy_tce, per_10k),
        carbon_t_per_ha: per(Some(tonnes), area_ha),
        energy_tce_per_ha: per(carbon.energy_tce, area_ha),
        carbon_t_per_product: per(Some(tonnes), product),
        energy_tce_per_product: per(carbon.energy_tce, product),
    })
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

/// What rules say in sentences: each term that is not met, with the change that would pass; where none
/// is judged, the core indicator and why.
pub fn advice(rules: &[Rule]) -> Vec<Title> {
    let missed: Vec<Title> = rules.iter().filter(|rule| rule.pass == Some(false)).map(sentence).collect();
    if rules.iter().any(|rule| rule.pass.is_some()) {
        return missed;
    }
    rules.first().map(sentence).into_iter().collect()
}

fn sentence(rule: &Rule) -> Title {
    let number = |value: Option<f64>| match (value, rule.unit) {
        (Some(value), "share") => format!("{:.1} %", 100.0 * value),
        (Some(value), unit) => format!("{value:.2} {unit}"),
        (None, _) => "–".to_owned(),
    };
    let (value, threshold) = (number(rule.value), number(rule.threshold));
    let at_least = rule.sense == Sense::AtLeast;
    let (bound, bound_zh) = if at_least { ("at least", "不低于") } else { ("at most", "不高于") };
    let Some(pass) = rule.pass else {
        let note = rule.note.clone().unwrap_or_default();
        return Title {
            en: format!("{}: {value}; {}", rule.title.en, note.en),
            zh: format!("{}：{value}；{}", rule.title.zh, note.zh),
        };
    };
    let (verdict, verdict_zh) = if pass { ("met", "达标") } else { ("not met", "未达标") };
    let change = rule.change.as_ref();
    let en = change.map_or_else(String::new, |change| format!("; {}", change.text.en));
    let zh = change.map_or_else(String::new, |change| format!("；{}", change.text.zh));
    Title {
        en: format!("{}: {value}, {bound} {threshold}: {verdict}{en}", rule.title.en),
        zh: format!("{}：{value}，{bound_zh} {threshold}：{verdict_zh}{zh}", rule.title.zh),
    }
}
