//! Tells the broker that work goes on, for everything that a stage has in hand.
//!
//! A delivery may wait behind others before anybody works on it, and a store outage may last
//! longer than the ack wait. As long as this process lives and holds a delivery, it says so;
//! a process that was killed or frozen falls silent, and the broker delivers again. Left out:
//! any judgement of how long work may take.

use crate::Bus;
use async_nats::Subject;
use dateline_runtime::telemetry::catalogue::OLDEST_DELIVERY;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The broker's word for "work in progress" (JetStream's ack protocol).
const IN_PROGRESS: &[u8] = b"+WPI";

/// The deliveries in hand of one intake.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pulse {
    held: Arc<Mutex<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    next: u64,
    by_number: HashMap<u64, (Subject, Instant)>,
}

/// One delivery in hand; dropping it ends its pulse.
#[derive(Debug)]
pub(crate) struct Beat {
    pulse: Pulse,
    number: u64,
}

impl Pulse {
    /// Takes a delivery into the list by the subject that its acknowledgement goes to.
    pub(crate) fn hold(&self, reply: Subject) -> Beat {
        let mut held = self.lock();
        held.next += 1;
        let number = held.next;
        held.by_number.insert(number, (reply, Instant::now()));
        Beat { pulse: self.clone(), number }
    }

    /// Beats for ever; every delivery held for longer than `interval` is told of.
    pub(crate) async fn beat(&self, bus: &Bus, consumer: &str, interval: Duration) {
        let oldest = OLDEST_DELIVERY.with([consumer]);
        loop {
            tokio::time::sleep(interval).await;
            oldest.set(self.oldest().as_secs_f64());
            for reply in self.longer_than(interval) {
                if let Err(error) = bus.client().publish(reply, IN_PROGRESS.into()).await {
                    tracing::debug!(%error, "could not report progress");
                    break;
                }
            }
        }
    }

    fn longer_than(&self, interval: Duration) -> Vec<Subject> {
        let held = self.lock();
        // A little less, so that what came just after a beat is not left out of the next one.
        let since = interval / 2;
        held.by_number
            .values()
            .filter(|(_, taken)| taken.elapsed() >= since)
            .map(|(reply, _)| reply.clone())
            .collect()
    }

    fn oldest(&self) -> Duration {
        self.lock().by_number.values().map(|(_, taken)| taken.elapsed()).max().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.pulse.lock().by_number.remove(&self.number);
    }
}
