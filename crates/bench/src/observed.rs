//! A store that tells what was stored and how long after its intake.

use dateline_runtime::clock::SharedClock;
use dateline_store::{Received, RecordStore, StoreFuture, WriteOutcome};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A store behind which every committed record is counted and its age taken.
pub(crate) struct Observed {
    inner: Arc<dyn RecordStore>,
    clock: SharedClock,
    stored: AtomicU64,
    ages: Mutex<Vec<Duration>>,
}

impl Observed {
    pub(crate) fn new(inner: Arc<dyn RecordStore>, clock: SharedClock) -> Arc<Self> {
        Arc::new(Self { inner, clock, stored: AtomicU64::new(0), ages: Mutex::default() })
    }

    /// Records that are durable now.
    pub(crate) fn stored(&self) -> u64 {
        self.stored.load(Ordering::Acquire)
    }

    /// From intake to commit of every record since the last call.
    pub(crate) fn take_ages(&self) -> Vec<Duration> {
        std::mem::take(&mut self.ages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl RecordStore for Observed {
    fn take(&self, batch: Vec<Received>) -> StoreFuture<'_, Vec<WriteOutcome>> {
        let taken_in: Vec<_> = batch.iter().map(|received| received.record.dateline.ingested_at).collect();
        Box::pin(async move {
            let outcomes = self.inner.take(batch).await?;
            let now = self.clock.now();
            let age = |at| Duration::try_from(now.duration_since(at)).unwrap_or_default();
            self.ages.lock().unwrap_or_else(PoisonError::into_inner).extend(taken_in.into_iter().map(age));
            let changed = outcomes.iter().filter(|outcome| outcome.is_change()).count();
            self.stored.fetch_add(changed as u64, Ordering::Release);
            Ok(outcomes)
        })
    }

    fn ready(&self) -> StoreFuture<'_, ()> {
        self.inner.ready()
    }
}
