//! What the stored articles say over time: the dates that they speak of, and
//! how often an entity is named.

use crate::{Cursor, Query};
use dateline_model::EntityType;
use jiff::Timestamp;
use serde::Serialize;

/// Asks for the dates that articles speak of.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineRequest {
    /// Which articles. Its `about-date:` conditions also bound the dates.
    pub query: Query,
    /// Dates a page, the ones that most articles speak of first.
    pub limit: usize,
    /// Where the last page ended.
    pub cursor: Option<Cursor>,
}

impl TimelineRequest {
    /// Dates where nothing else is said.
    pub const DEFAULT_LIMIT: usize = 50;

    /// The dates that the articles of a query speak of.
    #[must_use]
    pub fn new(query: Query) -> Self {
        Self { query, limit: Self::DEFAULT_LIMIT, cursor: None }
    }
}

/// A date and the articles that speak of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// TIMEX3 value, as the first of the articles has it.
    pub value: String,
    /// First instant.
    pub begin: Timestamp,
    /// First instant after it.
    pub end: Timestamp,
    /// How many of the articles speak of it.
    pub articles: u64,
    /// The newest of them: `urn:uuid:...`
    pub uri: String,
    /// Its headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
}

/// Asks how an entity is named over time and with whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRequest {
    /// The name, or words of it; or the entity's identifier.
    pub name: String,
    /// Only entities of this type.
    pub kind: Option<EntityType>,
    /// Most namesakes and most companions.
    pub limit: usize,
    /// Names that are like it will do.
    pub like: bool,
}

impl ProfileRequest {
    /// Namesakes and companions where nothing else is said.
    pub const DEFAULT_LIMIT: usize = 20;

    /// The profile of whatever has this name; with a `~` behind it, of whatever has one like it.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        let alike = name.strip_suffix('~').filter(|name| !name.is_empty()).map(str::to_owned);
        Self { like: alike.is_some(), name: alike.unwrap_or(name), kind: None, limit: Self::DEFAULT_LIMIT }
    }
}

/// How an entity is named over time and with whom. Drawn from the latest
/// 10,000 articles that name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EntityProfile {
    /// The entities that the name stands for, the most frequent first.
    pub entities: Vec<EntityCount>,
    /// By day of publication (ingestion where unknown), in order.
    pub days: Vec<DayCount>,
    /// Who is named in the same articles, the most frequent first.
    pub together_with: Vec<EntityCount>,
}

/// An entity and how often it is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EntityCount {
    /// `person`, `organisation`, `place` or `misc`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Canonical name.
    pub name: String,
    /// Stable identifier, when linked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// In how many articles.
    pub articles: u64,
    /// How many times in all.
    pub mentions: u64,
}

/// A day and how often an entity is named in its articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DayCount {
    /// `2023-11-07`, in UTC.
    pub day: String,
    /// In how many articles.
    pub articles: u64,
    /// How many times in all.
    pub mentions: u64,
}
