//! The zero-carbon park rules, national and provincial: core indicator under both ways of counting
//! electricity, guidance, and the smallest change that would pass.
//!
//! What is linear in the year's account is solved in closed form; the same numbers put back into a
//! scenario pass, which a test checks.

use super::catalogue::{ParkSystem, ParkTarget, park_rules};
use super::rule::{Change, Rule, Sense, Text};
use crate::metrics::carbon::{Exports, ParkRule, TceMethod};
use crate::metrics::fuel::{GJ_PER_TCE, KGCE_PER_KWH};

/// Electricity per GJ of heat, kWh.
const KWH_PER_GJ: f64 = 1.0 / 0.0036;

/// What the rules need of a park, or of all parks together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZeroCarbonAccount<'a> {
    /// The account with electricity at equivalent value and at equal value.
    pub by_method: [ParkRule; 2],
    /// Which of them the scenario judges by.
    pub method: TceMethod,
    /// Whether exports reduce purchases.
    pub exports: Exports,
    /// Equal value of grid power, kgce/kWh.
    pub equal_kgce_per_kwh: f64,
    /// Factor of grid power that is not green, kg/kWh.
    pub factor_kg_per_kwh: f64,
    /// Own and direct-line green energy used, kWh.
    pub own_green_kwh: f64,
    /// Electricity used, kWh.
    pub used_kwh: f64,
    /// Energy of fuel and heat, GJ.
    pub fuel_gj: f64,
    /// Process emissions, which no electricity replaces, t; part of the account's fuel.
    pub process_t: f64,
    /// Heat per electricity where fuel gives way to electricity.
    pub electric_efficiency: f64,
    /// What the user says of the guiding indicators.
    pub indicators: Indicators,
    /// The simulated year.
    pub year: i32,
    /// The province whose indicator system is judged too.
    pub province: Option<&'a str>,
}

/// Guiding indicators that a simulation does not know.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Indicators {
    /// Energy per product, in any unit.
    pub product_energy: Option<f64>,
    /// The grade-2 limit of it, in the same unit.
    pub product_energy_limit: Option<f64>,
    /// Share of industrial solid waste that is used.
    pub solid_waste_share: Option<f64>,
    /// Share of waste heat, cold and pressure that is used.
    pub waste_heat_share: Option<f64>,
    /// Share of industrial water that is used again.
    pub water_reuse_share: Option<f64>,
}

impl ZeroCarbonAccount<'_> {
    fn account(&self, method: TceMethod) -> &ParkRule {
        &self.by_method[usize::from(method == TceMethod::Equal)]
    }

    fn kgce(&self, method: TceMethod) -> f64 {
        match method {
            TceMethod::Equivalent => KGCE_PER_KWH,
            TceMethod::Equal => self.equal_kgce_per_kwh,
        }
    }

    /// Electricity that takes over all fuel and heat, kWh.
    fn replacing_kwh(&self) -> f64 {
        self.fuel_gj * KWH_PER_GJ / self.electric_efficiency
    }
}

/// Every term of the national system, and of the province's where one is named.
pub fn zero_carbon_park_rules(account: &ZeroCarbonAccount<'_>) -> Vec<Rule> {
    let systems = &park_rules().zero_carbon_park;
    let mut rules = of_system("zero-carbon-park", account, &systems["national"]);
    if let Some((province, system)) =
        account.province.and_then(|name| systems.get(name).map(|system| (name, system)))
    {
        rules.extend(of_system(&format!("zero-carbon-park-{province}"), account, system));
    }
    rules
}

