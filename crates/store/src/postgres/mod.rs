//! The PostgreSQL store: for newsrooms that have one, and for several sinks at once.
//!
//! `write` holds the one connection that writes: it `load`s what is stored of a
//! batch's articles, works out in memory what changes (`merge`) and writes that
//! (`change`), all in one transaction. `search`, `read` and `timeline` answer
//! on other connections. Any number of processes may do so with one schema.

mod ages;
mod change;
mod common_words;
mod condition;
mod config;
mod connect;
mod entities;
mod error;
mod indexed;
mod instant;
mod load;
mod merge;
mod migrations;
mod read;
mod retention;
mod search;
mod shown;
mod timeline;
mod tsvector;
mod vocabulary;
mod write;

pub use config::{PostgresOptions, TlsRule};

use crate::common_words::CommonWords;
use crate::counted::Counted;
use crate::paging::VersionPlace;
use crate::prepare::prepare;
use crate::rank;
use crate::{
    EntityProfile, Expiry, Probe, ProfileRequest, Received, RecordReader, RecordStore, Removed, ScanPage,
    ScanRequest, SearchPage, SearchRequest, SourceCount, StoreError, StoreFuture, TimelinePage,
    TimelineRequest, Totals, Vacuum, VersionPage, VersionRequest, WriteOutcome,
};
use connect::{Pool, Pooled, Use, connect};
use dateline_model::{ArticleId, NewsRecord};
use search::Failure;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Mutex, watch};
use tokio_postgres::error::SqlState;
use write::{Entry, Prepared, Writer};

/// A PostgreSQL store, for writing and reading.
#[derive(Debug)]
pub struct PostgresStore {
    writer: Mutex<Writer>,
    common_words: watch::Receiver<Arc<CommonWords>>,
    reader: PostgresReader,
    max_record_bytes: usize,
}

impl PostgresStore {
    /// Connects; creates the schema and brings it up to date.
    ///
    /// # Errors
    /// [`StoreError`]: what stands in the way.
    pub async fn open(options: PostgresOptions) -> Result<Self, StoreError> {
        let max_record_bytes = (options.max_record_mib as usize) << 20;
        let writer = Writer::open(options.clone()).await?;
        let common_words = writer.common_words();
        let reader = PostgresReader { pool: Pool::new(options), counted: Counted::default() };
        Ok(Self { writer: Mutex::new(writer), common_words, reader, max_record_bytes })
    }

    /// What is there, in a session that only reads.
    pub(crate) async fn probe(options: PostgresOptions) -> Result<Probe, StoreError> {
        let client = connect(&options, Use::Reading).await?;
        migrations::probe(&client, &options.schema, &options.place()).await
    }
}

impl RecordStore for PostgresStore {
    fn take(&self, batch: Vec<Received>) -> StoreFuture<'_, Vec<WriteOutcome>> {
        let max_bytes = self.max_record_bytes;
        Box::pin(async move {
            let common = Arc::clone(&self.common_words.borrow());
            let entry = move |received| {
                Entry::of(received, max_bytes).map(|entry| entry.with_pairs(Arc::clone(&common)))
            };
            let prepared: Vec<Prepared> = prepare(batch, entry).await?;
            let written = self.writer.lock().await.write(prepared).await;
            self.reader.counted.forget();
            written
        })
    }

    fn ready(&self) -> StoreFuture<'_, ()> {
        Box::pin(async { self.writer.lock().await.ready().await })
    }

    fn remove(&self, expiry: Expiry, limit: usize) -> StoreFuture<'_, Removed> {
        Box::pin(async move {
            let removed = self.writer.lock().await.remove(&expiry, limit).await;
            self.reader.counted.forget();
            removed
        })
    }

    fn forget_entities(&self) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let (mut forgotten, mut after) = (0, Some(i64::MIN));
            // Part by part, so that batches get in between.
            while let Some(from) = after {
                let (part, next) = self.writer.lock().await.forget(from).await?;
                forgotten += part;
                after = next;
            }
            self.reader.counted.forget();
            Ok(forgotten)
        })
    }

    fn vacuum(&self, how: Vacuum) -> StoreFuture<'_, ()> {
        Box::pin(async move { self.writer.lock().await.vacuum(how).await })
    }

    fn size(&self) -> StoreFuture<'_, Option<u64>> {
        let size = self.reader.read("measuring the store", |client| Box::pin(retention::size(client)));
        Box::pin(async { size.await.map(Some) })
    }
}

impl RecordReader for PostgresStore {
    fn search(&self, request: SearchRequest) -> StoreFuture<'_, SearchPage> {
        self.reader.search(request)
    }

    fn scan(&self, request: ScanRequest) -> StoreFuture<'_, ScanPage> {
        self.reader.scan(request)
    }

    fn get(&self, id: ArticleId) -> StoreFuture<'_, Option<NewsRecord>> {
        self.reader.get(id)
    }

    fn version_page(&self, request: VersionRequest) -> StoreFuture<'_, VersionPage> {
        self.reader.version_page(request)
    }

    fn timeline(&self, request: TimelineRequest) -> StoreFuture<'_, TimelinePage> {
        self.reader.timeline(request)
    }

    fn profile(&self, request: ProfileRequest) -> StoreFuture<'_, EntityProfile> {
        self.reader.profile(request)
    }

    fn sources(&self) -> StoreFuture<'_, Vec<SourceCount>> {
        self.reader.sources()
    }

    fn expired(&self, expiry: Expiry) -> StoreFuture<'_, Removed> {
        self.reader.expired(expiry)
    }

    fn totals(&self) -> StoreFuture<'_, Totals> {
        self.reader.totals()
    }
}

