//! What a console is put together from.

use dateline_bus::{Bus, DeadEntry};
use dateline_runtime::clock::SharedClock;
use dateline_runtime::secret::Secret;
use dateline_store::StoreConfig;
use jiff::Timestamp;
use std::pin::Pin;
use std::sync::Arc;

/// What [`Replay`] gives back: nothing, or in words why it could not be done.
pub type ReplayFuture<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// Sends dead letters through again. How depends on the stage, and the console knows none.
pub trait Replay: Send + Sync + 'static {
    /// Sends a letter through again and takes it off the desk.
    fn replay(&self, entry: DeadEntry) -> ReplayFuture<'_>;
}

/// What [`Feeds`] gives back: the polled sources, or in words why they are not known.
pub type FeedsFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<Feed>, String>> + Send + 'a>>;

/// Knows the polled sources. Where their state is kept is the producer's business.
pub trait Feeds: Send + Sync + 'static {
    /// All polled sources with their state of this moment.
    fn all(&self) -> FeedsFuture<'_>;
}

/// A polled source, as a person wants to see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    /// Id in subjects and metrics.
    pub id: String,
    /// Where it is asked for.
    pub url: String,
    /// How it is, in one word: `fine`, `new`, `polled`, `silent`, `failing`, `gone`, `paused`.
    pub condition: &'static str,
    /// Last poll that gave an answer.
    pub last_success: Option<Timestamp>,
    /// Last poll that gave something new.
    pub last_new: Option<Timestamp>,
    /// When it is polled next.
    pub next_at: Option<Timestamp>,
    /// Failed polls in a row.
    pub failures: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// The producer that polls it at this moment.
    pub polled_by: Option<String>,
}

/// What a console shows, and what it may do.
#[derive(Clone)]
pub struct ConsoleParts {
    /// The broker that it watches.
    pub bus: Bus,
    /// The store that it reads.
    pub store: StoreConfig,
    /// What time it is.
    pub clock: SharedClock,
    /// The configuration in force as TOML, each value with its origin, secrets hidden.
    pub effective: String,
    /// Lag at which sources are held back, and the one at which they go on.
    pub marks: (u64, u64),
    /// The polled sources.
    pub feeds: Arc<dyn Feeds>,
    /// How dead letters come back.
    pub replay: Arc<dyn Replay>,
    /// What must be shown before anything is changed.
    pub token: Secret,
}

impl std::fmt::Debug for ConsoleParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsoleParts").field("store", &self.store).finish_non_exhaustive()
    }
}
