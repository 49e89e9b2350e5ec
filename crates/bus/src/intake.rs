//! Pulls deliveries from a durable consumer.

use crate::{Bus, BusError, Delivery};
use async_nats::jetstream::consumer::PullConsumer;
use futures::{Stream, StreamExt};
use std::time::Duration;

/// How long one pull request waits for messages; also how long a clean stop may
/// have to wait for the last of them.
const PULL_EXPIRES: Duration = Duration::from_secs(1);

/// The receiving end of a durable pull consumer. Every pull opens a request of
/// its own, so that a connection that came back never leaves a stale one.
#[derive(Debug)]
pub struct Intake {
    bus: Bus,
    name: String,
    ack_wait: Duration,
    consumer: PullConsumer,
}

impl Intake {
    pub(crate) async fn open(bus: &Bus, name: &str) -> Result<Self, BusError> {
        let definition = bus.definition(name)?;
        let consumer = bus
            .context()
            .get_consumer_from_stream(name, &definition.stream)
            .await
            .map_err(|source| BusError::topology("read consumer", name, source))?;
        Ok(Self { bus: bus.clone(), name: name.to_owned(), ack_wait: definition.ack_wait.0, consumer })
    }

    /// Asks for up to `limit` messages and gives them as they come, for at most
    /// a second. Read it to its end: what the broker sent and nobody read is
    /// delivered again only after the ack wait.
    ///
    /// # Errors
    /// When the request could not be made.
    pub async fn pull(
        &self,
        limit: usize,
    ) -> Result<impl Stream<Item = Result<Delivery, BusError>> + use<>, BusError> {
        let ack_wait = self.ack_wait;
        let name = self.name.clone();
        let messages = self.consumer.batch().max_messages(limit).expires(PULL_EXPIRES).messages().await.map_err(
            |source| BusError::Fetch { consumer: self.name.clone(), source: Box::new(source) },
        )?;
        Ok(messages.map(move |message| match message {
            Ok(message) => Delivery::new(message, ack_wait),
            Err(source) => Err(BusError::Fetch { consumer: name.clone(), source }),
        }))
    }

    /// Opens the consumer anew, creating it if somebody deleted it.
    ///
    /// # Errors
    /// When the broker cannot be reached or refuses.
    pub async fn reopen(&mut self) -> Result<(), BusError> {
        metrics::counter!("dateline_intake_reopened_total", "consumer" => self.name.clone()).increment(1);
        self.bus.prepare().await?;
        *self = Self::open(&self.bus, &self.name).await?;
        Ok(())
    }

    /// The consumer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
