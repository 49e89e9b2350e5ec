//! One hit: what a page shows of an article, with the words found marked.

use super::mark::{self, Marker};
use crate::Hit;
use dateline_model::NewsRecord;
use rusqlite::Connection;
use rusqlite::types::Type;

/// Reads the hit of an article; `words` is the expression of what to mark.
pub(super) fn read(
    connection: &Connection,
    marker: &Marker,
    article: i64,
    score: f64,
    words: Option<&str>,
) -> rusqlite::Result<Hit> {
    let record = record(connection, article)?;
    let shown = marker.mark(record.headline().unwrap_or_default(), text(&record), words)?;
    Ok(Hit {
        snippet: mark::snippet(&shown.text),
        headline: record.headlines.first().map(|_| shown.headline),
        uri: record.uri,
        ingested_at: record.dateline.ingested_at,
        published: record.dateline.published,
        source: record.dateline.source,
        language: record.language,
        url: record.renditions.into_iter().next().map(|rendition| rendition.href),
        score,
    })
}

fn record(connection: &Connection, article: i64) -> rusqlite::Result<NewsRecord> {
    let json: String = connection
        .prepare_cached(
            "SELECT v.record FROM articles a JOIN versions v ON v.version = a.current WHERE a.article = ?1",
        )?
        .query_row([article], |row| row.get(0))?;
    serde_json::from_str(&json)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}

/// The body, or the summary where there is no body.
fn text(record: &NewsRecord) -> &str {
    let summary = record.descriptions.first().map_or("", |summary| summary.value.as_str());
    if record.body().trim().is_empty() { summary } else { record.body() }
}
