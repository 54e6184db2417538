//! Distributed PV on roofs: power per connection point by voltage, and what becomes of surplus
//! (国能发新能规〔2025〕7号).

use super::catalogue::{PointLimit, park_rules};
use super::rule::{Change, Rule, Sense, Text};

/// A PV plant on the park's own roofs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoofPlant<'a> {
    /// Its name.
    pub name: &'a str,
    /// What readers of English and of Chinese call it.
    pub titles: [&'a str; 2],
    /// DC power, kW.
    pub capacity_kw: f64,
    /// Connection points it is spread over.
    pub points: f64,
    /// Voltage of the points, kV; none where it is not stated.
    pub connection_kv: Option<f64>,
}

impl RoofPlant<'_> {
    fn limit(&self) -> Option<&'static PointLimit> {
        let kv = self.connection_kv?;
        park_rules().distributed_pv.iter().find(|limit| kv <= limit.up_to_kv)
    }
}

/// A term per plant, and one on the surplus: `surplus_share` is the exported share of what the park's
/// plants could give.
pub fn distributed_pv_rules(
    plants: &[RoofPlant<'_>],
    surplus_share: Option<f64>,
    spot_market: Option<bool>,
) -> Vec<Rule> {
    let mut rules: Vec<Rule> = plants.iter().map(of_plant).collect();
    if let Some(limit) = plants.iter().filter_map(RoofPlant::limit).find(|limit| limit.full_self_use) {
        let spot = spot_market == Some(true);
        let note = match spot_market {
            Some(true) => Text::new(
                "the spot market runs: surplus may be sold there",
                "现货市场运行，余电可参与现货交易",
            ),
            Some(false) => Text::new("no spot market runs: full self-use", "现货市场未运行，须全部自发自用"),
            None => Text::new(
                "taken as without a spot market: full self-use",
                "未说明现货市场，按全部自发自用评判",
            ),
        };
        rules.push(
            Rule::judged(
                ("distributed-pv", "surplus-share"),
                Text::new("Distributed PV: surplus to the grid", "分布式光伏：余电上网比例"),
                "share",
                surplus_share,
                (Sense::AtMost, (!spot).then_some(0.0)),
                (&limit.mw_per_point.source, limit.mw_per_point.grade),
            )
            .noted(Some(note))
            .mended_by(|| {
                Some(Change {
                    amount: 0.0,
                    unit: "kW",
                    text: Text::new("set the park's export limit to 0 kW", "将园区上网功率上限设为 0 kW"),
                })
            }),
        );
    }
    rules
}

fn of_plant(plant: &RoofPlant<'_>) -> Rule {
    let limit = plant.limit();
    let mw = plant.capacity_kw / 1000.0;
    let threshold = limit.map(|limit| limit.mw_per_point.value);
    let evidence = limit
        .or_else(|| park_rules().distributed_pv.last())
        .map_or(("", crate::catalogue::Grade::Assumed), |limit| {
            (limit.mw_per_point.source.as_str(), limit.mw_per_point.grade)
        });
    let note = match (plant.connection_kv, limit) {
        (None, _) => Text::new(
            "the voltage of the connection is not stated (`connection_kv`): not judged",
            "未说明接入电压（connection_kv），不作评判",
        ),
        (Some(kv), None) => Text::new(
            format!("at {kv} kV a plant is no distributed one: not judged"),
            format!("{kv} kV 接入不属于分布式光伏，不作评判"),
        ),
        (Some(kv), Some(_)) => Text::new(
            format!("{:.3} MW DC over {} points at {kv} kV", mw, plant.points),
            format!("直流 {:.3} MW，{} 个并网点，{kv} kV", mw, plant.points),
        ),
    };
    Rule::judged(
        ("distributed-pv", &format!("power-per-point:{}", plant.name)),
        Text::new(
            format!("Distributed PV: power per connection point of {}", plant.titles[0]),
            format!("分布式光伏：“{}”单个并网点容量", plant.titles[1]),
        ),
        "MW",
        Some(mw / plant.points),
        (Sense::AtMost, threshold),
        evidence,
    )
    .noted(Some(note))
    .mended_by(|| {
        let points = (mw / threshold? - 1e-9).ceil();
        Some(Change {
            amount: points,
            unit: "points",
            text: Text::new(
                format!("needs {points:.0} connection points or more"),
                format!("至少需要 {points:.0} 个并网点"),
            ),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(mw: f64, points: f64, kv: Option<f64>) -> Rule {
        let plant = RoofPlant {
            name: "roofs",
            titles: ["roofs", "屋顶"],
            capacity_kw: 1000.0 * mw,
            points,
            connection_kv: kv,
        };
        distributed_pv_rules(&[plant], None, None).swap_remove(0)
    }

    /// By hand: 55 MW at 110 kV need two points of 50 MW; 60 MW at 35 kV three of 20 MW; 6 MW at 10 kV one.
    #[test]
    fn big_roofs_need_several_points() {
        let points = |rule: Rule| rule.change.map(|change| change.amount);
        assert_eq!(points(judged(55.0, 1.0, Some(110.0))), Some(2.0));
        assert_eq!(judged(55.0, 2.0, Some(110.0)).pass, Some(true));
        assert_eq!(judged(55.0, 2.0, Some(110.0)).value, Some(27.5));
        assert_eq!(points(judged(60.0, 2.0, Some(35.0))), Some(3.0));
        assert_eq!(judged(60.0, 3.0, Some(35.0)).pass, Some(true));
        assert_eq!(judged(6.0, 1.0, Some(10.0)).pass, Some(true));
        assert_eq!(points(judged(6.1, 1.0, Some(10.0))), Some(2.0));
        assert_eq!((judged(60.0, 1.0, Some(220.0)).pass, judged(60.0, 1.0, None).pass), (None, None));
    }

    #[test]
    fn large_plants_let_nothing_out_without_a_spot_market() {
        let of = |kv, surplus, spot| {
            let plant = RoofPlant {
                name: "roofs",
                titles: ["roofs", "屋顶"],
                capacity_kw: 3e4,
                points: 2.0,
                connection_kv: Some(kv),
            };
            let rules = distributed_pv_rules(&[plant], Some(surplus), spot);
            rules.into_iter().find(|rule| rule.term == "surplus-share").map(|rule| rule.pass)
        };
        assert_eq!(of(110.0, 0.01, None), Some(Some(false)));
        assert_eq!(of(110.0, 0.01, Some(false)), Some(Some(false)));
        assert_eq!(of(110.0, 0.0, None), Some(Some(true)));
        assert_eq!(of(110.0, 0.01, Some(true)), Some(None));
        assert_eq!(of(10.0, 0.5, None), None, "general plants may sell what the province lets them");
    }
}
