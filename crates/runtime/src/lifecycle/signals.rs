//! The signals that ask a process to end, or to read its configuration again.

use std::io::{self, IsTerminal};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

/// More signals than anybody sends before the process is gone.
const QUEUE: usize = 8;

/// A stream of requests to stop: the first asks, the second forces.
#[derive(Debug)]
pub struct StopSignals {
    received: mpsc::Receiver<&'static str>,
    came: bool,
}

impl StopSignals {
    /// Listens to SIGTERM and SIGINT from now on; they no longer end the process by
    /// themselves. Needs a running tokio runtime.
    ///
    /// # Errors
    /// When the operating system refuses the handlers.
    pub fn listen() -> io::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (sender, signals) = Self::injected();
        tokio::spawn(async move {
            loop {
                let name = tokio::select! {
                    _ = terminate.recv() => "SIGTERM",
                    _ = interrupt.recv() => "SIGINT",
                    () = sender.closed() => return,
                };
                if sender.try_send(name).is_err() {
                    tracing::debug!(signal = name, "enough signals are waiting already");
                }
            }
        });
        Ok(signals)
    }

    /// Signals that the holder of the sender gives, by name.
    #[must_use]
    pub fn injected() -> (mpsc::Sender<&'static str>, Self) {
        let (sender, received) = mpsc::channel(QUEUE);
        (sender, Self { received, came: false })
    }

    /// The name of the next signal. Waits for ever when none can come any more.
    pub async fn next(&mut self) -> &'static str {
        match self.received.recv().await {
            Some(name) => {
                self.came = true;
                name
            }
            None => std::future::pending().await,
        }
    }

    /// Whether one came: then the process is to end, whatever else happens.
    #[must_use]
    pub fn came(&self) -> bool {
        self.came
    }
}

/// Requests to read the configuration again: SIGHUP, as service managers and operators send it.
///
/// Where a terminal is attached the same signal means that it was closed, and then it ends the
/// process, as it ends every other program there.
#[derive(Debug)]
pub struct ReloadSignals {
    received: Option<Signal>,
}

impl ReloadSignals {
    /// Listens from now on. Needs a running tokio runtime.
    ///
    /// # Errors
    /// When the operating system refuses the handler.
    pub fn listen() -> io::Result<Self> {
        let has_terminal = io::stdin().is_terminal() || io::stderr().is_terminal();
        let received = if has_terminal { None } else { Some(signal(SignalKind::hangup())?) };
        Ok(Self { received })
    }

    /// Waits for the next request; for ever where none can come.
    pub async fn next(&mut self) {
        let received = match &mut self.received {
            Some(signal) => signal.recv().await,
            None => None,
        };
        if received.is_none() {
            std::future::pending::<()>().await;
        }
    }
}
