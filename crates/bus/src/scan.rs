//! Reads what lies in a stream, from a place in it to its end, and settles nothing.
//!
//! The messages come through a consumer, many at once; where the end is, only the leader of
//! the stream is asked. A consumer may live on a server that has yet to catch up with the
//! others: what such a one takes for the end would cut a reading short.

use crate::janitor::first_since;
use crate::{Bus, BusError};
use async_nats::HeaderMap;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};
use bytes::Bytes;
use futures::StreamExt;
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// Messages asked for at once.
const BATCH: usize = 500;
/// How long a batch may take to come.
const EXPIRY: Duration = Duration::from_secs(5);
/// How long it is tried again where servers fail or are behind.
const PATIENCE: Duration = Duration::from_secs(30);
const BETWEEN_TRIES: Duration = Duration::from_millis(250);
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
    stream: Stream,
    name: String,
    subject: String,
    /// All before this sequence is read.
    next: u64,
    /// Sequence of the last message that is meant.
    last: u64,
    source: Source,
}

/// Where the messages come from; it ends with the server that has it, and where nobody asks
/// for a minute, as in a replay that has to wait.
#[derive(Debug)]
struct Source {
    consumer: PullConsumer,
    /// Messages that it has yet, as far as its server knows.
    left: u64,
    /// Messages that came.
    delivered: u64,
}

impl Scan {
    /// Begins to read the messages of `subject`, which may have wildcards.
    pub(crate) async fn open(
        bus: &Bus,
        stream: &str,
        subject: &str,
        start: ScanStart,
    ) -> Result<Self, BusError> {
        let handle = bus.context().get_stream(stream).await.map_err(|source| fail(stream, source))?;
        let state = handle.cached_info().state.clone();
        let first = state.first_sequence.max(1);
        let next = match start {
            ScanStart::First => first,
            ScanStart::Sequence(sequence) => sequence.max(first),
            ScanStart::Time(time) => first_since(&handle, first, state.last_sequence + 1, time).await?,
        };
        let last = last_of(&handle, stream, subject).await?;
        let source = Source::open(&handle, stream, subject, next).await?;
        let (name, subject) = (stream.to_owned(), subject.to_owned());
        Ok(Self { stream: handle, name, subject, next, last, source })
    }

    /// Messages not read yet, about: some may be purged, and a server that is behind the others
    /// does not know of all.
    pub(crate) fn left(&self) -> u64 {
        if self.next > self.last { 0 } else { self.source.left }
    }

    /// The next messages, in order; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Vec<Found>, BusError> {
        let begin = Instant::now();
        while self.next <= self.last {
            match self.read().await {
                Ok(found) if found.is_empty() => {}
                Ok(found) => return Ok(found),
                Err(error) if begin.elapsed() > PATIENCE => return Err(error),
                Err(_) => {
                    tokio::time::sleep(BETWEEN_TRIES).await;
                    // Where this fails, too, the next try tells.
                    if let Ok(source) = Source::open(&self.stream, &self.name, &self.subject, self.next).await
                    {
                        self.source = source;
                    }
                }
            }
        }
        Ok(Vec::new())
    }

    /// What comes next; none where what the source has left was purged.
    async fn read(&mut self) -> Result<Vec<Found>, BusError> {
        if self.source.left == 0 {
            if self.is_more().await? {
                return Err(fail(&self.name, "a server is behind the others of its cluster"));
            }
            self.next = self.last + 1;
        }
        let mut found = self.source.pull(&self.name).await?;
        if let Some(last) = found.last() {
            self.next = last.sequence + 1;
        }
        found.retain(|found| found.sequence <= self.last);
        Ok(found)
    }

    /// Whether the leader has one that is not read yet.
    async fn is_more(&self) -> Result<bool, BusError> {
        match self.stream.get_first_raw_message_by_subject(&self.subject, self.next).await {
            Ok(message) => Ok(message.sequence <= self.last),
            Err(error) if matches!(error.kind(), LastRawMessageErrorKind::NoMessageFound) => Ok(false),
            Err(error) => Err(fail(&self.name, error)),
        }
    }
}

impl Source {
    async fn open(stream: &Stream, name: &str, subject: &str, next: u64) -> Result<Self, BusError> {
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: next },
            ack_policy: AckPolicy::None,
            filter_subject: subject.to_owned(),
            inactive_threshold: ABANDONED,
            memory_storage: true,
            num_replicas: 1,
            ..pull::Config::default()
        };
        let consumer = stream.create_consumer(config).await.map_err(|source| fail(name, source))?;
        let left = consumer.cached_info().num_pending;
        Ok(Self { consumer, left, delivered: 0 })
    }

    /// The next messages, as many as are known to be there.
    async fn pull(&mut self, name: &str) -> Result<Vec<Found>, BusError> {
        let wanted = usize::try_from(self.left).unwrap_or(BATCH).min(BATCH);
        let mut found = Vec::with_capacity(wanted);
        if wanted == 0 {
            return Ok(found);
        }
        let request = self.consumer.batch().max_messages(wanted).expires(EXPIRY).messages().await;
        let mut messages = request.map_err(|source| fail(name, source))?;
        while let Some(message) = messages.next().await {
            let message = message.map_err(|source| fail(name, source))?;
            let info = message.info().map_err(|source| fail(name, source))?;
            self.delivered += 1;
            if info.consumer_sequence != self.delivered {
                return Err(fail(name, "messages were lost on their way"));
            }
            found.push(Found {
                sequence: info.stream_sequence,
                at: Timestamp::from_nanosecond(info.published.unix_timestamp_nanos()).unwrap_or_default(),
                subject: message.subject.to_string(),
                headers: message.headers.clone().unwrap_or_default(),
                payload: message.payload.clone(),
            });
        }
        self.left = match found.len() as u64 {
            // Purged, or the server was slow: it knows which.
            0 => self.consumer.info().await.map_err(|source| fail(name, source))?.num_pending,
            came => self.left.saturating_sub(came),
        };
        Ok(found)
    }
}

/// Sequence of the last message of a subject, as the leader knows it; 0 where there is none.
async fn last_of(stream: &Stream, name: &str, subject: &str) -> Result<u64, BusError> {
    match stream.get_last_raw_message_by_subject(subject).await {
        Ok(message) => Ok(message.sequence),
        Err(error) if matches!(error.kind(), LastRawMessageErrorKind::NoMessageFound) => Ok(0),
        Err(error) => Err(fail(name, error)),
    }
}

fn fail(stream: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> BusError {
    BusError::topology("scan", stream, source)
}
