//! The producer stage: sources in, raw articles out.
//!
//! Every source (folder, standard input, HTTP push) hands bytes or articles to
//! the [`Acceptor`], which gives them an identity, publishes them and waits for
//! the broker's word. A source's cursor moves, and a sender gets its 202, only
//! after that. Left out: reading formats (`dateline-extract`).

mod acceptor;
mod backfill;
mod config;
mod error;
mod feeds;
pub mod fetch;
mod input;
mod ledger;
mod sources;
mod trace;

pub use acceptor::{Accepted, Acceptor, Asked, InputReport};
pub use backfill::{Backfill, BackfillNews, BackfillProgress};
pub use config::{FilesConfig, FolderConfig, ProducerConfig, PushConfig};
pub use error::ProducerError;
pub use feeds::{
    FeedScheduler, FeedsConfig, HubStatus, Registry, SourceCondition, SourceDefinition, SourceList,
    SourceListError, SourceStatus, Trial, TrialError, WebSubConfig, WebSubServer, try_source,
};
pub use ledger::{FileVersion, Ledger};
pub use sources::folder::{FolderSource, Pass};
pub use sources::push::PushServer;
pub use sources::stdin::read_stream;
