//! Bringing a schema up to date: forward only, each step in a transaction of
//! its own, under an advisory lock, so that any number of sinks may start at once.

use super::error;
use crate::StoreError;
use tokio_postgres::Client;

/// Every step there ever was; the table `schema_version` says how many there
/// are. A released step is never changed: add the next one.
const STEPS: &[&str] = &[include_str!("migrations/0001_articles.sql")];

/// Brings the schema up to date; creates it where it is missing.
pub(super) async fn run(client: &mut Client, schema: &str, place: &str) -> Result<(), StoreError> {
    run_steps(client, schema, place, STEPS).await
}

/// Refuses a schema of another version without touching it.
pub(super) async fn check(client: &Client, place: &str) -> Result<(), StoreError> {
    let there = client
        .query_one("SELECT to_regclass('schema_version') IS NOT NULL", &[])
        .await
        .map_err(|source| error::of("opening the store", place, source))?;
    if !there.get::<_, bool>(0) {
        return Err(StoreError::Missing { place: place.to_owned() });
    }
    match version(client, place).await? {
        0 => Err(StoreError::Missing { place: place.to_owned() }),
        found => known(found, STEPS, place),
    }
}

async fn run_steps(client: &mut Client, schema: &str, place: &str, steps: &[&str]) -> Result<(), StoreError> {
    let fail = |source| error::of("opening the store", place, source);
    loop {
        let transaction = client.transaction().await.map_err(fail)?;
        transaction
            .execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 6151))", &[&schema])
            .await
            .map_err(fail)?;
        let prepare = format!(
            "CREATE SCHEMA IF NOT EXISTS \"{schema}\";
             CREATE TABLE IF NOT EXISTS schema_version (
                 version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        );
        transaction.batch_execute(&prepare).await.map_err(fail)?;
        let found = version(transaction.client(), place).await?;
        known(found, steps, place)?;
        let Some(step) = steps.get(found as usize) else {
            return transaction.commit().await.map_err(fail);
        };
        let to = found + 1;
        let applied = async {
            transaction.batch_execute(step).await?;
            let number = i32::try_from(to).unwrap_or(i32::MAX);
            transaction.execute("INSERT INTO schema_version (version) VALUES ($1)", &[&number]).await?;
            transaction.commit().await
        };
        applied.await.map_err(|source| match error::of("migrating", place, source) {
            StoreError::Database { source, .. } => {
                StoreError::Migration { place: place.to_owned(), from: found, to, source }
            }
            other => other,
        })?;
    }
}

async fn version(client: &Client, place: &str) -> Result<u32, StoreError> {
    let row = client
        .query_one("SELECT coalesce(max(version), 0) FROM schema_version", &[])
        .await
        .map_err(|source| error::of("opening the store", place, source))?;
    Ok(row.get::<_, i32>(0).unsigned_abs())
}

fn known(found: u32, steps: &[&str], place: &str) -> Result<(), StoreError> {
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(StoreError::NewerSchema { place: place.to_owned(), found, known });
    }
    Ok(())
}
