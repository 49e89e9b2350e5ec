//! What the broker says of the streams and consumers: sizes and lags.

use crate::inspect::{is_missing_consumer, is_missing_stream};
use crate::{Bus, BusError, ConsumerDefinition};
use serde::Serialize;

/// All streams and consumers of the topology at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BusStatus {
    /// Version that the server states.
    pub server_version: String,
    /// The streams, in the topology's order.
    pub streams: Vec<StreamStatus>,
    /// The consumers, in the topology's order.
    pub consumers: Vec<ConsumerStatus>,
    /// Streams and consumers of the topology that the broker does not have (yet).
    pub missing: Vec<String>,
}

/// One stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StreamStatus {
    /// Its name.
    pub name: String,
    /// Messages in it now.
    pub messages: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Its largest size in bytes; negative means no limit.
    pub max_bytes: i64,
    /// First sequence still there.
    pub first_sequence: u64,
    /// Last sequence ever given: how many messages it has taken in.
    pub last_sequence: u64,
}

/// One durable consumer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsumerStatus {
    /// The stream that it reads.
    pub stream: String,
    /// Its name.
    pub name: String,
    /// Messages not delivered yet.
    pub pending: u64,
    /// Messages delivered and not settled yet.
    pub ack_pending: u64,
    /// Of those, how many were delivered before.
    pub redelivered: u64,
    /// Everything up to this stream sequence is settled.
    pub ack_floor: u64,
    /// Deliveries ever made, repeated ones included.
    pub deliveries: u64,
    /// The last stream sequence that was delivered.
    pub delivered_up_to: u64,
    /// Pull requests that wait for messages.
    pub waiting: u64,
}

impl ConsumerStatus {
    /// Messages that are not settled, delivered or not.
    #[must_use]
    pub fn lag(&self) -> u64 {
        self.pending + self.ack_pending
    }
}

impl BusStatus {
    /// The consumer of that name.
    #[must_use]
    pub fn consumer(&self, name: &str) -> Option<&ConsumerStatus> {
        self.consumers.iter().find(|consumer| consumer.name == name)
    }

    /// The stream of that name.
    #[must_use]
    pub fn stream(&self, name: &str) -> Option<&StreamStatus> {
        self.streams.iter().find(|stream| stream.name == name)
    }
}

impl Bus {
    /// Asks the broker for the state of every stream and consumer. One that is not there is
    /// named as missing and keeps nothing of the rest back.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub async fn status(&self) -> Result<BusStatus, BusError> {
        let (mut streams, mut consumers, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for definition in &self.topology().streams {
            match self.existing_stream(&definition.name).await? {
                Some(status) => streams.push(status),
                None => missing.push(definition.name.clone()),
            }
        }
        for definition in &self.topology().consumers {
            match self.existing_consumer(definition).await? {
                Some(status) => consumers.push(status),
                None => missing.push(format!("{}/{}", definition.stream, definition.name)),
            }
        }
        let server_version = self.client().server_info().version;
        Ok(BusStatus { server_version, streams, consumers, missing })
    }

    /// Whether a consumer of the topology, or its stream, was taken from the broker.
    pub(crate) async fn lacks(&self, consumer: &str) -> Result<bool, BusError> {
        let definition = self.definition(consumer)?;
        Ok(self.existing_consumer(definition).await?.is_none())
    }

    async fn existing_stream(&self, name: &str) -> Result<Option<StreamStatus>, BusError> {
        match self.context().get_stream(name).await {
            Ok(stream) => Ok(Some(stream_status(name, stream.cached_info()))),
            Err(error) if is_missing_stream(&error) => Ok(None),
            Err(source) => Err(BusError::topology("read stream", name, source)),
        }
    }

    /// The state of one stream.
    pub(crate) async fn stream_status(&self, name: &str) -> Result<StreamStatus, BusError> {
        let stream = self.context().get_stream(name).await;
        let stream = stream.map_err(|source| BusError::topology("read stream", name, source))?;
        Ok(stream_status(name, stream.cached_info()))
    }

    async fn existing_consumer(
        &self,
        definition: &ConsumerDefinition,
    ) -> Result<Option<ConsumerStatus>, BusError> {
        let ConsumerDefinition { stream: of, name, .. } = definition;
        let stream = self.context().get_stream_no_info(of).await;
        let stream = stream.map_err(|source| BusError::topology("read consumer", name, source))?;
        match stream.consumer_info(name).await {
            Ok(info) => Ok(Some(consumer_status(of, name, &info))),
            Err(error) if is_missing_consumer(&error) => Ok(None),
            Err(source) => Err(BusError::topology("read consumer", name, source)),
        }
    }

    /// The state of one consumer of the topology.
    ///
    /// # Errors
    /// When it is not defined or cannot be read.
    pub async fn consumer_status(&self, name: &str) -> Result<ConsumerStatus, BusError> {
        let definition = self.definition(name)?;
        let fail = |source: Box<dyn std::error::Error + Send + Sync>| {
            BusError::topology("read consumer", name, source)
        };
        let stream = self
            .context()
            .get_stream_no_info(&definition.stream)
            .await
            .map_err(|source| fail(Box::new(source)))?;
        let info = stream.consumer_info(name).await.map_err(|source| fail(Box::new(source)))?;
        Ok(consumer_status(&definition.stream, name, &info))
    }
}

fn stream_status(name: &str, info: &async_nats::jetstream::stream::Info) -> StreamStatus {
    StreamStatus {
        name: name.to_owned(),
        messages: info.state.messages,
        bytes: info.state.bytes,
        max_bytes: info.config.max_bytes,
        first_sequence: info.state.first_sequence,
        last_sequence: info.state.last_sequence,
    }
}

fn consumer_status(stream: &str, name: &str, info: &async_nats::jetstream::consumer::Info) -> ConsumerStatus {
    ConsumerStatus {
        stream: stream.to_owned(),
        name: name.to_owned(),
        pending: info.num_pending,
        ack_pending: info.num_ack_pending as u64,
        redelivered: info.num_redelivered as u64,
        ack_floor: info.ack_floor.stream_sequence,
        deliveries: info.delivered.consumer_sequence,
        delivered_up_to: info.delivered.stream_sequence,
        waiting: info.num_waiting as u64,
    }
}
