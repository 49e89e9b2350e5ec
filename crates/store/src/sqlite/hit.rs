//! The record behind one hit.

use crate::{Hit, hit};
use dateline_model::NewsRecord;
use rusqlite::Connection;
use rusqlite::types::Type;

/// Reads the hit of an article; `phrases` are the folded words to mark.
pub(super) fn read(
    connection: &Connection,
    article: i64,
    score: f64,
    phrases: &[Vec<String>],
) -> rusqlite::Result<Hit> {
    Ok(hit::of(record(connection, article)?, score, phrases))
}

fn record(connection: &Connection, article: i64) -> rusqlite::Result<NewsRecord> {
    let json: String = connection
        .prepare_cached(
            "SELECT v.record FROM articles a JOIN versions v ON v.version = a.current WHERE a.article = ?1",
        )?
        .query_row([article], |row| row.get(0))?;
    parse(&json)
}

/// A stored record.
pub(super) fn parse(json: &str) -> rusqlite::Result<NewsRecord> {
    dateline_model::read_record(json.as_bytes())
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}
