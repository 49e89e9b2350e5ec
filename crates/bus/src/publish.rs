//! Publishing with the broker's acknowledgement, and never without it.

use crate::{Bus, BusError, Subject, headers};
use async_nats::HeaderMap;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A message to publish.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Where to.
    pub subject: Subject,
    /// `Nats-Msg-Id`: the broker swallows a repetition within its window.
    pub message_id: String,
    /// W3C trace context, if known.
    pub trace_parent: Option<String>,
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
#[derive(Debug, Clone)]
pub struct Publisher {
    bus: Bus,
    window: Arc<Semaphore>,
}

impl Publisher {
    pub(crate) fn new(bus: &Bus) -> Self {
        Self { bus: bus.clone(), window: Arc::new(Semaphore::new(bus.config().publish_window)) }
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
        let acknowledgement = self
            .bus
            .context()
            .send_publish(subject.clone(), publish)
            .await
            .map_err(fail)?
            .await
            .map_err(fail)?;
        Ok(Receipt { sequence: acknowledgement.sequence, duplicate: acknowledgement.duplicate })
    }
}

/// An upper bound of what the headers add to the size.
fn headers_size(message: &Outgoing) -> usize {
    64 + message.message_id.len() + message.trace_parent.as_deref().map_or(0, |value| value.len() + 16)
}

fn headers_of(message: &Outgoing) -> HeaderMap {
    let mut map = HeaderMap::new();
    map.insert(headers::MESSAGE_ID, message.message_id.as_str());
    if let Some(value) = &message.trace_parent {
        map.insert(headers::TRACE_PARENT, value.as_str());
    }
    map
}
