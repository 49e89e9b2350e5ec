//! What a person took off the dead-letter desk for good, and why: a note of each, without payload.

use crate::scan::Scan;
use crate::{BusError, DeadEntry, DeadLetterDesk, Outgoing, ScanStart, Subject};
use dateline_model::{DeadReason, Stage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The stream of the notes.
const STREAM: &str = "DATELINE_DROPPED";

/// The note of a dropped letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DroppedLetter {
    /// The number that it had on the desk.
    pub number: u64,
    /// The stage that had given up.
    pub stage: Stage,
    /// Why the stage had given up.
    pub reason: DeadReason,
    /// Where the input stood, or the subject of the message.
    pub place: String,
    /// Its message id, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Bytes of its payload.
    pub bytes: usize,
    /// Why the person dropped it.
    pub why: String,
    /// When.
    pub dropped_at: Timestamp,
}

impl DeadLetterDesk {
    /// Takes a letter off the desk and keeps a note of it.
    ///
    /// # Errors
    /// When the note is not safe, or the letter cannot be deleted.
    pub async fn drop_with_note(&self, entry: &DeadEntry, why: &str, now: Timestamp) -> Result<(), BusError> {
        let letter = &entry.letter;
        let note = DroppedLetter {
            number: entry.sequence,
            stage: letter.stage,
            reason: letter.reason,
            place: letter.place.clone().unwrap_or_else(|| letter.subject.clone()),
            message_id: letter.headers.get(crate::headers::MESSAGE_ID).cloned(),
            bytes: letter.payload.bytes().map_or(0, |bytes| bytes.len()),
            why: why.to_owned(),
            dropped_at: now,
        };
        let message = Outgoing {
            subject: Subject::dropped(letter.stage, &Subject::source_of(&letter.subject)),
            message_id: format!("dropped:{}:{}", entry.sequence, letter.last_at),
            trace_parent: None,
            replay_of: None,
            payload: encode(&note).into(),
        };
        self.publisher().publish(message).await?;
        self.drop_letter(entry.sequence).await
    }

    /// The notes, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub async fn dropped(&self, limit: usize) -> Result<Vec<DroppedLetter>, BusError> {
        let mut scan = Scan::open(self.bus(), STREAM, "dateline.dropped.>", ScanStart::First).await?;
        let mut notes = Vec::new();
        loop {
            let found = scan.next().await?;
            if found.is_empty() || notes.len() >= limit {
                notes.truncate(limit);
                return Ok(notes);
            }
            notes.extend(found.iter().filter_map(|found| serde_json::from_slice(&found.payload).ok()));
        }
    }
}

fn encode(note: &DroppedLetter) -> Vec<u8> {
    serde_json::to_vec(note).expect("a note has only string keys, so it always serialises")
}
