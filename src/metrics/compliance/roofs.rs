//! Shares of a county's roofs under PV, by kind of building (整县推进).

use super::catalogue::park_rules;
use super::rule::{Change, Rule, Sense, Text};

/// Roofs of one kind of building.
#[derive(Debug, Clone, PartialEq)]
pub struct Roof {
    /// Kind of building: a key of the catalogue's `county_roofs`.
    pub kind: String,
    /// Gross area, m².
    pub area_m2: f64,
    /// Area under PV, m².
    pub covered_m2: f64,
    /// PV power per m² under modules, W.
    pub pv_w_per_m2: f64,
}

/// A term per kind of building that has roofs, their areas added up.
pub fn county_roof_rules<'a>(roofs: impl Iterator<Item = &'a Roof> + Clone) -> Vec<Rule> {
    let of_kind = |kind: &str, limit: &crate::catalogue::Sourced| {
        let sum =
            |get: fn(&Roof) -> f64| roofs.clone().filter(|roof| roof.kind == kind).map(get).sum::<f64>();
        let (area, covered) = (sum(|roof| roof.area_m2), sum(|roof| roof.covered_m2));
        let w_per_m2 = sum(|roof| roof.area_m2 * roof.pv_w_per_m2) / area;
        let (name, name_zh) = name(kind);
        (area > 0.0).then(|| {
            Rule::judged(
                ("county-roofs", kind),
                Text::new(format!("County roofs under PV: {name}"), format!("整县屋顶光伏比例：{name_zh}")),
                "share",
                Some(covered / area),
                (Sense::AtLeast, Some(limit.value)),
                (&limit.source, limit.grade),
            )
            .noted(Some(Text::new(
                format!("{covered:.0} of {area:.0} m²; the rule is for a county, the park is a part of it"),
                format!("{covered:.0} / {area:.0} 平方米；该指标按县域考核，园区仅为其一部分"),
            )))
            .mended_by(|| {
                let missing_m2 = limit.value * area - covered;
                let kw = missing_m2 * w_per_m2 / 1000.0;
                Some(Change {
                    amount: kw,
                    unit: "kW",
                    text: Text::new(
                        format!("{missing_m2:.0} m² more, about {kw:.0} kW of PV"),
                        format!("还须 {missing_m2:.0} 平方米，约 {kw:.0} kW 光伏"),
                    ),
                })
            })
        })
    };
    park_rules().county_roofs.iter().filter_map(|(kind, limit)| of_kind(kind, limit)).collect()
}

fn name(kind: &str) -> (&str, &str) {
    match kind {
        "government" => ("party and government", "党政机关"),
        "public" => ("public buildings", "公共建筑"),
        "industrial-commercial" => ("industry and commerce", "工商业"),
        "rural" => ("rural dwellings", "农村居民"),
        other => (other, other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: of 10,000 m² of factories 2,000 are covered, 20 % of at least 30 %: 1,000 m² more, 200 kW at
    /// 200 W/m². A school of 500 m² with 200 covered has its 40 %.
    #[test]
    fn shares_are_judged_by_kind_of_building() {
        let roof = |kind: &str, area_m2, covered_m2| Roof {
            kind: kind.to_owned(),
            area_m2,
            covered_m2,
            pv_w_per_m2: 200.0,
        };
        let roofs = [
            roof("industrial-commercial", 6_000.0, 2_000.0),
            roof("industrial-commercial", 4_000.0, 0.0),
            roof("public", 500.0, 200.0),
        ];
        let rules = county_roof_rules(roofs.iter());
        let found: Vec<_> = rules.iter().map(|rule| (rule.term.as_str(), rule.value, rule.pass)).collect();
        assert_eq!(
            found,
            [("industrial-commercial", Some(0.2), Some(false)), ("public", Some(0.4), Some(true))]
        );
        let change = rules[0].change.as_ref().expect("fails");
        assert!((change.amount - 200.0).abs() < 1e-9, "{change:?}");
        let of = |kind: &str, covered: f64| {
            county_roof_rules([roof(kind, 100.0, covered)].iter()).swap_remove(0).pass
        };
        assert_eq!((of("government", 50.0), of("government", 49.0)), (Some(true), Some(false)));
        assert_eq!((of("rural", 20.0), of("rural", 19.0)), (Some(true), Some(false)));
        assert_eq!((of("public", 40.0), of("public", 39.0)), (Some(true), Some(false)));
    }
}
