//! The two languages of what people read, and their message catalogue.
//!
//! Machine-readable output (keys, columns, JSON) is never translated.

/// Language of summary and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Lang {
    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// The English or the Chinese text.
    pub const fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// The text of a message of the catalogue.
    ///
    /// # Panics
    /// If the catalogue has no such message; a test asks for every one that is used.
    pub fn text(self, key: &str) -> &'static str {
        match messages().find(|message| message.key == key) {
            Some(message) => self.pick(message.en, message.zh),
            None => panic!("the message catalogue has no `{key}`"),
        }
    }
}

/// One message in both languages.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// Its key.
    pub key: &'static str,
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// A message.
pub const fn message(key: &'static str, en: &'static str, zh: &'static str) -> Message {
    Message { key, en, zh }
}

/// All messages.
pub fn messages() -> impl Iterator<Item = &'static Message> {
    CATALOGUES.iter().flat_map(|catalogue| catalogue.iter())
}

/// Every message catalogue; a module that shows text adds its own here.
const CATALOGUES: &[&[Message]] = &[
    crate::cli::summary::MESSAGES,
    crate::report::figures::MESSAGES,
    crate::report::html::MESSAGES,
    crate::report::summary::MESSAGES,
    crate::report::explorer::MESSAGES,
    crate::report::metrics_table::MESSAGES,
    crate::report::METHODS,
    crate::report::rules::MESSAGES,
    crate::report::compare::MESSAGES,
    crate::report::measures::MESSAGES,
    crate::report::executive::MESSAGES,
    crate::report::charging::MESSAGES,
    crate::report::xlsx::MESSAGES,
    crate::report::years::MESSAGES,
    crate::report::policies::MESSAGES,
    crate::report::figure_data::MESSAGES,
    crate::report::sweep::MESSAGES,
    crate::report::sweep::figures::MESSAGES,
];
