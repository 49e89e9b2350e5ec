//! Where records are kept and read back.
//!
//! A store takes batches of records ([`RecordStore`]) and answers searches
//! ([`RecordReader`]); the query language ([`Query`]) and what a page of hits
//! looks like are the same for all of them. Each store lives in a module of its
//! own and passes one conformance suite (`tests/conformance`), so that one more is
//! one module more.
//!
//! What every store keeps, whatever the order in which records arrive:
//! - the newest version of an article (by `dateline.ingestedAt`, then by
//!   content hash) is the current one, and every version stays readable;
//! - a record that comes again changes nothing;
//! - a retraction (`pubStatus` `canceled`) hides an article and keeps its history;
//! - all rows of an article appear in one transaction.
//!
//! Stores for other programs ([`files`], [`opensearch`], [`webhook`]) only take
//! records; what of this holds for them stands in docs/store.md.
//!
//! Left out: taking records from the broker and acknowledging them
//! (`dateline-sink`).

mod archive;
mod asked;
mod common_words;
mod config;
mod counted;
mod error;
mod fault;
pub mod files;
mod hit;
mod http;
mod key;
mod likeness;
mod mark;
pub mod opensearch;
mod paging;
pub mod postgres;
mod prepare;
mod probe;
mod query;
mod rank;
mod reader;
mod received;
mod retention;
mod rows;
mod secret_file;
pub mod sqlite;
mod store;
mod timeline;
mod trend;
pub mod webhook;
mod words;

pub use archive::Archive;
pub use config::{OpenStore, SqliteOptions, StoreConfig, StoreKind, open, open_reader};
pub use error::{Cause, ErrorClass, Refusal, StoreError};
pub use files::{Compression, FileConfig, FileKind, FileOptions, FileStore, PartitionDate, S3Options};
pub use opensearch::{OpenSearchOptions, OpenSearchStore};
pub use paging::{TimelinePage, VersionPage, VersionRequest};
pub use postgres::{PostgresOptions, PostgresReader, PostgresStore, TlsRule};
pub use probe::{Probe, probe};
pub use query::{Clause, Condition, Period, Query, QueryError, QueryFault};
pub use reader::{
    Cursor, Hit, MarkedText, Order, RecordReader, ScanPage, ScanRequest, SearchPage, SearchRequest,
    SourceCount, Totals, Version, VersionInfo,
};
pub use received::{ReceiveError, Received};
pub use retention::{AgeFrom, Expiry, Removed, Sources, Vacuum};
pub use sqlite::{SqliteConfig, SqliteReader, SqliteStore};
pub use store::{RecordStore, Store, StoreFuture, WriteOutcome};
pub use timeline::{DayCount, EntityCount, EntityProfile, ProfileRequest, TimelineEntry, TimelineRequest};
pub use trend::{Trend, TrendRequest};
pub use webhook::{OnGone, WebhookForm, WebhookOptions, WebhookStore};
