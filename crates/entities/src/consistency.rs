//! One article, one sense: what a name is at its clearest place explains the
//! others.
//!
//! Three steps over the names that the model found: the kinds of equal names
//! are settled by their summed margins; a bare surname follows the full name;
//! an acronym follows the name that introduced it, and further mentions that
//! the model passed over are taken in. A name that is clearly two things
//! ("Washington" the man and the city) keeps both.

use crate::article::ArticleText;
use crate::entity::{EntityKind, SpanReason};
use crate::spot::Spot;
use std::collections::HashMap;

/// How many times the margin of the lesser reading the greater one must have
/// to overrule it.
const CLEARLY: f32 = 1.5;

/// Settles `spots` (in reading order) against each other.
pub(crate) fn settle(article: &ArticleText<'_>, spots: &mut Vec<Spot>) {
    if spots.len() < 2 {
        return;
    }
    follow_acronyms(article, spots);
    settle_kinds(article, spots);
    follow_full_names(article, spots);
    take_in_repeats(article, spots);
}

/// Equal names take the kind with the largest summed margin.
fn settle_kinds(article: &ArticleText<'_>, spots: &mut [Spot]) {
    let mut votes: HashMap<&str, [f32; 4]> = HashMap::new();
    for spot in spots.iter() {
        votes.entry(spot.text(article)).or_default()[spot.kind as usize] += spot.margin.max(0.5);
    }
    for spot in spots.iter_mut() {
        let Some(votes) = votes.get(spot.text(article)) else { continue };
        let best = best_of(votes);
        let (own, winner) = (votes[spot.kind as usize], votes[best as usize]);
        if best != spot.kind && winner > CLEARLY * own && spot.margin < winner {
            spot.kind = best;
            spot.reason = SpanReason::Repeated;
        }
    }
}

fn best_of(votes: &[f32; 4]) -> EntityKind {
    EntityKind::ALL
        .into_iter()
        .max_by(|&a, &b| votes[a as usize].total_cmp(&votes[b as usize]))
        .unwrap_or(EntityKind::Misc)
}

/// "Jane Smith … Smith": the bare surname is the person.
fn follow_full_names(article: &ArticleText<'_>, spots: &mut [Spot]) {
    let mut surnames: HashMap<&str, f32> = HashMap::new();
    for spot in spots.iter().filter(|spot| spot.kind == EntityKind::Person && spot.len() > 1) {
        let surname = spot.token(article, spot.last - 1);
        let margin = surnames.entry(surname).or_default();
        *margin = margin.max(spot.margin);
    }
    for spot in spots.iter_mut().filter(|spot| spot.len() == 1 && spot.kind != EntityKind::Person) {
        let full = surnames.get(spot.text(article)).copied().unwrap_or(0.0);
        if full > spot.margin {
            spot.kind = EntityKind::Person;
            spot.reason = SpanReason::Repeated;
        }
    }
}

/// "World Food Program (WFP)": the acronym is what the name is.
fn follow_acronyms(article: &ArticleText<'_>, spots: &mut Vec<Spot>) {
    let mut known: HashMap<&str, (EntityKind, f32)> = HashMap::new();
    for spot in spots.iter().filter(|spot| spot.len() > 1) {
        if spot.token(article, spot.last) != "(" || spot.token(article, spot.last + 2) != ")" {
            continue;
        }
        let acronym = spot.token(article, spot.last + 1);
        if is_acronym_of(acronym, spot.text(article)) {
            known.insert(acronym, (spot.kind, spot.margin));
        }
    }
    if known.is_empty() {
        return;
    }
    for spot in spots.iter_mut().filter(|spot| spot.len() == 1) {
        if let Some(&(kind, margin)) = known.get(spot.text(article)) {
            (spot.kind, spot.reason) = (kind, SpanReason::Acronym);
            spot.margin = spot.margin.max(margin);
        }
    }
    add_missing(article, spots, SpanReason::Acronym, |token| known.get(token).copied());
}

/// Whether the letters of `acronym` are the capitals of `name`, with at most
/// one left out on either side.
pub(crate) fn is_acronym_of(acronym: &str, name: &str) -> bool {
    let letters: Vec<char> = acronym.chars().filter(|c| c.is_uppercase()).collect();
    let capitals: Vec<char> = name.chars().filter(|c| c.is_uppercase()).collect();
    let close = letters.len().abs_diff(capitals.len()) <= 1;
    let same = letters.iter().zip(&capitals).filter(|(a, b)| a == b).count();
    letters.len() > 1 && close && letters.first() == capitals.first() && same + 1 >= letters.len()
}

