//! What a search looks for, free of how a store finds it.

mod parse;
mod period;

pub use parse::{QueryError, QueryFault};
pub use period::Period;

use dateline_model::EntityType;
use jiff::Timestamp;

/// Conditions that an article must meet, all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// In the order in which they were written.
    pub clauses: Vec<Clause>,
}

/// One condition, or its opposite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Written with a leading `-`: the article must not meet it.
    pub negated: bool,
    /// What is asked.
    pub condition: Condition,
}

/// What a clause asks of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// These words stand next to each other in headline, summary or body.
    /// Letter case and diacritics do not count.
    Words(String),
    /// For each of these words one that is like it stands in headline, summary or body: a
    /// longer word of which it is a part, or one from which it differs by a letter or two.
    /// Of all words that stand in a title or a name.
    Like(String),
    /// An entity is named whose canonical name holds these words.
    Entity {
        /// Only entities of this type.
        kind: Option<EntityType>,
        /// The name, or words of it; or the entity's identifier.
        name: String,
        /// Words that are like these will do, in any order.
        like: bool,
    },
    /// Delivered by this source (subject token).
    Source(String),
    /// Written in this language; `en` also finds `en-GB`.
    Language(String),
    /// Published (ingested, where that is unknown) at or after this.
    Since(Timestamp),
    /// Published (ingested, where that is unknown) before this.
    Until(Timestamp),
    /// The text speaks of a date in this period: an expression that overlaps
    /// it and is no longer than it ("2023" does not speak of 3 November).
    About(Period),
}

impl Query {
    /// Reads a query as a person types it:
    ///
    /// | written | found |
    /// |---|---|
    /// | `gaza ceasefire` | articles with both words |
    /// | `"prime minister"` | the words next to each other |
    /// | `netanyaho~`, `quake~` | words like this one: a letter or two wrong, or a part of the word |
    /// | `-football` | articles without it; works on every clause |
    /// | `entity:NATO`, `person:`, `place:`, `org:`, `misc:` | articles that name it; with a `~` behind, or one like it |
    /// | `source:wire`, `lang:en` | articles of that source, in that language |
    /// | `since:2023-11`, `until:2023-11-07` | published in that period, both ends included |
    /// | `about-date:2023-11-03` | articles whose text speaks of that date |
    ///
    /// Dates are a year, month, week (`2023-W44`), day or instant, in UTC;
    /// `about-date` also takes a range `2023-11-01..2023-11-07`.
    ///
    /// ```
    /// use dateline_store::Query;
    /// let query = Query::parse(r#""prime minister" person:Netanyahu -sport since:2023-11"#).unwrap();
    /// assert_eq!(query.clauses.len(), 4);
    /// let error = Query::parse("sorce:wire").unwrap_err();
    /// assert_eq!(error.place, 0..5);
    /// ```
    ///
    /// # Errors
    /// The fault and the code points of `text` where it stands.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::query(text)
    }

    /// Adds one more condition.
    #[must_use]
    pub fn and(mut self, condition: Condition) -> Self {
        self.clauses.push(Clause { negated: false, condition });
        self
    }

    /// The words and phrases that must be there.
    pub(crate) fn wanted_words(&self) -> impl Iterator<Item = &str> {
        self.clauses.iter().filter(|clause| !clause.negated).filter_map(|clause| match &clause.condition {
            Condition::Words(words) => Some(words.as_str()),
            _ => None,
        })
    }

    /// Whether it has words to rank by.
    #[must_use]
    pub fn has_words(&self) -> bool {
        let is_words = |clause: &Clause| matches!(clause.condition, Condition::Words(_) | Condition::Like(_));
        self.clauses.iter().any(|clause| !clause.negated && is_words(clause))
    }
}
