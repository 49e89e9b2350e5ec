//! Reads what lies in a stream, from a place in it to its end, and settles nothing.

use crate::janitor::first_since;
use crate::{Bus, BusError};
use async_nats::HeaderMap;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use bytes::Bytes;
use futures::StreamExt;
use jiff::Timestamp;
use std::time::Duration;

/// Messages asked for at once.
const BATCH: usize = 500;
/// How long a batch may take to come.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the broker keeps a scan that nobody reads any more.
const ABANDONED: Duration = Duration::from_mins(1);

/// Where a scan begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanStart {
    /// With the oldest message.
    First,
    /// With this sequence, or the next one that is there.
    Sequence(u64),
    /// With the first message taken in at this time or later.
    Time(Timestamp),
}

/// A message of a stream.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) sequence: u64,
    pub(crate) subject: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Bytes,
    pub(crate) at: Timestamp,
}

/// A reading of a stream up to what was its end when it began.
#[derive(Debug)]
pub(crate) struct Scan {
    stream: String,
    consumer: PullConsumer,
    left: u64,
    end: u64,
}

impl Scan {
    /// Begins to read the messages of `subject`, which may have wildcards.
    pub(crate) async fn open(
        bus: &Bus,
        stream: &str,
        subject: &str,
        start: ScanStart,
    ) -> Result<Self, BusError> {
        let fail =
            |source: Box<dyn std::error::Error + Send + Sync>| BusError::topology("scan", stream, source);
        let handle = bus.context().get_stream(stream).await.map_err(|source| fail(Box::new(source)))?;
        let state = handle.cached_info().state.clone();
        let (first, end) = (state.first_sequence.max(1), state.last_sequence);
        let start_sequence = match start {
            ScanStart::First => first,
            ScanStart::Sequence(sequence) => sequence.max(first),
            ScanStart::Time(time) => first_since(&handle, first, end + 1, time).await?,
        };
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
            ack_policy: AckPolicy::None,
            filter_subject: subject.to_owned(),
            inactive_threshold: ABANDONED,
            memory_storage: true,
            num_replicas: 1,
            ..pull::Config::default()
        };
        let consumer = handle.create_consumer(config).await.map_err(|source| fail(Box::new(source)))?;
        let left = if start_sequence > end { 0 } else { consumer.cached_info().num_pending };
        Ok(Self { stream: stream.to_owned(), consumer, left, end })
    }

    /// Messages not read yet; fewer when some are purged meanwhile.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// The next messages, in order; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Vec<Found>, BusError> {
        while self.left > 0 {
            let found = self.pull(usize::try_from(self.left).unwrap_or(BATCH).min(BATCH)).await?;
            self.left = match found.last() {
                Some(last) if last.sequence >= self.end => 0,
                Some(_) => self.left.saturating_sub(found.len() as u64),
                // Purged since the scan began, or the broker was slow: it knows which.
                None => self.pending().await?,
            };
            let found: Vec<Found> = found.into_iter().filter(|found| found.sequence <= self.end).collect();
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    async fn pending(&mut self) -> Result<u64, BusError> {
        match self.consumer.info().await {
            Ok(info) => Ok(info.num_pending),
            Err(source) => Err(BusError::topology("scan", &self.stream, source)),
        }
    }

    async fn pull(&self, wanted: usize) -> Result<Vec<Found>, BusError> {
        let request = self.consumer.batch().max_messages(wanted).expires(PATIENCE).messages().await;
        let mut messages = request.map_err(|source| self.fail(Box::new(source)))?;
        let mut found = Vec::with_capacity(wanted);
        while let Some(message) = messages.next().await {
            let message = message.map_err(|source| self.fail(source))?;
            let info = message.info().map_err(|source| self.fail(source))?;
            found.push(Found {
                sequence: info.stream_sequence,
                at: Timestamp::from_nanosecond(info.published.unix_timestamp_nanos()).unwrap_or_default(),
                subject: message.subject.to_string(),
                headers: message.headers.clone().unwrap_or_default(),
                payload: message.payload.clone(),
            });
        }
        Ok(found)
    }

    fn fail(&self, source: Box<dyn std::error::Error + Send + Sync>) -> BusError {
        BusError::topology("scan", &self.stream, source)
    }
}
