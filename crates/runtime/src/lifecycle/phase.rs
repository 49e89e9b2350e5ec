//! The phases of a process and the tasks in them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::task::{AbortHandle, JoinError};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Lifecycle;
use crate::BoxError;
use crate::pool::panic_message;

/// When a task is stopped, in the order of the stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// What takes new input in: sources, listeners, pulls.
    Intake,
    /// What works on input that was taken.
    Work,
    /// What brings results to safety: flushes, acks, connections.
    Output,
    /// What lets others watch, to the end: admin port, metrics.
    Observability,
}

impl Phase {
    /// All phases in the order of the stop.
    pub const ALL: [Self; 4] = [Self::Intake, Self::Work, Self::Output, Self::Observability];
}

/// Starts tasks in one phase.
#[derive(Debug, Clone)]
pub struct PhaseHandle {
    lifecycle: Lifecycle,
    phase: Phase,
}

impl PhaseHandle {
    pub(super) fn new(lifecycle: Lifecycle, phase: Phase) -> Self {
        Self { lifecycle, phase }
    }

    /// Cancelled when the tasks of this phase are to end: every earlier phase has ended.
    #[must_use]
    pub fn stop(&self) -> CancellationToken {
        self.lifecycle.state(self.phase).stop.clone()
    }

    /// The hard token of the whole lifecycle.
    #[must_use]
    pub fn aborting(&self) -> CancellationToken {
        self.lifecycle.aborting()
    }

    /// Starts a task. It may end well at any time; when it ends with an error or panics,
    /// the whole lifecycle is stopped and ends as failed.
    pub fn spawn<F, E>(&self, name: impl Into<String>, task: F)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let name = name.into();
        let state = self.lifecycle.state(self.phase);
        let running = tokio::spawn(task);
        let id = state.enter(&name, running.abort_handle());
        let Self { lifecycle, phase } = self.clone();
        state.tracker.spawn(async move {
            let ended = running.await;
            lifecycle.state(phase).leave(id);
            match ended {
                Ok(Ok(())) => tracing::debug!(task = name, "task ended"),
                Ok(Err(error)) => lifecycle.fail(&name, error.into()),
                Err(error) => fail_abnormally(&lifecycle, &name, error),
            }
        });
    }
}

/// A task that was aborted was aborted by us; one that panicked has failed.
fn fail_abnormally(lifecycle: &Lifecycle, name: &str, error: JoinError) {
    if let Ok(panic) = error.try_into_panic() {
        lifecycle.fail(name, format!("panicked: {}", panic_message(panic.as_ref())).into());
    }
}

/// The tasks of a phase and its stop.
#[derive(Debug, Default)]
pub(super) struct PhaseState {
    stop: CancellationToken,
    tracker: TaskTracker,
    tasks: Mutex<BTreeMap<u64, (String, AbortHandle)>>,
    next_id: AtomicU64,
}

impl PhaseState {
    fn enter(&self, name: &str, handle: AbortHandle) -> u64 {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        self.tasks().insert(id, (name.to_owned(), handle));
        id
    }

    fn leave(&self, id: u64) {
        self.tasks().remove(&id);
    }

    fn tasks(&self) -> MutexGuard<'_, BTreeMap<u64, (String, AbortHandle)>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the tasks of the phase to end.
    pub(super) fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
    }

    /// Waits until none of the tasks of a stopped phase runs.
    pub(super) async fn ended(&self) {
        self.tracker.wait().await;
    }

    /// The names of the tasks that still run.
    pub(super) fn running(&self) -> Vec<String> {
        self.tasks().values().map(|(name, _)| name.clone()).collect()
    }

    pub(super) fn abort(&self) {
        for (_, handle) in self.tasks().values() {
            handle.abort();
        }
    }
}