fn of_system(rule: &str, account: &ZeroCarbonAccount<'_>, system: &ParkSystem) -> Vec<Rule> {
    let target = system.target(account.year);
    let evidence = (system.source.as_str(), system.grade);
    let title = |en: &str, zh: &str| {
        let of = |lang: &str| system.title.get(lang).map_or(rule, String::as_str);
        Text::new(format!("{}: {en}", of("en")), format!("{}：{zh}", of("zh")))
    };
    let core = |method: TceMethod| {
        let (term, en, zh) = match method {
            TceMethod::Equivalent => ("intensity-equivalent", "equivalent value", "当量值"),
            TceMethod::Equal => ("intensity-equal", "equal value", "等价值"),
        };
        let found = account.account(method);
        let threshold = target.class(found.energy_tce).map(|class| class.intensity_t_per_tce);
        let named = title(&format!("carbon per energy, {en}"), &format!("单位能耗碳排放（{zh}）"));
        let judged = Rule::judged(
            (rule, term),
            named,
            "t/tce",
            found.intensity_t_per_tce(),
            (Sense::AtMost, threshold),
            evidence,
        );
        judged
            .noted(Some(basis(account, method, target)))
            .mended_by(|| threshold.and_then(|threshold| lower_intensity(account, method, threshold)))
    };
    let clean = account.account(account.method).clean_share();
    let mut rules = vec![
        core(TceMethod::Equivalent),
        core(TceMethod::Equal),
        Rule::judged(
            (rule, "clean-energy-share"),
            title("clean share of energy", "清洁能源消费占比"),
            "share",
            clean,
            (Sense::AtLeast, Some(target.clean_energy_share)),
            evidence,
        )
        .mended_by(|| cleaner(account, target.clean_energy_share)),
    ];
    if let Some(threshold) = target.direct_supply_share {
        let share = (account.used_kwh > 0.0).then(|| account.own_green_kwh / account.used_kwh);
        let judged = Rule::judged(
            (rule, "direct-supply-share"),
            title("direct green supply", "绿电直供占比"),
            "share",
            share,
            (Sense::AtLeast, Some(threshold)),
            evidence,
        );
        rules.push(judged.mended_by(|| more_direct(account, threshold)));
    }
    rules.extend(guidance(rule, account, target, &title, evidence));
    rules
}

/// What the user states of the guiding indicators, passed through.
fn guidance(
    rule: &str,
    account: &ZeroCarbonAccount<'_>,
    target: &ParkTarget,
    title: &dyn Fn(&str, &str) -> Text,
    evidence: (&str, crate::catalogue::Grade),
) -> Vec<Rule> {
    let given = &account.indicators;
    let share = |term: &str, en: &str, zh: &str, value: Option<f64>, threshold: f64| {
        Rule::judged((rule, term), title(en, zh), "share", value, (Sense::AtLeast, Some(threshold)), evidence)
    };
    let shares = [
        share(
            "solid-waste-use",
            "use of industrial solid waste",
            "工业固废综合利用率",
            given.solid_waste_share,
            target.solid_waste_share,
        ),
        share(
            "waste-heat-use",
            "use of waste heat, cold and pressure",
            "余热余冷余压利用率",
            given.waste_heat_share,
            target.waste_heat_share,
        ),
        share(
            "water-reuse",
            "reuse of industrial water",
            "工业用水重复利用率",
            given.water_reuse_share,
            target.water_reuse_share,
        ),
    ];
    let product = Rule::judged(
        (rule, "product-energy"),
        title("energy per product", "产品单位能耗"),
        "as given",
        given.product_energy,
        (Sense::AtMost, given.product_energy_limit),
        evidence,
    );
    let stated = Text::new("as stated in the scenario", "取自情景输入");
    [product]
        .into_iter()
        .chain(shares)
        .filter(|rule| rule.value.is_some())
        .map(|rule| rule.noted(Some(stated.clone())))
        .collect()
}

/// What a core indicator rests on: which of the two counts, the switches, the class.
fn basis(account: &ZeroCarbonAccount<'_>, method: TceMethod, target: &ParkTarget) -> Text {
    let energy_kt = account.account(method).energy_tce / 1000.0;
    let (counts, counts_zh) =
        if method == account.method { ("judged by", "评判采用") } else { ("for comparison", "对照") };
    let (exports, exports_zh) = match account.exports {
        Exports::Net => ("exports subtracted", "扣减上网电量"),
        Exports::Gross => ("exports not subtracted", "不扣减上网电量"),
    };
    let kgce = account.kgce(method);
    let least =
        target.classes.first().filter(|class| account.account(method).energy_tce < class.energy_from_tce);
    let (none, none_zh) = match least {
        Some(class) => (
            format!(
                "; below {:.0} kt tce there is no threshold, {} is a proxy",
                class.energy_from_tce / 1000.0,
                class.intensity_t_per_tce
            ),
            format!(
                "；不足 {} 万吨标煤未设门槛，{} 仅供参考",
                class.energy_from_tce / 1e4,
                class.intensity_t_per_tce
            ),
        ),
        None => (String::new(), String::new()),
    };
    Text::new(
        format!(
            "{counts}; grid power at {kgce} kgce/kWh, {energy_kt:.1} kt tce; {} kg/kWh, {exports}{none}",
            account.factor_kg_per_kwh
        ),
        format!(
            "{counts_zh}；网电折标系数 {kgce} kgce/kWh，综合能耗 {energy_kt:.1} 千吨标煤；{} kg/kWh，{exports_zh}{none_zh}",
            account.factor_kg_per_kwh
        ),
    )
}

