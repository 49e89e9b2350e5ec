//! What can go wrong in a store, and what to do about it.

use std::path::PathBuf;

/// Why a store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process holds the store's lock for longer than the busy timeout.
    #[error("the store is locked by another writer; {action} can be tried again")]
    Busy {
        /// What was attempted.
        action: &'static str,
        /// The database's own words.
        #[source]
        source: rusqlite::Error,
    },
    /// No room left on the device, or the page limit is reached.
    #[error("the store is full; free space on its device, then {action} goes on by itself")]
    Full {
        /// What was attempted.
        action: &'static str,
        /// The database's own words.
        #[source]
        source: rusqlite::Error,
    },
    /// The device or the operating system failed.
    #[error("the store could not be read or written to; check its device; {action} will be tried again")]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The database's own words.
        #[source]
        source: rusqlite::Error,
    },
    /// The file is damaged or no database at all.
    #[error("the store at {} is damaged or no SQLite database; restore it from a backup, or move it away \
             and replay the stream", path.display())]
    Corrupt {
        /// Which file.
        path: PathBuf,
        /// The database's own words.
        #[source]
        source: rusqlite::Error,
    },
    /// Written by a newer Dateline.
    #[error("the store at {} has schema version {found}, this program knows up to {known}; \
             use the newer dateline that wrote it", path.display())]
    NewerSchema {
        /// Which file.
        path: PathBuf,
        /// Version of the file.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// A migration failed; it was rolled back.
    #[error("the store could not be brought from schema version {from} to {to}; it is unchanged")]
    Migration {
        /// Version of the file.
        from: u32,
        /// Version that was to be reached.
        to: u32,
        /// The database's own words.
        #[source]
        source: rusqlite::Error,
    },
    /// There is nothing to read yet.
    #[error("there is no store at {}; run `dateline up` first, or name another one in [store] path", path.display())]
    Missing {
        /// Which file.
        path: PathBuf,
    },
    /// The file cannot be opened.
    #[error("the store at {} cannot be opened; check that the folder exists and may be written to", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A stored record cannot be read any more.
    #[error("the stored record of {id} cannot be read; replay its article")]
    Unreadable {
        /// Which article.
        id: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The cursor does not belong to a search.
    #[error("`{0}` is no cursor of a search; start again without one")]
    Cursor(String),
    /// Anything else that the database says.
    #[error("the store failed at {action}")]
    Database {
        /// What was attempted.
        action: &'static str,
        /// The database's own words.
        #[source]
        source: rusqlite::Error,
    },
    /// The store's own thread has ended.
    #[error("the store has stopped; restart the process")]
    Stopped,
}

/// What a caller should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// Wait and try again: the cause lies outside and may pass.
    Transient,
    /// The request is at fault; trying again gives the same.
    Request,
    /// Nothing more can be stored until a person acts.
    Fatal,
}

impl StoreError {
    /// What to do about it.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Busy { .. } | Self::Full { .. } | Self::Io { .. } => ErrorClass::Transient,
            Self::Cursor(_) | Self::Missing { .. } | Self::Unreadable { .. } => ErrorClass::Request,
            Self::Corrupt { .. }
            | Self::NewerSchema { .. }
            | Self::Migration { .. }
            | Self::Open { .. }
            | Self::Database { .. }
            | Self::Stopped => ErrorClass::Fatal,
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.class() == ErrorClass::Transient
    }
}

/// Why a store takes a record neither now nor later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The record's `uri` names no article.
    #[error("the record's uri `{0}` is no article id")]
    Uri(String),
    /// The record was written by a newer Dateline.
    #[error(
        "the record has dateline.schema {found}, this program knows up to {known}; update it, then replay"
    )]
    NewerSchema {
        /// Schema of the record.
        found: u32,
        /// Newest one known here.
        known: u32,
    },
    /// The record is larger than the store takes.
    #[error("the record has {bytes} bytes, the store takes up to {limit}")]
    TooLarge {
        /// Its size as JSON.
        bytes: usize,
        /// What the store takes.
        limit: usize,
    },
    /// The record cannot be written as JSON.
    #[error("the record cannot be written as JSON: {0}")]
    Json(String),
    /// The database refuses its rows.
    #[error("the database refuses the record: {0}")]
    Database(String),
}
