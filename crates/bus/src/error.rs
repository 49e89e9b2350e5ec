//! What can go wrong between Dateline and its broker, and what then to do.

use dateline_runtime::Disposition;

/// The status of a JetStream answer that only asks for patience.
const SERVICE_UNAVAILABLE: usize = 503;

/// A failed conversation with the broker.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// The connection could not be made.
    #[error(
        "could not connect to NATS at {servers}; is a server running there? (start one with `dateline up`, or set nats.servers)"
    )]
    Connect {
        /// The servers that were tried.
        servers: String,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Credentials could not be read.
    #[error("could not read {what} from {path}; check nats.{what} in the configuration")]
    Credentials {
        /// Which setting.
        what: &'static str,
        /// Which file.
        path: String,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The server cannot keep a promise of the pipeline.
    #[error("the NATS server cannot carry the pipeline: {0}")]
    Preflight(String),
    /// A stream or consumer could not be created, read or changed.
    #[error(
        "could not {action} {name}; check that JetStream is enabled, and that its max_file_store and the disk have room for the max_bytes of all streams"
    )]
    Topology {
        /// create, read, update, purge, ...
        action: &'static str,
        /// The stream or consumer.
        name: String,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A publish was not acknowledged.
    #[error(
        "publishing to {subject} was not acknowledged; the message counts as not accepted and may be sent again"
    )]
    Publish {
        /// Where to.
        subject: String,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The message is larger than the server takes.
    #[error(
        "a message of {bytes} bytes to {subject} is over the server's max_payload of {limit}; raise it there or lower the article size limit"
    )]
    TooLarge {
        /// Where to.
        subject: String,
        /// Its size.
        bytes: usize,
        /// The server's limit.
        limit: usize,
    },
    /// A delivery could not be settled; the broker will deliver it again.
    #[error("could not {action} a delivery; the broker will deliver it again")]
    Settle {
        /// ack, retry, ...
        action: &'static str,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A subject could not be listened to.
    #[error(
        "could not listen to {subject}; check that it is a subject and that the user may subscribe to it"
    )]
    Tap {
        /// Which subject.
        subject: String,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Messages could not be fetched.
    #[error("could not fetch from consumer {consumer}")]
    Fetch {
        /// Which consumer.
        consumer: String,
        /// The client's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The process stopped while it waited for room.
    #[error("stopped before the message was published; it is taken in again at the next start")]
    Stopped,
    /// There is no such dead letter.
    #[error("there is no dead letter {0}; `dateline dead list` shows those that are there")]
    NoSuchLetter(u64),
    /// A dead letter cannot be replayed as it is.
    #[error("dead letter {sequence} cannot be replayed: {why}")]
    NotReplayable {
        /// Which.
        sequence: u64,
        /// Why not.
        why: String,
    },
}

impl BusError {
    /// What a stage should do with the message in hand.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::TooLarge { .. } | Self::NotReplayable { .. } | Self::NoSuchLetter(_) => {
                Disposition::DeadLetter
            }
            Self::Preflight(_) | Self::Credentials { .. } => Disposition::Fatal,
            _ => Disposition::Retry,
        }
    }

    /// Whether the broker gave no answer, or said that it cannot yet: a cluster without a leader.
    pub(crate) fn is_no_answer(&self) -> bool {
        use async_nats::jetstream::stream::{ConsumerError, ConsumerErrorKind};
        let Self::Topology { source, .. } = self else { return false };
        match source.downcast_ref::<ConsumerError>().map(ConsumerError::kind) {
            Some(ConsumerErrorKind::TimedOut | ConsumerErrorKind::Request) => true,
            Some(ConsumerErrorKind::JetStream(error)) => error.code() == SERVICE_UNAVAILABLE,
            _ => false,
        }
    }

    pub(crate) fn topology(
        action: &'static str,
        name: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Topology { action, name: name.into(), source: source.into() }
    }
}
