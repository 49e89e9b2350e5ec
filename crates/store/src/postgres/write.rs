//! Writing a batch: one transaction, the same end state for every order of
//! arrival, whoever else writes at the same time.

use super::config::PostgresOptions;
use super::connect::{Use, connect};
use super::entities::{self, EntityDirectory};
use super::merge::{Keys, Merge};
use super::tsvector::TsVector;
use super::{change, common_words, error, load, migrations, retention, vocabulary};
use crate::common_words::CommonWords;
use crate::fault;
use crate::rows::RecordRows;
use crate::{Expiry, Received, Refusal, Removed, StoreError, Vacuum, WriteOutcome};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use tokio::sync::watch;
use tokio_postgres::{Client, Error, Transaction};

/// A record made ready, or why it cannot be stored.
pub(super) type Prepared = Result<Entry, Refusal>;

/// How often a batch is tried when another writer stores the same articles.
const RACES: usize = 20;

/// The connection that writes, with what it remembers.
#[derive(Debug)]
pub(super) struct Writer {
    options: PostgresOptions,
    place: String,
    client: Option<Client>,
    entities: EntityDirectory,
    /// Sources that are stored already, with their kinds.
    sources: HashSet<change::SourceKey>,
    keys: KeyBlocks,
}

/// Short keys, taken from the server a block at a time. A block that was not
/// used up is lost, which costs nothing.
#[derive(Debug, Default)]
struct KeyBlocks {
    articles: VecDeque<std::ops::Range<i64>>,
    versions: VecDeque<std::ops::Range<i64>>,
}

/// `INCREMENT` of the sequences.
const BLOCK: i64 = 1_000;

impl KeyBlocks {
    /// Sees that there are so many keys of each.
    async fn provide(&mut self, transaction: &Transaction<'_>, count: usize) -> Result<(), Error> {
        for (blocks, sequence) in [(&mut self.articles, "article_keys"), (&mut self.versions, "version_keys")]
        {
            let missing = i64::try_from(count).unwrap_or(i64::MAX) - left(blocks);
            if missing > 0 {
                let sql = format!("SELECT nextval('{sequence}') FROM generate_series(1, $1::bigint)");
                let rows = transaction.query(&sql, &[&(missing / BLOCK + 1)]).await?;
                blocks.extend(rows.iter().map(|row| row.get::<_, i64>(0)).map(|first| first..first + BLOCK));
            }
        }
        Ok(())
    }
}

fn left(blocks: &VecDeque<std::ops::Range<i64>>) -> i64 {
    blocks.iter().map(|block| block.end - block.start).sum()
}

fn next(blocks: &mut VecDeque<std::ops::Range<i64>>) -> i64 {
    while let Some(block) = blocks.front_mut() {
        if let Some(key) = block.next() {
            return key;
        }
        blocks.pop_front();
    }
    unreachable!("a key for each record was provided before")
}

impl Keys for KeyBlocks {
    fn article(&mut self) -> i64 {
        next(&mut self.articles)
    }

    fn version(&mut self) -> i64 {
        next(&mut self.versions)
    }
}

/// A record with all that is made of it before the write.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) rows: RecordRows,
    pub(super) words: TsVector,
}

impl Entry {
    /// Work for a processor, not for the reactor.
    pub(super) fn of(received: Received, max_bytes: usize) -> Prepared {
        let words = TsVector::of(&received.record);
        RecordRows::of(received, max_bytes).map(|rows| Self { rows, words })
    }

    /// The same with its pairs of these words.
    #[must_use]
    pub(super) fn with_pairs(self, common: Arc<CommonWords>) -> Self {
        Self { rows: self.rows.with_pairs(common), ..self }
    }
}

