//! Articles by their id, and what the store holds.

use super::{micros, packed};
use crate::paging::VersionPlace;
use crate::{SearchRequest, SourceCount, Totals, Version, VersionInfo, VersionPage, VersionRequest};
use dateline_model::{ArticleId, NewsRecord};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

/// The current record of an article; `firstCreated` of its first version.
pub(super) fn current(connection: &Connection, id: ArticleId) -> rusqlite::Result<Option<NewsRecord>> {
    connection
        .prepare_cached(concat!(
            "SELECT a.first_created, ",
            packed::columns!(),
            " FROM articles a JOIN versions v ON v.version = a.current WHERE a.id = ?1"
        ))?
        .query_row([id.to_string()], |row| record(row, micros::read(row, 0)?, 1))
        .optional()
}

/// Versions, the current one first, then from the latest to the earliest, those after a place.
pub(super) fn versions(
    connection: &Connection,
    request: &VersionRequest,
    after: Option<&VersionPlace>,
) -> rusqlite::Result<VersionPage> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT a.first_created, v.retracted, v.first_seen, v.last_seen, v.version = a.current, ",
        packed::columns!(),
        " FROM articles a JOIN versions v ON v.article = a.article
          WHERE a.id = ?1 AND (?2 IS NULL OR (v.last_seen, v.content_hash, v.retracted) < (?2, ?3, ?4))
          ORDER BY v.last_seen DESC, v.content_hash DESC, v.retracted DESC LIMIT ?5"
    ))?;
    let version = |row: &Row<'_>| {
        let record = record(row, micros::read(row, 0)?, 5)?;
        let info = VersionInfo {
            content_hash: record.dateline.content_hash,
            retracted: row.get(1)?,
            first_seen: micros::read(row, 2)?,
            last_seen: micros::read(row, 3)?,
            current: row.get(4)?,
        };
        Ok(Version { info, record })
    };
    let limit = request.limit.clamp(1, SearchRequest::MAX_LIMIT);
    let parameters = rusqlite::params![
        request.id.to_string(),
        after.map(|place| place.last_seen),
        after.map(|place| place.content_hash.to_string()),
        after.map(|place| place.retracted),
        i64::try_from(limit + 1).unwrap_or(i64::MAX),
    ];
    let versions = statement.query_map(parameters, version)?.collect::<rusqlite::Result<_>>()?;
    Ok(VersionPage::of(versions, limit))
}

fn record(row: &Row<'_>, first_created: Timestamp, at: usize) -> rusqlite::Result<NewsRecord> {
    Ok(NewsRecord { first_created, ..packed::record(row, at)? })
}

/// Who delivered what can be found.
pub(super) fn sources(connection: &Connection) -> rusqlite::Result<Vec<SourceCount>> {
    let mut statement = connection.prepare_cached(
        "SELECT source, count(*), max(at), max(last_seen) FROM articles WHERE NOT retracted
          GROUP BY source ORDER BY source",
    )?;
    let source = |row: &Row<'_>| {
        Ok(SourceCount {
            source: row.get(0)?,
            articles: row.get::<_, i64>(1)?.unsigned_abs(),
            newest: micros::seconds(row, 2)?.unwrap_or_default(),
            last_ingested: micros::read(row, 3)?,
        })
    };
    statement.query_map([], source)?.collect()
}

/// What the store holds.
pub(super) fn totals(connection: &Connection) -> rusqlite::Result<Totals> {
    let count = |sql| connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0));
    let count = |sql| count(sql).map(i64::unsigned_abs);
    let instant = |sql| connection.prepare_cached(sql)?.query_row([], |row| micros::seconds(row, 0));
    let all = count("SELECT count(*) FROM articles")?;
    let retracted = count("SELECT count(*) FROM articles WHERE retracted")?;
    Ok(Totals {
        articles: all - retracted,
        retracted,
        versions: count("SELECT count(*) FROM versions")?,
        entities: count("SELECT count(*) FROM entities")?,
        newest: instant("SELECT max(at) FROM articles")?,
        oldest: instant("SELECT min(at) FROM articles")?,
        last_ingested: instant("SELECT max(last_seen) / 1000000 FROM articles")?,
    })
}
