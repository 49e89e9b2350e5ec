//! Bringing a schema up to date: forward only, each step in a transaction of
//! its own, under an advisory lock, so that any number of sinks may start at once.

use super::entities::ALONE;
use super::error;
use crate::{Probe, StoreError};
use tokio_postgres::Client;

/// Every step there ever was; the table `schema_version` says how many there
/// are. A released step is never changed: add the next one.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_articles.sql"),
    include_str!("migrations/0002_vocabulary.sql"),
    include_str!("migrations/0003_terms.sql"),
    include_str!("migrations/0004_gather.sql"),
    include_str!("migrations/0005_ages.sql"),
];

/// What a server must be at least, as it numbers itself.
const OLDEST_SERVER: i32 = 140_000;

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

/// Refuses a schema of another version, as a batch finds it: another process may have brought
/// it further than this one knows.
pub(super) fn still_known(found: u32, place: &str) -> Result<(), StoreError> {
    known(found, STEPS, place)
}

/// What [`run`] would find, in a session that only reads: the version, and whether this user
/// may bring it further.
pub(super) async fn probe(client: &Client, schema: &str, place: &str) -> Result<Probe, StoreError> {
    let fail = |source| error::of("opening the store", place, source);
    let refused = |why: String| Err(StoreError::Open { place: place.to_owned(), source: why.into() });
    let rights = Rights::ask(client, schema).await.map_err(fail)?;
    let Rights { user, database, .. } = &rights;
    if rights.server < OLDEST_SERVER {
        return refused("the server is older than PostgreSQL 14; upgrade it".to_owned());
    }
    if !rights.has_schema {
        return if rights.may_make_schema {
            Ok(Probe::Absent)
        } else {
            refused(format!(
                "{user} may make no schema there; GRANT CREATE ON DATABASE \"{database}\" TO \"{user}\""
            ))
        };
    }
    let not_ours = || {
        refused(format!(
            "{user} may not write to the schema; make it the owner: ALTER SCHEMA \"{schema}\" OWNER TO \"{user}\", \
             and of its tables"
        ))
    };
    if !rights.may_use_schema {
        return not_ours();
    }
    let row = client
        .query_one(
            "SELECT to_regclass($1) IS NOT NULL, coalesce(has_table_privilege(to_regclass($2), 'INSERT'), true)",
            &[&format!("{schema}.schema_version"), &format!("{schema}.articles")],
        )
        .await
        .map_err(fail)?;
    let (has_tables, may_write): (bool, bool) = (row.get(0), row.get(1));
    if !may_write {
        return not_ours();
    }
    let found = if has_tables { version(client, place).await? } else { 0 };
    Probe::of_schema(found, u32::try_from(STEPS.len()).unwrap_or(u32::MAX), place)
}

/// What this user may do on this server.
struct Rights {
    server: i32,
    user: String,
    database: String,
    has_schema: bool,
    may_make_schema: bool,
    /// To look into it and to make tables in it.
    may_use_schema: bool,
}

impl Rights {
    async fn ask(client: &Client, schema: &str) -> Result<Self, tokio_postgres::Error> {
        let row = client
            .query_one(
                "SELECT current_setting('server_version_num')::integer, current_user::text,
                        current_database()::text, to_regnamespace($1) IS NOT NULL,
                        has_database_privilege(current_database(), 'CREATE'),
                        coalesce(has_schema_privilege(to_regnamespace($1), 'CREATE')
                             AND has_schema_privilege(to_regnamespace($1), 'USAGE'), false)",
                &[&schema],
            )
            .await?;
        Ok(Self {
            server: row.get(0),
            user: row.get(1),
            database: row.get(2),
            has_schema: row.get(3),
            may_make_schema: row.get(4),
            may_use_schema: row.get(5),
        })
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
        // Asked for first: IF NOT EXISTS wants the right to make schemas also where there is one.
        let prepare = format!(
            "DO $$ BEGIN
                 IF to_regnamespace('\"{schema}\"') IS NULL THEN CREATE SCHEMA \"{schema}\"; END IF;
             END $$;
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
            // What a step does for stored articles is to hold for all: no batch is under way.
            transaction.batch_execute(ALONE).await?;
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
