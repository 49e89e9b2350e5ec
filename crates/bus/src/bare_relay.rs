//! A relay with no work in it and none of our own layers: the ceiling that a stage is
//! measured against.

use crate::{Bus, BusError, Subject, headers};
use async_nats::jetstream;
use async_nats::jetstream::message::PublishMessage;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::time::{Duration, Instant};

/// Messages of one pull request, as the stages ask for.
const BATCH: usize = 512;

impl Bus {
    /// Takes `count` messages from `consumer`, publishes each to `subject` under a message
    /// id, awaits the broker's word, acknowledges; at most `window` under way. Gives the
    /// time that it took.
    ///
    /// # Errors
    /// When the consumer cannot be read, or a publish is not acknowledged: a measurement
    /// has nothing to wait for.
    pub async fn bare_relay(
        &self,
        consumer: &str,
        subject: &Subject,
        count: usize,
        window: usize,
    ) -> Result<Duration, BusError> {
        let definition = self.definition(consumer)?;
        let fetch = |source| BusError::Fetch { consumer: consumer.to_owned(), source };
        let pull: jetstream::consumer::PullConsumer = self
            .context()
            .get_consumer_from_stream(consumer, &definition.stream)
            .await
            .map_err(|source| BusError::topology("read consumer", consumer, source))?;
        let started = Instant::now();
        let mut messages = pull
            .stream()
            .max_messages_per_batch(BATCH)
            .messages()
            .await
            .map_err(|source| fetch(Box::new(source)))?
            .take(count);
        let mut under_way = FuturesUnordered::new();
        let mut more = true;
        while more || !under_way.is_empty() {
            tokio::select! {
                message = messages.next(), if more && under_way.len() < window => match message {
                    Some(message) => {
                        under_way.push(self.pass_on(message.map_err(|source| fetch(Box::new(source)))?, subject));
                    }
                    None => more = false,
                },
                Some(passed) = under_way.next() => passed?,
            }
        }
        Ok(started.elapsed())
    }

    async fn pass_on(&self, message: jetstream::Message, subject: &Subject) -> Result<(), BusError> {
        let fail = |source: jetstream::context::PublishError| BusError::Publish {
            subject: subject.as_str().to_owned(),
            source: Box::new(source),
        };
        let sequence =
            message.info().map_err(|source| BusError::Settle { action: "read", source })?.stream_sequence;
        let publish = PublishMessage::build()
            .header(headers::MESSAGE_ID, format!("bare:{sequence}"))
            .payload(message.payload.clone());
        let acknowledged = self.context().send_publish(subject.as_str().to_owned(), publish).await;
        acknowledged.map_err(fail)?.await.map_err(fail)?;
        message.ack().await.map_err(|source| BusError::Settle { action: "acknowledge", source })
    }
}