/// Why an attempt at a batch failed.
pub(super) enum Failure {
    Database(Error),
    Store(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl Writer {
    pub(super) async fn open(options: PostgresOptions) -> Result<Self, StoreError> {
        let place = options.place();
        let mut client = connect(&options, Use::Writing).await?;
        migrations::run(&mut client, &options.schema, &place).await?;
        vocabulary::index(&mut client, &place).await;
        Ok(Self {
            options,
            place,
            client: Some(client),
            entities: EntityDirectory::default(),
            sources: HashSet::new(),
            keys: KeyBlocks::default(),
        })
    }

    /// The directory of common words as this writer knows it.
    pub(super) fn common_words(&self) -> watch::Receiver<Arc<CommonWords>> {
        self.entities.common.subscribe()
    }

    /// Stores a batch; nothing of it when this fails.
    pub(super) async fn write(&mut self, batch: Vec<Prepared>) -> Result<Vec<WriteOutcome>, StoreError> {
        let mut entries = Vec::with_capacity(batch.len());
        let mut outcomes = Vec::with_capacity(batch.len());
        for prepared in batch {
            match prepared {
                Ok(entry) => {
                    entries.push(entry);
                    outcomes.push(None);
                }
                Err(refusal) => outcomes.push(Some(WriteOutcome::Refused(refusal))),
            }
        }
        let mut stored = self.write_entries(entries).await?.into_iter();
        Ok(outcomes.into_iter().filter_map(|refused| refused.or_else(|| stored.next())).collect())
    }

    /// Whether a write could begin now.
    pub(super) async fn ready(&mut self) -> Result<(), StoreError> {
        self.reconnect().await?;
        let Some(client) = &self.client else { return Err(StoreError::Stopped) };
        let asked = client.simple_query("SELECT 1").await;
        asked.map(drop).map_err(|source| error::of("checking the store", &self.place, source))
    }

    /// Removes a part of what has expired; nothing of it when this fails.
    pub(super) async fn remove(&mut self, expiry: &Expiry, limit: usize) -> Result<Removed, StoreError> {
        self.reconnect().await?;
        let Some(client) = &mut self.client else { return Err(StoreError::Stopped) };
        let remove = async {
            let transaction = client.transaction().await?;
            let removed = retention::remove(&transaction, expiry, limit).await?;
            fault::point("removed");
            transaction.commit().await?;
            Ok::<_, Error>(removed)
        };
        remove.await.map_err(|source| error::of("removing old articles", &self.place, source))
    }

    /// Removes a part of the entities that no article names; see [`entities::forget`].
    pub(super) async fn forget(&mut self, after: i64) -> Result<(u64, Option<i64>), StoreError> {
        self.reconnect().await?;
        let Some(client) = &mut self.client else { return Err(StoreError::Stopped) };
        let forgotten = entities::forget(client, after).await;
        forgotten.map_err(|source| error::of("removing entities", &self.place, source))
    }

    /// The server's own autovacuum does what is gentle; a full one makes all the
    /// space usable again at once, and holds up nobody.
    pub(super) async fn vacuum(&mut self, how: Vacuum) -> Result<(), StoreError> {
        if how == Vacuum::Gentle {
            return Ok(());
        }
        self.reconnect().await?;
        let Some(client) = &self.client else { return Err(StoreError::Stopped) };
        for table in retention::TABLES {
            // One statement each: it runs in no transaction.
            let vacuumed = client.simple_query(&format!("VACUUM (ANALYZE) {table}")).await;
            vacuumed.map_err(|source| error::of("giving space back", &self.place, source))?;
        }
        Ok(())
    }

    async fn reconnect(&mut self) -> Result<(), StoreError> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.client = Some(connect(&self.options, Use::Writing).await?);
        }
        Ok(())
    }

    /// In one transaction; where the server refuses the data of a record, the
    /// batch is halved until that one stands alone.
    async fn write_entries(&mut self, entries: Vec<Entry>) -> Result<Vec<WriteOutcome>, StoreError> {
        let mut parts = VecDeque::from([entries]);
        let mut outcomes = Vec::new();
        while let Some(mut part) = parts.pop_front() {
            let failure = match self.attempt_often(&part).await {
                Ok(done) => {
                    outcomes.extend(done);
                    continue;
                }
                Err(Failure::Store(error)) => return Err(error),
                Err(Failure::Database(failure)) => failure,
            };
            match error::refusal(&failure) {
                Some(refusal) if part.len() == 1 => outcomes.push(WriteOutcome::Refused(refusal)),
                Some(_) => {
                    let second = part.split_off(part.len() / 2);
                    parts.push_front(second);
                    parts.push_front(part);
                }
                None => return Err(error::of("writing a batch", &self.place, failure)),
            }
        }
        Ok(outcomes)
    }

    async fn attempt_often(&mut self, entries: &[Entry]) -> Result<Vec<WriteOutcome>, Failure> {
        let mut races = 0;
        loop {
            match self.attempt(entries).await {
                Err(Failure::Database(error)) if error::is_race(&error) && races < RACES => races += 1,
                done => return done,
            }
        }
    }

    async fn attempt(&mut self, entries: &[Entry]) -> Result<Vec<WriteOutcome>, Failure> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        self.entities.forget_pending();
        self.reconnect().await.map_err(Failure::Store)?;
        let Some(client) = &mut self.client else { return Err(Failure::Store(StoreError::Stopped)) };
        common_words::store(&mut self.entities.common, client).await?;
        let transaction = client.transaction().await?;
        let schema = self.entities.meet(&transaction).await?;
        migrations::still_known(schema, &self.place).map_err(Failure::Store)?;
        let stored = load::articles(&transaction, entries).await?;
        fault::point("loaded");
        self.keys.provide(&transaction, entries.len()).await?;
        let mut merge = Merge::new(entries, stored);
        let outcomes: Vec<_> = (0..entries.len()).map(|at| merge.put(at, &mut self.keys)).collect();
        change::write(&transaction, &merge, &mut self.entities).await?;
        let new = change::sources(&transaction, entries, &self.sources).await?;
        change::log(&transaction, &outcomes).await?;
        fault::point("logged");
        transaction.commit().await?;
        fault::point("committed");
        self.entities.commit();
        self.sources.extend(new);
        Ok(outcomes)
    }
}
