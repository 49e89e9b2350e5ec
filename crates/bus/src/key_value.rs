//! Small state that several processes share: a key-value bucket over a stream.
//!
//! A bucket is a stream with one message for each key, laid out as NATS lays out its
//! own (`KV_<name>`, `$KV.<name>.<key>`), so that its tools read it. The stream comes
//! from our topology and is written with plain publishes, because clients fail to
//! create buckets on servers older than 2.10. Every write names the revision that it
//! replaces, so that of two writers one loses and knows it.

use crate::{Bus, BusError};
use async_nats::HeaderMap;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};
use bytes::Bytes;
use dateline_model::SubjectToken;
use futures::TryStreamExt;

/// Header by which a write names the revision that it replaces.
const EXPECTED_REVISION: &str = "Nats-Expected-Last-Subject-Sequence";
/// What replicated streams answer to a write that names another revision than the last.
const WRONG_REVISION: u64 = 10164;

/// One bucket. Cheap to clone.
#[derive(Debug, Clone)]
pub struct KeyValue {
    bus: Bus,
    bucket: String,
    stream: Stream<()>,
}

/// A key of a bucket: a family and a name, both sanitised.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    family: SubjectToken,
    name: SubjectToken,
}

/// A value with its place in the history of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub value: Bytes,
    /// What the next write of this key must name.
    pub revision: Revision,
}

/// How often the bucket had been written to when this value was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision(u64);

impl Revision {
    /// What a key that has no value is written with.
    pub const NONE: Self = Self(0);
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// The value is there.
    Done(Revision),
    /// Somebody else wrote the key since; nothing was changed.
    Outrun,
}

impl Key {
    /// The key `<family>.<name>`.
    #[must_use]
    pub fn new(family: &str, name: &SubjectToken) -> Self {
        Self { family: SubjectToken::new(family), name: name.clone() }
    }

    /// Its name within its family.
    #[must_use]
    pub fn name(&self) -> &SubjectToken {
        &self.name
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.family, self.name)
    }
}

impl KeyValue {
    pub(crate) async fn open(bus: &Bus, bucket: &str) -> Result<Self, BusError> {
        let definition = bus
            .topology()
            .bucket(bucket)
            .map_err(|source| BusError::topology("find bucket", bucket, source))?;
        let name = definition.stream_name();
        let stream = bus
            .context()
            .get_stream_no_info(&name)
            .await
            .map_err(|source| BusError::topology("open bucket", bucket, source))?;
        Ok(Self { bus: bus.clone(), bucket: bucket.to_owned(), stream })
    }

    fn subject(&self, key: &Key) -> String {
        format!("$KV.{}.{key}", self.bucket)
    }

    /// The newest value of a key, as the stream's leader has it.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn get(&self, key: &Key) -> Result<Option<Entry>, BusError> {
        match self.stream.get_last_raw_message_by_subject(&self.subject(key)).await {
            Ok(message) => Ok(Some(Entry { value: message.payload, revision: Revision(message.sequence) })),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(self.failed("read a value of bucket", error)),
        }
    }

    /// Writes a key whose newest value is of revision `replaces`.
    ///
    /// # Errors
    /// When the broker does not acknowledge it: the value may be there or not.
    pub async fn put(&self, key: &Key, value: Bytes, replaces: Revision) -> Result<Write, BusError> {
        let limit = self.bus.max_payload();
        if value.len() + 256 > limit {
            return Err(BusError::TooLarge { subject: self.subject(key), bytes: value.len(), limit });
        }
        let mut headers = HeaderMap::new();
        headers.insert(EXPECTED_REVISION, replaces.0.to_string());
        let message = PublishMessage::build().headers(headers).payload(value);
        let sent = self.bus.context().send_publish(self.subject(key), message).await;
        let acknowledged = match sent {
            Ok(acknowledgement) => acknowledgement.await,
            Err(error) => Err(error),
        };
        match acknowledged {
            Ok(acknowledgement) => Ok(Write::Done(Revision(acknowledgement.sequence))),
            Err(error) if is_outrun(&error) => Ok(Write::Outrun),
            Err(error) => Err(self.failed("write to bucket", error)),
        }
    }

    /// Takes a key out, whatever its revision. The next write of it names
    /// [`Revision::NONE`].
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn delete(&self, key: &Key) -> Result<bool, BusError> {
        let purged = self
            .stream
            .purge()
            .filter(self.subject(key))
            .await
            .map_err(|source| self.failed("delete from bucket", source))?;
        Ok(purged.purged > 0)
    }

    /// All names of a family, in order.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn names(&self, family: &str) -> Result<Vec<SubjectToken>, BusError> {
        let prefix = format!("$KV.{}.{}.", self.bucket, SubjectToken::new(family));
        let subjects = self
            .stream
            .info_with_subjects(format!("{prefix}*"))
            .await
            .map_err(|source| self.failed("list bucket", source))?;
        let mut names: Vec<SubjectToken> = subjects
            .try_filter_map(async |(subject, _)| Ok(subject.strip_prefix(&prefix).map(SubjectToken::new)))
            .try_collect()
            .await
            .map_err(|source| self.failed("list bucket", source))?;
        names.sort();
        Ok(names)
    }

    fn failed(
        &self,
        action: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> BusError {
        BusError::topology(action, &self.bucket, source)
    }
}

fn is_outrun(error: &PublishError) -> bool {
    use std::error::Error;
    if error.kind() == PublishErrorKind::WrongLastSequence {
        return true;
    }
    // Replicated streams say so under another code.
    let source = error.source().and_then(|source| source.downcast_ref::<async_nats::jetstream::Error>());
    source.is_some_and(|error| error.error_code().0 == WRONG_REVISION)
}
