//! Versions of articles: every content that an article ever had, each once.

use super::{micros, packed};
use crate::rows::{RecordRows, VersionKey};
use dateline_model::NewsRecord;
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// When a content was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

/// A version as it is stored.
pub(super) struct StoredVersion {
    pub(super) key: i64,
    pub(super) seen: Seen,
    made_at: Timestamp,
    json: Vec<u8>,
}

const SELECT: &str = concat!(
    "SELECT v.version, v.first_seen, v.last_seen, v.made_at, ",
    packed::columns!(),
    " FROM versions v"
);

impl StoredVersion {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            key: row.get(0)?,
            seen: Seen { first: micros::read(row, 1)?, last: micros::read(row, 2)? },
            made_at: micros::read(row, 3)?,
            json: packed::json(row, 4)?,
        })
    }

    /// Whether a record brings nothing: delivered again, as the very same bytes.
    pub(super) fn holds(&self, rows: &RecordRows) -> bool {
        self.json == rows.json.as_bytes()
    }

    /// The stored record.
    pub(super) fn record(&self) -> rusqlite::Result<NewsRecord> {
        packed::parse(&self.json)
    }

    /// The stored record with its rows.
    pub(super) fn rows(&self) -> rusqlite::Result<RecordRows> {
        RecordRows::of(self.record()?.into(), usize::MAX)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(4, Type::Text, Box::new(error)))
    }
}

pub(super) fn insert(
    connection: &Connection,
    key: i64,
    article: i64,
    rows: &RecordRows,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO versions (version, article, content_hash, retracted, first_seen, last_seen, made_at, record, packed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            key,
            article,
            rows.version.content_hash.to_string(),
            rows.version.retracted,
            rows.seen_at.as_microsecond(),
            rows.made_at.as_microsecond(),
            rows.plain(),
            rows.packed.as_deref(),
        ])?;
    Ok(())
}

/// Takes in a record of a version that is there already: the times it was seen
/// at spread, and of two works on it the later one is kept. Gives these times, and whether the
/// record's work is the later one.
pub(super) fn update(
    connection: &Connection,
    stored: &StoredVersion,
    rows: &RecordRows,
) -> rusqlite::Result<(Seen, bool)> {
    let seen = Seen { first: stored.seen.first.min(rows.seen_at), last: stored.seen.last.max(rows.seen_at) };
    // Microseconds are what is stored; finer differences must not decide.
    let is_later = (rows.made_at.as_microsecond(), rows.json.as_bytes())
        > (stored.made_at.as_microsecond(), &stored.json);
    connection
        .prepare_cached("UPDATE versions SET first_seen = ?2, last_seen = ?3 WHERE version = ?1")?
        .execute((stored.key, seen.first.as_microsecond(), seen.last.as_microsecond()))?;
    if is_later {
        connection
            .prepare_cached("UPDATE versions SET made_at = ?2, record = ?3, packed = ?4 WHERE version = ?1")?
            .execute((stored.key, rows.made_at.as_microsecond(), rows.plain(), rows.packed.as_deref()))?;
    }
    Ok((seen, is_later))
}

/// The version of an article with this content, if it is known.
pub(super) fn find(
    connection: &Connection,
    article: i64,
    version: VersionKey,
) -> rusqlite::Result<Option<StoredVersion>> {
    let condition = "WHERE article = ?1 AND content_hash = ?2 AND retracted = ?3";
    connection
        .prepare_cached(&format!("{SELECT} {condition}"))?
        .query_row((article, version.content_hash.to_string(), version.retracted), StoredVersion::of)
        .optional()
}

/// A version by its key.
pub(super) fn get(connection: &Connection, key: i64) -> rusqlite::Result<StoredVersion> {
    connection.prepare_cached(&format!("{SELECT} WHERE version = ?1"))?.query_row([key], StoredVersion::of)
}

/// The version of an article that readers should get: the one taken in last;
/// of several the one with the largest content hash; of a content and its
/// retraction the retraction.
pub(super) fn newest(connection: &Connection, article: i64) -> rusqlite::Result<StoredVersion> {
    let order = "WHERE article = ?1 ORDER BY last_seen DESC, content_hash DESC, retracted DESC LIMIT 1";
    connection.prepare_cached(&format!("{SELECT} {order}"))?.query_row([article], StoredVersion::of)
}
