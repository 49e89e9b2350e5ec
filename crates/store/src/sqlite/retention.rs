//! Articles that go, with all their rows, and the space that they leave.

use super::index;
use crate::{AgeFrom, Expiry, Removed, Vacuum};
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params_from_iter};

/// Pages of 8 KiB that a gentle vacuum gives back at once.
const GENTLE_PAGES: u32 = 4_000;

/// What follows FROM, and its parameters.
fn condition(expiry: &Expiry) -> (String, Vec<Value>) {
    let (column, before) = match expiry.age {
        AgeFrom::Ingested => ("last_seen", expiry.before.as_microsecond()),
        AgeFrom::Published => ("at", expiry.before.as_second()),
    };
    let (names, meant) = expiry.sources.names();
    let places = vec!["?"; names.len()].join(",");
    let not = if meant { "" } else { "NOT " };
    let values = std::iter::once(Value::Integer(before)).chain(names.iter().cloned().map(Value::Text));
    (format!("articles a WHERE a.{column} < ? AND a.source {not}IN ({places})"), values.collect())
}

/// What would go.
pub(super) fn expired(connection: &Connection, expiry: &Expiry) -> rusqlite::Result<Removed> {
    let (from, values) = condition(expiry);
    let sql = format!(
        "SELECT a.source, count(*), sum((SELECT count(*) FROM versions v WHERE v.article = a.article))
           FROM {from} GROUP BY a.source"
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut expired = Removed::default();
    while let Some(row) = rows.next()? {
        expired.articles.insert(row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs());
        expired.versions += row.get::<_, i64>(2)?.unsigned_abs();
    }
    Ok(expired)
}

/// Removes at most `limit` articles, the oldest keys first, in `transaction`.
pub(super) fn remove(
    transaction: &Transaction<'_>,
    expiry: &Expiry,
    limit: usize,
) -> rusqlite::Result<Removed> {
    let (from, mut values) = condition(expiry);
    values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let mut statement = transaction
        .prepare_cached(&format!("SELECT a.article, a.source FROM {from} ORDER BY a.article LIMIT ?"))?;
    let found: Vec<(i64, String)> = statement
        .query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut removed = Removed::default();
    if let Some((last, _)) = found.last() {
        transaction.execute("UPDATE removed SET article = max(article, ?1)", [last])?;
    }
    for (article, source) in found {
        index::remove(transaction, article)?;
        removed.versions += delete(transaction, "DELETE FROM versions WHERE article = ?1", article)?;
        delete(transaction, "DELETE FROM articles WHERE article = ?1", article)?;
        *removed.articles.entry(source).or_default() += 1;
    }
    Ok(removed)
}

fn delete(connection: &Connection, sql: &str, article: i64) -> rusqlite::Result<u64> {
    Ok(connection.prepare_cached(sql)?.execute([article])? as u64)
}

/// Gives the space of what went back to the device. A file of an older Dateline
/// gives nothing back until it was vacuumed fully once.
pub(super) fn vacuum(connection: &Connection, how: Vacuum) -> rusqlite::Result<()> {
    match how {
        Vacuum::Gentle => run(connection, &format!("PRAGMA incremental_vacuum({GENTLE_PAGES})")),
        Vacuum::Full => {
            run(connection, "INSERT INTO words (words) VALUES ('optimize')")?;
            run(connection, "PRAGMA auto_vacuum = incremental")?;
            run(connection, "VACUUM")?;
            run(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }
}

/// Runs a statement to its end, whatever rows it gives.
fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
