//! The SQLite store: one file, write-ahead log, full-text search by FTS5.
//!
//! `write` holds the one connection that writes, on a thread of its own; it
//! puts records into `article`s with their `version`s and makes them findable
//! (`index`). `search` and `read` answer on other threads, each with a
//! connection that only reads. Several processes may do so with one file.

mod article;
mod common_words;
mod condition;
mod connection;
mod entities;
mod error;
mod expression;
mod hit;
mod index;
mod log;
mod micros;
mod migrations;
mod mover;
mod packed;
mod read;
mod retention;
mod search;
mod threads;
mod timeline;
mod trends;
mod version;
mod vocabulary;
mod write;

use crate::common_words::CommonWords;
use crate::counted::Counted;
use crate::paging::VersionPlace;
use crate::prepare::prepare;
use crate::rank;
use crate::rows::RecordRows;
use crate::{
    EntityProfile, Expiry, Probe, ProfileRequest, Received, RecordReader, RecordStore, Removed, ScanPage,
    ScanRequest, SearchPage, SearchRequest, SourceCount, SqliteOptions, StoreError, StoreFuture,
    TimelinePage, TimelineRequest, Totals, Trend, TrendRequest, Vacuum, VersionPage, VersionRequest,
    WriteOutcome,
};
use dateline_model::{ArticleId, NewsRecord};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use threads::Threads;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use write::{Prepared, Writer};

/// What opening a SQLite store takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteConfig {
    /// The database file; its folder is created when missing.
    pub path: PathBuf,
    /// Tuning.
    pub options: SqliteOptions,
}

impl SqliteConfig {
    /// The store in this file, everything else as it comes.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), options: SqliteOptions::default() }
    }
}

/// A SQLite store, for writing and reading.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Threads<Writer>,
    common_words: watch::Receiver<Arc<CommonWords>>,
    reader: SqliteReader,
    max_record_bytes: usize,
    compress: bool,
}

impl SqliteStore {
    /// Opens the store; creates the file and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`]: what stands in the way.
    pub async fn open(config: SqliteConfig) -> Result<Self, StoreError> {
        let max_record_bytes = (config.options.max_record_mib as usize) << 20;
        let compress = config.options.compress;
        let path = config.path.clone();
        let open = move || Ok((Writer::open(&config)?, config));
        let (writer, config) = blocking(open).await?;
        let common_words = writer.common_words();
        let writer = Threads::start("store-writer", vec![writer]).map_err(|source| StoreError::Open {
            place: path.display().to_string(),
            source: Box::new(source),
        })?;
        Ok(Self {
            writer,
            common_words,
            reader: SqliteReader::open(config).await?,
            max_record_bytes,
            compress,
        })
    }

    /// What is there, changing nothing.
    pub(crate) async fn probe(config: SqliteConfig) -> Result<Probe, StoreError> {
        blocking(move || connection::probe(&config)).await
    }
}

impl RecordStore for SqliteStore {
    fn take(&self, batch: Vec<Received>) -> StoreFuture<'_, Vec<WriteOutcome>> {
        let max_bytes = self.max_record_bytes;
        Box::pin(async move {
            let common = Arc::clone(&self.common_words.borrow());
            let compress = self.compress;
            let rows = move |received| {
                let rows = RecordRows::of(received, max_bytes)?.with_pairs(Arc::clone(&common));
                Ok(if compress { rows.packed() } else { rows.unpacked() })
            };
            let prepared: Vec<Prepared> = prepare(batch, rows).await?;
            let written = self.writer.run(move |writer| writer.write(&prepared)).await;
            self.reader.counted.forget();
            written
        })
    }

    fn ready(&self) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.run(Writer::ready))
    }

    fn remove(&self, expiry: Expiry, limit: usize) -> StoreFuture<'_, Removed> {
        Box::pin(async move {
            let removed = self.writer.run(move |writer| writer.remove(&expiry, limit)).await;
            self.reader.counted.forget();
            removed
        })
    }

    fn forget_entities(&self) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let (mut forgotten, mut after) = (0, Some(i64::MIN));
            // Part by part, so that batches get in between.
            while let Some(from) = after {
                let (part, next) = self.writer.run(move |writer| writer.forget(from)).await?;
                forgotten += part;
                after = next;
            }
            self.reader.counted.forget();
            Ok(forgotten)
        })
    }

    fn vacuum(&self, how: Vacuum) -> StoreFuture<'_, ()> {
        Box::pin(self.writer.run(move |writer| writer.vacuum(how)))
    }

    fn size(&self) -> StoreFuture<'_, Option<u64>> {
        let path = self.reader.path.clone();
        Box::pin(blocking(move || Ok(Some(bytes(&path)))))
    }
}

