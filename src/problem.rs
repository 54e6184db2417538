//! What is wrong with an input: where it is, what was found, and how to mend it.
//!
//! A [`Problem`] is written for the person with the file in front of them. Readers collect
//! problems and report all of them at once; a warning is a problem that does not stop a run.

use crate::lang::Lang;
use std::fmt;

/// How serious a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The run goes on; the message is printed and kept in the manifest.
    Warning,
    /// The input is wrong: exit code 2.
    Error,
}

/// Where a problem stands. Lines, columns and rows count from 1; columns count characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// File as the user named it.
    pub file: Option<String>,
    /// Line of a TOML file, or row of a CSV, EPW or xlsx file (the header is row 1).
    pub line: Option<usize>,
    /// Column: character of a TOML line, or field number of a table's row.
    pub column: Option<usize>,
    /// Name of the column in a table, where it has one.
    pub column_name: Option<String>,
    /// Key path in the scenario, such as `park.lithium.storage.station.soc_min`.
    pub key: Option<String>,
}

/// One defect of an input.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// A stable kind in kebab-case, such as `unknown-key` or `out-of-range`.
    pub kind: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What was found and which rule it breaks, in one sentence.
    pub message: String,
    /// The nearest fix, where one is likely.
    pub hint: Option<String>,
    /// The message in Chinese: warnings have it, errors speak English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_zh: Option<String>,
    /// The hint in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint_zh: Option<String>,
}

/// A text as a problem says it: in English, or as a pair in English and Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    en: String,
    zh: Option<String>,
}

impl From<&str> for Said {
    fn from(en: &str) -> Self {
        Self { en: en.to_owned(), zh: None }
    }
}

impl From<String> for Said {
    fn from(en: String) -> Self {
        Self { en, zh: None }
    }
}

impl<A: Into<String>, B: Into<String>> From<(A, B)> for Said {
    fn from((en, zh): (A, B)) -> Self {
        Self { en: en.into(), zh: Some(zh.into()) }
    }
}

impl Problem {
    /// An error of a kind, with its message.
    pub fn error(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            kind,
            place: Place::default(),
            message: message.into(),
            hint: None,
            message_zh: None,
            hint_zh: None,
        }
    }

    /// A warning of a kind, with its message in English and Chinese: reports show it in their language.
    pub fn warning(kind: &'static str, (en, zh): (impl Into<String>, impl Into<String>)) -> Self {
        Self { severity: Severity::Warning, message_zh: Some(zh.into()), ..Self::error(kind, en) }
    }

    /// The same problem with a hint how to mend it; that of a warning in English and Chinese.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Said>) -> Self {
        let Said { en, zh } = hint.into();
        (self.hint, self.hint_zh) = (Some(en), zh);
        self
    }

    /// The same problem placed in a file.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        self.place.file = Some(file.into());
        self
    }

    /// The same problem placed at a line (or table row), counted from 1.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.place.line = Some(line);
        self
    }

    /// The same problem placed at a column, counted from 1.
    #[must_use]
    pub fn at_column(mut self, column: usize) -> Self {
        self.place.column = Some(column);
        self
    }

    /// The same problem placed in a named column of a table.
    #[must_use]
    pub fn in_column(mut self, name: impl Into<String>) -> Self {
        self.place.column_name = Some(name.into());
        self
    }

    /// The same problem about a key path of the scenario.
    #[must_use]
    pub fn at_key(mut self, key: impl Into<String>) -> Self {
        self.place.key = Some(key.into());
        self
    }

    /// Whether this stops the run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The problem as a reader of a language is told it; what has no Chinese stands in English.
    pub fn told(&self, lang: Lang) -> String {
        let (message, hint) = match lang {
            Lang::En => (&self.message, self.hint.as_ref()),
            Lang::Zh => (
                self.message_zh.as_ref().unwrap_or(&self.message),
                self.hint_zh.as_ref().or(self.hint.as_ref()),
            ),
        };
        let Place { file, line, column, column_name, key } = &self.place;
        let mut text = String::new();
        if let Some(file) = file {
            text.push_str(file);
            for number in [line, column].into_iter().map_while(|number| *number) {
                text.push(':');
                text.push_str(&number.to_string());
            }
            text.push_str(": ");
        }
        if self.severity == Severity::Warning {
            text.push_str(lang.pick("warning: ", "警告："));
        }
        if let Some(key) = key {
            text.push_str(key);
            text.push_str(lang.pick(": ", "："));
        }
        if let Some(name) = column_name {
            text.push_str(lang.pick("column `", "列 `"));
            text.push_str(name);
            text.push_str(lang.pick("`: ", "`："));
        }
        text.push_str(message);
        if let Some(hint) = hint {
            text.push_str(lang.pick(" (hint: ", "（建议："));
            text.push_str(hint);
            text.push_str(lang.pick(")", "）"));
        }
        text
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Lang::En))
    }
}

/// Problems that say the same of several places once, each with the number of its places.
pub fn alike(problems: &[Problem]) -> Vec<(&Problem, usize)> {
    let mut alike: Vec<(&Problem, usize)> = Vec::new();
    for problem in problems {
        let same = |(known, _): &&mut (&Problem, usize)| {
            let (a, b) = (&known.place, &problem.place);
            (known.kind, &known.message, &known.hint) == (problem.kind, &problem.message, &problem.hint)
                && (&a.file, &a.column_name) == (&b.file, &b.column_name)
        };
        match alike.iter_mut().find(same) {
            Some((_, count)) => *count += 1,
            None => alike.push((problem, 1)),
        }
    }
    alike
}

/// A problem as text, with the number of its places where it has several.
pub fn told_of(problem: &Problem, places: usize, lang: Lang) -> String {
    let text = problem.told(lang);
    match (places, lang) {
        (..=1, _) => text,
        (places, Lang::En) => format!("{text} [and {} more places]", places - 1),
        (places, Lang::Zh) => format!("{text}［另有 {} 处］", places - 1),
    }
}

/// All problems of an input: at least one of them is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_speaks_both_languages_and_an_error_english() {
        let warning = Problem::warning("odd", ("it is odd", "异常"))
            .in_file("a.csv")
            .at_line(3)
            .in_column("kw")
            .at_key("park.x")
            .hint(("look at it", "请检查"));
        let english = "a.csv:3: warning: park.x: column `kw`: it is odd (hint: look at it)";
        let chinese = "a.csv:3: 警告：park.x：列 `kw`：异常（建议：请检查）";
        assert_eq!((warning.to_string().as_str(), warning.told(Lang::Zh).as_str()), (english, chinese));
        assert_eq!(told_of(&warning, 3, Lang::En), format!("{english} [and 2 more places]"));
        assert_eq!(told_of(&warning, 3, Lang::Zh), format!("{chinese}［另有 2 处］"));
        let error = Problem::error("bad", "it is bad").at_column(4).hint("mend it");
        assert_eq!(error.told(Lang::Zh), "it is bad（建议：mend it）");
    }
}