/// The least that takes carbon per energy down to a threshold: green power where electricity is in the
/// way, else fuel that gives way to green electricity.
fn lower_intensity(account: &ZeroCarbonAccount<'_>, method: TceMethod, threshold: f64) -> Option<Change> {
    let found = account.account(method);
    let allowed_t = threshold * found.energy_tce;
    if found.fuel_t <= allowed_t {
        let mwh = (found.total_t() - allowed_t) / account.factor_kg_per_kwh;
        return Some(green_power(mwh, "electricity binds", "约束项为电力"));
    }
    // A share s of fuel and heat gives way to green electricity:
    // process + (1 − s) burnt = threshold × (energy + s × change of energy).
    let burnt_t = found.fuel_t - account.process_t;
    let energy_change_tce =
        account.replacing_kwh() * account.kgce(method) / 1000.0 - account.fuel_gj / GJ_PER_TCE;
    let share = (found.fuel_t - allowed_t) / (burnt_t + threshold * energy_change_tce);
    let alone = found.fuel_t / found.energy_tce;
    if !(0.0..=1.0).contains(&share) {
        return Some(Change {
            amount: found.fuel_t - allowed_t,
            unit: "t",
            text: Text::new(
                format!(
                    "fuel, heat and process alone are {alone:.2} t/tce, above {threshold}; process emissions of {:.1} kt have to fall, electricity does not replace them",
                    account.process_t / 1000.0
                ),
                format!(
                    "仅燃料、热力与工艺即 {alone:.2} 吨/吨标煤，高于 {threshold}；工艺排放 {:.1} 千吨须下降，电气化无法替代",
                    account.process_t / 1000.0
                ),
            ),
        });
    }
    Some(less_fuel(
        account,
        found,
        share,
        burnt_t,
        &format!("fuel, heat and process alone are {alone:.2} t/tce, above {threshold}"),
        &format!("仅燃料、热力与工艺即 {alone:.2} 吨/吨标煤，高于 {threshold}"),
    ))
}

/// The least that lifts the clean share of energy to a threshold.
fn cleaner(account: &ZeroCarbonAccount<'_>, threshold: f64) -> Option<Change> {
    let found = account.account(account.method);
    let kgce = account.kgce(account.method);
    let missing_tce = threshold * found.energy_tce - found.clean_tce;
    let fuel_tce = account.fuel_gj / GJ_PER_TCE;
    let electric_tce = found.energy_tce - fuel_tce;
    if missing_tce <= electric_tce - found.clean_tce {
        return Some(green_power(missing_tce / kgce, "electricity binds", "约束项为电力"));
    }
    // (electric + s × new) = threshold × (energy + s × (new − fuel)), all electricity green.
    let new_tce = account.replacing_kwh() * kgce / 1000.0;
    let share = (threshold * found.energy_tce - electric_tce) / (new_tce - threshold * (new_tce - fuel_tce));
    let fuel_share = 100.0 * fuel_tce / found.energy_tce;
    Some(less_fuel(
        account,
        found,
        share.min(1.0),
        found.fuel_t - account.process_t,
        &format!("fuel and heat are {fuel_share:.1} % of the energy"),
        &format!("燃料与热力占能耗 {fuel_share:.1} %"),
    ))
}

fn green_power(mwh: f64, en: &str, zh: &str) -> Change {
    Change {
        amount: mwh,
        unit: "MWh",
        text: Text::new(
            format!("{en}: {:.1} GWh more of it have to be green", mwh / 1000.0),
            format!("{zh}：还须 {:.1} GWh 绿电", mwh / 1000.0),
        ),
    }
}

