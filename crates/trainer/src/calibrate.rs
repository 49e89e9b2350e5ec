//! From margins to probabilities, on text that was not trained on.
//!
//! Isotonic regression (pool adjacent violators) over equal-sized bins of
//! margins: the confidence of a name is the share of names of about its margin
//! that were right in span and kind.

use crate::corpus::{Annotated, Span};
use dateline_entities::EntityKind;
use dateline_entities::training::SequenceTagger;
use dateline_text::Document;
use std::collections::BTreeSet;

/// Bins before pooling.
const BINS: usize = 40;

/// Margin of a name, and whether it was right.
pub(crate) type Outcome = (f32, bool);

/// What became of every name that `tagger` finds in `documents`. Where a
/// corpus marks no MISC, such names say nothing and are left out.
pub(crate) fn outcomes(tagger: &SequenceTagger, documents: &[Annotated]) -> Vec<Outcome> {
    let marks_misc = documents.iter().flat_map(|d| &d.spans).any(|span| span.kind == EntityKind::Misc);
    let mut outcomes = Vec::new();
    for annotated in documents {
        let gold: BTreeSet<Span> = annotated.spans.iter().copied().collect();
        for name in tagger.names(&Document::new(&annotated.text)) {
            if marks_misc || name.kind != EntityKind::Misc {
                let span = Span { start: name.start, end: name.end, kind: name.kind };
                outcomes.push((name.margin, gold.contains(&span)));
            }
        }
    }
    outcomes
}

/// Rising (margin, probability) points.
pub(crate) fn fit(mut outcomes: Vec<Outcome>) -> Vec<(f32, f32)> {
    outcomes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = outcomes.len().div_ceil(BINS).max(1);
    // (sum of margins, right, all)
    let mut pools: Vec<(f32, f32, f32)> = Vec::new();
    for bin in outcomes.chunks(size) {
        let sum = bin.iter().map(|outcome| outcome.0).sum();
        let right = count(bin.iter().filter(|outcome| outcome.1).count());
        pools.push((sum, right, count(bin.len())));
        while let [.., before, last] = pools[..]
            && before.1 / before.2 >= last.1 / last.2
        {
            pools.pop();
            pools.pop();
            pools.push((before.0 + last.0, before.1 + last.1, before.2 + last.2));
        }
    }
    // Half a wrong and half a right one more: never quite sure.
    pools.iter().map(|pool| (pool.0 / pool.2, (pool.1 + 0.5) / (pool.2 + 1.0))).collect()
}

#[expect(clippy::cast_precision_loss, reason = "some ten thousand names")]
fn count(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_rise_with_the_margin() {
        let outcomes = (0_u16..4000).map(|n| (f32::from(n), n % 7 < n / 500)).collect();
        let points = fit(outcomes);
        assert!(points.len() > 3);
        assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1), "{points:?}");
        assert!(points.iter().all(|point| point.1 > 0.0 && point.1 < 1.0));
        assert!(fit(Vec::new()).is_empty());
    }
}
