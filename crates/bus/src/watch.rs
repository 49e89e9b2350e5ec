//! What only people ask the broker: what came last, how old what waits is, who delivers.

use crate::{Bus, BusError};
use async_nats::jetstream::stream::Stream;
use dateline_model::StoredNotice;
use futures::TryStreamExt;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// The notice board.
const STORED: &str = "DATELINE_STORED";
/// Streams by which sources are counted, with the place of the source in the subject.
const BY_SOURCE: [(&str, usize); 3] = [("DATELINE_RAW", 2), (STORED, 3), ("DATELINE_DEAD", 3)];
/// Most sources that are told; a hostile sender can name any number of them.
const SOURCES: usize = 2_000;

/// What the broker keeps of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SourceStatus {
    /// Its id, as in subjects.
    pub id: String,
    /// Raw articles within the replay window.
    pub raw: u64,
    /// Notices of stored versions of the last day.
    pub stored: u64,
    /// Dead letters.
    pub dead: u64,
    /// When its last raw article came in.
    pub last_at: Option<Timestamp>,
}

impl Bus {
    /// The last notices of stored records, the latest first.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn latest_notices(&self, limit: usize) -> Result<Vec<StoredNotice>, BusError> {
        let stream = self.open(STORED).await?;
        let state = &stream.cached_info().state;
        let mut notices = Vec::with_capacity(limit);
        let mut sequence = state.last_sequence;
        while notices.len() < limit && sequence >= state.first_sequence.max(1) {
            // What is no notice, or gone meanwhile, is passed over.
            if let Ok(message) = stream.get_raw_message(sequence).await
                && let Ok(notice) = serde_json::from_slice(&message.payload)
            {
                notices.push(notice);
            }
            sequence -= 1;
        }
        Ok(notices)
    }

    /// When the first message after `sequence` came into a stream; `None` when there is none
    /// or it is gone.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn arrival_after(&self, stream: &str, sequence: u64) -> Result<Option<Timestamp>, BusError> {
        let stream = self.open(stream).await?;
        let next = stream.get_raw_message(sequence + 1).await.ok();
        Ok(next.and_then(|message| Timestamp::from_nanosecond(message.time.unix_timestamp_nanos()).ok()))
    }

    /// Every source of which the broker keeps something, in order of their ids.
    ///
    /// # Errors
    /// When a stream cannot be read.
    pub async fn sources(&self) -> Result<Vec<SourceStatus>, BusError> {
        let mut sources: BTreeMap<String, SourceStatus> = BTreeMap::new();
        for (name, place) in BY_SOURCE {
            let stream = self.open(name).await?;
            let fail = |source: Box<dyn std::error::Error + Send + Sync>| {
                BusError::topology("read stream", name, source)
            };
            let mut subjects =
                stream.info_with_subjects(">").await.map_err(|source| fail(Box::new(source)))?;
            while let Some((subject, count)) =
                subjects.try_next().await.map_err(|source| fail(Box::new(source)))?
            {
                let Some(id) = subject.split('.').nth(place) else { continue };
                if sources.len() >= SOURCES && !sources.contains_key(id) {
                    continue;
                }
                let source = sources.entry(id.to_owned()).or_default();
                match name {
                    "DATELINE_RAW" => source.raw += count as u64,
                    STORED => source.stored += count as u64,
                    _ => source.dead += count as u64,
                }
            }
        }
        let raw = self.open("DATELINE_RAW").await?;
        for (id, source) in &mut sources {
            id.clone_into(&mut source.id);
            source.last_at = last_at(&raw, id).await;
        }
        Ok(sources.into_values().collect())
    }

    async fn open(&self, name: &str) -> Result<Stream, BusError> {
        let stream = self.context().get_stream(name).await;
        stream.map_err(|source| BusError::topology("read stream", name, source))
    }
}

async fn last_at(raw: &Stream, source: &str) -> Option<Timestamp> {
    let message = raw.get_last_raw_message_by_subject(&format!("dateline.raw.{source}")).await.ok()?;
    Timestamp::from_nanosecond(message.time.unix_timestamp_nanos()).ok()
}