/// The reading side of a PostgreSQL store; creates and changes nothing.
#[derive(Debug)]
pub struct PostgresReader {
    pool: Pool,
    counted: Counted,
}

impl PostgresReader {
    /// Connects to a store that exists.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is none; what else stands in the way.
    pub async fn open(options: PostgresOptions) -> Result<Self, StoreError> {
        let reader = Self { pool: Pool::new(options), counted: Counted::default() };
        let place = reader.pool.options().place();
        migrations::check(&*reader.pool.get().await?, &place).await?;
        Ok(reader)
    }

    /// Reads on one connection, everything in one snapshot: what a writer
    /// commits in between stays unseen.
    fn read<T, F>(&self, action: &'static str, query: F) -> StoreFuture<'_, T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Pooled<'_>) -> futures::future::BoxFuture<'a, Result<T, Failure>>
            + Send
            + 'static,
    {
        Box::pin(async move {
            let client = self.pool.get().await?;
            let result = async {
                client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                let answer = query(&client).await;
                client.batch_execute("ROLLBACK").await?;
                answer
            };
            result.await.map_err(|failure| self.classify(action, failure))
        })
    }

    fn classify(&self, action: &'static str, failure: Failure) -> StoreError {
        match failure {
            Failure::Database(error) if error.code() == Some(&SqlState::QUERY_CANCELED) => {
                StoreError::TooSlow { action, limit: self.pool.options().read_timeout.0 }
            }
            Failure::Database(source) => error::of(action, &self.pool.options().place(), source),
            Failure::Unreadable(article, source) => {
                StoreError::Unreadable { id: format!("article {article}"), source }
            }
        }
    }
}

impl RecordReader for PostgresReader {
    fn search(&self, request: SearchRequest) -> StoreFuture<'_, SearchPage> {
        if let Some(cursor) = request.cursor.as_ref().filter(|cursor| rank::offset(cursor).is_none()) {
            let error = StoreError::Cursor(cursor.0.clone());
            return Box::pin(async { Err(error) });
        }
        self.read("searching", move |client| Box::pin(async move { search::run(client, &request).await }))
    }

    fn scan(&self, request: ScanRequest) -> StoreFuture<'_, ScanPage> {
        let Some(start) = rank::scan_start(request.cursor.as_ref()) else {
            let error = StoreError::Cursor(request.cursor.unwrap_or_default().0);
            return Box::pin(async { Err(error) });
        };
        self.read("exporting", move |client| {
            Box::pin(async move { search::scan(client, &request, start).await })
        })
    }

    fn get(&self, id: ArticleId) -> StoreFuture<'_, Option<NewsRecord>> {
        self.read("reading an article", move |client| Box::pin(read::current(client, id)))
    }

    fn version_page(&self, request: VersionRequest) -> StoreFuture<'_, VersionPage> {
        match VersionPlace::of(request.cursor.as_ref()) {
            Ok(after) => self.read("reading versions", move |client| {
                Box::pin(async move { read::versions(client, &request, after).await })
            }),
            Err(cursor) => Box::pin(async { Err(StoreError::Cursor(cursor.0)) }),
        }
    }

    fn timeline(&self, request: TimelineRequest) -> StoreFuture<'_, TimelinePage> {
        match rank::start(request.cursor.as_ref()) {
            Ok(start) => self.read("reading a timeline", move |client| {
                Box::pin(async move { Ok(timeline::timeline(client, &request, start).await?) })
            }),
            Err(cursor) => Box::pin(async { Err(StoreError::Cursor(cursor.0)) }),
        }
    }

    fn profile(&self, request: ProfileRequest) -> StoreFuture<'_, EntityProfile> {
        self.read("reading an entity", move |client| {
            Box::pin(async move { Ok(timeline::profile(client, &request).await?) })
        })
    }

    fn sources(&self) -> StoreFuture<'_, Vec<SourceCount>> {
        self.read("counting sources", |client| Box::pin(read::sources(client)))
    }

    fn expired(&self, expiry: Expiry) -> StoreFuture<'_, Removed> {
        self.read("looking for old articles", move |client| {
            Box::pin(async move { retention::expired(client, &expiry).await })
        })
    }

    fn totals(&self) -> StoreFuture<'_, Totals> {
        Box::pin(async {
            let begun = Instant::now();
            if let Some(totals) = self.counted.get(begun) {
                return Ok(totals);
            }
            let totals = self.read("counting", |client| Box::pin(read::totals(client))).await?;
            self.counted.put(&totals, begun, Instant::now());
            Ok(totals)
        })
    }
}
