//! The sink stage: records in, storage out.
//!
//! Records are gathered into batches ([`batch`](self)), written in one
//! transaction and acknowledged only after the commit. The store is idempotent
//! in any order of delivery, so a batch that was committed but not
//! acknowledged changes nothing when it comes again. Left out: the stores
//! themselves (`dateline-store`).

mod batch;
mod config;
mod error;
mod stage;

pub use config::SinkConfig;
pub use error::SinkError;
pub use stage::SinkStage;
