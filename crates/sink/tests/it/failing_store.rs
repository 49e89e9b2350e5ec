//! A store that fails when told to; what it takes goes into a real one.

use dateline_store::{Received, RecordStore, Refusal, SqliteStore, StoreError, StoreFuture, WriteOutcome};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a write does instead of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: it writes.
    None,
    /// Fails in a way that passes by itself, so many times.
    Transient(usize),
    /// Fails for good.
    Fatal,
    /// Writes, then fails as if the answer had been lost.
    AfterCommit,
    /// Refuses articles with this word in the headline.
    Refuse(&'static str),
}

pub(crate) struct FailingStore {
    inner: SqliteStore,
    fault: Mutex<Fault>,
    writes: AtomicUsize,
}

impl FailingStore {
    pub(crate) fn new(inner: SqliteStore, fault: Fault) -> Self {
        Self { inner, fault: Mutex::new(fault), writes: AtomicUsize::new(0) }
    }

    pub(crate) fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    /// Writes that were attempted.
    pub(crate) fn writes(&self) -> usize {
        self.writes.load(Ordering::Relaxed)
    }

    /// The fault of the next write; one-time faults are used up.
    fn next_fault(&self) -> Fault {
        let mut fault = self.fault.lock().unwrap();
        let now = *fault;
        *fault = match now {
            Fault::Transient(0..=1) | Fault::AfterCommit => Fault::None,
            Fault::Transient(times) => Fault::Transient(times - 1),
            lasting => lasting,
        };
        now
    }

    async fn write_but_refuse(
        &self,
        batch: Vec<Received>,
        word: &str,
    ) -> Result<Vec<WriteOutcome>, StoreError> {
        let mut outcomes = Vec::new();
        for received in batch {
            if received.record.headline().is_some_and(|headline| headline.contains(word)) {
                let refusal = Refusal::Database("a constraint".to_owned());
                outcomes.push(WriteOutcome::Refused(refusal));
            } else {
                outcomes.extend(self.inner.take(vec![received]).await?);
            }
        }
        Ok(outcomes)
    }
}

fn transient() -> StoreError {
    StoreError::Io { action: "the write", source: "no answer".into() }
}

impl RecordStore for FailingStore {
    fn take(&self, batch: Vec<Received>) -> StoreFuture<'_, Vec<WriteOutcome>> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            match self.next_fault() {
                Fault::None | Fault::Transient(0) => self.inner.take(batch).await,
                Fault::Transient(_) => Err(transient()),
                Fault::Fatal => Err(StoreError::Stopped),
                Fault::AfterCommit => self.inner.take(batch).await.and(Err(transient())),
                Fault::Refuse(word) => self.write_but_refuse(batch, word).await,
            }
        })
    }

    fn ready(&self) -> StoreFuture<'_, ()> {
        self.inner.ready()
    }
}
