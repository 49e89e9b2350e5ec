//! Which names of an article mean the same thing.
//!
//! Equal names of one kind are one thing; so are a surname and the full name
//! that it ends, an acronym and the name whose capitals it is, and names that
//! differ in capitals, points or "the" only.

use crate::article::ArticleText;
use crate::consistency::is_acronym_of;
use crate::entity::EntityKind;
use crate::spot::Spot;
use std::collections::HashMap;

/// Things that are compared with each other to join short forms; an article
/// that names more is a list, and joining costs the square of their number.
const MOST_JOINED: usize = 1500;

/// Names that mean one thing, in reading order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cluster {
    /// Its type.
    pub kind: EntityKind,
    /// Indices into the spots, rising.
    pub spots: Vec<usize>,
    /// The fullest form in the article.
    pub longest: usize,
}

/// Groups `spots` (in reading order) to clusters, in order of first mention.
pub(crate) fn clusters(article: &ArticleText<'_>, spots: &[Spot]) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    let mut by_text: HashMap<(EntityKind, String), usize> = HashMap::new();
    for (index, spot) in spots.iter().enumerate() {
        let key = (spot.kind, folded(spot.text(article)));
        if let Some(&own) = by_text.get(&key) {
            clusters[own].spots.push(index);
            continue;
        }
        by_text.insert(key, clusters.len());
        clusters.push(Cluster { kind: spot.kind, spots: vec![index], longest: index });
    }
    join_parts(article, spots, &mut clusters);
    clusters
}

/// Small letters, no points: "U.S." and "US" are one key.
fn folded(name: &str) -> String {
    name.chars().filter(|c| *c != '.').flat_map(char::to_lowercase).collect()
}

/// Joins each short form to the one full form that explains it.
fn join_parts(article: &ArticleText<'_>, spots: &[Spot], clusters: &mut Vec<Cluster>) {
    let compared = clusters.len().min(MOST_JOINED);
    let mut joined: Vec<Option<usize>> = vec![None; compared];
    for (short, target) in joined.iter_mut().enumerate() {
        let own = &clusters[short];
        let spot = &spots[own.longest];
        let explains =
            |full: &&Cluster| full.kind == own.kind && is_short_for(article, spot, &spots[full.longest]);
        let mut full = clusters[..compared].iter().filter(explains);
        let (first, second) = (full.next(), full.next());
        if let (Some(first), None) = (first, second) {
            *target = clusters.iter().position(|cluster| cluster.longest == first.longest);
        }
    }
    for short in (0..compared).rev() {
        // A chain of joins ("Smith", "Jane Smith", "Jane A. Smith") is followed
        // once; longer ones stay apart.
        if let Some(full) = joined[short]
            && joined[full].is_none()
        {
            let mut moved = std::mem::take(&mut clusters[short].spots);
            clusters[full].spots.append(&mut moved);
            clusters[full].spots.sort_unstable();
        }
    }
    clusters.retain(|cluster| !cluster.spots.is_empty());
    clusters.sort_by_key(|cluster| cluster.spots[0]);
}

/// Whether `short` is a usual short form of `full`.
fn is_short_for(article: &ArticleText<'_>, short: &Spot, full: &Spot) -> bool {
    if short.len() >= full.len() {
        return false;
    }
    let (text, long) = (short.text(article), full.text(article));
    match short.kind {
        EntityKind::Person => long.strip_suffix(text).is_some_and(|rest| rest.ends_with([' ', '-'])),
        EntityKind::Organisation => {
            is_acronym_of(text, long) && text.chars().all(|c| c.is_uppercase() || c == '.')
        }
        EntityKind::Place | EntityKind::Misc => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::SpanReason;
    use crate::{Field, FieldKind};
    use dateline_text::Document;

    /// Sizes of the clusters of the names of `text`, which are what stands in
    /// square brackets.
    fn check(text: &str, kind: EntityKind, expected: &[usize]) {
        let document = Document::new(text);
        let fields = [Field { kind: FieldKind::Body, document: &document }];
        let article = ArticleText { fields: &fields, language: "en", place_hint: None };
        let marks = |mark| {
            let is_mark = move |(_, token): &(usize, &dateline_text::Token)| {
                &text[token.start as usize..token.end as usize] == mark
            };
            document.tokens().iter().enumerate().filter(is_mark).map(|(index, _)| index).collect::<Vec<_>>()
        };
        let spots: Vec<Spot> = marks("[")
            .into_iter()
            .zip(marks("]"))
            .map(|(open, close)| Spot {
                field: 0,
                first: open + 1,
                last: close,
                kind,
                margin: 1.0,
                reason: SpanReason::Model,
            })
            .collect();
        let sizes: Vec<usize> =
            clusters(&article, &spots).iter().map(|cluster| cluster.spots.len()).collect();
        assert_eq!(sizes, expected, "{text}");
    }

    #[test]
    fn short_forms_join_their_full_form() {
        check("[Jane Smith] and [Smith] met [Bob Ray].", EntityKind::Person, &[2, 1]);
        check("[Smith] met [Jane Smith] and [John Smith].", EntityKind::Person, &[1, 1, 1]);
        check("[World Food Program] or [WFP], not [UN].", EntityKind::Organisation, &[2, 1]);
        check("[U.S.] and [US] and [Iraq].", EntityKind::Place, &[2, 1]);
    }
}
