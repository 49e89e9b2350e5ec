//! Letting articles go: which ones, and what became of them.

use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// Which articles are to go: those of some sources that are older than a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiry {
    /// What is earlier than this is to go.
    pub before: Timestamp,
    /// Which of an article's times counts.
    pub age: AgeFrom,
    /// Of which sources.
    pub sources: Sources,
}

/// From which time on an article ages.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AgeFrom {
    /// When its current version was last taken in: how long it is kept here.
    #[default]
    Ingested,
    /// Its publication date; when it was taken in where that is unknown.
    Published,
}

/// Of which sources articles are to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sources {
    /// Of this one.
    One(String),
    /// Of all but these.
    AllBut(Vec<String>),
}

impl Sources {
    /// The names, and whether it is they that are meant.
    pub(crate) fn names(&self) -> (&[String], bool) {
        match self {
            Self::One(name) => (std::slice::from_ref(name), true),
            Self::AllBut(names) => (names, false),
        }
    }
}

/// Articles that went, or would go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// How many of each source.
    pub articles: BTreeMap<String, u64>,
    /// Versions of all of them.
    pub versions: u64,
    /// Entities that no article named any more then; absent where nobody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities: Option<u64>,
}

impl Removed {
    /// How many articles.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.articles.values().sum()
    }

    /// Adds what another part removed.
    pub fn add(&mut self, other: Self) {
        for (source, count) in other.articles {
            *self.articles.entry(source).or_default() += count;
        }
        self.versions += other.versions;
        self.entities = match (self.entities, other.entities) {
            (None, None) => None,
            (one, other) => Some(one.unwrap_or(0) + other.unwrap_or(0)),
        };
    }
}

/// How thoroughly space is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vacuum {
    /// A little, beside the work of others.
    Gentle,
    /// All of it; others may have to wait.
    Full,
}
