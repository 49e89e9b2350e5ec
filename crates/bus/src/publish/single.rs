//! One message by itself.

use super::{Outgoing, Receipt};
use crate::{Bus, BusError, headers};
use async_nats::HeaderMap;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;

/// Publishes one message and awaits the broker's word.
pub(super) async fn publish(bus: &Bus, message: &Outgoing) -> Result<Receipt, BusError> {
    let subject = message.subject.as_str().to_owned();
    let publish = PublishMessage::build().headers(headers_of(message)).payload(message.payload.clone());
    let fail = |source| failure(bus, message, source);
    let acknowledgement =
        bus.context().send_publish(subject, publish).await.map_err(fail)?.await.map_err(fail)?;
    Ok(Receipt { sequence: acknowledgement.sequence, duplicate: acknowledgement.duplicate })
}

/// Refuses what the server would cut the connection for.
pub(super) fn check_size(bus: &Bus, message: &Outgoing) -> Result<(), BusError> {
    if size(message) > bus.max_payload() { Err(too_large(bus, message)) } else { Ok(()) }
}

/// An upper bound of the message's size on the wire.
pub(super) fn size(message: &Outgoing) -> usize {
    let trace = message.trace_parent.as_deref().map_or(0, |value| value.len() + 16);
    message.payload.len() + 192 + message.message_id.len() + trace
}

pub(super) fn failure(bus: &Bus, message: &Outgoing, source: PublishError) -> BusError {
    match source.kind() {
        PublishErrorKind::MaxPayloadExceeded => too_large(bus, message),
        _ => BusError::Publish { subject: message.subject.as_str().to_owned(), source: Box::new(source) },
    }
}

fn too_large(bus: &Bus, message: &Outgoing) -> BusError {
    let subject = message.subject.as_str().to_owned();
    BusError::TooLarge { subject, bytes: message.payload.len(), limit: bus.max_payload() }
}

pub(super) fn headers_of(message: &Outgoing) -> HeaderMap {
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
