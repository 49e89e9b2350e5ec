//! What can go wrong while enriching, and what then to do.

use dateline_bus::{BusError, QuarantineError};
use dateline_model::DeadReason;
use dateline_runtime::Disposition;

/// The work on one article failed.
#[derive(Debug, thiserror::Error)]
pub enum EnricherError {
    /// The payload is not a raw article.
    #[error("the message is no raw article; look at its payload with `dateline dead show`")]
    Unreadable(#[source] serde_json::Error),
    /// A raw article of a newer version than this program.
    #[error(
        "raw article of schema {found}, this program reads up to {supported}; upgrade the enricher, then replay"
    )]
    NewerSchema {
        /// What the article says.
        found: u32,
        /// What this program knows.
        supported: u32,
    },
    /// The text is longer than configured.
    #[error(
        "the text has {bytes} bytes, enricher.max_text allows {limit}; raise it and replay, or drop the letter"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: u64,
    },
    /// The work panicked: a fault of ours.
    #[error("enriching panicked: {0}; please report it with the payload, then drop or replay the letter")]
    Panicked(String),
    /// The workers are gone: the process stops.
    #[error("the worker pool is closed")]
    PoolClosed,
    /// It was delivered too often, and worked on alone.
    #[error(transparent)]
    Quarantine(#[from] QuarantineError),
    /// The record could not be published.
    #[error(transparent)]
    Bus(#[from] BusError),
}

impl EnricherError {
    /// What to do with the article.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::Unreadable(_) | Self::NewerSchema { .. } | Self::TooLarge { .. } | Self::Panicked(_) => {
                Disposition::DeadLetter
            }
            Self::Quarantine(QuarantineError::Deadly { .. }) => Disposition::DeadLetter,
            Self::PoolClosed => Disposition::Retry,
            Self::Quarantine(QuarantineError::Bus(error)) | Self::Bus(error) => error.disposition(),
        }
    }

    /// The label of its dead letter.
    #[must_use]
    pub fn reason(&self) -> DeadReason {
        match self {
            Self::Unreadable(_) => DeadReason::Unreadable,
            Self::NewerSchema { .. } => DeadReason::Invalid,
            Self::TooLarge { .. } | Self::Bus(BusError::TooLarge { .. }) => DeadReason::TooLarge,
            Self::Panicked(_) => DeadReason::Panic,
            Self::Quarantine(_) | Self::PoolClosed | Self::Bus(_) => DeadReason::AttemptsExhausted,
        }
    }
}

/// The enricher cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The built-in model cannot be read.
    #[error("could not load the entity model or a gazetteer")]
    Model(#[from] dateline_entities::ModelError),
    /// An own gazetteer cannot be read.
    #[error("could not read the gazetteer {}; see enricher.gazetteers", path.display())]
    Gazetteer {
        /// The file.
        path: std::path::PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The transformer's folder cannot be read.
    #[error("could not read {}; see enricher.transformer.folder", path.display())]
    TransformerFile {
        /// The file.
        path: std::path::PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The transformer cannot be used.
    #[cfg(feature = "transformer")]
    #[error("could not use the transformer of {}; see enricher.transformer.folder", folder.display())]
    Transformer {
        /// Its folder.
        folder: std::path::PathBuf,
        /// What is wrong with it.
        #[source]
        source: dateline_entities::TransformerError,
    },
    /// A transformer is configured and none is built in.
    #[error("{}", crate::config::NO_TRANSFORMER)]
    NoTransformer,
    /// The configured zone does not exist.
    #[error("enricher.default_zone `{zone}` is no IANA time zone; an example is Europe/Kyiv")]
    Zone {
        /// What was configured.
        zone: String,
        /// The time library's error.
        #[source]
        source: jiff::Error,
    },
}
