//! Exact-span scores, micro-averaged over people, organisations and places.

use crate::corpus::Span;
use dateline_entities::EntityKind;
use std::collections::BTreeSet;
use std::fmt;

/// Counts of one kind.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    gold: u32,
    found: u32,
    right: u32,
}

impl Counts {
    fn f1(self) -> f64 {
        200.0 * f64::from(self.right) / f64::from((self.gold + self.found).max(1))
    }
}

/// Scores over any number of documents.
#[derive(Debug, Clone, Default)]
pub(crate) struct Score {
    kinds: [Counts; 4],
}

impl Score {
    /// Adds one document.
    pub(crate) fn add(&mut self, gold: &BTreeSet<Span>, found: &BTreeSet<Span>) {
        for (kind, counts) in EntityKind::ALL.iter().zip(&mut self.kinds) {
            let of_kind = |spans: &BTreeSet<Span>| spans.iter().filter(|span| span.kind == *kind).count();
            let right = gold.intersection(found).filter(|span| span.kind == *kind).count();
            counts.gold += small(of_kind(gold));
            counts.found += small(of_kind(found));
            counts.right += small(right);
        }
    }

    fn total(&self) -> Counts {
        self.kinds[..3].iter().fold(Counts::default(), |sum, one| Counts {
            gold: sum.gold + one.gold,
            found: sum.found + one.found,
            right: sum.right + one.right,
        })
    }

    /// F1 over people, organisations and places, in percent.
    pub(crate) fn f1(&self) -> f64 {
        self.total().f1()
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl fmt::Display for Score {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total();
        let percent = |part: u32, whole: u32| 100.0 * f64::from(part) / f64::from(whole.max(1));
        write!(
            out,
            "P {:.1} R {:.1} F1 {:.1} | PER {:.1} ORG {:.1} LOC {:.1} MISC {:.1}",
            percent(total.right, total.found),
            percent(total.right, total.gold),
            total.f1(),
            self.kinds[0].f1(),
            self.kinds[1].f1(),
            self.kinds[2].f1(),
            self.kinds[3].f1(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn span_and_kind_must_both_be_right() {
        let span = |start, kind| Span { start, end: start + 3, kind };
        let gold = BTreeSet::from([span(0, EntityKind::Person), span(9, EntityKind::Place)]);
        let found = BTreeSet::from([span(0, EntityKind::Person), span(9, EntityKind::Organisation)]);
        let mut score = Score::default();
        score.add(&gold, &found);
        assert!((score.f1() - 50.0).abs() < 1e-9);
    }
}
