//! One delivered message, to be decided exactly once.

use crate::intake::PULL_EXPIRES;
use crate::pulse::{Beat, Pulse};
use crate::{BusError, Subject, headers};
use async_nats::HeaderMap;
use async_nats::jetstream::AckKind;
use async_nats::jetstream::message::Acker;
use bytes::Bytes;
use dateline_model::{SubjectToken, packed};
use dateline_runtime::telemetry::catalogue::DELIVERIES_UNDECIDED;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// Delay of what a stopping stage hands back. It outlasts the pull request that may still be
/// open: without that the same process would be given the message again and again until its
/// attempts are used up.
const HAND_BACK_DELAY: Duration = PULL_EXPIRES.saturating_add(Duration::from_millis(250));

/// A message in hand. It is settled by exactly one of [`Delivery::ack`],
/// [`Delivery::retry`] and [`Delivery::hand_back`]; dropping it undecided is counted as a fault, and the
/// broker delivers it again after its ack wait.
pub struct Delivery {
    subject: String,
    payload: Bytes,
    headers: HeaderMap,
    stream: String,
    sequence: u64,
    attempt: u64,
    published_at: Timestamp,
    acker: Acker,
    reply: Option<async_nats::Subject>,
    beat: Option<Beat>,
    /// Its share of the bytes that may be in hand.
    room: Option<OwnedSemaphorePermit>,
    decided: bool,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery")
            .field("subject", &self.subject)
            .field("sequence", &self.sequence)
            .field("attempt", &self.attempt)
            .field("bytes", &self.payload.len())
            .finish_non_exhaustive()
    }
}

impl Delivery {
    /// Takes a message of the client apart.
    pub(crate) fn new(message: async_nats::jetstream::Message) -> Result<Self, BusError> {
        let (sequence, attempt, published_at, stream) = match message.info() {
            Ok(info) => (
                info.stream_sequence,
                u64::try_from(info.delivered).unwrap_or(1),
                Timestamp::from_nanosecond(info.published.unix_timestamp_nanos()).unwrap_or_default(),
                info.stream.to_owned(),
            ),
            Err(source) => return Err(BusError::Settle { action: "read", source }),
        };
        let reply = message.reply.clone();
        let (message, acker) = message.split();
        Ok(Self {
            subject: message.subject.to_string(),
            payload: message.payload,
            headers: message.headers.unwrap_or_default(),
            stream,
            sequence,
            attempt,
            published_at,
            acker,
            reply,
            beat: None,
            room: None,
            decided: false,
        })
    }

    /// The bytes of the message.
    #[must_use]
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }

    /// The subject that it came on.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The source token of its subject.
    #[must_use]
    pub fn source(&self) -> SubjectToken {
        Subject::source_of(&self.subject)
    }

    /// Its sequence in the stream.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The stream that it lies in.
    #[must_use]
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// A name of the message that no other one shares.
    #[must_use]
    pub fn unique_name(&self) -> String {
        format!("{}:{}", self.stream, self.sequence)
    }

    /// How often it was delivered, this time included.
    #[must_use]
    pub fn attempt(&self) -> u64 {
        self.attempt
    }

    /// When the broker took it in.
    #[must_use]
    pub fn published_at(&self) -> Timestamp {
        self.published_at
    }

    /// Its `Nats-Msg-Id`.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.headers.get(headers::MESSAGE_ID).map(async_nats::HeaderValue::as_str)
    }

    /// Its W3C trace context.
    #[must_use]
    pub fn trace_parent(&self) -> Option<&str> {
        self.headers.get(headers::TRACE_PARENT).map(async_nats::HeaderValue::as_str)
    }

    /// The trace id of its trace context, for logs; empty when it has none.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        self.trace_parent().and_then(|context| context.split('-').nth(1)).unwrap_or_default()
    }

    /// The dead letter that it was replayed from.
    #[must_use]
    pub fn replay_of(&self) -> Option<&str> {
        self.headers.get(headers::REPLAY_OF).map(async_nats::HeaderValue::as_str)
    }

    /// All headers, the last value of each.
    #[must_use]
    pub fn headers(&self) -> BTreeMap<String, String> {
        headers::last_values(&self.headers)
    }

    /// Done: the work is safe elsewhere.
    ///
    /// # Errors
    /// When the broker could not be told; it will deliver the message again.
    pub async fn ack(self) -> Result<(), BusError> {
        self.settle("acknowledge", AckKind::Ack).await
    }

    /// To be delivered again after `delay`. A bare hand-back would come back
    /// within a millisecond, so there is none.
    ///
    /// # Errors
    /// When the broker could not be told; it will deliver the message again.
    pub async fn retry(self, delay: Duration) -> Result<(), BusError> {
        self.settle("hand back", AckKind::Nak(Some(delay))).await
    }

    /// To be delivered to another copy of the stage, because this one stops.
    ///
    /// # Errors
    /// When the broker could not be told; it will deliver the message again.
    pub async fn hand_back(self) -> Result<(), BusError> {
        self.settle("hand back", AckKind::Nak(Some(HAND_BACK_DELAY))).await
    }

    async fn settle(mut self, action: &'static str, kind: AckKind) -> Result<(), BusError> {
        self.decided = true;
        self.beat = None;
        self.acker.ack_with(kind).await.map_err(|source| BusError::Settle { action, source })
    }

    /// Acknowledges without deciding: the bug that a test plants to see whether it is caught.
    /// Nothing else may call it.
    #[doc(hidden)]
    pub async fn ack_too_early(&self) {
        if let Err(error) = self.acker.ack_with(AckKind::Ack).await {
            tracing::debug!(%error, "could not acknowledge too early");
        }
    }

    /// Bytes of memory that it takes, about, unpacked too where it is packed.
    pub(crate) fn size(&self) -> usize {
        self.payload.len() + packed::unpacked_len(&self.payload) + 512
    }

    /// Gives it its share of the bytes that may be in hand, until it is settled or dropped.
    pub(crate) fn take_room(&mut self, room: OwnedSemaphorePermit) {
        self.room = Some(room);
    }

    /// From now on the broker is told that it is in hand, until it is settled or dropped.
    pub(crate) fn keep_alive(&mut self, pulse: &Pulse) {
        self.beat = self.reply.clone().map(|reply| pulse.hold(reply));
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if !self.decided {
            DELIVERIES_UNDECIDED.increment();
        }
    }
}
