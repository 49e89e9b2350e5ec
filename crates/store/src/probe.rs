//! Whether a store could be opened as configured, found out without opening it: nothing is
//! made, brought up to date or written. For `dateline config check --connect`.

use crate::files::probe as files;
use crate::{OpenSearchStore, PostgresStore, SqliteStore, StoreConfig, StoreError, StoreKind, WebhookStore};
use std::fmt;
use std::path::{Path, PathBuf};

/// What stands where a store is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// Nothing yet; opening the store makes it.
    Absent,
    /// A store of an older Dateline; opening it brings it up to date.
    Older {
        /// Its schema.
        found: u32,
        /// The schema that it will have.
        known: u32,
    },
    /// A store with the schema of this program.
    Current {
        /// That schema.
        schema: u32,
    },
    /// It answers; more cannot be known before something is written.
    Reached,
}

impl fmt::Display for Probe {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => formatter.write_str("nothing there yet; it is made at the first start"),
            Self::Older { found, known } => {
                write!(formatter, "schema {found}; the next start brings it to {known}")
            }
            Self::Current { schema } => write!(formatter, "schema {schema}, up to date"),
            Self::Reached => formatter.write_str("reached"),
        }
    }
}

impl Probe {
    /// What a schema of this version means for a program that knows up to `known`.
    pub(crate) fn of_schema(found: u32, known: u32, place: &str) -> Result<Self, StoreError> {
        match found {
            0 => Ok(Self::Absent),
            found if found > known => Err(StoreError::NewerSchema { place: place.to_owned(), found, known }),
            found if found < known => Ok(Self::Older { found, known }),
            found => Ok(Self::Current { schema: found }),
        }
    }
}

/// Looks at the configured store, changing nothing.
///
/// # Errors
/// [`StoreError`]: why it could not be opened, or not be brought up to date.
pub async fn probe(config: &StoreConfig) -> Result<Probe, StoreError> {
    match config.kind {
        StoreKind::Sqlite => SqliteStore::probe(config.sqlite()).await,
        StoreKind::Postgres => PostgresStore::probe(config.postgres.clone()).await,
        StoreKind::JsonLines | StoreKind::Parquet => files(config.path.clone(), &config.files.s3).await,
        StoreKind::OpenSearch => OpenSearchStore::probe(&config.opensearch).await,
        StoreKind::Webhook => WebhookStore::probe(&config.webhook).await,
    }
}

/// Whether files can be made in this folder, or in the nearest one above it that exists. What
/// is tried with has no name and is gone at once.
pub(crate) fn can_hold_files(folder: &Path) -> std::io::Result<()> {
    let absolute = std::path::absolute(folder)?;
    let existing: PathBuf = absolute.ancestors().find(|above| above.exists()).unwrap_or(&absolute).to_owned();
    tempfile::tempfile_in(existing).map(drop)
}
