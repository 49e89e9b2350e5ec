//! Tasks in phases: started together, stopped in the order in which data flows.
//!
//! A stop begins with a signal, with a task that fails or panics, or with
//! [`Lifecycle::stop`]. From then on [`Lifecycle::stopping`] is cancelled, and the phases
//! get their own stop one after the other: intake first, then work, then output, then
//! observability, each only when the tasks of the one before have ended. So an enricher can
//! still publish what it has while the producers are gone, and the admin port answers to the
//! end. A second signal, or the end of the grace time, cancels [`Lifecycle::aborting`] for
//! all; tasks that still run a moment later are dropped where they stand.
//!
//! [`Lifecycle::renew`] is a stop after which the caller begins anew in the same process, with
//! another configuration: [`Outcome::Renewed`]. A signal that comes meanwhile ends the process.
//!
//! ```
//! use std::time::Duration;
//! use dateline_runtime::BoxError;
//! use dateline_runtime::admin::{AdminConfig, AdminServer, AdminState, Health};
//! use dateline_runtime::lifecycle::{Lifecycle, Outcome, Phase};
//!
//! # #[tokio::main] async fn main() -> Result<(), BoxError> {
//! let lifecycle = Lifecycle::new();
//! let health = Health::new(lifecycle.stopping());
//!
//! let config = AdminConfig { listen: "127.0.0.1:0".parse()?, ..AdminConfig::default() };
//! let admin = AdminServer::bind(&config, AdminState::new(health.clone())).await?;
//! let observability = lifecycle.phase(Phase::Observability);
//! observability.spawn("admin", admin.serve(observability.stop()));
//!
//! let intake = lifecycle.phase(Phase::Intake);
//! let stop = intake.stop();
//! intake.spawn("source", async move {
//!     stop.cancelled().await;
//!     Ok::<(), BoxError>(())
//! });
//! health.set_started();
//!
//! # lifecycle.stop("this example is at its end");
//! let outcome = lifecycle.run_until_signal(Duration::from_secs(30)).await;
//! assert!(matches!(outcome, Outcome::Clean));
//! # Ok(()) }
//! ```

mod phase;
mod service_manager;
mod signals;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::BoxError;
use phase::PhaseState;
pub use phase::{Phase, PhaseHandle};
pub use service_manager::inform_service_manager;
pub use signals::{ReloadSignals, StopSignals};

/// How long tasks have to react to the hard token before they are dropped.
const ABORT_GRACE: Duration = Duration::from_millis(500);

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// Every task ended in its turn.
    Clean,
    /// A task failed or panicked: its name and what it said. The others were stopped.
    Failed(String, BoxError),
    /// Everything was stopped to begin anew, see [`Lifecycle::renew`].
    Renewed,
    /// The grace time or a second signal ended tasks that would not end by themselves.
    Forced,
}

impl Outcome {
    /// 0 for a clean end and for one that is none, 1 for any other.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        u8::from(!matches!(self, Self::Clean | Self::Renewed))
    }
}

/// Starts tasks and stops them in order. Clones share the same tasks.
#[derive(Debug, Clone)]
pub struct Lifecycle {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    stopping: CancellationToken,
    aborting: CancellationToken,
    renewing: AtomicBool,
    phases: [PhaseState; Phase::ALL.len()],
    failure: Mutex<Option<(String, BoxError)>>,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self::new()
    }
}

