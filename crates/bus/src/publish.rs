//! Publishing with the broker's acknowledgement, and never without it.

use crate::{Bus, BusError, Subject, headers};
use async_nats::HeaderMap;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use bytes::Bytes;
use dateline_runtime::backoff::Backoff;
use dateline_runtime::telemetry::catalogue::{PUBLISH_RETRIES, PUBLISH_SECONDS};
use dateline_runtime::{Disposition, ErrorChain};
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
    window: Arc<Semaphore>,
    backoff: Arc<Backoff>,
    seconds: Histogram,
}

impl Publisher {
    pub(crate) fn new(bus: &Bus) -> Self {
        let config = bus.config();
        Self {
            bus: bus.clone(),
            window: Arc::new(Semaphore::new(config.publish_window)),
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
        let limit = self.bus.max_payload();
        let subject = message.subject.as_str().to_owned();
        if message.payload.len() + headers_size(&message) > limit {
            return Err(BusError::TooLarge { subject, bytes: message.payload.len(), limit });
        }
        let fail = |source: async_nats::jetstream::context::PublishError| match source.kind() {
            PublishErrorKind::MaxPayloadExceeded => {
                BusError::TooLarge { subject: subject.clone(), bytes: message.payload.len(), limit }
            }
            _ => BusError::Publish { subject: subject.clone(), source: Box::new(source) },
        };
        let publish = PublishMessage::build().headers(headers_of(&message)).payload(message.payload.clone());
        let started = Instant::now();
        let acknowledgement = self
            .bus
            .context()
            .send_publish(subject.clone(), publish)
            .await
            .map_err(fail)?
            .await
            .map_err(fail)?;
        self.seconds.record(started.elapsed().as_secs_f64());
        Ok(Receipt { sequence: acknowledgement.sequence, duplicate: acknowledgement.duplicate })
    }
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publisher").field("bus", &self.bus).finish_non_exhaustive()
    }
}

/// An upper bound of what the headers add to the size.
fn headers_size(message: &Outgoing) -> usize {
    128 + message.message_id.len() + message.trace_parent.as_deref().map_or(0, |value| value.len() + 16)
}

fn headers_of(message: &Outgoing) -> HeaderMap {
    let mut map = HeaderMap::new();
    map.insert(headers::MESSAGE_ID, message.message_id.as_str());
    if let Some(value) = &message.trace_parent {
        map.insert(headers::TRACE_PARENT, value.as_str());
    }
    if let Some(value) = &message.replay_of {
        map.insert(headers::REPLAY_OF, value.as_str());
    }
    map
}
