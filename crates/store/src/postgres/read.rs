//! Articles by their id, and what the store holds.

use super::instant::Instant;
use super::search::Failure;
use crate::paging::VersionPlace;
use crate::{SearchRequest, SourceCount, Totals, Version, VersionInfo, VersionPage, VersionRequest};
use dateline_model::{ArticleId, NewsRecord};
use tokio_postgres::{Client, Row};

/// The current record of an article; `firstCreated` of its first version.
pub(super) async fn current(client: &Client, id: ArticleId) -> Result<Option<NewsRecord>, Failure> {
    let sql = "SELECT v.record, a.first_created, a.article FROM articles a
                 JOIN versions v ON v.version = a.current WHERE a.id = $1";
    let row = client.query_opt(sql, &[&id.as_uuid()]).await?;
    row.map(|row| record(&row)).transpose()
}

/// Versions, the current one first, then from the latest to the earliest, those after a place.
pub(super) async fn versions(
    client: &Client,
    request: &VersionRequest,
    after: Option<VersionPlace>,
) -> Result<VersionPage, Failure> {
    let sql = "SELECT v.record, a.first_created, a.article, v.retracted, v.first_seen, v.last_seen,
                      v.version = a.current
                 FROM articles a JOIN versions v ON v.article = a.article WHERE a.id = $1
                  AND ($2::timestamptz IS NULL OR (v.last_seen, v.content_hash, v.retracted) < ($2, $3::text, $4::boolean))
                ORDER BY v.last_seen DESC, v.content_hash DESC, v.retracted DESC LIMIT $5";
    let limit = request.limit.clamp(1, SearchRequest::MAX_LIMIT);
    let last_seen = after.as_ref().map(|place| Instant(place.last_seen));
    let hash = after.as_ref().map(|place| place.content_hash.to_string());
    let retracted = after.map(|place| place.retracted);
    let read = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let rows = client.query(sql, &[&request.id.as_uuid(), &last_seen, &hash, &retracted, &read]).await?;
    let versions = rows.iter().map(version).collect::<Result<_, _>>()?;
    Ok(VersionPage::of(versions, limit))
}

fn version(row: &Row) -> Result<Version, Failure> {
    let record = record(row)?;
    let info = VersionInfo {
        content_hash: record.dateline.content_hash,
        retracted: row.get(3),
        first_seen: row.get::<_, Instant>(4).timestamp(),
        last_seen: row.get::<_, Instant>(5).timestamp(),
        current: row.get(6),
    };
    Ok(Version { info, record })
}

fn record(row: &Row) -> Result<NewsRecord, Failure> {
    let mut record = dateline_model::read_record(row.get::<_, &str>(0).as_bytes())
        .map_err(|error| Failure::Unreadable(row.get(2), error))?;
    record.first_created = row.get::<_, Instant>(1).timestamp();
    Ok(record)
}

/// Who delivered what can be found.
pub(super) async fn sources(client: &Client) -> Result<Vec<SourceCount>, Failure> {
    let sql = "SELECT source, count(*), max(at), max(last_seen) FROM articles WHERE NOT retracted
                GROUP BY source ORDER BY source COLLATE \"C\"";
    let source = |row: &Row| SourceCount {
        source: row.get(0),
        articles: row.get::<_, i64>(1).unsigned_abs(),
        newest: row.get::<_, Instant>(2).timestamp(),
        last_ingested: row.get::<_, Instant>(3).timestamp(),
    };
    Ok(client.query(sql, &[]).await?.iter().map(source).collect())
}

/// What the store holds.
pub(super) async fn totals(client: &Client) -> Result<Totals, Failure> {
    let sql = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM articles WHERE retracted),
                      (SELECT count(*) FROM versions), (SELECT count(*) FROM entities),
                      (SELECT max(at) FROM articles), (SELECT min(at) FROM articles),
                      (SELECT max(last_seen) FROM articles)";
    let row = client.query_one(sql, &[]).await?;
    let count = |at: usize| row.get::<_, i64>(at).unsigned_abs();
    let instant = |at: usize| row.get::<_, Option<Instant>>(at).map(Instant::timestamp);
    Ok(Totals {
        articles: count(0) - count(1),
        retracted: count(1),
        versions: count(2),
        entities: count(3),
        newest: instant(4),
        oldest: instant(5),
        last_ingested: instant(6),
    })
}
