//! Why a stretch of text is what the tagger says: for people who ask.
//!
//! Slower than tagging and never part of it.

use crate::entity::{Entity, EntityKind, Mention};
use crate::gazetteer::Gazetteer;
use crate::linking::Scored;
use std::fmt;

/// Features told of a mention, at most.
pub(crate) const MOST_FEATURES: usize = 8;

/// The reasons behind one mention.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The mention as written.
    pub text: String,
    /// Span and link reasons in words.
    pub reasons: [String; 2],
    /// Score of the span as each kind, and as no name at all, by the sequence
    /// model; the best first.
    pub readings: Vec<(Option<EntityKind>, f32)>,
    /// The features that spoke most for or against the entity's kind, the
    /// weightiest first. Empty where the model did not read the text.
    pub features: Vec<Contribution>,
    /// Items of the gazetteer that have this name and kind; the likeliest first.
    pub candidates: Vec<Candidate>,
}

/// What one feature said of one word.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The word.
    pub word: String,
    /// What was looked at.
    pub feature: &'static str,
    /// Log-score it added for the entity's kind; below 0 it spoke against it.
    pub weight: f32,
}

/// An item of the gazetteer that a mention may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Canonical name.
    pub name: String,
    /// Its type.
    pub kind: EntityKind,
    /// Its URI, where it has one.
    pub uri: Option<String>,
    /// Prior weight, 1 to 100 on a logarithmic scale.
    pub prior: i32,
    /// What the rest of the article adds: its country or region named, stated
    /// or missing.
    pub context: i32,
    /// Whether the entity is linked to it.
    pub chosen: bool,
}

impl Candidate {
    /// The candidate with the scores that linking gave it.
    pub(crate) fn new(scored: &Scored, entity: &Entity, gazetteer: &Gazetteer) -> Self {
        let row = gazetteer.row(scored.item);
        Self {
            name: row.name.to_owned(),
            kind: gazetteer.kind(scored.item),
            chosen: row.uri().is_some() && row.uri() == entity.uri,
            uri: row.uri(),
            prior: scored.prior,
            context: scored.context,
        }
    }
}

/// Span and link reason of a mention, in words.
pub(crate) fn reasons(entity: &Entity, mention: &Mention) -> [String; 2] {
    [mention.reason.to_string(), entity.reason.to_string()]
}

impl fmt::Display for Explanation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:?}: {}; {}", self.text, self.reasons[0], self.reasons[1])?;
        for (kind, score) in &self.readings {
            writeln!(out, "  read as {}: {score:+.2}", kind.map_or("no name", EntityKind::as_str))?;
        }
        for Contribution { word, feature, weight } in &self.features {
            writeln!(out, "  {weight:+.2} {feature} ({word:?})")?;
        }
        for candidate in &self.candidates {
            let mark = if candidate.chosen { "linked to" } else { "may mean" };
            let uri = candidate.uri.as_deref().unwrap_or("no id");
            writeln!(
                out,
                "  {mark} {} ({}, prior {}, article {:+}): {uri}",
                candidate.name,
                candidate.kind.as_str(),
                candidate.prior,
                candidate.context
            )?;
        }
        Ok(())
    }
}
