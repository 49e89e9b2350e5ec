//! What can stop the sink.

use dateline_bus::BusError;
use dateline_store::StoreError;

/// The sink cannot go on; what it held is handed back to the broker.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The consumer could not be opened.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The store will not take another batch without a person's help.
    #[error("the store can take no more records; they wait in the broker until it is mended")]
    Store(#[source] StoreError),
}
