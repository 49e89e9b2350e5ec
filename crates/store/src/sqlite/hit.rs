//! The record behind one hit.

use super::packed;
use crate::{Hit, hit};
use rusqlite::Connection;

/// Reads the hit of an article; `phrases` are the folded words to mark.
pub(super) fn read(
    connection: &Connection,
    article: i64,
    score: f64,
    phrases: &[Vec<String>],
) -> rusqlite::Result<Hit> {
    let record = connection
        .prepare_cached(concat!(
            "SELECT ",
            packed::columns!(),
            " FROM articles a JOIN versions v ON v.version = a.current WHERE a.article = ?1"
        ))?
        .query_row([article], |row| packed::record(row, 0))?;
    Ok(hit::of(record, score, phrases))
}
