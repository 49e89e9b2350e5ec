//! What can go wrong in a store, and what to do about it.

use std::time::Duration;

/// A database's or the system's own words.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

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
        source: Cause,
    },
    /// No room left on the device, or the page limit is reached.
    #[error("the store is full; free space on its device, then {action} goes on by itself")]
    Full {
        /// What was attempted.
        action: &'static str,
        /// The database's own words.
        #[source]
        source: Cause,
    },
    /// The device or the operating system failed.
    #[error("the store could not be read or written to; check its device; {action} will be tried again")]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The database's own words.
        #[source]
        source: Cause,
    },
    /// What is there is damaged or no store at all.
    #[error(
        "the store at {place} is damaged or something else; restore it from a backup, or move it away \
             and replay the stream"
    )]
    Corrupt {
        /// Which store.
        place: String,
        /// The database's own words.
        #[source]
        source: Cause,
    },
    /// Written by a newer Dateline.
    #[error(
        "the store at {place} has schema version {found}, this program knows up to {known}; \
             use the newer dateline that wrote it"
    )]
    NewerSchema {
        /// Which store.
        place: String,
        /// Version of the store.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// A migration failed; it was rolled back.
    #[error("the store at {place} could not be brought from schema version {from} to {to}; it is unchanged")]
    Migration {
        /// Which store.
        place: String,
        /// Version of the store.
        from: u32,
        /// Version that was to be reached.
        to: u32,
        /// The database's own words.
        #[source]
        source: Cause,
    },
    /// There is nothing to read yet.
    #[error("there is no store at {place}; run `dateline up` first, or name another one in [store]")]
    Missing {
        /// Which store.
        place: String,
    },
    /// It cannot be opened.
    #[error("the store at {place} cannot be opened; check [store] and that its place may be written to")]
    Open {
        /// Which store.
        place: String,
        /// Why.
        #[source]
        source: Cause,
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
        source: Cause,
    },
    /// The server does not answer, or ended the connection.
    #[error(
        "the store at {place} cannot be reached; check that its server runs; {action} will be tried again"
    )]
    Unavailable {
        /// Which store.
        place: String,
        /// What was attempted.
        action: &'static str,
        /// The system's own words.
        #[source]
        source: Cause,
    },
    /// The answer would have taken too long.
    #[error("{action} took longer than {limit:?} and was given up; ask for less, or raise the store's limit")]
    TooSlow {
        /// What was attempted.
        action: &'static str,
        /// How long it may take.
        limit: Duration,
    },
    /// The store takes records and gives none back.
    #[error("a store of kind `{0}` cannot be read; let [store] name one that can (sqlite, postgres)")]
    WriteOnly(&'static str),
    /// The store has no way to let go of articles.
    #[error("a store of this kind keeps what it has; let [store] name one that can (sqlite, postgres)")]
    KeepsAll,
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
            Self::Busy { .. } | Self::Full { .. } | Self::Io { .. } | Self::Unavailable { .. } => {
                ErrorClass::Transient
            }
            Self::Cursor(_)
            | Self::Missing { .. }
            | Self::Unreadable { .. }
            | Self::TooSlow { .. }
            | Self::WriteOnly(_)
            | Self::KeepsAll => ErrorClass::Request,
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
    /// The receiver refuses it.
    #[error("the receiver refuses the record: {0}")]
    Receiver(String),
}
