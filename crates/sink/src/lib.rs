//! The sink stage: records in, storage out.
//!
//! Records are gathered into batches ([`batch`](self)), written in one
//! transaction and acknowledged only after the commit. The store is idempotent
//! in any order of delivery, so a batch that was committed but not
//! acknowledged changes nothing when it comes again.
//!
//! There may be several sinks, each with a store and a durable consumer of its
//! own: the first one, which also puts up the notices, and any number of named
//! ones beside it. Left out: the stores themselves (`dateline-store`).

mod batch;
mod config;
mod error;
mod retention;
mod settle;
mod stage;

pub use config::{Pace, SideSink, SinkConfig};
pub use error::SinkError;
pub use retention::{RetentionConfig, SourceRetention, remove_expired, run_retention};
pub use stage::SinkStage;
