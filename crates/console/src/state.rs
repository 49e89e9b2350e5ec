//! What all pages share.

use crate::flow::Flow;
use crate::parts::{ConsoleParts, Feeds, Replay};
use dateline_bus::Bus;
use dateline_runtime::clock::SharedClock;
use dateline_runtime::secret::Secret;
use dateline_store::Archive;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

/// Event streams at once, over all browsers.
const MAX_STREAMS: usize = 64;

/// Cheap to clone; handed to every handler.
#[derive(Clone)]
pub(crate) struct Console {
    pub(crate) bus: Bus,
    pub(crate) archive: Archive,
    pub(crate) clock: SharedClock,
    /// The configuration in force, secrets hidden.
    pub(crate) effective: Arc<str>,
    pub(crate) feeds: Arc<dyn Feeds>,
    pub(crate) replay: Arc<dyn Replay>,
    pub(crate) token: Arc<Secret>,
    /// The latest look at the pipeline.
    pub(crate) flow: watch::Receiver<Arc<Flow>>,
    pub(crate) streams: Arc<Semaphore>,
    /// Ends event streams, which otherwise never end.
    pub(crate) stop: CancellationToken,
}

impl Console {
    pub(crate) fn new(
        parts: ConsoleParts,
        archive: Archive,
        flow: watch::Receiver<Arc<Flow>>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            bus: parts.bus,
            archive,
            clock: parts.clock,
            effective: parts.effective.into(),
            feeds: parts.feeds,
            replay: parts.replay,
            token: Arc::new(parts.token),
            flow,
            streams: Arc::new(Semaphore::new(MAX_STREAMS)),
            stop,
        }
    }
}
