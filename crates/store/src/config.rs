//! Section `[store]` of the configuration, and opening what it names.

use crate::{
    FileConfig, FileKind, FileOptions, FileStore, OpenSearchOptions, OpenSearchStore, PostgresOptions,
    PostgresReader, PostgresStore, RecordReader, RecordStore, SqliteConfig, SqliteReader, SqliteStore, Store,
    StoreError, WebhookOptions, WebhookStore,
};
use dateline_runtime::clock::SystemClock;
use dateline_runtime::units::HumanDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Section `[store]`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// Which store.
    pub kind: StoreKind,
    /// Where stores that are files keep them: for SQLite the database file, for
    /// JSON lines and Parquet a folder.
    pub path: PathBuf,
    /// What only SQLite has.
    pub sqlite: SqliteOptions,
    /// What only PostgreSQL has.
    pub postgres: PostgresOptions,
    /// What only JSON lines and Parquet have.
    pub files: FileOptions,
    /// What only OpenSearch and Elasticsearch have.
    pub opensearch: OpenSearchOptions,
    /// What only a webhook has.
    pub webhook: WebhookOptions,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            kind: StoreKind::Sqlite,
            path: PathBuf::from("articles.db"),
            sqlite: SqliteOptions::default(),
            postgres: PostgresOptions::default(),
            files: FileOptions::default(),
            opensearch: OpenSearchOptions::default(),
            webhook: WebhookOptions::default(),
        }
    }
}

/// The stores there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StoreKind {
    /// One file, full-text search included.
    #[default]
    Sqlite,
    /// A PostgreSQL server, from version 14 on.
    Postgres,
    /// Files with a record a line, for other programs; cannot be read back here.
    JsonLines,
    /// Parquet files with a record a row, for other programs; cannot be read back here.
    Parquet,
    /// An index of OpenSearch or Elasticsearch; cannot be read back here.
    #[serde(rename = "opensearch")]
    OpenSearch,
    /// Whoever takes a signed POST; cannot be read back here.
    Webhook,
}

impl StoreKind {
    /// The name used in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::JsonLines => "json-lines",
            Self::Parquet => "parquet",
            Self::OpenSearch => "opensearch",
            Self::Webhook => "webhook",
        }
    }
}

/// Section `[store.sqlite]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SqliteOptions {
    /// How long to wait for another process that writes to the same file.
    pub busy_timeout: HumanDuration,
    /// Threads that answer searches, each with a connection of its own.
    pub readers: usize,
    /// Page cache of the writing connection, in MiB.
    pub cache_mib: u32,
    /// Largest record as JSON, in MiB; a larger one is refused.
    pub max_record_mib: u32,
    /// Whether records are compressed, which halves the file. Without it they lie there as
    /// JSON, for people with a SQL prompt. Holds for what is written from then on.
    pub compress: bool,
    /// Most pages of 8 KiB that the file may have; no limit of its own where
    /// nothing is said. Past it the store says that it is full.
    pub max_pages: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            busy_timeout: HumanDuration(Duration::from_secs(10)),
            readers: 2,
            cache_mib: 64,
            max_record_mib: 256,
            compress: true,
            max_pages: None,
        }
    }
}

impl StoreConfig {
    /// What is wrong with it, if anything.
    ///
    /// # Errors
    /// A sentence naming the field and its remedy.
    pub fn validate(&self) -> Result<(), String> {
        match self.kind {
            StoreKind::Sqlite => Ok(()),
            StoreKind::Postgres => self.postgres.validate(),
            StoreKind::JsonLines | StoreKind::Parquet => self.validate_files(),
            StoreKind::OpenSearch => self.opensearch.validate(),
            StoreKind::Webhook => self.webhook.validate(),
        }
    }

    fn validate_files(&self) -> Result<(), String> {
        if self.path.extension().is_some_and(|kind| kind == "db") {
            return Err(format!(
                "path is `{}`, a database file; a store of kind {} wants a folder of its own, such as path = \"archive\"",
                self.path.display(),
                self.kind.as_str()
            ));
        }
        self.files.validate()
    }

