//! Takes batches into the spool.

use super::FileOptions;
use super::encode::PartFormat;
use super::folder;
use super::frame::NewEntry;
use super::partition;
use super::segment::SegmentWriter;
use super::spool::Spool;
use crate::key::{KnownKeys, RecordKey};
use crate::rows::checked;
use crate::{Received, Refusal, StoreError, WriteOutcome};
use dateline_runtime::clock::SharedClock;
use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is attempted, for errors.
const ACTION: &str = "writing a batch";

pub(super) struct Writer {
    spool: Arc<Spool>,
    format: PartFormat,
    options: FileOptions,
    clock: SharedClock,
    known: KnownKeys,
    open: Option<OpenSegment>,
}

struct OpenSegment {
    path: PathBuf,
    writer: SegmentWriter,
    began: Instant,
    /// Its end was begun: parts may be made of it, so nothing may be added.
    is_closing: bool,
}

/// What became of a batch.
pub(super) struct Written {
    /// Of each record.
    pub(super) outcomes: Vec<WriteOutcome>,
    /// Whether there is a full segment now.
    pub(super) is_rolled: bool,
}

impl Writer {
    pub(super) fn open(
        spool: Arc<Spool>,
        format: PartFormat,
        options: FileOptions,
        clock: SharedClock,
    ) -> Result<Self, StoreError> {
        let known = spool.known_keys().map_err(|source| {
            let action = "reading what is known already";
            folder::fault(action, spool.place(), source)
        })?;
        Ok(Self { spool, format, options, clock, known, open: None })
    }

    /// Makes a batch durable. Nothing of it is known before that.
    pub(super) fn write(&mut self, batch: &[Received]) -> Result<Written, StoreError> {
        self.has_room()?;
        let mut entries: Vec<NewEntry> = Vec::with_capacity(batch.len());
        let mut fresh = HashSet::new();
        let mut outcomes = Vec::with_capacity(batch.len());
        for received in batch {
            outcomes.push(match self.entry(received) {
                Ok(entry) if self.known.contains(entry.key) || !fresh.insert(entry.key) => {
                    WriteOutcome::Unchanged
                }
                Ok(entry) => {
                    entries.push(entry);
                    WriteOutcome::Inserted
                }
                Err(refusal) => WriteOutcome::Refused(refusal),
            });
        }
        let is_rolled = self.append(&entries).map_err(|error| self.fault(error))?;
        for entry in &entries {
            self.known.insert(entry.key);
        }
        Ok(Written { outcomes, is_rolled })
    }

    fn entry(&self, received: &Received) -> Result<NewEntry, Refusal> {
        let (_, json) = checked(received, self.options.max_record())?;
        let record = &received.record;
        let key = RecordKey::of(record).map_err(|error| Refusal::Json(error.to_string()))?;
        Ok(NewEntry { key, partition: partition::of(record, self.options.date), json })
    }

    /// Whether the segment is full by that.
    fn append(&mut self, entries: &[NewEntry]) -> io::Result<bool> {
        if entries.is_empty() {
            return Ok(false);
        }
        if self.open.as_ref().is_some_and(|segment| segment.is_closing) {
            self.close_segment()?;
        }
        let segment = match &mut self.open {
            Some(segment) => segment,
            none => {
                let (path, writer) = self.spool.start_segment(&self.clock, self.format.suffix())?;
                none.insert(OpenSegment { path, writer, began: Instant::now(), is_closing: false })
            }
        };
        segment.writer.append(entries)?;
        if segment.writer.len() < self.options.roll_size.0 {
            return Ok(false);
        }
        // The batch is durable: what fails here is tried again by the next roll.
        Ok(self.close_segment().is_ok())
    }

    /// Ends the open segment, if there is one.
    pub(super) fn roll(&mut self) -> Result<(), StoreError> {
        self.close_segment().map_err(|error| self.fault(error))
    }

    /// Ends the open segment if it is that old.
    pub(super) fn roll_if_older(&mut self, age: Duration) -> Result<(), StoreError> {
        let is_older = self.open.as_ref().is_some_and(|segment| segment.began.elapsed() >= age);
        if is_older { self.roll() } else { Ok(()) }
    }

    fn close_segment(&mut self) -> io::Result<()> {
        let Some(segment) = &mut self.open else { return Ok(()) };
        segment.is_closing = true;
        segment.writer.cut()?;
        self.spool.mark_full(&segment.path)?;
        self.open = None;
        Ok(())
    }

    /// Whether the spool has room for another batch.
    pub(super) fn has_room(&self) -> Result<(), StoreError> {
        let waiting = self.spool.waiting().map_err(|error| self.fault(error))?;
        if waiting < self.options.max_waiting.0 {
            return Ok(());
        }
        let place = self.spool.place().display();
        let source = format!("{waiting} bytes wait in {place} to become files, as many as files.max_waiting");
        Err(StoreError::Full { action: ACTION, source: source.into() })
    }

    fn fault(&self, source: io::Error) -> StoreError {
        folder::fault(ACTION, self.spool.place(), source)
    }
}
