//! Why a request gave nothing, and whether asking again soon makes sense.

use dateline_runtime::outbound::Refused;
use std::time::Duration;

/// A request that gave nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Neither `http` nor `https`, or no host.
    #[error("`{0}` is no http or https address")]
    Address(String),
    /// It leads into a private network.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Others kept the host busy, or it asked to be left alone.
    #[error("{host} had no time for another request")]
    Busy {
        /// The host.
        host: String,
    },
    /// The server cannot be reached.
    #[error("no connection to {host}")]
    Connect {
        /// The host.
        host: String,
        /// The client's error.
        #[source]
        source: reqwest::Error,
    },
    /// No answer in time.
    #[error("{host} did not answer within {} s", after.as_secs())]
    Silent {
        /// The host.
        host: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The answer was not complete in time.
    #[error("the answer was not complete after {} s (producer.feeds.http.timeout)", .0.as_secs())]
    Timeout(Duration),
    /// The answer comes in drops.
    #[error("{received} bytes in {seconds} s are too slow (producer.feeds.http.min_rate)")]
    TooSlow {
        /// Bytes so far.
        received: u64,
        /// Seconds so far.
        seconds: u64,
    },
    /// The connection broke before the answer was complete.
    #[error("the answer ended after {received} bytes, before it was complete")]
    Interrupted {
        /// Bytes so far.
        received: u64,
        /// The client's error.
        #[source]
        source: reqwest::Error,
    },
    /// The answer is too large.
    #[error("the answer is larger than {limit} bytes (producer.feeds.http.max_body)")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The answer unpacks to far more than was sent.
    #[error(
        "the answer unpacks to more than {ratio} times its size; that is no news (producer.feeds.http.max_ratio)"
    )]
    Bomb {
        /// The limit.
        ratio: usize,
    },
    /// The answer cannot be unpacked.
    #[error("the answer cannot be unpacked: {detail}")]
    Encoding {
        /// What is wrong.
        detail: String,
    },
    /// Redirects lead nowhere.
    #[error("the redirects lead nowhere: {0}")]
    Redirects(String),
    /// The server says no.
    #[error("the server answers {status}")]
    Status {
        /// The status code.
        status: u16,
        /// How long to wait before asking again, if it says so.
        retry_after: Option<Duration>,
    },
    /// The client could not make the request.
    #[error("the request could not be made")]
    Client(#[source] reqwest::Error),
}

impl FetchError {
    /// A label for metrics and state: few, and stable.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Refused(_) => "private-address",
            Self::Busy { .. } => "busy",
            Self::Connect { .. } => "connect",
            Self::Silent { .. } | Self::Timeout(_) => "timeout",
            Self::TooSlow { .. } => "too-slow",
            Self::Interrupted { .. } => "interrupted",
            Self::TooLarge { .. } => "too-large",
            Self::Bomb { .. } => "bomb",
            Self::Encoding { .. } => "encoding",
            Self::Redirects(_) => "redirects",
            Self::Status { status: 410, .. } => "gone",
            Self::Status { status: 429, .. } => "too-many-requests",
            Self::Status { status: 400..500, .. } => "client-error",
            Self::Status { .. } => "server-error",
            Self::Client(_) => "client",
        }
    }

    /// Whether the server says that there will never be anything again.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Status { status: 410, .. })
    }

    /// Whether the same request may well succeed soon.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Status { status, .. } => *status >= 500 || matches!(status, 408 | 425 | 429),
            Self::Busy { .. }
            | Self::Connect { .. }
            | Self::Silent { .. }
            | Self::Timeout(_)
            | Self::TooSlow { .. }
            | Self::Interrupted { .. }
            | Self::Client(_) => true,
            _ => false,
        }
    }

    /// How long the server asked to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