    /// Where it is, without secrets: two sections with the same place are the
    /// same store.
    #[must_use]
    pub fn place(&self) -> String {
        match self.kind {
            StoreKind::Sqlite | StoreKind::JsonLines | StoreKind::Parquet => self.path.display().to_string(),
            StoreKind::Postgres => self.postgres.place(),
            StoreKind::OpenSearch => self.opensearch.place(),
            StoreKind::Webhook => self.webhook.place(),
        }
    }

    /// The SQLite store of this section.
    #[must_use]
    pub fn sqlite(&self) -> SqliteConfig {
        SqliteConfig { path: self.path.clone(), options: self.sqlite.clone() }
    }
}

/// A store that is open, with what it can do.
#[derive(Clone)]
pub struct OpenStore {
    /// Takes records.
    pub records: Arc<dyn RecordStore>,
    /// Answers searches; absent where a store only takes records.
    pub reader: Option<Arc<dyn RecordReader>>,
}

impl OpenStore {
    /// One that can be written to and read.
    #[must_use]
    pub fn of(store: impl Store) -> Self {
        let store = Arc::new(store);
        Self { records: store.clone(), reader: Some(store) }
    }

    /// One that can only be written to.
    #[must_use]
    pub fn write_only(store: impl RecordStore) -> Self {
        Self { records: Arc::new(store), reader: None }
    }
}

/// Opens the configured store for writing and, where it can be read, reading;
/// creates or migrates it.
///
/// # Errors
/// [`StoreError`]: what stands in the way of opening it.
pub async fn open(config: &StoreConfig) -> Result<OpenStore, StoreError> {
    match config.kind {
        StoreKind::Sqlite => Ok(OpenStore::of(SqliteStore::open(config.sqlite()).await?)),
        StoreKind::Postgres => Ok(OpenStore::of(PostgresStore::open(config.postgres.clone()).await?)),
        StoreKind::JsonLines => open_files(FileKind::JsonLines, config).await,
        StoreKind::Parquet => open_files(FileKind::Parquet, config).await,
        StoreKind::OpenSearch => {
            Ok(OpenStore::write_only(OpenSearchStore::open(config.opensearch.clone()).await?))
        }
        StoreKind::Webhook => {
            let store = WebhookStore::open(config.webhook.clone(), SystemClock::shared())?;
            Ok(OpenStore::write_only(store))
        }
    }
}

async fn open_files(kind: FileKind, config: &StoreConfig) -> Result<OpenStore, StoreError> {
    let files = FileConfig { kind, path: config.path.clone(), options: config.files.clone() };
    Ok(OpenStore::write_only(FileStore::open(files, SystemClock::shared()).await?))
}

/// Opens the configured store for reading only; creates and changes nothing.
///
/// # Errors
/// [`StoreError::Missing`] where there is none yet, [`StoreError::WriteOnly`]
/// for a kind that cannot be read.
pub async fn open_reader(config: &StoreConfig) -> Result<Arc<dyn RecordReader>, StoreError> {
    match config.kind {
        StoreKind::Sqlite => Ok(Arc::new(SqliteReader::open(config.sqlite()).await?)),
        StoreKind::Postgres => Ok(Arc::new(PostgresReader::open(config.postgres.clone()).await?)),
        StoreKind::JsonLines | StoreKind::Parquet | StoreKind::OpenSearch | StoreKind::Webhook => {
            Err(StoreError::WriteOnly(config.kind.as_str()))
        }
    }
}

/// One check for the settings of every store: what is wrong with a section, in words.
#[cfg(test)]
pub(crate) mod faults {
    use serde::de::DeserializeOwned;

    /// Reads a section and holds what is wrong with it against `says`; empty for a sound one.
    #[track_caller]
    pub(crate) fn check<T: DeserializeOwned>(
        validate: impl FnOnce(&T) -> Result<(), String>,
        section: &str,
        says: &str,
    ) {
        let options: T = toml::from_str(section).unwrap();
        let fault = validate(&options).err().unwrap_or_default();
        assert_eq!(fault.is_empty(), says.is_empty(), "{section}: {fault}");
        assert!(fault.contains(says), "{section}: {fault}");
    }
}
