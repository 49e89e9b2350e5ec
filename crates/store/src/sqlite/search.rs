//! Searching: from a query to the articles that match, in order, page by page.
//!
//! First the keys of the articles that match are found and ranked, then the
//! records of one page are read. No more than [`CANDIDATES`] articles are
//! ranked: of a word that stands in half of all articles the latest arrivals.

use super::condition::Conditions;
use super::{hit, packed};
use crate::rank::{self, CANDIDATES, Candidate, Ranking, Wanted};
use crate::{Order, Query, ScanPage, ScanRequest, SearchPage, SearchRequest};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use std::cmp::Reverse;
use std::ops::Range;

/// Answers one search.
pub(super) fn run(connection: &Connection, request: &SearchRequest) -> rusqlite::Result<SearchPage> {
    let conditions = Conditions::of(connection, &request.query)?;
    let start = request.cursor.as_ref().and_then(rank::offset).unwrap_or(0);
    let limit = request.limit.clamp(1, SearchRequest::MAX_LIMIT);
    let mut found = candidates(connection, &conditions, request.order)?;
    let total_is_exact = found.len() <= CANDIDATES;
    found.truncate(CANDIDATES);
    let ranking = match request.order {
        Order::Relevance if request.query.has_words() => Ranking::Relevance {
            now: last_arrival(connection)?,
            wanted: Wanted::of(&request.query, &conditions.alike),
        },
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
    let Some(index) = &conditions.index else { return filtered(connection, conditions, order) };
    let last: i64 = connection
        .prepare_cached("SELECT coalesce(max(article), 0) FROM articles")?
        .query_row([], |row| row.get(0))?;
    let mut found = Vec::new();
    for (keys, expression) in windows(&index.parts(), last, order) {
        if found.len() > CANDIDATES {
            break;
        }
        found.extend(within(connection, conditions, expression, keys)?);
    }
    // Within a window the latest come last.
    if order != Order::Oldest {
        found.sort_unstable_by_key(|candidate| Reverse(candidate.article));
    }
    found.truncate(CANDIDATES + 1);
    Ok(found)
}

/// Keys of the first window.
const WINDOW: i64 = 16_384;

/// Parts of a search, cut so that it can end where enough is found. The word index is read
/// forwards in each of them: backwards, as the latest come first, takes more than twice as long.
fn windows<'a>(parts: &[(Range<i64>, &'a str)], last: i64, order: Order) -> Vec<(Range<i64>, &'a str)> {
    let parts =
        parts.iter().map(|(keys, expression)| (keys.start.max(1)..keys.end.min(last + 1), *expression));
    let mut parts: Vec<_> = parts.collect();
    if order == Order::Oldest {
        parts.reverse();
    }
    let mut windows = Vec::new();
    let mut size = WINDOW;
    for (mut left, expression) in parts {
        while left.start < left.end {
            let window = if order == Order::Oldest {
                left.start..left.end.min(left.start + size)
            } else {
                left.start.max(left.end - size)..left.end
            };
            left = if order == Order::Oldest { window.end..left.end } else { left.start..window.start };
            windows.push((window, expression));
            size *= 2;
        }
    }
    windows
}

/// The articles with these keys that match, in the order of their keys.
fn within(
    connection: &Connection,
    conditions: &Conditions,
    expression: &str,
    keys: Range<i64>,
) -> rusqlite::Result<Vec<Candidate>> {
    let sql = format!(
        "SELECT a.article, a.at, a.headline FROM words CROSS JOIN articles a ON a.article = words.rowid
          WHERE words MATCH ? AND words.rowid >= ? AND words.rowid < ? AND {} ORDER BY words.rowid",
        conditions.sql
    );
    let mut values: Vec<Value> = vec![expression.to_owned().into(), keys.start.into(), keys.end.into()];
    values.extend(conditions.values.iter().cloned());
    connection.prepare_cached(&sql)?.query_map(params_from_iter(&values), candidate)?.collect()
}

/// The same of a query that asks nothing of the word index.
fn filtered(
    connection: &Connection,
    conditions: &Conditions,
    order: Order,
) -> rusqlite::Result<Vec<Candidate>> {
    let direction = if order == Order::Oldest { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT a.article, a.at, NULL FROM articles a WHERE {} ORDER BY a.at {direction} LIMIT {}",
        conditions.sql,
        CANDIDATES + 1
    );
    connection.prepare_cached(&sql)?.query_map(params_from_iter(&conditions.values), candidate)?.collect()
}

fn candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate { article: row.get(0)?, at: row.get(1)?, headline: row.get(2)?, score: 0.0 })
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
    let mut values = conditions.values;
    let (from, key) = match conditions.index {
        Some(index) => {
            values.insert(0, index.plain.into());
            ("words CROSS JOIN articles a ON a.article = words.rowid AND words MATCH ?", "words.rowid")
        }
        None => ("articles a", "a.article"),
    };
    let sql = format!(
        "SELECT a.article, {} FROM {from} JOIN versions v ON v.version = a.current
          WHERE {} AND {key} > ? ORDER BY {key} LIMIT {limit}",
        packed::columns!(),
        conditions.sql
    );
    values.push(start.into());
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&values))?;
    let (mut records, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        last = Some(row.get(0)?);
        records.push(packed::record(row, 1)?);
    }
    let next = last.filter(|_| records.len() == limit).map(rank::scan_cursor);
    Ok(ScanPage { records, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Range<i64> = i64::MIN..i64::MAX;

    #[track_caller]
    fn check(order: Order, parts: &[(Range<i64>, &str)], last: i64, expected: &[(Range<i64>, &str)]) {
        assert_eq!(windows(parts, last, order), expected);
    }

    #[test]
    fn windows_hold_every_key_once_and_grow() {
        check(Order::Newest, &[(ALL, "a")], 0, &[]);
        check(Order::Newest, &[(ALL, "a")], 5, &[(1..6, "a")]);
        let (first, second) = (60_001 - WINDOW, 60_001 - 3 * WINDOW);
        let newest = [(first..60_001, "a"), (second..first, "a"), (1..second, "a")];
        check(Order::Relevance, &[(ALL, "a")], 60_000, &newest);
        let (first, second) = (WINDOW + 1, 3 * WINDOW + 1);
        let oldest = [(1..first, "a"), (first..second, "a"), (second..60_001, "a")];
        check(Order::Oldest, &[(ALL, "a")], 60_000, &oldest);
    }

    #[test]
    fn each_part_is_asked_its_own_question() {
        let parts = [(40_000..i64::MAX, "a"), (i64::MIN..40_000, "b")];
        let second = 40_000 - 2 * WINDOW;
        let newest = [(40_000..50_001, "a"), (second..40_000, "b"), (1..second, "b")];
        check(Order::Newest, &parts, 50_000, &newest);
        let first = WINDOW + 1;
        let oldest = [(1..first, "b"), (first..40_000, "b"), (40_000..50_001, "a")];
        check(Order::Oldest, &parts, 50_000, &oldest);
    }
}
