//! Numbers as readers want them: scaled, with their unit; and the unit a metric's name implies.

pub use super::theme::money_unit;
use super::theme::{Scale, energy_scale, grouped, money_scale, power_scale, rounded, tonnes_scale};
use crate::lang::Lang;

/// Energy in the unit that suits it.
pub fn energy(kwh: Option<f64>, lang: Lang) -> String {
    kwh.map_or_else(dash, |kwh| {
        let scale = energy_scale(kwh, lang);
        format!("{} {}", rounded(kwh / scale.factor), scale.unit)
    })
}

/// Money in the unit that suits it.
pub fn money(amount: Option<f64>, currency: &str, lang: Lang) -> String {
    amount.map_or_else(dash, |amount| {
        let scale = money_scale(amount, lang);
        format!("{} {}", rounded(amount / scale.factor), money_unit(scale, currency, lang))
    })
}

/// How numbers of one kind are shown together: divided by a factor, in a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaled {
    /// What to divide by.
    pub factor: f64,
    /// The unit; empty for a count.
    pub unit: String,
}

impl Scaled {
    /// A number in this scale, without its unit.
    pub fn number(&self, value: Option<f64>) -> String {
        value.map_or_else(dash, |value| {
            if self.unit == "%" { grouped(value / self.factor, 1) } else { rounded(value / self.factor) }
        })
    }
}

/// The scale that suits a metric whose largest value is given.
pub fn scaled(group: &str, key: &str, largest: f64, currency: &str, lang: Lang) -> Scaled {
    let of = |scale: Scale| Scaled { factor: scale.factor, unit: scale.unit.to_owned() };
    let money = |scale: Scale| Scaled { factor: scale.factor, unit: money_unit(scale, currency, lang) };
    match unit(group, key, currency) {
        Unit::Share => Scaled { factor: 0.01, unit: "%".to_owned() },
        Unit::Of(unit) => match unit.as_str() {
            "kWh" => of(energy_scale(largest, lang)),
            "kW" => of(power_scale(largest)),
            "t" => of(tonnes_scale(largest, lang)),
            "a" => Scaled { factor: 1.0, unit: lang.pick("years", "年").to_owned() },
            "tce" => Scaled { factor: 1.0, unit: lang.pick("tce", "吨标煤").to_owned() },
            unit if unit == currency => money(money_scale(largest, lang)),
            unit => Scaled {
                factor: 1.0,
                unit: unit.replacen(
                    currency,
                    &money_unit(Scale { factor: 1.0, unit: "" }, currency, lang),
                    1,
                ),
            },
        },
    }
}

/// Tonnes of carbon dioxide in the unit that suits them.
pub fn tonnes(amount: Option<f64>, lang: Lang) -> String {
    amount.map_or_else(dash, |amount| {
        let scale = tonnes_scale(amount, lang);
        format!("{} {}", rounded(amount / scale.factor), scale.unit)
    })
}

/// A share in per cent.
pub fn share(value: Option<f64>) -> String {
    value.map_or_else(dash, |value| format!("{} %", grouped(value * 100.0, 1)))
}

/// What stands for a number that is not there.
pub fn dash() -> String {
    "–".to_owned()
}

/// How a metric is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// A number in this unit; empty for a count.
    Of(String),
    /// A share, written in per cent.
    Share,
}

/// The unit of a metric by its group and key.
pub fn unit(group: &str, key: &str, currency: &str) -> Unit {
    const SHARES: [&str; 6] =
        ["self_consumption", "self_sufficiency", "irr", "irr_before_tax", "equity_irr", "investor_irr"];
    const UNITS: [(&str, &str); 6] = [
        ("t_per_tce", "t/tce"),
        ("_kwh", "kWh"),
        ("_kw", "kW"),
        ("_tce", "tce"),
        ("_t", "t"),
        ("_years", "a"),
    ];
    if SHARES.contains(&key) || key.ends_with("_share") || key == "cfe_score" {
        return Unit::Share;
    }
    for (suffix, per) in [("_per_kwh", "kWh"), ("_cost_per_t", "t")] {
        if key.ends_with(suffix) {
            return Unit::Of(format!("{currency}/{per}"));
        }
    }
    if let Some((_, unit)) = UNITS.iter().find(|(suffix, _)| key.ends_with(suffix)) {
        return Unit::Of((*unit).to_owned());
    }
    let money = group == "bill"
        || key.contains("npv")
        || ["capex", "opex_annual", "annual_total", "annual_total_with_carbon"].contains(&key);
    Unit::Of(if money { currency.to_owned() } else { String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_money_is_yuan() {
        assert_eq!(money(Some(8.36e8), "CNY", Lang::Zh), "8.36 亿元");
        assert_eq!(money(Some(-5.68e5), "CNY", Lang::Zh), "−56.8 万元");
        assert_eq!(money(Some(12.0), "CNY", Lang::Zh), "12.0 元");
        assert_eq!(money(Some(3e6), "USD", Lang::Zh), "300 万 USD");
        assert_eq!(money(Some(3e6), "CNY", Lang::En), "3.00 million CNY");
        assert_eq!(scaled("economics", "lcoe_per_kwh", 0.4, "CNY", Lang::Zh).unit, "元/kWh");
    }

    #[test]
    fn a_name_tells_its_unit() {
        let of = |group: &str, key: &str| match unit(group, key, "CNY") {
            Unit::Of(unit) => unit,
            Unit::Share => "%".to_owned(),
        };
        let found = [
            of("energy", "load_kwh"),
            of("energy", "peak_import_kw"),
            of("energy", "self_consumption"),
            of("bill", "energy_charge"),
            of("economics", "npv_before_tax"),
            of("economics", "lcoe_per_kwh"),
            of("carbon", "abatement_cost_per_t"),
            of("carbon", "energy_tce"),
            of("zero_carbon_park", "intensity_t_per_tce"),
            of("energy", "full_cycles"),
        ];
        assert_eq!(found, ["kWh", "kW", "%", "CNY", "CNY", "CNY/kWh", "CNY/t", "tce", "t/tce", ""]);
    }
}
