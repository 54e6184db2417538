//! The rules that judge a park: value, threshold, margin, verdict, evidence, and what would pass.

use super::data::ParkData;
use super::font::escape;
use super::html::grade;
use super::theme::{grouped, rounded};
use super::words::dash;
use crate::lang::{Lang, Message, message};
use serde_json::Value;
use std::fmt::Write as _;

/// One term, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Rule and term for readers.
    pub title: String,
    /// The value with its unit.
    pub value: String,
    /// `≤` or `≥` and the threshold.
    pub threshold: String,
    /// How far on the passing side.
    pub margin: String,
    /// Whether it is met; none where it is not judged.
    pub pass: Option<bool>,
    /// What would pass, or why there is no verdict.
    pub remark: String,
    /// Grade of the threshold.
    pub grade: String,
    /// Source of the threshold.
    pub source: String,
}

/// The terms of a park's design.
pub fn terms(park: &ParkData, lang: Lang) -> Vec<Term> {
    let rules = park.configured["rules"].as_array().map(Vec::as_slice).unwrap_or_default();
    rules.iter().map(|rule| term(rule, lang)).collect()
}

/// Per rule, in the order they first stand: how many of the parks that it judges meet all of its terms.
pub fn verdicts(parks: &[ParkData], lang: Lang) -> Vec<(String, usize, usize)> {
    let mut found: Vec<(String, String, usize, usize)> = Vec::new();
    for park in parks {
        let rules = park.configured["rules"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut names: Vec<&str> = rules.iter().filter_map(|rule| rule["rule"].as_str()).collect();
        names.dedup();
        for name in names {
            let of = || rules.iter().filter(|rule| rule["rule"] == name);
            let judged: Vec<bool> = of().filter_map(|rule| rule["pass"].as_bool()).collect();
            if judged.is_empty() {
                continue;
            }
            let met = usize::from(judged.iter().all(|pass| *pass));
            match found.iter_mut().find(|(known, ..)| known == name) {
                Some((.., passed, count)) => {
                    *passed += met;
                    *count += 1;
                }
                None => {
                    let title = of().next().map(|rule| text(&rule["title"], lang)).unwrap_or_default();
                    // A title names rule and term: `rule: term`.
                    let title = title.split([':', '：']).next().unwrap_or_default().trim().to_owned();
                    found.push((name.to_owned(), title, met, 1));
                }
            }
        }
    }
    found.into_iter().map(|(_, title, passed, count)| (title, passed, count)).collect()
}

fn text(value: &Value, lang: Lang) -> String {
    value[lang.pick("en", "zh")].as_str().unwrap_or_default().to_owned()
}

fn term(rule: &Value, lang: Lang) -> Term {
    let unit = rule["unit"].as_str().unwrap_or_default();
    let number = |value: &Value| match (value.as_f64(), unit) {
        (None, _) => dash(),
        (Some(value), "share") => format!("{} %", grouped(100.0 * value, 1)),
        (Some(value), "") => rounded(value),
        (Some(value), unit) => format!("{} {unit}", rounded(value)),
    };
    let sign = if rule["sense"] == "at-least" { "≥" } else { "≤" };
    let threshold = match rule["threshold"].as_f64() {
        Some(_) => format!("{sign} {}", number(&rule["threshold"])),
        None => dash(),
    };
    let change = text(&rule["change"]["text"], lang);
    Term {
        title: text(&rule["title"], lang),
        value: number(&rule["value"]),
        threshold,
        margin: number(&rule["margin"]),
        pass: rule["pass"].as_bool(),
        remark: if change.is_empty() { text(&rule["note"], lang) } else { change },
        grade: rule["grade"].as_str().unwrap_or_default().to_owned(),
        source: rule["source"].as_str().unwrap_or_default().to_owned(),
    }
}

/// The word of a verdict.
pub fn verdict(pass: Option<bool>, lang: Lang) -> &'static str {
    lang.text(match pass {
        Some(true) => "rules.met",
        Some(false) => "rules.failed",
        None => "rules.open",
    })
}

