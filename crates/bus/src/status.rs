//! What the broker says of the streams and consumers: sizes and lags.

use crate::{Bus, BusError};
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
    /// Asks the broker for the state of every stream and consumer.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub async fn status(&self) -> Result<BusStatus, BusError> {
        let mut streams = Vec::new();
        for definition in &self.topology().streams {
            streams.push(self.stream_status(&definition.name).await?);
        }
        let mut consumers = Vec::new();
        for definition in &self.topology().consumers {
            consumers.push(self.consumer_status(&definition.name).await?);
        }
        Ok(BusStatus { server_version: self.client().server_info().version, streams, consumers })
    }

    pub(crate) async fn stream_status(&self, name: &str) -> Result<StreamStatus, BusError> {
        let stream = self
            .context()
            .get_stream(name)
            .await
            .map_err(|source| BusError::topology("read stream", name, source))?;
        let info = stream.cached_info();
        Ok(StreamStatus {
            name: name.to_owned(),
            messages: info.state.messages,
            bytes: info.state.bytes,
            max_bytes: info.config.max_bytes,
            first_sequence: info.state.first_sequence,
            last_sequence: info.state.last_sequence,
        })
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
        Ok(ConsumerStatus {
            stream: definition.stream.clone(),
            name: name.to_owned(),
            pending: info.num_pending,
            ack_pending: info.num_ack_pending as u64,
            redelivered: info.num_redelivered as u64,
            ack_floor: info.ack_floor.stream_sequence,
            deliveries: info.delivered.consumer_sequence,
            delivered_up_to: info.delivered.stream_sequence,
            waiting: info.num_waiting as u64,
        })
    }
}
