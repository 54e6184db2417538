//! The green direct connection (发改能源〔2025〕650, 发改价格〔2025〕1192) and green power of a park that
//! several users share.

use super::catalogue::park_rules;
use super::rule::{Rule, Sense, Text};
use crate::catalogue::{Grade, Sourced};
use crate::metrics::GreenDirect;

/// What the rule needs besides its shares.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DirectTerms {
    /// Whether the project may be a green direct connection at all; none: not judged.
    pub eligible: Option<bool>,
    /// Year the plants were commissioned.
    pub commissioned: i32,
    /// Least share of consumption, where the scenario states it.
    pub consumption_share: Option<f64>,
    /// Highest exported share, where the province states it.
    pub export_cap: Option<f64>,
    /// Whether the province's spot market runs; none: not said.
    pub spot_market: Option<bool>,
    /// Voltage of the connection, kV.
    pub connection_kv: Option<f64>,
}

impl DirectTerms {
    /// The least share of consumption, with its evidence.
    pub fn least_consumption(&self) -> Sourced {
        let limits = &park_rules().green_direct;
        match self.consumption_share {
            Some(value) => stated(value),
            None if self.commissioned >= 2030 => limits.consumption_share_from_2030.clone(),
            None => limits.consumption_share.clone(),
        }
    }

    /// The highest exported share, with its evidence: nothing where no spot market runs.
    pub fn highest_export(&self) -> Sourced {
        let limits = &park_rules().green_direct;
        match (self.spot_market, self.export_cap) {
            (Some(false), _) => limits.no_spot_export_share.clone(),
            (_, Some(value)) => stated(value),
            _ => limits.export_share.clone(),
        }
    }
}

fn stated(value: f64) -> Sourced {
    Sourced { value, grade: Grade::Given, source: "stated in the scenario".to_owned() }
}

/// The shares of a direct line, from available, exported, curtailed and used energy.
pub fn green_direct_shares(
    [available, exported, curtailed, used]: [f64; 4],
    terms: &DirectTerms,
) -> GreenDirect {
    let own = available - exported - curtailed;
    let of_available = |kwh: f64| Some(kwh / available);
    let shares = GreenDirect {
        self_use_share: of_available(own),
        consumption_share: (used > 0.0).then(|| own / used),
        export_share: of_available(exported),
        curtailment_share: of_available(curtailed),
        pass: None,
    };
    let holds = green_direct_rules(&shares, &DirectTerms { eligible: Some(true), ..*terms })
        .iter()
        .all(|rule| rule.pass != Some(false))
        && shares.consumption_share.is_some();
    GreenDirect { pass: terms.eligible.map(|eligible| eligible && holds), ..shares }
}

/// The terms of the rule for the shares of a direct line.
pub fn green_direct_rules(shares: &GreenDirect, terms: &DirectTerms) -> Vec<Rule> {
    let limits = &park_rules().green_direct;
    let judge = |term: &str, en: &str, zh: &str, unit, value, sense, limit: &Sourced| {
        let title = Text::new(format!("Green direct connection: {en}"), format!("绿电直连：{zh}"));
        let rule = Rule::judged(
            ("green-direct", term),
            title,
            unit,
            value,
            (sense, Some(limit.value)),
            (&limit.source, limit.grade),
        );
        match terms.eligible {
            Some(true) => rule,
            Some(false) => Rule { pass: Some(false), ..rule }
                .noted(Some(Text::new("not eligible, as stated", "按输入不具备资格"))),
            None => rule.unjudged().noted(Some(Text::new(
                "eligibility is not stated (mostly new load): not judged",
                "未说明资格（主要面向新增负荷），不作评判",
            ))),
        }
    };
    let mut rules = vec![
        judge(
            "self-use-share",
            "self-used share of what is available",
            "自发自用占可用发电量",
            "share",
            shares.self_use_share,
            Sense::AtLeast,
            &limits.self_use_share,
        ),
        judge(
            "consumption-share",
            "share of consumption",
            "自发自用占总用电量",
            "share",
            shares.consumption_share,
            Sense::AtLeast,
            &terms.least_consumption(),
        ),
        judge(
            "export-share",
            "exported share of what is available",
            "上网占可用发电量",
            "share",
            shares.export_share,
            Sense::AtMost,
            &terms.highest_export(),
        ),
    ];
    if let Some(kv) = terms.connection_kv {
        rules.push(judge(
            "connection-voltage",
            "voltage",
            "接入电压",
            "kV",
            Some(kv),
            Sense::AtMost,
            &limits.connection_kv,
        ));
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUDGED: DirectTerms = DirectTerms {
        eligible: Some(true),
        commissioned: 2026,
        consumption_share: None,
        export_cap: None,
        spot_market: None,
        connection_kv: None,
    };

    /// A published hourly tool: available 639,781.856 MWh, exported 127,956.37, curtailed 103,131.937,
    /// so 63.88 % self-use; 72.474 % of consumption implies a load of 563,917 MWh.
    #[test]
    fn a_published_green_direct_case_is_met() {
        let shares = green_direct_shares([639_781.856, 127_956.37, 103_131.937, 563_917.0], &JUDGED);
        let near = |value: Option<f64>, expected: f64| value.is_some_and(|v| (v - expected).abs() < 5e-5);
        assert!(near(shares.self_use_share, 0.6388) && near(shares.consumption_share, 0.72474), "{shares:?}");
        assert!(near(shares.export_share, 0.2000) && near(shares.curtailment_share, 0.1612));
        assert_eq!(shares.pass, Some(true));
        let judge = |eligible| {
            green_direct_shares([100.0, 30.0, 0.0, 200.0], &DirectTerms { eligible, ..JUDGED }).pass
        };
        assert_eq!((judge(Some(true)), judge(Some(false)), judge(None)), (Some(false), Some(false), None));
    }

    /// 10 of 100 exported, 90 used of 280: 32 % is enough until 2029, not from 2030; nothing may be
    /// exported without a spot market, whatever the province's cap.
    #[test]
    fn limits_follow_commissioning_and_market() {
        let passes = |terms: DirectTerms| green_direct_shares([100.0, 10.0, 0.0, 280.0], &terms).pass;
        assert_eq!(passes(JUDGED), Some(true));
        assert_eq!(passes(DirectTerms { commissioned: 2029, ..JUDGED }), Some(true));
        assert_eq!(passes(DirectTerms { commissioned: 2030, ..JUDGED }), Some(false));
        assert_eq!(
            passes(DirectTerms { spot_market: Some(false), export_cap: Some(0.2), ..JUDGED }),
            Some(false)
        );
        assert_eq!(passes(DirectTerms { export_cap: Some(0.05), ..JUDGED }), Some(false));
        assert_eq!(passes(DirectTerms { connection_kv: Some(330.0), ..JUDGED }), Some(false));
    }
}