/// The columns of a table of rules.
pub const COLUMNS: [&str; 7] = [
    "rules.term",
    "rules.value",
    "rules.threshold",
    "rules.margin",
    "rules.verdict",
    "rules.remark",
    "rules.evidence",
];

/// The table of a park, or of all; nothing where no rule applies.
pub fn table(html: &mut String, park: &ParkData, lang: Lang) {
    let terms = terms(park, lang);
    if terms.is_empty() {
        return;
    }
    let _ = write!(
        html,
        "<h3>{}</h3><div class=\"scroll\" tabindex=\"0\"><table class=\"rules\"><thead><tr>",
        lang.text("rules.title")
    );
    for (index, key) in COLUMNS.iter().enumerate() {
        let class = if index >= 4 { " class=\"text\"" } else { "" };
        let _ = write!(html, "<th scope=\"col\"{class}>{}</th>", lang.text(key));
    }
    html.push_str("</tr></thead><tbody>\n");
    for term in &terms {
        let class = match term.pass {
            Some(true) => "pass",
            Some(false) => "fail",
            None => "open",
        };
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td class=\"text {class}\">{}</td>\
             <td class=\"text\">{}</td><td class=\"text\">{}: {}</td></tr>",
            escape(&term.title),
            escape(&term.value),
            escape(&term.threshold),
            escape(&term.margin),
            verdict(term.pass, lang),
            escape(&term.remark),
            grade(&term.grade, lang),
            escape(&term.source)
        );
    }
    html.push_str("</tbody></table></div>\n");
}

/// The texts of the table.
pub const MESSAGES: &[Message] = &[
    message("rules.title", "Rules", "政策与标准对照"),
    message("rules.term", "rule and term", "规则与指标"),
    message("rules.value", "value", "数值"),
    message("rules.threshold", "threshold", "门槛"),
    message("rules.margin", "margin", "裕度"),
    message("rules.verdict", "verdict", "结论"),
    message("rules.remark", "what would pass, or what it rests on", "达标所需变化或依据"),
    message("rules.evidence", "evidence", "来源"),
    message("rules.met", "met", "达标"),
    message("rules.failed", "not met", "未达标"),
    message("rules.open", "not judged", "不判定"),
    message(
        "rules.summary",
        "{}: met by {} of {} parks that it judges.",
        "{}：{} 个园区达标，适用园区共 {} 个。",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::data::Localised;
    use serde_json::json;

    fn park(pass: &[Option<bool>]) -> ParkData {
        let rule = |pass: &Option<bool>| {
            json!({
                "rule": "zero-carbon-park", "term": "x", "title": {"en": "Zero-carbon park: clean share", "zh": "零碳园区：清洁能源"},
                "value": 0.4321, "threshold": 0.9, "unit": "share", "sense": "at-least", "margin": -0.4679, "pass": pass,
                "source": "910", "grade": "sourced", "note": {"en": "n", "zh": "注"},
                "change": {"amount": 1.0, "unit": "kWh", "text": {"en": "more wind", "zh": "增加风电"}},
            })
        };
        let rules: Vec<Value> = pass.iter().map(rule).collect();
        ParkData {
            name: "a".to_owned(),
            title: Localised::both("a"),
            baseline: json!({}),
            configured: json!({ "rules": rules }),
            change: json!({}),
            ..ParkData::default()
        }
    }

    #[test]
    fn a_term_shows_value_threshold_and_what_would_pass() {
        let term = &terms(&park(&[Some(false)]), Lang::Zh)[0];
        assert_eq!((term.value.as_str(), term.threshold.as_str()), ("43.2 %", "≥ 90.0 %"));
        assert_eq!((term.margin.as_str(), term.remark.as_str()), ("−46.8 %", "增加风电"));
    }

    #[test]
    fn a_park_meets_a_rule_if_it_meets_all_of_its_terms() {
        let parks = [park(&[Some(true), None]), park(&[Some(true), Some(false)]), park(&[None])];
        assert_eq!(verdicts(&parks, Lang::En), [("Zero-carbon park".to_owned(), 1, 2)]);
    }
}
