//! The counts that every stage keeps, so that conservation can be checked:
//! `in = out + duplicate + dead + retried + in flight`.

use crate::Delivery;
use dateline_model::{DeadReason, Stage};
use dateline_runtime::telemetry::catalogue::{
    STAGE_DEAD, STAGE_DUPLICATE, STAGE_IN, STAGE_IN_FLIGHT, STAGE_OUT, STAGE_QUEUE_SECONDS,
    STAGE_REDELIVERED, STAGE_RETRIED, STAGE_WORK_SECONDS,
};
use jiff::Timestamp;
use metrics::{Counter, Gauge, Histogram};

/// The metrics of one stage. Cheap to clone.
#[derive(Clone)]
pub struct StageMetrics {
    stage: String,
    received: Counter,
    sent: Counter,
    duplicate: Counter,
    retried: Counter,
    redelivered: Counter,
    in_flight: Gauge,
    queue_seconds: Histogram,
    work_seconds: Histogram,
}

impl std::fmt::Debug for StageMetrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StageMetrics").field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl StageMetrics {
    /// Registers the metrics of `stage`.
    #[must_use]
    pub fn new(stage: Stage) -> Self {
        Self::labelled(stage.as_str())
    }

    /// The same under a label of its own, where a stage runs several times with
    /// different ends. Labels come from the configuration, so they are few.
    #[must_use]
    pub fn labelled(stage: &str) -> Self {
        // From the start, at zero: a rate needs a sample before the first letter.
        for reason in DeadReason::ALL {
            STAGE_DEAD.with([stage, reason.as_str()]).increment(0);
        }
        Self {
            stage: stage.to_owned(),
            received: STAGE_IN.with([stage]),
            sent: STAGE_OUT.with([stage]),
            duplicate: STAGE_DUPLICATE.with([stage]),
            retried: STAGE_RETRIED.with([stage]),
            redelivered: STAGE_REDELIVERED.with([stage]),
            in_flight: STAGE_IN_FLIGHT.with([stage]),
            queue_seconds: STAGE_QUEUE_SECONDS.with([stage]),
            work_seconds: STAGE_WORK_SECONDS.with([stage]),
        }
    }

    /// An article came in.
    pub fn received(&self) {
        self.received.increment(1);
        self.in_flight.increment(1);
    }

    /// An article came in from the broker, `now`.
    pub fn delivered(&self, delivery: &Delivery, now: Timestamp) {
        self.received();
        if delivery.attempt() > 1 {
            self.redelivered.increment(1);
        }
        self.queue_seconds.record(now.duration_since(delivery.published_at()).as_secs_f64().max(0.0));
    }

    /// It went on to the next stage, or into storage.
    pub fn sent(&self) {
        self.sent.increment(1);
        self.in_flight.decrement(1);
    }

    /// It was there already.
    pub fn duplicate(&self) {
        self.duplicate.increment(1);
        self.in_flight.decrement(1);
    }

    /// It was handed back and will come in again.
    pub fn retried(&self) {
        self.retried.increment(1);
        self.in_flight.decrement(1);
    }

    /// It became a dead letter.
    pub fn dead(&self, reason: DeadReason) {
        STAGE_DEAD.with([&self.stage, reason.as_str()]).increment(1);
        self.in_flight.decrement(1);
    }

    /// How long the work on one article took.
    pub fn worked(&self, seconds: f64) {
        self.work_seconds.record(seconds);
    }
}
