//! Articles that go, with all their rows, and the space that they leave.

use super::instant::Instant;
use super::search::Failure;
use crate::{AgeFrom, Expiry, Removed};
use tokio_postgres::{Client, Error, Row, Transaction};

/// What grows and shrinks with articles.
pub(super) const TABLES: [&str; 6] = ["articles", "versions", "mentions", "dates", "entities", "vocabulary"];

/// What follows FROM; `$1` is the moment, `$2` the names of sources.
fn condition(expiry: &Expiry) -> String {
    let column = match expiry.age {
        AgeFrom::Ingested => "last_seen",
        AgeFrom::Published => "at",
    };
    let (_, meant) = expiry.sources.names();
    let not = if meant { "" } else { "NOT " };
    format!("articles a WHERE a.{column} < $1 AND {not}(a.source = ANY($2))")
}

/// What would go.
pub(super) async fn expired(client: &Client, expiry: &Expiry) -> Result<Removed, Failure> {
    let sql = format!(
        "SELECT a.source, count(*), sum((SELECT count(*) FROM versions v WHERE v.article = a.article))::bigint
           FROM {} GROUP BY a.source",
        condition(expiry)
    );
    let (names, _) = expiry.sources.names();
    Ok(removed(&client.query(&sql, &[&Instant::of(expiry.before), &names]).await?))
}

/// Removes at most `limit` articles. One that a sink is writing at the moment is
/// passed over until the next time, so that neither waits for the other.
pub(super) async fn remove(
    transaction: &Transaction<'_>,
    expiry: &Expiry,
    limit: usize,
) -> Result<Removed, Error> {
    let sql = format!(
        "WITH gone AS MATERIALIZED (SELECT a.article FROM {} ORDER BY a.article LIMIT $3 FOR UPDATE SKIP LOCKED),
              m AS (DELETE FROM mentions x USING gone WHERE x.article = gone.article),
              d AS (DELETE FROM dates x USING gone WHERE x.article = gone.article),
              v AS (DELETE FROM versions x USING gone WHERE x.article = gone.article RETURNING x.article),
              a AS (DELETE FROM articles x USING gone WHERE x.article = gone.article RETURNING x.article, x.source)
         SELECT a.source, count(*), sum((SELECT count(*) FROM v WHERE v.article = a.article))::bigint
           FROM a GROUP BY a.source",
        condition(expiry)
    );
    let (names, _) = expiry.sources.names();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(removed(&transaction.query(&sql, &[&Instant::of(expiry.before), &names, &limit]).await?))
}

fn removed(rows: &[Row]) -> Removed {
    let count = |row: &Row, at| row.get::<_, i64>(at).unsigned_abs();
    Removed {
        articles: rows.iter().map(|row| (row.get(0), count(row, 1))).collect(),
        versions: rows.iter().map(|row| count(row, 2)).sum(),
        entities: None,
    }
}

/// Bytes of the schema's tables with their indexes.
pub(super) async fn size(client: &Client) -> Result<u64, Failure> {
    let sql = "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
                WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind = 'r'";
    Ok(client.query_one(sql, &[]).await?.get::<_, i64>(0).unsigned_abs())
}
