//! Writing a batch: one transaction, the same end state for every order of
//! arrival.

use super::article::Articles;
use super::entities::{self, EntityDirectory};
use super::log::{CHECKPOINT_PAGES, Log};
use super::{SqliteConfig, connection, error, migrations, retention};
use crate::common_words::CommonWords;
use crate::fault;
use crate::rows::RecordRows;
use crate::{Expiry, Refusal, Removed, StoreError, Vacuum, WriteOutcome};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

/// A record made ready, or why it cannot be stored.
pub(super) type Prepared = Result<RecordRows, Refusal>;

/// The connection that writes, with what it remembers.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    connection: Connection,
    log: Log,
    entities: EntityDirectory,
}

/// How a batch deals with a record that the database refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// It undoes the batch. Fast: a savepoint a record would copy every page
    /// that it touches.
    Batch,
    /// It is undone alone.
    EachRecord,
}

/// Why an attempt at a batch failed.
enum Failure {
    /// One record is refused; the others can be stored.
    Record,
    /// The database failed.
    Database(rusqlite::Error),
    /// Nothing can be stored.
    Store(StoreError),
}

impl Writer {
    pub(super) fn open(config: &SqliteConfig) -> Result<Self, StoreError> {
        let path = config.path.clone();
        let mut connection = connection::writing(config)?;
        let log = Log::watch(&mut connection, config, CHECKPOINT_PAGES)?;
        Ok(Self { path, connection, log, entities: EntityDirectory::default() })
    }

    /// The directory of common words as this writer knows it.
    pub(super) fn common_words(&self) -> watch::Receiver<Arc<CommonWords>> {
        self.entities.common.learning.subscribe()
    }

    /// Stores a batch; nothing of it when this fails.
    pub(super) fn write(&mut self, batch: &[Prepared]) -> Result<Vec<WriteOutcome>, StoreError> {
        let outcomes = match self.attempt(batch, Guard::Batch) {
            Err(Failure::Record) => self.attempt(batch, Guard::EachRecord),
            done => done,
        };
        outcomes.map_err(|failure| match failure {
            Failure::Database(source) => error::of("writing a batch", &self.path, source),
            Failure::Record => StoreError::Stopped,
            Failure::Store(error) => error,
        })
    }

    /// Whether a write could begin now.
    pub(super) fn ready(&mut self) -> Result<(), StoreError> {
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(Transaction::rollback)
            .map_err(|source| error::of("checking the store", &self.path, source))
    }

    /// Removes a part of what has expired; nothing of it when this fails.
    pub(super) fn remove(&mut self, expiry: &Expiry, limit: usize) -> Result<Removed, StoreError> {
        let mut remove = || -> rusqlite::Result<Removed> {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let removed = retention::remove(&transaction, expiry, limit)?;
            fault::point("removed");
            transaction.commit()?;
            self.log.keep_short(&mut self.connection);
            Ok(removed)
        };
        remove().map_err(|source| error::of("removing old articles", &self.path, source))
    }

    /// Removes a part of the entities that no article names; see [`entities::forget`].
    pub(super) fn forget(&mut self, after: i64) -> Result<(u64, Option<i64>), StoreError> {
        let mut forget = || -> rusqlite::Result<(u64, Option<i64>)> {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = entities::forget(&transaction, after)?;
            fault::point("forgotten");
            transaction.commit()?;
            Ok(done)
        };
        forget().map_err(|source| error::of("removing entities", &self.path, source))
    }

    /// Gives space back.
    pub(super) fn vacuum(&mut self, how: Vacuum) -> Result<(), StoreError> {
        retention::vacuum(&self.connection, how)
            .map_err(|source| error::of("giving space back", &self.path, source))
    }

    fn attempt(&mut self, batch: &[Prepared], guard: Guard) -> Result<Vec<WriteOutcome>, Failure> {
        self.entities.forget_pending();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Failure::Database)?;
        // Another process may have brought the file further than this one knows.
        migrations::check(&transaction, &self.path).map_err(Failure::Store)?;
        fault::point("loaded");
        let mut articles = Articles::new(&transaction, &mut self.entities).map_err(Failure::Database)?;
        let mut outcomes = Vec::with_capacity(batch.len());
        for record in batch {
            outcomes.push(match record {
                Ok(rows) => put(&mut articles, rows, guard)?,
                Err(refusal) => WriteOutcome::Refused(refusal.clone()),
            });
        }
        fault::point("logged");
        transaction.commit().map_err(Failure::Database)?;
        fault::point("committed");
        self.entities.commit();
        self.log.keep_short(&mut self.connection);
        Ok(outcomes)
    }
}

fn put(articles: &mut Articles<'_>, rows: &RecordRows, guard: Guard) -> Result<WriteOutcome, Failure> {
    let result = match guard {
        Guard::Batch => articles.put(rows),
        Guard::EachRecord => articles.put_alone(rows),
    };
    result.or_else(|database| match (error::refusal(&database), guard) {
        (Some(_), Guard::Batch) => Err(Failure::Record),
        (Some(refusal), Guard::EachRecord) => Ok(WriteOutcome::Refused(refusal)),
        (None, _) => Err(Failure::Database(database)),
    })
}
