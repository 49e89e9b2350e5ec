//! Why a stretch of text is what the tagger says: for people who ask.
//!
//! Slower than tagging and never part of it.

use crate::entity::{Entity, EntityKind, Mention};
use crate::model::Model;
use crate::word::Word;
use crate::{ArticleText, Gazetteer};
use std::fmt;

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
    /// Items of the gazetteer that have this name; the likeliest first.
    pub candidates: Vec<Candidate>,
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
    pub weight: u8,
    /// Whether the entity is linked to it.
    pub chosen: bool,
}

/// Explains `mention` of `entity`.
pub(crate) fn explain(
    article: &ArticleText<'_>,
    entity: &Entity,
    mention: &Mention,
    model: &Model,
    gazetteer: &Gazetteer,
) -> Option<Explanation> {
    let document = article.fields.get(mention.field)?.document;
    let text = document.text().get(mention.start..mention.end)?;
    let tokens = document.tokens();
    let first = tokens.partition_point(|token| (token.start as usize) < mention.start);
    let last = tokens.partition_point(|token| (token.start as usize) < mention.end);
    let words: Vec<Word> =
        tokens.get(first..last)?.iter().map(|token| Word::new(document.slice(token))).collect();
    let mut candidates: Vec<Candidate> = gazetteer
        .find(&words)
        .into_iter()
        .filter(|&id| gazetteer.is_linkable(id))
        .map(|id| {
            let row = gazetteer.row(id);
            let chosen = row.uri().is_some() && row.uri() == entity.uri;
            Candidate {
                name: row.name.to_owned(),
                kind: gazetteer.kind(id),
                uri: row.uri(),
                weight: row.weight,
                chosen,
            }
        })
        .collect();
    candidates.sort_by_key(|candidate| (!candidate.chosen, std::cmp::Reverse(candidate.weight)));
    Some(Explanation {
        text: text.to_owned(),
        reasons: [mention.reason.to_string(), entity.reason.to_string()],
        readings: model.readings(document, gazetteer, first..last),
        candidates,
    })
}

impl fmt::Display for Explanation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:?}: {}; {}", self.text, self.reasons[0], self.reasons[1])?;
        for (kind, score) in &self.readings {
            writeln!(out, "  read as {}: {score:+.2}", kind.map_or("no name", EntityKind::as_str))?;
        }
        for candidate in &self.candidates {
            let mark = if candidate.chosen { "linked to" } else { "may mean" };
            let uri = candidate.uri.as_deref().unwrap_or("no id");
            writeln!(
                out,
                "  {mark} {} ({}, weight {}): {uri}",
                candidate.name,
                candidate.kind.as_str(),
                candidate.weight
            )?;
        }
        Ok(())
    }
}