impl RecordReader for SqliteStore {
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

    fn trends(&self, request: TrendRequest) -> StoreFuture<'_, Vec<Trend>> {
        self.reader.trends(request)
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

/// The reading side of a SQLite store; creates and changes nothing.
#[derive(Debug)]
pub struct SqliteReader {
    threads: Threads<Connection>,
    path: PathBuf,
    counted: Counted,
}

impl SqliteReader {
    /// Opens a store that exists.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is none; what else stands in the way.
    pub async fn open(config: SqliteConfig) -> Result<Self, StoreError> {
        let path = config.path.clone();
        let count = config.options.readers.max(1);
        let open = move || (0..count).map(|_| connection::reading(&config)).collect::<Result<Vec<_>, _>>();
        let readers = blocking(open).await?;
        let threads = Threads::start("store-reader", readers).map_err(|source| StoreError::Open {
            place: path.display().to_string(),
            source: Box::new(source),
        })?;
        Ok(Self { threads, path, counted: Counted::default() })
    }

    /// Reads on one of the threads, everything in one transaction: what a
    /// writer commits in between stays unseen.
    fn read<T, F>(&self, action: &'static str, query: F) -> StoreFuture<'_, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let path = self.path.clone();
        Box::pin(self.threads.run(move |reader| {
            let transaction = reader.transaction();
            transaction
                .and_then(|transaction| query(&transaction))
                .map_err(|source| error::of(action, &path, source))
        }))
    }
}

impl RecordReader for SqliteReader {
    fn search(&self, request: SearchRequest) -> StoreFuture<'_, SearchPage> {
        if let Some(cursor) = request.cursor.as_ref().filter(|cursor| rank::offset(cursor).is_none()) {
            let error = StoreError::Cursor(cursor.0.clone());
            return Box::pin(async { Err(error) });
        }
        self.read("searching", move |connection| search::run(connection, &request))
    }

    fn scan(&self, request: ScanRequest) -> StoreFuture<'_, ScanPage> {
        let Some(start) = rank::scan_start(request.cursor.as_ref()) else {
            let error = StoreError::Cursor(request.cursor.unwrap_or_default().0);
            return Box::pin(async { Err(error) });
        };
        self.read("exporting", move |connection| search::scan(connection, &request, start))
    }

    fn get(&self, id: ArticleId) -> StoreFuture<'_, Option<NewsRecord>> {
        self.read("reading an article", move |connection| read::current(connection, id))
    }

    fn version_page(&self, request: VersionRequest) -> StoreFuture<'_, VersionPage> {
        match VersionPlace::of(request.cursor.as_ref()) {
            Ok(after) => self.read("reading versions", move |connection| {
                read::versions(connection, &request, after.as_ref())
            }),
            Err(cursor) => Box::pin(async { Err(StoreError::Cursor(cursor.0)) }),
        }
    }

    fn timeline(&self, request: TimelineRequest) -> StoreFuture<'_, TimelinePage> {
        match rank::start(request.cursor.as_ref()) {
            Ok(start) => self.read("reading a timeline", move |connection| {
                timeline::timeline(connection, &request, start)
            }),
            Err(cursor) => Box::pin(async { Err(StoreError::Cursor(cursor.0)) }),
        }
    }

    fn profile(&self, request: ProfileRequest) -> StoreFuture<'_, EntityProfile> {
        self.read("reading an entity", move |connection| timeline::profile(connection, &request))
    }

    fn trends(&self, request: TrendRequest) -> StoreFuture<'_, Vec<Trend>> {
        self.read("reading trends", move |connection| trends::trends(connection, request))
    }

    fn sources(&self) -> StoreFuture<'_, Vec<SourceCount>> {
        self.read("counting sources", read::sources)
    }

    fn expired(&self, expiry: Expiry) -> StoreFuture<'_, Removed> {
        self.read("looking for old articles", move |connection| retention::expired(connection, &expiry))
    }

    fn totals(&self) -> StoreFuture<'_, Totals> {
        Box::pin(async {
            let begun = Instant::now();
            if let Some(totals) = self.counted.get(begun) {
                return Ok(totals);
            }
            let totals = self.read("counting", read::totals).await?;
            self.counted.put(&totals, begun, Instant::now());
            Ok(totals)
        })
    }
}

/// The database, with what is not yet folded into it.
fn bytes(path: &Path) -> u64 {
    let size = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        std::fs::metadata(name).map_or(0, |file| file.len())
    };
    size("") + size("-wal")
}

/// Does work that may wait for a device away from the reactor.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    spawn_blocking(work).await.map_err(|_| StoreError::Stopped)?
}