impl Lifecycle {
    /// A lifecycle without tasks.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                stopping: CancellationToken::new(),
                aborting: CancellationToken::new(),
                renewing: AtomicBool::new(false),
                phases: std::array::from_fn(|_| PhaseState::default()),
                failure: Mutex::new(None),
            }),
        }
    }

    /// The soft token: cancelled as soon as a stop begins, before any phase is stopped.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.shared.stopping.clone()
    }

    /// The hard token: cancelled when there is no more time. What is in hand is given up.
    #[must_use]
    pub fn aborting(&self) -> CancellationToken {
        self.shared.aborting.clone()
    }

    /// Begins a stop, as a signal would.
    pub fn stop(&self, reason: &str) {
        if !self.shared.stopping.is_cancelled() {
            tracing::info!(reason, "stopping");
            self.shared.stopping.cancel();
        }
    }

    /// Begins a stop after which everything begins anew, unless one is under way already.
    pub fn renew(&self, reason: &str) {
        if !self.shared.stopping.is_cancelled() {
            self.shared.renewing.store(true, Ordering::Relaxed);
            self.stop(reason);
        }
    }

    /// Whether the stop that is under way is one of [`renew`](Self::renew).
    #[must_use]
    pub fn is_renewing(&self) -> bool {
        self.shared.renewing.load(Ordering::Relaxed)
    }

    /// The handle of a phase: its stop token, and a way to start tasks in it.
    #[must_use]
    pub fn phase(&self, phase: Phase) -> PhaseHandle {
        PhaseHandle::new(self.clone(), phase)
    }

    /// Starts a task in [`Phase::Work`]; see [`PhaseHandle::spawn`].
    pub fn spawn<F, E>(&self, name: impl Into<String>, task: F)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        self.phase(Phase::Work).spawn(name, task);
    }

    /// Waits for SIGTERM, SIGINT, a failed task or [`stop`](Self::stop); then stops the
    /// phases in order, and gives all of them together `grace` to end.
    pub async fn run_until_signal(&self, grace: Duration) -> Outcome {
        match StopSignals::listen() {
            Ok(mut signals) => self.run_until(&mut signals, grace).await,
            Err(error) => {
                self.fail("signals", error.into());
                self.stop_phases(std::future::pending(), grace).await
            }
        }
    }

    /// The same with signals from elsewhere, which may have been listened to from the first
    /// moment of the process, or come from a test.
    pub async fn run_until(&self, signals: &mut StopSignals, grace: Duration) -> Outcome {
        tokio::select! {
            () = self.shared.stopping.cancelled() => {}
            name = signals.next() => {
                // Also where both came at once: a signal ends the process.
                self.shared.renewing.store(false, Ordering::Relaxed);
                self.stop(name);
            }
        }
        let second = async move {
            if self.is_renewing() {
                let name = signals.next().await;
                tracing::info!(signal = name, "stopping for good");
                self.shared.renewing.store(false, Ordering::Relaxed);
            }
            let name = signals.next().await;
            tracing::warn!(signal = name, "second signal, forcing the stop");
        };
        self.stop_phases(second, grace).await
    }

    /// Notes the first failure and begins a stop.
    pub(crate) fn fail(&self, name: &str, error: BoxError) {
        tracing::error!(task = name, error = %crate::ErrorChain(error.as_ref()), "task failed");
        let mut failure = self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert_with(|| (name.to_owned(), error));
        drop(failure);
        self.stop(&format!("task {name} failed"));
    }

    async fn stop_phases(&self, second_signal: impl Future<Output = ()>, grace: Duration) -> Outcome {
        let deadline = Instant::now() + grace;
        let in_order = async {
            for phase in Phase::ALL {
                self.state(phase).stop();
                self.state(phase).ended().await;
            }
        };
        let clean = tokio::select! {
            ended = timeout_at(deadline, in_order) => ended.is_ok(),
            () = second_signal => false,
        };
        if !clean {
            self.force().await;
        }
        let failure = self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner).take();
        match failure {
            Some((name, error)) => Outcome::Failed(name, error),
            None if self.is_renewing() => Outcome::Renewed,
            None if clean => Outcome::Clean,
            None => Outcome::Forced,
        }
    }

    /// Cancels everything, waits a moment, then drops what is left.
    async fn force(&self) {
        let running: Vec<String> = Phase::ALL.iter().flat_map(|&phase| self.state(phase).running()).collect();
        tracing::warn!(tasks = running.join(", "), "tasks did not end in time, aborting them");
        self.shared.aborting.cancel();
        for phase in Phase::ALL {
            self.state(phase).stop();
        }
        if timeout(ABORT_GRACE, self.all_ended()).await.is_ok() {
            return;
        }
        for phase in Phase::ALL {
            self.state(phase).abort();
        }
        // A task that blocks its thread cannot be dropped; it ends with the process.
        if timeout(ABORT_GRACE, self.all_ended()).await.is_err() {
            tracing::warn!("a task blocks its thread and is left behind");
        }
    }

    async fn all_ended(&self) {
        for phase in Phase::ALL {
            self.state(phase).ended().await;
        }
    }

    fn state(&self, phase: Phase) -> &PhaseState {
        &self.shared.phases[phase as usize]
    }
}

#[cfg(test)]
mod tests;
