//! The place that an article is filed from: "BAGHDAD -", "PARIS (Reuters) -",
//! "SAN JOSE, California —" at the start of a body.
//!
//! Written in capitals and outside any sentence, it is what a model of
//! sentences reads worst; its form says what it is.

use crate::article::{ArticleText, FieldKind};
use crate::entity::{EntityKind, SpanReason};
use crate::gazetteer::Gazetteer;
use crate::spot::Spot;
use crate::word::{Case, Word};

/// Tokens in which the dash must come.
const REACH: usize = 12;
/// Longest place, in tokens.
const LONGEST: usize = 4;
/// The form alone is good evidence.
const MARGIN: f32 = 40.0;

/// Adds the place of each body's dateline where the model passed it over or
/// took it for something else.
pub(crate) fn mark(article: &ArticleText<'_>, gazetteer: &Gazetteer, spots: &mut Vec<Spot>) {
    for (field, content) in article.fields.iter().enumerate() {
        if content.kind != FieldKind::Body {
            continue;
        }
        let document = content.document;
        let opening: Vec<&str> =
            document.tokens().iter().take(REACH).map(|token| document.slice(token)).collect();
        let Some(dash) = opening.iter().position(|token| matches!(*token, "-" | "–" | "—")) else {
            continue;
        };
        let Some(last) = place_at_start(&opening[..dash], gazetteer) else { continue };
        let place = Spot {
            field,
            first: 0,
            last,
            kind: EntityKind::Place,
            margin: MARGIN,
            reason: SpanReason::Gazetteer,
        };
        let already = |spot: &Spot| spot.field == field && spot.first < last;
        if !spots
            .iter()
            .any(|spot| already(spot) && (spot.last > last || (spot.last == last && spot.kind == place.kind)))
        {
            spots.retain(|spot| !already(spot));
            spots.push(place);
            spots.sort_by_key(|spot| (spot.field, spot.first));
        }
    }
}

/// End of the longest known place in capitals that opens the tokens.
fn place_at_start(tokens: &[&str], gazetteer: &Gazetteer) -> Option<usize> {
    let words: Vec<Word> = tokens.iter().take(LONGEST).map(|token| Word::new(token)).collect();
    (1..=words.len()).rev().find(|&last| {
        let capitals = words[..last].iter().all(|word| word.case == Case::Upper || !word.is_capitalised());
        capitals
            && words[0].case == Case::Upper
            && gazetteer.find(&words[..last]).into_iter().any(|id| gazetteer.kind(id) == EntityKind::Place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Field;
    use dateline_text::Document;

    fn check(text: &str, expected: &[&str]) {
        let gazetteer = Gazetteer::built_in().unwrap();
        let document = Document::new(text);
        let fields = [Field { kind: FieldKind::Body, document: &document }];
        let article = ArticleText { fields: &fields, language: "en", place_hint: None };
        let mut spots = Vec::new();
        mark(&article, &gazetteer, &mut spots);
        let found: Vec<&str> = spots.iter().map(|spot| spot.text(&article)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn datelines() {
        check("BAGHDAD - Three soldiers were killed.", &["BAGHDAD"]);
        check("PARIS (Reuters) — Talks went on.", &["PARIS"]);
        check("NEW YORK, March 3 - Shares fell.", &["NEW YORK"]);
        check("SAN FRANCISCO, California - Rain fell.", &["SAN FRANCISCO"]);
        check("Paris - the city of light.", &[]);
        check("BREAKING - Talks went on.", &[]);
        check("BAGHDAD is hot.", &[]);
    }
}