/// Words that are names elsewhere in the article but were passed over here.
fn take_in_repeats(article: &ArticleText<'_>, spots: &mut Vec<Spot>) {
    let mut known: HashMap<&str, (EntityKind, f32)> = HashMap::new();
    for spot in spots.iter() {
        let surname = spot.kind == EntityKind::Person && spot.len() > 1;
        let word = if surname { spot.token(article, spot.last - 1) } else { spot.text(article) };
        if (surname || spot.len() == 1) && word.chars().count() > 2 {
            let entry = known.entry(word).or_insert((spot.kind, 0.0));
            if spot.margin > entry.1 {
                *entry = (spot.kind, spot.margin);
            }
        }
    }
    add_missing(article, spots, SpanReason::Repeated, |token| known.get(token).copied());
}

/// Adds single capitalised tokens inside sentences that `known` explains and
/// no name covers yet.
fn add_missing(
    article: &ArticleText<'_>,
    spots: &mut Vec<Spot>,
    reason: SpanReason,
    known: impl Fn(&str) -> Option<(EntityKind, f32)>,
) {
    let mut missing = Vec::new();
    let mut covered = spots.iter().peekable();
    for (field, content) in article.fields.iter().enumerate() {
        let document = content.document;
        for sentence in document.sentences() {
            for index in sentence.start as usize..sentence.end as usize {
                while covered.next_if(|spot| (spot.field, spot.last) <= (field, index)).is_some() {}
                let inside = covered.peek().is_some_and(|spot| spot.field == field && spot.first <= index);
                let token = document.slice(&document.tokens()[index]);
                if inside || !token.starts_with(char::is_uppercase) {
                    continue;
                }
                let Some((kind, margin)) = known(token) else { continue };
                // A capital that opens a sentence says nothing by itself.
                if index > sentence.start as usize || token.chars().all(char::is_uppercase) {
                    missing.push(Spot {
                        field,
                        first: index,
                        last: index + 1,
                        kind,
                        margin: margin / 2.0,
                        reason,
                    });
                }
            }
        }
    }
    if !missing.is_empty() {
        spots.extend(missing);
        spots.sort_by_key(|spot| (spot.field, spot.first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, FieldKind};
    use dateline_text::Document;

    /// Marks `names` in `text` with kind and margin, settles, and gives what
    /// came out.
    fn settled(text: &str, names: &[(&str, EntityKind, f32)]) -> Vec<(String, EntityKind)> {
        let document = Document::new(text);
        let fields = [Field { kind: FieldKind::Body, document: &document }];
        let article = ArticleText { fields: &fields, language: "en", place_hint: None };
        let mut at = 0;
        let mut spots: Vec<Spot> = names
            .iter()
            .map(|&(name, kind, margin)| {
                let start = at + text[at..].find(name).unwrap();
                at = start + name.len();
                let first = document.tokens().iter().position(|t| t.start as usize == start).unwrap();
                let last = document.tokens().iter().position(|t| t.end as usize == at).unwrap() + 1;
                Spot { field: 0, first, last, kind, margin, reason: SpanReason::Model }
            })
            .collect();
        settle(&article, &mut spots);
        spots.iter().map(|spot| (spot.text(&article).to_owned(), spot.kind)).collect()
    }

    use EntityKind::{Organisation, Person, Place};

    #[test]
    fn a_surname_follows_the_full_name() {
        let found = settled(
            "Jane Paris spoke. Later Paris left.",
            &[("Jane Paris", Person, 40.0), ("Paris", Place, 10.0)],
        );
        assert_eq!(found[1], ("Paris".to_owned(), Person));
        let found =
            settled("Jane Paris flew to Paris.", &[("Jane Paris", Person, 20.0), ("Paris", Place, 60.0)]);
        assert_eq!(found[1].1, Place, "what is clear stays");
    }

    #[test]
    fn an_acronym_follows_its_name() {
        let text = "The World Food Program (WFP) said so. The WFP will go.";
        let found = settled(text, &[("World Food Program", Organisation, 30.0), ("WFP", Place, 2.0)]);
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|name| name.1 == Organisation));
    }

    #[test]
    fn a_name_passed_over_is_taken_in() {
        let found = settled(
            "Jane Smith spoke. Then Smith left.",
            &[("Jane Smith", Person, 30.0), ("Smith", Person, 9.0)],
        );
        assert_eq!(found.len(), 2);
        let found = settled(
            "Jane Smith and Bob Ray met. Then Smith left.",
            &[("Jane Smith", Person, 30.0), ("Bob Ray", Person, 9.0)],
        );
        assert_eq!(found[2], ("Smith".to_owned(), Person));
    }

    #[test]
    fn acronyms() {
        assert!(is_acronym_of("WFP", "World Food Program"));
        assert!(is_acronym_of("IAEA", "International Atomic Energy Agency"));
        assert!(!is_acronym_of("UN", "World Food Program"));
        assert!(!is_acronym_of("W", "World"));
    }
}
