//! Searching: from a query to the articles that match, in order, page by page.
//!
//! First the keys of the articles that match are found and ranked, then the
//! records of one page are read. No more than [`CANDIDATES`] articles are
//! ranked: of a word that stands in half of all articles the latest arrivals.

use super::condition::{Conditions, Source};
use super::hit;
use super::mark::Marker;
use crate::{Cursor, Order, Query, SearchPage, SearchRequest};
use rusqlite::{Connection, Row, params_from_iter};

/// Most articles that are ranked.
pub(super) const CANDIDATES: usize = 10_000;
/// How much more a match in headline or summary counts than one in the body.
const RELEVANCE: &str = "-bm25(words, 4.0, 2.0, 1.0)";
/// Days after which the bonus of a recent article has halved.
const HALF_LIFE_DAYS: f64 = 30.0;

/// An article that matches.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    article: i64,
    /// Seconds.
    at: i64,
    score: f64,
}

/// Answers one search.
pub(super) fn run(
    connection: &Connection,
    marker: &Marker,
    request: &SearchRequest,
) -> rusqlite::Result<SearchPage> {
    let conditions = Conditions::of(connection, &request.query)?;
    let start = request.cursor.as_ref().and_then(offset).unwrap_or(0);
    let limit = request.limit.clamp(1, SearchRequest::MAX_LIMIT);
    let mut found = candidates(connection, &conditions, request.order)?;
    let total_is_exact = found.len() <= CANDIDATES;
    found.truncate(CANDIDATES);
    rank(connection, &mut found, request.order, conditions.words.is_some())?;
    let end = found.len().min(start.saturating_add(limit));
    let marks = conditions.marks.as_deref();
    let page = found.get(start..end).unwrap_or_default();
    let hits = page
        .iter()
        .map(|candidate| hit::read(connection, marker, candidate.article, candidate.score, marks))
        .collect::<rusqlite::Result<_>>()?;
    Ok(SearchPage {
        hits,
        total: found.len() as u64,
        total_is_exact,
        next: (end < found.len()).then(|| Cursor(format!("o{end}"))),
    })
}

/// Keys of the articles that match, the [`CANDIDATES`] first of an order.
pub(super) fn matching(connection: &Connection, query: &Query, order: Order) -> rusqlite::Result<Vec<i64>> {
    let found = candidates(connection, &Conditions::of(connection, query)?, order)?;
    Ok(found.iter().take(CANDIDATES).map(|candidate| candidate.article).collect())
}

/// The place in the ranking that a cursor names.
pub(super) fn offset(cursor: &Cursor) -> Option<usize> {
    cursor.0.strip_prefix('o')?.parse().ok()
}

/// One more than [`CANDIDATES`] shows that there are more.
fn candidates(
    connection: &Connection,
    conditions: &Conditions,
    order: Order,
) -> rusqlite::Result<Vec<Candidate>> {
    let direction = if order == Order::Oldest { "ASC" } else { "DESC" };
    let relevance = if conditions.words.is_some() && order == Order::Relevance { RELEVANCE } else { "0.0" };
    let (from, sort) = match conditions.source {
        Source::Words => ("words JOIN articles a ON a.article = words.rowid", "words.rowid"),
        Source::Articles => ("articles a", "a.at"),
    };
    let sql = format!(
        "SELECT a.article, a.at, {relevance} FROM {from} WHERE {} ORDER BY {sort} {direction} LIMIT {}",
        conditions.sql,
        CANDIDATES + 1
    );
    let candidate =
        |row: &Row<'_>| Ok(Candidate { article: row.get(0)?, at: row.get(1)?, score: row.get(2)? });
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map(params_from_iter(&conditions.values), candidate)?.collect()
}

/// Puts candidates in order. Ties fall to the later arrival, so that pages
/// follow each other without gap or overlap.
fn rank(
    connection: &Connection,
    found: &mut [Candidate],
    order: Order,
    has_words: bool,
) -> rusqlite::Result<()> {
    if order == Order::Relevance && has_words {
        let newest = last_arrival(connection)?;
        for candidate in found.iter_mut() {
            candidate.score *= recency(newest - candidate.at);
        }
        found.sort_by(|a, b| {
            b.score.total_cmp(&a.score).then(b.at.cmp(&a.at)).then(b.article.cmp(&a.article))
        });
    } else if order == Order::Oldest {
        found.sort_by_key(|candidate| (candidate.at, candidate.article));
    } else {
        found.sort_by_key(|candidate| std::cmp::Reverse((candidate.at, candidate.article)));
    }
    Ok(())
}

/// From 1 for the newest down to one half for the oldest article: recency
/// decides between equals, it does not bury the better match.
fn recency(age_seconds: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "an age in seconds is far below 2^52")]
    let days = age_seconds.max(0) as f64 / 86_400.0;
    0.5 + 0.5 * (-days / HALF_LIFE_DAYS).exp2()
}

/// Ages count from the latest arrival, so that a search of an archive ranks
/// the same on every day. Seconds.
fn last_arrival(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT coalesce(max(last_seen), 0) / 1000000 FROM articles")?
        .query_row([], |row| row.get(0))
}
