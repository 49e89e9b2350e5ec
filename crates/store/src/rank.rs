//! Putting what was found in order, the same for every store that can search.

use crate::Cursor;
use std::cmp::Reverse;

/// Most articles that are ranked: of a word that stands in half of all
/// articles the latest arrivals.
pub(crate) const CANDIDATES: usize = 10_000;
/// Days after which the bonus of a recent article has halved.
const HALF_LIFE_DAYS: f64 = 30.0;

/// An article that matches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// Short key within the store; later arrivals have larger ones.
    pub(crate) article: i64,
    /// Publication, ingestion where unknown; seconds.
    pub(crate) at: i64,
    pub(crate) score: f64,
}

/// In which order candidates stand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ranking {
    /// By score, recent ones preferred. Ages count from the latest arrival
    /// (`now`, seconds), so that a search of an archive ranks the same on every day.
    Relevance {
        now: i64,
    },
    Newest,
    Oldest,
}

impl Ranking {
    /// Ties fall to the later arrival, so that pages follow each other without
    /// gap or overlap.
    pub(crate) fn sort(self, found: &mut [Candidate]) {
        match self {
            Self::Relevance { now } => {
                for candidate in found.iter_mut() {
                    candidate.score *= recency(now - candidate.at);
                }
                found.sort_by(|a, b| {
                    b.score.total_cmp(&a.score).then(b.at.cmp(&a.at)).then(b.article.cmp(&a.article))
                });
            }
            Self::Newest => found.sort_by_key(|candidate| Reverse((candidate.at, candidate.article))),
            Self::Oldest => found.sort_by_key(|candidate| (candidate.at, candidate.article)),
        }
    }
}

/// From 1 for the newest down to one half for the oldest article: recency
/// decides between equals, it does not bury the better match.
fn recency(age_seconds: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "an age in seconds is far below 2^52")]
    let days = age_seconds.max(0) as f64 / 86_400.0;
    0.5 + 0.5 * (-days / HALF_LIFE_DAYS).exp2()
}

/// The place in the ranking that a cursor names.
pub(crate) fn offset(cursor: &Cursor) -> Option<usize> {
    cursor.0.strip_prefix('o')?.parse().ok()
}

/// The same, from the start where no page came before; `Err` for one that names no place.
pub(crate) fn start(cursor: Option<&Cursor>) -> Result<usize, Cursor> {
    cursor.map_or(Ok(0), |cursor| offset(cursor).ok_or_else(|| cursor.clone()))
}

/// The key after which a scan goes on; `None` for a cursor that is none of a scan.
pub(crate) fn scan_start(cursor: Option<&Cursor>) -> Option<i64> {
    cursor.map_or(Some(i64::MIN), |cursor| cursor.0.strip_prefix('a')?.parse().ok())
}

/// The cursor of a scan that ended with the article of this key.
pub(crate) fn scan_cursor(article: i64) -> Cursor {
    Cursor(format!("a{article}"))
}

/// The cursor of a place in the ranking.
pub(crate) fn cursor(offset: usize) -> Cursor {
    Cursor(format!("o{offset}"))
}
