//! One term of a rule with its verdict: value, threshold, margin, evidence, and what would mend it.

use crate::catalogue::Grade;
use serde::Serialize;

/// A text in English and Chinese.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Text {
    /// From its two languages.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

/// On which side of its threshold a value passes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sense {
    /// At or above the threshold.
    #[default]
    AtLeast,
    /// At or below the threshold.
    AtMost,
}

/// The smallest change that makes a term pass.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// How much of it.
    pub amount: f64,
    /// Unit of the amount.
    pub unit: &'static str,
    /// What has to change, in words, with what the number rests on.
    pub text: Text,
}

/// One term of a rule, judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// The rule, such as `zero-carbon-park`.
    pub rule: String,
    /// The term of it, such as `clean-energy-share`.
    pub term: String,
    /// Rule and term for readers.
    pub title: Text,
    /// The value; none where it is not known.
    pub value: Option<f64>,
    /// The threshold; none where the rule has none for such a park.
    pub threshold: Option<f64>,
    /// Unit of value and threshold; `share` for fractions of 1.
    pub unit: &'static str,
    /// On which side a value passes.
    pub sense: Sense,
    /// How far the value is on the passing side of the threshold; negative where it fails.
    pub margin: Option<f64>,
    /// Whether the term is met; none where it is not judged.
    pub pass: Option<bool>,
    /// Where the threshold comes from.
    pub source: String,
    /// How well it is known.
    pub grade: Grade,
    /// What the value rests on, or why there is no verdict.
    pub note: Option<Text>,
    /// The smallest change that would pass; none where the term passes or no change is known.
    pub change: Option<Change>,
}

impl Rule {
    /// A term with its value and threshold, judged.
    ///
    /// A value that rounding alone takes over its threshold passes: they compare to 1e-9 of it.
    pub fn judged(
        (rule, term): (&str, &str),
        title: Text,
        unit: &'static str,
        value: Option<f64>,
        (sense, threshold): (Sense, Option<f64>),
        (source, grade): (&str, Grade),
    ) -> Self {
        let margin = value.zip(threshold).map(|(value, threshold)| match sense {
            Sense::AtLeast => value - threshold,
            Sense::AtMost => threshold - value,
        });
        let slack = threshold.map_or(0.0, |threshold| 1e-9 * threshold.abs());
        Self {
            rule: rule.to_owned(),
            term: term.to_owned(),
            title,
            value,
            threshold,
            unit,
            sense,
            margin,
            pass: margin.map(|margin| margin >= -slack),
            source: source.to_owned(),
            grade,
            note: None,
            change: None,
        }
    }

    /// The same with a note.
    #[must_use]
    pub fn noted(self, note: Option<Text>) -> Self {
        Self { note, ..self }
    }

    /// The same, not judged.
    #[must_use]
    pub fn unjudged(self) -> Self {
        Self { pass: None, ..self }
    }

    /// The same with the change that would pass, where it fails.
    #[must_use]
    pub fn mended_by(self, change: impl FnOnce() -> Option<Change>) -> Self {
        let change = if self.pass == Some(false) { change() } else { None };
        Self { change, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(value: Option<f64>, sense: Sense, threshold: Option<f64>) -> Rule {
        Rule::judged(
            ("r", "t"),
            Text::default(),
            "share",
            value,
            (sense, threshold),
            ("source", Grade::Sourced),
        )
    }

    #[test]
    fn the_margin_is_positive_on_the_passing_side() {
        let of = |value, sense, threshold| {
            let rule = judged(value, sense, threshold);
            (rule.margin, rule.pass)
        };
        assert_eq!(of(Some(0.75), Sense::AtLeast, Some(0.5)), (Some(0.25), Some(true)));
        assert_eq!(of(Some(0.25), Sense::AtLeast, Some(0.5)), (Some(-0.25), Some(false)));
        assert_eq!(of(Some(0.75), Sense::AtMost, Some(0.5)), (Some(-0.25), Some(false)));
        assert_eq!(of(Some(0.5), Sense::AtMost, Some(0.5)), (Some(0.0), Some(true)));
        assert_eq!(of(None, Sense::AtMost, Some(0.5)), (None, None));
        assert_eq!(of(Some(1.0), Sense::AtMost, None), (None, None));
    }
}
