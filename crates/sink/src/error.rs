//! What can stop the sink.

use dateline_bus::{BusError, QuarantineError};
use dateline_store::{ErrorClass, StoreError};

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

/// A batch was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// The store said no, or a stop came while it was away.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A suspect could not be worked on.
    #[error(transparent)]
    Quarantine(#[from] QuarantineError),
}

impl WriteError {
    /// What it means for the sink, once the batch was handed back.
    pub(crate) fn into_end(self) -> Result<(), SinkError> {
        match self {
            Self::Store(error) if error.class() != ErrorClass::Transient => Err(SinkError::Store(error)),
            Self::Store(_) | Self::Quarantine(_) => Ok(()),
        }
    }
}
