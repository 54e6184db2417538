//! Carbon within a factory's fence, and carbon and energy per value added, area and product: terms that
//! are compared, and have no threshold that is known.

use super::catalogue::park_rules;
use super::rule::{Rule, Sense, Text};
use crate::catalogue::Grade;
use crate::metrics::Intensity;

/// A factory: a tenant, or a park that is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Factory {
    /// Its name.
    pub name: String,
    /// Its sector: a key of the catalogue's `factory_sectors`.
    pub sector: Option<String>,
    /// Fuel, heat and process within the fence, t.
    pub scope1_t: f64,
    /// Electricity that neither own plants nor contracts made green, t.
    pub electricity_t: f64,
}

/// A term per factory.
pub fn factory_rules(factories: &[Factory]) -> Vec<Rule> {
    factories.iter().map(of_factory).collect()
}

fn of_factory(factory: &Factory) -> Rule {
    let (t1, t2) = (factory.scope1_t, factory.electricity_t);
    let year = factory.sector.as_deref().and_then(|sector| park_rules().factory_sectors.get(sector));
    let (sector, sector_zh) = match (&factory.sector, year) {
        (Some(sector), Some(year)) => (
            format!("; the guidance reaches {sector} by {year}"),
            format!("；指导意见于 {year} 年覆盖该行业（{sector}）"),
        ),
        _ => (String::new(), String::new()),
    };
    Rule::judged(
        ("zero-carbon-factory", &format!("scope-1-and-2:{}", factory.name)),
        Text::new(
            format!("Zero-carbon factory: scope 1 and 2 of {}", factory.name),
            format!("零碳工厂：{} 范围一与范围二", factory.name),
        ),
        "t",
        Some(t1 + t2),
        (Sense::AtMost, None),
        ("工信部联节〔2026〕13号 (2026-01-19, press)", Grade::Sourced),
    )
    .noted(Some(Text::new(
        format!("scope 1 {t1:.0} t, electricity by the market {t2:.0} t; no threshold is published{sector}"),
        format!("范围一 {t1:.0} 吨，电力（市场法）{t2:.0} 吨；国家未公布门槛{sector_zh}"),
    )))
}

/// A term per intensity that is known.
pub fn intensity_rules(intensity: &Intensity, product_unit: &str) -> Vec<Rule> {
    let terms = [
        (
            "carbon-per-value-added",
            "carbon per value added",
            "单位增加值碳排放",
            "t/10⁴",
            intensity.carbon_t_per_10k_value_added,
        ),
        (
            "energy-per-value-added",
            "energy per value added",
            "单位增加值能耗",
            "tce/10⁴",
            intensity.energy_tce_per_10k_value_added,
        ),
        ("carbon-per-area", "carbon per area", "单位面积碳排放", "t/ha", intensity.carbon_t_per_ha),
        ("energy-per-area", "energy per area", "单位面积能耗", "tce/ha", intensity.energy_tce_per_ha),
        (
            "carbon-per-product",
            "carbon per product",
            "单位产品碳排放",
            "t/unit",
            intensity.carbon_t_per_product,
        ),
        (
            "energy-per-product",
            "energy per product",
            "单位产品能耗",
            "tce/unit",
            intensity.energy_tce_per_product,
        ),
    ];
    let terms = terms.into_iter().filter(|term| term.4.is_some());
    let rules = terms.map(|(term, en, zh, unit, value)| {
        let note = (unit.ends_with("unit") && !product_unit.is_empty())
            .then(|| Text::new(format!("unit: {product_unit}"), format!("单位：{product_unit}")));
        Rule::judged(
            ("intensity", term),
            Text::new(format!("Intensity: {en}"), format!("强度指标：{zh}")),
            unit,
            value,
            (Sense::AtMost, None),
            ("location-based electricity and scope 1; for comparison", Grade::Derived),
        )
        .noted(note)
    });
    rules.collect()
}
