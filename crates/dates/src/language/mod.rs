//! The languages that texts are tagged in, each as data.

mod english;
mod other;
mod spanish;

use crate::tagger::rule::{Grammar, LanguageData};
use std::sync::LazyLock;

/// A language with temporal rules, or any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English of any country.
    English,
    /// Spanish of any country.
    Spanish,
    /// No rules of its own: only ISO 8601 forms are found.
    Other,
}

impl Language {
    /// The language of a BCP 47 tag ("en", "en-GB", "es-419").
    ///
    /// ```
    /// use dateline_dates::Language;
    /// assert_eq!(Language::from_tag("en-GB"), Language::English);
    /// assert_eq!(Language::from_tag("xx"), Language::Other);
    /// ```
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        match primary.to_ascii_lowercase().as_str() {
            "en" | "eng" => Self::English,
            "es" | "spa" => Self::Spanish,
            _ => Self::Other,
        }
    }
}

/// The data of every language, by the name of the language.
pub(crate) const ALL: &[(&str, &LanguageData)] =
    &[("English", &english::ENGLISH), ("Spanish", &spanish::SPANISH), ("Any other language", &other::OTHER)];

/// The compiled rules of `language`, made once.
pub(crate) fn grammar(language: Language) -> &'static Grammar {
    static ENGLISH: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&english::ENGLISH));
    static SPANISH: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&spanish::SPANISH));
    static OTHER: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&other::OTHER));
    match language {
        Language::English => &ENGLISH,
        Language::Spanish => &SPANISH,
        Language::Other => &OTHER,
    }
}
