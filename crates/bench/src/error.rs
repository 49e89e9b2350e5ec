//! Why a measurement gave no figures.

use dateline_bus::BusError;
use dateline_enricher::SetupError;
use dateline_runtime::BoxError;
use dateline_store::StoreError;

/// A measurement that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The broker did not do its part.
    #[error("the broker of the measurement failed")]
    Bus(#[from] BusError),
    /// The models could not be loaded.
    #[error("the models could not be loaded")]
    Models(#[from] SetupError),
    /// The store did not do its part.
    #[error("the store of the measurement failed")]
    Store(#[from] StoreError),
    /// The bare database did not do its part.
    #[error("the bare database of the measurement failed")]
    Storage(#[source] rusqlite::Error),
    /// No folder for a store could be made.
    #[error("no folder for a store could be made; look for space and rights in the data folder")]
    Folder(#[source] std::io::Error),
    /// A stage ended while it was measured.
    #[error("a stage ended in the middle of a measurement")]
    Stage(#[source] BoxError),
    /// Not everything arrived.
    #[error(
        "{what}: {arrived} of {expected} articles arrived within {seconds} s; look at the log, free the machine, or measure with fewer --articles"
    )]
    Incomplete {
        /// Which measurement.
        what: String,
        /// How many arrived.
        arrived: u64,
        /// How many were sent.
        expected: u64,
        /// How long was waited.
        seconds: u64,
    },
    /// The seed articles hold nothing.
    #[error("the plan asks for nothing: {0}")]
    Plan(&'static str),
}
