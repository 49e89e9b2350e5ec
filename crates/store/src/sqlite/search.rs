//! Searching: from a query to the articles that match, in order, page by page.
//!
//! First the keys of the articles that match are found and ranked, then the
//! records of one page are read. No more than [`CANDIDATES`] articles are
//! ranked: of a word that stands in half of all articles the latest arrivals.

use super::condition::{Conditions, Source};
use super::hit;
use crate::rank::{self, CANDIDATES, Candidate, Ranking};
use crate::{Order, Query, ScanPage, ScanRequest, SearchPage, SearchRequest};
use rusqlite::{Connection, Row, params_from_iter};

/// How much more a match in headline or summary counts than one in the body.
const RELEVANCE: &str = "-bm25(words, 4.0, 2.0, 1.0)";

/// Answers one search.
pub(super) fn run(connection: &Connection, request: &SearchRequest) -> rusqlite::Result<SearchPage> {
    let conditions = Conditions::of(connection, &request.query)?;
    let start = request.cursor.as_ref().and_then(rank::offset).unwrap_or(0);
    let limit = request.limit.clamp(1, SearchRequest::MAX_LIMIT);
    let mut found = candidates(connection, &conditions, request.order)?;
    let total_is_exact = found.len() <= CANDIDATES;
    found.truncate(CANDIDATES);
    let ranking = match request.order {
        Order::Relevance if conditions.words.is_some() => {
            Ranking::Relevance { now: last_arrival(connection)? }
        }
        Order::Oldest => Ranking::Oldest,
        Order::Relevance | Order::Newest => Ranking::Newest,
    };
    ranking.sort(&mut found);
    let end = found.len().min(start.saturating_add(limit));
    let phrases = crate::hit::phrases(&request.query, &conditions.alike);
    let page = found.get(start..end).unwrap_or_default();
    let hits = page
        .iter()
        .map(|candidate| hit::read(connection, candidate.article, candidate.score, &phrases))
        .collect::<rusqlite::Result<_>>()?;
    Ok(SearchPage {
        hits,
        total: found.len() as u64,
        total_is_exact,
        next: (end < found.len()).then(|| rank::cursor(end)),
    })
}

/// Keys of the articles that match, the [`CANDIDATES`] first of an order.
pub(super) fn matching(connection: &Connection, query: &Query, order: Order) -> rusqlite::Result<Vec<i64>> {
    let found = candidates(connection, &Conditions::of(connection, query)?, order)?;
    Ok(found.iter().take(CANDIDATES).map(|candidate| candidate.article).collect())
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

/// Ages count from the latest arrival, so that a search of an archive ranks
/// the same on every day. Seconds.
fn last_arrival(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT coalesce(max(last_seen), 0) / 1000000 FROM articles")?
        .query_row([], |row| row.get(0))
}

/// The next part of an export: articles after the key `start`.
pub(super) fn scan(connection: &Connection, request: &ScanRequest, start: i64) -> rusqlite::Result<ScanPage> {
    let conditions = Conditions::of(connection, &request.query)?;
    let limit = request.limit.clamp(1, SearchRequest::MAX_LIMIT);
    let (from, key) = match conditions.source {
        Source::Words => ("words JOIN articles a ON a.article = words.rowid", "words.rowid"),
        Source::Articles => ("articles a", "a.article"),
    };
    let sql = format!(
        "SELECT a.article, v.record FROM {from} JOIN versions v ON v.version = a.current
          WHERE {} AND {key} > ? ORDER BY {key} LIMIT {limit}",
        conditions.sql
    );
    let mut values = conditions.values;
    values.push(start.into());
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&values))?;
    let (mut records, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        last = Some(row.get(0)?);
        records.push(hit::parse(&row.get::<_, String>(1)?)?);
    }
    let next = last.filter(|_| records.len() == limit).map(rank::scan_cursor);
    Ok(ScanPage { records, next })
}
