//! Makes parts of full segments.
//!
//! Every step may be cut short and done again: parts are named after the segment
//! and their partition, so the second time puts the same bytes under the same
//! names; the segment goes only after all of them are durable.

use super::encode::PartFormat;
use super::frame::StoredEntry;
use super::segment::Segment;
use super::spool::Spool;
use super::target::Target;
use super::writer::Writer;
use super::{Parts, blocking, folder};
use crate::{StoreError, fault};
use dateline_runtime::ErrorChain;
use dateline_runtime::backoff::Backoff;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify};

/// What is attempted, for errors.
const ACTION: &str = "making files of the spool";

pub(super) struct Publisher {
    spool: Arc<Spool>,
    target: Target,
    /// One at a time.
    turn: Mutex<()>,
    wake: Notify,
}

/// A part that is to be made.
struct Plan {
    format: PartFormat,
    partition: String,
    entries: Vec<StoredEntry>,
}

impl Publisher {
    pub(super) fn new(spool: Arc<Spool>, target: Target) -> Self {
        Self { spool, target, turn: Mutex::new(()), wake: Notify::new() }
    }

    /// There is a full segment.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Makes parts of every full segment.
    pub(super) async fn publish_all(&self) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        let spool = Arc::clone(&self.spool);
        let segments = self.blocking(move || spool.full_segments()).await?;
        for path in segments {
            self.publish(path).await?;
        }
        Ok(())
    }

    async fn publish(&self, path: PathBuf) -> Result<(), StoreError> {
        let at = path.clone();
        let segment = self.blocking(move || Segment::read(&at)).await?.map(Arc::new);
        if let Some(segment) = &segment {
            if segment.torn > 0 {
                tracing::warn!(segment = %path.display(), bytes = segment.torn, "end of a segment was never acknowledged and is left out");
            }
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            for plan in plans(segment)? {
                let part = format!("part-{name}.{}", segment.suffix);
                let visible = format!("{}/{part}", plan.partition);
                let (temporary, segment) = (self.spool.part(&part), Arc::clone(segment));
                let made =
                    self.blocking(move || make(&plan, &segment, &temporary).map(|()| temporary)).await?;
                self.target.put(made, visible).await?;
            }
        }
        fault::point("parts-made");
        let spool = Arc::clone(&self.spool);
        self.blocking(move || spool.finish(&path, segment.as_deref())).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let place = self.spool.place().to_owned();
        blocking(move || job().map_err(|error| folder::fault(ACTION, &place, error))).await
    }
}

/// A part for each partition of a segment.
fn plans(segment: &Segment) -> Result<Vec<Plan>, StoreError> {
    let Some(format) = PartFormat::with_suffix(&segment.suffix) else {
        let source = format!("a segment of `{}` files; this program does not know them", segment.suffix);
        return Err(StoreError::Io { action: ACTION, source: source.into() });
    };
    let mut partitions: BTreeMap<String, Vec<StoredEntry>> = BTreeMap::new();
    for entry in &segment.entries {
        partitions.entry(entry.partition.clone()).or_default().push(entry.clone());
    }
    let plan = |(partition, entries)| Plan { format, partition, entries };
    Ok(partitions.into_iter().map(plan).collect())
}

/// Makes a part under a name that nobody looks at; it is on the device afterwards.
fn make(plan: &Plan, segment: &Segment, temporary: &Path) -> io::Result<()> {
    let mut records = plan.entries.iter().map(|entry| segment.json(entry));
    let file = plan.format.encode(File::create(temporary)?, &mut records)?;
    fault::point("made");
    file.sync_all()
}

/// Ends segments that are old enough and makes parts of full ones, for ever.
pub(super) async fn roll(parts: Parts, roll_after: Duration) {
    let backoff = Backoff::new(Duration::from_millis(500), Duration::from_mins(1));
    let tick = (roll_after / 4).min(Duration::from_secs(1));
    let mut attempt = 0;
    loop {
        let rolled = parts.with_writer(move |writer: &mut Writer| writer.roll_if_older(roll_after)).await;
        let result = match rolled {
            Ok(()) => parts.publisher.publish_all().await,
            error => error,
        };
        let pause = match result {
            Ok(()) => {
                attempt = 0;
                tick
            }
            Err(error) => {
                attempt += 1;
                tracing::warn!(error = %ErrorChain(&error), attempt, "files could not be made; records wait in the spool");
                backoff.delay(attempt)
            }
        };
        tokio::select! {
            () = parts.publisher.wake.notified(), if attempt == 0 => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