/// A share of fuel and heat that gives way to electricity, all electricity being green.
fn less_fuel(
    account: &ZeroCarbonAccount<'_>,
    found: &ParkRule,
    share: f64,
    burnt_t: f64,
    en: &str,
    zh: &str,
) -> Change {
    let (fuel_kt, percent) = (share * burnt_t / 1000.0, 100.0 * share);
    let (petajoules, heat_gwh) = (share * account.fuel_gj / 1e6, share * account.replacing_kwh() / 1e6);
    let green_gwh = found.non_green_kwh / 1e6 + heat_gwh;
    let efficiency = account.electric_efficiency;
    Change {
        amount: share * burnt_t,
        unit: "t",
        text: Text::new(
            format!(
                "{en}, so green power alone is not enough: fuel of at least {fuel_kt:.1} kt of CO2 ({percent:.1} %, {petajoules:.2} PJ) has to give way to {heat_gwh:.1} GWh of electricity ({efficiency:.2} of heat per electricity), and {green_gwh:.1} GWh more of it have to be green"
            ),
            format!(
                "{zh}，仅靠绿电无法达标：至少对应 {fuel_kt:.1} 千吨 CO2 的燃料（{percent:.1} %，{petajoules:.2} PJ）须改用 {heat_gwh:.1} GWh 电力（热电比 {efficiency:.2}），并另增绿电 {green_gwh:.1} GWh"
            ),
        ),
    }
}

