//! The directory of the words of titles and names, by which a word with a `~` finds those
//! that it is like.
//!
//! The trigram index over it is made when a writer opens the store and finds none: it takes
//! the extension `pg_trgm`, which a server may lack or this user may not create. Without it
//! everything is found all the same, by reading the whole directory.

use crate::{likeness, words};
use std::collections::{BTreeSet, HashSet};
use tokio_postgres::{Client, Error, Transaction};

/// Words remembered; past it, memory starts anew.
const REMEMBERED: usize = 200_000;

/// In their order, so that two writers never wait for each other.
const ADD: &str = "INSERT INTO vocabulary (word) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING";

/// Words that are stored already, remembered over batches.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    committed: HashSet<String>,
    pending: BTreeSet<String>,
}

impl Vocabulary {
    /// Takes note of the words of a title or name.
    pub(super) fn note(&mut self, text: &str) {
        for word in words::words(text).map(|word| word.folded) {
            if likeness::is_kept(&word) && !self.committed.contains(&word) {
                self.pending.insert(word);
            }
        }
    }

    /// Stores what was noted.
    pub(super) async fn write(&self, transaction: &Transaction<'_>) -> Result<(), Error> {
        if !self.pending.is_empty() {
            let words: Vec<&str> = self.pending.iter().map(String::as_str).collect();
            transaction.execute(ADD, &[&words]).await?;
        }
        Ok(())
    }

    /// The transaction is committed: what it added is there to stay.
    pub(super) fn commit(&mut self) {
        if self.committed.len() + self.pending.len() > REMEMBERED {
            self.committed.clear();
        }
        self.committed.extend(std::mem::take(&mut self.pending));
    }

    /// What was added is undone.
    pub(super) fn forget_pending(&mut self) {
        self.pending.clear();
    }
}

/// The words of the directory that are like this one.
pub(super) async fn like(client: &Client, word: &str) -> Result<Vec<String>, Error> {
    let parts = likeness::parts(word);
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    // Folded words hold no sign that LIKE takes for its own. Alternatives one by one: of
    // a list the server would read the whole index.
    let patterns: Vec<String> = parts.iter().map(|part| format!("%{part}%")).collect();
    let any: Vec<String> = (1..=patterns.len()).map(|at| format!("' ' || word || ' ' LIKE ${at}")).collect();
    let sql = format!("SELECT word FROM vocabulary WHERE {}", any.join(" OR "));
    let patterns: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
        patterns.iter().map(|pattern| pattern as &(dyn tokio_postgres::types::ToSql + Sync)).collect();
    let rows = client.query(&sql, &patterns).await?;
    Ok(likeness::closest(word, rows.iter().map(|row| row.get(0))))
}

/// Sees that there is a trigram index; says what to do where there can be none.
pub(super) async fn index(client: &mut Client, place: &str) {
    if let Err(error) = make_index(client).await {
        tracing::warn!(
            place,
            error = %dateline_runtime::ErrorChain(&error),
            "no trigram index: words with a ~ are found slowly; let an administrator run \
             CREATE EXTENSION pg_trgm in this database, then restart"
        );
    }
}

async fn make_index(client: &mut Client) -> Result<(), Error> {
    let there = "SELECT to_regclass(quote_ident(current_schema()) || '.vocabulary_by_part') IS NOT NULL";
    if client.query_one(there, &[]).await?.get(0) {
        return Ok(());
    }
    let transaction = client.transaction().await?;
    // One at a time in the whole database: extensions are not a schema's own.
    transaction.execute("SELECT pg_advisory_xact_lock(6151, 1)", &[]).await?;
    if transaction.query_one(there, &[]).await?.get(0) {
        return Ok(());
    }
    // Where other schemas find it, and where it outlives this one.
    let public = "SELECT to_regnamespace('public') IS NOT NULL";
    let schema = if transaction.query_one(public, &[]).await?.get(0) { " SCHEMA public" } else { "" };
    transaction.batch_execute(&format!("CREATE EXTENSION IF NOT EXISTS pg_trgm{schema}")).await?;
    let found =
        "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                  WHERE e.extname = 'pg_trgm'";
    let schema: String = transaction.query_one(found, &[]).await?.get(0);
    let make = format!(
        "CREATE INDEX vocabulary_by_part ON vocabulary USING gin ((' ' || word || ' ') {schema}.gin_trgm_ops)"
    );
    transaction.batch_execute(&make).await?;
    transaction.commit().await
}
