//! Several messages of one stream as one atomic batch: all are kept, or none.
//!
//! The protocol is ADR-50 of NATS. Every message names the batch and its place in it; only
//! the last one asks for an acknowledgement, which then speaks for all. The server refuses
//! the whole batch if one of its message ids is a repetition.

use super::groups::Waiting;
use super::{Receipt, single};
use crate::{Bus, BusError, headers};
use async_nats::HeaderMap;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use std::sync::atomic::{AtomicU64, Ordering};

/// Publishes all messages or none; the receipts stand in their order.
///
/// # Errors
/// When the broker refused or did not answer: then it is unknown what it kept, and sending
/// each again under its id is safe.
pub(super) async fn publish(bus: &Bus, messages: &[Waiting]) -> Result<Vec<Receipt>, BusError> {
    let id = batch_id(bus);
    let (last, others) = messages.split_last().expect("a group has at least one message");
    for (place, waiting) in others.iter().enumerate() {
        let message = &waiting.message;
        let headers = headers_of(waiting, &id, place);
        let subject = message.subject.as_str().to_owned();
        bus.client()
            .publish_with_headers(subject, headers, message.payload.clone())
            .await
            .map_err(|source| lost(bus, waiting, source))?;
    }
    let mut headers = headers_of(last, &id, others.len());
    headers.insert(headers::BATCH_COMMIT, "1");
    let fail = |source| single::failure(bus, &last.message, source);
    let commit = PublishMessage::build().headers(headers).payload(last.message.payload.clone());
    let subject = last.message.subject.as_str().to_owned();
    let acknowledged =
        bus.context().send_publish(subject, commit).await.map_err(fail)?.await.map_err(fail)?;
    Ok(receipts(acknowledged.sequence, messages.len()))
}

/// The batch lies in the stream without a gap, and the acknowledgement names its last message.
fn receipts(last: u64, count: usize) -> Vec<Receipt> {
    let first = (last + 1).saturating_sub(count as u64);
    (first..=last).map(|sequence| Receipt { sequence, duplicate: false }).collect()
}

/// A name that no other batch of any process has: the connection's own id and a number.
fn batch_id(bus: &Bus) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let info = bus.client().server_info();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    format!("{:.12}-{}-{process}-{number}", info.server_id, info.client_id)
}

fn headers_of(waiting: &Waiting, batch: &str, place: usize) -> HeaderMap {
    let mut map = single::headers_of(&waiting.message);
    map.insert(headers::BATCH_ID, batch);
    map.insert(headers::BATCH_SEQUENCE, (place + 1).to_string());
    map
}

/// A message that could not even be handed to the connection.
fn lost(bus: &Bus, waiting: &Waiting, source: async_nats::PublishError) -> BusError {
    let kind = match source.kind() {
        async_nats::PublishErrorKind::MaxPayloadExceeded => PublishErrorKind::MaxPayloadExceeded,
        _ => PublishErrorKind::Other,
    };
    single::failure(bus, &waiting.message, PublishError::with_source(kind, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_end_at_the_acknowledged_sequence() {
        let sequences = |last, count| receipts(last, count).iter().map(|r| r.sequence).collect::<Vec<_>>();
        assert_eq!(sequences(7, 3), [5, 6, 7]);
        assert_eq!(sequences(1, 1), [1]);
    }
}
