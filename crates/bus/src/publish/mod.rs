//! Publishing with the broker's acknowledgement, and never without it.
//!
//! What waits at the same time goes out as one atomic batch (ADR-50 of NATS, servers from
//! 2.12): a broker that writes through before each acknowledgement then does so once a
//! batch, not once a message, and a cluster agrees on it once. Alone, or where neither is waited
//! for (one copy, not written through), or with an older server, a message goes out by itself.

mod batch;
mod groups;
mod single;

use crate::{Bus, BusError, ByteRoom, Subject};
use bytes::Bytes;
use dateline_runtime::backoff::Backoff;
use dateline_runtime::telemetry::catalogue::{PUBLISH_RETRIES, PUBLISH_SECONDS};
use dateline_runtime::{Disposition, ErrorChain};
use groups::Groups;
use metrics::Histogram;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// First wait after a publish without acknowledgement.
const RETRY_FIRST: Duration = Duration::from_millis(100);
/// Longest such wait.
const RETRY_MAX: Duration = Duration::from_secs(5);

/// A message to publish.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Where to.
    pub subject: Subject,
    /// `Nats-Msg-Id`: the broker swallows a repetition within its window.
    pub message_id: String,
    /// W3C trace context, if known.
    pub trace_parent: Option<String>,
    /// The dead letter that it comes back from, if it does.
    pub replay_of: Option<String>,
    /// The payload.
    pub payload: Bytes,
}

/// The broker's word that a message is in its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Its sequence in the stream.
    pub sequence: u64,
    /// The broker had seen the message id before and kept the first one.
    pub duplicate: bool,
}

/// Publishes with a bounded number of messages under way. Cheap to clone; the
/// clones share the window.
#[derive(Clone)]
pub struct Publisher {
    bus: Bus,
    groups: Groups,
    window: Arc<Semaphore>,
    room: ByteRoom,
    backoff: Arc<Backoff>,
    seconds: Histogram,
}

impl Publisher {
    pub(crate) fn new(bus: &Bus) -> Self {
        let config = bus.config();
        Self {
            bus: bus.clone(),
            groups: Groups::new(bus),
            window: Arc::new(Semaphore::new(config.publish_window)),
            room: ByteRoom::new(config.in_flight_bytes.0),
            backoff: Arc::new(Backoff::new(RETRY_FIRST, RETRY_MAX)),
            seconds: PUBLISH_SECONDS.with([]),
        }
    }

    /// Publishes one message and goes on trying until it is acknowledged or
    /// `stop`: a full stream or a broker that is away is waited out, so that an
    /// outage costs no article an attempt.
    ///
    /// # Errors
    /// When the message can never be published, or at `stop`.
    pub async fn publish_patiently(
        &self,
        message: Outgoing,
        stop: &CancellationToken,
    ) -> Result<Receipt, BusError> {
        let mut attempt = 0;
        loop {
            let error = match self.publish(message.clone()).await {
                Ok(receipt) => return Ok(receipt),
                Err(error) if error.disposition() != Disposition::Retry => return Err(error),
                Err(error) => error,
            };
            attempt += 1;
            PUBLISH_RETRIES.increment();
            tracing::warn!(error = %ErrorChain(&error), attempt, "publish will be tried again");
            tokio::select! {
                () = stop.cancelled() => return Err(error),
                () = tokio::time::sleep(self.backoff.delay(attempt)) => {}
            }
        }
    }

    /// Publishes one message and waits for its acknowledgement.
    ///
    /// # Errors
    /// When no acknowledgement came: the message counts as not accepted, and
    /// sending it again under the same id is safe.
    pub async fn publish(&self, message: Outgoing) -> Result<Receipt, BusError> {
        // A closed semaphore cannot happen: nothing closes it.
        let _permit = self.window.acquire().await;
        single::check_size(&self.bus, &message)?;
        let _room = self.room.take(single::size(&message)).await;
        let started = Instant::now();
        let receipt = self.groups.publish(message).await?;
        self.seconds.record(started.elapsed().as_secs_f64());
        Ok(receipt)
    }
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publisher").field("bus", &self.bus).finish_non_exhaustive()
    }
}