/// Energy that direct supply lacks; how much plant brings it only a simulation tells.
fn more_direct(account: &ZeroCarbonAccount<'_>, threshold: f64) -> Option<Change> {
    let mwh = (threshold * account.used_kwh - account.own_green_kwh) / 1000.0;
    Some(Change {
        amount: mwh,
        unit: "MWh",
        text: Text::new(
            format!(
                "{:.1} GWh more have to come from own plants or a direct line, used as they generate or from storage",
                mwh / 1000.0
            ),
            format!("自有电源或绿电直连还须供应 {:.1} GWh（即发即用或经储能）", mwh / 1000.0),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(fuel_gj: f64, fuel_t: f64, purchased_gwh: f64) -> ZeroCarbonAccount<'static> {
        let energy_tce = fuel_gj / GJ_PER_TCE + purchased_gwh * 122.9;
        let rule = ParkRule {
            non_green_kwh: purchased_gwh * 1e6,
            electricity_t: purchased_gwh * 832.5,
            fuel_t,
            energy_tce,
            clean_tce: 0.0,
        };
        let equal = ParkRule { energy_tce: fuel_gj / GJ_PER_TCE + purchased_gwh * 300.0, ..rule };
        ZeroCarbonAccount {
            by_method: [rule, equal],
            method: TceMethod::Equivalent,
            exports: Exports::Net,
            equal_kgce_per_kwh: 0.300,
            factor_kg_per_kwh: 0.8325,
            own_green_kwh: 0.0,
            used_kwh: purchased_gwh * 1e6,
            fuel_gj,
            process_t: 0.0,
            electric_efficiency: 1.0,
            indicators: Indicators::default(),
            year: 2025,
            province: None,
        }
    }

    fn term<'a>(rules: &'a [Rule], name: &str) -> &'a Rule {
        rules.iter().find(|rule| rule.term == name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// By hand: 1,600 GWh and no fuel are 196,640 tce at equivalent value, below the smallest class, and
    /// 480,000 tce at equal value, at most 0.20: the class flips with the way of counting.
    #[test]
    fn both_ways_of_counting_are_judged_and_the_class_can_flip() {
        let rules = zero_carbon_park_rules(&account(0.0, 0.0, 1600.0));
        let (equivalent, equal) = (term(&rules, "intensity-equivalent"), term(&rules, "intensity-equal"));
        assert_eq!((equivalent.threshold, equivalent.pass), (None, None));
        assert_eq!((equal.threshold, equal.pass), (Some(0.20), Some(false)));
        assert!((equal.value.unwrap_or(0.0) - 2.775).abs() < 1e-9, "{equal:?}");
        // (1,332,000 − 96,000) t at 0.8325 kg/kWh: all but 7.2 % of the energy.
        let change = equal.change.as_ref().expect("fails");
        assert!((change.amount - 1_236_000.0 / 0.8325).abs() < 1e-6, "{change:?}");
    }

    /// By hand, the home case as planned: 1,660 GWh, 133 kt tce of gas (219 kt of CO2). With all power
    /// green fuel alone is 219 / 337 = 0.65 t/tce. With s of it electrified one to one the energy stays
    /// (0.0001229 tce per kWh is 29.3 GJ/tce, but for rounding), so about 1 − 0.2 × 337 / 219 = 69 % go.
    #[test]
    fn fuel_that_binds_is_replaced_to_the_threshold() {
        let park = account(133_000.0 * GJ_PER_TCE, 218_674.0, 1660.0);
        let rules = zero_carbon_park_rules(&park);
        let change = term(&rules, "intensity-equivalent").change.clone().expect("fails");
        assert_eq!(change.unit, "t");
        let share = change.amount / 218_674.0;
        assert!((share - 0.69).abs() < 0.005, "{share}");
        assert!(change.text.en.contains("alone are 0.65 t/tce"), "{}", change.text.en);
        // Put back: what is left of the fuel over the new energy is the threshold.
        let after = account(
            park.fuel_gj * (1.0 - share),
            218_674.0 * (1.0 - share),
            1660.0 + share * park.fuel_gj / 3600.0,
        );
        let left = after.by_method[0].fuel_t / after.by_method[0].energy_tce;
        assert!((left - 0.20).abs() < 1e-9, "{left}");
        // The clean share, 90 %: with that much fuel replaced and all power green it holds to the digit.
        let change = term(&rules, "clean-energy-share").change.clone().expect("fails");
        let share = change.amount / 218_674.0;
        let fuel_tce = 133_000.0 * (1.0 - share);
        let electric_tce = (1660.0 + share * park.fuel_gj / 3600.0) * 122.9;
        assert!((electric_tce / (electric_tce + fuel_tce) - 0.90).abs() < 1e-9);
    }

    /// By hand: of 100 GWh and no fuel, 90 have to be green for a clean share of 90 %.
    #[test]
    fn a_clean_share_without_fuel_takes_green_power_alone() {
        let rules = zero_carbon_park_rules(&account(0.0, 0.0, 100.0));
        let change = term(&rules, "clean-energy-share").change.clone().expect("fails");
        assert!((change.amount - 90_000.0).abs() < 1e-6 && change.unit == "MWh", "{change:?}");
    }

    /// Process emissions of 100 kt against 0.2 × 300 kt tce: no electricity helps.
    #[test]
    fn process_emissions_are_not_electrified() {
        let park = ZeroCarbonAccount { process_t: 100_000.0, ..account(0.0, 100_000.0, 300_000.0 / 122.9) };
        let change =
            term(&zero_carbon_park_rules(&park), "intensity-equivalent").change.clone().expect("fails");
        assert!(change.text.en.contains("process emissions of 100.0 kt have to fall"), "{}", change.text.en);
        assert!((change.amount - 40_000.0).abs() < 1e-6);
    }

    /// 40 of 100 GWh direct: 10 GWh to half of it. Indicators pass through; absent ones are not listed.
    #[test]
    fn direct_supply_and_stated_indicators_are_judged() {
        let park = ZeroCarbonAccount {
            own_green_kwh: 40e6,
            indicators: Indicators {
                water_reuse_share: Some(0.85),
                product_energy: Some(410.0),
                product_energy_limit: Some(400.0),
                ..Indicators::default()
            },
            province: Some("hunan"),
            ..account(0.0, 0.0, 100.0)
        };
        let rules = zero_carbon_park_rules(&park);
        let direct = term(&rules, "direct-supply-share");
        assert_eq!((direct.value, direct.pass), (Some(0.4), Some(false)));
        assert!(direct.change.as_ref().is_some_and(|change| (change.amount - 10_000.0).abs() < 1e-6));
        let water: Vec<_> = rules
            .iter()
            .filter(|rule| rule.term == "water-reuse")
            .map(|r| (r.rule.as_str(), r.pass))
            .collect();
        assert_eq!(water, [("zero-carbon-park", Some(true)), ("zero-carbon-park-hunan", Some(true))]);
        assert_eq!(term(&rules, "product-energy").pass, Some(false));
        assert!(rules.iter().all(|rule| rule.term != "waste-heat-use"));
    }
}
