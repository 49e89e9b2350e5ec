//! What the tables hold of a batch's articles, locked until the transaction ends.

use super::instant::Instant;
use super::merge::{Article, State, Stored, Version, Work};
use super::write::Entry;
use crate::rows::VersionKey;
use dateline_model::{ArticleId, ContentHash};
use std::collections::HashMap;
use tokio_postgres::{Error, Row, Transaction};
use uuid::Uuid;

/// In the order of their ids, so that two writers never wait for each other.
const LOCK: &str = "
    SELECT article, id, current, retracted, first_created FROM articles
     WHERE id = ANY($1) ORDER BY id FOR UPDATE";

/// Records only where the batch may need them: of current versions and of
/// contents that come again.
const VERSIONS: &str = "
    SELECT article, version, content_hash, retracted, first_seen, last_seen, made_at,
           CASE WHEN version = ANY($2) OR content_hash = ANY($3) THEN record END
      FROM versions WHERE article = ANY($1) ORDER BY article, version";

/// The stored articles of a batch.
pub(super) async fn articles(
    transaction: &Transaction<'_>,
    batch: &[Entry],
) -> Result<HashMap<ArticleId, Article>, Error> {
    let mut ids: Vec<Uuid> = batch.iter().map(|entry| entry.rows.id.as_uuid()).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = transaction.query(LOCK, &[&ids]).await?;
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let keys: Vec<i64> = found.iter().map(|row| row.get(0)).collect();
    let current: Vec<i64> = found.iter().map(|row| row.get(2)).collect();
    let hashes: Vec<String> = batch.iter().map(|entry| entry.rows.version.content_hash.to_string()).collect();
    let mut versions: HashMap<i64, Vec<Version>> = HashMap::new();
    for row in transaction.query(VERSIONS, &[&keys, &current, &hashes]).await? {
        if let Some(version) = version(&row) {
            versions.entry(row.get(0)).or_default().push(version);
        }
    }
    let article = |row: &Row| article(row, versions.remove(&row.get::<_, i64>(0)).unwrap_or_default());
    Ok(found.iter().filter_map(article).collect())
}

/// `None` for an article without its current version, which is then refused as
/// a race would be: nothing here makes one.
fn article(row: &Row, versions: Vec<Version>) -> Option<(ArticleId, Article)> {
    let current: i64 = row.get(2);
    let article = Article {
        key: row.get(0),
        stored: Some(Stored { current, retracted: row.get(3) }),
        first_created: row.get(4),
        current: versions.iter().position(|version| version.key == current)?,
        versions,
        touched: false,
    };
    Some((ArticleId::from(row.get::<_, Uuid>(1)), article))
}

fn version(row: &Row) -> Option<Version> {
    let content_hash: ContentHash = row.get::<_, &str>(2).parse().ok()?;
    Some(Version {
        key: row.get(1),
        is: VersionKey { content_hash, retracted: row.get(3) },
        first_seen: row.get::<_, Instant>(4),
        last_seen: row.get(5),
        made_at: row.get(6),
        work: row.get::<_, Option<String>>(7).map_or(Work::Elsewhere, Work::Stored),
        state: State::Kept,
    })
}
