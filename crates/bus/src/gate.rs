//! Back-pressure: a gate that closes when the next stage lags too far behind.

use crate::{Bus, BusError};
use dateline_runtime::telemetry::catalogue::{BACKPRESSURE_SECONDS, GATE_OPEN};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often the lag is read.
const INTERVAL: Duration = Duration::from_millis(500);

/// Open while the watched consumer's lag is bearable. Closes at the high-water
/// mark and opens again at the low-water mark. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gate {
    open: watch::Receiver<bool>,
}

impl Gate {
    /// A gate, and the task that turns it: it reads the lag of `consumer` twice
    /// a second until `stop`. A lag that cannot be read leaves the gate as it is.
    pub fn new(
        bus: &Bus,
        consumer: &'static str,
        low_water: u64,
        high_water: u64,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send + use<>) {
        let (sender, open) = watch::channel(true);
        (Self { open }, turn(bus.clone(), consumer, low_water, high_water, sender, stop))
    }

    /// A gate that never closes.
    #[must_use]
    pub fn always_open() -> Self {
        let (sender, open) = watch::channel(true);
        drop(sender);
        Self { open }
    }

    /// Whether it is open now.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self.open.borrow()
    }

    /// Waits until it is open or `stop`; counts the time in
    /// `dateline_backpressure_seconds`.
    ///
    /// # Errors
    /// [`BusError::Stopped`] at `stop`.
    pub async fn opened(&self, stop: &CancellationToken) -> Result<(), BusError> {
        if self.is_open() {
            return Ok(());
        }
        let closed_at = Instant::now();
        // An error means that the turning task is gone: then nothing holds back.
        let mut receiver = self.open.clone();
        let opened = stop.run_until_cancelled(receiver.wait_for(|open| *open)).await.map(drop);
        BACKPRESSURE_SECONDS.record(closed_at.elapsed().as_secs_f64());
        opened.ok_or(BusError::Stopped)
    }
}

async fn turn(
    bus: Bus,
    consumer: &'static str,
    low_water: u64,
    high_water: u64,
    sender: watch::Sender<bool>,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        if let Ok(status) = bus.consumer_status(consumer).await {
            let open = next_state(*sender.borrow(), status.lag(), low_water, high_water);
            GATE_OPEN.set(f64::from(u8::from(open)));
            if sender.send_if_modified(|state| std::mem::replace(state, open) != open) {
                tracing::info!(open, lag = status.lag(), consumer, "back-pressure gate turned");
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

fn next_state(open: bool, lag: u64, low_water: u64, high_water: u64) -> bool {
    if open { lag < high_water } else { lag <= low_water }
}

#[cfg(test)]
mod tests {
    use super::next_state;

    #[test]
    fn closes_high_and_opens_low() {
        for (open, lag, expected) in
            [(true, 99, true), (true, 100, false), (false, 99, false), (false, 51, false), (false, 50, true)]
        {
            assert_eq!(next_state(open, lag, 50, 100), expected, "{open} {lag}");
        }
    }
}
