//! Whether a process can do its work, component by component.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// The health of a process. Clones speak of the same process.
#[derive(Debug, Clone, Default)]
pub struct Health {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    started: AtomicBool,
    stopping: CancellationToken,
    /// Every component that has spoken; the reason where it is not ready.
    components: Mutex<BTreeMap<String, Option<String>>>,
}

/// A component that keeps the process from being ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotReady {
    /// Which one.
    pub component: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for NotReady {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.component, self.reason)
    }
}

impl Health {
    /// A process that has not started yet, and is never ready once `stopping` is cancelled
    /// (the lifecycle's soft token).
    #[must_use]
    pub fn new(stopping: CancellationToken) -> Self {
        Self { shared: Arc::new(Shared { stopping, ..Shared::default() }) }
    }

    /// The start is complete.
    pub fn set_started(&self) {
        self.shared.started.store(true, Ordering::Release);
    }

    /// Whether the start is complete.
    #[must_use]
    pub fn started(&self) -> bool {
        self.shared.started.load(Ordering::Acquire)
    }

    /// Says whether `component` can do its part, and why not; the reason of a ready one is
    /// not kept. A component counts from the first time that it speaks.
    pub fn set_ready(&self, component: &str, ready: bool, reason: impl Into<String>) {
        let reason = (!ready).then(|| reason.into());
        let mut components = self.shared.components.lock().unwrap_or_else(PoisonError::into_inner);
        components.insert(component.to_owned(), reason);
    }

    /// Whether the process is started, is not stopping, and every component is ready.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.not_ready().is_empty()
    }

    /// Everything that keeps the process from being ready.
    #[must_use]
    pub fn not_ready(&self) -> Vec<NotReady> {
        let whole = |reason: &str| NotReady { component: "process".to_owned(), reason: reason.to_owned() };
        let mut missing = Vec::new();
        if self.shared.stopping.is_cancelled() {
            missing.push(whole("stopping"));
        }
        if !self.started() {
            missing.push(whole("starting"));
        }
        let components = self.shared.components.lock().unwrap_or_else(PoisonError::into_inner);
        missing.extend(components.iter().filter_map(|(component, reason)| {
            reason.clone().map(|reason| NotReady { component: component.clone(), reason })
        }));
        missing
    }
}
